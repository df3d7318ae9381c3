"""What the pages of reviews show: a report with its lines, evidence and risks, and what else waits for a leader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Window
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organization.models import User
from performance.enums import AmendmentStatus, EvaluationStatus, Rating, ReportStatus, ReviewAction
from performance.filters_reviews import output_q, risk_q
from performance.models import (
    DailyReport,
    Evaluation,
    LineEvidence,
    Output,
    OutputAmendment,
    ReportLine,
    Review,
)
from performance.review_reach import placements_direct, reports_waiting

SHOWN = 5
Tag = tuple[str, str]
STATE_KIND = {
    ReportStatus.PLANNED: "n",
    ReportStatus.REPORTED: "info",
    ReportStatus.RETURNED: "warn",
    ReportStatus.ACCEPTED: "ok",
}
RATING_KIND = {Rating.ABOVE: "ok", Rating.MEETS: "info", Rating.BELOW: "warn"}
STEP_STATE = {ReviewAction.RETURN: "back", ReviewAction.REOPEN: "back"}


def with_lines(rows: QuerySet[DailyReport]) -> QuerySet[DailyReport]:
    """With lines, what they serve, and evidence without its content: three queries for any number of reports."""
    evidence = LineEvidence.objects.defer("sealed_content")
    lines = ReportLine.objects.select_related("output", "work_result").prefetch_related(Prefetch("evidence", evidence))
    returned = Review.objects.filter(report=OuterRef("pk"), action=ReviewAction.RETURN)
    rows = rows.select_related("employee").prefetch_related(Prefetch("lines", lines))
    return rows.annotate(was_returned=Exists(returned))


def state_tag(report: DailyReport) -> Tag:
    return STATE_KIND[ReportStatus(report.status)], report.get_status_display()


def output_tag(output: Output) -> Tag:
    """Where a promise stands today."""
    if output.dropped_at is not None:
        return "n", _("no longer due")
    if output.is_delivered:
        return ("ok", _("delivered on time")) if output.is_on_time else ("warn", _("delivered late"))
    today = timezone.localdate()
    return ("stop", _("not delivered")) if output.due_on < today else ("info", _("still to come"))


def rating_tag(rating: str) -> Tag:
    return RATING_KIND[Rating(rating)], str(Rating(rating).label)


def risks_of(report: DailyReport, *, on: date) -> list[Tag]:
    """What a reviewer looks at first, the gravest first."""
    tags: list[Tag] = []
    if report.status == ReportStatus.REPORTED and report.review_due_on is not None:
        if report.review_due_on < on:
            tags.append(("stop", _("review overdue since %(day)s") % {"day": _day(report.review_due_on)}))
        elif report.review_due_on == on:
            tags.append(("warn", _("review due today")))
    if report.escalated_at is not None:
        tags.append(("warn", _("passed on")))
    if report.is_report_late:
        tags.append(("warn", _("reported late")))
    if report.is_plan_late:
        tags.append(("n", _("planned late")))
    if report.is_extra:
        tags.append(("n", _("worked on a day off")))
    if getattr(report, "was_returned", False) and report.status == ReportStatus.REPORTED:
        tags.append(("info", _("sent again")))
    return tags


def _day(day: date) -> str:
    return date_format(day, "j M")


def steps_of(reviews: list[Review]) -> list[dict[str, Any]]:
    """The history of judgements for the timeline, the oldest first."""
    steps = []
    for row in reviews:
        who = str(row.by)
        if row.acting_for is not None:
            who = _("%(name)s in the place of %(officer)s") % {"name": who, "officer": row.acting_for}
        label = row.get_action_display()
        if row.rating:
            label = f"{label}: {row.get_rating_display()}"
        at = date_format(timezone.localtime(row.at), "DATETIME_FORMAT")
        state = STEP_STATE.get(ReviewAction(row.action), "done")
        steps.append({"state": state, "label": label, "detail": f"{who}, {at}", "note": row.reason})
    return steps


@dataclass(frozen=True)
class WaitingCounts:
    """Figures above the list; each equals the list that its filter shows."""

    waiting: int
    overdue: int
    late: int
    passed_on: int


def waiting_counts(user: User) -> WaitingCounts:
    """One query."""
    counts = {name: Count("pk", filter=risk_q(name)) for name in ("overdue", "late", "passed_on")}
    return WaitingCounts(**reports_waiting(user).aggregate(waiting=Count("pk"), **counts))


@dataclass(frozen=True)
class AlsoWaiting:
    """What else waits for a leader beside reports: how many of each, and the first few of them."""

    outputs: Sequence[Output]
    missing: int
    unrated: int
    amendments: Sequence[OutputAmendment]
    to_answer: int
    evaluations: Sequence[Evaluation]
    to_write: int

    def __bool__(self) -> bool:
        return bool(self.outputs or self.amendments or self.evaluations)


def also_waiting(user: User) -> AlsoWaiting:
    """Of the people directly led; three queries, whatever there is."""
    direct = placements_direct(user).order_by().values("employee_id")
    missing, unrated = output_q("missing"), output_q("unrated")
    outputs = Output.objects.due().filter(missing | unrated, contract__employee__in=direct)
    outputs = outputs.annotate(missing=_all(missing), unrated=_all(unrated & ~missing))
    amendments = OutputAmendment.objects.filter(
        status=AmendmentStatus.PROPOSED, by_employee=True, contract__employee__in=direct
    ).annotate(total=_all())
    open_states = [EvaluationStatus.DRAFT, EvaluationStatus.ACKNOWLEDGED, EvaluationStatus.OBJECTED]
    evaluations = Evaluation.objects.filter(status__in=open_states, employee__in=direct).annotate(total=_all())
    first_outputs = list(outputs.select_related("contract__employee").order_by("-due_on", "pk")[:SHOWN])
    first_amendments = list(amendments.select_related("contract__employee").order_by("answer_by_on", "pk")[:SHOWN])
    first_evaluations = list(evaluations.select_related("employee").order_by("ends_on", "pk")[:SHOWN])
    return AlsoWaiting(
        outputs=first_outputs,
        missing=first_outputs[0].missing if first_outputs else 0,
        unrated=first_outputs[0].unrated if first_outputs else 0,
        amendments=first_amendments,
        to_answer=first_amendments[0].total if first_amendments else 0,
        evaluations=first_evaluations,
        to_write=first_evaluations[0].total if first_evaluations else 0,
    )


def _all(condition: Q | None = None) -> Window:
    """How many rows there are in all, told on each of the few that are read."""
    return Window(Count("pk", filter=condition))
