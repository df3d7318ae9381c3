"""Commands of those who decide: agree, return, reject, for one or for many; and ending an arrangement early."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from attendance.enums import AssignmentStatus
from attendance.services import end_assignment, grant_assignment
from eligibility.enums import Verdict
from eligibility.services import store_screening
from fwa import ledger
from fwa.data import draft_of
from fwa.enums import DateProblem, DateStatus, DecisionKind, RequestStatus, StepRole, StepStatus
from fwa.errors import AlreadyDecided, NoDateLeft, NotEligible
from fwa.models import ArrangementReview, Decision, Request, Step
from fwa.notifications import tell_approved, tell_ended, tell_rejected, tell_returned
from fwa.querysets import ROLE_OF_STEP
from fwa.selectors import takes_places
from fwa.services.circumstances import circumstance_code
from fwa.services.holds import hold_places, release_hold
from fwa.services.letters import issue_letter
from fwa.services.requests import close_dates, locked_request, screen_for
from fwa.services.steps import open_next
from organization.access import ActingFor, access_for
from organization.models import User
from performance.services import Agreement, OutputSpec, create_output_contract


@dataclass(frozen=True)
class BulkRow:
    """What happened to one row of a bulk decision."""

    step_id: int
    number: str
    name: str
    ok: bool
    message: str


def _locked_step(step_id: int, by: User) -> tuple[Request, Step]:
    """Lock the request of a step and the step. Raises PermissionDenied, AlreadyDecided."""
    request_id = Step.objects.values_list("request_id", flat=True).get(pk=step_id)
    fwa_request = locked_request(request_id)
    step = Step.objects.select_for_update(of=("self",)).select_related("holder").get(pk=step_id)
    step.request = fwa_request
    if not by.has_perm("fwa.decide_step", step):
        raise PermissionDenied
    if step.status != StepStatus.CURRENT or fwa_request.status != RequestStatus.SUBMITTED:
        raise AlreadyDecided(_("Somebody decided this step a moment ago. The page shows how it stands now."))
    return fwa_request, step


def officer_for(step: Step, by: User) -> ActingFor | None:
    """The officer in whose place `by` would decide; none when it is in their own right. No query."""
    access = access_for(by)
    if step.holder_id is not None:
        return next((officer for officer in access.acting_for if officer.user_id == step.holder_id), None)
    role = ROLE_OF_STEP.get(step.role)
    if role is None:
        return None
    path = step.request.unit.path if step.request.unit else ""
    return access.officer_with_role(role, path, but=step.request.employee.user_id)


def _close_step(step: Step, *, status: str, by: User, at: datetime, note: str) -> User | None:
    officer = officer_for(step, by)
    principal = User.objects.get(pk=officer.user_id) if officer else None
    step.status = status
    step.decided_by = by
    step.acting_for = principal
    step.decided_at = at
    step.note = note
    step.save(update_fields=["status", "decided_by", "acting_for", "decided_at", "note"])
    return principal


@transaction.atomic
def approve_step(
    *, by: User, step_id: int, note: str = "", leave_out: Iterable[date] = (), letter_number: str = ""
) -> Decision:
    """Agree at one level (persetujuan); at the unit head's level places are taken, at the last one it is determined.

    `leave_out`: dates not agreed to; only where places are taken, with a note that says why.
    `letter_number`: from the agency's own mail register, at the last level only; empty takes the next of the pattern.
    Raises PermissionDenied, AlreadyDecided (409), NoDateLeft, NotEligible, ValidationError.
    """
    fwa_request, step = _locked_step(step_id, by)
    now, today = timezone.now(), timezone.localdate()
    takes = takes_places(step)
    left_out = tuple(leave_out)
    if left_out and not takes:
        raise ValidationError(_("Dates are chosen at the unit head's level."), "not_here")
    if left_out and not note.strip():
        raise ValidationError({"note": _("Say why you do not agree to some of the dates.")})
    _require_still_eligible(fwa_request, by=by, on=today)
    result = hold_places(fwa_request, leave_out=left_out) if takes else None
    principal = _close_step(step, status=StepStatus.APPROVED, by=by, at=now, note=note)
    decision = Decision.objects.create(
        request=fwa_request,
        step=step,
        kind=DecisionKind.APPROVE_PART if result and result.refused else DecisionKind.APPROVE,
        decided_by=by,
        acting_for=principal,
        note=note,
        dates_granted=result.held if result else None,
        dates_refused=len(result.refused) if result else None,
        decided_at=now,
    )
    payload = {"step": step.pk, "roles": step.roles, "held": result.held if result else None}
    ledger.append(fwa_request, "step.approved", by=by, acting_for=principal, payload=payload)
    if open_next(fwa_request, step, on=today, at=now) is None:
        _determine(fwa_request, step, by=by, principal=principal, at=now, today=today, letter_number=letter_number)
    elif letter_number:
        raise ValidationError({"letter_number": _("The letter gets its number at the last level.")})
    return decision


def _require_still_eligible(fwa_request: Request, *, by: User, on: date) -> None:
    """Facts may have changed since it was sent: the rules are asked again, and the verdict is kept."""
    results = screen_for(
        fwa_request.employee,
        draft_of(fwa_request),
        on=on,
        domicile_id=fwa_request.domicile_id,
        circumstance=circumstance_code(fwa_request),
    )
    if any(result.verdict == Verdict.NOT_ELIGIBLE for result in results):
        raise NotEligible(results)
    fwa_request.screenings.add(*(store_screening(result=result, by=by) for result in results))


def _determine(
    fwa_request: Request, step: Step, *, by: User, principal: User | None, at: datetime, today: date, letter_number: str
) -> None:
    """The last level agreed (penetapan): days in force, outputs binding, letter and messages on their way."""
    assignment = fwa_request.assignment
    if assignment is None or not assignment.days.filter(day__gte=today).exists():
        raise NoDateLeft({})
    fwa_request.dates.filter(status=DateStatus.HELD, day__lt=today).update(
        status=DateStatus.REFUSED, problem=DateProblem.PAST
    )
    granted = grant_assignment(assignment=assignment, at=at, first_day=today)
    fwa_request.dates.filter(status=DateStatus.HELD).update(status=DateStatus.GRANTED)
    fwa_request.dates.update(is_live=False)
    create_output_contract(
        employee_id=fwa_request.employee_id,
        reference=fwa_request.number or "",
        valid_from=assignment.valid_from,
        valid_to=assignment.last_day,
        outputs=[
            OutputSpec(item.title, item.measure, item.target, item.due_on, item.work_result_id)
            for item in fwa_request.outputs.all()
        ],
        agreement=_agreement(fwa_request, by=by, at=at),
    )
    fwa_request.approve(at=at)
    fwa_request.held_until = None
    fwa_request.save()
    letter = issue_letter(fwa_request=fwa_request, by=by, step=step, acting_for=principal, at=at, number=letter_number)
    payload = {"assignment": assignment.pk, "days": granted, "letter": letter.pk}
    ledger.append(fwa_request, "request.determined", by=by, acting_for=principal, payload=payload)
    tell_approved(fwa_request)


def _agreement(fwa_request: Request, *, by: User, at: datetime) -> Agreement:
    """Who agreed to the outputs: the supervisor who recommended the request last, else whoever decided on it."""
    recommended = fwa_request.steps.filter(status=StepStatus.APPROVED, roles__contains=[StepRole.SUPERVISOR])
    last = recommended.order_by("-round", "-order").first()
    if last is None or last.decided_by_id is None or last.decided_at is None:
        return Agreement(by.pk, at)
    return Agreement(last.decided_by_id, last.decided_at)


@transaction.atomic
def return_step(*, by: User, step_id: int, note: str) -> Decision:
    """Send a request back for change; held places are given back. Raises as `approve_step`."""
    fwa_request, step = _locked_step(step_id, by)
    if not note.strip():
        raise ValidationError({"note": _("Say what should be changed.")})
    now = timezone.now()
    fwa_request.send_back()
    fwa_request.save()
    release_hold(fwa_request)
    close_dates(fwa_request, dropped=False)
    principal = _close_step(step, status=StepStatus.RETURNED, by=by, at=now, note=note)
    fwa_request.steps.open().update(status=StepStatus.CANCELLED)
    ledger.append(fwa_request, "request.returned", by=by, acting_for=principal, payload={"step": step.pk})
    tell_returned(fwa_request)
    return Decision.objects.create(
        request=fwa_request,
        step=step,
        kind=DecisionKind.RETURN,
        decided_by=by,
        acting_for=principal,
        note=note,
        decided_at=now,
    )


@transaction.atomic
def reject_step(*, by: User, step_id: int, ground: str, reason: str, alternative: str) -> Decision:
    """Reject a request (penolakan) with a coded ground, a reason and an alternative; all three are needed.

    Source: mandatory ground is DESIGN, regulation 1.7; lessons: a refusal without a reason is the worst complaint.
    """
    fwa_request, step = _locked_step(step_id, by)
    missing = {
        name: message
        for name, value, message in (
            ("ground", ground, _("Choose the ground.")),
            ("reason", reason.strip(), _("Give the reason.")),
            ("alternative", alternative.strip(), _("Say what would be possible instead.")),
        )
        if not value
    }
    if missing:
        raise ValidationError(missing)
    now = timezone.now()
    fwa_request.reject(at=now, ground=ground, reason=reason, alternative=alternative)
    fwa_request.save()
    release_hold(fwa_request)
    close_dates(fwa_request)
    principal = _close_step(step, status=StepStatus.REJECTED, by=by, at=now, note=reason)
    fwa_request.steps.open().update(status=StepStatus.CANCELLED)
    payload = {"step": step.pk, "ground": str(ground)}
    ledger.append(fwa_request, "request.rejected", by=by, acting_for=principal, payload=payload)
    tell_rejected(fwa_request)
    return Decision.objects.create(
        request=fwa_request,
        step=step,
        kind=DecisionKind.REJECT,
        decided_by=by,
        acting_for=principal,
        ground=ground,
        note=reason,
        decided_at=now,
    )


def approve_many(*, by: User, step_ids: Iterable[int], note: str = "") -> list[BulkRow]:
    """Agree to several requests, each in its own transaction; every row says what happened to it.

    Steps of requests that `by` may not see are not answered at all: a guessed id tells neither number nor name.
    """
    rows = []
    seen = Request.objects.visible_to(by)
    steps = Step.objects.filter(pk__in=set(step_ids), request__in=seen).select_related("request__employee")
    steps = steps.order_by("due_on", "pk")
    for step in steps:
        number, name = step.request.number or "", step.request.employee.name
        try:
            decision = approve_step(by=by, step_id=step.pk, note=note)
        except PermissionDenied:
            rows.append(BulkRow(step.pk, number, name, False, _("You may not decide this request.")))
        except TransitionNotAllowed as error:
            rows.append(BulkRow(step.pk, number, name, False, str(error)))
        except ValidationError as error:
            rows.append(BulkRow(step.pk, number, name, False, " ".join(error.messages)))
        else:
            rows.append(BulkRow(step.pk, number, name, True, _done_message(decision)))
    return rows


def _done_message(decision: Decision) -> str:
    if decision.dates_granted is None:
        return _("agreed")
    if decision.dates_refused:
        return _("agreed for %(granted)d dates, not for %(refused)d") % {
            "granted": decision.dates_granted,
            "refused": decision.dates_refused,
        }
    return _("agreed for all %(granted)d dates") % {"granted": decision.dates_granted}


@transaction.atomic
def end_arrangement(*, by: User, request_id: int, ended_on: date, reason: str) -> Request:
    """End a running arrangement early; `ended_on` is the first day without it, past days stay.

    Raises PermissionDenied, TransitionNotAllowed (not in force), ValidationError (date or reason).
    """
    fwa_request = locked_request(request_id)
    if not by.has_perm("fwa.end_arrangement", fwa_request):
        raise PermissionDenied
    assignment = fwa_request.assignment
    if assignment is None or assignment.status != AssignmentStatus.IN_FORCE:
        raise AlreadyDecided(_("This arrangement is not in force any more."))
    today = timezone.localdate()
    if not max(today, assignment.valid_from) <= ended_on <= assignment.last_day:
        raise ValidationError({"ended_on": _("Choose a day from today on, inside the period.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Give the reason.")})
    finish_arrangement(fwa_request, ended_on=ended_on, reason=reason, by=by)
    Decision.objects.create(
        request=fwa_request, kind=DecisionKind.END_EARLY, decided_by=by, note=reason, decided_at=timezone.now()
    )
    _close_review(fwa_request, by)
    tell_ended(fwa_request, by)
    return fwa_request


def finish_arrangement(
    fwa_request: Request, *, ended_on: date, reason: str, by: User, acting_for: User | None = None
) -> None:
    """Give the days from `ended_on` on back, with the entry in the ledger. The caller has locked the request."""
    if fwa_request.assignment is None:
        raise ValueError("only what was granted can end")
    given_back = end_assignment(assignment=fwa_request.assignment, ended_on=ended_on, reason=reason)
    running = [DateStatus.GRANTED, DateStatus.SUSPENDED]
    fwa_request.dates.filter(status__in=running, day__gte=ended_on).update(status=DateStatus.DROPPED)
    payload = {"ended_on": ended_on.isoformat(), "days": given_back}
    ledger.append(fwa_request, "arrangement.ended", by=by, acting_for=acting_for, payload=payload)


def _close_review(fwa_request: Request, by: User) -> None:
    """A review under way has nothing left to decide once the arrangement is ended."""
    from fwa.services.rescreening import close_moot  # that module screens and decides with this one's help

    review = ArrangementReview.objects.under_way().select_related("employee").filter(request=fwa_request).first()
    if review is not None:
        review.request = fwa_request
        close_moot(review, by=by)
