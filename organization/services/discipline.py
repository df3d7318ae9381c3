"""Discipline cases as far as eligibility needs them. The system records; it never sanctions.

Source: PermenPANRB 4/2025 Art 25(1) [Q].
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.changes import facts_changed
from organization.constraints import save_checked
from organization.enums import ChangeCause, DisciplineStatus
from organization.guards import lock_employee, require
from organization.models import DisciplineCase, User


@transaction.atomic
def save_case(*, by: User, employee_id: int, case_id: int | None, values: dict[str, Any]) -> DisciplineCase:
    """Open a case or bring it up to date. Nobody touches their own."""
    employee = lock_employee(employee_id)
    require(by, "organization.manage_people", employee)
    if employee.user_id == by.pk:
        raise PermissionDenied(_("Nobody keeps their own case."))
    case = (
        DisciplineCase.objects.select_for_update().get(pk=case_id, employee=employee)
        if case_id
        else DisciplineCase(employee=employee)
    )
    before = _state(case) if case_id else None
    for field, value in values.items():
        setattr(case, field, value)
    _check_case(case)
    save_checked(case)
    if _state(case) != before:
        facts_changed(
            cause=ChangeCause.DISCIPLINE, employee_ids=[employee.pk], on=timezone.localdate(), key=f"case:{case.pk}"
        )
    return case


def _state(case: DisciplineCase) -> tuple[object, ...]:
    """What the rules look at; a number put right changes nothing for anybody."""
    return case.status, case.opened_on, case.decided_on, case.sanction_from, case.sanction_to


def _check_case(case: DisciplineCase) -> None:
    errors: dict[str, str] = {}
    decided = case.status != DisciplineStatus.EXAMINATION
    sanctioned = case.status == DisciplineStatus.SANCTIONED
    if decided and not case.decided_on:
        errors["decided_on"] = _("Enter the day of the decision.")
    if not decided and case.decided_on:
        errors["decided_on"] = _("A case under examination is not decided yet.")
    if case.decided_on and case.decided_on < case.opened_on:
        errors["decided_on"] = _("The decision cannot come before the examination.")
    if sanctioned and not case.sanction_from:
        errors["sanction_from"] = _("Enter the first day of the sanction.")
    if not sanctioned and (case.sanction_from or case.sanction_to):
        errors["sanction_from"] = _("Only a sanction has a period.")
    if sanctioned and not case.level:
        errors["level"] = _("Choose the level of the sanction.")
    if case.sanction_from and case.sanction_to and case.sanction_to < case.sanction_from:
        errors["sanction_to"] = _("The end date must not be before the start date.")
    if errors:
        raise ValidationError(errors)
