"""Who compares predicates, looks at distributions, and puts on record how a unit achieved."""

from __future__ import annotations

import rules

from organization.access import access_for
from organization.enums import Role
from organization.models import Unit
from organization.rules import Visitor, heads_unit, is_auditor, is_hr_admin, is_hr_admin_of_unit, is_service


@rules.predicate
def audits_unit(user: Visitor, unit: Unit | None = None) -> bool:
    if not user.is_authenticated:
        return False
    return access_for(user).has_role(Role.AUDITOR, unit.path if unit else None)


rules.add_perm("performance.compare_predicates", is_hr_admin | is_auditor)
rules.add_perm("performance.view_distribution", heads_unit | is_hr_admin_of_unit | audits_unit)
rules.add_perm("performance.view_achievements", is_hr_admin | is_auditor)
rules.add_perm("performance.manage_achievements", is_hr_admin_of_unit & ~is_service)
