"""A corrected day is built and compared with the ladder, so that a step it no longer reaches is lifted soon."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from attendance.services import thresholds, workdays
from organization import outbox


@outbox.handler(thresholds.TOPIC)
def compare(payload: dict[str, Any]) -> None:
    """{"employee": id, "day": ISO date}."""
    day, employee_ids = date.fromisoformat(payload["day"]), [payload["employee"]]
    workdays.build_workdays(start=day, end=day, employee_ids=employee_ids)
    thresholds.check_rebuilt(employee_ids=employee_ids, days=[day], on=timezone.localdate())
