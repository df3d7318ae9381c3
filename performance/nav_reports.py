"""Daily reports and the terms of performance in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import WHOLE_AGENCY, Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav
from performance.enums import ReportStatus
from performance.models import DailyReport


@register_nav
def report_nav(user: User, access: Access) -> Iterator[NavItem]:
    """The own days, with how many were given back; the terms for HR of the whole agency and auditors."""
    if access.own_employee_id is not None:
        returned = DailyReport.objects.filter(employee_id=access.own_employee_id, status=ReportStatus.RETURNED)
        yield NavItem(
            "performance", _("Daily reports"), "performance:day_list", "journal-text", order=11, rows=returned
        )
    elif access.unit_paths:
        yield NavItem("performance", _("Daily reports"), "performance:day_list", "journal-text", order=11)
    if WHOLE_AGENCY in access.paths_of_role(Role.HR_ADMIN) or access.has_role(Role.AUDITOR):
        yield NavItem("hr", _("Terms of performance"), "performance:terms_list", "sliders", order=249)
