"""Work figures in the side navigation: of the people one leads, or one's own."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def figure_nav(user: User, access: Access) -> Iterator[NavItem]:
    if access.has_reports or access.headed_paths:
        yield NavItem("performance", _("Work figures"), "performance:figures_team", "bar-chart", order=59)
    elif access.own_employee_id is not None:
        yield NavItem("performance", _("Work figures"), "performance:figures", "bar-chart", order=30)
