"""Celery entry points of attendance; each may run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone


@shared_task
def drain_stale_days() -> int:
    from attendance.services import workdays  # services enqueue tasks

    return workdays.drain_all()


@shared_task
def look_at_new_entries() -> int:
    from attendance.services import integrity  # services enqueue tasks

    return integrity.look_at_new_entries()


@shared_task
def look_at_the_month() -> int:
    from attendance.services import integrity  # services enqueue tasks

    return integrity.look_at_the_month()


@shared_task
def note_sign_of_life() -> None:
    from attendance.services import outages  # services enqueue tasks

    outages.beat()


@shared_task
def keep_days_built() -> int:
    from attendance.services import workdays  # services enqueue tasks

    return workdays.keep_built()


@shared_task
def check_thresholds() -> int:
    from attendance.services import thresholds  # services enqueue tasks

    return thresholds.check_all_thresholds(on=timezone.localdate())


@shared_task
def look_after_contacts() -> int:
    from attendance.services import contacts  # services enqueue tasks

    return contacts.look_after_contacts(at=timezone.now())


@shared_task
def purge_locations() -> int:
    from attendance.services import locations  # services enqueue tasks

    return locations.purge_locations(on=timezone.localdate()).positions


@shared_task
def ask_prompts() -> int:
    from attendance.services import prompts  # services enqueue tasks

    prompts.flag_missed_prompts(at=timezone.now())
    return prompts.ask_prompts(at=timezone.now())
