"""Calls for a reply, recalls and confirmations that are open, above every page of whoever is asked (regulation 5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import CharField, Max, Min, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.enums import ContactKind
from attendance.services.contacts import open_contacts
from attendance.services.prompts import open_prompts
from organization.access import Access
from organization.models import User
from organization.waiting import Asked, WaitingLine, register_waiting

_NEWEST = Cast(Max("pk"), CharField())
_FIRST_DAY = Concat(Cast(Min("day"), CharField()), Value(" "), _NEWEST, output_field=CharField())


@register_waiting
def asked_of_employee(user: User, access: Access) -> Iterator[Asked]:
    """Shown without starting the time to answer: that begins on the page of the call or the confirmation itself."""
    if access.own_employee_id is None:
        return
    mine = open_contacts().filter(employee_id=access.own_employee_id)
    yield Asked("recall", mine.filter(kind=ContactKind.RECALL), _recalled, text=_FIRST_DAY)
    yield Asked("reply", mine.filter(kind=ContactKind.REPLY), _called, text=_NEWEST)
    yield Asked("prompt", open_prompts(access.own_employee_id, timezone.now()), _prompted)


def _recalled(count: int, text: str) -> WaitingLine:
    day, pk = text.split()
    words = ngettext(
        "You are recalled to the office on %(date)s.",
        "You are recalled to the office on %(count)s days, the first is %(date)s.",
        count,
    )
    return WaitingLine(
        text=words % {"count": count, "date": date_format(date.fromisoformat(day), "DATE_FORMAT")},
        detail=_("Read the reason and answer."),
        url=_url(count, pk),
        action=_("Read and answer"),
    )


def _called(count: int, text: str) -> WaitingLine:
    words = ngettext("Your supervisor asks for a reply.", "Your supervisor asks for %(count)s replies.", count)
    return WaitingLine(
        text=words % {"count": count},
        detail=_("The time to answer begins when you open it."),
        url=_url(count, text),
        action=_("Open and answer"),
    )


def _prompted(count: int, text: str) -> WaitingLine:
    return WaitingLine(
        text=_("Please confirm that you are at work."),
        detail=_("The time to confirm begins when you see the question."),
        url=reverse("attendance:presence"),
        action=_("Open the question"),
    )


def _url(count: int, pk: str) -> str:
    """The one that is asked, or the list of several."""
    return reverse("attendance:contact", args=[pk]) if count == 1 else reverse("attendance:contact_list")
