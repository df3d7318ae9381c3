"""Which days count as working days follows from the unit of the day: five days, or around the clock, or closed."""

from datetime import time, timedelta

import pytest
from django.core.exceptions import ValidationError

from fwa.data import DraftData
from fwa.day_checks import check_days
from fwa.facts import gather
from fwa.services.requests import save_draft, submit_request
from organization.models import Holiday, TaskType, UnitVersion
from tests.world import draft, make_world, next_monday

pytestmark = pytest.mark.django_db

SHIFT = {"kind": "shift", "place_kind": "", "starts_at": time(22, 0), "ends_at": time(6, 0)}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def monday():
    return next_monday()


def a_week(monday):
    return [monday + timedelta(days=offset) for offset in range(7)]


def problems(world, days, **changes):
    """Problems of the days for the employee of the section."""
    asked = DraftData(**{"valid_from": days[0], "valid_to": days[-1], **SHIFT, **changes})
    facts = gather(employee=world.employees["emp"], draft=asked, today=days[0]).facts
    facets = ("location",) if asked.kind == "location" else ("time",)
    return [check.problem for check in check_days(days, facets, facts)]


def version_from(world, day, **changes):
    """The section is something else from `day` on."""
    old = UnitVersion.objects.get(unit=world.law)
    old.valid_to = day - timedelta(days=1)
    old.save()
    return UnitVersion.objects.create(unit=world.law, name="Hukum", parent=old.parent, valid_from=day, **changes)


def test_a_five_day_unit_has_no_weekends_and_holidays(world, monday):
    Holiday.objects.create(day=monday, name="Hari libur", kind="public")

    assert problems(world, a_week(monday)) == ["holiday", "", "", "", "", "holiday", "holiday"]


def test_a_round_the_clock_unit_works_on_weekends_and_holidays(world, monday):
    UnitVersion.objects.filter(unit=world.law).update(is_24x7=True)
    Holiday.objects.create(day=monday, name="Hari libur", kind="public")

    assert problems(world, a_week(monday)) == [""] * 7


def test_round_the_clock_begins_on_the_day_of_the_version(world, monday):
    saturday = monday + timedelta(days=5)
    version_from(world, saturday + timedelta(days=1), is_24x7=True)

    assert problems(world, a_week(monday)) == [""] * 5 + ["holiday", ""]


def test_the_unit_above_working_around_the_clock_changes_nothing(world, monday):
    UnitVersion.objects.exclude(unit=world.law).update(is_24x7=True)

    assert problems(world, a_week(monday))[5:] == ["holiday", "holiday"]


def test_the_quota_binds_on_the_weekend_of_a_round_the_clock_unit_too(world, monday):
    UnitVersion.objects.filter(unit=world.law).update(is_24x7=True, quota_pct=0)

    found = problems(world, a_week(monday), kind="location", place_kind="home", starts_at=None, ends_at=None)

    assert found == ["unit_full"] * 7


def test_a_shift_on_saturday_and_sunday_can_be_sent(world, monday):
    UnitVersion.objects.filter(unit=world.law).update(is_24x7=True)
    TaskType.objects.update(over_510_min_a_day=True)
    user = world.users["emp"]

    sent = submit_request(by=user, request_id=save_draft(by=user, data=draft(weekdays=(6, 7), **SHIFT)).pk)

    assert {row.day.isoweekday() for row in sent.dates.all()} == {6, 7}
    assert set(sent.dates.values_list("problem", flat=True)) == {""}


def test_days_after_the_unit_closed_are_named_and_not_sent(world, monday):
    closed = monday + timedelta(days=14)
    UnitVersion.objects.filter(unit=world.law).update(valid_to=closed - timedelta(days=1))
    user = world.users["emp"]

    assert problems(world, [closed - timedelta(days=3), closed]) == ["", "unit_closed"]
    with pytest.raises(ValidationError) as error:
        submit_request(by=user, request_id=save_draft(by=user, data=draft()).pk)
    assert len(error.value.message_dict["dates"]) == 4  # two days of each week after it


def test_the_queries_do_not_grow_with_the_days(world, monday, django_assert_num_queries):
    for days in (7, 150):
        asked = DraftData(valid_from=monday, valid_to=monday + timedelta(days=days), place_kind="home")
        with django_assert_num_queries(4):
            gather(employee=world.employees["emp"], draft=asked, today=monday)
