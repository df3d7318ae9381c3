"""Reviews in the side navigation of whoever leads people, with the number that waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav
from performance.review_reach import reports_waiting


@register_nav
def review_nav(user: User, access: Access) -> Iterator[NavItem]:
    if (access.has_reports or access.headed_paths) and not user.is_service:
        waiting = reports_waiting(user)
        yield NavItem(
            "performance", _("Report reviews"), "performance:review_list", "check2-square", order=12, rows=waiting
        )
