"""Checking in, in the side navigation and among the four tabs of a phone."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def presence_nav(user: User, access: Access) -> Iterator[NavItem]:
    """The own entries for every employee."""
    if access.own_employee_id is not None:
        yield NavItem("work", _("Attendance"), "attendance:presence", "geo-alt", order=3, tab=True)
