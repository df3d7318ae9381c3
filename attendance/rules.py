"""Who may do what with schedules and presence. The same predicates serve page, API and buttons."""

from __future__ import annotations

from typing import Any

import rules
from django.utils import timezone

from organization.access import access_for
from organization.models import Employee, Placement, Unit, User
from organization.rules import heads_unit, is_agency_hr_admin, is_hr_admin_of_employee, is_hr_admin_of_unit


@rules.predicate
def is_self(user: User, employee: Employee | None = None) -> bool:
    return employee is not None and user.is_authenticated and employee.user_id == user.pk


@rules.predicate
def leads_employee(user: User, employee: Employee | None = None) -> bool:
    """Direct supervisor today, head of the unit or of one above; also in their place.

    Never of oneself, nor of the officer in whose place one acts.
    """
    if employee is None or not user.is_authenticated or employee.user_id == user.pk:
        return False
    access = access_for(user)
    placement = (
        Placement.objects.active_on(timezone.localdate())
        .filter(employee=employee)
        .values("supervisor__user_id", "unit__path")
        .first()
    )
    if placement is None:
        return False
    if placement["supervisor__user_id"] in set(access.identity_ids) - {employee.user_id}:
        return True
    stands_in = employee.user_id in access.identity_ids
    paths = access.own_headed_paths if stands_in else access.headed_paths
    return any(placement["unit__path"].startswith(path) for path in paths)


@rules.predicate
def is_service(user: User, obj: Any = None) -> bool:
    """A connected system: it enters and reads, it never decides."""
    return bool(user.is_authenticated and user.is_service)


rules.add_perm("attendance.manage_terms", is_agency_hr_admin & ~is_service)
rules.add_perm("attendance.manage_roster", (heads_unit | is_hr_admin_of_unit) & ~is_service)
rules.add_perm("attendance.publish_below_minimum", heads_unit & ~is_service)
rules.add_perm("attendance.lead_employee", leads_employee & ~is_service)
rules.add_perm("attendance.manage_absence", is_hr_admin_of_employee)


def may_manage_any_roster(user: User, unit: Unit | None = None) -> bool:
    """Whether the user has a roster page at all; for the navigation."""
    return user.has_perm("attendance.manage_roster", unit)


# They register the rest and use the above.
from attendance import (  # noqa: E402
    rules_board,  # noqa: F401
    rules_corrections,  # noqa: F401
    rules_flags,  # noqa: F401
    rules_presence,  # noqa: F401
    rules_rosters,  # noqa: F401
    rules_schedules,  # noqa: F401
    rules_shortfalls,  # noqa: F401
    rules_terminals,  # noqa: F401
)
