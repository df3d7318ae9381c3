"""Celery tasks of performance: thin doors to its services."""

from __future__ import annotations

from celery import shared_task


@shared_task
def escalate_reviews() -> int:
    from performance.services import review_escalation  # services enqueue tasks

    return review_escalation.escalate_reviews()
