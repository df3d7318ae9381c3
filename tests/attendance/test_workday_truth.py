"""A year of days of every kind of worker: each minute equals an independent calculation (issue 4, judged point 1)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from attendance.models import WorkDay
from attendance.services.workdays import Built, build_workdays
from tests.attendance.reckoning import DAY, HOLIDAYS, MINUTE, Person, Shift, expected_of, in_ramadan
from tests.attendance.workday_kit import differences, make_stage, write

pytestmark = pytest.mark.django_db
START, END = date(2026, 1, 1), date(2027, 3, 31)
AT = datetime(2027, 6, 1, tzinfo=ZoneInfo("UTC"))
WITA, WIB = "Asia/Makassar", "Asia/Jakarta"
P = Shift("P", time(7), 420, 30)
S = Shift("S", time(14), 420, 30)
M = Shift("M", time(21), 600, 60, 240)


def days(start: date = START, end: date = END) -> Iterator[date]:
    for offset in range((end - start).days + 1):
        yield start + offset * DAY


def attend(person: Person, chance: random.Random) -> Person:
    """Entries as people make them: mostly on time, sometimes late, early, forgotten, twice, or on a day off."""
    for day in days():
        expected = expected_of(person, day)
        if expected is None:
            continue
        for part in expected[1]:
            if chance.random() < 0.04:
                continue
            came = (
                part.start + chance.choice([-40, -5, 0, 1, 12, 95]) * MINUTE + timedelta(seconds=chance.randrange(60))
            )
            went = part.end + chance.choice([-75, -3, 0, 2, 45, 200]) * MINUTE + timedelta(seconds=chance.randrange(60))
            entries = [("in", came), ("out", went), ("in", came + 3 * MINUTE), ("confirm", came + 60 * MINUTE)]
            person.entries += [entry for entry in entries if chance.random() < 0.95 or entry[0] == "confirm"]
        if not expected[1] and chance.random() < 0.05:
            noon = datetime.combine(day, time(12), ZoneInfo(person.places[0][2]))
            person.entries += [("in", noon), ("out", noon + 200 * MINUTE)]
    return person


def five_day_office() -> Person:
    return Person(places=[(date(2020, 1, 1), None, WITA, "five")])


def six_day_office() -> Person:
    return Person(places=[(date(2020, 1, 1), None, "Asia/Jayapura", "six")])


def rotation(offset: int) -> Person:
    """One of four teams: two mornings, two afternoons, two nights, two days off, all the year, holidays too."""
    cycle = [P, P, S, S, M, M, None, None]
    shifts = {day: [shift] for n, day in enumerate(days()) if (shift := cycle[(n + offset) % 8])}
    return Person(places=[(date(2020, 1, 1), None, WITA, "five")], roster=(START, END), shifts=shifts)


def dynamic_worker() -> Person:
    granted = {day: "dynamic" for day in days() if day.isoweekday() in (1, 3, 5, 6)}
    return Person(places=[(date(2020, 1, 1), None, WIB, "five")], hours_granted=granted)


def mover() -> Person:
    """From WITA to WIB in the middle of a month, and a week between two placements later on."""
    return Person(
        places=[
            (date(2020, 1, 1), date(2026, 5, 14), WITA, "five"),
            (date(2026, 5, 15), date(2026, 9, 10), WIB, "five"),
            (date(2026, 9, 18), None, WIB, "six"),
        ]
    )


def half_days() -> Person:
    kinds = ["leave", "sick", "travel", "training"]
    absences = {}
    for n, day in enumerate(days()):
        if n % 5 == 0:
            absences[day] = {"first" if n % 2 else "second": kinds[n % 4]}
        elif n % 11 == 0:
            absences[day] = {"first": kinds[n % 4], "second": kinds[(n // 11) % 4]}
    granted = {day: "dynamic" for day in days() if day.isoweekday() == 4}
    return Person(places=[(date(2020, 1, 1), None, WITA, "six")], absences=absences, hours_granted=granted)


def two_shifts() -> Person:
    """Split days, and days with two shifts that follow each other; halves of such days."""
    morning, evening = Shift("A", time(6), 240, 0), Shift("B", time(17), 300, 30, 120)
    shifts = {}
    for n, day in enumerate(days()):
        shifts[day] = {0: [morning, evening], 1: [P, S], 2: [M]}.get(n % 4, [])
    shifts = {day: own for day, own in shifts.items() if own}
    absences = {day: {"first": "leave"} for n, day in enumerate(days()) if n % 8 == 0}
    absences |= {day: {"second": "sick"} for n, day in enumerate(days()) if n % 8 == 4}
    return Person(
        places=[(date(2020, 1, 1), None, WITA, "five")], roster=(START, END), shifts=shifts, absences=absences
    )


def flexible() -> Person:
    """Days at home and elsewhere, hours of a shift by arrangement, over midnight too, and a period above them."""
    return Person(
        places=[(date(2020, 1, 1), None, WIB, "five")],
        places_granted={
            day: "home" if day.isoweekday() == 2 else "field" for day in days() if day.isoweekday() in (2, 4)
        },
        hours_granted={
            day: (time(22), time(6)) if day.day < 15 else (time(7), time(15, 30))
            for day in days()
            if day.isoweekday() in (4, 5)
        },
        periods={date(2026, 4, 10), date(2026, 4, 16), date(2026, 7, 1)},
    )


PEOPLE = {
    "five-day office": five_day_office,
    "six-day office": six_day_office,
    "team 1": lambda: rotation(0),
    "team 2": lambda: rotation(2),
    "team 3": lambda: rotation(4),
    "team 4": lambda: rotation(6),
    "dynamic": dynamic_worker,
    "moved from WITA to WIB": mover,
    "half days": half_days,
    "two shifts a day": two_shifts,
    "flexible": flexible,
}


@pytest.mark.parametrize("name", PEOPLE)
def test_a_year_equals_the_reckoning(name):
    person = PEOPLE[name]()
    chance = random.Random(name)
    attend(person, chance)
    zone = ZoneInfo("UTC")
    for day in chance.sample(list(days()), 25):  # outages at any hour
        start = datetime.combine(day, time(chance.randrange(24), 15), zone)
        person.outages.append((start, start + chance.choice([30, 240]) * MINUTE))
    for day in chance.sample(list(days()), 15):
        expected = expected_of(person, day)
        if expected and expected[1]:
            part = expected[1][0]
            person.corrections[day, 1] = (
                part.start - 4 * MINUTE,
                part.end + 1 * MINUTE if chance.random() < 0.5 else None,
            )
    employee = write(make_stage(), person)
    built = build_workdays(start=START, end=END, employee_ids=[employee.pk], at=AT)
    wrong = differences(person, employee, list(days()))
    assert not wrong, "\n".join(wrong[:8])
    assert built.inserted == WorkDay.objects.count() > 0
    assert build_workdays(start=START, end=END, employee_ids=[employee.pk], at=AT) == Built()


def test_the_year_has_what_it_is_about():
    """Nights on holidays, Ramadan of both years, and all joint leave of 2026 lie in the truth tables."""
    nurse = rotation(0)
    assert [day for day in HOLIDAYS if nurse.shifts.get(day) == [M]]
    assert {day.year for day in days() if in_ramadan(day)} == {2026, 2027}
    assert sum(kind == "joint_leave" and day.year == 2026 for day, kind in HOLIDAYS.items()) == 8
