"""Rosters, swaps and one's own shifts in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.filters_rosters import swaps_to_decide
from attendance.models import RosterEntry
from organization.access import Access
from organization.models import User
from organization.shell import NavItem, register_nav

LOOK_BACK = timedelta(days=31)


@register_nav
def roster_nav(user: User, access: Access) -> Iterator[NavItem]:
    """Rosters for whoever has units; swaps for whoever leads people; own shifts only for people on a roster."""
    if access.unit_paths:
        yield NavItem("attendance", _("Rosters"), "attendance:roster_list", "calendar3", order=16)
    if access.unit_paths or access.has_reports:
        yield NavItem(
            "attendance", _("Swaps"), "attendance:swap_list", "arrow-repeat", order=17, rows=swaps_to_decide(user)
        )
    if access.own_employee_id is not None:
        since = timezone.localdate() - LOOK_BACK
        own = RosterEntry.objects.filter(employee_id=access.own_employee_id, is_published=True, day__gte=since)
        yield NavItem("attendance", _("My shifts"), "attendance:my_roster", "calendar-week", order=19, only_if=own)
