"""What kind of day it is for somebody, read off the work days, told to performance (which imports no schedules)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from attendance.day_words import ABSENT, AWAY, Sight, where
from attendance.enums import DayStatus, Facet, Source, Whereabouts
from attendance.models import AssignmentDay, WorkDay
from performance.day_facts import DayFact, DayKind, register_day_facts

COLUMNS = ("employee_id", "day", "source", "whereabouts", "absence", "absence_part", "expected_min")


@register_day_facts
def work_day_facts(employee_ids: Collection[int], start: date, end: date) -> dict[tuple[int, date], DayFact]:
    """Two queries. A day whose hours are flexible is a flexible day too; one not built is left to the calendar."""
    days = WorkDay.objects.between(start, end).filter(employee_id__in=employee_ids).values(*COLUMNS)
    flexible_hours = set(
        AssignmentDay.objects.filter(
            employee_id__in=employee_ids, day__gte=start, day__lte=end, facet=Facet.TIME, status=DayStatus.IN_FORCE
        ).values_list("employee_id", "day")
    )
    return {
        (row["employee_id"], row["day"]): DayFact(
            _kind(row["source"], row["whereabouts"], (row["employee_id"], row["day"]) in flexible_hours),
            where(row, Sight.ALL),
        )
        for row in days
    }


def _kind(source: str, whereabouts: str, has_flexible_hours: bool) -> DayKind:
    """Absent for a half still works the other half, so only where no work is left it is an absence."""
    if whereabouts in ABSENT:
        # Travel and training are work elsewhere: they may be reported, a plan is not asked for.
        return DayKind.ABSENT
    if whereabouts == Whereabouts.OFF:
        return DayKind.HOLIDAY if source in (Source.HOLIDAY, Source.JOINT_LEAVE) else DayKind.OFF
    return DayKind.FLEXIBLE if whereabouts in AWAY or has_flexible_hours else DayKind.WORK
