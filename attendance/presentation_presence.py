"""The presence page in words: what is expected today, what was entered, and which button comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from attendance.enums import Direction, DistanceBand, MatchedPlace, Whereabouts
from attendance.models import PresenceEvent, WorkDay
from organization.models import Employee
from organization.models.units import ZONES

ABBREVIATION = dict(ZONES)
# A shift across midnight is left on the next day: what was entered so long ago still says which button comes first.
LOOK_BACK = timedelta(hours=18)
BEFORE_START = timedelta(hours=3)
NOT_WORKING = (Whereabouts.OFF, Whereabouts.LEAVE, Whereabouts.SICK, Whereabouts.TRAVEL, Whereabouts.TRAINING)


@dataclass(frozen=True)
class EntryLine:
    """One entry of the list."""

    event: PresenceEvent
    time: str
    title: str
    detail: str


@dataclass(frozen=True)
class Today:
    """What the page says about now."""

    expected: str
    hours: str
    lines: Sequence[EntryLine]
    leaves_next: bool
    zone: str


def today_of(employee: Employee, now: datetime) -> Today:
    """Expectation, entries and the sensible next button: two queries."""
    rows = WorkDay.objects.filter(employee=employee, day__range=_days_around(now)).order_by("day")
    work_day = _running(list(rows), now)
    zone = work_day.zone if work_day else settings.TIME_ZONE
    first = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    if work_day and work_day.first_start:
        first = min(first, work_day.first_start - BEFORE_START)
    recent = list(
        PresenceEvent.objects.filter(employee=employee, occurred_at__gte=min(first, now - LOOK_BACK))
        .select_related("site")
        .order_by("occurred_at", "pk")
    )
    last = next((event for event in reversed(recent) if event.direction in (Direction.IN, Direction.OUT)), None)
    return Today(
        expected=_place(work_day),
        hours=_hours(work_day),
        lines=[entry_line(event, zone) for event in recent if event.occurred_at >= first],
        leaves_next=last is not None and last.direction == Direction.IN and last.occurred_at >= now - LOOK_BACK,
        zone=zone,
    )


def _days_around(now: datetime) -> tuple[date, date]:
    day = timezone.localdate(now)
    return day - timedelta(days=1), day + timedelta(days=1)


def _running(rows: Sequence[WorkDay], now: datetime) -> WorkDay | None:
    """The day whose work goes on now, else the one of today's date in the unit's zone."""
    for row in rows:
        end = row.second_end or row.first_end
        if row.first_start and end and row.first_start <= now <= end:
            return row
    return next((row for row in rows if row.day == now.astimezone(ZoneInfo(row.zone)).date()), None)


def _place(work_day: WorkDay | None) -> str:
    if work_day is None:
        return _("Your day is not calculated yet. You can enter all the same.")
    place = Whereabouts(work_day.whereabouts)
    if place in NOT_WORKING:
        return _("Today: %(place)s. You need not enter anything.") % {"place": place.label}
    return _("Today you work: %(place)s.") % {"place": place.label}


def _hours(work_day: WorkDay | None) -> str:
    if work_day is None or work_day.first_start is None or work_day.first_end is None:
        return ""
    parts = [(work_day.first_start, work_day.first_end)]
    if work_day.second_start and work_day.second_end:
        parts.append((work_day.second_start, work_day.second_end))
    zone = ZoneInfo(work_day.zone)
    spans = [f"{_clock(start, zone)}–{_clock(end, zone)}" for start, end in parts]
    return f"{', '.join(spans)} {ABBREVIATION.get(work_day.zone, '')}".strip()


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return time_format(at.astimezone(zone), "TIME_FORMAT")


def entry_line(event: PresenceEvent, zone: str) -> EntryLine:
    """An entry in words: direction, time, place and distance, never a coordinate."""
    return EntryLine(
        event=event,
        time=f"{_clock(event.occurred_at, ZoneInfo(zone))} {ABBREVIATION.get(zone, '')}".strip(),
        title=event.get_direction_display(),
        detail=place_words(event),
    )


def place_words(event: PresenceEvent) -> str:
    """Where an entry fits, as far as it is known."""
    words = str(MatchedPlace(event.place).label)
    if event.site:
        words = f"{words}: {event.site.name}"
    if event.band in (DistanceBand.INSIDE, DistanceBand.NEAR):
        words = f"{words}, {DistanceBand(event.band).label}"
    if event.accuracy_m is not None:
        words = _("%(place)s (accurate to %(metres)s m)") % {"place": words, "metres": event.accuracy_m}
    return words
