"""Reviews as pages show them: each rule as it was observed and as it is now, and the way of the review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eligibility.enums import Outcome
from eligibility.models import Screening
from eligibility.presentation import RuleRow, rule_row
from eligibility.screening import RuleResult, stored_results
from fwa.data import draft_of
from fwa.day_checks import check_days
from fwa.enums_reviews import ReviewOutcome, ReviewStatus
from fwa.facts import gather
from fwa.models import ArrangementReview, Request
from fwa.presentation import StepLine
from fwa.review_rules import DISCIPLINE_CRITERIA
from fwa.running import ask_again
from fwa.selectors import Coverage, unit_rows
from organization.models import User

TAG_OF_REVIEW = {
    ReviewStatus.OPEN: "warn",
    ReviewStatus.RESPONDED: "info",
    ReviewStatus.DECIDED: "n",
    ReviewStatus.MOOT: "n",
}
TAG_OF_OUTCOME = {ReviewOutcome.CONTINUED: "ok", ReviewOutcome.SUSPENDED: "warn", ReviewOutcome.ENDED: "stop"}
COVERAGE_DAYS = 5


@dataclass(frozen=True)
class ComparedRule:
    """A rule of the review: as it was when the review was opened, and as it is today (None: no rule today)."""

    then: RuleRow
    now: RuleRow | None

    @property
    def is_met_now(self) -> bool:
        return self.now is not None and self.now.outcome != Outcome.FAILED


def tag_of(review: ArrangementReview) -> tuple[str, str]:
    """Colour and word: the decision where there is one, else the state; late ones say so."""
    if review.outcome:
        return TAG_OF_OUTCOME[review.outcome], str(review.get_outcome_display())  # type: ignore[index]
    if review.status == ReviewStatus.OPEN and review.is_late(timezone.localdate()):
        return "stop", _("no answer in time")
    return TAG_OF_REVIEW[ReviewStatus(review.status)], str(review.get_status_display())


def review_of(fwa_request: Request) -> ArrangementReview | None:
    """The last review of a request that was read `with_review`, as far as lists show it; no query."""
    parts = fwa_request.latest_review  # type: ignore[attr-defined]  # annotated
    if parts is None:
        return None
    return ArrangementReview(
        public_id=UUID(parts["public_id"]),
        cause=parts["cause"],
        status=parts["status"],
        outcome=parts["outcome"],
        respond_by=date.fromisoformat(parts["respond_by"]),
    )


def reads_details(user: User, review: ArrangementReview) -> bool:
    """The employee, HR and auditors read what was observed of a case; others that the rule is not met, and no more."""
    return review.employee.user_id == user.pk or user.has_perm("organization.view_discipline", review.employee)


def reads_texts(user: User, review: ArrangementReview) -> bool:
    """Answer and reason are for the employee, for those who decide, and for HR and auditors."""
    return reads_details(user, review) or user.has_perm("fwa.decide_review", review)


def compared_rules(review: ArrangementReview, user: User) -> list[ComparedRule]:
    """The stored verdict beside the one of today; nothing is written. `review` is one of `for_detail`."""
    plain = reads_details(user, review)
    then = _by_criterion(result for row in _verdicts(review) for result in stored_results(row))
    on = max(review.as_of, timezone.localdate())
    now = _by_criterion(
        result for answer in ask_again([review.request], on=on) for result in _all_results(answer.results)
    )
    return [
        ComparedRule(
            then=_row(then[criterion], plain=plain), now=_row(now[criterion], plain=plain) if criterion in now else None
        )
        for criterion in review.criteria
        if criterion in then
    ]


def _all_results(results: Iterable[object]) -> list[RuleResult]:
    return [item for result in results for item in result.results]  # type: ignore[attr-defined]


def _verdicts(review: ArrangementReview) -> list[Screening]:
    rows = review.screenings.select_related("version__policy").prefetch_related("version__rules__waivable_by")
    return list(rows.order_by("created_at", "pk"))


def _by_criterion(results: Iterable[RuleResult]) -> dict[str, RuleResult]:
    """One result per criterion: the last one, a failing one before others."""
    found: dict[str, RuleResult] = {}
    for result in results:
        known = found.get(result.rule.criterion)
        if known is None or known.outcome != Outcome.FAILED or result.outcome == Outcome.FAILED:
            found[result.rule.criterion] = result
    return found


def _row(result: RuleResult, *, plain: bool) -> RuleRow:
    row = rule_row(result)
    if plain or result.rule.criterion not in DISCIPLINE_CRITERIA:
        return row
    return replace(row, detail=str(Outcome(result.outcome).label), remedy="")


def review_lines(review: ArrangementReview, *, texts: bool) -> list[StepLine]:
    """The way of the review for `partials/timeline.html`."""
    opened = date_format(timezone.localtime(review.opened_at), "DATETIME_FORMAT")
    lines = [StepLine("done", _("Opened: %(cause)s") % {"cause": review.get_cause_display()}, opened, "")]
    if review.responded_at:
        answered = date_format(timezone.localtime(review.responded_at), "DATETIME_FORMAT")
        lines.append(StepLine("done", _("Answered"), answered, ""))
    elif review.is_under_way:
        by = _("until %(date)s") % {"date": date_format(review.respond_by, "DATE_FORMAT")}
        lines.append(StepLine("now", _("Answer of the employee"), by, ""))
    if review.is_under_way:
        state = "now" if review.responded_at else "wait"
        lines.append(StepLine(state, _("Decision"), str(review.holder or _("HR")), ""))
    elif review.closed_at is not None:
        lines.append(_closing_line(review, texts=texts))
    return lines


def _closing_line(review: ArrangementReview, *, texts: bool) -> StepLine:
    closed = date_format(timezone.localtime(review.closed_at), "DATETIME_FORMAT")
    if review.status == ReviewStatus.MOOT:
        return StepLine("skipped", str(review.get_status_display()), closed, "")
    who = str(review.decided_by)
    if review.acting_for:
        who = _("%(who)s for %(officer)s") % {"who": who, "officer": review.acting_for}
    label = _("Decided: %(outcome)s") % {"outcome": review.get_outcome_display()}
    return StepLine("done", label, f"{who}, {closed}", review.reason if texts else "")


def coverage_of(fwa_request: Request, *, on: date) -> Coverage | None:
    """Quota and minimum on the next days of an arrangement if it goes on; None without days or general terms."""
    assignment = fwa_request.assignment
    if assignment is None or not fwa_request.needs_place:
        return None
    later = assignment.days.filter(Q(day__gte=on), is_away=True).order_by("day")
    days = list(later.values_list("day", flat=True).distinct()[:COVERAGE_DAYS])
    if not days:
        return None
    try:
        draft = replace(draft_of(fwa_request), valid_from=days[0], valid_to=days[-1])
        facts = gather(
            employee=fwa_request.employee, draft=draft, today=on, own_request=fwa_request, count_pending=False
        ).facts
    except ValidationError:
        return None
    checks = check_days(days, tuple(fwa_request.facets), facts)
    return Coverage(tuple(checks), tuple(unit_rows(days, facts)), facts.holidays)
