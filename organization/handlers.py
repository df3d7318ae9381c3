"""Outbox handlers of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organization import changes, outbox
from organization.mail_groups import MailDelivery
from organization.models import AgencyProfile, User
from organization.notices import render_notice
from organization.services import accounts, imports, mail, national_periods, people, webhooks
from organization.services.units import rebuild_unit_index


@outbox.handler("organization.mail")
def send_mail(payload: dict[str, Any]) -> None:
    """Send one notice by e-mail: {"user": id, "code", "context", "url"}; people without an address are skipped."""
    user = User.objects.filter(pk=payload["user"]).exclude(email="").first()
    if user is None:
        return
    delivery = mail.delivery_for(user, payload["code"])
    if delivery == MailDelivery.DIGEST:
        mail.keep_for_digest(user, payload["code"], payload["context"], payload["url"])
    elif delivery == MailDelivery.NOW:
        with translation.override(user.mail_language):
            subject, body = render_notice(payload["code"], payload["context"], for_mail=True)
            _send(user, subject, body, path=payload["url"])


@outbox.handler(mail.TOPIC)
def send_digest(payload: dict[str, Any]) -> None:
    """The mail of the day: {"user": id}. Subjects only, each with its link; nothing waiting sends nothing."""
    user = User.objects.filter(pk=payload["user"], is_active=True).exclude(email="").first()
    items = mail.take_waiting(user) if user else []
    if user is None or not items:
        return
    with translation.override(user.mail_language):
        lines = [
            (render_notice(item.code, item.context, for_mail=True)[0], settings.BASE_URL + item.url if item.url else "")
            for item in items
        ]
        subject = ngettext("%(count)d notice of the day", "%(count)d notices of the day", len(items))
        body = _("What came in since the last mail of the day. You choose on your profile what is sent this way.")
        path = reverse("organization:notice_list")
        _send(user, subject % {"count": len(items)}, body, path=path, template="digest", lines=lines)


@outbox.handler("organization.activation_mail")
def send_activation_mail(payload: dict[str, Any]) -> None:
    """Make the one-time link at this moment and send it: {"user": id, "by": id}. The link is kept nowhere."""
    token = accounts.make_link_token(account_id=payload["user"], by_id=payload["by"])
    if token is None:
        return
    user = User.objects.get(pk=payload["user"])
    path = reverse("organization:activate_link", args=[token])
    with translation.override(user.mail_language):
        subject, body = render_notice("account.activation", {"days": settings.ACTIVATION_LINK_DAYS})
        _send(user, subject, body, path=path, action=_("Set your password"), greeting=str(user))


def _send(
    user: User,
    subject: str,
    body: str,
    *,
    path: str,
    action: str = "",
    greeting: str = "",
    template: str = "notice",
    lines: Sequence[tuple[str, str]] = (),
) -> None:
    """One mail with a link to a page of ours, as text and as HTML, in the language that is active."""
    agency = AgencyProfile.objects.first()
    values = {
        "subject": subject,
        "body": body,
        "action_url": settings.BASE_URL + path if path else "",
        "action_label": action,
        "agency_name": agency.name if agency else "",
        "greeting_name": greeting,
        "lines": lines,
    }
    message = EmailMultiAlternatives(subject, render_to_string(f"mail/{template}.txt", values), to=[user.email])
    message.attach_alternative(render_to_string(f"mail/{template}.html", values), "text/html")
    message.send()


@outbox.handler("organization.departure")
def switch_off_departed(payload: dict[str, Any]) -> None:
    """The last day of somebody who leaves is over: {"employee": id}."""
    people.switch_off_departed(employee_id=payload["employee"])


@outbox.handler("organization.rebuild_unit_index")
def rebuild_index(payload: dict[str, Any]) -> None:
    """A unit version begins today: the tree of units follows."""
    rebuild_unit_index()


@outbox.handler("organization.run_import")
def run_import(payload: dict[str, Any]) -> None:
    """Do one import run: {"run": id}."""
    imports.run_import(run_id=payload["run"])


@outbox.handler(changes.TOPIC)
def tell_of_changed_facts(payload: dict[str, Any]) -> None:
    """Facts changed: {"cause", "employees": ids or null, "on", "at", "key", "detail"}."""
    changes.tell_listeners(payload)


@outbox.handler(national_periods.START_TOPIC)
def tell_period_start(payload: dict[str, Any]) -> None:
    """A national or emergency period begins: {"period": id, "on": ISO date}; those affected are told once."""
    national_periods.tell_start(period_id=payload["period"], on=date.fromisoformat(payload["on"]))


@outbox.handler(national_periods.END_TOPIC)
def tell_period_end(payload: dict[str, Any]) -> None:
    """A running period was ended early: {"period": id}; those affected are told once."""
    national_periods.tell_end(period_id=payload["period"])


@outbox.handler("organization.webhook_event")
def spread_event(payload: dict[str, Any]) -> None:
    """One event for every webhook that may hear of it: {"id", "event", "at", "path", "data"}."""
    webhooks.spread(payload)


@outbox.handler("organization.webhook_delivery")
def send_webhook(payload: dict[str, Any]) -> None:
    """One attempt: {"delivery": id, "attempt": number}."""
    webhooks.attempt(delivery_id=payload["delivery"], number=payload["attempt"])
