"""Who may see names in the capacity of a unit: its heads, its HR and auditors; colleagues never."""

from __future__ import annotations

import rules

from organization.access import access_for
from organization.enums import Role
from organization.models import Unit, User
from organization.rules import heads_unit, is_hr_admin_of_unit


@rules.predicate
def audits_unit(user: User, unit: Unit | None = None) -> bool:
    """Auditor of the unit; without a unit: of any."""
    return user.is_authenticated and access_for(user).has_role(Role.AUDITOR, unit.path if unit else None)


rules.add_perm("fwa.view_people_of_day", heads_unit | is_hr_admin_of_unit | audits_unit)
