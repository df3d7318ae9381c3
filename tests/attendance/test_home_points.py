"""The sealed point of a home: opened by the named officer alone, the look on record first, the employee told."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from attendance.models import HomePoint, LocationAccess
from attendance.services import homes
from attendance.services.locations import open_home
from organization.models import Employee, Notice
from organization.sealing import SealBroken
from tests.attendance.presence_kit import HOME_AT, acknowledge, near
from tests.organization.cast import Cast, make_cast

POINT = near(HOME_AT, 7, 13)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def emp(cast: Cast) -> Employee:
    acknowledge(cast.employees["emp"])
    return cast.employees["emp"]


@pytest.fixture
def home(emp: Employee) -> HomePoint:
    assert emp.user
    return homes.set_home_point(by=emp.user, position=POINT)


def url(name: str, *args: int) -> str:
    return reverse(f"attendance:{name}", args=args)


def test_opened_with_a_reason_by_post_only_and_the_employee_sees_who(
    client: Client, cast: Cast, emp: Employee, home: HomePoint
) -> None:
    client.force_login(cast.users["seal"])
    listed, closed = client.get(url("home_points")), client.get(url("home_point", home.pk))
    for answer in (listed, closed):
        assert (answer.status_code, "Jl. Mulawarman" in answer.content.decode()) == (200, True)
        assert "116.85" not in answer.content.decode()
    assert client.get(url("home_point_open", home.pk)).status_code == 405
    assert client.post(url("home_point_open", home.pk), {"reason": " "}).status_code == 422
    assert not LocationAccess.objects.exists()

    opened = client.post(url("home_point_open", home.pk), {"reason": "Keberatan alamat."})

    assert "116.850" in opened.content.decode()
    assert opened["Cache-Control"].count("no-store") == 1
    access = LocationAccess.objects.get()
    assert (access.what, access.event, access.opened_by, access.employee) == ("home", None, cast.users["seal"], emp)
    assert Notice.objects.filter(user=emp.user, code="presence.home_opened").count() == 1
    assert "116.85" not in client.get(url("home_point", home.pk)).content.decode()
    assert emp.user
    client.force_login(emp.user)
    assert "Keberatan alamat." in client.get(url("my_locations")).content.decode()


@pytest.mark.parametrize("name", ["emp", "sup", "head", "hr", "audit", "boss"])
def test_nobody_else_opens_it(client: Client, cast: Cast, home: HomePoint, name: str) -> None:
    with pytest.raises(PermissionDenied):
        open_home(by=cast.users[name], home_id=home.pk, reason="x")
    client.force_login(cast.users[name])
    for answer in (client.get(url("home_points")), client.post(url("home_point_open", home.pk), {"reason": "x"})):
        assert answer.status_code == 403
    assert not LocationAccess.objects.exists()


def test_what_is_deleted_does_not_open(client: Client, cast: Cast, home: HomePoint) -> None:
    homes.refuse_home_point(by=cast.users["hr"], home_id=home.pk, reason="Alamat lama.")
    client.force_login(cast.users["seal"])
    assert client.post(url("home_point_open", home.pk), {"reason": "x"}).status_code == 404
    assert not LocationAccess.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_point_of_somebody_else_does_not_open_and_the_look_stays_on_record(client: Client) -> None:
    cast = make_cast()
    points = []
    for name in ("emp", "col1"):
        acknowledge(cast.employees[name])
        points.append(homes.set_home_point(by=cast.users[name], position=POINT))
    HomePoint.objects.filter(pk=points[1].pk).update(position=points[0].position)
    with pytest.raises(SealBroken):
        open_home(by=cast.users["seal"], home_id=points[1].pk, reason="Keberatan.")
    client.force_login(cast.users["seal"])
    assert client.post(url("home_point_open", points[1].pk), {"reason": "Keberatan."}).status_code == 409
    assert LocationAccess.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_no_more_for_many(
    client: Client, cast: Cast, django_assert_max_num_queries: object, count: int
) -> None:
    for name in ("emp", "col1", "col2")[:count]:
        acknowledge(cast.employees[name])
        homes.set_home_point(by=cast.users[name], position=POINT)
    client.force_login(cast.users["seal"])
    with django_assert_max_num_queries(7):  # type: ignore[operator]
        assert client.get(url("home_points")).content.decode().count('scope="row"') == count
