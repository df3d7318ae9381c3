"""One function per message. Texts name the request's number and what to do: no reason, place or health."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fwa.enums import StepRole
from fwa.models import Request, Step
from fwa.querysets import ROLE_OF_STEP
from fwa.webhooks import announce
from organization.enums import Role
from organization.models import Delegation, RoleGrant, User
from organization.notices import register_notice
from organization.services.notices import notify

register_notice(
    "fwa.submitted",
    subject=_("Request %(number)s was sent"),
    body=_("We have received your request. You can follow it step by step."),
)
register_notice(
    "fwa.step_opened",
    subject=_("Request %(number)s waits for you"),
    body=_("Please decide by %(due_on)s."),
)
register_notice(
    "fwa.approved",
    subject=_("Request %(number)s was determined"),
    body=_("Your arrangement is decided. The letter follows in a moment."),
)
register_notice(
    "fwa.rejected",
    subject=_("Request %(number)s was rejected"),
    body=_("Open it to read the ground, the reason and what is possible instead."),
)
register_notice(
    "fwa.returned",
    subject=_("Request %(number)s was returned to you"),
    body=_("Open it to read what should be changed, then send it again."),
)
register_notice(
    "fwa.withdrawn",
    subject=_("Request %(number)s was withdrawn"),
    body=_("Nothing is left for you to do."),
)
register_notice(
    "fwa.ended",
    subject=_("Arrangement %(number)s ends early"),
    body=_("Open it to read from which day, and why."),
)
register_notice(
    "fwa.hold_expired",
    subject=_("Places held for request %(number)s were given back"),
    body=_("The request goes on; the places are taken again with the last decision, if they are still free."),
)
register_notice(
    "fwa.overdue",
    subject=_("Request %(number)s is late"),
    body=_("It should have been decided by %(due_on)s."),
)
register_notice(
    "fwa.nobody",
    subject=_("Request %(number)s: nobody could be reached for one level"),
    body=_("Level: %(level)s. Check the supervisor, the account or the delegation."),
    words={"level": lambda role: StepRole(role).label},
)
register_notice(
    "fwa.letter_ready",
    subject=_("The letter for request %(number)s is ready"),
    body=_("Open the request to read and keep your decision letter."),
)
register_notice(
    "fwa.letter_failed",
    subject=_("The letter for request %(number)s could not be made"),
    body=_("The decision stands. The system tries again by itself; the list of letters shows the reason."),
)


def request_url(fwa_request: Request) -> str:
    return reverse("fwa:request_detail", args=[fwa_request.public_id])


def step_user_ids(step: Step) -> list[int]:
    """Those who may decide a step: the holder and who stands in for them, or everybody with the role."""
    day = timezone.localdate()
    if step.holder_id is not None:
        stand_ins = Delegation.objects.active_on(day).filter(principal_id=step.holder_id)
        return [step.holder_id, *stand_ins.values_list("delegate_id", flat=True)]
    role = ROLE_OF_STEP.get(StepRole(step.role))
    return role_user_ids(role, step.request) if role else []


def role_user_ids(role: str, fwa_request: Request) -> list[int]:
    above = Q(unit__isnull=True)
    if fwa_request.unit is not None:
        above |= Q(unit_id__in=fwa_request.unit.path_ids)
    return list(
        RoleGrant.objects.active_on(timezone.localdate()).filter(above, role=role).values_list("user_id", flat=True)
    )


def _tell(user_ids: Iterable[int | None], code: str, fwa_request: Request, key: str, **context: str) -> None:
    notify(
        user_ids=[user_id for user_id in user_ids if user_id],
        code=code,
        context={"number": fwa_request.number, **context},
        url=request_url(fwa_request),
        key=f"{code}:{fwa_request.pk}:{key}",
    )


def _applicant(fwa_request: Request) -> list[int | None]:
    return [fwa_request.employee.user_id]


def _round(fwa_request: Request) -> str:
    return str(fwa_request.decisions.count())


def tell_submitted(fwa_request: Request, step: Step) -> None:
    _tell(_applicant(fwa_request), "fwa.submitted", fwa_request, str(step.round))
    announce("request.submitted", fwa_request, str(step.round))


def tell_step_opened(step: Step) -> None:
    due = step.due_on.isoformat() if step.due_on else ""
    applicant = step.request.employee.user_id
    users = [user_id for user_id in step_user_ids(step) if user_id != applicant]
    _tell(users, "fwa.step_opened", step.request, str(step.pk), due_on=due)


def tell_approved(fwa_request: Request) -> None:
    _tell(_applicant(fwa_request), "fwa.approved", fwa_request, "once")
    announce("request.approved", fwa_request, "once")


def tell_rejected(fwa_request: Request) -> None:
    _tell(_applicant(fwa_request), "fwa.rejected", fwa_request, "once")
    announce("request.rejected", fwa_request, "once")


def tell_returned(fwa_request: Request) -> None:
    _tell(_applicant(fwa_request), "fwa.returned", fwa_request, _round(fwa_request))
    announce("request.returned", fwa_request, _round(fwa_request))


def tell_withdrawn(fwa_request: Request, user_ids: Iterable[int]) -> None:
    _tell(user_ids, "fwa.withdrawn", fwa_request, "once")
    announce("request.withdrawn", fwa_request, "once")


def tell_ended(fwa_request: Request, by: User) -> None:
    head_ids = [step.holder_id for step in fwa_request.steps.all() if step.holds_places]
    users = {user_id for user_id in [*_applicant(fwa_request), *head_ids] if user_id != by.pk}
    _tell(users, "fwa.ended", fwa_request, "once")
    announce("arrangement.ended", fwa_request, "once")


def tell_hold_expired(fwa_request: Request) -> None:
    users = [*_applicant(fwa_request), *role_user_ids(Role.HR_ADMIN, fwa_request)]
    _tell(users, "fwa.hold_expired", fwa_request, _round(fwa_request))


def tell_overdue(step: Step) -> None:
    due = step.due_on.isoformat() if step.due_on else ""
    users = [*step_user_ids(step), *role_user_ids(Role.HR_ADMIN, step.request)]
    _tell(users, "fwa.overdue", step.request, str(step.pk), due_on=due)


def tell_hr_nobody(fwa_request: Request, role: str) -> None:
    _tell(
        role_user_ids(Role.HR_ADMIN, fwa_request),
        "fwa.nobody",
        fwa_request,
        f"{role}:{_round(fwa_request)}",
        level=str(role),
    )


def tell_letter_ready(fwa_request: Request) -> None:
    _tell(_applicant(fwa_request), "fwa.letter_ready", fwa_request, "once")


def tell_letter_failed(fwa_request: Request) -> None:
    """HR is told once per letter, not once per attempt."""
    _tell(role_user_ids(Role.HR_ADMIN, fwa_request), "fwa.letter_failed", fwa_request, "once")
