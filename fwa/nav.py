"""The entries of flexible work in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

# Importing registers their entries.
from fwa import (
    nav_capacity,  # noqa: F401
    nav_chain,  # noqa: F401
    nav_determinations,  # noqa: F401
    nav_exports,  # noqa: F401
    nav_letters,  # noqa: F401
    nav_reconciliation,  # noqa: F401
    nav_reviews,  # noqa: F401
)
from fwa.models import Step
from organization.access import Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def request_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Home and requests for everybody; the inbox for whoever may have to decide."""
    yield NavItem("work", _("Home"), "fwa:home", "house", order=1, tab=True)
    if decides(access):
        waiting = Step.objects.decidable_by(user)
        yield NavItem("work", _("Inbox"), "fwa:inbox", "inbox", order=5, rows=waiting, tab=True)
    yield NavItem("work", _("Requests"), "fwa:request_list", "pencil", order=10, tab=True)


def decides(access: Access) -> bool:
    """Has people or a unit, a deciding role, or stands in for somebody who may."""
    roles = (Role.HR_ADMIN, Role.AUTHORITY)
    is_in_charge = access.has_reports or bool(access.own_headed_paths) or bool(access.acting_for)
    return is_in_charge or any(access.has_role(role) for role in roles)
