"""Figures of work for pictures and tables: outputs by month, plan against realisation, and a team side by side.

A few grouped queries each, whatever the number of people. Nothing here knows who may look: the caller passes the people
in its scope.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from performance.enums import LineStatus, ReportStatus
from performance.models import DailyReport, Output, ReportLine

ON_TIME = Q(delivered__gte=F("target"), delivered_on__lte=F("due_on"))
LATE = Q(delivered__gte=F("target"), delivered_on__gt=F("due_on"))
DONE = (LineStatus.DONE, LineStatus.PARTLY)


@dataclass
class Month:
    """A calendar month. Outputs are those due in it until today: `due` = `on_time` + `late` + `missing`."""

    start: date
    due: int = 0
    on_time: int = 0
    late: int = 0
    reports: int = 0
    reports_late: int = 0
    planned: int = 0
    done: int = 0

    @property
    def missing(self) -> int:
        return self.due - self.on_time - self.late

    @property
    def on_time_pct(self) -> int | None:
        """Whole percent, rounded down; None where nothing was due."""
        return self.on_time * 100 // self.due if self.due else None


@dataclass
class PersonSums:
    """A person's sums of a period."""

    employee_id: int
    due: int = 0
    on_time: int = 0
    late: int = 0
    reports: int = 0
    reports_late: int = 0
    accepted: int = 0
    returned: int = 0

    @property
    def on_time_pct(self) -> int | None:
        return self.on_time * 100 // self.due if self.due else None


@dataclass(frozen=True)
class Figures:
    """A period by month, oldest first, and its sums."""

    months: list[Month] = field(default_factory=list)

    @property
    def due(self) -> int:
        return sum(month.due for month in self.months)

    @property
    def on_time(self) -> int:
        return sum(month.on_time for month in self.months)

    @property
    def on_time_pct(self) -> int | None:
        return self.on_time * 100 // self.due if self.due else None

    @property
    def reports(self) -> int:
        return sum(month.reports for month in self.months)

    @property
    def is_empty(self) -> bool:
        return not (self.due or self.reports)


def period_back(months: int, today: date) -> tuple[date, date]:
    """From the first of the month `months` - 1 months ago until today."""
    return today.replace(day=1) - relativedelta(months=months - 1), today


def by_month(employee_ids: Collection[int], start: date, end: date) -> Figures:
    """Every month from that of `start` to that of `end`, also those without anything. Three queries."""
    months: dict[date, Month] = {}
    first = start.replace(day=1)
    while first <= end:
        months[first] = Month(first)
        first += relativedelta(months=1)
    counts = {"due": Count("pk"), "on_time": Count("pk", filter=ON_TIME), "late": Count("pk", filter=LATE)}
    _fill(months, _outputs(employee_ids, start, end), "due_on", counts)
    counts = {"reports": Count("pk"), "reports_late": Count("pk", filter=Q(is_report_late=True))}
    _fill(months, _reports(employee_ids, start, end), "day", counts)
    counts = {"planned": Count("pk"), "done": Count("pk", filter=Q(status__in=DONE))}
    _fill(months, _lines(employee_ids, start, end), "report__day", counts)
    return Figures(list(months.values()))


def _fill(months: dict[date, Month], rows: QuerySet[Any], day: str, counts: dict[str, Count]) -> None:
    """Put the counts of each month of `day` into the fields of the same names. One query."""
    by_month_of_day = rows.annotate(month=TruncMonth(day)).values("month").annotate(**counts)
    for row in by_month_of_day.values("month", *counts):
        for name in counts:
            setattr(months[row["month"]], name, row[name])


def by_person(employee_ids: Collection[int], start: date, end: date) -> dict[int, PersonSums]:
    """Sums of the period for each of the people, also for those without anything. Two queries."""
    sums = {employee_id: PersonSums(employee_id) for employee_id in employee_ids}
    outputs = _outputs(employee_ids, start, end).values("contract__employee_id")
    for row in outputs.annotate(due=Count("pk"), on_time=Count("pk", filter=ON_TIME), late=Count("pk", filter=LATE)):
        person = sums[row["contract__employee_id"]]
        person.due, person.on_time, person.late = row["due"], row["on_time"], row["late"]
    reports: QuerySet[DailyReport, Any] = _reports(employee_ids, start, end).values("employee_id")
    for row in reports.annotate(
        reports=Count("pk"),
        late=Count("pk", filter=Q(is_report_late=True)),
        accepted=Count("pk", filter=Q(status=ReportStatus.ACCEPTED)),
        returned=Count("pk", filter=Q(status=ReportStatus.RETURNED)),
    ):
        person = sums[row["employee_id"]]
        person.reports, person.reports_late = row["reports"], row["late"]
        person.accepted, person.returned = row["accepted"], row["returned"]
    return sums


def _outputs(employee_ids: Collection[int], start: date, end: date) -> QuerySet[Output]:
    rows: QuerySet[Output] = Output.objects.due().filter(
        contract__employee__in=employee_ids, due_on__gte=start, due_on__lte=end
    )
    return rows.order_by()


def _reports(employee_ids: Collection[int], start: date, end: date) -> QuerySet[DailyReport]:
    """Those that were sent; a plan alone is no report."""
    rows: QuerySet[DailyReport] = DailyReport.objects.filter(
        employee__in=employee_ids, day__gte=start, day__lte=end, reported_at__isnull=False
    )
    return rows.order_by()


def _lines(employee_ids: Collection[int], start: date, end: date) -> QuerySet[ReportLine]:
    """Lines that were planned; what was added on the day is no plan."""
    rows = ReportLine.objects.filter(report__employee__in=employee_ids, report__day__gte=start, report__day__lte=end)
    return rows.exclude(plan="").order_by()
