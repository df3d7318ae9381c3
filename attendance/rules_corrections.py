"""Who asks for a correction, who decides it, and who may call or recall somebody."""

from __future__ import annotations

from typing import Any

import rules

from attendance.models import Contact, Correction, ThresholdFlag
from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.models import Employee, Placement, User
from organization.rules import is_agency_hr_admin, is_self, is_service, leads_employee


@rules.predicate
def is_hr_of(user: User, employee: Employee | None = None) -> bool:
    """HR admin of the unit where somebody else serves or served last.

    Whoever stands in for that employee is so by a grant of their own only.
    """
    if employee is None or not user.is_authenticated or employee.user_id == user.pk:
        return False
    access = access_for(user)
    holders = (user.pk,) if employee.user_id in access.identity_ids else access.identity_ids
    paths = [grant.path for grant in access.grants if grant.role == Role.HR_ADMIN and grant.user_id in holders]
    if not paths or WHOLE_AGENCY in paths:
        return bool(paths)
    placements = Placement.objects.filter(employee=employee).order_by("-valid_from")
    last = placements.values_list("unit__path", flat=True).first()
    return last is not None and any(last.startswith(path) for path in paths)


def _leads(user: User, employee: Employee) -> bool:
    return bool(leads_employee(user, employee)) and not user.is_service


@rules.predicate
def asked_for_it(user: User, correction: Correction | None = None) -> bool:
    return correction is not None and correction.employee.user_id == user.pk


@rules.predicate
def may_decide_correction(user: User, correction: Correction | None = None) -> bool:
    """The supervisor, a head above, or HR of the employee; a system never decides."""
    if correction is None or user.is_service:
        return False
    return _leads(user, correction.employee) or bool(is_hr_of(user, correction.employee))


@rules.predicate
def may_acknowledge(user: User, flag: ThresholdFlag | None = None) -> bool:
    """The supervisor or a head above (PP 94/2021 Art 26(1): the direct supervisor must act)."""
    return flag is not None and _leads(user, flag.employee)


@rules.predicate
def was_asked(user: User, contact: Contact | None = None) -> bool:
    return contact is not None and contact.employee.user_id == user.pk


@rules.predicate
def may_follow_contact(user: User, contact: Contact | None = None) -> bool:
    """Whoever leads the employee notes calls and withdraws what was asked."""
    return contact is not None and _leads(user, contact.employee)


@rules.predicate
def oversees(user: User, obj: Any = None) -> bool:
    """Has people, a unit, or an overseeing role."""
    access = access_for(user)
    return access.has_reports or bool(access.unit_paths)


rules.add_perm("attendance.ask_correction", is_self & ~is_service)
rules.add_perm("attendance.withdraw_correction", asked_for_it)
rules.add_perm("attendance.decide_correction", may_decide_correction)
rules.add_perm("attendance.acknowledge_threshold", may_acknowledge)
rules.add_perm("attendance.answer_contact", was_asked)
rules.add_perm("attendance.follow_contact", may_follow_contact)
rules.add_perm("attendance.view_recaps", oversees)
rules.add_perm("attendance.lock_recap", is_agency_hr_admin & ~is_service)
