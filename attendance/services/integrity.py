"""The passes that look for integrity signals: every ten minutes over new entries, every night over a month.

Each signal only raises a flag for a person to judge; none marks a day, and none refuses an entry. Positions are opened
in memory of the worker alone; what is kept of them are minutes, speeds and numbers. All limits are terms. DESIGN.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from attendance import evidence
from attendance.enums import Channel, FlagKind
from attendance.models import AttendanceTerms, Heartbeat, IntegrityFlag, PresenceEvent, PresenceEvidence
from attendance.places import Position, metres_between
from attendance.services.flags import NewFlag, raise_flags
from attendance.terms import attendance_terms_on
from attendance.zones import LocalDays, agency_day, local_days
from organization.sealing import SealBroken

LAST_LOOK = "integrity"
OVERLAP = timedelta(minutes=2)  # an entry may be written later than its time says
FIRST_LOOK = timedelta(days=1)
WEEK = timedelta(days=7)
BETWEEN = timedelta(hours=24)  # entries further apart say nothing of a speed
# So many entries of each person make a point theirs; once or twice is chance where many work in one building.
VISITS = 3
UNCERTAIN_M = 100  # where a device gives no accuracy
Signal = tuple[PresenceEvent, FlagKind, dict[str, int]]


@transaction.atomic
def look_at_new_entries(*, now: datetime | None = None) -> int:
    """Clock, accuracy and speed of the entries since the last pass; returns how many flags are new."""
    at = now or timezone.now()
    Heartbeat.objects.bulk_create([Heartbeat(name=LAST_LOOK, at=at - FIRST_LOOK)], ignore_conflicts=True)
    seen = Heartbeat.objects.select_for_update().get(name=LAST_LOOK)
    fresh = list(
        PresenceEvent.objects.filter(received_at__gt=seen.at - OVERLAP, received_at__lte=at)
        .exclude(channel=Channel.TERMINAL)
        .order_by("employee_id", "occurred_at")
    )
    seen.at = max(seen.at, at)
    seen.save(update_fields=["at"])
    if not fresh:
        return 0
    terms = attendance_terms_on(agency_day(at))
    signals = [*_clocks(fresh, terms), *_poor(fresh, terms, at), *_speeds(fresh, terms)]
    days = local_days({event.employee_id for event, _kind, _detail in signals}, agency_day(at)) if signals else None
    return raise_flags([_flag(signal, days) for signal in signals if days], now=at)


def _clocks(fresh: list[PresenceEvent], terms: AttendanceTerms) -> Iterator[Signal]:
    """Entries sent at once whose device shows another time; one that waited for a network is late by nature."""
    for event in fresh:
        if event.client_at is None or event.is_late_sync:
            continue
        minutes = int(abs((event.client_at - event.received_at).total_seconds()) // 60)
        if minutes > terms.clock_skew_min:
            yield event, FlagKind.CLOCK, {"minutes": minutes}


def _poor(fresh: list[PresenceEvent], terms: AttendanceTerms, at: datetime) -> Iterator[Signal]:
    poor = {event.employee_id: event for event in fresh if (event.accuracy_m or 0) > terms.max_accuracy_m}
    rows = PresenceEvent.objects.filter(
        employee_id__in=poor, occurred_at__gt=at - WEEK, accuracy_m__gt=terms.max_accuracy_m
    ).order_by()
    for employee_id, entries in rows.values_list("employee_id").annotate(entries=Count("pk")):
        if entries >= terms.poor_accuracy_entries:
            event = poor[employee_id]
            yield event, FlagKind.ACCURACY, {"entries": entries, "accuracy_m": event.accuracy_m or 0}


def _speeds(fresh: list[PresenceEvent], terms: AttendanceTerms) -> Iterator[Signal]:
    """Two entries one after the other, too far apart for the time between, whatever their accuracy allows."""
    new = {event.pk for event in fresh}
    first = min(event.occurred_at for event in fresh) - BETWEEN
    rows = PresenceEvidence.objects.filter(
        event__employee_id__in={event.employee_id for event in fresh},
        event__occurred_at__gt=first,
        position__isnull=False,
    ).select_related("event")
    before: tuple[PresenceEvent, Position] | None = None
    for row in rows.order_by("event__employee_id", "event__occurred_at", "event_id"):
        try:
            position = evidence.open_position(
                bytes(row.position or b""), owner=evidence.entry_owner(row.event.client_id)
            )
        except SealBroken:
            continue
        if before is not None and before[0].employee_id == row.event.employee_id and {before[0].pk, row.event_id} & new:
            found = kmh_between(before[1], position, row.event.occurred_at - before[0].occurred_at)
            if found is not None and found > terms.max_speed_kmh:
                minutes = int((row.event.occurred_at - before[0].occurred_at).total_seconds() // 60)
                yield row.event, FlagKind.TRAVEL, {"kmh": found, "minutes": minutes}
        before = (row.event, position)


def kmh_between(one: Position, other: Position, apart: timedelta) -> int | None:
    """The least speed that both accuracies allow; None where the times are too far apart, or the places too near."""
    if apart > BETWEEN:
        return None
    doubt = sum(UNCERTAIN_M if place.accuracy_m is None else place.accuracy_m for place in (one, other))
    metres = metres_between(one, other) - doubt
    if metres <= 0:
        return None
    return round(metres / 1000 / (max(apart.total_seconds(), 60) / 3600))


def _flag(signal: Signal, days: LocalDays) -> NewFlag:
    """Of the day that it was where the person serves."""
    event, kind, detail = signal
    return NewFlag(event.employee_id, days.of(event.employee_id, event.occurred_at), kind, detail, event.pk)


@transaction.atomic
def look_at_the_month(*, now: datetime | None = None) -> int:
    """One point again and again, several people at one point, one device of many; set-based. Returns new flags."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('attendance.integrity'))")
    at = now or timezone.now()
    today = agency_day(at)
    terms = attendance_terms_on(today)
    events = PresenceEvent.objects.filter(received_at__gt=at - timedelta(days=terms.shared_point_days)).order_by()
    points = events.exclude(evidence__point="").filter(evidence__isnull=False)
    found = [
        *_same_points(points, terms, today),
        *_shared_points(points, terms, today),
        *_shared_devices(events.exclude(device=""), terms, today),
    ]
    found = _not_of_late(found, at, terms)
    days = local_days({flag.employee_id for flag in found}, today)
    return raise_flags([replace(flag, day=days.of(flag.employee_id, at)) for flag in found], now=at)


def _same_points(points: QuerySet[PresenceEvent], terms: AttendanceTerms, day: date) -> Iterator[NewFlag]:
    """A receiver never gives the same point to the metre so often."""
    rows = points.values_list("employee_id", "evidence__point").annotate(entries=Count("pk"))
    most: dict[int, int] = defaultdict(int)
    for employee_id, _point, entries in rows.filter(entries__gte=terms.same_point_entries):
        most[employee_id] = max(most[employee_id], entries)
    for employee_id, entries in most.items():
        detail = {"entries": entries, "days": terms.shared_point_days}
        yield NewFlag(employee_id, day, FlagKind.SAME_POINT, detail)


def _shared_points(points: QuerySet[PresenceEvent], terms: AttendanceTerms, day: date) -> Iterator[NewFlag]:
    visits = points.values_list("evidence__point", "employee_id").annotate(entries=Count("pk"))
    yield from _shared(visits.filter(entries__gte=VISITS), terms.shared_point_people, FlagKind.SHARED_POINT, day)


def _shared_devices(events: QuerySet[PresenceEvent], terms: AttendanceTerms, day: date) -> Iterator[NewFlag]:
    rows = events.values_list("device", "employee_id").annotate(entries=Count("pk"))
    yield from _shared(rows, terms.shared_device_people, FlagKind.SHARED_DEVICE, day)


def _shared(rows: Iterable[tuple[str, int, int]], least: int, kind: FlagKind, day: date) -> Iterator[NewFlag]:
    people: dict[str, set[int]] = defaultdict(set)
    for shared, employee_id, _entries in rows:
        people[shared].add(employee_id)
    most: dict[int, int] = defaultdict(int)
    for found in people.values():
        if len(found) >= max(least, 2):
            for employee_id in found:
                most[employee_id] = max(most[employee_id], len(found))
    for employee_id, number in most.items():
        yield NewFlag(employee_id, day, kind, {"people": number})


def _not_of_late(found: list[NewFlag], at: datetime, terms: AttendanceTerms) -> list[NewFlag]:
    """Without those whose last flag of the kind still stands on the same month: what is told once is not told daily."""
    rows = IntegrityFlag.objects.filter(
        employee_id__in={flag.employee_id for flag in found},
        kind__in={flag.kind for flag in found},
        day__gt=agency_day(at) - timedelta(days=terms.shared_point_days),
    ).order_by()
    known = set(rows.values_list("employee_id", "kind"))
    return [flag for flag in found if (flag.employee_id, str(flag.kind)) not in known]
