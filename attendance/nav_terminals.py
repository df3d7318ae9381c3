"""Terminals, for who looks after them or audits; outages, for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import WHOLE_AGENCY, Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def terminal_nav(user: User, access: Access) -> Iterator[NavItem]:
    if WHOLE_AGENCY in access.paths_of_role(Role.HR_ADMIN) or access.has_role(Role.AUDITOR):
        yield NavItem("hr", _("Terminals"), "attendance:terminal_list", "toggles", order=246)
    yield NavItem("attendance", _("Outages"), "attendance:outage_list", "exclamation-lg", order=127)
