"""Reads over terminals: how busy each is, and which fell silent on a working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, F, Func, QuerySet

from attendance.models import OutageWindow, PresenceEvent, Terminal, TerminalPin
from organization.models import Holiday
from organization.working_hours import is_working_day

SILENCE_DAYS = 14  # how far back silence is looked for
ENOUGH_PEOPLE = 3  # fewer may all be away on one day


@dataclass(frozen=True)
class Silence:
    """A working day on which nobody pressed, though people have PINs there and pressed on days beside it.

    A suggestion for HR, which may enter an outage; nothing follows by itself.
    """

    terminal: Terminal
    day: date


def terminals_for_list() -> QuerySet[Terminal]:
    """With their office, and `people`: how many have a PIN there now."""
    return Terminal.objects.select_related("site").order_by("name", "pk")


def people_by_terminal(terminals: list[Terminal], on: date) -> dict[int, int]:
    """How many people have a PIN, by terminal; one query."""
    rows = TerminalPin.objects.active_on(on).filter(terminal__in=terminals).order_by()
    return dict(rows.values_list("terminal").annotate(people=Count("employee", distinct=True)))


def silences(terminals: list[Terminal], *, on: date) -> list[Silence]:
    """Silent working days of the last two weeks, the newest first; four queries whatever the number of terminals.

    A day is silent only between days with entries, so a terminal that is not read out yet raises nothing.
    """
    active = [terminal for terminal in terminals if terminal.is_active]
    start = on - timedelta(days=SILENCE_DAYS)
    people = people_by_terminal(active, on)
    busy = _days_with_entries(active, start, on)
    holidays = set(Holiday.objects.filter(day__range=(start, on)).values_list("day", flat=True))
    known = _outage_days(start, on)
    found = []
    for terminal in active:
        days = busy.get(terminal.pk, set())
        if people.get(terminal.pk, 0) < ENOUGH_PEOPLE or not days:
            continue
        for offset in range((max(days) - min(days)).days):
            day = min(days) + timedelta(days=offset)
            if day not in days and is_working_day(day, holidays) and (terminal.pk, day) not in known:
                found.append(Silence(terminal, day))
    return sorted(found, key=lambda one: (-one.day.toordinal(), one.terminal.name))


def _days_with_entries(terminals: list[Terminal], start: date, end: date) -> dict[int, set[date]]:
    """Local days with entries, by terminal. Entries are found by the people who have PINs there: their index is by
    person and time."""
    zones = {terminal.pk: terminal.zone for terminal in terminals}
    people = TerminalPin.objects.filter(terminal__in=terminals).order_by().values("employee")
    first = datetime.combine(start, datetime.min.time(), ZoneInfo("UTC")) - timedelta(days=1)
    local = Func(F("terminal__zone"), F("occurred_at"), template="(timezone(%(expressions)s))::date",
                 output_field=DateField())  # fmt: skip
    rows = (
        PresenceEvent.objects.filter(employee__in=people, occurred_at__gte=first, terminal__in=terminals)
        .order_by()
        .annotate(local_day=local)
        .values_list("terminal_id", "local_day")
        .distinct()
    )
    found: dict[int, set[date]] = {pk: set() for pk in zones}
    for terminal_id, day in rows:
        if start <= day <= end:
            found[terminal_id].add(day)
    return found


def _outage_days(start: date, end: date) -> set[tuple[int, date]]:
    """(terminal, day) that an outage explains already."""
    rows = OutageWindow.objects.filter(withdrawn_at__isnull=True, terminal__isnull=False, ends_at__date__gte=start)
    found = set()
    for terminal_id, zone, first, last in rows.values_list("terminal_id", "terminal__zone", "starts_at", "ends_at"):
        day = first.astimezone(ZoneInfo(zone)).date()
        while day <= last.astimezone(ZoneInfo(zone)).date() and day <= end:
            found.add((terminal_id, day))
            day += timedelta(days=1)
    return found
