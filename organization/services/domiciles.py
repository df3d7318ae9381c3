"""The registered home address. Working from home is lawful only there, so HR verifies each change.

Source: PermenPANRB 4/2025 Art 12(3) [Q].
"""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.changes import facts_changed
from organization.constraints import save_checked
from organization.enums import ChangeCause
from organization.guards import ONE_DAY, end_after, lock_employee, require
from organization.models import Domicile, Employee, User
from organization.services.notices import notify


@transaction.atomic
def request_domicile_change(*, by: User, address: str, valid_from: date) -> Domicile:
    """Report that the own registered address is wrong; replaces an earlier report that still waits."""
    employee = Employee.objects.filter(user=by).first()
    if employee is None:
        raise PermissionDenied(_("This account belongs to no employee."))
    lock_employee(employee.pk)
    employee.domiciles.filter(verified_at__isnull=True).delete()
    return save_checked(Domicile(employee=employee, address=address.strip(), valid_from=valid_from, requested_by=by))


@transaction.atomic
def withdraw_domicile_change(*, by: User) -> None:
    """Take the own waiting report back."""
    Domicile.objects.filter(employee__user=by, verified_at__isnull=True).delete()


@transaction.atomic
def verify_domicile(*, by: User, domicile_id: int) -> Domicile:
    """Make a reported address the registered one; the address before it ends the day before."""
    domicile = _waiting(by, domicile_id)
    _close_previous(domicile)
    domicile.verified_by, domicile.verified_at = by, timezone.now()
    save_checked(domicile, update_fields=["verified_by", "verified_at"])
    _home_changed(domicile)
    _tell(domicile, "domicile.verified", {})
    return domicile


@transaction.atomic
def refuse_domicile(*, by: User, domicile_id: int, reason: str) -> None:
    """Remove a reported address and tell the employee why."""
    domicile = _waiting(by, domicile_id)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that the employee can put it right.")})
    _tell(domicile, "domicile.refused", {"reason": reason.strip()})
    domicile.delete()


@transaction.atomic
def record_domicile(*, by: User, employee_id: int, address: str, valid_from: date) -> Domicile:
    """Enter a verified address from the personnel record."""
    employee = lock_employee(employee_id)
    require(by, "organization.manage_people", employee)
    _refuse_own(by, employee)
    domicile = Domicile(employee=employee, address=address.strip(), valid_from=valid_from)
    _close_previous(domicile)
    domicile.verified_by, domicile.verified_at = by, timezone.now()
    save_checked(domicile)
    _home_changed(domicile)
    return domicile


def _home_changed(domicile: Domicile) -> None:
    facts_changed(
        cause=ChangeCause.DOMICILE,
        employee_ids=[domicile.employee_id],
        on=domicile.valid_from,
        key=f"home:{domicile.pk}",
    )


def _waiting(by: User, domicile_id: int) -> Domicile:
    domicile = (
        Domicile.objects.select_for_update(of=("self",))
        .select_related("employee")
        .filter(pk=domicile_id, verified_at__isnull=True)
        .first()
    )
    if domicile is None:
        raise ValidationError(_("This change was decided or withdrawn meanwhile."), code="gone")
    require(by, "organization.manage_people", domicile.employee)
    _refuse_own(by, domicile.employee)
    return domicile


def _refuse_own(by: User, employee: Employee) -> None:
    if employee.user_id == by.pk:
        raise PermissionDenied(_("Nobody verifies their own address."))


def _close_previous(domicile: Domicile) -> None:
    verified = Domicile.objects.filter(employee_id=domicile.employee_id, verified_at__isnull=False)
    if verified.filter(valid_from__gte=domicile.valid_from).exists():
        raise ValidationError(_("A verified address begins on that day or later. Ask for a change from a later day."))
    for row in verified.overlapping(domicile.valid_from, None):
        end_after(row, domicile.valid_from - ONE_DAY)


def _tell(domicile: Domicile, code: str, context: dict[str, str]) -> None:
    if domicile.requested_by_id:
        notify(
            user_ids=[domicile.requested_by_id],
            code=code,
            context=context,
            url=reverse("organization:profile"),
            key=f"{code}:{domicile.pk}",
        )
