"""Terms of attendance and working hours in the side navigation, for HR of the whole agency and auditors."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import WHOLE_AGENCY, Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def schedule_nav(user: User, access: Access) -> Iterator[NavItem]:
    if WHOLE_AGENCY in access.paths_of_role(Role.HR_ADMIN) or access.has_role(Role.AUDITOR):
        yield NavItem("hr", _("Working hours"), "attendance:pattern_list", "clock", order=247)
        yield NavItem("hr", _("Terms of attendance"), "attendance:terms_list", "sliders", order=248)
