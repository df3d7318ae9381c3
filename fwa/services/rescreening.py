"""Re-screening: facts changed, and whoever works flexibly is asked again; a rule not met opens a review (design 3).

Nothing ends by itself: the arrangement runs on until somebody has decided. Doing it twice changes nothing.
Source: criteria Arts 23-26 [Q] hold for as long as the arrangement runs; the procedure is DESIGN.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from eligibility.screening import RuleResult
from eligibility.services import store_screening
from fwa import ledger
from fwa.chain import is_reachable, unit_head_user
from fwa.enums_reviews import ReviewOutcome, ReviewStatus
from fwa.facts import terms_or_none
from fwa.models import ArrangementReview, Request
from fwa.notifications_reviews import tell_extended, tell_moot, tell_opened
from fwa.review_rules import EVENTS, rule_entries, seen_digest, touches
from fwa.running import Answer, ask_again, running_of, running_requests
from fwa.services.requests import locked_request
from fwa.services.steps import due_date
from organization.changes import BATCH, FactsChange, facts_changed
from organization.enums import ChangeCause
from organization.models import Placement, Unit, User

RESPONSE_DAYS = 5  # where the agency has no general terms: DESIGN


@dataclass
class Rescreened:
    """What came of it: arrangements asked, reviews opened, extended by a rule, closed as no longer needed."""

    asked: int = 0
    opened: int = 0
    extended: int = 0
    moot: int = 0


@transaction.atomic
def take_up(change: FactsChange) -> Rescreened:
    """Look at the arrangements that a change may touch. One for everybody is handed on in batches of people."""
    day = max(change.on, timezone.localdate())
    policy = change.detail.get("policy")
    if change.employee_ids is None:
        rows = running_of(None, day, policy).order_by("employee_id").values_list("employee_id", flat=True).distinct()
        _hand_on(change, list(rows))
        return Rescreened()
    return rescreen(employee_ids=change.employee_ids, on=change.on, cause=change.cause, at=change.at, policy=policy)


def _hand_on(change: FactsChange, employee_ids: list[int]) -> None:
    for first in range(0, len(employee_ids), BATCH):
        part = employee_ids[first : first + BATCH]
        facts_changed(
            cause=ChangeCause(change.cause),
            employee_ids=part,
            on=change.on,
            key=f"{change.key}:{part[0]}-{part[-1]}",
            detail=change.detail,
            at=change.at,
        )


def rescreen_by_date(*, on: date) -> None:
    """A day began: a sanction, a version or a decree may have, or ended. Asks for all running arrangements, once."""
    at = timezone.make_aware(datetime.combine(on, datetime.min.time()))
    with transaction.atomic():
        facts_changed(cause=ChangeCause.TIME, employee_ids=None, on=on, key=f"day:{on}", at=at)


@transaction.atomic
def rescreen(
    *, employee_ids: Collection[int], on: date, cause: str, at: datetime | None = None, policy: str | None = None
) -> Rescreened:
    """Ask the running arrangements of these people again, as of `on` or of today where that is later.

    A review under way for a later day is looked at as of that day. `at`: when the change was entered.
    """
    done = Rescreened()
    day = max(on, timezone.localdate())
    under_way = {
        review.assignment_id: review
        for review in ArrangementReview.objects.under_way().filter(employee_id__in=employee_ids)
    }
    by_day: dict[date, list[Request]] = defaultdict(list)
    rows = running_of(employee_ids, day, policy).select_related("circumstance", "employee").order_by("pk")
    for row in rows:
        review = under_way.get(row.assignment_id or 0)
        by_day[max(day, review.as_of) if review else day].append(row)
    answers = [answer for asked_on, requests in sorted(by_day.items()) for answer in ask_again(requests, on=asked_on)]
    done.asked = len(answers)
    wanted = [answer for answer in answers if not answer.is_fine or answer.request.assignment_id in under_way]
    for answer in sorted(wanted, key=lambda item: item.request.pk):
        _settle(answer, cause=cause, at=at or timezone.now(), done=done)
    return done


def _settle(answer: Answer, *, cause: str, at: datetime, done: Rescreened) -> None:
    """Open, extend or close the review of one arrangement, under the lock of its request."""
    fwa_request = locked_request(answer.request.pk)
    if not running_requests(_asked_on(answer)).filter(pk=fwa_request.pk).exists():
        return  # it was ended while we looked
    reviews = list(ArrangementReview.objects.filter(request=fwa_request).order_by("-opened_at", "-pk"))
    current = next((review for review in reviews if review.is_under_way), None)
    failing = answer.failing
    if current is not None and not set(current.criteria) & {item.rule.criterion for item in failing}:
        close_moot(current)
        done.moot += 1
        current = None
    news = [item for item in failing if not _is_settled(item, reviews, cause=cause, at=at)]
    if current is not None:
        news = [item for item in news if item.rule.criterion not in current.criteria]
    if not news:
        return
    if current is None:
        _open(fwa_request, answer, news, cause=cause)
        done.opened += 1
    else:
        _extend(current, answer, news)
        done.extended += 1


def _asked_on(answer: Answer) -> date:
    return next((result.on for result in answer.results), timezone.localdate())


def _is_settled(failing: RuleResult, reviews: Iterable[ArrangementReview], *, cause: str, at: datetime) -> bool:
    """Whether somebody decided on this rule already, with the facts as they are now."""
    criterion = failing.rule.criterion
    last = next(
        (
            review
            for review in reviews
            if review.status == ReviewStatus.DECIDED
            and review.outcome != ReviewOutcome.ENDED
            and criterion in review.criteria
        ),
        None,
    )
    if last is None or last.closed_at is None:
        return False
    if cause == ChangeCause.TIME:
        return True  # no new fact: only the calendar moved
    if cause in EVENTS and touches(cause, criterion) and at > last.closed_at:
        return False
    return seen_digest(failing) in last.seen_of(criterion)


def _open(fwa_request: Request, answer: Answer, news: list[RuleResult], *, cause: str) -> ArrangementReview:
    if fwa_request.assignment is None:
        raise ValueError("only what was granted is reviewed")
    now, today = timezone.now(), timezone.localdate()
    terms = terms_or_none(today)
    on = _asked_on(answer)
    unit = _unit_of(fwa_request, on)
    review = ArrangementReview.objects.create(
        request=fwa_request,
        assignment=fwa_request.assignment,
        employee=fwa_request.employee,
        unit=unit,
        holder=find_decider(fwa_request, unit, on=today),
        cause=cause,
        as_of=on,
        rules=rule_entries(news),
        opened_at=now,
        respond_by=due_date(today, terms.response_days if terms else RESPONSE_DAYS),
    )
    _keep_verdicts(review, answer)
    payload = {"review": review.pk, "cause": str(cause), "rules": review.criteria, "as_of": on}
    ledger.append(fwa_request, "review.opened", by=None, payload=payload)
    tell_opened(review)
    return review


def _extend(review: ArrangementReview, answer: Answer, news: list[RuleResult]) -> None:
    """Another rule is not met meanwhile: it joins the review under way, with its own time to answer."""
    today = timezone.localdate()
    terms = terms_or_none(today)
    review.rules = [*review.rules, *rule_entries(news)]
    review.respond_by = due_date(today, terms.response_days if terms else RESPONSE_DAYS)
    review.overdue_told_at = None
    review.save(update_fields=["rules", "respond_by", "overdue_told_at"])
    _keep_verdicts(review, answer)
    payload = {"review": review.pk, "rules": sorted({item.rule.criterion for item in news})}
    ledger.append(review.request, "review.extended", by=None, payload=payload)
    tell_extended(review)


def _keep_verdicts(review: ArrangementReview, answer: Answer) -> None:
    review.screenings.add(*(store_screening(result=result, by=None) for result in answer.results))


def close_moot(review: ArrangementReview, *, by: User | None = None) -> None:
    """Nothing is left to decide: the facts are right again, or the arrangement was ended otherwise.

    Call it with the request locked.
    """
    review.status, review.closed_at = ReviewStatus.MOOT, timezone.now()
    review.save(update_fields=["status", "closed_at"])
    ledger.append(review.request, "review.moot", by=by, payload={"review": review.pk})
    tell_moot(review)


def _unit_of(fwa_request: Request, on: date) -> Unit:
    """Where the person serves that day, or served last."""
    rows = Placement.objects.filter(employee_id=fwa_request.employee_id, valid_from__lte=on)
    last = rows.select_related("unit").order_by("-valid_from").first()
    return last.unit if last else fwa_request.sent_unit


def find_decider(fwa_request: Request, unit: Unit, *, on: date) -> User | None:
    """The unit head, one level up where that is the person; none where nobody can be reached, then HR decides."""
    head = unit_head_user(unit, applicant=fwa_request.employee, on=on)
    return head if is_reachable(head, applicant=fwa_request.employee.user, on=on) else None
