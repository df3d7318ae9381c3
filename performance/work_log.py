"""What the pages of somebody's own days show: one day with its lines and offers, and the days that ask for more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from organization.models import Employee
from organization.selectors import holidays_between
from performance.day_facts import DayKind, day_facts
from performance.deadlines import LOOK_AROUND, deadlines_of
from performance.enums import ReportStatus, ReviewAction
from performance.models import DailyReport, LineEvidence, Output, ReportLine, Review, WorkResult
from performance.report_frame import DayFrame, frame_of, zone_on
from performance.report_lines import MOST_OFFERED, OFFERED_FOR, UNFINISHED, outputs_for, work_results_for
from performance.terms import performance_terms_on

LOOK_BACK, LOOK_AHEAD = timedelta(days=7), timedelta(days=7)


@dataclass(frozen=True)
class DayPage:
    """One day: what it is, what is stored, and what may be offered for it."""

    frame: DayFrame
    report: DailyReport | None
    routine: DailyReport | None
    lines: list[ReportLine]
    offered: list[ReportLine]
    evidence: dict[int, list[LineEvidence]]
    outputs: list[Output]
    results: list[WorkResult]

    @property
    def is_sent(self) -> bool:
        return self.report is not None and self.report.status != ReportStatus.PLANNED

    @property
    def is_closed(self) -> bool:
        """Nothing can be written any more: accepted, or never reported and too long ago."""
        if self.report is not None and self.report.status == ReportStatus.ACCEPTED:
            return True
        return self.frame.is_too_old and not self.is_sent

    @property
    def plan_is_fixed(self) -> bool:
        return self.frame.is_past or self.is_sent

    @property
    def may_copy(self) -> bool:
        return self.routine is not None and not self.plan_is_fixed


def day_page(employee: Employee, day: date, *, now: datetime) -> DayPage:
    """Ten queries at most. Raises ValidationError (`day`) where the person served nowhere."""
    frame = frame_of(employee, day, now=now)
    report, routine = _reports(employee, day)
    own, offered = _lines(employee, day)
    evidence: dict[int, list[LineEvidence]] = defaultdict(list)
    if report is not None:
        for one in LineEvidence.objects.filter(line__report=report).defer("sealed_content"):
            evidence[one.line_id].append(one)
    page = DayPage(frame, report, routine, own, [], dict(evidence), [], [])
    if page.is_closed:
        return page
    return DayPage(
        frame=frame,
        report=report,
        routine=routine,
        lines=own,
        offered=[] if page.plan_is_fixed else offered,
        evidence=page.evidence,
        outputs=list(outputs_for(employee, day)),
        results=list(work_results_for(employee, day)),
    )


def _reports(employee: Employee, day: date) -> tuple[DailyReport | None, DailyReport | None]:
    """The day's own, with the last reason for which it was given back, and the one before it."""
    returned = Review.objects.filter(report=OuterRef("pk"), action=ReviewAction.RETURN).order_by("-at", "-pk")
    rows = DailyReport.objects.filter(employee=employee, day__lte=day).order_by("-day")
    found = list(rows.annotate(returned_for=Subquery(returned.values("reason")[:1]))[:2])
    own = found[0] if found and found[0].day == day else None
    earlier = [row for row in found if row.day < day]
    return own, earlier[0] if earlier else None


def _lines(employee: Employee, day: date) -> tuple[list[ReportLine], list[ReportLine]]:
    """Lines of the day, and unfinished ones of the days before, in one query."""
    unfinished = Q(
        report__day__lt=day,
        report__day__gte=day - OFFERED_FOR,
        status__in=UNFINISHED,
        carried_to__isnull=True,
    )
    rows = ReportLine.objects.filter(Q(report__day=day) | unfinished, report__employee=employee).distinct()
    rows = rows.select_related("report", "output", "work_result").order_by("-report__day", "position", "pk")
    own = [row for row in rows if row.report.day == day]
    return own, [row for row in rows if row.report.day < day][:MOST_OFFERED]


@dataclass(frozen=True)
class AskedDay:
    """A flexible day whose plan or report is missing."""

    day: date
    wants: str
    due_at: datetime
    is_overdue: bool
    words: str


def today_of(employee: Employee, now: datetime) -> date:
    """The date where the employee works; the agency's where they serve nowhere."""
    on = timezone.localtime(now).date()
    zone = zone_on(employee, on)
    return now.astimezone(ZoneInfo(zone)).date() if zone else on


def asked_days(employee: Employee, *, now: datetime) -> list[AskedDay]:
    """Flexible days of a week back and ahead that ask for a plan or a report, the most urgent first; six queries."""
    on = timezone.localtime(now).date()
    zone, terms = zone_on(employee, on), performance_terms_on(on)
    if zone is None or not terms.plan_required:
        return []
    today = now.astimezone(ZoneInfo(zone)).date()
    start, end = today - LOOK_BACK, today + LOOK_AHEAD
    holidays = holidays_between(start - LOOK_AROUND, end + LOOK_AROUND)
    facts = day_facts([employee.pk], start, end, holidays=holidays)
    reports = DailyReport.objects.filter(employee=employee, day__range=(start, end))
    known = dict(reports.values_list("day", "status"))
    asked = []
    for (_employee, day), fact in facts.items():
        wants = _wants(day, today, known.get(day)) if fact.kind == DayKind.FLEXIBLE else ""
        if not wants:
            continue
        due = deadlines_of(day, zone=zone, terms=terms, holidays=holidays)
        due_at = due.plan_due_at if wants == "plan" else due.report_due_at
        asked.append(AskedDay(day, wants, due_at.astimezone(ZoneInfo(zone)), due_at < now, fact.words))
    return sorted(asked, key=lambda one: one.due_at)


def _wants(day: date, today: date, status: str | None) -> str:
    """`plan` while it can still be planned, `report` once the day has come, nothing when it is there."""
    if status is None:
        return "plan" if day >= today else "report"
    return "report" if status == ReportStatus.PLANNED and day <= today else ""
