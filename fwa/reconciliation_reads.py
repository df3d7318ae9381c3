"""Reads the three sides of days for `reconciliation`: as many queries for one person and day as for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q
from django.utils import timezone

from attendance.day_words import AWAY, COLUMNS, Sight, span, where
from attendance.enums import DayPart, DayStatus, Facet, MatchedPlace
from attendance.models import AssignmentDay, WorkDay
from fwa.reconciliation import DayFacts, Found, Weight, reconcile, verdict_of
from organization.selectors import holidays_between
from performance.deadlines import LOOK_AROUND, deadlines_of
from performance.enums import LineStatus
from performance.models import DailyReport, Output, PerformanceTerms
from performance.terms import performance_terms_on

Key = tuple[int, date]
DAY_COLUMNS = (*COLUMNS, "place", "short_min", "is_excused")
DONE = (LineStatus.DONE, LineStatus.PARTLY)


@dataclass(frozen=True)
class Side:
    """A day as the page shows it: the three sides in words, and what was found between them."""

    day: date
    facts: DayFacts
    found: list[Found]
    expected: str
    happened: str
    place: str
    report: DailyReport | None
    outputs: list[Output]

    @property
    def verdict(self) -> Weight | None:
        return verdict_of(self.found)


def sides_of(
    employee_ids: Collection[int], start: date, end: date, *, sight: Sight = Sight.ALL, now: datetime | None = None
) -> dict[Key, Side]:
    """Every built day of these people from `start` to `end`, and days without one that have a report or an output due.

    `sight`: how much of the place and of an absence the reader sees. Seven queries.
    """
    at = now or timezone.now()
    days = {
        (row["employee_id"], row["day"]): row
        for row in WorkDay.objects.between(start, end).filter(employee_id__in=employee_ids).values(*DAY_COLUMNS)
    }
    flexible = _flexible_hours(employee_ids, start, end)
    reports = _reports(employee_ids, start, end)
    outputs = _outputs(employee_ids, start, end)
    terms = performance_terms_on(end)
    holidays = holidays_between(start - LOOK_AROUND, end + LOOK_AROUND)
    sides: dict[Key, Side] = {}
    for key in sorted({*days, *reports, *outputs}):
        row, report, due = days.get(key), reports.get(key), outputs.get(key, [])
        facts = _facts(key, row, report, due, key in flexible, terms, holidays, at)
        sides[key] = _side(key[1], facts, row, report, due, sight)
    return sides


def _flexible_hours(employee_ids: Collection[int], start: date, end: date) -> set[Key]:
    rows = AssignmentDay.objects.filter(
        employee_id__in=employee_ids, day__gte=start, day__lte=end, facet=Facet.TIME, status=DayStatus.IN_FORCE
    )
    return set(rows.values_list("employee_id", "day"))


def _reports(employee_ids: Collection[int], start: date, end: date) -> dict[Key, Any]:
    rows = DailyReport.objects.filter(employee_id__in=employee_ids, day__gte=start, day__lte=end).annotate(
        line_count=Count("lines"), done_count=Count("lines", filter=Q(lines__status__in=DONE))
    )
    return {(row.employee_id, row.day): row for row in rows}


def _outputs(employee_ids: Collection[int], start: date, end: date) -> dict[Key, list[Output]]:
    found: dict[Key, list[Output]] = defaultdict(list)
    rows = Output.objects.due().filter(contract__employee__in=employee_ids, due_on__gte=start, due_on__lte=end)
    for output in rows.annotate(employee_id=F("contract__employee_id")).select_related("contract").order_by("pk"):
        found[output.contract.employee_id, output.due_on].append(output)
    return found


def _facts(
    key: Key,
    row: dict[str, Any] | None,
    report: Any,
    outputs: list[Output],
    has_flexible_hours: bool,
    terms: PerformanceTerms,
    holidays: dict[date, str],
    at: datetime,
) -> DayFacts:
    day = key[1]
    zone = row["zone"] if row else timezone.get_default_timezone_name()
    due = deadlines_of(day, zone=zone, terms=terms, holidays=holidays)
    return DayFacts(
        day=day,
        is_over=at.astimezone(ZoneInfo(zone)).date() > day,
        whereabouts=row["whereabouts"] if row else "",
        source=row["source"] if row else "",
        is_half_absent=bool(row and row["absence_part"] in (DayPart.FIRST, DayPart.SECOND)),
        is_flexible=has_flexible_hours or bool(row and row["whereabouts"] in AWAY),
        state=row["state"] if row else "",
        place=row["place"] if row else "",
        short_min=row["short_min"] if row else 0,
        is_excused=bool(row and row["is_excused"]),
        plan_required=terms.plan_required,
        has_plan=report is not None and report.planned_at is not None,
        is_plan_late=report is not None and report.is_plan_late,
        is_plan_due=at > due.plan_due_at,
        report=report.status if report else "",
        is_report_late=report is not None and report.is_report_late,
        is_report_due=at > due.report_due_at,
        lines=report.line_count if report else 0,
        lines_done=report.done_count if report else 0,
        outputs_due=len(outputs),
        outputs_on_time=sum(output.is_on_time for output in outputs),
        outputs_delivered=sum(output.is_delivered for output in outputs),
    )


def _side(
    day: date, facts: DayFacts, row: dict[str, Any] | None, report: Any, outputs: list[Output], sight: Sight
) -> Side:
    happened, place = "", ""
    if row is not None:
        parts = [
            span(row["first_in"], row["first_out"], row["zone"]),
            span(row["second_in"], row["second_out"], row["zone"]),
        ]
        happened = ", ".join(filter(None, parts))
        place = str(MatchedPlace(row["place"]).label) if row["place"] in MatchedPlace.values else ""
    return Side(
        day=day,
        facts=facts,
        found=reconcile(facts),
        expected=where(row, sight) if row else "",
        happened=happened,
        place=place,
        report=report,
        outputs=outputs,
    )
