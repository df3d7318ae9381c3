"""Sealed positions and selfies of entries: opened by the named officer with every look on record, and deleted in time.

Source: UU 27/2022 (limit access, secure, delete), regulation 7.4 and 8 `privacy.retention` (P + DPO).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import evidence
from attendance import notifications_presence as notifications_presence  # registers its texts
from attendance.models import HomePoint, LocationAccess, PresenceEvent, PresenceEvidence
from attendance.places import Position
from attendance.terms import attendance_terms_on
from organization.models import Employee, User
from organization.sealing import unseal
from organization.services.notices import notify

REASON_LENGTH = 300
BATCH = 10_000
EVENT, HOME = "entry", "home"


@dataclass(frozen=True)
class OpenedEntry:
    """What was sealed, in the clear: only for the answer to the person whose look was logged."""

    position: Position | None
    selfie: bytes | None


@dataclass(frozen=True)
class Purged:
    """How much was deleted."""

    positions: int
    selfies: int
    homes: int


def open_entry(*, by: User, event_id: int, reason: str) -> OpenedEntry:
    """Unseal position and selfie of an entry after the look is on record; the employee is told.

    Raises PermissionDenied (not the evidence officer, own entry), ValidationError (no reason, nothing kept any more),
    SealBroken.
    """
    with transaction.atomic(durable=True):  # committed before anything is shown; no later error takes it back
        event = PresenceEvent.objects.select_related("employee").get(pk=event_id)
        if not by.has_perm("attendance.open_location", event.employee):
            raise PermissionDenied(_("Only the evidence officer opens positions, and nobody their own."))
        kept = PresenceEvidence.objects.filter(event=event).first()
        if kept is None:
            raise ValidationError(_("Nothing is kept with this entry any more, or nothing was."), "gone")
        log_access(by=by, employee=event.employee, event=event, reason=reason)
    owner = evidence.entry_owner(event.client_id)
    return OpenedEntry(
        position=evidence.open_position(bytes(kept.position), owner=owner) if kept.position else None,
        selfie=unseal(bytes(kept.selfie), owner=owner) if kept.selfie else None,
    )


def open_home(*, by: User, home_id: int, reason: str) -> Position:
    """Unseal the point of a home after the look is on record; the employee is told. Raises as `open_entry` does."""
    with transaction.atomic(durable=True):
        home = HomePoint.objects.select_related("employee").get(pk=home_id)
        if not by.has_perm("attendance.open_location", home.employee):
            raise PermissionDenied(_("Only the evidence officer opens positions, and nobody their own."))
        if home.position is None:
            raise ValidationError(_("The point is not kept any more."), "gone")
        log_access(by=by, employee=home.employee, reason=reason)
    return evidence.open_position(bytes(home.position), owner=evidence.home_owner(home.employee_id))


def log_access(*, by: User, employee: Employee, reason: str, event: PresenceEvent | None = None) -> LocationAccess:
    """Write down who looks at what (an entry, or without one the point of the home) and why, and tell the employee."""
    words = " ".join(reason.split())
    if not words:
        raise ValidationError({"reason": _("Say what you need to look at it for; the employee sees this.")})
    if len(words) > REASON_LENGTH:
        raise ValidationError({"reason": _("At most %(count)s characters.") % {"count": REASON_LENGTH}})
    what = EVENT if event else HOME
    access = LocationAccess.objects.create(
        employee=employee, what=what, event=event, reason=words, opened_by=by, opened_at=timezone.now()
    )
    code = "presence.location_opened" if event else "presence.home_opened"
    if employee.user_id:
        notify(
            user_ids=[employee.user_id],
            code=code,
            context={"day_on": timezone.localdate(event.occurred_at).isoformat()} if event else {},
            url=reverse("attendance:my_locations"),
            key=f"{code}:{access.pk}",
        )
    return access


def purge_locations(*, on: date) -> Purged:
    """Delete what is kept beyond its retention on a day: positions with their digests, selfies, points of old homes.

    The retention that was in force at the entry binds, and a shorter one decided since binds earlier. In portions,
    each a transaction of its own, so that nobody waits. Running it twice changes nothing.
    """
    terms = attendance_terms_on(on)
    values = {
        "on": on,
        "batch": BATCH,
        "positions_from": on - timedelta(days=terms.location_retention_days),
        "selfies_from": on - timedelta(days=terms.selfie_retention_days),
    }
    positions = _in_portions(_PURGE_POSITIONS, values)
    selfies = _in_portions(_PURGE_SELFIES, values)
    PresenceEvidence.objects.filter(position__isnull=True, selfie__isnull=True).delete()
    old = HomePoint.objects.filter(position__isnull=False).exclude(valid_to__isnull=True, refused_at__isnull=True)
    gone = old.filter(refused_at__isnull=False) | old.filter(valid_to__lt=values["positions_from"])
    return Purged(positions, selfies, gone.update(position=None, accuracy_m=None))


_PURGE_POSITIONS = """
UPDATE attendance_presenceevidence SET position = NULL, position_until = NULL, point = ''
 WHERE id IN (SELECT e.id FROM attendance_presenceevidence e JOIN attendance_presenceevent v ON v.id = e.event_id
               WHERE e.position_until IS NOT NULL
                 AND (e.position_until <= %(on)s OR v.occurred_at < %(positions_from)s)
               LIMIT %(batch)s)
"""
_PURGE_SELFIES = """
UPDATE attendance_presenceevidence SET selfie = NULL, selfie_until = NULL
 WHERE id IN (SELECT e.id FROM attendance_presenceevidence e JOIN attendance_presenceevent v ON v.id = e.event_id
               WHERE e.selfie_until IS NOT NULL
                 AND (e.selfie_until <= %(on)s OR v.occurred_at < %(selfies_from)s)
               LIMIT %(batch)s)
"""


def _in_portions(sql: str, values: dict[str, Any]) -> int:
    done = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            count = cursor.rowcount
        done += count
        if count < BATCH:
            return done
