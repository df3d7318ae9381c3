"""Plan, presence and output in the side navigation: the own month, or the week of the people one leads."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def reconciliation_nav(user: User, access: Access) -> Iterator[NavItem]:
    if access.has_reports or access.headed_paths:
        yield NavItem("performance", _("Plan, presence and output"), "fwa:reconciliation_team", "list-check", order=58)
    elif access.own_employee_id is not None:
        yield NavItem("performance", _("Plan, presence and output"), "fwa:reconciliation", "list-check", order=29)
