"""Outages: entered by HR, or found by the system itself when it comes back. They only excuse (design 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from attendance.enums import OutageCause
from attendance.models import Heartbeat, OutageWindow, Terminal
from attendance.services.workdays import mark_all_stale
from attendance.terms import attendance_terms_on
from organization.constraints import save_checked
from organization.models import Site, User

log = structlog.get_logger(__name__)

SYSTEM = "system"
LONGEST = timedelta(days=31)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class OutageData:
    """What HR enters: times are instants; `terminal` or `site` as the cause asks for."""

    cause: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    site: Site | None = None
    terminal: Terminal | None = None


def _require(by: User) -> None:
    if not by.has_perm("attendance.manage_outages"):
        raise PermissionDenied


@transaction.atomic
def enter_outage(*, by: User, data: OutageData, now: datetime | None = None) -> OutageWindow:
    """Enter an outage that has happened; the days it touches are built again.

    Raises PermissionDenied, ValidationError per field (no place, in the future, longer than a month).
    """
    _require(by)
    at = now or timezone.now()
    problems: dict[str, str] = {}
    if data.cause == OutageCause.SITE and data.site is None:
        problems["site"] = _("Say which office.")
    if data.cause == OutageCause.TERMINAL and data.terminal is None:
        problems["terminal"] = _("Say which terminal.")
    if data.ends_at > at:
        problems["ends_at"] = _("The end lies in the future. Enter an outage once it is over.")
    if data.ends_at <= data.starts_at:
        problems["ends_at"] = _("The end must be after the start.")
    elif data.ends_at - data.starts_at > LONGEST:
        problems["ends_at"] = _("That is more than a month. Enter it in parts if it really was so long.")
    if problems:
        raise ValidationError(problems)
    window = OutageWindow(
        cause=data.cause,
        site=data.site if data.cause == OutageCause.SITE else None,
        terminal=data.terminal if data.cause == OutageCause.TERMINAL else None,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        reason=data.reason.strip(),
        entered_by=by,
        entered_at=at,
    )
    save_checked(window)
    _build_again(window, "entered")
    return window


@transaction.atomic
def withdraw_outage(*, by: User, outage_id: int) -> OutageWindow:
    """Take an outage back that was entered by mistake; it stays on record. Raises TransitionNotAllowed (twice)."""
    _require(by)
    window = OutageWindow.objects.select_for_update().get(pk=outage_id)
    if window.withdrawn_at is not None:
        raise TransitionNotAllowed
    window.withdrawn_at = timezone.now()
    window.save(update_fields=["withdrawn_at"])
    _build_again(window, "withdrawn")
    return window


def _build_again(window: OutageWindow, what: str) -> None:
    """All days that the window can excuse: an entry may be missing up to a day beside it.

    What failed at one office concerns its people alone; what failed of the system concerns everybody.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    first = window.starts_at.astimezone(zone).date() - DAY
    last = window.ends_at.astimezone(zone).date() + DAY
    site_id = window.terminal.site_id if window.terminal else window.site_id
    mark_all_stale(start=first, end=last, site_id=site_id, key=f"outage:{window.pk}:{what}")


@transaction.atomic
def beat(*, now: datetime | None = None) -> OutageWindow | None:
    """Note that the system works. After a gap longer than the terms allow the gap becomes an outage of the system.

    Asked by the clock each minute, through broker and worker: what stops one of them counts as an outage although
    entries may still have been possible. In favour of the employees; HR can withdraw it. DESIGN.
    """
    at = now or timezone.now()
    made = Heartbeat.objects.bulk_create([Heartbeat(name=SYSTEM, at=at)], ignore_conflicts=True)
    row = Heartbeat.objects.select_for_update().get(name=SYSTEM)
    if row.at >= at and made:
        return None
    last, row.at = row.at, max(row.at, at)
    row.save(update_fields=["at"])
    gap = timedelta(minutes=attendance_terms_on(at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()).outage_gap_min)
    if at - last <= gap:
        return None
    window = OutageWindow.objects.create(
        cause=OutageCause.SYSTEM,
        starts_at=last,
        ends_at=at,
        reason=_("no sign of life of the system"),
        entered_at=at,
    )
    _build_again(window, "found")
    log.warning("outage.found", minutes=int((at - last).total_seconds() // 60))
    return window
