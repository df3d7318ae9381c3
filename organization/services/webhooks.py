"""Webhooks: who is told of what, and the way of each message until it is delivered or given up."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organization import outbox
from organization.access import build_access
from organization.constraints import save_checked
from organization.enums import DeliveryState, Role
from organization.guards import require
from organization.models import ApiClient, RoleGrant, Webhook, WebhookDelivery
from organization.models import User as Account
from organization.sealing import SealBroken, seal, unseal
from organization.services.connections import PERMISSION
from organization.services.notices import notify
from organization.webhook_sender import Answer, Blocked, check_url, send, shown_secret, signature
from organization.webhooks import SCOPE

SECRET_BYTES = 32
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
)
LONGEST_PAUSE = timedelta(minutes=5)


@transaction.atomic
def create_webhook(*, by: Account, client_id: int, name: str, url: str, events: Iterable[str]) -> tuple[Webhook, str]:
    """A webhook of a connection; returns it and its secret, which the receiver checks signatures with.

    Raises PermissionDenied, ValidationError (address, events).
    """
    require(by, PERMISSION)
    client = ApiClient.objects.get(pk=client_id)
    if SCOPE not in client.allowed_scopes:
        raise ValidationError(
            _("This connection lacks the scope %(scope)s, so it would hear nothing.") % {"scope": SCOPE}
        )
    hook = Webhook(client=client, name=name.strip(), url=_checked(url), events=_some(events), created_by=by)
    secret = _new_secret(hook)
    return save_checked(hook), secret


def _new_secret(hook: Webhook) -> str:
    raw = secrets.token_bytes(SECRET_BYTES)
    hook.sealed_secret = seal(raw, owner=hook.seal_owner)
    return shown_secret(raw)


def _checked(url: str) -> str:
    try:
        check_url(url)
    except Blocked as error:
        raise ValidationError({"url": _("Give an address that begins with https:// and names no user.")}) from error
    return url


def _some(events: Iterable[str]) -> list[str]:
    chosen = sorted(set(events))
    if not chosen:
        raise ValidationError({"events": _("Choose at least one event.")})
    return chosen


def _locked(webhook_id: int) -> Webhook:
    return Webhook.objects.select_for_update(of=("self",)).select_related("client").get(pk=webhook_id)


@transaction.atomic
def change_webhook(*, by: Account, webhook_id: int, name: str, url: str, events: Iterable[str]) -> Webhook:
    """Change name, address and events. What waits goes to the new address."""
    require(by, PERMISSION)
    hook = _locked(webhook_id)
    hook.name, hook.url, hook.events, hook.paused_until = name.strip(), _checked(url), _some(events), None
    return save_checked(hook, update_fields=["name", "url", "events", "paused_until"])


@transaction.atomic
def rotate_webhook_secret(*, by: Account, webhook_id: int) -> tuple[Webhook, str]:
    """A new secret; messages from now on are signed with it."""
    require(by, PERMISSION)
    hook = _locked(webhook_id)
    secret = _new_secret(hook)
    hook.save(update_fields=["sealed_secret"])
    return hook, secret


@transaction.atomic
def switch_webhook(*, by: Account, webhook_id: int, on: bool) -> Webhook:
    """Let a webhook speak, or keep it silent."""
    require(by, PERMISSION)
    hook = _locked(webhook_id)
    hook.is_active, hook.paused_until = on, None
    hook.save(update_fields=["is_active", "paused_until"])
    return hook


@transaction.atomic
def send_again(*, by: Account, delivery_id: int) -> WebhookDelivery:
    """Send one message once more, with the id it had: the receiver knows it when it has it already."""
    require(by, PERMISSION)
    delivery = _locked_delivery(delivery_id)
    delivery.state, delivery.sent_at, delivery.error = DeliveryState.WAITING, None, ""
    _schedule(delivery, timezone.now())
    return delivery


# The way of a message ---------------------------------------------------------------------------------------------


def spread(payload: dict[str, Any]) -> None:
    """Make one delivery for each webhook that may hear of an event (outbox)."""
    hooks = Webhook.objects.filter(is_active=True, client__is_active=True, events__contains=[payload["event"]])
    day = timezone.localdate()
    for hook in hooks.select_related("client__user").order_by("pk"):
        account = hook.client.user
        if SCOPE not in hook.client.allowed_scopes or account is None:
            continue
        if not any(payload["path"].startswith(path) for path in build_access(account, day).oversight_paths):
            continue
        message = {"type": payload["event"], "timestamp": payload["at"], "data": payload["data"]}
        delivery, is_new = WebhookDelivery.objects.get_or_create(
            webhook=hook, event_id=payload["id"], defaults={"event": payload["event"], "payload": message}
        )
        if is_new:
            _schedule(delivery, timezone.now())


def _locked_delivery(delivery_id: int) -> WebhookDelivery:
    rows = WebhookDelivery.objects.select_for_update(of=("self",))
    return rows.select_related("webhook__client").get(pk=delivery_id)


def _schedule(delivery: WebhookDelivery, at: datetime) -> None:
    """Put the next attempt into the outbox."""
    delivery.next_try_at = at
    delivery.save()
    outbox.add(
        "organization.webhook_delivery",
        {"delivery": delivery.pk, "attempt": delivery.attempts + 1},
        key=f"webhook:{delivery.pk}:{delivery.attempts + 1}:{at.timestamp()}",
        delay=max(at - timezone.now(), timedelta()),
    )


@transaction.atomic
def attempt(*, delivery_id: int, number: int) -> None:
    """Send a message for the `number`th time, and note what came of it. Done already: nothing happens (outbox)."""
    delivery = _locked_delivery(delivery_id)
    hook, now = delivery.webhook, timezone.now()
    if delivery.state != DeliveryState.WAITING or delivery.attempts >= number:
        return
    if not hook.is_active or not hook.client.is_active:
        _give_up(delivery, "switched_off")
    elif hook.paused_until and hook.paused_until > now:
        _schedule(delivery, hook.paused_until)
    else:
        _note(delivery, _sent(delivery), now)


def _sent(delivery: WebhookDelivery) -> Answer:
    hook = delivery.webhook
    body = json.dumps(delivery.payload, separators=(",", ":")).encode()
    moment = int(time.time())
    try:
        secret = unseal(bytes(hook.sealed_secret), owner=hook.seal_owner)
    except SealBroken:
        return Answer(None, "seal_broken")
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Fleksibel",
        "webhook-id": str(delivery.event_id),
        "webhook-timestamp": str(moment),
        "webhook-signature": signature(secret, message_id=str(delivery.event_id), timestamp=moment, body=body),
    }
    return send(hook.url, body=body, headers=headers)


def _note(delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    delivery.attempts += 1
    delivery.response_status, delivery.error = answer.status, answer.error
    if answer.is_success:
        delivery.state, delivery.sent_at, delivery.next_try_at = DeliveryState.SENT, now, None
        delivery.save()
        Webhook.objects.filter(pk=delivery.webhook_id, paused_until__isnull=False).update(paused_until=None)
        return
    wait = BACKOFF[min(delivery.attempts, len(BACKOFF)) - 1]
    Webhook.objects.filter(pk=delivery.webhook_id).update(paused_until=now + min(wait, LONGEST_PAUSE))
    if now + wait > delivery.created_at + timedelta(days=settings.WEBHOOK_RETRY_DAYS):
        _give_up(delivery, answer.error)
    else:
        _schedule(delivery, now + wait)


def _give_up(delivery: WebhookDelivery, error: str) -> None:
    """HR is told once a day for each webhook; the page of the webhook has the button to send it again."""
    delivery.state, delivery.error, delivery.next_try_at = DeliveryState.FAILED, error, None
    delivery.save()
    hook = delivery.webhook
    admins = RoleGrant.objects.active_on(timezone.localdate()).filter(role=Role.HR_ADMIN, unit__isnull=True)
    notify(
        user_ids=admins.values_list("user_id", flat=True),
        code="webhook.failed",
        context={"name": hook.name},
        url=reverse("organization:webhook", args=[hook.pk]),
        key=f"webhook.failed:{hook.pk}:{timezone.localdate().isoformat()}",
    )
