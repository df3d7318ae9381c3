"""The entry of group determinations in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from fwa.models import Determination
from organization.access import Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def determination_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Whoever prepares, determines or audits; the authority with the number that waits for a decision."""
    if access.has_role(Role.AUTHORITY):
        waiting = Determination.objects.waiting_for(user)
        yield NavItem("hr", _("Group determinations"), "fwa:determination_list", "people", order=203, rows=waiting)
    elif access.unit_paths:
        yield NavItem("hr", _("Group determinations"), "fwa:determination_list", "people", order=203)
