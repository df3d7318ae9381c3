"""Writes a person of the reckoning into the database, and compares every day with what was built."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from attendance.enums import DayStatus, RosterStatus
from attendance.models import (
    Absence,
    Assignment,
    AssignmentDay,
    Correction,
    OutageWindow,
    PatternHours,
    PresenceEvent,
    Roster,
    RosterEntry,
    Shift,
    UnitPattern,
    WorkDay,
    WorkPattern,
)
from organization.models import (
    Employee,
    Holiday,
    NationalPeriod,
    Placement,
    Position,
    RamadanPeriod,
    Unit,
    UnitVersion,
    User,
)
from organization.services.units import rebuild_unit_index
from tests.attendance.reckoning import HOLIDAYS, RAMADAN, SIX, SIX_RAMADAN, Person, reckon

SINCE = date(2020, 1, 1)
ZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
_numbers = count(1)


@dataclass
class Stage:
    """Units by zone and table of hours, and what every row needs."""

    units: dict[tuple[str, str], Unit]
    position: Position
    user: User


def _minutes(start: str, end: str) -> int:
    first, last = (datetime.combine(SINCE, time.fromisoformat(text)) for text in (start, end))
    return int((last - first) / timedelta(minutes=1))


def _six_days() -> WorkPattern:
    """As an agency would enter it: net minutes and a break."""
    pattern = WorkPattern.objects.create(code="enam", name="Enam", kind="six_day")
    for in_ramadan, table in ((False, SIX), (True, SIX_RAMADAN)):
        for weekday in range(1, 7):
            start, end, pause, resume = table["friday" if weekday == 5 else "usual"]
            PatternHours.objects.create(
                pattern=pattern, weekday=weekday, in_ramadan=in_ramadan, valid_from=SINCE, starts_at=start,
                work_min=_minutes(start, end) - _minutes(pause, resume), break_at=pause,
                break_min=_minutes(pause, resume),
            )  # fmt: skip
    return pattern


def make_stage() -> Stage:
    """A tree of units: per zone one that works five days and one below it that works six."""
    root = Unit.objects.create(code="R", name="R")
    UnitVersion.objects.create(unit=root, name="R", valid_from=SINCE)
    six = _six_days()
    units: dict[tuple[str, str], Unit] = {}
    for zone in ZONES:
        above = Unit.objects.create(code=f"five-{zone}", name=zone)
        UnitVersion.objects.create(unit=above, name=zone, parent=root, zone=zone, valid_from=SINCE)
        below = Unit.objects.create(code=f"six-{zone}", name=zone)
        UnitVersion.objects.create(unit=below, name=zone, parent=above, zone=zone, valid_from=SINCE)
        UnitPattern.objects.create(unit=below, pattern=six, valid_from=SINCE)
        units |= {(zone, "five"): above, (zone, "six"): below}
    rebuild_unit_index()
    for unit in units.values():
        unit.refresh_from_db()
    Holiday.objects.all().delete()
    RamadanPeriod.objects.all().delete()
    Holiday.objects.bulk_create(
        Holiday(day=day, name=str(day), kind="public" if kind == "holiday" else kind) for day, kind in HOLIDAYS.items()
    )
    RamadanPeriod.objects.bulk_create(
        RamadanPeriod(year_hijri=1447 + n, valid_from=first, valid_to=last) for n, (first, last) in enumerate(RAMADAN)
    )
    position = Position.objects.create(code="P", name="P", kind="pelaksana")
    return Stage(units=units, position=position, user=User.objects.create(username="stage", name="Stage"))


def write(stage: Stage, person: Person) -> Employee:
    """The rows that a person's facts are."""
    number = next(_numbers)
    employee = Employee.objects.create(
        nip=f"{number:018}", name=f"P{number}", kind="pns", sex="1", birth_date=SINCE, nip_exception_reason="test"
    )
    for first, last, zone, table in person.places:
        Placement.objects.create(
            employee=employee, unit=stage.units[zone, table], position=stage.position, entry_reason="rotation",
            valid_from=first, valid_to=last,
        )  # fmt: skip
    for day, halves in person.absences.items():
        kinds = set(halves.values())
        parts = [("whole", kinds.pop())] if len(halves) == 2 and len(kinds) == 1 else list(halves.items())
        for part, kind in parts:
            Absence.objects.create(
                employee=employee, kind=kind, part=part, reference=f"{day}-{part}", valid_from=day, valid_to=day
            )
    _write_roster(stage, person, employee)
    _write_arrangements(stage, person, employee)
    PresenceEvent.objects.bulk_create(
        PresenceEvent(
            client_id=uuid.uuid4(), employee=employee, direction=direction, channel="app", occurred_at=at,
            received_at=at,
        )
        for direction, at in person.entries
    )  # fmt: skip
    for (day, number), (came, went) in person.corrections.items():
        Correction.objects.create(
            employee=employee, day=day, part=number, check_in=came, check_out=went, reason="forgotten", explanation="x",
            status="approved", submitted_at=datetime.now().astimezone(), submitted_by=stage.user,
            decided_by=stage.user, decided_at=datetime.now().astimezone(),
        )  # fmt: skip
    for start, end in person.outages:
        OutageWindow.objects.create(cause="system", starts_at=start, ends_at=end, reason="x", entered_at=end)
    if person.periods:
        _write_periods(stage, person)
    return employee


def _write_roster(stage: Stage, person: Person, employee: Employee) -> None:
    if person.roster is None:
        return
    first, last = person.roster
    unit = stage.units[person.places[0][2], person.places[0][3]]
    stamp = {"published_at": datetime.now().astimezone(), "published_by": stage.user}
    roster = Roster.objects.create(
        unit=unit, starts_on=first, ends_on=last, status=RosterStatus.PUBLISHED, created_by=stage.user, **stamp
    )
    shifts: dict[Any, Shift] = {}
    rows = [RosterEntry(roster=roster, employee=employee, day=first, is_published=True)]
    for day, own in person.shifts.items():
        rows = [row for row in rows if row.day != day]
        for slot, shift in enumerate(own, start=1):
            if shift not in shifts:
                shifts[shift] = Shift.objects.create(
                    unit=unit, code=shift.code, name=shift.code, starts_at=shift.starts, duration_min=shift.minutes,
                    break_min=shift.break_min, break_after_min=shift.break_after,
                )  # fmt: skip
            rows.append(
                RosterEntry(
                    roster=roster, employee=employee, day=day, slot=slot, shift=shifts[shift], is_published=True
                )
            )
    RosterEntry.objects.bulk_create(rows)


def _write_arrangements(stage: Stage, person: Person, employee: Employee) -> None:
    groups: dict[tuple[str, Any], list[date]] = {}
    for day, place in person.places_granted.items():
        groups.setdefault(("location", place), []).append(day)
    for day, hours in person.hours_granted.items():
        groups.setdefault(("time", hours), []).append(day)
    unit = stage.units[person.places[0][2], person.places[0][3]]
    for (facet, what), days in groups.items():
        kind = "location" if facet == "location" else "dynamic" if what == "dynamic" else "shift"
        assignment = Assignment.objects.create(
            employee=employee, unit=unit, reference=f"r{next(_numbers)}", kind=kind,
            place_kind=what if facet == "location" else "", valid_from=min(days), valid_to=max(days),
            starts_at=what[0] if kind == "shift" else None, ends_at=what[1] if kind == "shift" else None,
            status="in_force", granted_at=datetime.now().astimezone(),
        )  # fmt: skip
        AssignmentDay.objects.bulk_create(
            AssignmentDay(
                assignment=assignment, employee=employee, unit=unit, day=day, facet=facet, status=DayStatus.IN_FORCE
            )
            for day in days
        )


def _write_periods(stage: Stage, person: Person) -> None:
    for day in person.periods:
        NationalPeriod.objects.create(
            kind="emergency", name="x", reason="x", valid_from=day, valid_to=day, share_pct=100,
            weekdays=[day.isoweekday()], entered_by=stage.user, entered_at=datetime.now().astimezone(),
        )  # fmt: skip


def differences(person: Person, employee: Employee, days: list[date]) -> list[str]:
    """Where the built days differ from the reckoning."""
    rows: dict[date, dict[str, Any]] = {
        row["day"]: dict(row) for row in WorkDay.objects.filter(employee=employee).values()
    }
    found = []
    for day in days:
        wanted, row = reckon(person, day), rows.get(day)
        if wanted is None or row is None:
            if (wanted is None) != (row is None):
                found.append(f"{day}: reckoned {wanted}, built {row}")
            continue
        found += [
            f"{day} {name}: reckoned {value}, built {row[name]} ({wanted})"
            for name, value in wanted.items()
            if row[name] != value
        ]
    return found
