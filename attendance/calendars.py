"""Calendar feeds (RFC 5545): where one works oneself, and how many of a team can be reached. Never a reason.

A person's own calendar tells place or shift; a day without work says only that. A team's calendar has one entry a day
with the names of those who are available: who is on leave looks like who has a day off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from attendance.board import rows_of
from attendance.day_words import AT_WORK, Row, Sight, availability, is_partly, where
from attendance.enums import FeedScope
from attendance.models import FeedAddress
from organization.models import Employee, Placement

BACK, AHEAD = timedelta(days=31), timedelta(days=92)
MOST_NAMES = 60
ONE_DAY = timedelta(days=1)


def calendar_of(feed: FeedAddress, *, today: date) -> bytes:
    """The feed as it is on a day; the same rows give the same bytes."""
    start, end = today - BACK, today + AHEAD
    if feed.scope == FeedScope.PERSON:
        return _calendar(_("My work days"), _own_events(feed, start, end))
    assert feed.unit is not None  # noqa: S101  (a team address has its unit)
    return _calendar(_("Available: %(unit)s") % {"unit": feed.unit.name}, _team_events(feed, today, start, end))


def _calendar(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Fleksibel//ID")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _uid(feed: FeedAddress, day: date, part: int) -> str:
    """Stays the same for a day, so that calendars update it; tells nothing about whose it is."""
    return salted_hmac("attendance.feed.uid", f"{feed.pk}:{day}:{part}").hexdigest()[:32]


def _event(feed: FeedAddress, day: date, part: int, summary: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(feed, day, part))
    event.add("dtstamp", stamp)
    event.add("summary", summary)
    event.add("class", "PRIVATE")
    return event


def _own_events(feed: FeedAddress, start: date, end: date) -> Iterator[Event]:
    """One event per part of a day on which one works."""
    own = list(Employee.objects.filter(user_id=feed.user_id).values_list("pk", flat=True))
    rows = [row for by_day in rows_of(own, start, end).values() for row in by_day.values()]
    for row in sorted(rows, key=lambda row: row["day"]):
        yield from _own_day(feed, row)


def _own_day(feed: FeedAddress, row: Row) -> Iterator[Event]:
    day: date = row["day"]
    if row["whereabouts"] not in AT_WORK:
        return
    summary = where({**row, "absence": "", "absence_part": ""}, Sight.PLACE)
    for part, code in enumerate((row["first_shift__code"], row["second_shift__code"])):
        name = ("first", "second")[part]
        begins, ends = row[f"{name}_start"], row[f"{name}_end"]
        if begins is None:
            continue
        event = _event(feed, day, part, f"{summary} {code}" if code else summary, row["built_at"])
        event.add("dtstart", begins.astimezone(UTC))
        event.add("dtend", ends.astimezone(UTC))
        yield event


def _team_events(feed: FeedAddress, today: date, start: date, end: date) -> Iterator[Event]:
    """One all-day event per day on which anybody is at work: how many, and who."""
    placed = Placement.objects.active_on(today).filter(unit=feed.unit).order_by("employee__name", "employee_id")
    people = dict(placed.values_list("employee_id", "employee__name"))
    rows = rows_of(list(people), start, end)
    there: dict[date, list[str]] = defaultdict(list)
    for pk, name in people.items():
        for day, row in rows[pk].items():
            if row["whereabouts"] in AT_WORK:
                there[day].append(f"{name} ({availability(row)})" if is_partly(row) else name)
    stamp = datetime(today.year, today.month, today.day, tzinfo=UTC)
    for day in sorted(there):
        names = there[day]
        values = {"count": len(names), "total": len(people)}
        event = _event(feed, day, 0, _("%(count)d of %(total)d available") % values, stamp)
        if len(people) <= MOST_NAMES:
            event.add("description", "\n".join(names))
        event.add("dtstart", day)
        event.add("dtend", day + ONE_DAY)
        event.add("transp", "TRANSPARENT")
        yield event
