"""Celery entry points of the organisation: ids in, one call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone


@shared_task
def relay_outbox() -> int:
    """Hand waiting outbox messages to the workers; returns how many."""
    from organization import outbox  # outbox imports this module to wake it

    ids = outbox.claim()
    for message_id in ids:
        deliver_message.delay(message_id)
    return len(ids)


@shared_task
def deliver_message(message_id: int) -> bool:
    from organization import outbox  # outbox imports this module to wake it

    return outbox.deliver(message_id)


@shared_task
def queue_digests() -> int:
    """The mails of the day for whoever chose them; how many people."""
    from organization.services import mail  # services enqueue tasks

    return mail.queue_digests(on=timezone.localdate())


@shared_task
def forget_expired_tokens() -> None:
    from organization.services import connections  # services enqueue tasks

    connections.forget_expired_tokens()
