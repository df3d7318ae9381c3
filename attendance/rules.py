"""Who may do what with schedules and presence. The same predicates serve page, API and buttons."""

from __future__ import annotations

import rules

from organization.models import Unit, User
from organization.rules import (
    heads_unit,
    is_agency_hr_admin,
    is_hr_admin_of_employee,
    is_hr_admin_of_unit,
    is_service,
    leads_employee,
)

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
