"""What the person who decides reads about somebody's outputs and predicate."""

from datetime import date, timedelta

import pytest

from performance.enums import PREDICATE_RANK, Predicate
from performance.models import OfficialPredicate, Output, OutputContract
from performance.selectors import TrackRecord, track_record
from tests.world import make_world

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def promised(world):
    """Promises an output of somebody, due some days before the day."""

    def make(days_before, *, name="emp", delivered=0, late=0):
        contract, _created = OutputContract.objects.get_or_create(
            employee=world.employees[name], reference=name, valid_from=DAY, valid_to=DAY
        )
        due_on = DAY - timedelta(days=days_before)
        return Output.objects.create(
            contract=contract, title="Naskah", measure="bab", target=2, due_on=due_on, delivered=delivered,
            delivered_on=due_on + timedelta(days=late) if delivered else None,
        )  # fmt: skip

    return make


def record(world, name="emp"):
    return track_record(employee_id=world.employees[name].pk, on=DAY)


def predicate(world, code, period_end, quarter=0):
    OfficialPredicate.objects.create(
        employee=world.employees["emp"], year=period_end.year, quarter=quarter, predicate=code,
        rank=PREDICATE_RANK[code], period_end=period_end,
    )  # fmt: skip


def test_somebody_without_history_has_an_empty_record(world, promised):
    promised(10, name="sup", delivered=2)

    assert record(world) == TrackRecord(due=0, on_time=0, predicate=None, period_end=None)


def test_outputs_due_in_the_twelve_months_before_the_day_count(world, promised):
    promised(1, delivered=2)
    promised(365, delivered=2)
    promised(30, delivered=2, late=1)
    promised(30, delivered=1)
    promised(30)
    promised(0, delivered=2)  # can still be delivered today
    promised(366, delivered=2)

    assert (record(world).due, record(world).on_time) == (5, 2)


def test_the_last_predicate_of_a_period_that_is_over_counts(world):
    predicate(world, "baik", date(2025, 12, 31))
    predicate(world, "kurang", date(2025, 12, 31), quarter=4)
    predicate(world, "sangat_baik", date(2026, 12, 31))

    assert (record(world).predicate, record(world).period_end) == (Predicate.GOOD, date(2025, 12, 31))


def test_one_query_whatever_the_history(world, promised, django_assert_num_queries):
    for days in range(3):
        promised(days)
    predicate(world, "baik", date(2025, 12, 31))

    with django_assert_num_queries(1):
        record(world)
