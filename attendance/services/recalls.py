"""A supervisor recalls somebody to the office for a day: the place elsewhere is freed, the day counts as office.

Source: recall for urgent need, regulation 5.1 [S: DKI Jakarta]; what it does to the place is DESIGN.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.enums import ContactKind, DayPart, DayStatus, Facet
from attendance.errors import StateChanged
from attendance.models import Absence, AssignmentDay, Contact
from attendance.notifications_contacts import tell_asked, tell_recall_withdrawn
from attendance.places_again import what_forbids
from attendance.services.contacts import MESSAGE_LENGTH, require_leads
from attendance.services.workdays import mark_stale
from attendance.terms import attendance_terms_on
from organization.constraints import explained
from organization.guards import lock_employee
from organization.models import Employee, Placement, Unit, User
from organization.national_periods import affects
from organization.services.units import lock_units

LONGEST_AHEAD = timedelta(days=92)


@transaction.atomic
def recall_to_office(*, by: User, employee_id: int, day: date, reason: str) -> Contact:
    """Recall the employee to the office of placement for one day, with a reason that they read.

    Under a national or emergency period, too: the day then counts as office, whatever the period says of the others.
    Raises PermissionDenied, ValidationError (no reason; a day that is over, far off, absent, or in the office anyway).
    """
    unit = _unit_on(employee_id, day)
    if unit is not None:
        lock_units(unit)
    employee = lock_employee(employee_id)
    require_leads(by, employee)
    if not reason.strip():
        raise ValidationError({"message": _("Give the reason; the employee reads it.")})
    rows = _check_day(employee, day)
    with explained(Contact):
        contact = Contact.objects.create(
            employee=employee,
            kind=ContactKind.RECALL,
            message=reason.strip()[:MESSAGE_LENGTH],
            day=day,
            asked_by=by,
            asked_at=timezone.now(),
            minutes=attendance_terms_on(timezone.localdate()).response_minutes,
            counted_toward_cap=any(row.counts_toward_cap for row in rows),
        )
    AssignmentDay.objects.filter(pk__in=[row.pk for row in rows]).update(
        status=DayStatus.SUSPENDED, is_away=False, counts_toward_cap=False
    )
    mark_stale(employee_ids=[employee.pk], start=day, end=day)
    tell_asked(contact)
    return contact


def _unit_on(employee_id: int, day: date) -> Unit | None:
    placed = Placement.objects.active_on(day).filter(employee_id=employee_id).select_related("unit").first()
    return placed.unit if placed else None


def _check_day(employee: Employee, day: date) -> list[AssignmentDay]:
    """The place elsewhere that day; none under a period that lets people work away. Raises ValidationError where a
    recall has no sense."""
    today = timezone.localdate()
    if not today <= day <= today + LONGEST_AHEAD:
        raise ValidationError({"day": _("Choose a day from today on, three months ahead at most.")})
    absent = Absence.objects.active_on(day).filter(employee=employee, part=DayPart.WHOLE)
    if absent.exists():
        raise ValidationError({"day": _("The employee is absent that day.")})
    days = AssignmentDay.objects.select_for_update().filter(employee=employee, day=day, facet=Facet.LOCATION)
    rows = list(days.filter(status=DayStatus.IN_FORCE))
    if not rows:
        recalled = Contact.objects.filter(employee=employee, day=day, kind=ContactKind.RECALL, withdrawn_at=None)
        if recalled.exists():
            raise ValidationError({"day": _("The employee is recalled to the office that day already.")})
        if day in affects([employee.pk], day, day).get(employee.pk, {}):
            return []
        raise ValidationError({"day": _("The employee has no arrangement elsewhere that day.")})
    return rows


@transaction.atomic
def withdraw_recall(*, by: User, contact_id: int) -> Contact:
    """Take a recall back: the place elsewhere is taken again under the locks, if it is still free.

    Raises PermissionDenied, StateChanged (withdrawn or over), ValidationError (somebody else has the place by now).
    """
    known = Contact.objects.only("employee_id", "day").get(pk=contact_id)
    unit = _unit_on(known.employee_id, known.day) if known.day else None
    if unit is not None:
        lock_units(unit)
    lock_employee(known.employee_id)
    rows = Contact.objects.select_for_update(of=("self",)).select_related("employee__user", "asked_by")
    contact = rows.get(pk=contact_id)
    if contact.kind != ContactKind.RECALL or not by.has_perm("attendance.follow_contact", contact):
        raise PermissionDenied
    if contact.withdrawn_at is not None:
        raise StateChanged(_("This recall is withdrawn already."))
    if contact.day is None or contact.day < timezone.localdate():
        raise StateChanged(_("That day is over."))
    _take_again(contact, contact.day, unit)
    contact.withdrawn_at = timezone.now()
    contact.save(update_fields=["withdrawn_at"])
    mark_stale(employee_ids=[contact.employee_id], start=contact.day, end=contact.day)
    tell_recall_withdrawn(contact)
    return contact


def _take_again(contact: Contact, day: date, unit: Unit | None) -> None:
    days = AssignmentDay.objects.select_for_update(of=("self",)).select_related("assignment")
    rows = [
        row
        for row in days.filter(employee_id=contact.employee_id, day=day, status=DayStatus.SUSPENDED)
        if row.facet == Facet.LOCATION and not row.assignment.is_suspended_on(day)
    ]
    if not rows or unit is None:
        return  # the arrangement ended or is suspended meanwhile: the day stays an ordinary one
    why = what_forbids(
        employee_id=contact.employee_id,
        unit=unit,
        day=day,
        counts=contact.counted_toward_cap,
        reference=rows[0].assignment.reference,
    )
    if why:
        text = _("%(date)s cannot be given back: %(why)s The recall stands.")
        raise ValidationError(text % {"date": date_format(day, "DATE_FORMAT"), "why": why})
    for row in rows:
        row.status, row.is_away = DayStatus.IN_FORCE, True
        row.counts_toward_cap = contact.counted_toward_cap
    AssignmentDay.objects.bulk_update(rows, ["status", "is_away", "counts_toward_cap"])
