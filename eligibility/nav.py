"""Eligibility's entries in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def eligibility_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Everybody reads the policies; who has a record looks at themself; HR and auditors at the runs."""
    if access.own_employee_id is not None:
        yield NavItem("work", _("Am I eligible?"), "eligibility:screening_me", "check-circle", order=60)
    yield NavItem("work", _("Policies"), "eligibility:policy_list", "book", order=70)
    if access.has_role(Role.HR_ADMIN) or access.has_role(Role.AUDITOR):
        yield NavItem("hr", _("Screening"), "eligibility:run_list", "clipboard-check", order=205)
