"""Who may open what is sealed beside an entry, and confirm the point of a home."""

from __future__ import annotations

import rules

from attendance.rules_corrections import is_hr_of
from organization.access import access_for
from organization.enums import Role
from organization.models import Employee, Placement, User
from organization.rules import is_evidence_officer, is_hr_admin, is_service


@rules.predicate
def opens_locations_of(user: User, employee: Employee | None = None) -> bool:
    """The named evidence officer of the unit where the employee serves or served last; never of oneself."""
    if not user.is_authenticated or employee is None:
        return bool(is_evidence_officer(user))
    access = access_for(user)
    if employee.user_id == user.pk or not access.has_role(Role.EVIDENCE_OFFICER):
        return False
    if "" in access.paths_of_role(Role.EVIDENCE_OFFICER):
        return True
    placements = Placement.objects.filter(employee=employee, valid_from__lte=access.on)
    path = placements.order_by("-valid_from").values_list("unit__path", flat=True).first()
    return path is not None and access.has_role(Role.EVIDENCE_OFFICER, path)


rules.add_perm("attendance.open_location", opens_locations_of & ~is_service)


@rules.predicate
def confirms_home_of(user: User, employee: Employee | None = None) -> bool:
    """HR of the unit, for somebody else, and not in that person's place; without an employee: HR of any unit."""
    return bool(is_hr_admin(user)) if employee is None else bool(is_hr_of(user, employee))


rules.add_perm("attendance.confirm_home", confirms_home_of & ~is_service)
