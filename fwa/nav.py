"""The entries of flexible work in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from fwa import nav_letters  # noqa: F401  (importing registers the entries of letters and evidence)
from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def request_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Home and requests, for everybody."""
    yield NavItem("work", _("Home"), "fwa:home", "house", order=1, tab=True)
    yield NavItem("work", _("Requests"), "fwa:request_list", "pencil", order=10, tab=True)
