"""A supervisor asks for a reply: answered in the app, or reached by telephone. Misses count only if it was shown.

Source: practice in regulation 5.1 and 5.2 [S: Niaga Asia, Balikpapan, Jawawa]; the minutes are a setting (mark P).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import ContactKind, FlagKind, OutageCause
from attendance.errors import StateChanged
from attendance.models import Contact, ContactAttempt, OutageWindow
from attendance.notifications_contacts import tell_answered, tell_asked, tell_missed
from attendance.services.flags import raise_flag
from attendance.terms import attendance_terms_on
from organization.guards import lock_employee
from organization.models import Employee, User

MESSAGE_LENGTH = 500
NOTE_LENGTH = 300
BATCH = 500


def require_leads(by: User, employee: Employee) -> None:
    """Raise PermissionDenied unless `by` leads the employee."""
    if not by.has_perm("attendance.lead_employee", employee):
        raise PermissionDenied(_("Only who leads the employee may do this."))


@transaction.atomic
def ask_reply(*, by: User, employee_id: int, message: str) -> Contact:
    """Ask the employee for a reply in the app.

    Raises PermissionDenied, ValidationError (no message, or an earlier one can still be answered in time).
    """
    employee = lock_employee(employee_id)
    require_leads(by, employee)
    if not message.strip():
        raise ValidationError({"message": _("Write what it is about.")})
    if waiting().filter(employee=employee, kind=ContactKind.REPLY).exists():
        raise ValidationError(_("The employee still has time to answer an earlier one. Wait, or telephone."))
    contact = Contact.objects.create(
        employee=employee,
        kind=ContactKind.REPLY,
        message=message.strip()[:MESSAGE_LENGTH],
        asked_by=by,
        asked_at=timezone.now(),
        minutes=attendance_terms_on(timezone.localdate()).response_minutes,
    )
    tell_asked(contact)
    return contact


def waiting() -> QuerySet[Contact]:
    """Contacts neither answered, missed nor withdrawn."""
    return Contact.objects.filter(answered_at=None, missed_at=None, withdrawn_at=None)


def open_contacts() -> QuerySet[Contact]:
    """What an employee may still answer in time: calls for a reply that wait, recalls until their day is over."""
    return waiting().filter(Q(kind=ContactKind.REPLY) | Q(day__gte=timezone.localdate()))


def _locked(contact_id: int) -> Contact:
    rows = Contact.objects.select_for_update(of=("self",)).select_related("employee__user", "asked_by")
    return rows.get(pk=contact_id)


def _require_live(contact: Contact) -> None:
    if contact.withdrawn_at is not None:
        raise StateChanged(_("This was withdrawn."))


@transaction.atomic
def mark_delivered(*, by: User, contact_ids: Collection[int]) -> int:
    """Note that the employee was shown these of their own; the time to answer begins. Returns how many were new."""
    rows = Contact.objects.filter(pk__in=contact_ids, employee__user=by, delivered_at=None, withdrawn_at=None)
    return rows.update(delivered_at=timezone.now())


@transaction.atomic
def answer_contact(*, by: User, contact_id: int, answer: str) -> Contact:
    """The employee answers, once; late answers stand beside the miss.

    Raises PermissionDenied, StateChanged (answered or withdrawn), ValidationError (nothing said).
    """
    contact = _locked(contact_id)
    if not by.has_perm("attendance.answer_contact", contact):
        raise PermissionDenied
    _require_live(contact)
    if contact.answered_at is not None:
        raise StateChanged(_("You answered already; your answer is with the supervisor."))
    if not answer.strip():
        raise ValidationError({"answer": _("Write your answer.")})
    contact.answer, contact.answered_at = answer.strip()[:MESSAGE_LENGTH], timezone.now()
    contact.delivered_at = contact.delivered_at or contact.answered_at
    contact.save(update_fields=["answer", "answered_at", "delivered_at"])
    tell_answered(contact)
    return contact


@transaction.atomic
def note_attempt(*, by: User, contact_id: int, reached: bool, note: str = "") -> ContactAttempt:
    """Note a telephone call by hand. Somebody who was reached has answered. Raises PermissionDenied, StateChanged."""
    contact = _locked(contact_id)
    if not by.has_perm("attendance.follow_contact", contact):
        raise PermissionDenied
    _require_live(contact)
    now = timezone.now()
    attempt = ContactAttempt.objects.create(
        contact=contact, at=now, reached=reached, note=note.strip()[:NOTE_LENGTH], noted_by=by
    )
    if reached and contact.answered_at is None:
        contact.answered_at, contact.delivered_at = now, contact.delivered_at or now
        contact.save(update_fields=["answered_at", "delivered_at"])
    return attempt


@transaction.atomic
def withdraw_contact(*, by: User, contact_id: int) -> Contact:
    """Take a question back that nobody has answered. Raises PermissionDenied, StateChanged."""
    contact = _locked(contact_id)
    if contact.kind != ContactKind.REPLY or not by.has_perm("attendance.follow_contact", contact):
        raise PermissionDenied
    _require_live(contact)
    if contact.answered_at is not None:
        raise StateChanged(_("It is answered already."))
    contact.withdrawn_at = timezone.now()
    contact.save(update_fields=["withdrawn_at"])
    return contact


# What time brings ----------------------------------------------------------------------------------------------------


def look_after_contacts(*, at: datetime) -> int:
    """Note which contacts were shown and not answered in time; so many in a row raise a flag, which can be answered.

    A time in which this system was down is nobody's miss. Returns how many were missed.
    """
    ends = ExpressionWrapper(F("delivered_at") + F("minutes") * Value(timedelta(minutes=1)), DateTimeField())
    late = waiting().filter(kind=ContactKind.REPLY, delivered_at__isnull=False).annotate(ends=ends)
    down = OutageWindow.objects.filter(
        cause=OutageCause.SYSTEM,
        withdrawn_at=None,
        starts_at__lt=OuterRef("ends"),
        ends_at__gt=OuterRef("delivered_at"),
    )
    ids = list(late.filter(~Exists(down), ends__lt=at).order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(_miss(pk, at) for pk in ids)


@transaction.atomic
def _miss(contact_id: int, at: datetime) -> int:
    contact = _locked(contact_id)
    if contact.answered_at or contact.missed_at or contact.withdrawn_at:
        return 0
    contact.missed_at = at
    contact.save(update_fields=["missed_at"])
    tell_missed(contact)
    missed = missed_in_a_row(contact.employee_id)
    day = timezone.localdate(at)
    needed = attendance_terms_on(day).missed_contacts
    if needed and missed % needed == 0:
        detail = {"missed": missed, "minutes": contact.minutes}
        raise_flag(employee_id=contact.employee_id, day=day, kind=FlagKind.NO_ANSWER, detail=detail)
    return 1


def missed_in_a_row(employee_id: int) -> int:
    """The newest delivered questions that were missed, up to the last one that was not."""
    rows = Contact.objects.filter(
        employee_id=employee_id, kind=ContactKind.REPLY, delivered_at__isnull=False, withdrawn_at=None
    ).order_by("-asked_at", "-pk")
    count = 0
    for missed_at, answered_at in rows.values_list("missed_at", "answered_at")[:100]:
        if missed_at is not None:
            count += 1
        elif answered_at is not None:
            break
    return count
