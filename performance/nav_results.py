"""Work results in the side navigation: the own plan, else the plans of the people in reach."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def result_nav(user: User, access: Access) -> Iterator[NavItem]:
    reads = access.has_reports or access.headed_paths or access.has_role(Role.HR_ADMIN) or access.has_role(Role.AUDITOR)
    if access.own_employee_id is not None:
        yield NavItem("performance", _("Work results"), "performance:my_results", "diagram-3", order=54)
    elif reads:
        yield NavItem("performance", _("Work results"), "performance:result_list", "diagram-3", order=54)


@register_nav
def comparison_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Whoever compares predicates; heads of units find the distribution of their own."""
    if access.has_role(Role.HR_ADMIN) or access.has_role(Role.AUDITOR):
        yield NavItem("hr", _("Ours and official"), "performance:predicate_differences", "check2-square", order=62)
    if access.has_role(Role.HR_ADMIN) or access.has_role(Role.AUDITOR) or access.headed_paths:
        yield NavItem("hr", _("Distribution of predicates"), "performance:distribution", "bar-chart", order=63)
