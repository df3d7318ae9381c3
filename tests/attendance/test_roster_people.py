"""People come onto a published roster and leave it, from a day on; nobody of another unit gets on any roster."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.errors import StateChanged
from attendance.models import Roster, RosterChange, RosterEntry, StaleDay, WorkDay
from attendance.services import rosters
from attendance.services.roster_people import join_roster, leave_roster
from attendance.services.roster_publish import RosterRefused, publish_roster
from attendance.services.shifts import RotationSpec, create_rotation, put_in_team
from attendance.services.workdays import build_workdays, drain_stale
from organization.models import Notice
from tests.api import client_of
from tests.attendance.roster_kit import Ward, make_ward
from tests.attendance.test_rosters import absent
from tests.organization.cast import body, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(db: None) -> Ward:
    return make_ward()


def url(name: str, *args: object) -> str:
    return reverse(f"attendance:{name}", args=args)


def join(ward: Ward, roster: Roster, name: str, offset: int, **changes: Any) -> list[RosterChange]:
    values: dict[str, Any] = {"by": ward.head, "reason": "Pindah regu."} | changes
    return join_roster(roster_id=roster.pk, employee_id=ward.person(name).pk, from_on=ward.day(offset), **values)


def leave(ward: Ward, roster: Roster, name: str, offset: int, **changes: Any) -> list[RosterChange]:
    values: dict[str, Any] = {"by": ward.head, "reason": "Pindah tugas."} | changes
    return leave_roster(roster_id=roster.pk, employee_id=ward.person(name).pk, from_on=ward.day(offset), **values)


def sources(ward: Ward, name: str) -> list[str]:
    """Where each day of the week comes from."""
    rows = WorkDay.objects.filter(employee=ward.person(name), day__range=(ward.monday, ward.day(6))).order_by("day")
    return list(rows.values_list("source", flat=True))


def build(ward: Ward) -> None:
    build_workdays(start=ward.monday, end=ward.day(6), employee_ids=[row.pk for row in ward.cast.employees.values()])
    StaleDay.objects.all().delete()


def test_whoever_joins_is_on_it_from_that_day_and_was_not_before(ward: Ward) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    build(ward)
    assert set(sources(ward, "sup")[:5]) == {"unit"}
    changes = join(ward, roster, "sup", 3)
    assert [(row.kind, row.day, row.reason) for row in changes] == [("joined", ward.day(3), "Pindah regu.")]
    drain_stale()
    assert sources(ward, "sup") == ["unit"] * 3 + ["roster"] * 4
    assert roster.entries.filter(employee=ward.person("sup"), is_published=True, shift=None).count() == 4
    assert Notice.objects.get(code="attendance.roster_joined").user == ward.cast.users["sup"]


def test_whoever_leaves_keeps_the_days_before_and_has_the_usual_hours_after(ward: Ward) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"), ward.cell("emp", 4, "S"))
    build(ward)
    changes = leave(ward, roster, "emp", 3)
    assert [(row.kind, row.day, row.before and row.before.code) for row in changes] == [
        ("left", ward.day(3), None),
        ("shift", ward.day(4), "S"),
    ]
    drain_stale()
    assert sources(ward, "emp")[:5] == ["roster"] * 3 + ["unit"] * 2
    assert ward.shift_of("emp", 0) == "P"
    assert Notice.objects.get(code="attendance.roster_left").user == ward.cast.users["emp"]
    join(ward, roster, "emp", 5)
    drain_stale()
    assert sources(ward, "emp")[3:5] == ["unit"] * 2


def test_whoever_joins_takes_the_shifts_of_their_team(ward: Ward) -> None:
    spec = RotationSpec("Dua hari", ward.monday, [[ward.shifts["P"].pk], []], [("A", 0), ("B", 1)])
    rotation = create_rotation(by=ward.head, unit_id=ward.unit.pk, spec=spec)
    first, second = rotation.teams.order_by("offset")
    put_in_team(by=ward.head, team_id=first.pk, employee_id=ward.person("emp").pk, valid_from=ward.monday)
    draft = rosters.create_roster(
        by=ward.head, unit_id=ward.unit.pk, starts_on=ward.monday, ends_on=ward.day(6), rotation_id=rotation.pk
    )
    roster = publish_roster(by=ward.head, roster_id=draft.pk)
    put_in_team(by=ward.head, team_id=second.pk, employee_id=ward.person("sup").pk, valid_from=ward.day(2))
    absent(ward, "sup", 5)
    changes = join(ward, roster, "sup", 2)
    assert [(row.day, row.after and row.after.code) for row in changes] == [(ward.day(2), None), (ward.day(3), "P")]
    assert [ward.shift_of("sup", offset) for offset in range(2, 7)] == [None, "P", None, None, None]


def test_below_the_minimum_only_the_head_takes_somebody_off(ward: Ward) -> None:
    ward.minimum("P", 1, weekday=1)
    roster = ward.published(ward.cell("emp", 0, "P"))
    with pytest.raises(PermissionDenied):
        leave(ward, roster, "emp", 0, by=ward.hr)
    assert ward.shift_of("emp", 0) == "P"
    assert [row.is_below for row in leave(ward, roster, "emp", 0)] == [False, True]
    assert Notice.objects.filter(code="attendance.roster_below").exists()


def test_what_cannot_be_is_refused(ward: Ward) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    for name, offset in (("out", 0), ("emp", 0), ("sup", 7)):  # serves elsewhere; on it already; outside the roster
        with pytest.raises(ValidationError):
            join(ward, roster, name, offset)
    for name, offset in (("sup", 0), ("emp", -1)):  # not on it; outside the roster
        with pytest.raises(ValidationError):
            leave(ward, roster, name, offset)
    with pytest.raises(ValidationError):
        join(ward, roster, "sup", 0, reason=" ")
    with pytest.raises(PermissionDenied):
        join(ward, roster, "sup", 0, by=ward.cast.users["emp"])
    Roster.objects.filter(pk=roster.pk).update(starts_on=ward.monday - timedelta(days=60))
    with pytest.raises(ValidationError):
        leave(ward, roster, "emp", -50)
    assert not RosterChange.objects.exists()


def test_a_draft_is_not_left_with_a_reason(ward: Ward) -> None:
    roster = ward.draft()
    with pytest.raises(StateChanged):
        leave(ward, roster, "emp", 0)


def test_somebody_of_another_published_roster_is_stopped(ward: Ward) -> None:
    other = Roster.objects.create(
        unit=ward.cast.health, starts_on=ward.monday, ends_on=ward.day(6), status="published",
        created_by=ward.head, published_by=ward.head, published_at=timezone.now(),
    )  # fmt: skip
    RosterEntry.objects.create(roster=other, employee=ward.person("sup"), day=ward.day(3), is_published=True)
    roster = ward.published(ward.cell("emp", 0, "P"))
    with pytest.raises(RosterRefused):
        join(ward, roster, "sup", 2)
    assert not roster.entries.filter(employee=ward.person("sup")).exists()


def test_the_page_shows_what_comes_of_it_before_it_is_done(ward: Ward, client: Client) -> None:
    ward.minimum("P", 1, weekday=1)
    roster = ward.published(ward.cell("emp", 0, "P"))
    emp = ward.person("emp").pk
    client.force_login(ward.hr)
    client.cookies["django_language"] = "en"
    people = body(client.get(url("roster_people", roster.pk)))
    assert url("roster_leave", roster.pk, emp) in people
    page = url("roster_leave", roster.pk, emp)
    shown = client.get(page)
    assert shown.status_code == 200
    checked = body(client.post(page, {"check": "1", "from_on": ward.monday.isoformat(), "reason": ""}))
    assert "Shift P has 0 people of at least 1" in checked
    assert "Only the unit head may leave" in checked
    assert not RosterChange.objects.exists()
    values = {"from_on": ward.monday.isoformat(), "reason": "Pindah tugas."}
    assert client.post(page, values).status_code == 403
    assert client.post(page, {"from_on": ward.day(9).isoformat(), "reason": "x"}).status_code == 422
    client.force_login(ward.head)
    assert client.post(page, {"from_on": ward.monday.isoformat()}).status_code == 422
    said(client, client.post(page, values))
    changes = body(client.get(url("roster_changes", roster.pk)))
    assert "taken off the roster" in changes
    assert "below the minimum" in changes


def test_somebody_is_put_on_by_the_pages(ward: Ward, client: Client) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    sup = ward.person("sup").pk
    client.force_login(ward.head)
    page = url("roster_join", roster.pk, sup)
    answer = client.post(url("roster_people", roster.pk), {"employee": sup})
    assert answer["Location"] == page
    assert client.get(page).status_code == 200
    answer = client.post(page, {"from_on": ward.day(1).isoformat(), "reason": "Bantuan."})
    assert answer["Location"] == url("roster_person", roster.pk, sup)
    assert roster.entries.filter(employee_id=sup).count() == 6
    assert client.get(url("roster_join", roster.pk, ward.person("out").pk)).status_code == 404


def test_a_roster_that_is_over_keeps_its_people(ward: Ward, client: Client) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    past = date(2026, 1, 1)
    Roster.objects.filter(pk=roster.pk).update(starts_on=past, ends_on=past + timedelta(days=6))
    client.force_login(ward.head)
    page = client.get(url("roster_people", roster.pk))
    assert page.status_code == 200
    assert url("roster_leave", roster.pk, ward.person("emp").pk) not in body(page)


# By REST ---------------------------------------------------------------------------------------------------------


def test_a_roster_takes_only_people_of_its_unit(ward: Ward) -> None:
    api = client_of(ward.head)
    values = {"unit_id": ward.unit.pk, "starts_on": ward.monday.isoformat(), "ends_on": ward.day(6).isoformat()}
    stranger, nobody = ward.person("out").pk, 10**9
    for wrong in (stranger, nobody):  # the same answer, so that it does not tell who exists
        answer = api.post(reverse("api:roster-list"), values | {"employee_ids": [wrong]}, format="json")
        assert answer.status_code == 400
        assert "employee_ids" in str(answer.json())
    assert not Roster.objects.exists()
    own = values | {"employee_ids": [ward.person("emp").pk]}
    assert api.post(reverse("api:roster-list"), own, format="json").status_code == 201


def test_people_join_and_leave_by_rest(ward: Ward) -> None:
    api = client_of(ward.head)
    sup = ward.person("sup").pk
    draft = ward.draft()
    assert api.post(reverse("api:roster-join", args=[draft.pk]), {"employee_id": sup}).json() == {"changed": 7}
    assert api.post(reverse("api:roster-leave", args=[draft.pk]), {"employee_id": sup}).json() == {"changed": 7}
    roster = publish_roster(by=ward.head, roster_id=draft.pk)
    values = {"employee_id": sup, "from_on": ward.day(2).isoformat(), "reason": "Bantuan."}
    assert api.post(reverse("api:roster-join", args=[roster.pk]), values).json() == {"changed": 1}
    assert roster.entries.filter(employee_id=sup).count() == 5
    assert api.post(reverse("api:roster-join", args=[roster.pk]), values).status_code == 400
    assert api.post(reverse("api:roster-leave", args=[roster.pk]), {"employee_id": sup}).status_code == 400
    assert api.post(reverse("api:roster-leave", args=[roster.pk]), values).json() == {"changed": 1}
    stranger = values | {"employee_id": ward.person("out").pk}
    assert api.post(reverse("api:roster-join", args=[roster.pk]), stranger).status_code == 400
