"""The two questions every command asks first: may this user, and which dates may be touched."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.access import access_for
from organization.enums import Role
from organization.models import Employee, Placement, Unit, User
from organization.models.base import Dated

ONE_DAY = timedelta(days=1)


def require(by: User, permission: str, obj: Any = None) -> None:
    """Raise PermissionDenied unless `by` holds the permission (on `obj`)."""
    if not by.has_perm(permission, obj):
        raise PermissionDenied(_("Your role does not allow this."))


def require_hr_of_units(by: User, *units: Unit) -> None:
    """HR admin over each of the units."""
    access = access_for(by)
    if not all(access.has_role(Role.HR_ADMIN, unit.path) for unit in units):
        raise PermissionDenied(_("This unit is outside the part of the agency you look after."))


def unit_of(employee: Employee, on: date) -> Unit | None:
    """Where the employee serves on a day, else where they served last or will serve first."""
    rows = Placement.objects.filter(employee=employee).select_related("unit").order_by("valid_from")
    placements = list(rows)
    current = [row for row in placements if row.valid_from <= on]
    chosen = current[-1] if current else (placements[0] if placements else None)
    return chosen.unit if chosen else None


def lock_employee(employee_id: int) -> Employee:
    """The employee, locked so that two commands on one person wait for each other.

    The lock leaves foreign keys alone: whoever has only written a row of this person holds nobody up, and two
    commands that wrote before they asked for it do not end in a deadlock.
    """
    rows = Employee.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("user").get(pk=employee_id)


def lock_employees(employee_ids: Collection[int]) -> None:
    """Many people locked like one, in the order that keeps two commands from waiting in a ring."""
    rows = Employee.objects.filter(pk__in=employee_ids).order_by("pk")
    list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def refuse_past(day: date, field: str = "valid_from") -> None:
    """What already happened is not rewritten."""
    if day < timezone.localdate():
        raise ValidationError({field: _("The date must be today or later.")})


def end_after(row: Dated, last_day: date) -> None:
    """Let a dated row end with `last_day`; a row that would never have been true is removed instead."""
    if last_day < row.valid_from:
        row.delete()
        return
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
