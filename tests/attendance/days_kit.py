"""Work days of a person written directly, for tests about what follows from them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from attendance.models import WorkDay
from organization.models import Employee, Placement

ZONE = "Asia/Makassar"


def work_day(employee: Employee, day: date, **values: Any) -> WorkDay:
    """A day of an office from 7.30 to 16.00 that went as expected, unless told otherwise."""
    unit_id = Placement.objects.filter(employee=employee).values_list("unit_id", flat=True).first()
    start, end = (datetime.combine(day, clock, tzinfo=ZoneInfo(ZONE)) for clock in (time(7, 30), time(16)))
    defaults: dict[str, Any] = {
        "unit_id": unit_id,
        "zone": ZONE,
        "source": "unit",
        "whereabouts": "office",
        "state": "present",
        "first_start": start,
        "first_end": end,
        "first_in": start,
        "first_out": end,
        "expected_min": 450,
        "worked_min": 450,
        "built_at": timezone.now(),
    }
    return WorkDay.objects.create(employee=employee, day=day, **(defaults | values))


def missed(employee: Employee, day: date) -> WorkDay:
    """A day without any entry or reason."""
    return work_day(
        employee, day, state="no_entry", is_unexcused=True, worked_min=0, short_min=450, first_in=None, first_out=None
    )


def off(employee: Employee, day: date) -> WorkDay:
    return work_day(
        employee, day, state="off", whereabouts="off", source="holiday", first_start=None, first_end=None,
        first_in=None, first_out=None, expected_min=0, worked_min=0,
    )  # fmt: skip


def on_leave(employee: Employee, day: date) -> WorkDay:
    return work_day(
        employee, day, state="away", whereabouts="leave", source="leave", absence="leave", absence_part="whole",
        first_start=None, first_end=None, first_in=None, first_out=None, expected_min=0, worked_min=0,
    )  # fmt: skip


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
