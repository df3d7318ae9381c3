"""The state of a roster while it is being filled: who may take which shift on which day, and what counts so far.

Plain values, no database, no clock. `attendance.roster_proposal` fills it; `attendance.roster_checks` judges it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from attendance.roster_checks import (
    DAY_MIN,
    WHOLE,
    Cell,
    Minimum,
    Person,
    Sheet,
    average_windows,
    norm_minutes,
)

# At most six days of work in a row, so that one day of seven is free. DESIGN: no article gives a figure for shifts.
MAX_RUN = 6
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Need:
    """People a shift needs on a day. `fixed`: those there already; `pool`: who may fill it, by row of `people`."""

    day: int
    shift_id: int
    count: int
    group: str
    unit_id: int | None
    fixed: int
    pool: frozenset[int]


@dataclass(frozen=True)
class Window:
    """A period over which hours are averaged, as offsets from the first day; `outside`: minutes before and after
    the roster by row of `people`, `norm`: what they should come to."""

    first: int
    last: int
    outside: tuple[int, ...]
    norm: tuple[float, ...]


class Plan:
    """What stands fixed and what is open. `chosen[person][day]`: the shift given, None for none (yet).

    `open_cells`: (employee, day) of the sheet's cells that may be filled; every other cell stays.
    """

    def __init__(self, sheet: Sheet, open_cells: Collection[tuple[int, date]]) -> None:
        self.sheet = sheet
        self.open_cells = frozenset(open_cells)
        self.days = list(sheet.days())
        self.people: list[Person] = sorted(sheet.people, key=lambda person: person.id)
        self.row = {person.id: number for number, person in enumerate(self.people)}
        self.shift_ids = sorted(pk for pk, shift in sheet.shifts.items() if shift.is_own)
        self.fixed_cells = [cell for cell in sheet.cells if (cell.employee_id, cell.day) not in self.open_cells]
        self.fixed: dict[tuple[int, int], list[Cell]] = defaultdict(list)
        for cell in self.fixed_cells:
            if cell.employee_id in self.row and sheet.start <= cell.day <= sheet.end:
                self.fixed[self.row[cell.employee_id], self._offset(cell.day)].append(cell)
        self._absent = {(row.employee_id, row.day) for row in sheet.absences}
        self._whole = {(row.employee_id, row.day) for row in sheet.absences if row.part == WHOLE}
        self.spans = self._fixed_spans()
        self.chosen: list[list[int | None]] = [[None] * len(self.days) for _ in self.people]
        self.may = [[self._candidates(one, day) for day in range(len(self.days))] for one in range(len(self.people))]
        self.needs = list(self._needs())
        self.windows = [self._window(*period) for period in self._periods()]

    def _offset(self, day: date) -> int:
        return (day - self.sheet.start).days

    # What is there already

    def _fixed_spans(self) -> list[list[tuple[int, int, date]]]:
        """Start and end (minutes) of every shift that stays, here and on other rosters, by person."""
        spans: list[list[tuple[int, int, date]]] = [[] for _ in self.people]
        for cell in (*self.fixed_cells, *self.sheet.outside):
            shift = self.sheet.shifts.get(cell.shift_id or 0)
            if shift is None or cell.employee_id not in self.row or (cell.employee_id, cell.day) in self._whole:
                continue
            start = cell.day.toordinal() * DAY_MIN + shift.start_min
            spans[self.row[cell.employee_id]].append((start, start + shift.duration_min, cell.day))
        return spans

    @cached_property
    def outside_days(self) -> set[tuple[int, date]]:
        """Days of people that another roster decides."""
        return {(cell.employee_id, cell.day) for cell in self.sheet.outside}

    def _candidates(self, one: int, day: int) -> tuple[int, ...]:
        """Shifts that the person may be given: none where the cell is not open, the person absent (also for half a
        day), on another roster or not in the unit, nor where the rest to a shift that stays would be too short."""
        person, date_ = self.people[one], self.days[day]
        key = (person.id, date_)
        if key not in self.open_cells or key in self._absent or key in self.outside_days:
            return ()
        if not person.serves_on(date_):
            return ()
        return tuple(shift for shift in self.shift_ids if self._rests(one, date_, shift))

    def _rests(self, one: int, date_: date, shift_id: int) -> bool:
        shift = self.sheet.shifts[shift_id]
        start = date_.toordinal() * DAY_MIN + shift.start_min
        end = start + shift.duration_min
        rest = self.sheet.rest_min
        return all(
            end + rest <= other_start or other_end + rest <= start for other_start, other_end, _ in self.spans[one]
        )

    @cached_property
    def too_close(self) -> dict[int, list[tuple[int, int]]]:
        """Days apart (1 or more) -> pairs of shifts between which the rest is too short or which overlap."""
        found: dict[int, list[tuple[int, int]]] = {}
        for apart in (1, 2, 3):
            pairs = [
                (before, after)
                for before in self.shift_ids
                for after in self.shift_ids
                if apart * DAY_MIN + self.sheet.shifts[after].start_min - self._end(before) < self.sheet.rest_min
            ]
            if not pairs:
                break
            found[apart] = pairs
        return found

    def _end(self, shift_id: int) -> int:
        shift = self.sheet.shifts[shift_id]
        return shift.start_min + shift.duration_min

    # What is needed

    def _needs(self) -> Iterable[Need]:
        """The highest minimum per unit, shift and group on each day, as the checks read them."""
        keys: dict[tuple[int | None, int, str], list[Minimum]] = defaultdict(list)
        for row in self.sheet.minimums:
            if row.shift_id in self.sheet.shifts:
                keys[row.unit_id, row.shift_id, row.group].append(row)
        for (unit_id, shift_id, group), rows in keys.items():
            counted = [number for number, person in enumerate(self.people) if rows[0].counts(person)]
            for day, date_ in enumerate(self.days):
                count = max((row.count for row in rows if row.applies(date_)), default=0)
                if not count:
                    continue
                there = rows[0].others.get(date_, 0) + sum(self._fixed_counts(one, day, shift_id) for one in counted)
                pool = frozenset(one for one in counted if shift_id in self.may[one][day])
                yield Need(day, shift_id, count, group, unit_id, there, pool)

    def _fixed_counts(self, one: int, day: int, shift_id: int) -> int:
        person = self.people[one]
        if (person.id, self.days[day]) in self._absent or not person.serves_on(self.days[day]):
            return 0
        return sum(cell.shift_id == shift_id for cell in self.fixed.get((one, day), ()))

    def _periods(self) -> Iterable[tuple[date, date]]:
        """The periods of the checks, and the stretches of the roster between and after them: what is not known there
        yet is planned to the norm all the same."""
        known = average_windows(self.sheet)
        yield from known
        first = self.sheet.start
        for start, end in [*sorted(known), (self.sheet.end + ONE_DAY, self.sheet.end + ONE_DAY)]:
            if first < start:
                yield first, min(start - ONE_DAY, self.sheet.end)
            first = max(first, end + ONE_DAY)

    def _window(self, first: date, last: date) -> Window:
        outside = [0] * len(self.people)
        for cell in self.sheet.outside:
            shift = self.sheet.shifts.get(cell.shift_id or 0)
            inside = first <= cell.day <= last and (cell.employee_id, cell.day) not in self._whole
            if shift is not None and inside and cell.employee_id in self.row:
                outside[self.row[cell.employee_id]] += shift.work_min
        norm = [self.norm(one, first, last) for one in range(len(self.people))]
        return Window(self._offset(first), self._offset(last), tuple(outside), tuple(norm))

    def norm(self, one: int, first: date, last: date) -> float:
        """Minutes that the days of the period ask of the person; whole days of absence ask for none."""
        person = self.people[one]
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        wanted = [day for day in days if person.serves_on(day) and (person.id, day) not in self._whole]
        return float(norm_minutes(wanted, self.sheet.ramadan))

    # What counts so far

    def shifts_on(self, one: int, day: int) -> Sequence[int]:
        """Shifts of a cell, fixed or given."""
        if (one, day) in self.fixed:
            return [cell.shift_id for cell in self.fixed[one, day] if cell.shift_id is not None]
        given = self.chosen[one][day]
        return () if given is None else (given,)

    def minutes(self, one: int, first: int, last: int) -> int:
        """Net minutes of the roster's own shifts from day to day (offsets, clipped to the roster)."""
        person = self.people[one]
        return sum(
            self.sheet.shifts[shift].work_min
            for day in range(max(first, 0), min(last, len(self.days) - 1) + 1)
            if (person.id, self.days[day]) not in self._whole
            for shift in self.shifts_on(one, day)
            if shift in self.sheet.shifts
        )

    def cells(self) -> tuple[Cell, ...]:
        """Every open cell: the shift given, or a day off."""
        return tuple(
            Cell(person.id, date_, self.chosen[one][day])
            for one, person in enumerate(self.people)
            for day, date_ in enumerate(self.days)
            if (person.id, date_) in self.open_cells
        )
