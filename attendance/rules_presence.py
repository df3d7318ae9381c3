"""Who may open what is sealed beside an entry, and confirm the point of a home."""

from __future__ import annotations

import rules

from organization.access import access_for
from organization.enums import Role
from organization.models import Employee, Placement, User
from organization.rules import is_evidence_officer, is_hr_admin_of_employee, is_self, is_service


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
rules.add_perm("attendance.confirm_home", is_hr_admin_of_employee & ~is_self & ~is_service)
