"""Who may do what with requests and steps. The same predicate serves page, API and the buttons in templates."""

from __future__ import annotations

from typing import Any

import rules

from fwa import rules_capacity, rules_reviews  # noqa: F401  (importing registers their permissions)
from fwa.enums import MemberChange
from fwa.models import Determination, Request, Step
from fwa.querysets import ROLE_OF_STEP
from organization.access import WHOLE_AGENCY, Access, access_for
from organization.enums import Role
from organization.models import Unit, User
from organization.rules import is_auditor, is_evidence_officer, is_hr_admin


@rules.predicate
def is_applicant(user: User, fwa_request: Request | None = None) -> bool:
    return fwa_request is not None and fwa_request.employee.user_id == user.pk


@rules.predicate
def entered_for_applicant(user: User, fwa_request: Request | None = None) -> bool:
    """The system that keeps this draft for the employee, as long as it has HR's role over them."""
    if fwa_request is None or not user.is_authenticated or not user.is_service or fwa_request.entered_by_id != user.pk:
        return False
    return user.has_perm("organization.manage_people", fwa_request.employee)


@rules.predicate
def oversees_agency(user: User, obj: Any = None) -> bool:
    """HR admin or auditor of the whole agency."""
    roles = (Role.HR_ADMIN, Role.AUDITOR)
    return user.is_authenticated and any(WHOLE_AGENCY in access_for(user).paths_of_role(role) for role in roles)


@rules.predicate
def is_employee(user: User, obj: Any = None) -> bool:
    return user.is_authenticated and access_for(user).own_employee_id is not None


@rules.predicate
def may_decide(user: User, step: Step | None = None) -> bool:
    """Holds the step in person, for an officer they stand in for, or by a granted role.

    A system never decides. Nobody decides on their own request, nor does anybody in the applicant's place. Who stands
    in for the applicant and holds the step in their own right decides it all the same.
    """
    if step is None or not user.is_authenticated or user.is_service:
        return False
    access = access_for(user)
    applicant_id = step.request.employee.user_id
    if applicant_id == user.pk:
        return False
    if step.holder_id is not None:
        return step.holder_id in access.identity_ids and step.holder_id != applicant_id
    unit, role = step.request.unit, ROLE_OF_STEP.get(step.role)
    return unit is not None and any(
        grant.role == role and unit.path.startswith(grant.path) and grant.user_id != applicant_id
        for grant in access.grants
    )


@rules.predicate
def is_hr_of_request(user: User, fwa_request: Request | None = None) -> bool:
    if fwa_request is None or fwa_request.unit is None:
        return False
    return access_for(user).has_role(Role.HR_ADMIN, fwa_request.unit.path)


@rules.predicate
def heads_request_unit(user: User, fwa_request: Request | None = None) -> bool:
    if fwa_request is None or fwa_request.unit is None:
        return False
    access = access_for(user)
    return access.heads(fwa_request.unit.path) and fwa_request.employee.user_id not in access.identity_ids


@rules.predicate
def is_evidence_officer_of(user: User, fwa_request: Request | None = None) -> bool:
    """The named HR role over the unit; never for the own request."""
    if fwa_request is None or not user.is_authenticated or fwa_request.employee.user_id == user.pk:
        return False
    path = fwa_request.unit.path if fwa_request.unit else None
    return access_for(user).has_role(Role.EVIDENCE_OFFICER, path)


def _path_of(obj: Any) -> str | None:
    """The path of a unit, or of the unit that a determination is about."""
    unit = obj.unit if isinstance(obj, Determination) else obj
    return unit.path if isinstance(unit, Unit) else None


@rules.predicate
def may_prepare(user: User, obj: Unit | Determination | None = None) -> bool:
    """HR admin of the unit, or who heads it or a unit above; without an object: of any unit."""
    return user.is_authenticated and _prepares(access_for(user), _path_of(obj))


def _prepares(access: Access, path: str | None) -> bool:
    heads = bool(access.headed_paths) if path is None else access.heads(path)
    return heads or access.has_role(Role.HR_ADMIN, path)


@rules.predicate
def is_authority_over(user: User, obj: Unit | Determination | None = None) -> bool:
    return user.is_authenticated and access_for(user).has_role(Role.AUTHORITY, _path_of(obj))


@rules.predicate
def may_determine(user: User, determination: Determination | None = None) -> bool:
    """Holds the authority over the unit in person or for an officer, and neither stands in the annex.

    A system never decides. Nobody decides for themself, nor does anybody in the place of a person of the annex.
    """
    if determination is None or not is_authority_over(user, determination) or user.is_service:
        return False
    access = access_for(user)
    members = determination.members.exclude(included=False, change=MemberChange.ADD)
    in_annex = set(
        members.filter(employee__user_id__in=access.identity_ids).values_list("employee__user_id", flat=True)
    )
    if user.pk in in_annex:
        return False
    path = determination.unit.path
    return any(
        grant.role == Role.AUTHORITY and path.startswith(grant.path) and grant.user_id not in in_annex
        for grant in access.grants
    )


rules.add_perm("fwa.make_request", is_employee)
rules.add_perm("fwa.change_request", is_applicant | entered_for_applicant)
rules.add_perm("fwa.submit_request", is_applicant | entered_for_applicant)
rules.add_perm("fwa.withdraw_request", is_applicant | entered_for_applicant)
rules.add_perm("fwa.decide_step", may_decide)
rules.add_perm("fwa.end_arrangement", is_applicant | heads_request_unit | is_hr_of_request)
rules.add_perm("fwa.open_evidence", is_evidence_officer_of)
rules.add_perm("fwa.manage_letters", is_hr_of_request)
rules.add_perm("fwa.list_letters", is_hr_admin | is_auditor)
rules.add_perm("fwa.preview_letters", is_hr_admin)
rules.add_perm("fwa.list_circumstances", is_evidence_officer)
rules.add_perm("fwa.verify_ledger", is_auditor)
rules.add_perm("fwa.view_grant_exports", oversees_agency)
rules.add_perm("fwa.list_collisions", may_prepare | is_authority_over | is_auditor)
rules.add_perm("fwa.list_determinations", may_prepare | is_authority_over | is_auditor)
rules.add_perm("fwa.prepare_determination", may_prepare)
rules.add_perm("fwa.view_determination_plan", may_prepare | is_authority_over)
rules.add_perm("fwa.determine_authority", is_authority_over)
rules.add_perm("fwa.determine_group", may_determine)
