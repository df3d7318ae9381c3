"""Entries of terminals, many at once: a file or a message of a connected system, every line accounted for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from attendance.enums import Channel, Confidence, Direction, DistanceBand, MatchedPlace
from attendance.models import AttendanceTerms, PresenceEvent, Terminal, TerminalPin, WorkDay
from attendance.services.workdays import mark_periods
from attendance.terminal_log import Limits, Part, Press, Understood, repeated, understand
from attendance.terms import attendance_terms_on
from organization.models import Holiday, Placement, RamadanPeriod, UnitVersion, User
from organization.working_hours import is_working_day, standard_day

# Entries of one terminal, PIN, time and key are one row however often they come.
NAMESPACE = UUID("6f2c1f0e-3d0a-5b53-9f0c-0d9c6a7f4c11")
FIRST_YEAR = 2015  # a clock that was reset begins again at 2000 or 2010
NO_TIME = datetime(1, 1, 1, tzinfo=UTC)  # of a line whose time could not be read
IDS_AT_ONCE = 5_000
BATCH = 2_000
DAY = timedelta(days=1)
PARTS = ("first_start", "first_end", "second_start", "second_end")


class Fate(StrEnum):
    """What becomes of a line."""

    ACCEPTED = "accepted"
    UNDERSTOOD = "understood"
    KNOWN = "known"
    REPEATED = "repeated"
    REJECTED = "rejected"


@dataclass
class Line:
    """One press as it came: the time by the terminal's clock, and what became of it.

    A rejected line names the column and a code of `organization.importing.reasons`.
    """

    number: int
    pin: str
    at: datetime
    key: str
    employee_id: int = 0
    fate: Fate = Fate.ACCEPTED
    direction: str = ""
    rule: str = ""
    column: str = ""
    code: str = ""
    client_id: UUID = field(default_factory=lambda: UUID(int=0))

    @property
    def is_stored(self) -> bool:
        return self.fate in (Fate.ACCEPTED, Fate.UNDERSTOOD)

    def reject(self, column: str, code: str) -> None:
        self.fate, self.column, self.code = Fate.REJECTED, column, code


def client_id_of(terminal: Terminal, line: Line) -> UUID:
    """The same press has the same id, whoever sends it and however often."""
    return uuid5(NAMESPACE, f"{terminal.code}|{line.pin}|{line.at.isoformat()}|{line.key}")


def count_fates(lines: Iterable[Line]) -> Counter[Fate]:
    return Counter(line.fate for line in lines)


@transaction.atomic
def record_many(*, by: User, terminal: Terminal, lines: Sequence[Line], now: datetime | None = None) -> Counter[Fate]:
    """Record what can be recorded of `lines` and tell on each what became of it; rejected ones hinder no other.

    Raises PermissionDenied.
    """
    if not by.has_perm("attendance.send_terminal_entries", terminal):
        raise PermissionDenied
    lock_terminal(terminal)
    at = now or timezone.now()
    judge_lines(terminal, lines, now=at)
    store_lines(terminal, lines, now=at)
    return count_fates(lines)


def lock_terminal(terminal: Terminal) -> None:
    """One import of a terminal at a time: a repeated press is found against what the other one wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"terminal:{terminal.pk}"])


def judge_lines(terminal: Terminal, lines: Sequence[Line], *, now: datetime) -> None:
    """Tell on each line what becomes of it; a fixed number of queries for the set (one per 5,000 lines for the ids)."""
    _check_times(terminal, lines, now)
    _find_people(terminal, lines)
    _find_known(terminal, lines)
    fresh = [line for line in lines if line.fate == Fate.ACCEPTED]
    if not fresh:
        return
    people = {line.employee_id for line in fresh}
    first, last = min(line.at for line in fresh), max(line.at for line in fresh)
    terms = attendance_terms_on(last.astimezone(ZoneInfo(terminal.zone)).date())
    known = _known_events(people, first - 2 * DAY, last + 2 * DAY)
    _mark_repeated(terminal, fresh, known, terms)
    fresh = [line for line in fresh if line.fate == Fate.ACCEPTED]
    _understand(terminal, fresh, known, terms)


def _check_times(terminal: Terminal, lines: Iterable[Line], now: datetime) -> None:
    zone = ZoneInfo(terminal.zone)
    latest = now + timedelta(minutes=attendance_terms_on(now.astimezone(zone).date()).clock_skew_min)
    for line in lines:
        if line.fate == Fate.REJECTED:
            continue
        if line.at.tzinfo is None:
            line.at = line.at.replace(tzinfo=zone)
        if line.at.astimezone(zone).year < FIRST_YEAR:
            line.reject("at", "clock_reset")
        elif line.at > latest:
            line.reject("at", "entry_in_future")


def _find_people(terminal: Terminal, lines: Iterable[Line]) -> None:
    """Whom each PIN meant on the day of the press; one query."""
    zone = ZoneInfo(terminal.zone)
    rows: dict[str, list[TerminalPin]] = defaultdict(list)
    for row in TerminalPin.objects.filter(terminal=terminal).order_by("valid_from"):
        rows[row.pin].append(row)
    for line in lines:
        if line.fate == Fate.REJECTED:
            continue
        day = line.at.astimezone(zone).date()
        own = rows.get(line.pin, [])
        found = next((row for row in own if row.valid_from <= day and (row.valid_to or day) >= day), None)
        if found is not None:
            line.employee_id = found.employee_id
        else:
            line.reject("pin", "pin_not_then" if own else "pin_unknown")


def _find_known(terminal: Terminal, lines: Iterable[Line]) -> None:
    """Lines that are on record already, or that stand earlier in the same file."""
    seen: dict[UUID, Line] = {}
    for line in lines:
        if line.fate == Fate.REJECTED:
            continue
        line.client_id = client_id_of(terminal, line)
        if line.client_id in seen:
            line.fate = Fate.KNOWN
        else:
            seen[line.client_id] = line
    ids = list(seen)
    for start in range(0, len(ids), IDS_AT_ONCE):
        part = PresenceEvent.objects.filter(client_id__in=ids[start : start + IDS_AT_ONCE]).order_by()
        for client_id, employee_id in part.values_list("client_id", "employee_id"):
            line = seen[client_id]
            line.fate = Fate.KNOWN
            if employee_id != line.employee_id:
                line.reject("pin", "entry_of_other")


def _known_events(people: set[int], start: datetime, end: datetime) -> list[PresenceEvent]:
    rows = PresenceEvent.objects.filter(employee_id__in=people, occurred_at__range=(start, end))
    return list(
        rows.exclude(direction=Direction.CONFIRM)
        .order_by()
        .only("employee_id", "occurred_at", "direction", "pressed", "terminal_id")
    )


def _mark_repeated(
    terminal: Terminal, fresh: Sequence[Line], known: Iterable[PresenceEvent], terms: AttendanceTerms
) -> None:
    presses = [Press(line.employee_id, line.at, line.key, line.number) for line in fresh]
    presses += [
        Press(event.employee_id, event.occurred_at, event.pressed or event.direction)
        for event in known
        if event.terminal_id == terminal.pk
    ]
    found = repeated(presses, timedelta(minutes=terms.double_press_min))
    for line in fresh:
        if line.number in found:
            line.fate = Fate.REPEATED


def _understand(
    terminal: Terminal, fresh: Sequence[Line], known: Iterable[PresenceEvent], terms: AttendanceTerms
) -> None:
    """Give every line its direction: the key's, or what a wrong key means by the rules of `terminal_log`."""
    if not fresh:
        return
    presses = [Press(line.employee_id, line.at, line.key, line.number) for line in fresh]
    presses += [Press(event.employee_id, event.occurred_at, event.direction) for event in known]
    zone = ZoneInfo(terminal.zone)
    days = [line.at.astimezone(zone).date() for line in fresh]
    parts = _parts({line.employee_id for line in fresh}, min(days) - DAY, max(days) + DAY, zone)
    limits = Limits(
        before=timedelta(minutes=terms.early_entry_min),
        after=timedelta(minutes=terms.late_entry_min),
        missing_in=timedelta(minutes=terms.missing_in_min),
        missing_out=timedelta(minutes=terms.missing_out_min),
    )
    meant: dict[int, Understood] = understand(presses, parts, limits)
    for line in fresh:
        line.direction = line.key
        if line.number in meant:
            line.fate, line.direction, line.rule = (
                Fate.UNDERSTOOD,
                meant[line.number].direction,
                meant[line.number].rule,
            )


def _parts(people: set[int], start: date, end: date, zone: ZoneInfo) -> dict[int, list[Part]]:
    """When everybody was to work: by the work days, and by the hours of the law on days that were never built."""
    found: dict[int, list[Part]] = defaultdict(list)
    built: set[tuple[int, date]] = set()
    rows = WorkDay.objects.filter(employee_id__in=people, day__range=(start, end)).order_by("employee_id", "day")
    for employee_id, day, *times in rows.values_list("employee_id", "day", *PARTS):
        built.add((employee_id, day))
        for first, last in (times[:2], times[2:]):
            if first is not None and last is not None:
                found[employee_id].append(Part(first, last))
    if len(built) < len(people) * ((end - start).days + 1):
        _add_days_of_law(found, built, people, start, end, zone)
    for own in found.values():
        own.sort(key=lambda part: part.start)
    return found


def _add_days_of_law(
    found: dict[int, list[Part]],
    built: set[tuple[int, date]],
    people: set[int],
    start: date,
    end: date,
    zone: ZoneInfo,
) -> None:
    holidays = set(Holiday.objects.filter(day__range=(start, end)).values_list("day", flat=True))
    ramadan = [(row.valid_from, row.valid_to) for row in RamadanPeriod.objects.overlapping(start, end)]
    placed = Placement.objects.overlapping(start, end).filter(employee_id__in=people).order_by()
    served: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    for employee_id, first, last in placed.values_list("employee_id", "valid_from", "valid_to"):
        served[employee_id].append((first, last))
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        if not is_working_day(day, holidays):
            continue
        hours = standard_day(day, ramadan=any(first <= day <= (last or day) for first, last in ramadan))
        part = Part(datetime.combine(day, hours.start, zone), datetime.combine(day, hours.end, zone))
        for person in people:
            if (person, day) in built:
                continue
            if any(first <= day and (last or day) >= day for first, last in served[person]):
                found[person].append(part)


def store_lines(terminal: Terminal, lines: Sequence[Line], *, now: datetime) -> int:
    """Write the accepted and understood lines, and have their days built again; returns how many."""
    kept = [line for line in lines if line.is_stored]
    if not kept:
        return 0
    zone = ZoneInfo(terminal.zone)
    visitors = _visitors(terminal, kept, zone)
    events = [
        PresenceEvent(
            client_id=line.client_id,
            employee_id=line.employee_id,
            direction=line.direction,
            pressed=line.key if line.fate == Fate.UNDERSTOOD else "",
            channel=Channel.TERMINAL,
            occurred_at=line.at,
            client_at=line.at,
            received_at=now,
            place=MatchedPlace.OTHER_OFFICE if line.number in visitors else MatchedPlace.PLACEMENT,
            site_id=terminal.site_id,
            band=DistanceBand.INSIDE,
            confidence=Confidence.HIGH,
            terminal=terminal,
        )
        for line in kept
    ]
    PresenceEvent.objects.bulk_create(events, ignore_conflicts=True, batch_size=BATCH)
    days: dict[int, list[date]] = defaultdict(list)
    for line in kept:
        days[line.employee_id].append(line.at.astimezone(zone).date())
    mark_periods((employee_id, min(own), max(own)) for employee_id, own in days.items())
    return len(kept)


def _visitors(terminal: Terminal, lines: Sequence[Line], zone: ZoneInfo) -> set[int]:
    """Numbers of lines of people whose office that day is another one than the terminal's; two queries."""
    people = {line.employee_id for line in lines}
    rows = list(
        Placement.objects.filter(employee_id__in=people)
        .order_by("valid_from")
        .values_list("employee_id", "valid_from", "valid_to", "site_id", "unit_id")
    )
    today = max(line.at for line in lines).astimezone(zone).date()
    versions = UnitVersion.objects.active_on(today).filter(unit_id__in={row[-1] for row in rows})
    site_of_unit = dict(versions.order_by().values_list("unit_id", "site_id"))
    offices: dict[int, list[tuple[date, date | None, int | None]]] = defaultdict(list)
    for employee_id, first, last, own_site, unit_id in rows:
        offices[employee_id].append((first, last, own_site or site_of_unit.get(unit_id)))
    found: set[int] = set()
    for line in lines:
        day = line.at.astimezone(zone).date()
        own = next((site for first, last, site in offices[line.employee_id] if first <= day <= (last or day)), None)
        if own is not None and own != terminal.site_id:
            found.add(line.number)
    return found
