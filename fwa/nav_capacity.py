"""The entry of unit heads in the side navigation: how full their units are."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def capacity_nav(user: User, access: Access) -> Iterator[NavItem]:
    """For whoever heads a unit, or stands in for its head."""
    if access.headed_paths:
        yield NavItem("work", _("Unit capacity"), "fwa:capacity_home", "calendar-week", order=40)
