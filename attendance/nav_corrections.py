"""Corrections, contacts, thresholds and the recap in the side navigation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from attendance.enums import CorrectionStatus
from attendance.models import Correction, ThresholdFlag
from attendance.services.contacts import open_contacts
from attendance.services.thresholds import open_flags
from organization.access import Access
from organization.leading import led_by
from organization.models import User
from organization.shell import NavItem, register_nav


@register_nav
def correction_nav(user: User, access: Access) -> Iterator[NavItem]:
    """For everybody with days of their own or with people."""
    leads = access.has_reports or bool(access.unit_paths)
    if access.own_employee_id is None and not leads:
        return
    waiting = Correction.objects.filter(status=CorrectionStatus.SUBMITTED, employee__in=led_by(user)) if leads else None
    yield NavItem("attendance", _("Corrections"), "attendance:correction_list", "clock-history", order=45, rows=waiting)
    asked = open_contacts().filter(employee__user=user)
    yield NavItem("attendance", _("Calls and recalls"), "attendance:contact_list", "bell", order=46, rows=asked)
    if leads:
        told = open_flags(ThresholdFlag.objects.filter(employee__in=led_by(user, with_hr=False)))
        yield NavItem(
            "attendance", _("Steps reached"), "attendance:threshold_list", "exclamation-circle", order=47, rows=told
        )
        yield NavItem("attendance", _("Attendance recap"), "attendance:recap_list", "bar-chart", order=48)
