"""Commands over work results (hasil kerja): put one into the plan of a period, change it, take it out again."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.constraints import save_checked
from organization.guards import lock_employee, require
from organization.models import Employee, User
from performance.alignment import supportable_results
from performance.enums import Approach, RecordSource, ResultKind
from performance.errors import StateChanged
from performance.models import WorkResult

PERMISSION = "performance.manage_results"
# A plan has some ten results; a longer way up than this is a ring.
MOST_LEVELS = 20


@dataclass(frozen=True)
class ResultData:
    """What a result says. `supports`: the superior's result that it serves."""

    title: str
    indicator: str
    kind: str = ResultKind.MAIN
    approach: str = Approach.QUANTITATIVE
    target: Decimal | None = None
    unit_of_measure: str = ""
    target_text: str = ""
    perspective: str = ""
    supports: WorkResult | None = None


@transaction.atomic
def add_result(*, by: User, employee: Employee, starts_on: date, ends_on: date, data: ResultData) -> WorkResult:
    """Put a result into the plan of a period; it gets the next number.

    Raises PermissionDenied, ValidationError (target missing; the supported result is nobody's above the person).
    """
    require(by, PERMISSION, employee)
    lock_employee(employee.pk)
    same = WorkResult.objects.filter(employee=employee, starts_on=starts_on, ends_on=ends_on)
    last = same.aggregate(last=Max("number"))["last"] or 0
    result = WorkResult(employee=employee, starts_on=starts_on, ends_on=ends_on, number=last + 1)
    return _write(result, data, by)


@transaction.atomic
def change_result(*, by: User, public_id: UUID, data: ResultData, seen: datetime | None = None) -> WorkResult:
    """Change a result of the plan; its period and number stay.

    `seen`: when it was last recorded as the user read it. Raises as `add_result`, and StateChanged where it was changed
    or withdrawn meanwhile.
    """
    result = _locked(public_id)
    require(by, PERMISSION, result.employee)
    _require_in_plan(result)
    if seen is not None and seen != result.recorded_at:
        raise StateChanged(_("Somebody changed this result meanwhile. Look at it again before you save."))
    return _write(result, data, by)


@transaction.atomic
def withdraw_result(*, by: User, public_id: UUID) -> WorkResult:
    """Take a result out of the plan; what points to it keeps it. Raises PermissionDenied, StateChanged."""
    result = _locked(public_id)
    require(by, PERMISSION, result.employee)
    _require_in_plan(result)
    result.withdrawn_at = timezone.now()
    result.save(update_fields=["withdrawn_at"])
    return result


def _locked(public_id: UUID) -> WorkResult:
    rows = WorkResult.objects.select_for_update(of=("self",), no_key=True).select_related("employee__user")
    return rows.get(public_id=public_id)


def _require_in_plan(result: WorkResult) -> None:
    if result.withdrawn_at is not None:
        raise StateChanged(_("This result is withdrawn already."))


def _write(result: WorkResult, data: ResultData, by: User) -> WorkResult:
    is_counted = data.approach == Approach.QUANTITATIVE
    for field in fields(data):
        value = getattr(data, field.name)
        setattr(result, field.name, value.strip() if isinstance(value, str) else value)
    result.target = data.target if is_counted else None
    result.unit_of_measure = result.unit_of_measure if is_counted else ""
    result.target_text = "" if is_counted else result.target_text
    _check_target(result)
    if data.supports is not None:
        _check_supports(result, data.supports)
    result.source, result.recorded_by, result.recorded_at = RecordSource.TYPED, by, timezone.now()
    return save_checked(result)


def _check_target(result: WorkResult) -> None:
    errors: dict[str, str] = {}
    if result.approach == Approach.QUANTITATIVE:
        if result.target is None:
            errors["target"] = _("Give the target as a number, or choose “qualitative”.")
        if not result.unit_of_measure:
            errors["unit_of_measure"] = _("Say what is counted, such as documents or percent.")
    elif not result.target_text:
        errors["target_text"] = _("Say in words when the target is reached.")
    if errors:
        raise ValidationError(errors)


def _check_supports(result: WorkResult, supported: WorkResult) -> None:
    """Somebody else's, of an overlapping period, in the plan, and of somebody who leads the person."""
    if result.pk is not None and result.supports_id == supported.pk and _is_kept(result):
        return
    candidates = supportable_results(result.employee, result.starts_on, result.ends_on, on=timezone.localdate())
    if not candidates.filter(pk=supported.pk).exists():
        raise ValidationError(
            {"supports": _("Choose a result of your superior or of a head above, whose period overlaps.")}
        )
    above: WorkResult | None = supported
    for _level in range(MOST_LEVELS):
        if above is None:
            return
        if above.pk == result.pk:
            break
        above = above.supports
    raise ValidationError({"supports": _("That result serves this one already; the two cannot serve each other.")})


def _is_kept(result: WorkResult) -> bool:
    """Whether the row already points there: a superior who has left since is no reason to refuse a new title."""
    return WorkResult.objects.filter(pk=result.pk, supports_id=result.supports_id).exists()
