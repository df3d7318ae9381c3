"""Entries: accepted whatever they say, once, with sealed evidence and a marked day."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone
from PIL import Image

from attendance import evidence
from attendance.models import Assignment, AssignmentDay, PresenceEvent, PresenceEvidence, StaleDay, WorkDay
from attendance.services.presence import Entry, record_event, record_events
from organization.models import Employee, Unit
from organization.sealing import unseal
from tests.attendance.presence_kit import (
    FAR_AT,
    HOME_AT,
    OFFICE_AT,
    acknowledge,
    at,
    check,
    make_site,
    near,
    office_of,
    set_home,
    terms,
)
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def emp(world: World) -> Employee:
    """In an office with its point, and told what is recorded."""
    employee = world.employees["emp"]
    office_of(employee)
    acknowledge(employee)
    return employee


def works_away(employee: Employee, world: World, place_kind: str, **values: Any) -> None:
    """An arrangement in force today."""
    today = timezone.localdate()
    made = Assignment.objects.create(
        employee=employee, unit=world.law, reference=str(uuid4()), kind="location", place_kind=place_kind,
        valid_from=today, valid_to=today, status="in_force", granted_at=timezone.now(), **values,
    )  # fmt: skip
    AssignmentDay.objects.create(
        assignment=made, employee=employee, unit=world.law, day=today, facet="location", status="in_force", is_away=True
    )


def work_day(employee: Employee, unit: Unit, back: int, start: Any, end: Any) -> None:
    WorkDay.objects.create(
        employee=employee, unit=unit, day=timezone.localdate() - timedelta(days=back), zone="Asia/Makassar",
        source="roster", whereabouts="shift", first_start=start, first_end=end, built_at=timezone.now(),
    )  # fmt: skip


def test_an_entry_keeps_the_place_and_seals_the_position(emp: Employee) -> None:
    event = check(emp, position=near(OFFICE_AT, 50, 12), device="browser-1", now=at(7, 25))

    kept = PresenceEvent.objects.get()
    assert kept.pk == event.pk
    assert (kept.place, kept.band, kept.confidence, kept.accuracy_m) == ("placement", "inside", "high", 12)
    assert kept.site
    assert kept.site.code == "BK"
    assert (kept.occurred_at, kept.received_at, kept.is_late_sync) == (at(7, 25), at(7, 25), False)
    assert kept.device == evidence.device_digest("browser-1")
    assert "browser" not in kept.device
    sealed = PresenceEvidence.objects.get()
    opened = evidence.open_position(bytes(sealed.position), owner=evidence.entry_owner(kept.client_id))
    assert opened == near(OFFICE_AT, 50, 12)
    assert sealed.position_until == timezone.localdate() + timedelta(days=90)
    assert sealed.point == evidence.point_digest(near(OFFICE_AT, 50, 99))


@pytest.mark.parametrize("direction", ["in", "out", "confirm"])
def test_direction_is_what_was_said(emp: Employee, direction: str) -> None:
    assert check(emp, direction).direction == direction


def test_a_second_tap_is_never_a_check_out(emp: Employee) -> None:
    check(emp, now=at(7, 30))
    check(emp, now=at(7, 31))

    assert list(PresenceEvent.objects.values_list("direction", flat=True)) == ["in", "in"]


def test_far_away_and_in_the_middle_of_the_night_it_is_accepted(emp: Employee) -> None:
    event = check(emp, position=near(FAR_AT, accuracy=3000), now=at(2, 13))

    assert (event.place, event.band, event.confidence) == ("elsewhere", "far", "low")


def test_who_was_not_told_leaves_no_position(world: World) -> None:
    employee = world.employees["emp"]
    office_of(employee)
    check(employee, position=near(OFFICE_AT))
    acknowledge(employee, version=1)
    acknowledge(world.employees["col1"], version=2)  # a newer notice, which the employee has not read
    check(employee, position=near(OFFICE_AT))

    assert set(PresenceEvent.objects.values_list("place", "accuracy_m")) == {("unknown", None)}
    assert not PresenceEvidence.objects.exists()


def test_terms_without_geotag_keep_no_position(emp: Employee) -> None:
    terms(geotag=False)

    assert check(emp, position=near(OFFICE_AT)).place == "unknown"
    assert not PresenceEvidence.objects.exists()


def test_the_office_of_the_unit_counts_where_the_placement_names_none(world: World) -> None:
    employee = world.employees["emp"]
    acknowledge(employee)
    world.law.versions.update(site=make_site("UN", OFFICE_AT))

    assert check(employee, position=near(OFFICE_AT)).place == "placement"


def test_offices_open_to_others_and_granted_ones_count(emp: Employee, world: World) -> None:
    make_site("OPEN", FAR_AT)
    closed = make_site("CLOSED", HOME_AT, open_to_others=False)

    assert check(emp, position=near(FAR_AT)).place == "other_office"
    assert check(emp, position=near(HOME_AT)).place == "elsewhere"
    works_away(emp, world, "other_office", site=closed)
    granted = check(emp, position=near(HOME_AT))
    assert (granted.place, granted.site_id) == ("other_office", closed.pk)


def test_a_home_counts_once_hr_has_confirmed_it(emp: Employee) -> None:
    home = set_home(emp, confirmed=False)
    assert check(emp, position=near(HOME_AT)).place == "home_unconfirmed"

    home.confirmed_at, home.confirmed_by = timezone.now(), emp.user
    home.save()
    assert check(emp, position=near(HOME_AT)).place == "home"


def test_working_at_home_without_a_point_is_not_elsewhere(emp: Employee, world: World) -> None:
    works_away(emp, world, "home")

    assert check(emp, position=near(HOME_AT)).place == "home_unconfirmed"
    assert check(emp, position=near(OFFICE_AT)).place == "placement"


def test_a_place_granted_in_words_counts_as_granted(emp: Employee, world: World) -> None:
    works_away(emp, world, "field")

    assert check(emp, position=near(FAR_AT)).place == "granted"


def test_an_unreadable_home_hinders_no_entry(emp: Employee) -> None:
    home = set_home(emp)
    home.position = b"\0" * 60
    home.save()

    assert check(emp, position=near(HOME_AT)).place == "elsewhere"


def test_an_entry_kept_offline_counts_by_the_device(emp: Employee) -> None:
    event = check(emp, client_at=at(7, 28), was_queued=True, now=at(9, 2))

    assert (event.occurred_at, event.client_at, event.received_at) == (at(7, 28), at(7, 28), at(9, 2))
    assert event.is_late_sync


def test_the_terms_say_how_late_it_may_come(emp: Employee) -> None:
    terms(late_sync_days=1)

    event = check(emp, client_at=at(7, 28, back=2), was_queued=True, now=at(9, 2))
    assert (event.occurred_at, event.is_late_sync) == (at(9, 2), True)


def test_the_same_entry_a_hundred_times_is_one_row(emp: Employee) -> None:
    same = uuid4()
    events = [check(emp, client_id=same, position=near(OFFICE_AT), now=at(7, number % 60)) for number in range(100)]

    assert PresenceEvent.objects.count() == PresenceEvidence.objects.count() == 1
    assert {event.pk for event in events} == {events[0].pk}
    assert [event.is_repeat for event in events] == [False] + [True] * 99
    assert {event.occurred_at for event in events} == {at(7, 0)}


def test_somebody_elses_id_is_no_entry_of_mine(emp: Employee, world: World) -> None:
    taken = check(world.employees["col1"]).client_id

    with pytest.raises(ValidationError):
        check(emp, client_id=taken)


def test_days_are_marked_where_the_entry_may_belong(emp: Employee, world: World) -> None:
    today = timezone.localdate()
    work_day(emp, world.law, 1, at(21, back=1), at(7))
    check(emp, "out", now=at(7, 5))
    assert list(StaleDay.objects.values_list("employee", "first", "last")) == [
        (emp.pk, today - timedelta(days=1), today)
    ]

    StaleDay.objects.all().delete()
    check(emp, "in", now=at(14))
    assert list(StaleDay.objects.values_list("first", "last")) == [(today, today)]


def test_a_repeat_and_a_confirmation_mark_no_day(emp: Employee) -> None:
    same = check(emp).client_id
    StaleDay.objects.all().delete()

    check(emp, client_id=same)
    check(emp, "confirm")

    assert not StaleDay.objects.exists()


def test_the_day_is_the_units_own(emp: Employee, world: World) -> None:
    world.law.versions.update(zone="Asia/Jayapura")

    check(emp, now=at(23, 30))  # half past midnight in WIT

    assert StaleDay.objects.get().first == timezone.localdate() + timedelta(days=1)


def selfie() -> bytes:
    image = Image.new("RGB", (1600, 1200), "teal")
    exif = image.getexif()
    exif[0x8825] = {1: "S", 2: (1.0, 15.0, 55.44)}  # the camera's own position
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_selfie_is_made_small_without_the_cameras_data_and_sealed(emp: Employee) -> None:
    terms(selfie=True)
    event = check(emp, selfie=selfie())

    sealed = PresenceEvidence.objects.get()
    content = unseal(bytes(sealed.selfie), owner=evidence.entry_owner(event.client_id))
    with Image.open(io.BytesIO(content)) as image:
        assert max(image.size) == 480
        assert not image.getexif()


def test_a_broken_or_unasked_selfie_hinders_no_entry(emp: Employee) -> None:
    check(emp, selfie=selfie())  # the terms do not ask for one
    terms(selfie=True)
    check(emp, selfie=b"<svg/>")
    check(emp, selfie=b"\xff\xd8\xff" + b"\0" * 3_000_000)

    assert PresenceEvent.objects.count() == 3
    assert not PresenceEvidence.objects.exists()


def test_entries_are_never_changed(emp: Employee) -> None:
    event = check(emp)

    with pytest.raises(ProgrammingError), transaction.atomic():
        PresenceEvent.objects.filter(pk=event.pk).update(direction="out")
    with pytest.raises(ProgrammingError), transaction.atomic():
        event.delete()


@pytest.mark.parametrize("number", [1, 3, 100])
def test_questions_do_not_grow_with_the_queue(emp: Employee, django_assert_num_queries: Any, number: int) -> None:
    entries = [
        Entry("in", uuid4(), at(7, 1, back=back % 6), at(9), was_queued=True, position=near(OFFICE_AT))
        for back in range(number)
    ]
    with django_assert_num_queries(3):
        events = record_events(employee=emp, entries=entries, now=at(9))
    assert len({event.pk for event in events if event}) == number
    with django_assert_num_queries(4):
        assert all(event and event.is_repeat for event in record_events(employee=emp, entries=entries, now=at(9)))


def test_one_id_twice_in_a_queue_is_one_entry(emp: Employee) -> None:
    entry = Entry("in", uuid4(), position=near(OFFICE_AT))

    one, two = record_events(employee=emp, entries=[entry, entry])

    assert one is two
    assert PresenceEvent.objects.count() == PresenceEvidence.objects.count() == 1


def test_too_many_at_once_are_refused_whole(emp: Employee) -> None:
    with pytest.raises(ValidationError):
        record_events(employee=emp, entries=[Entry("in", uuid4()) for _number in range(101)])


@pytest.mark.django_db(transaction=True)
def test_threads_with_the_same_entry_make_one_row() -> None:
    employee = make_world().employees["emp"]
    office_of(employee)
    acknowledge(employee)
    same, line = uuid4(), threading.Barrier(4)

    def send(_number: int) -> tuple[int, bool]:
        try:
            if _number < 4:
                line.wait(10)
            event = record_event(employee=employee, direction="in", client_id=same, position=near(OFFICE_AT))
            return event.pk, event.is_repeat
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(100)))

    assert PresenceEvent.objects.count() == PresenceEvidence.objects.count() == 1
    assert len({pk for pk, _repeat in answers}) == 1
    assert [repeat for _pk, repeat in answers].count(False) == 1
