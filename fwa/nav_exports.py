"""The daily export in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def export_nav(user: User, access: Access) -> Iterator[NavItem]:
    """For HR of the agency and its auditors."""
    if user.has_perm("fwa.view_grant_exports"):
        yield NavItem("hr", _("Daily export"), "fwa:grant_exports", "download", order=262)
