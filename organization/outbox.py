"""The outbox: side effects are rows written with the change, and done by the worker exactly once (design 5).

`add` writes the row and wakes the relay after commit; a broker that is down costs nothing, because beat relays again.
`deliver` locks the row, runs its handler and marks it done in one transaction, so a second delivery finds it done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from organization.models import OutboxMessage

log = structlog.get_logger(__name__)

Handler = Callable[[dict[str, Any]], None]
_handlers: dict[str, Handler] = {}

RELAY_BATCH = 500
LEASE = timedelta(seconds=120)
RETRY_STEPS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))


def handler(topic: str) -> Callable[[Handler], Handler]:
    """Decorator: the function does the work of messages with this topic. It may run again after a failure."""

    def register(function: Handler) -> Handler:
        if topic in _handlers:
            raise ValueError(f"outbox topic {topic} has two handlers")
        _handlers[topic] = function
        return function

    return register


def add(topic: str, payload: dict[str, Any], *, key: str, delay: timedelta = timedelta()) -> None:
    """Write one message with the current transaction. The same `key` twice is one message."""
    message = OutboxMessage(topic=topic, payload=payload, key=key, available_at=timezone.now() + delay)
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)
    transaction.on_commit(wake)


def add_many(messages: Iterable[OutboxMessage], *, apart: timedelta = timedelta()) -> None:
    """Write many messages with the current transaction; `apart` spreads them, so that others come in between."""
    now = timezone.now()
    rows = list(messages)
    for place, message in enumerate(rows):
        message.available_at = now + place * apart
    OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    transaction.on_commit(wake)


def wake() -> None:
    """Ask the worker to relay now; without a broker the message waits for beat."""
    from organization.tasks import relay_outbox  # tasks import this module

    try:
        relay_outbox.delay()
    except (OperationalError, ConnectionError, OSError) as error:
        log.warning("outbox.wake_failed", error=str(error))


def claim(limit: int = RELAY_BATCH) -> list[int]:
    """Ids of waiting messages, leased for a while so that the next relay does not hand them over again."""
    with transaction.atomic():
        now = timezone.now()
        waiting = OutboxMessage.objects.filter(done_at__isnull=True, available_at__lte=now)
        ids = list(waiting.select_for_update(skip_locked=True).order_by("pk").values_list("pk", flat=True)[:limit])
        OutboxMessage.objects.filter(pk__in=ids).update(available_at=now + LEASE)
    return ids


def deliver(message_id: int) -> bool:
    """Do one message. Returns whether its handler ran; a failure is noted on the row and tried again later."""
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True)
            .filter(pk=message_id, done_at__isnull=True)
            .first()
        )
        if message is None:
            return False
        try:
            with transaction.atomic():
                _handlers[message.topic](message.payload)
        except Exception as error:  # whatever a handler raises must leave the message for another try
            _note_failure(message, error)
            return False
        message.done_at = timezone.now()
        message.save(update_fields=["done_at"])
    return True


def _note_failure(message: OutboxMessage, error: Exception) -> None:
    wait = RETRY_STEPS[min(message.attempts, len(RETRY_STEPS) - 1)]
    message.attempts += 1
    message.last_error = f"{type(error).__name__}: {error}"[:300]
    message.available_at = timezone.now() + wait
    message.save(update_fields=["attempts", "last_error", "available_at"])
    log.error("outbox.failed", topic=message.topic, message_id=message.pk, attempts=message.attempts, exc_info=error)
