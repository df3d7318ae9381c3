"""Contracts in the side navigation; changes that wait for the person's own answer are counted."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav
from performance.enums import AmendmentStatus
from performance.models import OutputAmendment


@register_nav
def contract_nav(user: User, access: Access) -> Iterator[NavItem]:
    """For everybody who has one, leads people who do, or reads them. What leaders answer is counted with reviews."""
    if access.own_employee_id is None and not access.has_reports and not access.unit_paths:
        return
    waiting = OutputAmendment.objects.filter(
        status=AmendmentStatus.PROPOSED, by_employee=False, contract__employee=access.own_employee_id
    )
    rows = waiting if access.own_employee_id is not None else None
    yield NavItem("performance", _("Contracts"), "performance:contract_list", "file-earmark-text", order=52, rows=rows)
