"""When a day's plan and report are due, and when its review is. Plain values, no database.

Source: plan fixed the working day before (Jabar), report the same day (Kemenkeu, Jabar), regulation 5.1; the figures
are terms, their defaults DESIGN. Times are the local time of the unit (regulation 7.3).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from organization.working_hours import add_working_days, is_working_day
from performance.models import PerformanceTerms

# A working day is found within so many days; no run of holidays is as long.
LOOK_AROUND = timedelta(days=62)


@dataclass(frozen=True)
class Deadlines:
    """Instants by which the plan and the report of a day are in time."""

    plan_due_at: datetime
    report_due_at: datetime


def deadlines_of(day: date, *, zone: str, terms: PerformanceTerms, holidays: Collection[date]) -> Deadlines:
    """`holidays` must cover LOOK_AROUND before and after the day; days off at the week-end need not be in it."""
    before = working_day_before(day, terms.plan_working_days_before, holidays)
    after = (
        day if not terms.report_working_days_after else add_working_days(day, terms.report_working_days_after, holidays)
    )
    return Deadlines(_at(before, terms.plan_until, zone), _at(after, terms.report_until, zone))


def working_day_before(day: date, count: int, holidays: Collection[date]) -> date:
    """The `count`-th working day before `day`; 0: the day itself, whatever it is."""
    for _ in range(count):
        day -= timedelta(days=1)
        while not is_working_day(day, holidays):
            day -= timedelta(days=1)
    return day


def review_dates(on: date, *, terms: PerformanceTerms, holidays: Collection[date]) -> tuple[date, date]:
    """Review due, and passed on to the next level, for a report that comes in on the local day `on`."""
    return (
        add_working_days(on, terms.review_working_days, holidays),
        add_working_days(on, terms.escalate_working_days, holidays),
    )


def _at(day: date, clock: time, zone: str) -> datetime:
    """The last moment of that minute: 23:59 lasts until midnight."""
    return datetime.combine(day, clock.replace(second=59, microsecond=999999), tzinfo=ZoneInfo(zone))
