"""The organisation's entries in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import WHOLE_AGENCY, Access
from organization.enums import ReadinessStatus, Role
from organization.models import Domicile, TaskMappingProposal, UnitReadiness, User
from organization.querysets import under_paths_q
from organization.selectors import overseen_employees
from organization.shell import NavItem, register_nav


@register_nav
def organization_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Everybody: delegations and calendar; heads and auditors: people and units; HR: what it keeps."""
    hr_paths = access.paths_of_role(Role.HR_ADMIN)
    whole = WHOLE_AGENCY in hr_paths
    audits = access.has_role(Role.AUDITOR)
    if hr_paths or audits or access.headed_paths:
        yield NavItem("hr", _("People"), "organization:person_list", "people", order=210)
        yield NavItem("hr", _("Units"), "organization:unit_list", "diagram-3", order=220)
    if hr_paths:
        yield from _hr_items(user, hr_paths)
    if hr_paths or audits:
        yield NavItem("hr", _("Discipline"), "organization:case_list", "shield-check", order=235)
    if hr_paths or audits or access.headed_paths:
        waiting = TaskMappingProposal.objects.waiting() if whole else None
        yield NavItem("hr", _("Task mapping"), "organization:task_mapping", "bar-chart", order=238, rows=waiting)
    if whole or audits:
        yield from _agency_items()
    if whole:
        yield NavItem("hr", _("Imports"), "organization:import_list", "upload", order=260)
        yield NavItem("hr", _("Connections"), "organization:connection_list", "arrow-repeat", order=265)
        yield NavItem("hr", _("Set-up"), "organization:setup", "list-check", order=290)
        yield NavItem("hr", _("Agency and letterhead"), "organization:agency", "gear", order=285)
    yield NavItem("personal", _("Delegations"), "organization:delegation_list", "person-check", order=110)
    yield NavItem("personal", _("Calendar"), "organization:calendar", "calendar3", order=120)
    yield NavItem("personal", _("National periods"), "organization:national_period_list", "signpost-split", order=125)
    yield NavItem("personal", _("Profile"), "organization:profile", "person-circle", order=130)


def _hr_items(user: User, hr_paths: tuple[str, ...]) -> Iterator[NavItem]:
    people = overseen_employees(user, Role.HR_ADMIN)
    addresses = Domicile.objects.filter(verified_at__isnull=True, employee__in=people)
    waiting = UnitReadiness.objects.filter(status=ReadinessStatus.DECLARED)
    declarations = waiting.filter(under_paths_q(hr_paths, "unit__"))
    yield NavItem("hr", _("Reported addresses"), "organization:domicile_list", "house", order=212, rows=addresses)
    yield NavItem("hr", _("Readiness"), "organization:readiness_list", "clipboard-check", order=222, rows=declarations)
    yield NavItem("hr", _("Accounts"), "organization:account_list", "person-gear", order=230)


def _agency_items() -> Iterator[NavItem]:
    yield NavItem("hr", _("Positions and tasks"), "organization:position_list", "briefcase", order=240)
    yield NavItem("hr", _("Task types"), "organization:task_type_list", "toggles", order=242)
    yield NavItem("hr", _("Offices"), "organization:site_list", "building", order=244)
    yield NavItem("hr", _("Roles"), "organization:role_list", "key", order=250)
    yield NavItem("hr", _("Decrees"), "organization:decree_list", "file-earmark-text", order=280)
