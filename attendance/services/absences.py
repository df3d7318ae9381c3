"""Absences that HR types in, changes and removes, imported ones too; the letter number is the key.

Absences go before arrangements (design 4): on granted days they are taken, and what they meet is told. While days are
still being decided they wait, like in an import. Who is absent for half a day works the other half where the
arrangement says, so half days meet nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.enums import DayPart, DayStatus
from attendance.models import Absence, AssignmentDay
from attendance.services.shortfalls import absences_entered
from attendance.services.workdays import mark_stale
from organization.constraints import explained
from organization.guards import lock_employee, require
from organization.models import User

MAX_DAYS = 731  # as in an import
DAYS_SHOWN = 5
PERMISSION = "attendance.manage_absence"


@dataclass(frozen=True)
class AbsenceData:
    """What is entered; both days inclusive, `part` the same for each of them."""

    kind: str
    reference: str
    valid_from: date
    valid_to: date
    part: str = DayPart.WHOLE


@dataclass(frozen=True)
class SavedAbsence:
    """The absence, and the granted days that it takes precedence over: day and request."""

    absence: Absence
    met: tuple[tuple[date, str], ...]


@transaction.atomic
def enter_absence(*, by: User, employee_id: int, data: AbsenceData) -> SavedAbsence:
    """Enter an absence.

    Raises PermissionDenied unless `by` is the employee's HR; ValidationError for dates in the wrong order, a letter
    number or days that are taken, and days of an arrangement that is still being decided.
    """
    employee = lock_employee(employee_id)
    require(by, PERMISSION, employee)
    return _save(Absence(employee=employee), data)


@transaction.atomic
def change_absence(*, by: User, absence_id: int, data: AbsenceData) -> SavedAbsence:
    """Change an absence, also to other days; raises as `enter_absence`."""
    absence = _locked(by, absence_id)
    _mark(absence)
    return _save(absence, data)


@transaction.atomic
def remove_absence(*, by: User, absence_id: int) -> None:
    """Remove an absence that was entered wrongly; its history stays."""
    absence = _locked(by, absence_id)
    _mark(absence)
    absence.delete()


def _locked(by: User, absence_id: int) -> Absence:
    """The absence, its employee locked before it, in the order that every command keeps."""
    employee = lock_employee(Absence.objects.values_list("employee_id", flat=True).get(pk=absence_id))
    require(by, PERMISSION, employee)
    return Absence.objects.select_for_update(of=("self",)).select_related("employee").get(pk=absence_id)


def _mark(absence: Absence) -> None:
    mark_stale(employee_ids=[absence.employee_id], start=absence.valid_from, end=absence.valid_to)


def _save(absence: Absence, data: AbsenceData) -> SavedAbsence:
    _check(data)
    absence.kind, absence.part, absence.reference = data.kind, data.part, data.reference
    absence.valid_from, absence.valid_to = data.valid_from, data.valid_to
    met = flexible_days(absence.employee_id, data) if data.part == DayPart.WHOLE else {}
    held = [(day, reference) for day, (reference, status) in met.items() if status == DayStatus.HELD]
    if held:
        words = {"days": _in_words(day for day, _reference in held), "reference": held[0][1]}
        text = _("Flexible days are still being decided there: %(days)s (request %(reference)s). Decide it first.")
        raise ValidationError({"valid_from": text % words})
    absence.clean_fields()
    with explained(Absence):
        absence.save()
    _mark(absence)
    absences_entered([absence.pk])
    return SavedAbsence(absence, tuple((day, reference) for day, (reference, _status) in met.items()))


def _check(data: AbsenceData) -> None:
    if data.valid_to < data.valid_from:
        raise ValidationError({"valid_to": _("The end date must not be before the start date.")})
    if (data.valid_to - data.valid_from).days >= MAX_DAYS:
        raise ValidationError({"valid_to": _("The absence runs over more than two years. Correct a date.")})


def flexible_days(employee_id: int, data: AbsenceData) -> dict[date, tuple[str, str]]:
    """Days of an arrangement within the absence: the request and whether it is held or granted; one query."""
    rows = AssignmentDay.objects.filter(employee_id=employee_id, day__range=(data.valid_from, data.valid_to))
    found = rows.exclude(status=DayStatus.SUSPENDED).values("day", "status")
    found = found.annotate(reference=Min("assignment__reference")).order_by("day", "-status")  # held last: it counts
    return {row["day"]: (row["reference"], row["status"]) for row in found}


def _in_words(days: Iterable[date]) -> str:
    listed = list(days)
    words = [date_format(day, "SHORT_DATE_FORMAT") for day in listed[:DAYS_SHOWN]]
    return ", ".join([*words, "…"] if len(listed) > DAYS_SHOWN else words)


def met_in_words(saved: SavedAbsence) -> str:
    """What the absence takes precedence over, as a sentence; empty when nothing."""
    if not saved.met:
        return ""
    values = {"days": _in_words(day for day, _reference in saved.met), "reference": saved.met[0][1]}
    return _("The absence goes first on granted flexible days: %(days)s (request %(reference)s).") % values
