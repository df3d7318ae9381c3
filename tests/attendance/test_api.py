"""Arrangements and their days by REST."""

import pytest

from tests.api import client_of, get, problem
from tests.fwa.letters_kit import determined, sent
from tests.world import draft, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.mark.parametrize(("name", "count"), [("emp", 1), ("sup", 1), ("head", 1), ("hr", 1), ("col1", 0)])
def test_an_arrangement_is_seen_in_scope(world, name, count):
    assignment = determined(world).assignment

    assert get(world.users[name], "assignments/")["count"] == count
    answer = client_of(world.users[name]).get(f"/api/v1/assignments/{assignment.pk}/")
    assert answer.status_code == (200 if count else 404)


def test_an_arrangement_has_no_address(world):
    determined(world)

    (row,) = get(world.users["sup"], "assignments/")["results"]

    assert (row["place_kind"], row["status"], row["weekdays"]) == ("home", "in_force", [2, 4])
    assert "Mulawarman" not in str(row)


def test_the_calendar_is_filtered_by_days(world):
    determined(world)
    first = draft().valid_from

    days = get(world.users["sup"], "assignment-days/", start=first.isoformat(), end=first.isoformat())
    week = get(world.users["sup"], "assignment-days/", name="emp", facet="location")

    assert days["count"] == 0
    assert {row["status"] for row in week["results"]} == {"in_force"}
    problem(client_of(world.users["sup"]).get("/api/v1/assignment-days/?start=x"), 400, "invalid")


@pytest.mark.parametrize(("path", "queries"), [("assignments/", 5), ("assignment-days/", 5)])
def test_lists_ask_a_constant_number_of_questions(world, path, queries, django_assert_num_queries):
    determined(world)
    client = client_of(world.users["head"])
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/{path}")
    determined(world, "col1", weekdays=(1, 3))
    sent(world, "col2", weekdays=(5,))
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/{path}")
