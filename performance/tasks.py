"""Celery tasks of performance: thin doors to its services."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone


@shared_task
def escalate_reviews() -> int:
    from performance.services import review_escalation  # services enqueue tasks

    return review_escalation.escalate_reviews()


@shared_task
def tell_leaders_of_evaluations() -> int:
    from performance.services import first_reviews  # services enqueue tasks

    return first_reviews.tell_leaders()


@shared_task
def tell_overdue_outputs() -> int:
    from performance.services import deliveries  # services enqueue tasks

    return deliveries.tell_overdue(on=timezone.localdate())
