"""The policy editor by REST: from a draft to the request for publication; general terms and kinds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from eligibility.models import CircumstanceKind, PolicyVersion
from eligibility.selectors import terms_on
from tests.api import client_of, get, problem
from tests.eligibility.drafting import make_drafting_world, soon, start

pytestmark = pytest.mark.django_db
DRAFTS = "/api/v1/policy-drafts/"


@pytest.fixture
def world():
    return make_drafting_world()


@pytest.fixture
def client(world):
    return client_of(world.users["hr"])


def sent(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def test_from_a_draft_to_the_request_for_publication(world, client):
    made = sent(client.post(DRAFTS, {"policy": "location", "valid_from": str(soon())}, format="json"), 201)
    own = f"{DRAFTS}{made['id']}/"
    assert (made["number"], made["base"], made["revision"], len(made["rules"])) == (2, 1, 1, 13)

    rule = {"revision": 1, "params": {"months": 12, "triggers": ["recruitment", "promotion", "transfer", "rotation"]}}
    changed = sent(client.patch(f"{own}rules/not_new_in_post/", rule, format="json"))
    point = next(row for row in changed["changes"] if row["criterion"] == "not_new_in_post")["points"][0]
    assert (changed["revision"], point["before"], point["after"]) == (2, "6", "12")

    added = {"revision": 2, "criterion": "min_predicate", "params": {"minimum": "baik"}}
    refused = problem(client.post(f"{own}rules/", added, format="json"), 400, "invalid")
    assert [error["field"] for error in refused["errors"]] == ["coordination_no"]
    wrong = added | {"params": {"minimum": "bagus"}, "severity": "warn"}
    refused = problem(client.post(f"{own}rules/", wrong, format="json"), 400, "invalid")
    assert [error["field"] for error in refused["errors"]] == ["params.minimum"]
    sent(client.post(f"{own}rules/", added | {"coordination_no": "B/117/2026"}, format="json"), 201)
    sent(client.post(f"{own}rules/min_predicate/move/", {"revision": 3, "direction": "up"}, format="json"))
    sent(client.delete(f"{own}rules/unit_service/?revision=4"))
    sent(client.patch(own, {"revision": 5, "note": "Lebih lama."}, format="json"))

    decree = {"revision": 6, "decree_no": "12/2026", "decree_date": str(timezone.localdate())}
    asked = sent(client.post(f"{own}request-publication/", decree, format="json"))
    assert (asked["submitted_by"]["id"], asked["note"]) == (world.users["hr"].pk, "Lebih lama.")
    assert [row["number"] for row in get(world.users["hr"], "policy-drafts/", policy="location")["results"]] == [2]
    assert client.delete(f"{own}?revision=6").status_code == 204
    assert not PolicyVersion.objects.filter(pk=made["id"]).exists()


def test_an_older_edit_and_a_second_draft_are_told(world, client):
    draft = start(world)
    own = f"{DRAFTS}{draft.pk}/"

    stale = problem(client.patch(own, {"revision": 9, "note": "x"}, format="json"), 409, "conflict")
    assert "hr" in stale["detail"]
    again = {"policy": "location", "valid_from": str(soon())}
    problem(client.post(DRAFTS, again, format="json"), 400, "invalid")
    problem(client.delete(own), 400, "invalid")  # without the edit it was read at
    problem(client.patch(f"{own}rules/min_predicate/", {"revision": 1}, format="json"), 404, "not_found")


@pytest.mark.parametrize(("name", "reads", "writes"), [("sup", 200, 403), ("emp", 404, 404), ("boss", 404, 404)])
def test_who_reads_and_writes(world, name, reads, writes):
    draft = start(world)
    client = client_of(world.users[name])

    assert client.get(f"{DRAFTS}{draft.pk}/").status_code == reads
    assert client.patch(f"{DRAFTS}{draft.pk}/", {"revision": 1}, format="json").status_code == writes
    assert client.post(DRAFTS, {"policy": "shift", "valid_from": str(soon())}, format="json").status_code == 403
    assert bool(get(world.users[name], "policy-drafts/")["results"]) is (reads == 200)


def test_general_terms_by_rest(world, client):
    start_on = timezone.localdate() + timedelta(days=10)
    order = {"valid_from": str(start_on), "decree_no": "9/2026", "quota_pct": 20}

    refused = client.post("/api/v1/terms/", order | {"max_days_per_week": 3}, format="json")
    body = problem(refused, 400, "fixed_by_law")
    assert [error["field"] for error in body["errors"]] == ["max_days_per_week"]
    made = sent(client.post("/api/v1/terms/", order, format="json"), 201)

    assert (made["quota_pct"], made["max_days_per_week"]) == (20, 2)
    assert terms_on(start_on).quota_pct == 20
    history = get(world.users["emp"], "terms-history/")["results"]
    assert [row["quota_pct"] for row in history] == [20, 30]
    assert client_of(world.users["emp"]).post("/api/v1/terms/", order, format="json").status_code == 403


def test_kinds_of_circumstance_by_rest(world, client):
    made = sent(client.post("/api/v1/circumstance-kinds/", {"name": "Duka keluarga"}, format="json"), 201)

    off = sent(client.patch(f"/api/v1/circumstance-kinds/{made['code']}/", {"is_active": False}, format="json"))

    assert (made["code"], off["is_active"]) == ("duka-keluarga", False)
    assert made["code"] not in {row["code"] for row in get(world.users["emp"], "circumstance-kinds/")["results"]}
    assert CircumstanceKind.objects.get(code=made["code"]).name == "Duka keluarga"
    assert client_of(world.users["emp"]).post("/api/v1/circumstance-kinds/", {"name": "x"}).status_code == 403
