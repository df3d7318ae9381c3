"""Group determinations: who gets which days, and one decision for everybody or for nobody."""

from collections import Counter
from datetime import timedelta

import pytest

from fwa.services.determination_plan import prepare_determination
from organization.models import StaffingMinimum
from tests.fwa.determinations_kit import drafted, make_bureau
from tests.world import SINCE, make_world, next_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def prepared(world, unit, **changes):
    made = drafted(world, unit, **changes)
    return prepare_determination(by=world.users["hr"], determination_id=made.pk)


def away_per_day(determination):
    return Counter(day for days in determination.members.values_list("days", flat=True) for day in days)


def test_fixed_days_are_given_in_turn_until_the_quota_is_full(world):
    bureau = make_bureau(world, 10, quota_pct=30)

    made = prepared(world, bureau)

    assert made.status == "prepared"
    assert set(away_per_day(made).values()) == {3}
    with_days = [member for member in made.members.order_by("employee__name") if member.days]
    assert [member.employee.name for member in with_days] == ["Pegawai 1000", "Pegawai 1001", "Pegawai 1002"]
    assert {len(member.days) for member in with_days} == {8}
    left = made.members.exclude(pk__in=[member.pk for member in with_days])
    assert set(left.values_list("outcome", flat=True)) == {"no_day"}
    problem = left.first().problems[(next_monday() + timedelta(days=1)).isoformat()]
    assert problem == {"code": "unit_full", "detail": {"unit": "Biro Organisasi", "away": 3, "quota": 3}}


def test_a_unit_of_sixty_by_rotation_keeps_minimum_and_quota_and_spreads_evenly(world):
    bureau = make_bureau(world, 60, quota_pct=25)
    StaffingMinimum.objects.create(unit=bureau, weekday=1, count=50, valid_from=SINCE)

    made = prepared(world, bureau, pattern="rotation", weekdays=(), days_per_week=2)

    away = away_per_day(made)
    assert all(count <= (10 if day.isoweekday() == 1 else 15) for day, count in away.items())
    totals = [len(member.days) for member in made.members.all()]
    assert max(totals) - min(totals) <= 1
    assert sum(totals) == 4 * (10 + 4 * 15)
    short = [member for member in made.members.all() if member.reasons]
    assert short
    assert {reason["code"] for member in short for reason in member.reasons} <= {"unit_full", "below_minimum"}
