"""Work days calculated once more, from the regulation and minute by minute; nothing here is shared with the product.

Perpres 21/2023 Arts 3-4, regulation 2, 3 and 6, and the two axes of design 4. Minutes are counted as sets of minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

# Regulation 6: the joint decree of three ministers for 2026, 17 public holidays and 8 days of joint leave.
PUBLIC_2026 = [
    "01-01", "01-16", "02-17", "03-19", "03-21", "03-22", "04-03", "04-05", "05-01", "05-14", "05-27", "05-31", "06-01",
    "06-16", "08-17", "08-25", "12-25",
]  # fmt: skip
JOINT_2026 = ["02-16", "03-18", "03-20", "03-23", "03-24", "05-15", "05-28", "12-24"]
HOLIDAYS = {date.fromisoformat(f"2026-{day}"): "holiday" for day in PUBLIC_2026}
HOLIDAYS |= {date.fromisoformat(f"2026-{day}"): "joint_leave" for day in JOINT_2026}
HOLIDAYS |= {date(2027, 1, 1): "holiday", date(2027, 2, 6): "holiday", date(2027, 3, 10): "holiday"}
HOLIDAYS |= {date(2027, 2, 5): "joint_leave", date(2027, 3, 9): "joint_leave"}
RAMADAN = [(date(2026, 2, 19), date(2026, 3, 19)), (date(2027, 2, 8), date(2027, 3, 9))]

# (start, end, break from, break to) by hand: regulation 2 for five days; six days hold the same week in 375 minutes.
FIVE = {"usual": ("07:30", "16:00", "12:00", "13:00"), "friday": ("07:30", "16:30", "11:30", "13:00")}
FIVE_RAMADAN = {"usual": ("08:00", "15:00", "12:00", "12:30"), "friday": ("08:00", "15:30", "11:30", "12:30")}
SIX = {"usual": ("07:30", "14:45", "12:00", "13:00"), "friday": ("07:30", "15:15", "11:30", "13:00")}
SIX_RAMADAN = {"usual": ("08:00", "13:55", "12:00", "12:30"), "friday": ("08:00", "14:25", "11:30", "12:30")}
TABLES = {"five": (FIVE, FIVE_RAMADAN, 5), "six": (SIX, SIX_RAMADAN, 6)}

# Terms: the defaults, as numbers.
EARLY_ENTRY, LATE_ENTRY, MISSING, DAILY = 180, 360, 90, 300
DYNAMIC = {"earliest_start": "06:30", "latest_start": "09:00", "earliest_end": "15:00", "latest_end": "19:00"}


@dataclass(frozen=True)
class Shift:
    """A shift by its first minute, length with the break, and the break inside."""

    code: str
    starts: time
    minutes: int
    break_min: int = 0
    break_after: int = 240


@dataclass
class Person:
    """Everything that is known of somebody."""

    places: Sequence[tuple[date, date | None, str, str]] = ()  # first, last, zone, table
    absences: dict[date, dict[str, str]] = field(default_factory=dict)  # day -> half ("first", "second") -> kind
    roster: tuple[date, date] | None = None
    shifts: dict[date, list[Shift]] = field(default_factory=dict)
    places_granted: dict[date, str] = field(default_factory=dict)
    hours_granted: Mapping[date, tuple[time, time] | str] = field(default_factory=dict)  # hours, or "dynamic"
    periods: set[date] = field(default_factory=set)
    entries: list[tuple[str, datetime]] = field(default_factory=list)
    corrections: dict[tuple[date, int], tuple[datetime | None, datetime | None]] = field(default_factory=dict)
    outages: list[tuple[datetime, datetime]] = field(default_factory=list)


@dataclass
class Part:
    """A stretch of work: its minutes without the break, and when one is late or early."""

    day: date
    number: int
    start: datetime
    end: datetime
    work: set[datetime]
    late_from: datetime | None
    early_until: datetime | None
    is_dynamic: bool = False


def _minutes(start: datetime, end: datetime) -> set[datetime]:
    return {start + n * MINUTE for n in range(max(0, int((end - start) / MINUTE)))}


def _clock(text: str) -> time:
    return time.fromisoformat(text)


def _place(person: Person, day: date) -> tuple[ZoneInfo, str] | None:
    for first, last, zone, table in person.places:
        if first <= day and (last is None or day <= last):
            return ZoneInfo(zone), table
    return None


def in_ramadan(day: date) -> bool:
    return any(first <= day <= last for first, last in RAMADAN)


def _table_hours(table: str, day: date) -> tuple[time, time, time, time] | None:
    usual, ramadan, days = TABLES[table]
    if day.isoweekday() > days:
        return None
    row = (ramadan if in_ramadan(day) else usual)["friday" if day.isoweekday() == 5 else "usual"]
    return tuple(_clock(text) for text in row)  # type: ignore[return-value]


def _is_rostered(person: Person, day: date) -> bool:
    return person.roster is not None and person.roster[0] <= day <= person.roster[1]


def source_of(person: Person, day: date) -> str:
    """The highest source that speaks, in the order of design 4."""
    halves = person.absences.get(day, {})
    if len(halves) == 2:
        return next(kind for kind in ("leave", "sick", "travel", "training") if kind in halves.values())
    if _is_rostered(person, day):
        return "roster"
    if day in HOLIDAYS:
        return HOLIDAYS[day]
    if day in person.periods:
        return "period"
    if day in person.places_granted or day in person.hours_granted:
        return "arrangement"
    return "unit"


def _work_parts(person: Person, day: date, zone: ZoneInfo, table: str) -> list[Part]:
    """The parts of work as if nobody were absent."""

    def at(clock: time, days: int = 0) -> datetime:
        return datetime.combine(day + days * DAY, clock, zone)

    if _is_rostered(person, day):
        parts = []
        for number, shift in enumerate(sorted(person.shifts.get(day, []), key=lambda one: one.starts), start=1):
            start = at(shift.starts)
            end = start + shift.minutes * MINUTE
            rest = start + shift.break_after * MINUTE
            work = _minutes(start, end) - _minutes(rest, rest + shift.break_min * MINUTE)
            parts.append(Part(day, number, start, end, work, start, end))
        return parts
    if day in HOLIDAYS:
        return []
    usual, granted = _table_hours(table, day), person.hours_granted.get(day)
    if isinstance(granted, tuple):
        start, end = at(granted[0]), at(granted[1], int(granted[1] <= granted[0]))
        pause = _minutes(at(usual[2]), at(usual[3])) if usual else set()
        return [Part(day, 1, start, end, _minutes(start, end) - pause, start, end)]
    if usual is None:
        return []
    pause = _minutes(at(usual[2]), at(usual[3]))
    if granted == "dynamic":
        start, end = at(_clock(DYNAMIC["earliest_start"])), at(_clock(DYNAMIC["latest_end"]))
        late_from, early_until = at(_clock(DYNAMIC["latest_start"])), at(_clock(DYNAMIC["earliest_end"]))
        return [Part(day, 1, start, end, _minutes(start, end) - pause, late_from, early_until, is_dynamic=True)]
    start, end = at(usual[0]), at(usual[1])
    return [Part(day, 1, start, end, _minutes(start, end) - pause, start, end)]


def _norm(table: str, day: date) -> int:
    usual = _table_hours(table, day)
    if usual is None:
        return 0
    start, end, pause, resume = (datetime.combine(day, clock) for clock in usual)
    return int((end - start - (resume - pause)) / MINUTE)


def expected_of(person: Person, day: date) -> tuple[str, list[Part], int, int] | None:
    """Whereabouts, parts after a half absence, net minutes, least minutes of a dynamic day; None: not placed."""
    placed = _place(person, day)
    if placed is None:
        return None
    parts = _work_parts(person, day, *placed)
    halves = person.absences.get(day, {})
    if len(halves) == 2:
        kind = source_of(person, day)
        return (kind if parts or kind in ("travel", "training") else "off"), [], 0, 0
    if not parts:
        return "off", [], 0, 0
    dynamic = parts[0].is_dynamic
    minutes = _norm(placed[1], day) if dynamic else sum(len(part.work) for part in parts)
    least = DAILY if dynamic else 0
    if halves:
        parts, minutes, least = _halved(parts, next(iter(halves)), minutes, least)
    where = "shift" if _is_rostered(person, day) else "home" if day in person.periods else None
    return where or person.places_granted.get(day, "office"), parts, minutes, min(least, minutes)


def _halved(parts: list[Part], gap: str, minutes: int, least: int) -> tuple[list[Part], int, int]:
    if len(parts) == 2:
        kept = parts[1] if gap == "first" else parts[0]
        kept.number = 1
        return [kept], len(kept.work), 0
    part, half = parts[0], minutes // 2
    if part.is_dynamic:
        part.work = _minutes(part.start, part.end)
        if gap == "first":
            part.late_from = None
        else:
            part.early_until = None
        return [part], half, least // 2
    if gap == "first":
        part.start = part.late_from = part.end - half * MINUTE
    else:
        part.end = part.early_until = part.start + half * MINUTE
    part.work = _minutes(part.start, part.end)
    return [part], half, 0


def _neighbours(person: Person, day: date) -> list[Part]:
    found = []
    for offset in (-1, 0, 1):
        expected = expected_of(person, day + offset * DAY)
        found += expected[1] if expected else []
    return found


def _owner(direction: str, at: datetime, parts: list[Part]) -> Part | None:
    """The part whose start or end is nearest among those whose minutes around it hold the entry; later on a tie."""
    able = [part for part in parts if part.start - EARLY_ENTRY * MINUTE <= at < part.end + LATE_ENTRY * MINUTE]
    if not able:
        return None
    anchor = (lambda part: part.start) if direction == "in" else (lambda part: part.end)
    return min(able, key=lambda part: (abs(at - anchor(part)), -anchor(part).timestamp()))


def reckon(person: Person, day: date) -> dict[str, object] | None:
    """The whole work day once everything is over; None: no row."""
    expected = expected_of(person, day)
    if expected is None:
        return None
    where, parts, minutes, least = expected
    row: dict[str, object] = {
        "source": source_of(person, day), "whereabouts": where, "expected_min": minutes, "late_min": 0, "early_min": 0,
        "short_min": 0, "missing_in": 0, "missing_out": 0, "worked_min": 0, "is_unexcused": False,
    }  # fmt: skip
    near = _neighbours(person, day)
    entries = [(direction, at.replace(second=0, microsecond=0)) for direction, at in person.entries]
    row |= (
        _idle(person, day, entries, near) if not parts else _judged(person, day, parts, entries, near, minutes, least)
    )
    if not parts and where != "off":
        row["state"] = "away"
    return row


def _idle(person: Person, day: date, entries: list[tuple[str, datetime]], near: list[Part]) -> dict[str, object]:
    """A day off or away: entries of its date that belong to no work nearby are shown and count as worked."""
    placed = _place(person, day)
    zone = placed[0] if placed else ZoneInfo("UTC")
    own = [
        (direction, at)
        for direction, at in entries
        if at.astimezone(zone).date() == day and _owner(direction, at, near) is None
    ]
    came, went = _times(own)
    worked = int((went - came) / MINUTE) if came and went else 0
    return {"first_in": came, "first_out": went, "worked_min": worked, "state": "worked_off" if own else "off"}


def _times(own: list[tuple[str, datetime]]) -> tuple[datetime | None, datetime | None]:
    came = min((at for direction, at in own if direction == "in"), default=None)
    went = max((at for direction, at in own if direction == "out"), default=None)
    return came, (None if came and went and went <= came else went)


def _judged(
    person: Person,
    day: date,
    parts: list[Part],
    entries: list[tuple[str, datetime]],
    near: list[Part],
    minutes: int,
    least: int,
) -> dict[str, object]:
    seen = []
    for part in parts:
        own = [
            (direction, at)
            for direction, at in entries
            if (owner := _owner(direction, at, near)) and (owner.day, owner.number) == (day, part.number)
        ]
        came = min((at for direction, at in own if direction == "in"), default=None)
        went = max((at for direction, at in own if direction == "out"), default=None)
        corrected = person.corrections.get((day, part.number), (None, None))
        came, went = corrected[0] or came, corrected[1] or went
        seen.append((came, None if came and went and went <= came else went))
    row: dict[str, object] = {"first_in": seen[0][0], "first_out": seen[0][1]}
    if len(parts) == 2:
        row |= {"second_in": seen[1][0], "second_out": seen[1][1]}
    there = any(came or went for came, went in seen)
    late = early = worked = no_in = no_out = 0
    excused = filled = False
    through = len(parts) == 2 and parts[0].end == parts[1].start and seen[0][1] is None and seen[1][0] is None
    through = bool(through and seen[0][0] and seen[1][1])
    for part, (came, went) in zip(parts, seen, strict=True):
        end_free, start_free = (through and part is parts[0]), (through and part is parts[-1])
        late_from, early_until = part.late_from or part.start, part.early_until or part.end
        tardy = len(_minutes(late_from, min(came, part.end))) if came and part.late_from else 0
        hasty = len(_minutes(max(went, part.start), early_until)) if went and part.early_until else 0
        lacks_in, lacks_out = came is None and not start_free, went is None and not end_free
        in_excused = bool(tardy or lacks_in) and any(
            start < (came or part.end) and end > part.start - 60 * MINUTE for start, end in person.outages
        )
        out_excused = bool(hasty or lacks_out) and any(
            start < part.end + 60 * MINUTE and end > (went or part.start) for start, end in person.outages
        )
        begun = part.start if start_free else came or late_from + MISSING * MINUTE
        done = part.end if end_free else went or early_until - MISSING * MINUTE
        if in_excused:
            begun = min(came or late_from, late_from)
        if out_excused:
            done = max(went or early_until, early_until)
        if there or in_excused or out_excused:
            worked += len(part.work & _minutes(begun, done))
        late += 0 if in_excused else MISSING if lacks_in else tardy
        early += 0 if out_excused else MISSING if lacks_out else hasty
        no_in += lacks_in and not in_excused
        no_out += lacks_out and not out_excused
        excused = excused or in_excused or out_excused
        filled = filled or (in_excused and lacks_in) or (out_excused and lacks_out)
    if parts[0].is_dynamic and filled:
        worked = max(worked, minutes)
    if not there and not excused:
        return row | {"is_unexcused": True, "short_min": minutes, "state": "no_entry"}
    goal = least if parts[0].is_dynamic else minutes
    return row | {
        "late_min": late, "early_min": early, "worked_min": worked, "missing_in": no_in, "missing_out": no_out,
        "short_min": max(0, goal - worked), "state": "incomplete" if no_in + no_out else "present",
    }  # fmt: skip
