"""Celery entry points of attendance; each may run twice."""

from __future__ import annotations

from celery import shared_task


@shared_task
def drain_stale_days() -> int:
    from attendance.services import workdays  # services enqueue tasks

    return workdays.drain_all()


@shared_task
def keep_days_built() -> int:
    from attendance.services import workdays  # services enqueue tasks

    return workdays.keep_built()
