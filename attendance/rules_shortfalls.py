"""Who sees what a unit is short of: who makes its rosters, and who leads somebody in it."""

from __future__ import annotations

import rules
from django.utils import timezone

from organization.access import access_for
from organization.models import Placement, Unit, User
from organization.rules import heads_unit, is_hr_admin_of_unit, is_service


@rules.predicate
def supervises_in(user: User, unit: Unit | None = None) -> bool:
    """Direct supervisor of somebody who serves in the unit or below it; also in their place."""
    if unit is None or not user.is_authenticated:
        return False
    reports = Placement.objects.active_on(timezone.localdate()).filter(
        supervisor__user_id__in=access_for(user).identity_ids, unit__path__startswith=unit.path
    )
    return reports.exists()


rules.add_perm("attendance.view_shortfall", (heads_unit | is_hr_admin_of_unit | supervises_in) & ~is_service)
