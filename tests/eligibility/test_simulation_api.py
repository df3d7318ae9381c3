"""Simulations, publishing and sending back by REST: the same commands, the same refusals."""

import pytest
from django.utils import timezone

from eligibility.models import PolicyVersion, Rule, Simulation
from eligibility.services import perform_simulation
from eligibility.services.drafts import request_publication
from organization.models import RoleGrant
from tests.api import client_of, get, problem
from tests.eligibility.simulating import change, draft_of, in_days, make_simulating_world, promote, simulate
from tests.world import SINCE

pytestmark = pytest.mark.django_db

PUBLISH = "/api/v1/policies/location/versions/2/publish/"
SEND_BACK = "/api/v1/policies/location/versions/2/send-back/"


@pytest.fixture
def world():
    return make_simulating_world()


def asked(world, draft):
    draft.refresh_from_db()
    return request_publication(
        by=world.users["hr"], version_id=draft.pk, revision=draft.revision, decree_no="2/2027",
        decree_date=timezone.localdate(),
    )  # fmt: skip


def test_a_simulation_is_ordered_and_read(world):
    draft_of(world, valid_from=in_days(4))
    client = client_of(world.users["hr"])

    answer = client.post("/api/v1/simulations/", {"policy": "location", "version": 2})
    assert answer.status_code == 202
    made = answer.json()
    assert (made["status"], made["counts"], made["as_of"]) == ("queued", {}, str(in_days(4)))
    perform_simulation(made["id"])

    found = get(world.users["hr"], f"simulations/{made['id']}/")
    assert (found["base_version"], found["counts"]["lost"], found["counts"]["gained"]) == (1, 1, 1)
    assert found["breakdown"]["rule"]["not_new_in_post"] == [0, 1, 0, 1, 0]
    assert not found["is_stale"]
    assert [row["id"] for row in get(world.users["hr"], "simulations/", policy="location")["results"]] == [made["id"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"change": "lost"}, ["emp"]),
        ({"change": "gained"}, ["col1"]),
        ({"change": "same"}, ["col2", "head", "sup"]),
        ({"change": "moved"}, ["col1", "emp"]),
        ({"rule": "not_new_in_post"}, ["emp"]),
        ({"rule": "location_tasks"}, ["col1"]),
        ({"now": "able", "then": "not_eligible"}, ["emp"]),
    ],
)
def test_its_rows_are_filtered(world, query, expected):
    simulation = simulate(world, draft_of(world))

    rows = get(world.users["hr"], f"simulations/{simulation.pk}/rows/", **query)["results"]

    assert [row["employee"]["name"] for row in rows] == expected
    of_unit = get(world.users["hr"], f"simulations/{simulation.pk}/rows/", unit=world.law.pk, **query)
    assert of_unit["count"] == len(expected)


@pytest.mark.parametrize(("name", "status"), [("emp", 403), ("head", 403), ("boss", 403), ("hr", 202)])
def test_only_hr_of_the_agency_orders_one(world, name, status):
    draft_of(world)
    order = {"policy": "location", "version": 2}
    assert client_of(world.users[name]).post("/api/v1/simulations/", order).status_code == status


def test_wrong_orders_are_told_by_field(world):
    client = client_of(world.users["hr"])
    for order, field in (
        ({"policy": "moon", "version": 1}, "policy"),
        ({"policy": "location", "version": 77}, "version"),
        ({"policy": "location", "version": 1, "as_of": "soon"}, "as_of"),
    ):
        body = problem(client.post("/api/v1/simulations/", order), 400, "invalid")
        assert [error["field"] for error in body["errors"]] == [field]


def test_hr_of_a_part_finds_none(world):
    simulation = simulate(world, draft_of(world))
    RoleGrant.objects.create(user=world.users["sup"], role="hr_admin", unit=world.law, valid_from=SINCE)
    client = client_of(world.users["sup"])

    assert client.get("/api/v1/simulations/").json()["count"] == 0
    problem(client.get(f"/api/v1/simulations/{simulation.pk}/"), 404, "not_found")
    problem(client.get(f"/api/v1/simulations/{simulation.pk}/rows/"), 404, "not_found")
    problem(client.post("/api/v1/simulations/", {"policy": "location", "version": 2}), 403, "permission_denied")


def test_a_second_person_publishes_with_the_decree_of_the_request(world):
    draft = draft_of(world)
    simulate(world, draft)
    asked(world, draft)

    problem(client_of(world.users["hr"]).post(PUBLISH, {}), 403, "permission_denied")
    answer = client_of(world.users["boss2"]).post(
        PUBLISH, {"revision": PolicyVersion.objects.get(pk=draft.pk).revision}
    )

    assert answer.status_code == 200, answer.content
    assert (answer.json()["status"], answer.json()["decree_no"]) == ("published", "2/2027")
    problem(client_of(world.users["boss2"]).post(PUBLISH, {}), 409, "conflict")


def test_facts_that_moved_come_as_a_problem_with_names_and_the_word_to_confirm(world):
    draft = draft_of(world)
    simulate(world, draft)
    asked(world, draft)
    promote(world.employees["col2"], in_days(-240))
    client = client_of(world.users["boss2"])

    body = problem(client.post(PUBLISH, {}), 409, "facts_moved")

    employee = {"id": world.employees["col2"].pk, "name": "col2"}
    assert body["people"] == [
        {
            "employee": employee, "simulated": "same", "found": "lost",
            "verdict_simulated": "eligible", "verdict_found": "not_eligible",
        }
    ]  # fmt: skip
    assert body["total"] == 1
    problem(client.post(PUBLISH, {"confirm": "0" * 64}), 409, "facts_moved")
    assert client.post(PUBLISH, {"confirm": body["confirm"]}).status_code == 200


def test_an_edit_not_looked_at_is_a_conflict(world):
    draft = draft_of(world)
    revision = PolicyVersion.objects.get(pk=draft.pk).revision
    change(world, draft, "location_tasks", {"min_share_pct": 45})
    values = {"decree_no": "2/2027", "decree_date": str(in_days(0)), "revision": revision}
    problem(client_of(world.users["boss2"]).post(PUBLISH, values), 409, "conflict")


def test_what_loosens_the_law_is_not_published(world):
    draft = draft_of(world, months=6, share=60)
    Rule.objects.filter(version=draft, criterion="not_examined").update(severity="warn")
    values = {"decree_no": "2/2027", "decree_date": str(in_days(0))}
    answer = client_of(world.users["boss2"]).post(PUBLISH, values)

    assert answer.status_code == 400
    draft.refresh_from_db()
    assert draft.status == "draft"
    assert not Simulation.objects.exists()


def test_without_a_decree_nothing_is_published(world):
    draft_of(world)
    problem(client_of(world.users["boss2"]).post(PUBLISH, {}), 400, "invalid")


def test_a_draft_is_sent_back_once(world):
    draft = draft_of(world)
    client = client_of(world.users["boss2"])
    problem(client.post(SEND_BACK, {"note": "Jelaskan."}), 409, "conflict")
    asked(world, draft)
    problem(client.post(SEND_BACK, {}), 400, "invalid")

    answer = client.post(SEND_BACK, {"note": "Jelaskan."})

    assert answer.status_code == 200
    assert (answer.json()["note"], answer.json()["sent_by"]["name"]) == ("Jelaskan.", "Dewi")
    problem(client_of(world.users["emp"]).post(SEND_BACK, {"note": "x"}), 403, "permission_denied")
    problem(client.post(SEND_BACK.replace("/2/", "/9/"), {"note": "x"}), 404, "not_found")
