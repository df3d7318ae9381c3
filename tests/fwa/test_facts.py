"""What the day checks look at, read from the tables: limits by day of the placement, days taken, quota by holders."""

from datetime import timedelta

import pytest

from eligibility.models import ArrangementTerms
from fwa.facts import gather
from organization.models import Holiday, Placement, Position, StaffingMinimum, Unit, UnitVersion
from organization.services.units import rebuild_unit_index
from tests.fwa.letters_kit import determined, sent
from tests.world import SINCE, draft, make_world, next_monday

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def monday():
    return next_monday()


def facts(world, monday, name="emp", **changes):
    return gather(employee=world.employees[name], draft=draft(**changes), today=monday).facts


def limits(world, monday, day, name="emp"):
    return [(limit.unit, limit.quota, limit.minimum) for limit in facts(world, monday, name).limits[day]]


def test_a_transfer_changes_the_limits_on_its_day(world, monday):
    other = Unit.objects.create(code="K", name="Keuangan")
    root = Unit.objects.get(code="R")
    UnitVersion.objects.create(unit=other, name="Keuangan", parent=root, valid_from=SINCE, quota_pct=0)
    rebuild_unit_index()
    StaffingMinimum.objects.create(unit=world.law, count=2, valid_from=SINCE, valid_to=monday + timedelta(days=1))
    StaffingMinimum.objects.create(unit=world.law, count=3, weekday=3, valid_from=monday + timedelta(days=2))
    move = Placement.objects.get(employee=world.employees["emp"])
    move.valid_to = monday + WEEK - timedelta(days=1)
    move.save()
    Placement.objects.create(
        employee=world.employees["emp"], unit=other, position=move.position, entry_reason="transfer",
        valid_from=monday + WEEK,
    )  # fmt: skip

    assert limits(world, monday, monday) == [("Kota", 1, None), ("Hukum", 1, None), ("Hukum", None, 2)]
    assert limits(world, monday, monday + timedelta(days=2))[2:] == [("Hukum", None, 3)]
    assert limits(world, monday, monday + timedelta(days=3))[2:] == []
    assert limits(world, monday, monday + WEEK) == [("Kota", 1, None), ("Keuangan", 0, None)]


def test_a_minimum_of_a_position_group_binds_its_people_only(world, monday):
    Position.objects.update(group="analis")
    other = Position.objects.create(code="P", name="Pranata", kind="fungsional", group="pranata")
    Placement.objects.filter(employee=world.employees["sup"]).update(position=other)
    StaffingMinimum.objects.create(unit=world.law, count=4, position_group="analis", valid_from=SINCE)

    assert [limit[2] for limit in limits(world, monday, monday)] == [None, None, 4]
    assert [limit[2] for limit in limits(world, monday, monday, "sup")] == [None, None]


@pytest.mark.parametrize(("counted", "cap_days"), [(True, 1), (False, 0)])
def test_a_requested_day_takes_one_of_the_week_where_its_place_counts(world, monday, counted, cap_days):
    ArrangementTerms.objects.update(home_counts=counted, other_office_counts=False, other_place_counts=False)
    number = sent(world, weekdays=(), single_dates=(monday,)).number

    found = facts(world, monday)

    assert found.taken == {(monday, "location"): number}
    assert len(found.cap_days) == cap_days


def test_who_has_an_arrangement_counts_on_every_day_of_it(world, monday):
    ArrangementTerms.objects.update(quota_basis="holders")
    determined(world, "col1", weekdays=(2,))

    found = facts(world, monday).limits[monday]

    assert [(limit.unit, limit.away, limit.on_site) for limit in found] == [("Kota", 1, 5), ("Hukum", 1, 5)]


def test_a_new_unit_outside_the_tree_is_closed(world, monday):
    Unit.objects.filter(pk=world.law.pk).update(path="")

    assert monday in facts(world, monday).unit_closed


@pytest.mark.parametrize("basis", ["per_day", "holders"])
def test_four_queries_whatever_there_is(world, monday, basis, django_assert_num_queries):
    ArrangementTerms.objects.update(quota_basis=basis)
    with django_assert_num_queries(4):
        facts(world, monday)
    for number in range(3):
        StaffingMinimum.objects.create(unit=world.law, count=1, position_group=f"g{number}", valid_from=SINCE)
        Holiday.objects.create(day=monday + number * WEEK, name="Libur", kind="public")
    sent(world, "emp", weekdays=(4,))
    sent(world, "col1")
    with django_assert_num_queries(4):
        facts(world, monday)
