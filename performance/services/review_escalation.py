"""Reports that nobody reviewed in time go to the next level; the supervisor stays answerable and is told.

Source: regulation 8 (`report.verify_days`), the days until then are terms (DESIGN).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from organization.leading import next_level_of
from performance.enums import ReportStatus
from performance.models import DailyReport
from performance.notifications_reviews import PassedOn, tell_passed_on

BATCH = 1000


def escalate_reviews(*, on: date | None = None) -> int:
    """Pass on what waits since its day to escalate; returns how many. A second run finds nothing left to do."""
    day, done = on or timezone.localdate(), 0
    while passed := _escalate_some(day):
        done += passed
    return done


@transaction.atomic
def _escalate_some(day: date) -> int:
    """Rows that somebody is just reviewing are left for the next run."""
    due = DailyReport.objects.filter(
        status=ReportStatus.REPORTED, escalated_at__isnull=True, escalate_on__lte=day
    ).order_by("escalate_on", "pk")
    rows = list(due.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "employee_id")[:BATCH])
    if not rows:
        return 0
    DailyReport.objects.filter(pk__in=[pk for pk, _employee in rows]).update(escalated_at=Now())
    levels = next_level_of({employee_id for _pk, employee_id in rows}, on=day)
    waiting: dict[int, int] = defaultdict(int)
    above: dict[int, set[int]] = {}
    for _pk, employee_id in rows:
        if employee_id in levels:
            leader, above[leader] = levels[employee_id]
            waiting[leader] += 1
    first = min(pk for pk, _employee in rows)
    key = f"reviews:passed-on:{day}:{first}"
    tell_passed_on([PassedOn(leader, above[leader], count) for leader, count in waiting.items()], key=key)
    return len(rows)
