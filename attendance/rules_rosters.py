"""Who decides about a swap of two shifts; nobody about their own."""

from __future__ import annotations

import rules

from attendance.models import ShiftSwap
from organization.access import access_for
from organization.models import User
from organization.rules import is_hr_admin_of_employee, is_service, leads_employee


@rules.predicate
def asks_swap(user: User, swap: ShiftSwap | None = None) -> bool:
    return swap is not None and user.is_authenticated and swap.applicant.user_id == user.pk


@rules.predicate
def is_asked(user: User, swap: ShiftSwap | None = None) -> bool:
    return swap is not None and user.is_authenticated and swap.colleague.user_id == user.pk


@rules.predicate
def takes_part(user: User, swap: ShiftSwap | None = None) -> bool:
    """One of the two, or in their place."""
    if swap is None or not user.is_authenticated:
        return False
    identities = access_for(user).identity_ids
    return swap.applicant.user_id in identities or swap.colleague.user_id in identities


@rules.predicate
def leads_both(user: User, swap: ShiftSwap | None = None) -> bool:
    """Leads both, or looks after both as HR, so that a swap never waits for nobody."""
    if swap is None:
        return False
    both = (swap.applicant, swap.colleague)
    return all(leads_employee(user, one) or is_hr_admin_of_employee(user, one) for one in both)


@rules.predicate
def has_employee(user: User, obj: object = None) -> bool:
    """Whether the account belongs to somebody who can stand on a roster."""
    return bool(user.is_authenticated and access_for(user).own_employee_id)


rules.add_perm("attendance.ask_swap", has_employee & ~is_service)
rules.add_perm("attendance.answer_swap", is_asked & ~is_service)
rules.add_perm("attendance.withdraw_swap", asks_swap & ~is_service)
rules.add_perm("attendance.decide_swap", leads_both & ~takes_part & ~is_service)
