"""Commands over a review: the employee answers, the unit head or HR decides, a suspension is lifted.

Locks in fixed order (design 4): the request, its review, units root to leaf, then the employee.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.enums import DayStatus, Facet
from attendance.models import Assignment
from attendance.services import DaySpec, recalled_days, resume_assignment, suspend_assignment
from fwa import ledger
from fwa.data import draft_of
from fwa.day_checks import DayCheck, check_days
from fwa.enums import DateStatus, DecisionKind
from fwa.enums_reviews import ReviewOutcome, ReviewStatus, RevocationGround
from fwa.errors import AlreadyDecided
from fwa.facts import Gathered, gather
from fwa.models import ArrangementReview, Decision, Request, RequestDate
from fwa.notifications_reviews import tell_answered, tell_decided, tell_late, tell_lifted
from fwa.running import GRANTED, running_requests
from fwa.services.decisions import finish_arrangement
from fwa.services.requests import locked_request
from fwa.services.rescreening import close_moot, find_decider
from organization.access import ActingFor, access_for
from organization.enums import Role
from organization.guards import lock_employee
from organization.models import Unit, User
from organization.services.units import lock_units

KIND_OF_OUTCOME = {
    ReviewOutcome.CONTINUED: DecisionKind.CONTINUE,
    ReviewOutcome.SUSPENDED: DecisionKind.SUSPEND,
    ReviewOutcome.ENDED: DecisionKind.END_EARLY,
}


@dataclass(frozen=True)
class ReviewDecision:
    """What is decided. `first`: first day of the suspension or first day without the arrangement; `last`: last day of
    the suspension, None until it is lifted."""

    outcome: str
    reason: str
    ground: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Lifted:
    """Dates that count again, and those that are gone with the reason and what is free instead."""

    regained: tuple[date, ...]
    gone: tuple[DayCheck, ...]


def _locked(review_id: int) -> ArrangementReview:
    request_id = ArrangementReview.objects.values_list("request_id", flat=True).get(pk=review_id)
    fwa_request = locked_request(request_id)
    ArrangementReview.objects.select_for_update().only("pk").get(pk=review_id)
    review = ArrangementReview.objects.select_related("employee__user", "unit", "assignment", "holder").get(
        pk=review_id
    )
    review.request = fwa_request
    return review


def _require_under_way(review: ArrangementReview) -> None:
    if not review.is_under_way:
        raise AlreadyDecided(_("This review is closed already. The page shows how it stands now."))


@transaction.atomic
def respond(*, by: User, review_id: int, text: str) -> ArrangementReview:
    """The employee answers, once; late answers count as long as nobody has decided.

    Raises PermissionDenied (not one's own), AlreadyDecided (closed or answered), ValidationError (empty).
    """
    review = _locked(review_id)
    if not by.has_perm("fwa.respond_review", review):
        raise PermissionDenied
    _require_under_way(review)
    if review.status == ReviewStatus.RESPONDED:
        raise AlreadyDecided(_("You answered already; your answer is with the review."))
    if not text.strip():
        raise ValidationError({"response": _("Write your answer.")})
    review.status, review.response, review.responded_at = ReviewStatus.RESPONDED, text.strip(), timezone.now()
    review.save(update_fields=["status", "response", "responded_at"])
    payload = {"review": review.pk, "answer": ledger.digest(review.response, str(review.public_id))}
    ledger.append(review.request, "review.answered", by=by, payload=payload)
    tell_answered(review)
    return review


@transaction.atomic
def decide(*, by: User, review_id: int, decision: ReviewDecision) -> ArrangementReview:
    """Let the arrangement go on, suspend it, or end it. Only the last two wait for the answer or its last day.

    Raises PermissionDenied, AlreadyDecided (409), ValidationError per field. Source: the right to be heard first and
    the coded grounds are DESIGN (issue: notice, right to respond, then a decision).
    """
    review = _locked(review_id)
    if not by.has_perm("fwa.decide_review", review):
        raise PermissionDenied
    _require_under_way(review)
    today, now = timezone.localdate(), timezone.now()
    _check_decision(review, decision, today)
    principal = _principal(review, by)
    review.status, review.closed_at = ReviewStatus.DECIDED, now
    review.outcome, review.reason = decision.outcome, decision.reason.strip()
    review.decided_by, review.acting_for = by, principal
    if decision.outcome != ReviewOutcome.CONTINUED:
        review.ground, review.effective_from = decision.ground, decision.first
        review.effective_to = decision.last if decision.outcome == ReviewOutcome.SUSPENDED else None
    review.save()
    Decision.objects.create(
        request=review.request,
        kind=KIND_OF_OUTCOME[ReviewOutcome(decision.outcome)],
        decided_by=by,
        acting_for=principal,
        note=review.reason,
        decided_at=now,
    )
    payload = {
        "review": review.pk,
        "outcome": str(review.outcome),
        "ground": str(review.ground),
        "rules": review.criteria,
    }
    ledger.append(review.request, "review.decided", by=by, acting_for=principal, payload=payload)
    _carry_out(review, by=by, principal=principal)
    tell_decided(review, by)
    return review


def _check_decision(review: ArrangementReview, decision: ReviewDecision, today: date) -> None:
    errors: dict[str, str] = {}
    if decision.outcome not in ReviewOutcome.values:
        errors["outcome"] = _("Choose what is decided.")
    if not decision.reason.strip():
        errors["reason"] = _("Give the reason; the employee reads it.")
    if decision.outcome in (ReviewOutcome.SUSPENDED, ReviewOutcome.ENDED):
        errors |= _problems_of_break(review, decision, today)
    if errors:
        raise ValidationError(errors)


def _problems_of_break(review: ArrangementReview, decision: ReviewDecision, today: date) -> dict[str, str]:
    errors: dict[str, str] = {}
    assignment = review.request.assignment or review.assignment
    if review.status == ReviewStatus.OPEN and review.respond_by >= today:
        day = date_format(review.respond_by, "DATE_FORMAT")
        errors["outcome"] = _("The employee may still answer until %(date)s; until then it can only go on.") % {
            "date": day
        }
    if decision.ground not in RevocationGround.values:
        errors["ground"] = _("Choose the ground.")
    if decision.first is None or not max(today, assignment.valid_from) <= decision.first <= assignment.runs_to:
        errors["effective_from"] = _("Choose a day from today on, inside the period.")
    elif decision.last is not None and decision.last < decision.first:
        errors["effective_to"] = _("The end date must not be before the start date.")
    elif decision.outcome == ReviewOutcome.SUSPENDED and _rests_from(assignment, today):
        errors["outcome"] = _("It is suspended already. Let it go on as it is, or end it.")
    return errors


def _rests_from(assignment: Assignment, today: date) -> bool:
    """Whether it is suspended now or will be."""
    if assignment.suspended_from is None:
        return False
    return assignment.suspended_to is None or assignment.suspended_to >= today


def _carry_out(review: ArrangementReview, *, by: User, principal: User | None) -> None:
    fwa_request, first = review.request, review.effective_from
    if fwa_request.assignment is None or first is None:
        return
    if review.outcome == ReviewOutcome.ENDED:
        finish_arrangement(fwa_request, ended_on=first, reason=review.reason, by=by, acting_for=principal)
    elif review.outcome == ReviewOutcome.SUSPENDED:
        resting = suspend_assignment(assignment=fwa_request.assignment, first=first, last=review.effective_to)
        dates = fwa_request.dates.filter(status=DateStatus.GRANTED, day__gte=first)
        if review.effective_to is not None:
            dates = dates.filter(day__lte=review.effective_to)
        dates.update(status=DateStatus.SUSPENDED)
        payload = {"review": review.pk, "first": first, "last": review.effective_to, "days": resting}
        ledger.append(fwa_request, "arrangement.suspended", by=by, acting_for=principal, payload=payload)


def officer_for_review(review: ArrangementReview, by: User) -> ActingFor | None:
    """The officer in whose place `by` decides; none when it is in their own right. No query."""
    access = access_for(by)
    officers = {officer.user_id: officer for officer in access.acting_for}
    if review.holder_id in officers:
        return officers[review.holder_id]
    own_head = any(review.unit.path.startswith(path) for path in access.own_headed_paths)
    if review.holder_id == by.pk or own_head:
        return None
    return access.officer_with_role(Role.HR_ADMIN, review.unit.path, but=review.employee.user_id) or (
        None if access.has_role(Role.HR_ADMIN, review.unit.path) else next(iter(access.acting_for), None)
    )


def _principal(review: ArrangementReview, by: User) -> User | None:
    officer = officer_for_review(review, by)
    return User.objects.get(pk=officer.user_id) if officer else None


# Lifting a suspension ------------------------------------------------------------------------------------------------


@transaction.atomic
def lift_suspension(*, by: User, review_id: int, first: date, note: str = "") -> Lifted:
    """Let a suspended arrangement go on from `first`: its places are taken again under lock, date by date.

    Dates whose place somebody else has by now are gone, with the reason and the nearest free dates.
    Raises PermissionDenied, AlreadyDecided (not suspended any more), ValidationError (day, or no date left).
    """
    review = _locked(review_id)
    fwa_request = review.request
    if not by.has_perm("fwa.decide_review", review):
        raise PermissionDenied
    assignment, today = fwa_request.assignment, timezone.localdate()
    if assignment is None or not is_lifted_by(review, today):
        raise AlreadyDecided(_("This arrangement is not suspended any more."))
    if not today <= first <= assignment.runs_to:
        raise ValidationError({"first": _("Choose a day from today on, inside the period.")})
    lifted, specs = _take_again(fwa_request, assignment, first=first, today=today)
    resume_assignment(assignment=assignment, first=first, days=specs)
    _mark_dates(fwa_request, lifted, first)
    now, principal = timezone.now(), _principal(review, by)
    Decision.objects.create(
        request=fwa_request,
        kind=DecisionKind.RESUME,
        decided_by=by,
        acting_for=principal,
        note=note.strip(),
        dates_granted=len(lifted.regained),
        dates_refused=len(lifted.gone),
        decided_at=now,
    )
    payload = {"review": review.pk, "first": first, "regained": len(lifted.regained), "gone": len(lifted.gone)}
    ledger.append(fwa_request, "arrangement.resumed", by=by, acting_for=principal, payload=payload)
    tell_lifted(review, by)
    return lifted


def is_lifted_by(review: ArrangementReview, today: date) -> bool:
    """Whether lifting this review's suspension would change something: it rests now, or is going to."""
    assignment = review.request.assignment or review.assignment
    return (
        review.outcome == ReviewOutcome.SUSPENDED
        and assignment.status in GRANTED
        and assignment.suspended_from is not None
        and assignment.suspended_from == review.effective_from
        and _rests_from(assignment, today)
        and max(today, assignment.suspended_from) <= assignment.runs_to
    )


def _take_again(
    fwa_request: Request, assignment: Assignment, *, first: date, today: date
) -> tuple[Lifted, list[DaySpec]]:
    lock_units(fwa_request.sent_unit)
    employee = lock_employee(fwa_request.employee_id)
    own = list(assignment.days.filter(day__gte=min(first, today)).order_by("day"))
    suspended = {row.day for row in own if row.status == DayStatus.SUSPENDED and row.day >= first}
    wanted = sorted(suspended.difference(recalled_days(fwa_request.employee_id, first)))
    gathered = gather(
        employee=employee, draft=draft_of(fwa_request), today=today, own_request=fwa_request, count_pending=False
    )
    # The arrangement's other days of those weeks count for the cap; its own rows were left out as its own request's.
    kept = frozenset(row.day for row in own if row.counts_toward_cap)
    facts = replace(gathered.facts, cap_days=gathered.facts.cap_days | kept)
    checks = check_days(wanted, tuple(fwa_request.facets), facts)
    passing = [check.day for check in checks if not check.problem]
    specs = [spec for day in passing for spec in _specs(fwa_request, gathered, day)]
    gone = tuple(check for check in checks if check.problem)
    return Lifted(regained=tuple(passing), gone=gone), specs


def _specs(fwa_request: Request, gathered: Gathered, day: date) -> list[DaySpec]:
    placement = gathered.placement_on(day)
    if placement is None:
        return []  # cannot pass the checks without a placement
    counts = gathered.facts.counts_toward_cap
    return [
        DaySpec(day, facet, placement.unit_id, facet == Facet.LOCATION, facet == Facet.LOCATION and counts)
        for facet in fwa_request.facets
    ]


def _mark_dates(fwa_request: Request, lifted: Lifted, first: date) -> None:
    why = {check.day: check for check in lifted.gone}
    rows = list(fwa_request.dates.filter(status=DateStatus.SUSPENDED, day__gte=first))
    for row in rows:
        check = why.get(row.day)
        if check is None:
            row.status = DateStatus.GRANTED
        else:
            row.status, row.problem = DateStatus.REFUSED, check.problem
            row.detail, row.alternatives = check.detail, list(check.alternatives)
    RequestDate.objects.bulk_update(rows, ["status", "problem", "detail", "alternatives"])


# What time brings ----------------------------------------------------------------------------------------------------


def look_after_reviews(*, on: date, at: datetime) -> int:
    """Close reviews of arrangements that are over, find another unit head where one has gone, and tell of late answers.

    Nothing ends by itself. Returns how many reviews were touched.
    """
    return sum(_look_after(pk, on, at) for pk in ArrangementReview.objects.under_way().values_list("pk", flat=True))


@transaction.atomic
def _look_after(review_id: int, on: date, at: datetime) -> int:
    review = _locked(review_id)
    if not review.is_under_way:
        return 0
    if not running_requests(on).filter(pk=review.request_id).exists():
        close_moot(review)
        return 1
    moved = _find_holder(review, on)
    if review.respond_by >= on or review.status == ReviewStatus.RESPONDED or review.overdue_told_at is not None:
        return int(moved)
    review.overdue_told_at = at
    review.save(update_fields=["overdue_told_at"])
    tell_late(review)
    return 1


def _find_holder(review: ArrangementReview, on: date) -> bool:
    """Another unit head where the one it waits for cannot decide any more."""
    unit: Unit = review.unit
    holder = find_decider(review.request, unit, on=on)
    if holder == review.holder:
        return False
    review.holder = holder
    review.save(update_fields=["holder"])
    return True
