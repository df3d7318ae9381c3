"""Figures of reviews: of a leader by month, and of the supervisors below them now.

A report belongs to who supervised its author on the day it is about; figures are counted when asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import (
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import TruncMonth

from organization.models import Employee, Placement, User
from performance.enums import ReportStatus
from performance.models import DailyReport
from performance.review_reach import placements_direct

MONTHS_BACK = 6
MOST_BELOW = 100


@dataclass(frozen=True)
class MonthFigures:
    """Reports of a month's days. `days`: mean days from report to review, of those reviewed; None where none is."""

    month: date
    reported: int
    reviewed: int
    returned: int
    passed_on: int
    overdue: int
    days: float | None


def months_of(user: User, *, on: date) -> list[MonthFigures]:
    """The last months of reports whose authors the user supervised on the day, the newest first; one query."""
    employee_id = getattr(getattr(user, "employee", None), "pk", None)
    if employee_id is None:
        return []
    since = on.replace(day=1) - relativedelta(months=MONTHS_BACK - 1)
    return _by_month(supervised_by(employee_id).filter(day__gte=since), on)


def supervised_by(employee_id: int) -> QuerySet[DailyReport]:
    """Reports of days on which the author's direct supervisor was this employee."""
    author = Placement.objects.filter(
        employee=OuterRef("employee"), supervisor=employee_id, valid_from__lte=OuterRef("day")
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("day")))
    people = Placement.objects.filter(supervisor=employee_id).order_by().values("employee_id")
    return DailyReport.objects.filter(Exists(author), employee__in=people)


def _by_month(rows: QuerySet[DailyReport], on: date) -> list[MonthFigures]:
    took = ExpressionWrapper(F("reviewed_at") - F("reported_at"), output_field=DurationField())
    judged = Q(status__in=[ReportStatus.ACCEPTED, ReportStatus.RETURNED])
    waits = Q(status=ReportStatus.REPORTED)
    counted = (
        rows.exclude(status=ReportStatus.PLANNED)
        .order_by()
        .values(month=TruncMonth("day"))
        .annotate(
            reported=Count("pk"),
            reviewed=Count("pk", filter=judged),
            returned=Count("pk", filter=Q(status=ReportStatus.RETURNED)),
            passed_on=Count("pk", filter=Q(escalated_at__isnull=False)),
            overdue=Count("pk", filter=waits & Q(review_due_on__lt=on)),
            took=Avg(took, filter=judged),
        )
        .order_by("-month")
    )
    return [
        MonthFigures(
            month=row["month"],
            reported=row["reported"],
            reviewed=row["reviewed"],
            returned=row["returned"],
            passed_on=row["passed_on"],
            overdue=row["overdue"],
            days=None if row["took"] is None else row["took"] / timedelta(days=1),
        )
        for row in counted
    ]


@dataclass(frozen=True)
class Below:
    """What waits with one supervisor directly below."""

    employee: Employee
    waiting: int
    overdue: int
    passed_on: int


def below(user: User, *, on: date) -> list[Below]:
    """Supervisors among the people directly led, those with most overdue first; two queries."""
    direct = placements_direct(user).order_by().values("employee_id")
    counted = (
        Placement.objects.active_on(on)
        .filter(supervisor__in=direct, employee__daily_reports__status=ReportStatus.REPORTED)
        .order_by()
        .values("supervisor_id")
        .annotate(
            waiting=Count("employee__daily_reports"),
            overdue=Count("employee__daily_reports", filter=Q(employee__daily_reports__review_due_on__lt=on)),
            passed_on=Count("employee__daily_reports", filter=Q(employee__daily_reports__escalated_at__isnull=False)),
        )
        .order_by("-overdue", "-waiting", "supervisor_id")[:MOST_BELOW]
    )
    rows = list(counted)
    people = Employee.objects.in_bulk([row["supervisor_id"] for row in rows])
    return [Below(people[row["supervisor_id"] or 0], row["waiting"], row["overdue"], row["passed_on"]) for row in rows]
