"""Integrity flags in the side navigation: own ones to answer, those of people in reach to judge."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import FlagStatus
from attendance.models import IntegrityFlag
from organization.access import Access
from organization.leading import led_by
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def flag_nav(user: User, access: Access) -> Iterator[NavItem]:
    if not (access.own_employee_id or access.has_reports or access.unit_paths):
        return
    waiting = Q(status=FlagStatus.OPEN, employee__user_id=user.pk)
    if access.has_reports or access.own_headed_paths:
        waiting |= Q(status=FlagStatus.ANSWERED, employee__in=led_by(user, with_hr=False))
    rows = IntegrityFlag.objects.filter(waiting)
    yield NavItem("attendance", _("Flags"), "attendance:flag_list", "exclamation-lg", order=28, rows=rows)
