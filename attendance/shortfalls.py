"""Where a unit has fewer people than was promised, and who could come in. Only shown: nobody's day is changed here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance.limits import coverage_of
from attendance.models import Absence, AssignmentDay, RosterEntry, Shift
from attendance.shift_loads import shift_loads
from attendance.terms import attendance_terms_on
from organization.models import Placement, Unit
from organization.selectors import holidays_between
from organization.units_above import units_of_path

MONDAY_TO_FRIDAY = 5
AWAY, OFF = "away", "off"


@dataclass(frozen=True)
class Short:
    """Fewer people than a minimum: of the unit on a day, or of one of its shifts. `group` empty: anybody counts."""

    unit_id: int
    day: date
    group: str
    there: int
    minimum: int
    shift_id: int | None = None
    shift: str = ""

    @property
    def missing(self) -> int:
        return self.minimum - self.there


@dataclass(frozen=True)
class Candidate:
    """Somebody who could come in: works elsewhere that day, or is off by the roster and rested.

    `shifts`: codes of the short shifts that the rest to their other shifts allows.
    """

    placement: Placement
    why: str
    shifts: tuple[str, ...] = ()


def shortfalls(unit: Unit, start: date, end: date) -> list[Short]:
    """Every minimum of the unit itself that is not met from start to end, on days on which it works.

    Source: minimum on site DESIGN (regulation 8, `unit.min_onsite_staff`); shifts by their own minimums.
    """
    own = units_of_path(unit, start, end)[-1]
    holidays = holidays_between(start, end)
    found = []
    for day, cover in coverage_of(unit, start, end).items():
        version = own.version_on(day)
        works = version is not None and (version.is_24x7 or (day.weekday() < MONDAY_TO_FRIDAY and day not in holidays))
        if works:
            found += [Short(unit.pk, day, row.group, row.on_site, row.minimum) for row in cover.shortfalls]
    for day, loads in shift_loads(unit.path, start, end).items():
        for load in loads:
            found += [
                Short(unit.pk, day, need.group, need.on_shift, need.minimum, load.shift_id, load.code)
                for need in load.needs
                if need.missing and need.unit_id == unit.pk
            ]
    return sorted(found, key=lambda row: (row.day, row.shift, row.group))


def could_come_in(unit: Unit, day: date, short: Iterable[Short], visible: Q) -> list[Candidate]:
    """People of the unit (with those below) who could fill what is short that day, as far as `visible` lets them be
    seen; four queries. Whoever is absent, also for half the day, is never among them."""
    short = list(short)
    if not short:
        return []
    groups = {row.group for row in short}
    rows = _placed(unit, day).filter(visible)
    if "" not in groups:
        rows = rows.filter(position__group__in=groups)
    shifts = list(Shift.objects.filter(pk__in={row.shift_id for row in short if row.shift_id}))
    rested = _rested(day, shifts)
    found = []
    for row in rows:
        if row.works_elsewhere and not row.is_rostered:
            found.append(Candidate(row, AWAY))
        elif row.is_rostered and not row.has_shift:
            fitting = tuple(
                shift.code
                for shift in shifts
                if row.employee_id not in rested[shift.pk]
                and any(one.shift_id == shift.pk and one.group in ("", row.position.group) for one in short)
            )
            if fitting or any(one.shift_id is None for one in short):
                found.append(Candidate(row, OFF, fitting))
    return found


def _placed(unit: Unit, day: date) -> QuerySet[Any]:
    entries = RosterEntry.objects.filter(employee=OuterRef("employee"), day=day, is_published=True)
    away = AssignmentDay.objects.filter(employee=OuterRef("employee"), day=day, is_away=True)
    absent = Absence.objects.active_on(day).filter(employee=OuterRef("employee"))
    rows: QuerySet[Any] = (
        Placement.objects.active_on(day)
        .filter(unit__path__startswith=unit.path)
        .filter(~Exists(absent))
        .annotate(
            works_elsewhere=Exists(away),
            is_rostered=Exists(entries),
            has_shift=Exists(entries.filter(shift__isnull=False)),
        )
        .filter(Q(works_elsewhere=True) | Q(is_rostered=True, has_shift=False))
    )
    return rows.select_related("employee", "position", "unit").order_by("employee__name", "pk")


def _rested(day: date, shifts: list[Shift]) -> dict[int, set[int]]:
    """Shift -> people who would not have their rest before or after it that day."""
    tired: dict[int, set[int]] = {shift.pk: set() for shift in shifts}
    if not shifts:
        return tired
    rest = timedelta(hours=attendance_terms_on(day).rest_hours)
    near = RosterEntry.objects.filter(
        is_published=True, shift__isnull=False, day__gte=day - timedelta(days=2), day__lte=day + timedelta(days=2)
    ).order_by()
    columns = ("employee_id", "day", "shift__starts_at", "shift__duration_min")
    for employee_id, on, starts_at, length in near.values_list(*columns):
        begins, ends = _span(on, starts_at, length)
        for shift in shifts:
            first, last = _span(day, shift.starts_at, shift.duration_min)
            if not (ends + rest <= first or last + rest <= begins):
                tired[shift.pk].add(employee_id)
    return tired


def _span(day: date, starts_at: time, length: int) -> tuple[datetime, datetime]:
    """Local times: both shifts lie in the unit's zone."""
    begins = datetime.combine(day, starts_at)
    return begins, begins + timedelta(minutes=length)


def units_concerned(absences: Iterable[Absence], today: date, until: date) -> dict[int, tuple[date, date]]:
    """Units with a minimum in which these people are missed (their own and those above) -> first and last day."""
    rows = list(absences)
    placed = Placement.objects.filter(employee_id__in={row.employee_id for row in rows}).overlapping(today, until)
    concerned: dict[int, tuple[date, date]] = {}
    by_employee: dict[int, list[Placement]] = {}
    for placement in placed.select_related("unit"):
        by_employee.setdefault(placement.employee_id, []).append(placement)
    for absence in rows:
        for placement in by_employee.get(absence.employee_id, []):
            first = max(absence.valid_from, placement.valid_from, today)
            last = min(absence.valid_to or until, placement.valid_to or until, until)
            if first > last:
                continue
            for unit_id in placement.unit.path_ids:
                known = concerned.get(unit_id, (first, last))
                concerned[unit_id] = (min(known[0], first), max(known[1], last))
    limited = Unit.objects.filter(pk__in=concerned).filter(
        Exists(Unit.objects.filter(pk=OuterRef("pk"), minimums__isnull=False))
        | Exists(Unit.objects.filter(pk=OuterRef("pk"), shift_minimums__isnull=False))
    )
    return {pk: concerned[pk] for pk in limited.order_by("depth", "pk").values_list("pk", flat=True)}


def missed_on(unit: Unit, absences: Iterable[Absence], short: Iterable[Short]) -> list[Short]:
    """Of what is short, that which these absences are part of: somebody of the unit and group who would be there."""
    days = {row.day for row in short}
    if not days:
        return []
    employees = {row.employee_id: row for row in absences}
    placed = Placement.objects.filter(
        employee_id__in=employees, unit__path__startswith=unit.path, valid_from__lte=max(days)
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=min(days)))
    groups = {
        row.employee_id: (row.position.group, row.valid_from, row.valid_to) for row in placed.select_related("position")
    }
    entries: dict[tuple[int, date], set[int | None]] = {}
    rows = RosterEntry.objects.filter(is_published=True, employee_id__in=groups, day__in=days).order_by()
    for employee_id, day, shift_id in rows.values_list("employee_id", "day", "shift_id"):
        entries.setdefault((employee_id, day), set()).add(shift_id)

    def is_part(row: Short, absence: Absence) -> bool:
        group, start, end = groups.get(absence.employee_id, ("", date.max, None))
        here = start <= row.day and (end is None or row.day <= end)
        covered = absence.valid_from <= row.day and (absence.valid_to is None or row.day <= absence.valid_to)
        if not here or not covered or row.group not in ("", group):
            return False
        on = entries.get((absence.employee_id, row.day))
        return row.shift_id in (on or ()) if row.shift_id else on is None or on != {None}

    return [row for row in short if any(is_part(row, absence) for absence in absences)]
