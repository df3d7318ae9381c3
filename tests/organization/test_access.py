"""The reach of a user: own, delegated and granted, in one query."""

from datetime import timedelta

import pytest
from django.utils import timezone

from organization.access import WHOLE_AGENCY, ActingFor, build_access
from organization.models import Delegation, Employee, Placement, RoleGrant, Unit
from tests.world import make_world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def stand_in(world, today):
    """Makes the colleague stand in for somebody."""

    def make(name, kind="plh", valid_to=None, since=today):
        return Delegation.objects.create(
            principal=world.users[name], delegate=world.users["col1"], kind=kind, valid_from=since, valid_to=valid_to
        )

    return make


@pytest.fixture
def reach(world, today):
    return lambda name: build_access(world.users[name], today)


@pytest.mark.parametrize(
    ("name", "heads", "has_reports", "has_record"),
    [("head", True, True, True), ("sup", False, True, True), ("emp", False, False, True), ("hr", False, False, False)],
)
def test_own_place(world, reach, name, heads, has_reports, has_record):
    access = reach(name)

    assert access.own_headed_paths == ((world.law.path,) if heads else ())
    assert access.headed_paths == access.own_headed_paths
    assert access.has_reports is has_reports
    assert access.own_employee_id == (world.employees[name].pk if has_record else None)
    assert (access.identity_ids, access.acting_for) == ((world.users[name].pk,), ())


def test_a_record_without_placement_is_still_a_record(world, reach):
    Placement.objects.filter(employee=world.employees["emp"]).delete()

    assert reach("emp").own_employee_id == Employee.objects.get(name="emp").pk


def test_a_stand_in_has_the_place_of_the_officer_and_not_as_its_own(world, reach, stand_in, today):
    stand_in("head", kind="plt", valid_to=today + DAY)

    access = reach("col1")

    assert access.acting_for == (ActingFor(world.users["head"].pk, "head", "plt", today + DAY),)
    assert access.identity_ids == (world.users["col1"].pk, world.users["head"].pk)
    assert (access.headed_paths, access.own_headed_paths) == ((world.law.path,), ())
    assert access.has_reports
    assert access.own_employee_id == world.employees["col1"].pk


@pytest.mark.parametrize(("since", "until"), [(1, None), (-3, -1)])
def test_a_delegation_counts_in_its_period_only(reach, stand_in, today, since, until):
    stand_in("head", since=today + since * DAY, valid_to=today + until * DAY if until else None)

    assert reach("col1").acting_for == ()


def test_the_newest_delegation_stands_first(world, reach, stand_in, today):
    stand_in("head", since=today - DAY)
    stand_in("sup")

    assert [officer.name for officer in reach("col1").acting_for] == ["sup", "head"]


def test_an_officer_without_a_name_is_called_by_the_user_name(world, reach, stand_in):
    world.users["head"].name = ""
    world.users["head"].save()
    stand_in("head")

    assert reach("col1").acting_for[0].name == "head"


@pytest.mark.parametrize(
    ("role", "follows"), [("hr_admin", True), ("authority", True), ("auditor", False), ("evidence_officer", False)]
)
def test_roles_follow_a_delegation_unless_given_by_name(world, reach, stand_in, today, role, follows):
    RoleGrant.objects.create(user=world.users["sup"], role=role, unit=world.law, valid_from=today)
    stand_in("sup")

    access = reach("col1")

    assert access.has_role(role) is follows
    assert access.paths_of_role(role) == ((world.law.path,) if follows else ())
    assert not access.has_own_role
    assert reach("sup").has_own_role


def test_a_role_without_unit_is_over_the_whole_agency(world, reach):
    access = reach("hr")

    assert access.paths_of_role("hr_admin") == (WHOLE_AGENCY,)
    assert access.has_role("hr_admin", world.law.path)


@pytest.mark.parametrize(("since", "until", "holds"), [(0, 0, True), (1, None, False), (-9, -1, False)])
def test_a_role_counts_in_its_period_only(world, reach, today, since, until, holds):
    last = None if until is None else today + until * DAY
    RoleGrant.objects.create(user=world.users["emp"], role="auditor", valid_from=today + since * DAY, valid_to=last)

    assert reach("emp").has_role("auditor") is holds


class TestOfficerWithRole:
    def test_in_the_place_of_whoever_holds_the_role_over_the_unit(self, world, reach, stand_in, today):
        other = Unit.objects.create(code="X", name="Lain", path="999/")
        RoleGrant.objects.create(user=world.users["head"], role="authority", unit=other, valid_from=today)
        stand_in("head")
        stand_in("boss", since=today - DAY)

        assert reach("col1").officer_with_role("authority", world.law.path).name == "boss"

    def test_never_in_the_place_of_the_one_it_is_about(self, world, reach, stand_in):
        stand_in("boss")

        assert reach("col1").officer_with_role("authority", world.law.path, but=world.users["boss"].pk) is None

    def test_nobodys_place_where_the_role_is_ones_own_or_missing(self, world, reach, stand_in):
        stand_in("hr")

        assert reach("hr").officer_with_role("hr_admin", world.law.path) is None
        assert reach("col1").officer_with_role("authority", world.law.path) is None


@pytest.mark.parametrize("officers", [(), ("head", "sup", "hr", "boss")])
def test_one_query_for_any_number_of_delegations(world, reach, stand_in, officers, django_assert_num_queries):
    for name in officers:
        stand_in(name)

    with django_assert_num_queries(1):
        reach("col1")
