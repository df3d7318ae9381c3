"""Who answers an integrity flag and who judges it."""

from __future__ import annotations

import rules

from attendance.models import IntegrityFlag
from attendance.rules_corrections import is_hr_of
from organization.models import User
from organization.rules import is_service, leads_employee


@rules.predicate
def is_flagged(user: User, flag: IntegrityFlag | None = None) -> bool:
    return flag is not None and flag.employee.user_id == user.pk


@rules.predicate
def may_judge(user: User, flag: IntegrityFlag | None = None) -> bool:
    """Those who lead the person, and HR of their unit; never the person, nor anybody in the person's place."""
    if flag is None or not user.is_authenticated or flag.employee.user_id == user.pk:
        return False
    return bool(leads_employee(user, flag.employee) or is_hr_of(user, flag.employee))


rules.add_perm("attendance.answer_flag", is_flagged & ~is_service)
rules.add_perm("attendance.judge_flag", may_judge & ~is_service)
