"""Checking in, in the side navigation and among the four tabs of a phone."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from attendance.models import HomePoint
from organization.access import WHOLE_AGENCY, Access
from organization.enums import Role
from organization.models import User
from organization.selectors import overseen_employees
from organization.shell import NavItem, register_nav


@register_nav
def presence_nav(user: User, access: Access) -> Iterator[NavItem]:
    """The own entries for every employee; sealed positions and points of homes for those who look after them."""
    if access.own_employee_id is not None:
        yield NavItem("work", _("Attendance"), "attendance:presence", "geo-alt", order=3, tab=True)
        yield NavItem("personal", _("My location data"), "attendance:my_locations", "shield-lock", order=40)
    if access.has_role(Role.EVIDENCE_OFFICER):
        yield NavItem("hr", _("Sealed positions"), "attendance:location_list", "lock", order=60)
    if WHOLE_AGENCY in access.paths_of_role(Role.HR_ADMIN):
        yield NavItem("hr", _("Privacy notice"), "attendance:privacy_notice", "shield-check", order=46)
    if access.has_role(Role.HR_ADMIN):
        waiting = HomePoint.objects.filter(
            confirmed_at__isnull=True, refused_at__isnull=True, employee__in=overseen_employees(user, Role.HR_ADMIN)
        )
        yield NavItem("hr", _("Points of homes"), "attendance:home_list", "house", order=45, rows=waiting)
