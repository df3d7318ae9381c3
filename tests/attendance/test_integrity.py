"""Integrity signals over entries: what is flagged, what is not, and that no coordinate is kept with a flag."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from attendance.models import IntegrityFlag, PresenceEvent, WorkDay
from attendance.places import Position
from attendance.services.integrity import kmh_between, look_at_new_entries, look_at_the_month
from attendance.services.presence import record_event
from organization.models import UnitVersion
from tests.attendance.presence_kit import FAR_AT, HOME_AT, OFFICE_AT, acknowledge, near, terms
from tests.organization.cast import make_cast

pytestmark = pytest.mark.django_db
PEOPLE = ("emp", "col1", "col2")


@pytest.fixture
def people():
    cast = make_cast()
    terms()
    for name in PEOPLE:
        acknowledge(cast.employees[name])
    return cast.employees


def enter(employee, position=None, *, minutes_ago=0, direction="in", **values):
    now = timezone.now() - timedelta(minutes=minutes_ago)
    return record_event(employee=employee, direction=direction, client_id=uuid4(), position=position, now=now, **values)


def kinds(*employees) -> list[str]:
    rows = IntegrityFlag.objects.filter(employee__in=employees) if employees else IntegrityFlag.objects.all()
    return sorted(rows.values_list("kind", flat=True))


def test_ordinary_entries_raise_nothing(people):
    for name in PEOPLE:
        enter(people[name], near(OFFICE_AT, 3), minutes_ago=500)
        enter(people[name], near(OFFICE_AT, 17), direction="out", device=f"ponsel {name}")
        enter(people[name], direction="confirm")

    assert look_at_new_entries() == look_at_the_month() == 0


def test_two_places_too_far_apart_for_the_time_between(people):
    enter(people["emp"], near(OFFICE_AT), minutes_ago=60)
    enter(people["emp"], near(FAR_AT), direction="out")
    enter(people["col1"], near(OFFICE_AT), minutes_ago=60)
    enter(people["col1"], near(HOME_AT), direction="out")

    look_at_new_entries()

    flag = IntegrityFlag.objects.get()
    assert (flag.employee, flag.kind, flag.detail["minutes"]) == (people["emp"], "travel", 60)
    assert flag.detail["kmh"] > 1000
    text = json.dumps(flag.detail)
    assert not any(str(number)[:5] in text for number in (*FAR_AT, *OFFICE_AT))
    assert look_at_new_entries() == 0, "a second look finds nothing new"


@pytest.mark.parametrize(
    ("metres", "accuracy", "minutes", "kmh"),
    [(30, 20, 1, None), (2000, 1500, 1, None), (10_040, 20, 60, 10), (10_040, 20, 25 * 60, None)],
)
def test_speed_leaves_out_what_the_accuracy_allows(metres, accuracy, minutes, kmh):
    one, other = near(OFFICE_AT, 0, accuracy), near(OFFICE_AT, metres, accuracy)

    assert kmh_between(one, other, timedelta(minutes=minutes)) == kmh


def test_clock_far_off_of_an_entry_sent_at_once_but_not_of_one_that_waited(people):
    now = timezone.now()
    enter(people["emp"], client_at=now - timedelta(minutes=45))
    enter(people["col1"], client_at=now - timedelta(minutes=45), was_queued=True)

    look_at_new_entries()

    assert list(IntegrityFlag.objects.values_list("employee", "kind")) == [(people["emp"].pk, "clock")]


def test_poor_accuracy_only_when_it_repeats(people):
    for _number in range(2):
        enter(people["emp"], near(OFFICE_AT, 0, 900))
    assert look_at_new_entries() == 0

    enter(people["emp"], near(OFFICE_AT, 9, 900))
    look_at_new_entries()

    assert kinds() == ["accuracy"]


def test_one_point_to_the_metre_again_and_again(people):
    for number in range(8):
        enter(people["emp"], Position(*HOME_AT, 5), minutes_ago=number)
        enter(people["col1"], near(HOME_AT, number * 4, 5), minutes_ago=number)

    assert look_at_the_month() == 1
    assert kinds(people["emp"]) == ["same_point"]
    assert look_at_the_month() == 0, "told once, not every night"


def test_several_people_repeatedly_at_one_point(people):
    for name in PEOPLE:
        for number in range(3):
            enter(people[name], Position(*OFFICE_AT, 5), minutes_ago=number)
    look_at_the_month()
    assert kinds() == ["shared_point"] * 3


def test_meeting_at_one_point_once_is_chance(people):
    for name in PEOPLE:
        enter(people[name], Position(*OFFICE_AT, 5))

    assert look_at_the_month() == 0


def test_device_of_three_people(people):
    for name in PEOPLE:
        enter(people[name], device="satu ponsel")

    look_at_the_month()

    assert kinds() == ["shared_device"] * 3
    assert not WorkDay.objects.exists(), "no signal touches a day"
    assert PresenceEvent.objects.count() == 3


def test_a_flag_is_of_the_day_where_the_person_serves(people):
    emp = people["emp"]
    UnitVersion.objects.filter(unit__placements__employee=emp).update(zone="Asia/Jayapura")
    late = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 23.30 in Makassar, and half past midnight in Jayapura
    for name in ("emp", "out"):
        PresenceEvent.objects.create(
            client_id=uuid4(), employee=people[name], direction="in", channel="web", occurred_at=late,
            client_at=late - timedelta(hours=3), received_at=late,
        )  # fmt: skip

    assert look_at_new_entries(now=late + timedelta(minutes=5)) == 2

    flags = IntegrityFlag.objects.filter(kind="clock")
    assert dict(flags.values_list("employee__name", "day")) == {
        emp.name: date(2026, 11, 24),
        people["out"].name: date(2026, 11, 23),
    }
