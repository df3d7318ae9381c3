"""Whom an outage excuses: everybody, those expected at the office, or those who used the terminal; and what of it."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from attendance.models import OutageWindow, PresenceEvent, Terminal, WorkDay
from attendance.services.workdays import build_workdays
from organization.models import Placement, Site
from tests.attendance.reckoning import Person
from tests.attendance.workday_kit import make_stage, write

pytestmark = pytest.mark.django_db
ZONE, DAY = ZoneInfo("Asia/Makassar"), date(2026, 4, 7)


def at(clock: str) -> datetime:
    return datetime.combine(DAY, time.fromisoformat(clock), ZONE)


def judged(*, outage: dict, place: str = "", entries: tuple = (("in", "08:10"), ("out", "16:00")), own: str = "A"):
    """The day of somebody placed at office A, with these entries and this outage."""
    sites = {code: Site.objects.create(code=code, name=code) for code in "AB"}
    terminal = Terminal.objects.create(code="T", name="T", site=sites["A"], zone="Asia/Makassar")
    person = Person(places=[(date(2020, 1, 1), None, "Asia/Makassar", "five")])
    if place:
        person.places_granted = {DAY: place}
    employee = write(make_stage(), person)
    Placement.objects.filter(employee=employee).update(site=sites[own])
    for direction, clock in entries:
        PresenceEvent.objects.create(
            client_id=uuid.uuid4(), employee=employee, direction=direction, channel="app", occurred_at=at(clock),
            received_at=at(clock), site=sites["B"] if place else None,
        )  # fmt: skip
    things = {"site": sites.get(outage.pop("site", "")), "terminal": terminal if outage.pop("terminal", "") else None}
    OutageWindow.objects.create(reason="x", entered_at=at("18:00"), **things, **outage)
    build_workdays(start=DAY, end=DAY, at=at("12:00") + timedelta(days=9))
    return WorkDay.objects.get()


MORNING = {"starts_at": at("07:20"), "ends_at": at("08:05")}


@pytest.mark.parametrize(
    ("outage", "place", "own", "late"),
    [
        ({"cause": "system"}, "", "A", 0),
        ({"cause": "system"}, "home", "A", 0),
        ({"cause": "site", "site": "A"}, "", "A", 0),
        ({"cause": "site", "site": "A"}, "", "B", 40),
        ({"cause": "site", "site": "A"}, "home", "A", 40),  # nobody needs the office's devices at home
        ({"cause": "site", "site": "B"}, "home", "A", 0),  # but the entry was made at the other office
        ({"cause": "terminal", "terminal": "T"}, "", "A", 0),
        ({"cause": "terminal", "terminal": "T"}, "", "B", 40),
    ],
)
def test_whom_an_outage_excuses(outage, place, own, late):
    row = judged(outage={**outage, **MORNING}, place=place, own=own)
    assert (row.late_min, row.is_excused, row.short_min) == (late, late == 0, late)


def test_an_outage_that_was_taken_back_excuses_nothing():
    row = judged(outage={"cause": "system", "withdrawn_at": at("17:00"), **MORNING})
    assert (row.late_min, row.is_excused) == (40, False)


@pytest.mark.parametrize(
    ("start", "end", "late"),
    [
        ("06:00", "06:30", 40),  # over an hour before the start
        ("06:00", "06:31", 0),
        ("08:09", "09:00", 0),  # while the person was coming
        ("08:10", "09:00", 40),  # began when the entry was there already
        ("12:00", "17:00", 40),
    ],
)
def test_when_an_outage_excuses_lateness(start, end, late):
    row = judged(outage={"cause": "system", "starts_at": at(start), "ends_at": at(end)})
    assert row.late_min == late


@pytest.mark.parametrize(
    ("entries", "outage", "state", "missing", "worked"),
    [
        ((), ("06:00", "18:00"), "present", (0, 0), 450),
        ((("in", "07:30"),), ("15:00", "18:00"), "present", (0, 0), 450),
        ((("out", "16:00"),), ("07:00", "08:00"), "present", (0, 0), 450),
        ((("in", "07:30"),), ("06:00", "07:00"), "incomplete", (0, 1), 360),
        ((), ("16:00", "16:30"), "incomplete", (1, 0), 360),  # the check-out is excused, the check-in is missing
    ],
)
def test_what_is_missing_may_be_excused(entries, outage, state, missing, worked):
    start, end = (at(clock) for clock in outage)
    row = judged(outage={"cause": "system", "starts_at": start, "ends_at": end}, entries=entries)
    assert (row.state, (row.missing_in, row.missing_out), row.worked_min) == (state, missing, worked)
    assert row.is_unexcused is False
