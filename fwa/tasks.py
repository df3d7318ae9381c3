"""Celery entry points of flexible work; each may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone


@shared_task
def expire_holds() -> int:
    from fwa.services import clock  # services enqueue tasks

    return clock.expire_holds(on=timezone.localdate())


@shared_task
def escalate_overdue_steps() -> int:
    from fwa.services import clock  # services enqueue tasks

    return clock.escalate_overdue_steps(on=timezone.localdate(), at=timezone.now())


@shared_task
def write_ledger_anchor() -> str:
    from fwa import ledger  # services enqueue tasks

    return str(ledger.write_anchor(timezone.localdate()))


@shared_task
def rescreen_by_date() -> None:
    from fwa.services import rescreening  # services enqueue tasks

    rescreening.rescreen_by_date(on=timezone.localdate())


@shared_task
def look_after_reviews() -> int:
    from fwa.services import reviews  # services enqueue tasks

    return reviews.look_after_reviews(on=timezone.localdate(), at=timezone.now())


@shared_task
def make_grant_export() -> int:
    from fwa.services import exports  # services enqueue tasks

    return exports.make_grant_export(on=timezone.localdate()).rows
