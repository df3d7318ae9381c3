"""Commands of the employee: keep a draft, send it, withdraw it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eligibility.criteria.base import Ask
from eligibility.enums import POLICIES_OF_KIND, PlaceKind, Verdict
from eligibility.screening import ScreeningResult, screen_by_versions, versions_in_force
from eligibility.services import store_screening
from fwa import ledger
from fwa.data import DraftData, draft_of
from fwa.day_checks import DayCheck, check_days
from fwa.enums import OWN_PROBLEMS, Basis, DateProblem, DateStatus, DecisionKind, RequestStatus
from fwa.errors import AlreadyDecided, NotEligible
from fwa.facts import Gathered, gather
from fwa.models import Decision, Request, RequestDate, RequestOutput
from fwa.notifications import tell_submitted, tell_withdrawn
from fwa.services.circumstances import circumstance_code, require_circumstance
from fwa.services.holds import release_hold
from fwa.services.steps import open_chain
from organization.guards import lock_employee
from organization.models import Domicile, Employee, User
from organization.services.numbers import next_number
from performance.models import WorkResult


def own_employee(by: User) -> Employee:
    """The employee behind an account. Raises PermissionDenied for accounts without a personnel record."""
    employee = Employee.objects.select_related("user").filter(user=by).first()
    if employee is None:
        raise PermissionDenied
    return employee


def employee_for(by: User, employee_id: int | None = None) -> Employee:
    """Whom a new draft is for: oneself; for a system, the one it names among those it has HR's role over.

    Raises PermissionDenied (no personnel record), ValidationError (not somebody one may enter a draft for).
    """
    if not by.is_service:
        own = own_employee(by)
        if employee_id not in (None, own.pk):
            raise ValidationError({"employee_id": _("People write their own requests only.")})
        return own
    employee = Employee.objects.visible_to(by).select_related("user").filter(pk=employee_id or 0).first()
    if employee is None or not by.has_perm("organization.manage_people", employee):
        raise ValidationError({"employee_id": _("Name an employee whom this connection looks after.")})
    return employee


def too_long() -> str:
    return _("A request covers two years at most; choose an earlier end date.")


def normalised(draft: DraftData) -> DraftData:
    """Fill in what follows from the rest: the period of single dates; drop what the kind does not have."""
    if draft.single_dates and not draft.weekdays:
        draft = replace(draft, valid_from=min(draft.single_dates), valid_to=max(draft.single_dates))
    if not draft.has_place:
        draft = replace(draft, place_kind="", site_id=None, place_address="")
    if not draft.has_hours:
        draft = replace(draft, starts_at=None, ends_at=None)
    if draft.place_kind != PlaceKind.OTHER_OFFICE:
        draft = replace(draft, site_id=None)
    if draft.place_kind not in (PlaceKind.OTHER, PlaceKind.FIELD):
        draft = replace(draft, place_address="")
    return draft


def registered_domicile(employee: Employee, on: date) -> Domicile | None:
    return (
        Domicile.objects.active_on(on)
        .filter(employee=employee, verified_at__isnull=False)
        .order_by("-valid_from")
        .first()
    )


def locked_request(request_id: int) -> Request:
    """The request locked until the transaction ends, with what permissions look at."""
    # Locked first and read after: one query for both would join what was there before the wait, such as no assignment.
    Request.objects.select_for_update().only("pk").get(pk=request_id)
    return Request.objects.select_related(
        "employee__user", "unit", "position", "domicile", "site", "assignment", "supervisor"
    ).get(pk=request_id)


@transaction.atomic
def save_draft(*, by: User, data: DraftData, request_id: int | None = None, employee_id: int | None = None) -> Request:
    """Keep what the employee typed, however incomplete; nothing is checked but the order and length of the period.

    A system keeps a draft for `employee_id`, until the employee saves it and so makes it their own.
    Raises PermissionDenied (not one's own), AlreadyDecided (sent already), ValidationError (reversed or too long).
    """
    data = normalised(data)
    if data.is_reversed:
        raise ValidationError({"valid_to": _("The end date must not be before the start date.")})
    if data.is_too_long:
        raise ValidationError({"valid_to": too_long()})
    if by.is_service and data.basis == Basis.SPECIAL:
        raise ValidationError({"basis": _("A special circumstance is stated by the employee, not by a system.")})
    if request_id is None:
        fwa_request = Request(employee=employee_for(by, employee_id), entered_by=by if by.is_service else None)
    else:
        fwa_request = locked_request(request_id)
    if not by.has_perm("fwa.change_request", fwa_request):
        raise PermissionDenied
    if not fwa_request.is_editable:
        raise AlreadyDecided(_("This request was sent already; withdraw it to change it."))
    _copy(data, fwa_request, fwa_request.employee)
    fwa_request.entered_by = by if by.is_service else None
    _require_own(data, fwa_request)
    fwa_request.save()
    fwa_request.outputs.all().delete()
    RequestOutput.objects.bulk_create(RequestOutput(request=fwa_request, **vars(item)) for item in data.outputs)
    return fwa_request


def _require_own(data: DraftData, fwa_request: Request) -> None:
    """Work results and the renewed request are the person's own. Raises ValidationError; a query for each named."""
    results = {item.work_result_id for item in data.outputs if item.work_result_id is not None}
    own = WorkResult.objects.filter(employee_id=fwa_request.employee_id, pk__in=results)
    if results and own.count() != len(results):
        raise ValidationError({"outputs": _("Choose a work result of your own plan.")})
    if data.renews_id is not None:
        renewed = Request.objects.filter(pk=data.renews_id, employee_id=fwa_request.employee_id)
        if not renewed.filter(status=RequestStatus.APPROVED).exists():
            raise ValidationError(_("Only an arrangement of your own can be renewed."))


def _copy(data: DraftData, fwa_request: Request, employee: Employee) -> None:
    for name in [
        "kind",
        "basis",
        "valid_from",
        "valid_to",
        "place_kind",
        "site_id",
        "place_address",
        "starts_at",
        "ends_at",
        "reason",
        "work_plan",
        "renews_id",
    ]:
        setattr(fwa_request, name, getattr(data, name))
    fwa_request.weekdays = sorted(data.weekdays)
    fwa_request.single_dates = sorted(data.single_dates)
    fwa_request.left_out = sorted(data.left_out)
    on = data.valid_from or timezone.localdate()
    fwa_request.domicile = registered_domicile(employee, on) if data.place_kind == PlaceKind.HOME else None


@transaction.atomic
def delete_draft(*, by: User, request_id: int) -> None:
    """Throw a draft away; one that was sent before is withdrawn instead. Raises PermissionDenied, AlreadyDecided."""
    fwa_request = locked_request(request_id)
    if not by.has_perm("fwa.change_request", fwa_request):
        raise PermissionDenied
    if fwa_request.status != RequestStatus.DRAFT:
        raise AlreadyDecided(_("Only a draft can be deleted; withdraw the request instead."))
    fwa_request.delete()


def screen_for(
    employee: Employee, draft: DraftData, *, on: date, domicile_id: int | None = None, circumstance: str | None = None
) -> list[ScreeningResult]:
    """Screen by every policy that the kind needs: two queries. Raises ValidationError when one is not published."""
    codes = POLICIES_OF_KIND[draft.kind]
    versions = versions_in_force(on, codes)
    if len(versions) < len(codes):
        raise ValidationError(_("There is no published policy for this kind of flexibility yet."), "no_policy")
    ask = Ask(kind=draft.kind, place_kind=draft.place_kind, domicile_id=domicile_id)
    return screen_by_versions(employee, [(version, ask) for version in versions], on=on, circumstance=circumstance)


def require_complete(draft: DraftData, fwa_request: Request) -> None:
    """What a sent request must say (Art 30: reason, work plan and outputs [Q]). Raises ValidationError per field."""
    missing: dict[str, str] = {}
    if draft.valid_from is None:
        missing["valid_from"] = _("Say from when.")
    if draft.valid_to is None:
        missing["valid_to"] = _("Say until when.")
    if not draft.weekdays and not draft.single_dates:
        missing["weekdays"] = _("Choose weekdays or single dates.")
    if draft.has_place:
        missing |= _missing_place(draft, fwa_request)
    if draft.has_hours and (draft.starts_at is None or draft.ends_at is None):
        missing["starts_at"] = _("Say when your work starts and ends.")
    if not draft.reason.strip():
        missing["reason"] = _("Give the reason.")
    if not draft.work_plan.strip():
        missing["work_plan"] = _("Describe what you will work on.")
    if not draft.outputs:
        missing["outputs"] = _("Promise at least one output.")
    for item in draft.outputs:
        if draft.valid_from and item.due_on < draft.valid_from:
            missing["outputs"] = _("“%(title)s” is due before the period begins.") % {"title": item.title}
    if missing:
        raise ValidationError(missing)


def _missing_place(draft: DraftData, fwa_request: Request) -> dict[str, str]:
    if not draft.place_kind:
        return {"place_kind": _("Choose where you will work.")}
    if draft.place_kind == PlaceKind.OTHER_OFFICE and draft.site_id is None:
        return {"site_id": _("Choose the office.")}
    if draft.place_kind in (PlaceKind.OTHER, PlaceKind.FIELD) and not draft.place_address.strip():
        return {"place_address": _("Give the address.")}
    if draft.place_kind == PlaceKind.HOME and fwa_request.domicile_id is None:
        return {"place_kind": _("Your personnel record has no verified address; report it on your profile.")}
    return {}


@transaction.atomic
def submit_request(*, by: User, request_id: int) -> Request:
    """Send a draft (pengajuan): check it, store the verdicts, write the dates and open the chain.

    Sending twice is one sending: the second finds it sent and returns it.
    Raises PermissionDenied, ValidationError (incomplete, dates that the employee can mend), NotEligible.
    Source: cap Art 13(1) [Q], criteria Arts 23-26 [Q], attachments Art 30 [Q].
    """
    fwa_request = locked_request(request_id)
    if not by.has_perm("fwa.submit_request", fwa_request):
        raise PermissionDenied
    if fwa_request.status == RequestStatus.SUBMITTED:
        return fwa_request
    if not fwa_request.is_editable:
        raise AlreadyDecided(_("This request is closed. Make a new one instead."))
    employee = lock_employee(fwa_request.employee_id)
    today, now = timezone.localdate(), timezone.now()
    draft = draft_of(fwa_request)
    require_complete(draft, fwa_request)
    if draft.basis == Basis.SPECIAL:
        require_circumstance(fwa_request, draft.requested_days())
    gathered = gather(employee=employee, draft=draft, today=today, own_request=fwa_request)
    checks = _checked_dates(draft, fwa_request, gathered)
    results = screen_for(
        employee, draft, on=today, domicile_id=fwa_request.domicile_id, circumstance=circumstance_code(fwa_request)
    )
    if any(result.verdict == Verdict.NOT_ELIGIBLE for result in results):
        raise NotEligible(results)

    fwa_request.submit(at=now)
    _stamp(fwa_request, gathered, today)
    fwa_request.save()
    fwa_request.screenings.set([store_screening(result=result, by=by) for result in results])
    _write_dates(fwa_request, checks)
    Decision.objects.create(request=fwa_request, kind=DecisionKind.SUBMIT, decided_by=by, decided_at=now)
    ledger.append(
        fwa_request, "request.submitted", by=by, payload={"screenings": [s.pk for s in fwa_request.screenings.all()]}
    )
    step = open_chain(fwa_request=fwa_request, on=today, at=now)
    tell_submitted(fwa_request, step)
    return fwa_request


def _checked_dates(draft: DraftData, fwa_request: Request, gathered: Gathered) -> list[DayCheck]:
    """Checks of the working days asked for. Raises ValidationError naming dates that the employee must change."""
    checks = check_days(draft.requested_days(), tuple(fwa_request.facets), gathered.facts)
    worked = [check for check in checks if check.problem != DateProblem.HOLIDAY]
    own = [check for check in worked if check.problem in OWN_PROBLEMS]
    if own:
        raise ValidationError({"dates": [_date_message(check) for check in own]}, "dates")
    if not worked:
        raise ValidationError({"dates": _("The period holds no working day that you chose.")}, "dates")
    if all(check.problem for check in worked):
        raise ValidationError(
            {"dates": _("Not one of the dates can be granted: the unit is full or at its minimum on each.")}, "dates"
        )
    return worked


def _date_message(check: DayCheck) -> str:
    message = f"{date_format(check.day, 'DATE_FORMAT')}: {DateProblem(check.problem).label}"
    reference = check.detail.get("reference")
    if reference:
        message += f" ({reference})"
    if check.alternatives:
        near = ", ".join(date_format(day, "j F") for day in check.alternatives)
        message += ngettext(" – possible instead: %(near)s", " – possible instead: %(near)s", 1) % {"near": near}
    return message


def _stamp(fwa_request: Request, gathered: Gathered, today: date) -> None:
    """Keep unit, position and supervisor as they are now, so that a later transfer does not rewrite history."""
    placement = gathered.placement_on(today)
    if placement is None:
        raise ValidationError(_("You have no placement today; ask HR to correct your record."), "not_placed")
    fwa_request.unit = placement.unit
    fwa_request.position = placement.position
    fwa_request.supervisor = placement.supervisor
    if fwa_request.number is None:
        number = next_number(series="request", year=today.year)
        fwa_request.number = f"FW-{today.year}-{number:04d}"


def _write_dates(fwa_request: Request, checks: list[DayCheck]) -> None:
    """One row per date and facet. The constraint refuses dates of another request sent in the same moment."""
    fwa_request.dates.all().delete()
    rows = [
        RequestDate(
            request=fwa_request,
            employee=fwa_request.employee,
            day=check.day,
            facet=facet,
            status=DateStatus.REQUESTED,
            problem=check.problem,
            detail=check.detail,
            alternatives=list(check.alternatives),
        )
        for check in checks
        for facet in fwa_request.facets
    ]
    try:
        with transaction.atomic():
            RequestDate.objects.bulk_create(rows)
    except IntegrityError as error:
        raise ValidationError({"dates": _("Another request of yours covers one of these dates.")}, "dates") from error


@transaction.atomic
def withdraw_request(*, by: User, request_id: int, note: str = "") -> Request:
    """Take a request back before it is decided; held places go back. Raises PermissionDenied, TransitionNotAllowed."""
    fwa_request = locked_request(request_id)
    if not by.has_perm("fwa.withdraw_request", fwa_request):
        raise PermissionDenied
    now = timezone.now()
    fwa_request.withdraw(at=now)
    release_hold(fwa_request)
    fwa_request.save()
    close_dates(fwa_request)
    holders = fwa_request.steps.current()
    waiting = [step.holder_id for step in holders if step.holder_id]
    fwa_request.steps.open().update(status="cancelled")
    Decision.objects.create(request=fwa_request, kind=DecisionKind.WITHDRAW, decided_by=by, note=note, decided_at=now)
    ledger.append(fwa_request, "request.withdrawn", by=by)
    tell_withdrawn(fwa_request, waiting)
    return fwa_request


def close_dates(fwa_request: Request, *, dropped: bool = True) -> None:
    """The request's dates no longer count as pending."""
    rows = fwa_request.dates.live()
    if dropped:
        rows.exclude(status=DateStatus.REFUSED).update(status=DateStatus.DROPPED)
    fwa_request.dates.live().update(is_live=False)
