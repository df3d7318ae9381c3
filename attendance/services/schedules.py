"""Terms of attendance and working hours: dated versions by decree; what already happened keeps the old one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from attendance.enums import PatternKind
from attendance.models import AttendanceTerms, PatternHours, UnitPattern, WorkPattern
from attendance.services.workdays import first_built_day, mark_all_stale
from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, refuse_past, require
from organization.models import Unit, User
from organization.working_hours import WEEK_MIN, WEEK_MIN_RAMADAN

PERMISSION = "attendance.manage_terms"
DAYS_OF = {PatternKind.FIVE_DAY: 5, PatternKind.SIX_DAY: 6}


@dataclass(frozen=True)
class HoursRow:
    """Hours of a weekday (ISO); `work_min` is net of the break."""

    weekday: int
    in_ramadan: bool
    starts_at: time
    work_min: int
    break_at: time
    break_min: int


@transaction.atomic
def new_terms(*, by: User, valid_from: date, values: Mapping[str, Any]) -> AttendanceTerms:
    """Let other terms apply from a day on; the version of that day ends the day before. What is not given stays.

    `judged_from` also holds for the versions before: it says when an agency begins, so earlier days are not judged.
    Raises PermissionDenied, ValidationError per field.
    """
    require(by, PERMISSION)
    refuse_past(valid_from)
    if not str(values.get("decree_no", "")).strip():
        raise ValidationError({"decree_no": _("Give the number of the decree.")})
    rows = AttendanceTerms.objects.select_for_update()
    current = rows.active_on(valid_from).first()
    following = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if current and current.valid_from == valid_from:
        terms, end = current, current.valid_to
    else:
        terms, end = _copy(current, valid_from), following.valid_from - ONE_DAY if following else None
        if current:
            end_after(current, valid_from - ONE_DAY)
    for name, value in values.items():
        setattr(terms, name, value)
    terms.valid_to = end
    save_checked(terms)
    start, begins = valid_from, terms.judged_from
    if begins:
        first, earlier = first_built_day(), rows.filter(valid_from__lt=valid_from)
        if first < valid_from and not earlier.exists():  # the defaults held until now
            AttendanceTerms.objects.create(valid_from=first, valid_to=valid_from - ONE_DAY, judged_from=begins)
            start = first + ONE_DAY  # the day beside it is built too
        elif earlier.exclude(judged_from__gte=begins).update(judged_from=begins):
            start = min(valid_from, first + ONE_DAY)
    mark_all_stale(start=start, end=end, key=f"terms:{terms.pk}")
    return terms


def _copy(terms: AttendanceTerms | None, valid_from: date) -> AttendanceTerms:
    """An unsaved version that begins with the same figures."""
    names = [field.name for field in AttendanceTerms._meta.concrete_fields if field.name not in ("id", "valid_to")]
    figures = {name: getattr(terms, name) for name in names} if terms else {}
    return AttendanceTerms(**{**figures, "valid_from": valid_from})


@transaction.atomic
def create_pattern(
    *, by: User, code: str, name: str, kind: str, decree_no: str, valid_from: date, rows: Sequence[HoursRow]
) -> WorkPattern:
    """A new week of working hours. Anything but five days rests on a decree (Perpres 21/2023 Art 7 [Q])."""
    require(by, PERMISSION)
    if kind != PatternKind.FIVE_DAY and not decree_no.strip():
        raise ValidationError({"decree_no": _("Give the number of the decree: the law fixes five days (Art 3).")})
    _check_week(kind, rows)
    pattern = save_checked(WorkPattern(code=code.strip(), name=name.strip(), kind=kind, decree_no=decree_no.strip()))
    _write_hours(pattern, valid_from, rows)
    return pattern


@transaction.atomic
def set_hours(*, by: User, pattern_id: int, valid_from: date, rows: Sequence[HoursRow]) -> WorkPattern:
    """Give a pattern other hours from a day on; the hours of that day and later ones end the day before."""
    require(by, PERMISSION)
    refuse_past(valid_from)
    pattern = WorkPattern.objects.select_for_update().get(pk=pattern_id)
    _check_week(pattern.kind, rows)
    for row in PatternHours.objects.filter(pattern=pattern).overlapping(valid_from, None):
        end_after(row, valid_from - ONE_DAY)
    _write_hours(pattern, valid_from, rows)
    units = UnitPattern.objects.filter(pattern=pattern).overlapping(valid_from, None)
    paths = None if pattern.is_default else list(units.values_list("unit__path", flat=True))
    if paths is None or paths:
        mark_all_stale(start=valid_from, end=None, unit_paths=paths, key=f"pattern:{pattern.pk}")
    return pattern


def _write_hours(pattern: WorkPattern, valid_from: date, rows: Sequence[HoursRow]) -> None:
    for row in rows:
        save_checked(PatternHours(pattern=pattern, valid_from=valid_from, **row.__dict__))


def _check_week(kind: str, rows: Sequence[HoursRow]) -> None:
    """Five and six days hold the week of the law, net of breaks (Perpres 21/2023 Art 4(1),(2) [Q], mark L).

    Units that work every day are exempt (Art 7); their week follows from the roster.
    """
    if not any(not row.in_ramadan for row in rows):
        raise ValidationError(_("Give the hours of at least one day."))
    days = DAYS_OF.get(PatternKind(kind))
    if days is None:
        return
    for in_ramadan, fixed in ((False, WEEK_MIN), (True, WEEK_MIN_RAMADAN)):
        week = [row for row in rows if row.in_ramadan == in_ramadan]
        if in_ramadan and not week:
            raise ValidationError(_("Give the hours in Ramadan, too."))
        if len(week) != days:
            text = _("This kind of week has %(days)s working days; %(found)s are given.")
            raise ValidationError(text % {"days": days, "found": len(week)})
        minutes = sum(row.work_min for row in week)
        if minutes != fixed:
            text = (
                _("The week in Ramadan has %(minutes)s minutes without breaks; the law fixes %(fixed)s (Art 4).")
                if in_ramadan
                else _("The week has %(minutes)s minutes without breaks; the law fixes %(fixed)s (Art 4).")
            )
            raise ValidationError(text % {"minutes": minutes, "fixed": fixed})


@transaction.atomic
def give_pattern(*, by: User, unit: Unit, pattern: WorkPattern, valid_from: date) -> UnitPattern:
    """Let a unit, and those below without their own, work by a pattern from a day on; the one before ends."""
    require(by, PERMISSION)
    refuse_past(valid_from)
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    for row in UnitPattern.objects.filter(unit=unit).overlapping(valid_from, None):
        end_after(row, valid_from - ONE_DAY)
    given = save_checked(UnitPattern(unit=unit, pattern=pattern, valid_from=valid_from))
    mark_all_stale(start=valid_from, end=None, unit_paths=[unit.path], key=f"unit-pattern:{given.pk}")
    return given


@transaction.atomic
def end_unit_pattern(*, by: User, unit_pattern_id: int, last_day: date) -> None:
    """From the next day on the unit works by the pattern above it again."""
    require(by, PERMISSION)
    refuse_past(last_day, "last_day")
    row = UnitPattern.objects.select_for_update(of=("self",)).select_related("unit").get(pk=unit_pattern_id)
    if row.valid_to is not None and row.valid_to <= last_day:
        raise ValidationError({"last_day": _("It ends by then anyway. Choose an earlier day.")})
    end_after(row, last_day)
    mark_all_stale(
        start=last_day + ONE_DAY, end=None, unit_paths=[row.unit.path], key=f"unit-pattern:{unit_pattern_id}"
    )
