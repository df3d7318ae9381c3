"""Two in HR enter the same circular, or end the same emergency, at the same moment: one does, the other reads why."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from organization.models import NationalPeriod
from organization.services import national_periods as services
from organization.services.national_periods import PeriodData, PeriodOver
from tests.fwa.racing import pair
from tests.organization.cast import days
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 15


def test_the_same_circular_is_entered_once():
    hr = make_world().users["hr"]
    data = PeriodData("national", "Nataru", days(30), days(32), instrument_no="SE 9/2026", decree_no="9/2026")
    with pair() as racers:
        for number in range(ROUNDS):
            found = racers.run(
                *[lambda: services.enter_period(by=hr, data=data)] * 2, head_start=(number % 3 - 1) * 0.004
            )
            assert sorted(type(one) for one in found if isinstance(one, Exception)) == [ValidationError], found
            assert NationalPeriod.objects.count() == 1
            NationalPeriod.objects.all().delete()


def test_the_same_emergency_is_ended_once():
    hr = make_world().users["hr"]
    with pair() as racers:
        for number in range(ROUNDS):
            period = NationalPeriod.objects.create(
                kind="emergency", name="Banjir", reason="Banjir", valid_from=days(1), valid_to=days(9),
                entered_by=hr, entered_at=timezone.now(),
            )  # fmt: skip

            def end(period=period):
                return services.end_period(by=hr, period_id=period.pk, last_day=days(1), reason="Surut")

            found = racers.run(end, end, head_start=(number % 3 - 1) * 0.004)
            assert [type(one) for one in found if isinstance(one, Exception)] == [PeriodOver], found
