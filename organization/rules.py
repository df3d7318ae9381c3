"""Who may do what in the organisation. Predicates get (user, object); scope (existence) is `visible_to`."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser

from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.models import Employee, Placement, Unit, User

Visitor = User | AnonymousUser


def _has_role(user: Visitor, role: Role, unit: Unit | None = None) -> bool:
    return user.is_authenticated and access_for(user).has_role(role, unit.path if unit else None)


@rules.predicate
def is_hr_admin(user: Visitor, obj: Any = None) -> bool:
    return _has_role(user, Role.HR_ADMIN)


@rules.predicate
def is_agency_hr_admin(user: Visitor, obj: Any = None) -> bool:
    """HR admin of the whole agency: set-up, policies, roles and imports."""
    return user.is_authenticated and "" in access_for(user).paths_of_role(Role.HR_ADMIN)


@rules.predicate
def is_auditor(user: Visitor, obj: Any = None) -> bool:
    return _has_role(user, Role.AUDITOR)


@rules.predicate
def is_evidence_officer(user: Visitor, obj: Any = None) -> bool:
    return _has_role(user, Role.EVIDENCE_OFFICER)


@rules.predicate
def heads_unit(user: Visitor, unit: Unit | None = None) -> bool:
    """Heads the unit or one above it; without a unit: heads any unit."""
    if not user.is_authenticated:
        return False
    access = access_for(user)
    return access.heads(unit.path) if unit else bool(access.headed_paths)


@rules.predicate
def is_hr_admin_of_unit(user: Visitor, unit: Unit | None = None) -> bool:
    return _has_role(user, Role.HR_ADMIN, unit)


@rules.predicate
def is_hr_admin_of_employee(user: Visitor, employee: Employee | None = None) -> bool:
    """HR admin of the unit where the employee serves (or served last); without an employee: of any unit."""
    return _oversees(user, employee, Role.HR_ADMIN)


@rules.predicate
def is_auditor_of_employee(user: Visitor, employee: Employee | None = None) -> bool:
    return _oversees(user, employee, Role.AUDITOR)


def _oversees(user: Visitor, employee: Employee | None, role: Role) -> bool:
    if not user.is_authenticated:
        return False
    access = access_for(user)
    if employee is None or WHOLE_AGENCY in access.paths_of_role(role):
        return access.has_role(role)
    if not access.has_role(role):
        return False
    placements = Placement.objects.filter(employee=employee, valid_from__lte=access.on)
    last = placements.order_by("-valid_from").values_list("unit__path", flat=True).first()
    return last is not None and access.has_role(role, last)


rules.add_perm("organization.set_up_agency", is_agency_hr_admin)
rules.add_perm("organization.view_agency", is_agency_hr_admin | is_auditor)
rules.add_perm("organization.import_files", is_agency_hr_admin)
rules.add_perm("organization.grant_roles", is_agency_hr_admin)
rules.add_perm("organization.manage_delegations", is_agency_hr_admin)
rules.add_perm("organization.manage_calendar", is_agency_hr_admin)
rules.add_perm("organization.manage_posts", is_agency_hr_admin)
rules.add_perm("organization.view_people", is_hr_admin | is_auditor | heads_unit)
rules.add_perm("organization.manage_people", is_hr_admin_of_employee)
rules.add_perm("organization.manage_unit", is_hr_admin_of_unit)
rules.add_perm("organization.declare_readiness", heads_unit)
rules.add_perm("organization.confirm_readiness", is_hr_admin_of_unit)
rules.add_perm("organization.tighten_unit", heads_unit | is_hr_admin_of_unit)
rules.add_perm("organization.view_discipline", is_hr_admin_of_employee | is_auditor_of_employee)
