"""What time brings: held places that expire, steps that are late, holders that have gone."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from fwa import ledger
from fwa.enums import DecisionKind, RequestStatus, StepStatus
from fwa.models import Decision, Request, Step
from fwa.notifications import tell_hold_expired, tell_hr_nobody, tell_overdue
from fwa.services.holds import release_hold
from fwa.services.requests import locked_request
from fwa.services.steps import find_holder, join_later, open_next, open_step, pass_over


def expire_holds(*, on: date) -> int:
    """Give back places held past their day; they are taken again under lock at the last level. Returns how many."""
    due = Request.objects.pending().filter(held_until__lt=on, assignment__isnull=False)
    expired = 0
    for request_id in due.values_list("pk", flat=True):
        expired += _expire(request_id, on)
    return expired


@transaction.atomic
def _expire(request_id: int, on: date) -> int:
    fwa_request = locked_request(request_id)
    if fwa_request.status != RequestStatus.SUBMITTED or fwa_request.held_until is None or fwa_request.held_until >= on:
        return 0
    release_hold(fwa_request)
    Decision.objects.create(request=fwa_request, kind=DecisionKind.HOLD_EXPIRED, decided_at=timezone.now())
    ledger.append(fwa_request, "hold.expired", by=None)
    tell_hold_expired(fwa_request)
    return 1


def escalate_overdue_steps(*, on: date, at: datetime) -> int:
    """Remind holders of late steps once, and move on steps whose holder has gone. Returns how many were touched."""
    touched = 0
    for step_id in Step.objects.current().values_list("pk", flat=True):
        touched += _look_after(step_id, on, at)
    return touched


@transaction.atomic
def _look_after(step_id: int, on: date, at: datetime) -> int:
    """One step: hand it on when nobody can decide it, else remind when it is late."""
    request_id = Step.objects.values_list("request_id", flat=True).get(pk=step_id)
    fwa_request = locked_request(request_id)
    step = Step.objects.select_for_update(of=("self",)).select_related("holder").get(pk=step_id)
    step.request = fwa_request
    if step.status != StepStatus.CURRENT:
        return 0
    if not find_holder(step, fwa_request, on=on):
        return _hand_on(step, fwa_request, on, at)
    if join_later(step):
        open_next(fwa_request, step, on=on, at=at)
        return 1
    if step.due_on is not None and step.due_on < on and step.reminded_at is None:
        step.reminded_at = at
        step.save(update_fields=["reminded_at"])
        tell_overdue(step)
        return 1
    return 0


def _hand_on(step: Step, fwa_request: Request, on: date, at: datetime) -> int:
    heir = fwa_request.steps.filter(round=step.round, order__gt=step.order, status=StepStatus.WAITING).first()
    if heir is not None:
        pass_over(step, heir, at=at)
        open_step(heir, on=on, at=at)
        return 1
    if step.reminded_at is None:
        step.reminded_at = at
        step.save(update_fields=["reminded_at"])
        tell_hr_nobody(fwa_request, step.role)
        return 1
    return 0
