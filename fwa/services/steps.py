"""Steps: opening the chain, moving it on, and finding another level when a holder has gone."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from fwa import ledger
from fwa.chain import is_reachable, plan_chain, role_holders, stages_for, unit_head_user
from fwa.enums import DecisionKind, StepRole, StepStatus
from fwa.models import Decision, Request, Step
from fwa.notifications import tell_hr_nobody, tell_step_opened
from organization.models import Holiday, Placement, User
from organization.working_hours import add_working_days


def due_date(on: date, working_days: int) -> date:
    """The last day of a clock of some working days that starts on `on`."""
    holidays = set(Holiday.objects.filter(day__gte=on).values_list("day", flat=True))
    return add_working_days(on, working_days, holidays)


def open_chain(*, fwa_request: Request, on: date, at: datetime) -> Step:
    """Write the steps of a sent request and open the first. Raises ValidationError when no chain is configured."""
    stages = stages_for(fwa_request.kind, on)
    placement = (
        Placement.objects.active_on(on)
        .select_related("employee__user", "unit", "supervisor__user")
        .filter(employee=fwa_request.employee)
        .first()
    )
    if not stages or placement is None:
        raise ValidationError(_("HR has not set up the approval chain yet."), "no_chain")
    plan = plan_chain(stages=stages, placement=placement, on=on)
    last_round = fwa_request.steps.aggregate(last=Max("round"))["last"] or 0
    steps = Step.objects.bulk_create(
        Step(
            request=fwa_request,
            round=last_round + 1,
            order=order,
            role=planned.role,
            roles=[str(role) for role in planned.roles],
            holder=planned.holder,
            due_days=planned.due_days,
        )
        for order, planned in enumerate(plan.steps, start=1)
    )
    for role in plan.passed_over:
        note_passed_over(fwa_request, role, at=at)
    return open_step(steps[0], on=on, at=at)


def open_step(step: Step, *, on: date, at: datetime) -> Step:
    step.status = StepStatus.CURRENT
    step.opened_at = at
    step.due_on = due_date(on, step.due_days)
    step.save(update_fields=["status", "opened_at", "due_on"])
    tell_step_opened(step)
    return step


def open_next(fwa_request: Request, step: Step, *, on: date, at: datetime) -> Step | None:
    """Open the step after `step`, passing over levels that nobody can reach any more; none after the last."""
    waiting = fwa_request.steps.select_related("holder").filter(round=step.round, status=StepStatus.WAITING)
    order = step.order
    while following := list(waiting.filter(order__gt=order)[:2]):
        candidate, *heirs = following
        if not find_holder(candidate, fwa_request, on=on) and heirs:
            pass_over(candidate, heirs[0], at=at)
        elif not join_later(candidate):
            return open_step(candidate, on=on, at=at)
        order = candidate.order
    return None


def find_holder(step: Step, fwa_request: Request, *, on: date) -> bool:
    """Whether somebody can decide the step now; a person-bound step whose holder left gets the present one."""
    applicant = fwa_request.employee.user
    if step.holder is None:
        users = (
            role_holders(step.role, fwa_request.sent_unit, on) if step.role in (StepRole.HR, StepRole.AUTHORITY) else []
        )
        return any(user != applicant for user in users)
    if is_reachable(step.holder, applicant=applicant, on=on):
        return True
    replacement = _present_holder(step, fwa_request, on=on)
    if replacement is None or not is_reachable(replacement, applicant=applicant, on=on):
        return False
    step.holder = replacement
    step.save(update_fields=["holder"])
    return True


def _present_holder(step: Step, fwa_request: Request, *, on: date) -> User | None:
    if step.role == StepRole.UNIT_HEAD and fwa_request.unit is not None:
        return unit_head_user(fwa_request.unit, applicant=fwa_request.employee, on=on)
    if step.role == StepRole.SUPERVISOR:
        placement = (
            Placement.objects.active_on(on)
            .select_related("supervisor__user")
            .filter(employee=fwa_request.employee)
            .first()
        )
        return placement.supervisor.user if placement and placement.supervisor else None
    holders = role_holders(step.role, fwa_request.sent_unit, on) if fwa_request.unit else []
    return next((user for user in holders if user != fwa_request.employee.user), None)


def join_later(step: Step) -> bool:
    """Leave the step to a later one when its new holder has that one too, so that nobody decides twice."""
    if step.holder_id is None:
        return False
    same = Step.objects.filter(request=step.request_id, round=step.round, order__gt=step.order, holder=step.holder_id)
    later = same.filter(status=StepStatus.WAITING).order_by("-order").first()
    if later is None:
        return False
    later.roles = [*step.roles, *later.roles]
    later.save(update_fields=["roles"])
    step.status = StepStatus.SKIPPED
    step.save(update_fields=["status"])
    return True


def pass_over(step: Step, heir: Step, *, at: datetime) -> None:
    """Skip a level that nobody can reach; the next one takes over its part."""
    step.status = StepStatus.SKIPPED
    step.save(update_fields=["status"])
    heir.roles = [*step.roles, *heir.roles]
    heir.save(update_fields=["roles"])
    note_passed_over(step.request, step.role, at=at)


def note_passed_over(fwa_request: Request, role: str, *, at: datetime) -> None:
    """Put on record, and tell HR, that a level could not be reached; the decision's note holds the level's code."""
    Decision.objects.create(request=fwa_request, kind=DecisionKind.ESCALATE, note=str(role), decided_at=at)
    ledger.append(fwa_request, "step.passed_over", by=None, payload={"role": str(role)})
    tell_hr_nobody(fwa_request, role)
