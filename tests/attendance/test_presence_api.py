"""Entries over REST: one, a burst, the same again, and everything that cannot be read."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from attendance.evidence import queue_key
from attendance.models import PresenceEvent, PresenceEvidence
from organization.models import Employee
from tests.attendance.presence_kit import OFFICE_AT, acknowledge, at, check, office_of, terms
from tests.attendance.test_presence import selfie
from tests.systems import connect
from tests.world import World, make_world

URL = "/api/v1/presence-events/"
POSITION = {"latitude": OFFICE_AT[0], "longitude": OFFICE_AT[1], "accuracy_m": 12}


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def emp(world: World, client: Client) -> Employee:
    employee = world.employees["emp"]
    office_of(employee)
    acknowledge(employee)
    assert employee.user
    client.force_login(employee.user)
    return employee


def entry(**values: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "direction": "in"} | values


def send(client: Client, body: Any) -> Any:
    return client.post(URL, body, content_type="application/json")


def outcomes(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [result["outcome"] for result in answer.json()["results"]]


def test_one_entry_and_the_same_again(client: Client, emp: Employee) -> None:
    one = entry(position=POSITION, device="d1")

    first, second = send(client, one), send(client, one)

    assert outcomes(first) + outcomes(second) == ["recorded", "repeated"]
    result = first.json()["results"][0]
    assert (result["client_id"], result["place"]) == (one["client_id"], "placement")
    assert result["id"] == second.json()["results"][0]["id"]
    assert str(OFFICE_AT[0]) not in first.content.decode()


def test_a_burst_is_answered_one_by_one(client: Client, emp: Employee, world: World) -> None:
    taken = check(world.employees["col1"])
    known = check(emp)
    body = {
        "device": "d1",
        "owner": queue_key(emp.user_id or 0),
        "entries": [
            entry(client_at=at(7, 28, back=1).isoformat(), queued=True),
            entry(client_id=str(known.client_id)),
            entry(client_id=str(taken.client_id)),
            entry(direction="sideways"),
            entry(client_id="no uuid"),
            "nonsense",
            entry(direction="out", position={"latitude": 95, "longitude": 0}),
            entry(direction="out", selfie="no base64!"),
        ],
    }

    answer = send(client, body)

    refused = ["refused"] * 5
    assert outcomes(answer) == ["recorded", "repeated", *refused, "recorded"]
    assert "client_id" in answer.json()["results"][2]["errors"]
    assert "direction" in answer.json()["results"][3]["errors"]
    assert answer.json()["results"][0]["is_late_sync"] is True
    assert PresenceEvent.objects.filter(employee=emp).count() == 3


@pytest.mark.parametrize(
    "body",
    [
        {"entries": []},
        {"entries": "x"},
        {"entries": [entry() for _number in range(101)]},
        {},
        [],
        {"direction": "in"},
        entry(direction="x"),
        entry(device="d" * 101),
    ],
)
def test_what_cannot_be_read_is_told(client: Client, emp: Employee, body: Any) -> None:
    answer = send(client, body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert not PresenceEvent.objects.exists()


def test_entries_go_under_the_login_that_made_them_only(client: Client, emp: Employee, world: World) -> None:
    other = queue_key(world.users["col1"].pk)

    answer = send(client, {"owner": other, "entries": [entry()]})

    assert answer.status_code == 409
    assert not PresenceEvent.objects.exists()


def test_an_expired_session_is_401(client: Client, emp: Employee) -> None:
    client.logout()

    assert send(client, entry()).status_code == 401


def test_nobody_without_a_record_enters_anything(client: Client, world: World) -> None:
    client.force_login(world.users["hr"])

    assert send(client, entry()).status_code == 403
    assert client.get(URL).json()["count"] == 0


def test_a_system_does_not_enter_for_people(client: Client, world: World) -> None:
    made, secret = connect(world.users["hr"])
    token = client.post(
        "/api/oauth/token/", {"grant_type": "client_credentials", "client_id": made.client_id, "client_secret": secret}
    ).json()["access_token"]

    answer = client.post(URL, entry(), content_type="application/json", headers={"Authorization": f"Bearer {token}"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_for_systems")


def test_the_list_is_the_own_one(client: Client, emp: Employee, world: World) -> None:
    check(emp, now=at(7, 30, back=1))
    check(emp, "out", now=at(16, back=1))
    check(world.employees["col1"])

    assert client.get(URL).json()["count"] == 2
    assert client.get(URL, {"direction": "out"}).json()["count"] == 1
    assert client.get(URL, {"since": at(12, back=1).isoformat()}).json()["count"] == 1


def test_a_selfie_comes_as_base64(client: Client, emp: Employee) -> None:
    terms(selfie=True)

    send(client, entry(selfie=base64.b64encode(selfie()).decode()))

    assert PresenceEvidence.objects.get().selfie


@pytest.mark.parametrize("number", [1, 3, 100])
def test_questions_do_not_grow(client: Client, emp: Employee, django_assert_num_queries: Any, number: int) -> None:
    with django_assert_num_queries(6):  # session, account, record, facts, terms, the entry with all it causes
        send(client, {"entries": [entry(position=POSITION) for _number in range(number)]})
