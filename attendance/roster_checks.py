"""What is wrong with a roster, cell by cell. Plain values, no clock, no database.

`check(sheet)` is the only judgement there is: the page, publishing, changes, swaps and proposals all ask it.
Three levels (`LEVEL`): `STOP` cannot be published at all; `HEAD` only by the unit head with a reason that is reported;
`NOTE` is shown and left to people. Times are local minutes; a shift belongs to the date on which it starts.

Source: rest and averaging are settings (regulation 8, `roster.*`, DESIGN); hours Perpres 21/2023 Arts 4, 9 [Q].
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from organization.working_hours import WEEK_MIN, WEEK_MIN_RAMADAN

DAY_MIN = 24 * 60
WEEK_DAYS = 7
WHOLE = "whole"  # of attendance.enums.DayPart, which needs Django

STOP, HEAD, NOTE = "stop", "head", "note"

OVERLAP = "overlap"  # two shifts at the same time; params: other_day, other_shift_id
ABSENT = "absent"  # on leave or travel for the whole day; params: kind
ELSEWHERE = "elsewhere"  # another published roster has the person that day; params: roster_id
NOT_SERVING = "not_serving"  # not placed in the unit that day
SHIFT_UNKNOWN = "shift_unknown"  # a shift the unit does not have
BELOW_MINIMUM = "below_minimum"  # params: count, minimum, group, unit_id
REST = "rest"  # params: rest_min, needed_min, other_day, other_shift_id (the shift before)
HOURS_OVER = "hours_over"  # params: minutes, norm_min, from, to; day is the window's last day inside the roster
HOURS_UNDER = "hours_under"  # one more shift would fit; params as above
ABSENT_HALF = "absent_half"  # absent for half the day, not counted for the minimum; params: kind
ARRANGEMENT = "arrangement"  # has an arrangement that day: the roster goes first

LEVEL: Mapping[str, str] = {
    OVERLAP: STOP,
    ABSENT: STOP,
    ELSEWHERE: STOP,
    NOT_SERVING: STOP,
    SHIFT_UNKNOWN: STOP,
    BELOW_MINIMUM: HEAD,
    REST: HEAD,
    HOURS_OVER: NOTE,
    HOURS_UNDER: NOTE,
    ABSENT_HALF: NOTE,
    ARRANGEMENT: NOTE,
}


@dataclass(frozen=True)
class ShiftTimes:
    """A shift: minutes after local midnight at which it starts, its length with the break, net working minutes.

    `is_own`: the unit may roster it; others are only there for the rest and hours of people who stand elsewhere too.
    """

    id: int
    start_min: int
    duration_min: int
    work_min: int
    is_own: bool = True


@dataclass(frozen=True)
class Person:
    """Somebody on the roster. `serves`: periods (both ends inclusive, None open) in which they belong to the unit."""

    id: int
    group: str = ""
    serves: tuple[tuple[date, date | None], ...] = ()
    unit_path: str = ""

    def serves_on(self, day: date) -> bool:
        """No period given: always."""
        return not self.serves or any(a <= day and (b is None or day <= b) for a, b in self.serves)


@dataclass(frozen=True)
class Cell:
    """One person, day and slot; without a shift a day off. `roster_id` is told for cells of other rosters."""

    employee_id: int
    day: date
    shift_id: int | None
    slot: int = 1
    roster_id: int | None = None


@dataclass(frozen=True)
class Minimum:
    """People that a shift needs, on one weekday (ISO) or every day, of one position group or of any.

    `unit_path`: only people of that unit and below count; empty: everybody on the roster. `others`: people who count
    too but stand on other rosters, per day.
    """

    shift_id: int
    count: int
    weekday: int | None = None
    group: str = ""
    valid_from: date = date.min
    valid_to: date | None = None
    unit_id: int | None = None
    unit_path: str = ""
    others: Mapping[date, int] = field(default_factory=dict)

    def applies(self, day: date) -> bool:
        in_period = self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
        return in_period and self.weekday in (None, day.isoweekday())

    def counts(self, person: Person) -> bool:
        return self.group in ("", person.group) and person.unit_path.startswith(self.unit_path)


@dataclass(frozen=True)
class DayAbsence:
    """A person absent on one day; `part` whole, first or second."""

    employee_id: int
    day: date
    kind: str = "leave"
    part: str = WHOLE


@dataclass(frozen=True)
class Sheet:
    """Everything a judgement needs; a proposal replaces `cells` and asks again.

    `cells`: the roster's own. `outside`: published shifts of the same people before, after and beside it (other
    rosters). `known`: periods outside the roster whose published cells are all in `outside`, for the averages.
    `average_days` long windows are laid end to end through `average_from`.
    """

    start: date
    end: date
    people: Sequence[Person]
    shifts: Mapping[int, ShiftTimes]
    cells: Sequence[Cell]
    outside: Sequence[Cell] = ()
    known: Sequence[tuple[date, date]] = ()
    minimums: Sequence[Minimum] = ()
    absences: Sequence[DayAbsence] = ()
    arrangements: frozenset[tuple[int, date]] = frozenset()
    ramadan: frozenset[date] = frozenset()
    rest_min: int = 600
    average_days: int = 28
    average_from: date = date(2024, 1, 1)

    def days(self) -> Iterator[date]:
        return _days(self.start, self.end)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: about a person's cell (`employee_id`) or about a shift of a day."""

    code: str
    day: date
    employee_id: int | None = None
    shift_id: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def level(self) -> str:
        return LEVEL[self.code]

    @property
    def key(self) -> tuple[Any, ...]:
        """The same fault before and after a change has the same key."""
        extra = tuple(self.params.get(name) for name in ("unit_id", "group", "other_day", "from"))
        return (self.code, self.day, self.employee_id, self.shift_id, *extra)


def check(sheet: Sheet) -> list[Finding]:
    """Every fault of the roster, ordered by day."""
    whole = {(row.employee_id, row.day) for row in sheet.absences if row.part == WHOLE}
    found = [*_cells(sheet), *_rest(sheet, whole), *_minimums(sheet), *_hours(sheet, whole)]
    return sorted(found, key=lambda row: (row.day, row.code, row.employee_id or 0, row.shift_id or 0))


def worsened(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """Faults of `after` that a change brought: new ones, and minimums that are missed by more than before."""
    old = {row.key: row.params.get("count") for row in before}
    return [
        row
        for row in after
        if row.key not in old or (row.code == BELOW_MINIMUM and row.params["count"] < (old[row.key] or 0))
    ]


def of_level(findings: Iterable[Finding], *levels: str) -> list[Finding]:
    return [row for row in findings if row.level in levels]


def norm_minutes(days: Iterable[date], ramadan: frozenset[date]) -> Fraction:
    """Net minutes that those calendar days ask for: a seventh of the week each. Source: Perpres Art 4(1),(2) [Q]."""
    return sum((Fraction(WEEK_MIN_RAMADAN if day in ramadan else WEEK_MIN, WEEK_DAYS) for day in days), Fraction(0))


def average_windows(sheet: Sheet) -> list[tuple[date, date]]:
    """The periods over which hours are averaged: full windows that are wholly known.

    Where there is none, the roster itself, if it is at least a week long: a few days say nothing about an average.
    """
    windows = []
    length = timedelta(days=sheet.average_days)
    first = sheet.average_from + (sheet.start - sheet.average_from) // length * length
    while first <= sheet.end:
        last = first + length - timedelta(days=1)
        if all(_is_known(sheet, day) for day in _days(first, last)):
            windows.append((first, last))
        first += length
    if windows or (sheet.end - sheet.start).days < WEEK_DAYS - 1:
        return windows
    return [(sheet.start, sheet.end)]


def on_shift(sheet: Sheet, minimum: Minimum) -> dict[date, int]:
    """People who count for a minimum, per day; somebody absent, also for half the day, does not count."""
    absent = {(row.employee_id, row.day) for row in sheet.absences}
    people = {person.id: person for person in sheet.people}
    count: dict[date, int] = defaultdict(int, minimum.others)
    for cell in sheet.cells:
        person = people.get(cell.employee_id)
        if cell.shift_id != minimum.shift_id or person is None or not minimum.counts(person):
            continue
        if (cell.employee_id, cell.day) not in absent and person.serves_on(cell.day):
            count[cell.day] += 1
    return count


def _days(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=offset) for offset in range((end - start).days + 1))


def _is_known(sheet: Sheet, day: date) -> bool:
    return sheet.start <= day <= sheet.end or any(a <= day <= b for a, b in sheet.known)


def _cells(sheet: Sheet) -> Iterator[Finding]:
    absent = {(row.employee_id, row.day): row for row in sheet.absences}
    taken = {(cell.employee_id, cell.day): cell for cell in sheet.outside if sheet.start <= cell.day <= sheet.end}
    people = {person.id: person for person in sheet.people}
    for cell in sheet.cells:
        key = (cell.employee_id, cell.day)
        where: dict[str, Any] = {"day": cell.day, "employee_id": cell.employee_id, "shift_id": cell.shift_id}
        person = people.get(cell.employee_id)
        serves = person is not None and person.serves_on(cell.day)
        if cell.slot == 1 and key in taken and (serves or cell.shift_id is not None):
            yield Finding(ELSEWHERE, **where, params={"roster_id": taken[key].roster_id})
        if cell.shift_id is None:
            continue
        if cell.shift_id not in sheet.shifts or not sheet.shifts[cell.shift_id].is_own:
            yield Finding(SHIFT_UNKNOWN, **where)
        if not serves:
            yield Finding(NOT_SERVING, **where)
        if key in absent:
            row = absent[key]
            yield Finding(ABSENT if row.part == WHOLE else ABSENT_HALF, **where, params={"kind": row.kind})
        if key in sheet.arrangements and cell.slot == 1:
            yield Finding(ARRANGEMENT, **where)


def _rest(sheet: Sheet, whole: set[tuple[int, date]]) -> Iterator[Finding]:
    """Rest between shifts that start on different dates; two shifts of one date only must not overlap."""
    spans: dict[int, list[tuple[int, int, Cell]]] = defaultdict(list)
    own = {id(cell) for cell in sheet.cells}
    for cell in (*sheet.cells, *sheet.outside):
        shift = sheet.shifts.get(cell.shift_id or 0)
        if shift is None or (cell.employee_id, cell.day) in whole:
            continue
        start = cell.day.toordinal() * DAY_MIN + shift.start_min
        spans[cell.employee_id].append((start, start + shift.duration_min, cell))
    for rows in spans.values():
        rows.sort(key=lambda row: (row[0], row[2].slot))
        for (_start, ended, before), (begins, _end, after) in pairwise(rows):
            if id(before) not in own and id(after) not in own:
                continue
            gap = begins - ended
            if gap >= 0 and (gap >= sheet.rest_min or before.day == after.day):
                continue
            # the cell to mend is the roster's own one
            cell, other = (after, before) if id(after) in own else (before, after)
            params: dict[str, Any] = {"other_day": other.day, "other_shift_id": other.shift_id}
            if gap >= 0:
                params |= {"rest_min": gap, "needed_min": sheet.rest_min}
            yield Finding(OVERLAP if gap < 0 else REST, cell.day, cell.employee_id, cell.shift_id, params)


def _minimums(sheet: Sheet) -> Iterator[Finding]:
    """Several rows for one unit, shift and group stand beside each other: the highest counts that day."""
    groups: dict[tuple[int | None, int, str], list[Minimum]] = defaultdict(list)
    for row in sheet.minimums:
        groups[row.unit_id, row.shift_id, row.group].append(row)
    for (unit_id, shift_id, group), rows in groups.items():
        count = on_shift(sheet, rows[0])
        for day in sheet.days():
            needed = max((row.count for row in rows if row.applies(day)), default=0)
            if count.get(day, 0) < needed:
                params = {"count": count.get(day, 0), "minimum": needed, "group": group, "unit_id": unit_id}
                yield Finding(BELOW_MINIMUM, day, None, shift_id, params)


def _hours(sheet: Sheet, whole: set[tuple[int, date]]) -> Iterator[Finding]:
    """Rostered minutes against the norm; whole days of absence ask for nothing, holidays do (shift units work them)."""
    worked: dict[tuple[int, date], int] = defaultdict(int)
    for cell in (*sheet.cells, *sheet.outside):
        shift = sheet.shifts.get(cell.shift_id or 0)
        if shift is not None and (cell.employee_id, cell.day) not in whole:
            worked[cell.employee_id, cell.day] += shift.work_min
    shortest = min((shift.work_min for shift in sheet.shifts.values() if shift.is_own), default=0)
    with_cells = {cell.employee_id for cell in sheet.cells}
    for first, last in average_windows(sheet):
        for person in sheet.people:
            if person.id not in with_cells:
                continue
            days = [d for d in _days(first, last) if person.serves_on(d) and (person.id, d) not in whole]
            minutes, norm = sum(worked.get((person.id, d), 0) for d in days), norm_minutes(days, sheet.ramadan)
            code = HOURS_OVER if minutes > norm else HOURS_UNDER if norm - minutes >= shortest > 0 else ""
            if code:
                params = {"minutes": minutes, "norm_min": int(norm), "from": first, "to": last}
                yield Finding(code, min(last, sheet.end), person.id, None, params)
