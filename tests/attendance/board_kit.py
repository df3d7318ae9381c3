"""Work days as the builder leaves them, without building them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from attendance.models import WorkDay
from organization.models import Employee

ZONE = "Asia/Makassar"


def at(day: date, hour: int, minute: int = 0, zone: str = ZONE) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone))


def work_day(employee: Employee, day: date, whereabouts: str = "office", **values: Any) -> WorkDay:
    """An office day 07.30-16.00 unless told otherwise; at work only where `whereabouts` is a place of work."""
    placement = employee.placements.order_by("-valid_from").first()
    zone = values.get("zone", ZONE)
    defaults: dict[str, Any] = {
        "unit_id": placement.unit_id,
        "zone": ZONE,
        "source": "unit",
        "state": "planned",
        "built_at": timezone.now(),
    }
    if whereabouts not in ("off", "leave", "sick", "travel", "training"):
        defaults |= {"first_start": at(day, 7, 30, zone), "first_end": at(day, 16, 0, zone), "expected_min": 450}
    else:
        defaults["state"] = "off" if whereabouts == "off" else "away"
    return WorkDay.objects.create(employee=employee, day=day, whereabouts=whereabouts, **(defaults | values))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
