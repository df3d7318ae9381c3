"""Work days: built from dated facts by one statement; what changed is noted as stale and built again by the worker.

Building is the only way a work day comes to be. It takes a lock, so that of two builds the later one has read the later
facts. Whoever changes a fact of a day calls `mark_stale` (people) or `mark_all_stale` (units, the agency) beside it.
"""

from __future__ import annotations

import time as clock
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone
from kombu.exceptions import OperationalError

from attendance.enums import MatchedPlace, Source
from attendance.models import AttendanceTerms, StaleDay, WorkDay
from attendance.workday_sql import BUILD, TERMS
from organization import outbox, working_hours

log = structlog.get_logger(__name__)

TOPIC = "attendance.days_changed"
# How far back and ahead days are kept built: a year to look back on with the month that is being closed, and a quarter.
DAYS_BACK, DAYS_AHEAD = 396, 92
# Days of work of one statement: a second or two, and locks that hold nobody up for long.
CHUNK = 40_000
# An entry of one day may belong to the shift of the day before or after.
BESIDE = timedelta(days=1)
DRAIN_LIMIT = 2_000
Days = tuple[int, date, date | None]
WAKE_EVERY_S = 2.0
FRIDAY_BREAK_AT, BREAK_AT = time(11, 30), time(12)
# By unit, so that the people of a chunk share the hours of their units.
_EMPLOYEES = """
SELECT employee_id
  FROM (SELECT employee_id, unit_id FROM organization_placement
         WHERE valid_from <= %(end)s AND (valid_to IS NULL OR valid_to >= %(start)s)
         UNION ALL
        SELECT DISTINCT employee_id, NULL::bigint FROM attendance_workday WHERE day BETWEEN %(start)s AND %(end)s) p
 GROUP BY 1
 ORDER BY max(unit_id), 1
"""
_MARK_UNITS = """
INSERT INTO attendance_staleday (employee_id, first, last, since)
SELECT p.employee_id, GREATEST(min(p.valid_from), %(start)s), LEAST(max(COALESCE(p.valid_to, %(end)s)), %(end)s), %(at)s
  FROM organization_placement p
  JOIN organization_unit u ON u.id = p.unit_id
 WHERE p.valid_from <= %(end)s AND (p.valid_to IS NULL OR p.valid_to >= %(start)s)
   AND (%(paths)s::text[] IS NULL
        OR EXISTS (SELECT FROM unnest(%(paths)s::text[]) AS s(path) WHERE starts_with(u.path, s.path)))
 GROUP BY p.employee_id
"""
# The first day that is not built, seen on some of the people who are here all the time.
_NOT_BUILT = """
SELECT min(d.day)::date
  FROM generate_series(%(start)s::date, %(end)s::date, interval '1 day') AS d(day)
 CROSS JOIN (SELECT DISTINCT employee_id FROM organization_placement
              WHERE valid_from <= %(start)s AND (valid_to IS NULL OR valid_to >= %(end)s) AND service_body = 'agency'
              ORDER BY 1 DESC LIMIT 50) p
 WHERE NOT EXISTS (SELECT FROM attendance_workday w WHERE w.employee_id = p.employee_id AND w.day = d.day::date)
"""


@dataclass(frozen=True)
class Built:
    """Rows that a build wrote; those that were right already are not touched."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    def __add__(self, other: Built) -> Built:
        return Built(self.inserted + other.inserted, self.updated + other.updated, self.deleted + other.deleted)


@dataclass(frozen=True)
class Asked:
    """Days of one employee that are to be built, both ends inclusive."""

    employee_id: int
    first: date
    last: date


# Building ------------------------------------------------------------------------------------------------------------


def build_workdays(
    *, start: date, end: date, employee_ids: Collection[int] | None = None, at: datetime | None = None
) -> Built:
    """Build the days from `start` to `end`, both inclusive, of these employees (None: of everybody).

    `at` is the moment by which days are running or over. Each chunk is a transaction of its own, so that a long build
    holds up nothing else; inside a caller's transaction it is part of that.
    """
    at = at or timezone.now()
    built = Built()
    for first, last in _months(start, end):
        people = sorted(set(employee_ids)) if employee_ids is not None else _everybody(first, last)
        size = max(1, CHUNK // ((last - first).days + 3))
        for place in range(0, len(people), size):
            built += _build([Asked(person, first, last) for person in people[place : place + size]], at)
    return built


def _months(start: date, end: date) -> Iterator[tuple[date, date]]:
    """The period in pieces of at most 31 days."""
    while start <= end:
        last = min(end, start + timedelta(days=30))
        yield start, last
        start = last + timedelta(days=1)


def _everybody(start: date, end: date) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYEES, {"start": start, "end": end})
        return [employee_id for (employee_id,) in cursor.fetchall()]


@transaction.atomic
def _build(asked: Sequence[Asked], at: datetime) -> Built:
    with connection.cursor() as cursor:
        # Compiling pays for no statement of this length; its steps are sorted and joined in memory.
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'; SET LOCAL hash_mem_multiplier = 4")
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('attendance.workdays'))")
        cursor.execute(BUILD, _values(asked, at))
        return Built(*cursor.fetchone())


def _values(asked: Sequence[Asked], at: datetime) -> dict[str, Any]:
    defaults = AttendanceTerms(valid_from=at.date())
    return {
        "employees": [one.employee_id for one in asked],
        "firsts": [one.first for one in asked],
        "lasts": [one.last for one in asked],
        "start": min(one.first for one in asked) - BESIDE,
        "end": max(one.last for one in asked) + BESIDE,
        "at": at,
        "zone": settings.TIME_ZONE,
        "order": Source.values,
        "places": MatchedPlace.values,
        **{name: getattr(defaults, name) for name in TERMS},
        **_LAW,
    }


def _law() -> dict[str, list[Any]]:
    """The hours of the law as columns: they hold where neither a unit nor the agency has a pattern.

    Source: Perpres 21/2023 Arts 3-4 [Q]; when the break begins is DESIGN.
    """
    monday = date(2024, 1, 1)
    rows = []
    for weekday in range(1, working_hours.WORKING_DAYS_PER_WEEK + 1):
        for ramadan in (False, True):
            hours = working_hours.standard_day(monday + timedelta(days=weekday - 1), ramadan=ramadan)
            break_at = FRIDAY_BREAK_AT if weekday == working_hours.FRIDAY + 1 else BREAK_AT
            rows.append((weekday, ramadan, hours.start, hours.work_min, break_at, hours.break_min))
    names = ("law_weekdays", "law_ramadan", "law_starts", "law_work", "law_break_at", "law_break")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


_LAW = _law()


# What has to be built again ------------------------------------------------------------------------------------------


def horizon(on: date | None = None) -> tuple[date, date]:
    """First and last day that are kept built."""
    today = on or timezone.localdate()
    return today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)


def first_built_day() -> date:
    """The day from which days are kept at all; today where none was built yet."""
    first: date | None = WorkDay.objects.aggregate(first=Min("day"))["first"]
    return first or timezone.localdate()


def _clipped(start: date, end: date | None) -> tuple[date, date] | None:
    """The days to build for a change: with the day beside it, within the horizon; None: outside of it."""
    first, last = horizon()
    start = max(start - BESIDE, first)
    end = last if end is None else min(end + BESIDE, last)
    return (start, end) if start <= end else None


def mark_stale(*, employee_ids: Iterable[int], start: date, end: date | None) -> int:
    """Note with the caller's transaction that days of these people have to be built again; returns how many people.

    `end` None: until further notice. Days outside the horizon are left out: they are built when it reaches them.
    """
    return mark_periods((person, start, end) for person in sorted(set(employee_ids)))


def mark_periods(days: Iterable[Days]) -> int:
    """`mark_stale` for people with days of their own: (employee id, first day, last day or None)."""
    now = timezone.now()
    rows = [
        StaleDay(employee_id=person, first=clipped[0], last=clipped[1], since=now)
        for person, start, end in days
        if (clipped := _clipped(start, end))
    ]
    if rows:
        StaleDay.objects.bulk_create(rows, batch_size=5000)
        transaction.on_commit(wake)
    return len(rows)


def mark_all_stale(
    *, start: date, end: date | None, unit_paths: Collection[str] | None = None, site_id: int | None = None, key: str
) -> None:
    """Have the days of everybody in these units and below (None: of everybody) built again, by one outbox message.

    `site_id`: only of whoever serves at that office, is sent there or made an entry there.
    `key` names what changed; a second change of the same thing is a message of its own.
    """
    days = _clipped(start, end)
    if days is None:
        return
    payload = {
        "start": days[0].isoformat(),
        "end": days[1].isoformat(),
        "paths": None if unit_paths is None else sorted(set(unit_paths)),
        "site": site_id,
    }
    outbox.add(TOPIC, payload, key=f"workdays:{key}:{timezone.now().isoformat()}"[:200])


@transaction.atomic
def mark_units(*, start: date, end: date, unit_paths: Collection[str] | None) -> int:
    """Note the days of everybody placed in these units and below as stale; returns how many people."""
    values = {
        "start": start,
        "end": end,
        "paths": None if unit_paths is None else list(unit_paths),
        "at": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MARK_UNITS, values)
        marked: int = cursor.rowcount
    transaction.on_commit(wake)
    return marked


_woken = 0.0


def wake() -> None:
    """Ask the worker to build what is stale, at most every two seconds; without a broker beat does it."""
    global _woken  # one figure per process, so that a burst of entries is one message
    from attendance.tasks import drain_stale_days  # tasks import this module

    now = clock.monotonic()
    if now - _woken < WAKE_EVERY_S:
        return
    _woken = now
    try:
        drain_stale_days.apply_async(countdown=1)
    except (OperationalError, ConnectionError, OSError) as error:
        log.warning("workdays.wake_failed", error=str(error))


@transaction.atomic
def drain_stale(limit: int = DRAIN_LIMIT) -> int:
    """Build up to `limit` stale rows, the oldest first; returns how many. What another worker holds is left to it."""
    rows = list(
        StaleDay.objects.select_for_update(skip_locked=True)
        .order_by("pk")
        .values_list("pk", "employee_id", "first", "last")[:limit]
    )
    taken: list[int] = []
    asked: list[Asked] = []
    days = 0
    for pk, employee_id, first, last in rows:
        days += (last - first).days + 3
        if taken and days > CHUNK:
            break
        taken.append(pk)
        asked.append(Asked(employee_id, first, last))
    if not taken:
        return 0
    _build(asked, timezone.now())
    StaleDay.objects.filter(pk__in=taken).delete()
    return len(taken)


def drain_all(seconds: float = 60) -> int:
    """Build what is stale until nothing is left or the time is over; returns how many rows were done."""
    stop = clock.monotonic() + seconds
    done = 0
    while part := drain_stale():
        done += part
        if clock.monotonic() > stop:
            break
    return done


def keep_built(*, on: date | None = None) -> int:
    """What time itself changes: days that begin and end, and the day that comes into the horizon. Returns rows written.

    Days without an entry become such once they are over; a shift may end and its entries may come until the day after.
    """
    today = on or timezone.localdate()
    done = build_workdays(start=max(today - 2 * BESIDE, min(first_built_day(), today)), end=today)
    last = horizon(today)[1]
    with connection.cursor() as cursor:
        cursor.execute(_NOT_BUILT, {"start": today + BESIDE, "end": last})
        (gap,) = cursor.fetchone()
    if gap is not None:
        done += build_workdays(start=gap, end=last)
    return done.inserted + done.updated + done.deleted
