"""Telling other systems what was decided. The apps above call `emit` in the transaction of the decision.

`emit` writes one outbox row; the worker then makes a delivery for each webhook that may hear of it and sends them.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from organization import outbox
from organization.models import Webhook

EVENTS: Final[dict[str, str | Promise]] = {
    "request.submitted": _("a request was sent"),
    "request.approved": _("a request was determined"),
    "request.returned": _("a request was returned for change"),
    "request.rejected": _("a request was rejected"),
    "request.withdrawn": _("a request was withdrawn"),
    "arrangement.ended": _("an arrangement ends early"),
    "determination.decided": _("a group determination was decided"),
    "review.opened": _("a running arrangement came under review"),
    "review.decided": _("a review was decided"),
    "contact.asked": _("somebody is asked for a reply or recalled to the office"),
}
#: What a connection must be allowed to read, or its webhooks hear nothing.
SCOPE: Final = "fwa:read"


def emit(event: str, *, path: str, data: dict[str, Any], key: str) -> None:
    """Say that `event` happened in the unit with `path`. The same `key` twice is one event.

    `data`: ids, codes, numbers and dates only. No name, reason, address, or anything about health leaves the system.
    """
    if event not in EVENTS:
        raise ValueError(f"unknown event {event}")
    if not Webhook.objects.filter(is_active=True, events__contains=[event]).exists():
        return
    payload = {
        "id": str(uuid.uuid4()),
        "event": event,
        "at": timezone.now().isoformat(timespec="seconds"),
        "path": path,
        "data": data,
    }
    outbox.add("organization.webhook_event", payload, key=f"webhook-event:{event}:{key}"[:200])
