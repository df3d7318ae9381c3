"""Entries in the side navigation for letters, sealed evidence and the ledger."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from fwa.enums import LetterStatus
from fwa.models import Letter
from organization.access import Access
from organization.enums import Role
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def letter_nav(user: User, access: Access) -> Iterator[NavItem]:
    """HR: letters, with the number that await a signature or failed; evidence officer; auditor."""
    if access.has_role(Role.HR_ADMIN):
        waiting = Letter.objects.managed_by(user).filter(
            status__in=[LetterStatus.AWAITING_SIGNATURE, LetterStatus.FAILED]
        )
        yield NavItem("hr", _("Letters"), "fwa:letter_list", "file-earmark-pdf", order=205, rows=waiting)
    elif access.has_role(Role.AUDITOR):
        yield NavItem("hr", _("Letters"), "fwa:letter_list", "file-earmark-pdf", order=205)
    if access.has_role(Role.EVIDENCE_OFFICER):
        yield NavItem("hr", _("Sealed circumstances"), "fwa:circumstance_list", "file-earmark-lock", order=207)
    if access.has_role(Role.AUDITOR):
        yield NavItem("hr", _("Ledger"), "fwa:ledger", "shield-lock", order=270)
