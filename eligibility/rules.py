"""Who may do what with policies and screenings. Scope (existence) is `visible_to`."""

from __future__ import annotations

from typing import Any

import rules

from eligibility.models import Screening
from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.models import Unit, User
from organization.rules import is_agency_hr_admin, is_auditor, is_hr_admin


@rules.predicate
def oversees(user: User, unit: Unit | None = None) -> bool:
    """HR admin of the unit; without a unit, of the whole agency."""
    return user.is_authenticated and access_for(user).has_role(Role.HR_ADMIN, unit.path if unit else WHOLE_AGENCY)


@rules.predicate
def is_about_oneself(user: User, screening: Screening | None = None) -> bool:
    return screening is not None and screening.employee_id == access_for(user).own_employee_id


@rules.predicate
def has_record(user: User, obj: Any = None) -> bool:
    """Has an employee record, so there is somebody to screen."""
    return user.is_authenticated and access_for(user).own_employee_id is not None


@rules.predicate
def oversees_all(user: User, obj: Any = None) -> bool:
    """HR admin or auditor of the whole agency, who read names of everybody in it."""
    access = access_for(user)
    return WHOLE_AGENCY in (*access.paths_of_role(Role.HR_ADMIN), *access.paths_of_role(Role.AUDITOR))


rules.add_perm("eligibility.publish_policy", is_agency_hr_admin)
rules.add_perm("eligibility.edit_policy", is_agency_hr_admin)
rules.add_perm("eligibility.view_drafts", is_agency_hr_admin | is_auditor)
rules.add_perm("eligibility.simulate", is_agency_hr_admin)
rules.add_perm("eligibility.view_simulations", is_hr_admin | is_auditor)
rules.add_perm("eligibility.view_whole_agency", oversees_all)
rules.add_perm("eligibility.view_runs", is_hr_admin | is_auditor)
rules.add_perm("eligibility.run_screening", oversees)
# Observed values name discipline cases, so a supervisor reads the outcome with a request, never the stored row.
rules.add_perm("eligibility.view_screening", is_about_oneself | is_hr_admin | is_auditor)
rules.add_perm("eligibility.screen_oneself", has_record)
