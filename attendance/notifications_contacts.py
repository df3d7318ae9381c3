"""Messages about calls for a reply and recalls. In the app they say what to do; a mail names nothing."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from attendance.enums import ContactKind
from attendance.models import Contact
from organization.models import Placement
from organization.notices import register_notice
from organization.services.notices import notify
from organization.webhooks import emit

register_notice(
    "attendance.reply_asked",
    subject=_("Your supervisor asks for a reply"),
    body=_("Open it and answer. Once you have seen it you have %(minutes)s minutes."),
    mail_body=_("Open it in the app and answer."),
)
register_notice(
    "attendance.recalled",
    subject=_("You are called to the office"),
    body=_("On %(day_on)s you are expected in the office. Open it to read the reason."),
    mail_body=_("Open it in the app to read the day and the reason."),
)
register_notice(
    "attendance.recall_withdrawn",
    subject=_("You are not called to the office any more"),
    body=_("The recall for %(day_on)s was withdrawn. Open it to see where you work that day."),
    mail_body=_("A recall was withdrawn. Open it in the app."),
)
register_notice(
    "attendance.contact_answered",
    subject=_("The reply is there"),
    body=_("%(name)s has answered."),
    mail_body=_("Open it in the app to read it."),
)
register_notice(
    "attendance.contact_missed",
    subject=_("No reply in time"),
    body=_("%(name)s saw the question and did not answer in time. Telephone, and note the call."),
    mail_body=_("Somebody you asked did not answer in time. Open it in the app."),
)
register_notice(
    "attendance.contact_missed_own",
    subject=_("The time to answer is over"),
    body=_("You can still answer; your answer stands beside the time."),
)


def contact_url(contact: Contact) -> str:
    return reverse("attendance:contact", args=[contact.pk])


def _tell(contact: Contact, user_id: int | None, code: str, **context: str | int) -> None:
    if user_id is not None:
        notify(
            user_ids=[user_id],
            code=code,
            context=context,
            url=contact_url(contact),
            key=f"contact:{contact.pk}:{code}",
        )


def tell_asked(contact: Contact) -> None:
    """The employee; and other systems, such as the agency's own gateway: ids, the kind and the day only."""
    own = contact.employee.user_id
    if contact.kind == ContactKind.RECALL and contact.day is not None:
        _tell(contact, own, "attendance.recalled", day_on=contact.day.isoformat())
    else:
        _tell(contact, own, "attendance.reply_asked", minutes=contact.minutes)
    placed = Placement.objects.active_on(contact.asked_at.date()).filter(employee_id=contact.employee_id)
    path = placed.values_list("unit__path", flat=True).first() or ""
    data = {
        "id": contact.pk,
        "kind": str(contact.kind),
        "employee_id": contact.employee_id,
        "day": contact.day.isoformat() if contact.day else None,
        "minutes": contact.minutes,
    }
    emit("contact.asked", path=path, data=data, key=str(contact.pk))


def tell_recall_withdrawn(contact: Contact) -> None:
    if contact.day is not None:
        own = contact.employee.user_id
        _tell(contact, own, "attendance.recall_withdrawn", day_on=contact.day.isoformat())


def tell_answered(contact: Contact) -> None:
    _tell(contact, contact.asked_by_id, "attendance.contact_answered", name=contact.employee.name)


def tell_missed(contact: Contact) -> None:
    _tell(contact, contact.asked_by_id, "attendance.contact_missed", name=contact.employee.name)
    _tell(contact, contact.employee.user_id, "attendance.contact_missed_own")
