"""One person is screened by a statement that is kept for everybody; each gets their own answer from it."""

from datetime import date

import pytest

from eligibility.criteria.base import Ask
from eligibility.screening import screen_many
from organization.models import Domicile, Employee
from tests.eligibility.engine import judge, version_with
from tests.world import make_world

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)


@pytest.fixture
def homes() -> list[Domicile]:
    world = make_world()
    people = Employee.objects.order_by("pk")[:2]
    stamp = {"valid_from": date(2026, 1, 1), "verified_at": "2026-01-01T00:00Z", "verified_by": world.users["hr"]}
    Domicile.objects.filter(employee__in=people).delete()
    return [Domicile.objects.create(employee=person, address=f"Jl. {person.pk}", **stamp) for person in people]


def test_everybody_is_judged_by_their_own_numbers(homes):
    version = version_with("home_registered")
    for home in homes:
        asked = {other.pk: Ask(place_kind="home", domicile_id=other.pk) for other in homes}
        found = {pk: judge(home.employee, version, DAY, ask) for pk, ask in asked.items()}
        assert [pk for pk, result in found.items() if result.outcomes == ("passed",)] == [home.pk]
        assert all(result.employee_id == home.employee_id for result in found.values())
        assert {result.results[0].seen["registered_domicile"] for result in found.values()} == {home.pk}
        assert {result.results[0].seen["asked_domicile"] for result in found.values()} == set(asked)


def test_nothing_asked_for_is_not_a_number_that_is_kept(homes):
    version = version_with("home_registered")
    assert judge(homes[0].employee, version, DAY, Ask(place_kind="home", domicile_id=homes[1].pk)).failed
    general = judge(homes[0].employee, version, DAY, Ask(place_kind="home"))
    assert general.outcomes == ("passed",)
    assert general.results[0].seen["asked_domicile"] is None


def test_one_person_is_judged_like_everybody(homes):
    version = version_with("home_registered")
    for result in screen_many(Employee.objects.all(), version, on=DAY, ask=Ask(place_kind="home")):
        alone = judge(Employee.objects.get(pk=result.employee_id), version, DAY, Ask(place_kind="home"))
        assert [item.as_json() for item in alone.results] == [item.as_json() for item in result.results]
