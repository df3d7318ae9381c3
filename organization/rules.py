"""Who may do what in the organisation. Predicates get (user, object); scope (existence) is `visible_to`."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.enums_periods import NationalPeriodKind
from organization.models import Employee, NationalPeriod, Placement, TaskMappingProposal, Unit, User

Visitor = User | AnonymousUser


def _has_role(user: Visitor, role: Role, unit: Unit | None = None) -> bool:
    return user.is_authenticated and access_for(user).has_role(role, unit.path if unit else None)


@rules.predicate
def is_self(user: User, employee: Employee | None = None) -> bool:
    return employee is not None and user.is_authenticated and employee.user_id == user.pk


@rules.predicate
def leads_employee(user: User, employee: Employee | None = None) -> bool:
    """Direct supervisor today, head of the unit or of one above; also in their place.

    Never of oneself; of an officer in whose place one acts only in one's own right, not in that of a third person.
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
    stands_in = employee.user_id in access.identity_ids
    if placement["supervisor__user_id"] in ((user.pk,) if stands_in else access.identity_ids):
        return True
    paths = access.own_headed_paths if stands_in else access.headed_paths
    return any(placement["unit__path"].startswith(path) for path in paths)


@rules.predicate
def is_service(user: User, obj: Any = None) -> bool:
    """A connected system: it enters and reads, it never decides."""
    return bool(user.is_authenticated and user.is_service)


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


@rules.predicate
def may_take_back(user: Visitor, proposal: TaskMappingProposal | None = None) -> bool:
    """Proposed it, or heads the unit it was proposed for."""
    if not user.is_authenticated or proposal is None:
        return False
    return proposal.proposed_by_id == user.pk or access_for(user).heads(proposal.unit.path)


@rules.predicate
def manages_period(user: Visitor, period: NationalPeriod | None = None) -> bool:
    """HR admin of all units of an emergency; without a period: HR admin of any unit."""
    if not user.is_authenticated:
        return False
    access = access_for(user)
    if period is None or not access.has_role(Role.HR_ADMIN):
        return access.has_role(Role.HR_ADMIN)
    paths = period.unit_paths if period.kind == NationalPeriodKind.EMERGENCY else ()
    return bool(paths) and all(access.has_role(Role.HR_ADMIN, path) for path in paths)


rules.add_perm("organization.set_up_agency", is_agency_hr_admin)
rules.add_perm("organization.view_agency", is_agency_hr_admin | is_auditor)
rules.add_perm("organization.import_files", is_agency_hr_admin)
rules.add_perm("organization.grant_roles", is_agency_hr_admin)
rules.add_perm("organization.manage_connections", is_agency_hr_admin)
rules.add_perm("organization.manage_delegations", is_agency_hr_admin)
rules.add_perm("organization.manage_calendar", is_agency_hr_admin)
rules.add_perm("organization.enter_national_periods", is_agency_hr_admin)
rules.add_perm("organization.manage_national_periods", is_agency_hr_admin | manages_period)
rules.add_perm("organization.view_affected_people", is_hr_admin)
rules.add_perm("organization.manage_posts", is_agency_hr_admin)
rules.add_perm("organization.view_task_mapping", is_hr_admin | is_auditor | heads_unit)
rules.add_perm("organization.propose_tasks", heads_unit)
rules.add_perm("organization.decide_proposals", is_agency_hr_admin)
rules.add_perm("organization.withdraw_proposal", may_take_back)
rules.add_perm("organization.view_people", is_hr_admin | is_auditor | heads_unit)
rules.add_perm("organization.manage_people", is_hr_admin_of_employee)
rules.add_perm("organization.manage_unit", is_hr_admin_of_unit)
rules.add_perm("organization.declare_readiness", heads_unit)
rules.add_perm("organization.confirm_readiness", is_hr_admin_of_unit)
rules.add_perm("organization.tighten_unit", heads_unit | is_hr_admin_of_unit)
rules.add_perm("organization.view_discipline", is_hr_admin_of_employee | is_auditor_of_employee)
