"""Who reaches what of flexible work by REST, and how many questions that takes."""

from __future__ import annotations

import uuid

import pytest

from fwa.models import Request
from tests.api import client_of, get, problem
from tests.fwa.api_kit import body
from tests.fwa.letters_kit import determined, sent
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


# Scope


@pytest.mark.parametrize(("name", "count"), [("emp", 1), ("sup", 1), ("head", 1), ("hr", 1), ("boss", 1), ("col1", 0)])
def test_a_request_is_seen_in_scope(world, name, count):
    fwa_request = sent(world)

    assert get(world.users[name], "requests/", status="submitted")["count"] == count
    answer = client_of(world.users[name]).get(f"/api/v1/requests/{fwa_request.public_id}/")
    assert answer.status_code == (200 if count else 404)


@pytest.mark.parametrize(("name", "shown"), [("emp", True), ("sup", False), ("hr", False)])
def test_reason_of_a_special_circumstance_is_for_the_applicant(world, name, shown):
    fwa_request = sent(world)
    Request.objects.filter(pk=fwa_request.pk).update(basis="special_circumstance", reason="Hamil.")

    found = get(world.users[name], f"requests/{fwa_request.public_id}/")

    assert found["reason"] == ("Hamil." if shown else None)
    assert found["work_plan"]


def test_an_address_is_for_the_applicant(world):
    fwa_request = sent(world)
    Request.objects.filter(pk=fwa_request.pk).update(place_kind="other", place_address="Jl. Kenanga 3")

    assert get(world.users["emp"], f"requests/{fwa_request.public_id}/")["place_address"] == "Jl. Kenanga 3"
    assert "Kenanga" not in str(get(world.users["sup"], f"requests/{fwa_request.public_id}/"))


@pytest.mark.parametrize("path", ["requests/", "steps/"])
def test_a_nip_may_not_stand_in_the_address(world, path):
    answer = client_of(world.users["hr"]).get(f"/api/v1/{path}", {"name": "199001012010011002"})

    problem(answer, 400, "invalid")


@pytest.mark.parametrize("public_id", [uuid.uuid4(), "0" * 36, "nonsense"])
def test_an_address_of_nothing_is_404(world, public_id):
    for kind in ("requests", "letters"):
        problem(client_of(world.users["emp"]).get(f"/api/v1/{kind}/{public_id}/"), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "requests/"),
        ("post", "requests/"),
        ("post", "requests/preview/"),
        ("get", "steps/"),
        ("post", "steps/approve-many/"),
        ("get", "letters/"),
    ],
)
def test_nobody_logged_in_is_401(method, path, db):
    problem(getattr(client_of(), method)(f"/api/v1/{path}"), 401, "not_authenticated")


# Queries


@pytest.mark.parametrize(("path", "name", "queries"), [("requests/", "head", 5), ("steps/", "sup", 5)])
def test_lists_ask_a_constant_number_of_questions(world, path, name, queries, django_assert_num_queries):
    client = client_of(world.users[name])
    sent(world, "emp")
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/{path}")
    sent(world, "col1")
    sent(world, "col2")
    with django_assert_num_queries(queries):
        assert client.get(f"/api/v1/{path}").json()["count"] >= 3


def test_the_list_of_letters_asks_a_constant_number_of_questions(world, django_assert_num_queries):
    client = client_of(world.users["head"])
    determined(world, "emp")
    with django_assert_num_queries(5):
        client.get("/api/v1/letters/")
    determined(world, "col1", weekdays=(1, 3))
    determined(world, "col2", weekdays=(5,))
    with django_assert_num_queries(5):
        assert client.get("/api/v1/letters/").json()["count"] == 3


def test_details_ask_few_questions(world, django_assert_num_queries):
    fwa_request = determined(world)
    client = client_of(world.users["head"])
    for path, queries in (
        (f"requests/{fwa_request.public_id}/", 10),
        (f"letters/{fwa_request.public_id}/", 4),
        (f"assignments/{fwa_request.assignment.pk}/", 4),
    ):
        with django_assert_num_queries(queries):
            assert client.get(f"/api/v1/{path}").status_code == 200


def test_a_preview_asks_a_constant_number_of_questions(world, django_assert_num_queries):
    client = client_of(world.users["emp"])

    with django_assert_num_queries(10):
        client.post("/api/v1/requests/preview/", body())
    sent(world, "col1", weekdays=(1,))
    sent(world, "col2", weekdays=(3,))
    with django_assert_num_queries(10):
        client.post("/api/v1/requests/preview/", body())
