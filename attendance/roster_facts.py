"""What a roster is judged on: read once, in a fixed number of queries, into the plain values of `roster_checks`.

A cell of a draft is open while it has no shift and nobody entered it (`is_fixed` is false): a proposal may fill it. A
day off that a person entered, a rotation or an earlier roster brought is fixed, like their shifts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value

from attendance.enums import DayStatus, RosterStatus
from attendance.models import Absence, AssignmentDay, Roster, RosterEntry, Shift, ShiftMinimum
from attendance.roster_checks import (
    Cell,
    DayAbsence,
    Finding,
    Minimum,
    Person,
    Sheet,
    ShiftTimes,
    average_windows,
    check,
)
from attendance.terms import attendance_terms_on
from organization.models import Holiday, Placement, RamadanPeriod

ONE_DAY = timedelta(days=1)
ARRANGEMENT = "arrangement"
RAMADAN = "ramadan"
WEEKS_FROM = date(2024, 1, 1)  # a Monday; averages without a rotation are laid from here, so that rosters agree


@dataclass(frozen=True)
class OnRoster:
    """A person on a roster as pages and messages name them."""

    id: int
    name: str
    position: str
    user_id: int | None


@dataclass
class RosterFacts:
    """The sheet that is judged, and beside it what people read."""

    roster: Roster
    sheet: Sheet
    people: list[OnRoster]
    shifts: dict[int, Shift]
    fixed: set[tuple[int, date, int]] = field(default_factory=set)
    holidays: dict[date, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[int, str]:
        return {person.id: person.name for person in self.people}

    def findings(self) -> list[Finding]:
        return check(self.sheet)

    def with_cells(self, changed: Iterable[Cell]) -> Sheet:
        """The sheet as it would be: each changed cell replaces the one of the same person, day and slot.

        Cells of days that the roster does not cover are those of the unit's next or last roster.
        """
        own = {(cell.employee_id, cell.day, cell.slot): cell for cell in self.sheet.cells}
        outside = {(cell.employee_id, cell.day, cell.slot): cell for cell in self.sheet.outside}
        for cell in changed:
            cells = own if self.roster.starts_on <= cell.day <= self.roster.ends_on else outside
            key = (cell.employee_id, cell.day, cell.slot)
            if cell.shift_id is None and cell.slot > 1:
                cells.pop(key, None)
            else:
                cells[key] = cell
        return replace(self.sheet, cells=list(own.values()), outside=list(outside.values()))

    def assignable(self) -> list[Shift]:
        """Shifts that may be put into a cell, in order of their start."""
        return [shift for shift in self.shifts.values() if shift.is_active and self.sheet.shifts[shift.pk].is_own]


def shifts_of(roster: Roster) -> Q:
    """Shifts that the roster's unit may use: its own, and those of units above."""
    return Q(unit_id__in=roster.unit.path_ids)


def facts_of(roster: Roster, *, also: Collection[int] = ()) -> RosterFacts:
    """Read everything about a roster; `roster` comes with its unit and rotation. `also`: people who may join it."""
    entries = list(roster.entries.order_by("employee_id", "day", "slot"))
    ids = {entry.employee_id for entry in entries} | set(also)
    frame = _frame(roster)
    first, last = _reach(frame)
    outside = _outside(roster, ids, first, last)
    used = {cell.shift_id for cell in outside} | {entry.shift_id for entry in entries}
    shifts = {shift.pk: shift for shift in Shift.objects.filter(shifts_of(roster) | Q(pk__in=used - {None}))}
    people, listed = _people(roster, ids)
    absences, arrangements = _away(ids, first, last)
    holidays, ramadan = _calendar(first, last)
    sheet = replace(
        frame,
        people=people,
        shifts={pk: _times(roster, shift) for pk, shift in shifts.items()},
        cells=[Cell(row.employee_id, row.day, row.shift_id, row.slot) for row in entries],
        outside=outside,
        known=_known(roster, outside),
        minimums=_minimums(roster),
        absences=absences,
        arrangements=arrangements,
        ramadan=ramadan,
    )
    fixed = {(row.employee_id, row.day, row.slot) for row in entries if row.is_fixed}
    return RosterFacts(roster, sheet, listed, shifts, fixed, holidays)


def _frame(roster: Roster) -> Sheet:
    """The period and the settings, still without people."""
    terms = attendance_terms_on(roster.starts_on)
    rotation = roster.rotation
    return Sheet(
        start=roster.starts_on,
        end=roster.ends_on,
        people=(),
        shifts={},
        cells=(),
        rest_min=terms.rest_hours * 60,
        average_days=rotation.cycle_days if rotation else terms.averaging_weeks * 7,
        average_from=rotation.starts_on if rotation else WEEKS_FROM,
    )


def _reach(frame: Sheet) -> tuple[date, date]:
    """Days to read: two beyond each edge for the rest, and all of the windows that touch the roster."""
    everything = replace(frame, known=[(date.min, date.max)])
    windows = average_windows(everything) or [(frame.start, frame.end)]
    return (
        min(frame.start - 2 * ONE_DAY, windows[0][0]),
        max(frame.end + 2 * ONE_DAY, windows[-1][1]),
    )


@dataclass(frozen=True)
class _Outside(Cell):
    """A published cell of another roster, with that roster's unit and period."""

    unit_id: int = 0
    starts_on: date = date.min
    ends_on: date = date.min


def _outside(roster: Roster, ids: set[int], first: date, last: date) -> list[_Outside]:
    rows = RosterEntry.objects.filter(employee_id__in=ids, is_published=True, day__gte=first, day__lte=last).exclude(
        roster=roster
    )
    columns = ("employee_id", "day", "shift_id", "slot", "roster_id")
    of_roster = ("roster__unit_id", "roster__starts_on", "roster__ends_on")
    return [_Outside(*row) for row in rows.order_by().values_list(*columns, *of_roster)]


def _known(roster: Roster, outside: Iterable[_Outside]) -> list[tuple[date, date]]:
    """Periods of the unit's other published rosters: a day without a shift there is known to be off."""
    return sorted({(cell.starts_on, cell.ends_on) for cell in outside if cell.unit_id == roster.unit_id})


def _times(roster: Roster, shift: Shift) -> ShiftTimes:
    in_use = shift.is_active or roster.status == RosterStatus.PUBLISHED
    return ShiftTimes(
        id=shift.pk,
        start_min=shift.starts_at.hour * 60 + shift.starts_at.minute,
        duration_min=shift.duration_min,
        work_min=shift.work_min,
        is_own=in_use and shift.unit_id in roster.unit.path_ids,
    )


def _people(roster: Roster, ids: set[int]) -> tuple[list[Person], list[OnRoster]]:
    """Who stands on the roster, by name. Position and group are those of the last placement within it."""
    person = ("employee_id", "employee__name", "employee__user_id")
    place = ("position__name", "position__group", "unit__path", "valid_from", "valid_to")
    rows = Placement.objects.filter(employee_id__in=ids).order_by("valid_from").values_list(*person, *place)
    serves: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    newest: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        employee_id, start, end = row[0], row[6], row[7]
        if row[5].startswith(roster.unit.path):
            serves[employee_id].append((start, end))
        if employee_id not in newest or start <= roster.ends_on:
            newest[employee_id] = row
    listed = [OnRoster(row[0], row[1], row[3], row[2]) for row in newest.values()]
    never = ((date.min, date.min),)  # placed elsewhere all the time
    people = [Person(row[0], row[4] or "", tuple(serves[row[0]]) or never, row[5]) for row in newest.values()]
    return people, sorted(listed, key=lambda person: (person.name, person.id))


def _minimums(roster: Roster) -> list[Minimum]:
    """Minimums of the unit, of those above it (others count there too) and of those below (only theirs count)."""
    unit = roster.unit
    rows = list(
        ShiftMinimum.objects.overlapping(roster.starts_on, roster.ends_on)
        .filter(Q(unit_id__in=unit.path_ids) | Q(unit__path__startswith=unit.path))
        .select_related("unit")
    )
    above = [row for row in rows if row.unit_id in unit.path_ids[:-1]]
    others = _others(roster, above) if above else {}
    return [
        Minimum(
            shift_id=row.shift_id,
            count=row.count,
            weekday=row.weekday,
            group=row.position_group,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            unit_id=row.unit_id,
            unit_path=row.unit.path if row.unit.path.startswith(unit.path) and row.unit_id != unit.pk else "",
            others=others.get((row.unit_id, row.shift_id, row.position_group), {}),
        )
        for row in rows
    ]


def _others(roster: Roster, minimums: Sequence[ShiftMinimum]) -> dict[tuple[int, int, str], dict[date, int]]:
    """People of other rosters, also of drafts, who count for a minimum of a unit above; who is absent does not."""
    absent = Absence.objects.filter(
        employee=OuterRef("employee"), valid_from__lte=OuterRef("day"), valid_to__gte=OuterRef("day")
    )
    placed = Placement.objects.filter(employee=OuterRef("employee"), valid_from__lte=OuterRef("day")).order_by(
        "-valid_from"
    )
    rows = (
        RosterEntry.objects.filter(
            shift_id__in={row.shift_id for row in minimums}, day__gte=roster.starts_on, day__lte=roster.ends_on
        )
        .exclude(roster=roster)
        .filter(~Exists(absent))
        .annotate(group=placed.values("position__group")[:1])
        .order_by()
        .values_list("shift_id", "day", "roster__unit__path", "group")
    )
    keys = {(row.unit_id, row.shift_id, row.position_group): row.unit.path for row in minimums}
    counted: dict[tuple[int, int, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for shift_id, day, path, group in rows:
        for key, above in keys.items():
            if key[1] == shift_id and path.startswith(above) and key[2] in ("", group):
                counted[key][day] += 1
    return counted


def _away(ids: set[int], first: date, last: date) -> tuple[list[DayAbsence], frozenset[tuple[int, date]]]:
    """Absences day by day, and days with an arrangement; one query."""
    absences = (
        Absence.objects.overlapping(first, last)
        .filter(employee_id__in=ids)
        .order_by()
        .values_list("employee_id", "valid_from", "valid_to", "kind", "part")
    )
    text: CharField[Any, Any] = CharField()
    granted = (
        AssignmentDay.objects.filter(employee_id__in=ids, day__gte=first, day__lte=last, is_away=True)
        .exclude(status=DayStatus.SUSPENDED)
        .order_by()
        .values_list("employee_id", "day", "day", Value(ARRANGEMENT, output_field=text), Value("", output_field=text))
    )
    absent: list[DayAbsence] = []
    arranged: set[tuple[int, date]] = set()
    for employee_id, start, end, kind, part in absences.union(granted, all=True):
        if kind == ARRANGEMENT:
            arranged.add((employee_id, start))
            continue
        days = _days(max(start, first), min(end or last, last))
        absent.extend(DayAbsence(employee_id, day, kind, part) for day in days)
    return absent, frozenset(arranged)


def _calendar(first: date, last: date) -> tuple[dict[date, str], frozenset[date]]:
    """Names of holidays and the days of Ramadan; one query."""
    text: CharField[Any, Any] = CharField()
    holidays = Holiday.objects.filter(day__gte=first, day__lte=last).order_by().values_list("day", "day", "name")
    periods = RamadanPeriod.objects.overlapping(first, last).order_by()
    fasting = periods.values_list("valid_from", "valid_to", Value(RAMADAN, output_field=text))
    names: dict[date, str] = {}
    days: set[date] = set()
    for start, end, name in holidays.union(fasting, all=True):
        if name == RAMADAN:
            days.update(_days(max(start, first), min(end or last, last)))
        else:
            names[start] = name
    return names, frozenset(days)


def _days(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=offset) for offset in range((end - start).days + 1))


def open_cells(facts: RosterFacts) -> list[tuple[int, date]]:
    """Cells of a draft that a proposal may fill: no shift, and nobody decided that they stay empty."""
    return [
        (cell.employee_id, cell.day)
        for cell in facts.sheet.cells
        if cell.slot == 1 and cell.shift_id is None and (cell.employee_id, cell.day, 1) not in facts.fixed
    ]
