"""Entries of presence (presensi): accepted first, judged later. One statement writes an entry and all it causes.

An entry is never refused for place or time; sent again, it is the same row. Its position is matched in memory and then
sealed beside it until its retention ends; the day is marked to be built again. No broker is asked: the worker looks for
marked days by itself, so that an entry costs the same with or without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import evidence
from attendance.entry_times import counted_time
from attendance.enums import Channel, Direction
from attendance.models import AttendanceTerms, PresenceEvent, Terminal
from attendance.places import Match, Position, match
from attendance.valid_places import PersonDays, read_person_days
from config.prepared import ask
from organization.models import Employee

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Entry:
    """One entry as it came. Times are instants; `client_at` and `sent_at` are the device's own clock."""

    direction: str
    client_id: UUID
    client_at: datetime | None = None
    sent_at: datetime | None = None
    was_queued: bool = False
    position: Position | None = None
    selfie: bytes | None = field(default=None, repr=False)


def record_event(
    *,
    employee: Employee,
    direction: str,
    channel: str = Channel.APP,
    client_id: UUID,
    client_at: datetime | None = None,
    sent_at: datetime | None = None,
    was_queued: bool = False,
    position: Position | None = None,
    selfie: bytes | None = None,
    device: str = "",
    terminal: Terminal | None = None,
    now: datetime | None = None,
) -> PresenceEvent:
    """Record one entry; the same `client_id` again returns the row that is there (`is_repeat`).

    `device` is the random id of the browser; only its keyed digest is kept. Raises ValidationError for a client id
    that belongs to somebody else's entry. Source: DESIGN (design 4, lessons "Accept first, judge later").
    """
    entry = Entry(direction, client_id, client_at, sent_at, was_queued, position, selfie)
    (event,) = record_events(
        employee=employee, entries=[entry], channel=channel, device=device, terminal=terminal, now=now
    )
    if event is None:
        raise ValidationError({"client_id": taken_words()}, "taken")
    return event


def taken_words() -> str:
    return _("This id belongs to another entry. Make a new one.")


def record_events(
    *,
    employee: Employee,
    entries: Sequence[Entry],
    channel: str = Channel.APP,
    device: str = "",
    terminal: Terminal | None = None,
    now: datetime | None = None,
) -> list[PresenceEvent | None]:
    """Record a queue of one person, in the order given; three statements whatever its length, four with repeats.

    None stands for an entry whose client id belongs to somebody else's; the others are recorded all the same.
    """
    if len(entries) > MOST_AT_ONCE:
        raise ValidationError(_("At most %(count)s entries at once.") % {"count": MOST_AT_ONCE}, "too_many")
    received_at = now or timezone.now()
    days = read_person_days(employee, entries_from=_earliest(entries, received_at), to=received_at)
    rows = [_row(entry, employee, days, received_at) for entry in _each_once(entries)]
    written = _write(rows, days, channel, evidence.device_digest(device), terminal, received_at)
    known = {row.client_id: row.event for row in rows if row.client_id in written}
    for row in rows:
        if row.client_id in written:
            row.event.pk = written[row.client_id]
            row.event.employee, row.event.channel, row.event.terminal = employee, channel, terminal
            row.event.received_at, row.event.device = received_at, evidence.device_digest(device)
    missing = [entry.client_id for entry in entries if entry.client_id not in known]
    if missing:
        known |= _repeats(missing, employee)
    return [known.get(entry.client_id) for entry in entries]


@dataclass
class _Row:
    """An entry with everything that follows from it, ready to be written."""

    client_id: UUID
    event: PresenceEvent
    day: date
    position: bytes | None
    position_until: date | None
    selfie: bytes | None
    selfie_until: date | None
    point: str


def _earliest(entries: Sequence[Entry], received_at: datetime) -> datetime:
    times = [entry.client_at for entry in entries if entry.client_at is not None and entry.was_queued]
    limit = received_at - timedelta(days=31)  # the longest that the terms can allow
    return max(limit, min([*times, received_at]))


def _each_once(entries: Sequence[Entry]) -> list[Entry]:
    return list({entry.client_id: entry for entry in reversed(entries)}.values())[::-1]


def _row(entry: Entry, employee: Employee, days: PersonDays, received_at: datetime) -> _Row:
    occurred_at, is_late = _time_of(entry, days, received_at)
    zone = ZoneInfo(days.zone_on(occurred_at))
    day = occurred_at.astimezone(zone).date()
    terms = days.terms_on(day)
    # What nobody was told about is not kept: a position counts once the notice is acknowledged.
    position = entry.position if terms.geotag and days.has_acknowledged else None
    selfie = _sealed_selfie(entry, terms, days)
    matched = match(
        position,
        days.places_on(day) if position else days.nowhere,
        radius_m=terms.radius_m,
        max_accuracy_m=terms.max_accuracy_m,
    )
    owner = evidence.entry_owner(entry.client_id)
    return _Row(
        client_id=entry.client_id,
        event=_event(entry, occurred_at, is_late, matched),
        day=day,
        position=evidence.seal_position(position, owner=owner) if position else None,
        position_until=day + timedelta(days=terms.location_retention_days) if position else None,
        selfie=selfie,
        selfie_until=day + timedelta(days=terms.selfie_retention_days) if selfie else None,
        point=evidence.point_digest(position) if position else "",
    )


def _time_of(entry: Entry, days: PersonDays, received_at: datetime) -> tuple[datetime, bool]:
    terms = days.terms_on(received_at.astimezone(ZoneInfo(days.zone_on(received_at))).date())
    return counted_time(
        received_at=received_at,
        client_at=entry.client_at,
        sent_at=entry.sent_at,
        was_queued=entry.was_queued,
        late_sync_days=terms.late_sync_days,
    )


def _sealed_selfie(entry: Entry, terms: AttendanceTerms, days: PersonDays) -> bytes | None:
    if entry.selfie is None or not terms.selfie or not days.has_acknowledged:
        return None
    return evidence.seal_selfie(entry.selfie, owner=evidence.entry_owner(entry.client_id))


def _event(entry: Entry, occurred_at: datetime, is_late: bool, matched: Match) -> PresenceEvent:
    return PresenceEvent(
        client_id=entry.client_id,
        direction=Direction(entry.direction),
        occurred_at=occurred_at,
        client_at=entry.client_at,
        is_late_sync=is_late,
        place=matched.place,
        site_id=matched.site_id,
        band=matched.band,
        accuracy_m=matched.accuracy_m,
        confidence=matched.confidence,
    )


# The entry, its sealed evidence and the days to build again: one statement, so one transaction and one round trip.
# The day before (after) is marked too where its work ends (begins) so near that the entry may belong to it: a shift
# belongs to the date it starts.
_WRITE = """
WITH entry AS (
    SELECT * FROM unnest(
        %(client_id)s::uuid[], %(direction)s::text[], %(occurred_at)s::timestamptz[], %(client_at)s::timestamptz[],
        %(is_late_sync)s::boolean[], %(place)s::text[], %(site_id)s::bigint[], %(band)s::text[],
        %(accuracy_m)s::integer[], %(confidence)s::text[], %(day)s::date[], %(position)s::bytea[],
        %(position_until)s::date[], %(selfie)s::bytea[], %(selfie_until)s::date[], %(point)s::text[]
    ) AS row (client_id, direction, occurred_at, client_at, is_late_sync, place, site_id, band, accuracy_m,
              confidence, day, position, position_until, selfie, selfie_until, point)
), made AS (
    INSERT INTO attendance_presenceevent (client_id, employee_id, direction, channel, occurred_at, client_at,
        received_at, is_late_sync, place, site_id, band, accuracy_m, confidence, device, terminal_id)
    SELECT client_id, %(employee)s, direction, %(channel)s, occurred_at, client_at, %(received_at)s, is_late_sync,
           place, site_id, band, accuracy_m, confidence, %(device)s, %(terminal)s::bigint
      FROM entry
    ON CONFLICT (client_id) DO NOTHING
    RETURNING id, client_id
), kept AS (
    INSERT INTO attendance_presenceevidence (event_id, position, position_until, selfie, selfie_until, point)
    SELECT made.id, entry.position, entry.position_until, entry.selfie, entry.selfie_until, entry.point
      FROM made JOIN entry USING (client_id)
     WHERE entry.position IS NOT NULL OR entry.selfie IS NOT NULL
), touched AS (
    SELECT entry.day, entry.occurred_at, entry.direction FROM made JOIN entry USING (client_id)
), marked AS (
    INSERT INTO attendance_staleday (employee_id, first, last, since)
    SELECT %(employee)s, MIN(w.day), MAX(w.day), %(received_at)s
      FROM touched t
     CROSS JOIN LATERAL (
           SELECT t.day
            UNION ALL
           SELECT d.day FROM attendance_workday d
            WHERE d.employee_id = %(employee)s AND d.day IN (t.day - 1, t.day + 1)
              AND d.first_start - make_interval(mins => %(early)s) <= t.occurred_at
              AND COALESCE(d.second_end, d.first_end) + make_interval(mins => %(late)s) >= t.occurred_at
           ) w
     WHERE t.direction <> 'confirm'
     GROUP BY t.day
)
SELECT client_id, id FROM made
"""
_OF_EVENT = (
    "client_id", "direction", "occurred_at", "client_at", "is_late_sync", "place", "site_id", "band", "accuracy_m",
    "confidence",
)  # fmt: skip
_OF_ROW = ("day", "position", "position_until", "selfie", "selfie_until", "point")


def _write(
    rows: list[_Row],
    days: PersonDays,
    channel: str,
    device: str,
    terminal: Terminal | None,
    received_at: datetime,
) -> dict[UUID, int]:
    """Client ids and row numbers of the entries that were not there before."""
    values: dict[str, Any] = {name: [getattr(row.event, name) for row in rows] for name in _OF_EVENT}
    values |= {name: [getattr(row, name) for row in rows] for name in _OF_ROW}
    values["direction"] = [str(direction) for direction in values["direction"]]
    values |= {
        "employee": days.employee_id,
        "channel": str(channel),
        "device": device,
        "terminal": terminal.pk if terminal else None,
        "received_at": received_at,
        "early": max(terms.early_entry_min for terms in days.all_terms),
        "late": max(terms.late_entry_min for terms in days.all_terms),
    }
    return dict(ask(_WRITE, values))


def _repeats(client_ids: list[UUID], employee: Employee) -> dict[UUID, PresenceEvent]:
    """Entries of the employee that were there already."""
    rows = PresenceEvent.objects.filter(client_id__in=client_ids, employee=employee)
    found = {event.client_id: event for event in rows}
    for event in found.values():
        event.employee, event.is_repeat = employee, True
    return found
