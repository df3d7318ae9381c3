"""Sealed positions: who opens them, who sees that, and that nothing is left of them after their time."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import HomePoint, LocationAccess, PresenceEvent, PresenceEvidence
from attendance.services import homes
from attendance.services.locations import open_entry, purge_locations
from attendance.tasks import purge_locations as purge_task
from organization.models import Employee, Notice
from organization.sealing import SealBroken
from tests.attendance.presence_kit import HOME_AT, OFFICE_AT, acknowledge, at, check, near, office_of, terms
from tests.attendance.test_presence import selfie
from tests.organization.cast import Cast, make_cast

POINT = near(HOME_AT, 7, 13)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def emp(cast: Cast) -> Employee:
    employee = cast.employees["emp"]
    office_of(employee)
    acknowledge(employee)
    return employee


def url(name: str, *args: Any) -> str:
    return reverse(f"attendance:{name}", args=args)


def everything() -> bytes:
    """Every row of every table, history and queues included, as text."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            parts += [row[0].encode() for row in cursor.fetchall()]
    return b"\n".join(parts)


def traces(content: bytes) -> list[str]:
    """Coordinates in any form in which they could be written."""
    numbers = {f"{abs(value):.{places}f}" for value in (POINT.latitude, POINT.longitude) for places in (4, 5, 6)}
    forms = {*numbers, *(number.encode().hex() for number in numbers), *(n.replace(".", ",") for n in numbers)}
    return [form for form in forms if form.encode() in content]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_after_the_retention(caplog: Any, client: Client) -> None:
    caplog.set_level(logging.DEBUG)
    cast = make_cast()
    employee = cast.employees["emp"]
    acknowledge(employee)
    terms(selfie=True)
    assert employee.user
    client.force_login(employee.user)
    body = {
        "client_id": "0b1e8f2a-0000-4000-8000-000000000001",
        "direction": "in",
        "position": {"latitude": POINT.latitude, "longitude": POINT.longitude, "accuracy_m": 13},
    }
    client.post("/api/v1/presence-events/", body, content_type="application/json")
    client.post(url("my_home"), {"latitude": POINT.latitude, "longitude": POINT.longitude, "accuracy_m": 13})
    check(employee, position=POINT, selfie=selfie())
    event = PresenceEvent.objects.latest("pk")
    client.force_login(cast.users["seal"])
    shown = client.post(url("location_open", event.pk), {"reason": "Keberatan pegawai."})
    assert f"{POINT.latitude:.6f}".rstrip("0") in shown.content.decode()
    assert HomePoint.objects.count() == 1
    sealed = bytes(PresenceEvidence.objects.latest("pk").position).hex()
    assert sealed in everything().decode()
    assert not traces(everything()), "not even before the retention ends is it anywhere in the clear"

    homes.refuse_home_point(by=cast.users["hr"], home_id=HomePoint.objects.get().pk, reason="Alamat lama.")
    purge_locations(on=timezone.localdate() + timedelta(days=90))

    assert not PresenceEvidence.objects.exists()
    left = everything().decode()
    assert sealed not in left
    assert not traces(left.encode())
    assert not traces(caplog.text.encode())


def test_each_kind_has_its_own_retention(emp: Employee) -> None:
    terms(selfie=True, location_retention_days=30, selfie_retention_days=60)
    check(emp, position=POINT, selfie=selfie())
    today = timezone.localdate()

    assert purge_locations(on=today + timedelta(days=29)).positions == 0
    assert purge_locations(on=today + timedelta(days=30)).positions == 1
    kept = PresenceEvidence.objects.get()
    assert (kept.position, kept.point, kept.position_until) == (None, "", None)
    assert kept.selfie
    assert purge_locations(on=today + timedelta(days=60)).selfies == 1
    assert not PresenceEvidence.objects.exists()
    assert purge_locations(on=today + timedelta(days=60)).selfies == 0
    assert PresenceEvent.objects.count() == 1


def test_a_shorter_retention_binds_what_is_kept_already(emp: Employee) -> None:
    check(emp, position=POINT, now=at(7, back=20))
    terms(location_retention_days=10)

    purge_task()

    assert not PresenceEvidence.objects.exists()


def test_the_officer_opens_it_with_a_reason_and_the_employee_sees_that(
    client: Client, cast: Cast, emp: Employee
) -> None:
    event = check(emp, position=POINT)
    client.force_login(cast.users["seal"])

    assert client.post(url("location_open", event.pk), {"reason": " "}).status_code == 422
    assert not LocationAccess.objects.exists()
    closed = client.get(url("location", event.pk)).content.decode()
    assert "116.85" not in closed
    assert "116.850456" in client.post(url("location_open", event.pk), {"reason": "Keberatan 7."}).content.decode()
    access = LocationAccess.objects.get()
    assert (access.opened_by, access.reason, access.employee) == (cast.users["seal"], "Keberatan 7.", emp)
    assert Notice.objects.filter(user=emp.user, code="presence.location_opened").count() == 1

    assert emp.user
    client.force_login(emp.user)
    assert "Keberatan 7." in client.get(url("my_locations")).content.decode()


@pytest.mark.parametrize("name", ["emp", "sup", "head", "hr", "audit", "boss"])
def test_nobody_else_opens_anything(cast: Cast, emp: Employee, name: str) -> None:
    event = check(emp, position=POINT)

    with pytest.raises(PermissionDenied):
        open_entry(by=cast.users[name], event_id=event.pk, reason="x")
    assert not LocationAccess.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_moved_to_another_entry_does_not_open_and_the_look_stays_on_record() -> None:
    cast = make_cast()
    employee = cast.employees["emp"]
    acknowledge(employee)
    one, two = check(employee, position=POINT), check(employee, position=near(OFFICE_AT))
    sealed = PresenceEvidence.objects.get(event=one).position
    PresenceEvidence.objects.filter(event=two).update(position=sealed)

    with pytest.raises(SealBroken):
        open_entry(by=cast.users["seal"], event_id=two.pk, reason="Keberatan.")
    assert LocationAccess.objects.count() == 1


def test_looks_are_never_changed(cast: Cast, emp: Employee) -> None:
    access = LocationAccess.objects.create(
        employee=emp, what="entry", reason="x", opened_by=cast.users["seal"], opened_at=timezone.now()
    )
    with pytest.raises(ProgrammingError), transaction.atomic():
        access.delete()


def test_the_point_of_a_home_is_confirmed_by_hr(client: Client, cast: Cast, emp: Employee) -> None:
    assert emp.user
    client.force_login(emp.user)
    client.post(url("my_home"), {"latitude": HOME_AT[0], "longitude": HOME_AT[1], "accuracy_m": 9})
    assert check(emp, position=POINT).place == "home_unconfirmed"
    home = HomePoint.objects.get()
    with pytest.raises(PermissionDenied):
        homes.confirm_home_point(by=emp.user, home_id=home.pk)

    client.force_login(cast.users["hr"])
    shown = client.get(url("home_list")).content.decode()
    assert "Jl. Mulawarman" in shown
    assert "116.85" not in shown
    client.post(url("home_decide", home.pk), {"decision": "confirm"})

    assert check(emp, position=POINT).place == "home"
    with pytest.raises(ValidationError):
        homes.refuse_home_point(by=cast.users["hr"], home_id=home.pk, reason="Terlambat.")


def test_a_refused_point_is_forgotten_and_told(cast: Cast, emp: Employee) -> None:
    assert emp.user
    home = homes.set_home_point(by=emp.user, position=POINT)
    with pytest.raises(ValidationError):
        homes.refuse_home_point(by=cast.users["hr"], home_id=home.pk, reason=" ")

    homes.refuse_home_point(by=cast.users["hr"], home_id=home.pk, reason="Bukan alamat terdaftar.")

    home.refresh_from_db()
    assert home.position is None
    assert Notice.objects.filter(user=emp.user, code="presence.home_refused").exists()
    assert homes.set_home_point(by=emp.user, position=POINT).pk != home.pk


def test_a_home_needs_the_notice_and_a_position(client: Client, cast: Cast) -> None:
    col1 = cast.users["col1"]
    with pytest.raises(ValidationError):
        homes.set_home_point(by=col1, position=POINT)
    client.force_login(col1)
    assert client.post(url("my_home"), {}).status_code == 422


@pytest.mark.parametrize("number", [1, 3])
def test_questions(client: Client, cast: Cast, emp: Employee, django_assert_max_num_queries: Any, number: int) -> None:
    for _entry in range(number):
        event = check(emp, position=POINT)
    for name, who in (("my_locations", "emp"), ("location_list", "seal"), ("home_list", "hr")):
        client.force_login(cast.users[who])
        with django_assert_max_num_queries(14):
            assert client.get(url(name)).status_code == 200
    client.force_login(cast.users["seal"])
    with django_assert_max_num_queries(14):
        assert client.get(url("location", event.pk)).status_code == 200
