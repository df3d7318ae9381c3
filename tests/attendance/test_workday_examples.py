"""The table of docs/work-days.md, to the minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from attendance.models import WorkDay
from attendance.services.workdays import build_workdays
from tests.attendance.reckoning import Person, Shift
from tests.attendance.workday_kit import make_stage, write

pytestmark = pytest.mark.django_db
WITA = ZoneInfo("Asia/Makassar")
TUESDAY, FRIDAY, FASTING, NIGHT = date(2026, 4, 7), date(2026, 4, 17), date(2026, 2, 24), date(2026, 8, 16)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), WITA)


CASES = {
    "late": (TUESDAY, {}, [("in", "07:42"), ("out", "16:05")], (450, 438, 12, 0, 12)),
    "early on Friday": (FRIDAY, {}, [("in", "07:30"), ("out", "15:00")], (450, 360, 0, 90, 90)),
    "Ramadan": (FASTING, {}, [("in", "08:00"), ("out", "15:00")], (390, 390, 0, 0, 0)),
    "half a day": (
        TUESDAY,
        {"absences": {TUESDAY: {"second": "leave"}}},
        [("in", "07:30"), ("out", "11:15")],
        (225, 225, 0, 0, 0),
    ),
    "no check-out": (TUESDAY, {}, [("in", "07:30")], (450, 360, 0, 90, 90)),
    "dynamic": (
        TUESDAY,
        {"hours_granted": {TUESDAY: "dynamic"}},
        [("in", "08:50"), ("out", "15:10")],
        (450, 320, 0, 0, 0),
    ),
    "night before a holiday": (
        NIGHT,
        {"roster": (NIGHT, NIGHT), "shifts": {NIGHT: [Shift("M", time(21), 600, 60)]}},
        [("in", "20:55"), ("out", "+07:00")],
        (540, 540, 0, 0, 0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_examples_of_the_document(name):
    day, facts, entries, figures = CASES[name]
    person = Person(places=[(date(2020, 1, 1), None, "Asia/Makassar", "five")], **facts)
    person.entries = [
        (way, at(day + timedelta(days=clock.startswith("+")), clock.removeprefix("+"))) for way, clock in entries
    ]
    write(make_stage(), person)
    build_workdays(start=day, end=day, at=at(day + timedelta(days=30), "12:00"))
    row = WorkDay.objects.get()
    assert (row.expected_min, row.worked_min, row.late_min, row.early_min, row.short_min) == figures
