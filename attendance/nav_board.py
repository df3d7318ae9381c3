"""The boards in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def board_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Who is where for everybody; their own days for employees; absences for HR."""
    yield NavItem("attendance", _("Who is where"), "attendance:whereabouts", "people", order=15)
    if access.own_employee_id is not None:
        yield NavItem("attendance", _("My days"), "attendance:my_days", "calendar-week", order=20)
    if access.has_role(Role.HR_ADMIN):
        yield NavItem("hr", _("Absences"), "attendance:absence_list", "calendar-check", order=35)
