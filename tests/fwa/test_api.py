"""Flexible work by REST: the whole way of a request, its drafts, and why it is not sent."""

from __future__ import annotations

import pytest

from fwa.models import Letter, Request, Step
from fwa.services.decisions import approve_step
from fwa.services.letters import render_letter
from tests.api import client_of, get, problem
from tests.fwa.api_kit import DECIDERS, body, current, examined, made, post
from tests.fwa.letters_kit import sent
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def test_from_draft_to_letter_by_api_alone(world):
    draft_id = made(world)["id"]
    preview = post(world, "emp", "requests/preview/", body()).json()
    sent_request = post(world, "emp", f"requests/{draft_id}/submit/").json()

    assert (sent_request["status"], sent_request["steps"][0]["status"]) == ("submitted", "current")
    assert preview["is_eligible"]
    assert preview["passing"] == len(sent_request["dates"])
    for name in DECIDERS:
        (step,) = get(world.users[name], "steps/")["results"]
        assert step["request"]["number"] == sent_request["number"]
        decision = post(world, name, f"steps/{step['id']}/approve/", {"note": "Setuju."})
        assert decision.status_code == 200
        assert get(world.users[name], "steps/")["count"] == 0
    assert decision.json()["request_status"] == "approved"
    render_letter(Letter.objects.get().pk)

    done = get(world.users["emp"], f"requests/{draft_id}/")
    file = client_of(world.users["emp"]).get(f"/api/v1/letters/{draft_id}/file/", headers={"Accept": "application/pdf"})
    assert {row["status"] for row in done["dates"]} == {"granted"}
    assert [row["decided_by"]["name"] for row in done["steps"]] == list(DECIDERS)
    assert done["verdicts"][0]["verdict"] == "eligible"
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    letter = get(world.users["emp"], f"letters/{draft_id}/")
    assert (letter["number"], letter["now"]) == (done["letter"]["number"], "not_begun")


# Drafts


def test_a_draft_is_replaced_changed_and_deleted(world):
    request_id = made(world)["id"]
    client = client_of(world.users["emp"])

    patched = client.patch(f"/api/v1/requests/{request_id}/", {"weekdays": [5, 5], "outputs": []}).json()
    replaced = client.put(f"/api/v1/requests/{request_id}/", {"kind": "shift"}).json()
    deleted = client.delete(f"/api/v1/requests/{request_id}/")

    assert (patched["weekdays"], patched["outputs"], patched["reason"]) == ([5], [], "Menyusun naskah akademik.")
    assert (replaced["kind"], replaced["weekdays"], replaced["reason"]) == ("shift", [], "")
    assert deleted.status_code == 204
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "holiday"}, "kind"),
        ({"weekdays": [8]}, "weekdays.0"),
        ({"site_id": 999}, "site_id"),
        ({"outputs": [{"title": "x", "measure": "y", "target": 0, "due_on": "2026-12-01"}]}, "outputs.0.target"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
    ],
)
def test_what_cannot_be_kept_names_its_field(world, changes, field):
    found = problem(post(world, "emp", "requests/", body(**changes)), 400, "invalid")

    assert [row["field"] for row in found["errors"]] == [field]


def test_somebody_without_record_cannot_ask(world):
    problem(post(world, "hr", "requests/", body()), 403, "permission_denied")
    problem(post(world, "hr", "requests/preview/", body()), 403, "permission_denied")


def test_a_draft_is_there_for_its_owner_only(world):
    request_id = made(world)["id"]

    for name in ("sup", "head", "hr", "boss", "col1"):
        problem(client_of(world.users[name]).get(f"/api/v1/requests/{request_id}/"), 404, "not_found")
        problem(client_of(world.users[name]).delete(f"/api/v1/requests/{request_id}/"), 404, "not_found")


def test_what_was_sent_is_not_edited_or_deleted(world):
    fwa_request = sent(world)
    client = client_of(world.users["emp"])
    path = f"/api/v1/requests/{fwa_request.public_id}/"

    for answer in (client.put(path, body()), client.patch(path, {"reason": "x"}), client.delete(path)):
        problem(answer, 409, "already_decided")
    problem(
        client.post("/api/v1/requests/preview/", {"request_id": str(fwa_request.public_id)}), 409, "already_decided"
    )


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("submit/", {}),
        ("withdraw/", {}),
    ],
)
def test_a_supervisor_does_not_act_for_the_applicant(world, path, data):
    fwa_request = sent(world)

    problem(post(world, "sup", f"requests/{fwa_request.public_id}/{path}", data), 403, "permission_denied")
    problem(post(world, "col1", f"requests/{fwa_request.public_id}/{path}", data), 404, "not_found")


# Sending and its refusals


def test_an_incomplete_draft_is_not_sent(world):
    request_id = post(world, "emp", "requests/", {}).json()["id"]

    found = problem(post(world, "emp", f"requests/{request_id}/submit/"), 400, "invalid")

    fields = {row["field"] for row in found["errors"]}
    assert fields == {"valid_from", "valid_to", "weekdays", "place_kind", "reason", "work_plan", "outputs"}


def test_not_eligible_carries_every_rule(world):
    examined(world)
    request_id = made(world)["id"]

    found = problem(post(world, "emp", f"requests/{request_id}/submit/"), 400, "not_eligible")

    (verdict,) = found["verdicts"]
    assert len(verdict["rules"]) > 5
    failed = [row for row in verdict["rules"] if row["outcome"] == "failed"]
    assert [row["criterion"] for row in failed] == ["not_examined"]
    assert failed[0]["legal_basis"]


def test_dates_that_do_not_pass_are_named(world):
    sent(world)
    request_id = made(world, weekdays=[3])["id"]

    found = problem(post(world, "emp", f"requests/{request_id}/submit/"), 400, "invalid")

    assert {row["field"] for row in found["errors"]} == {"dates"}


def test_no_date_left_carries_its_dates(world):
    first, second = sent(world, "emp"), sent(world, "col1")
    for name in ("sup", "head"):
        approve_step(by=world.users[name], step_id=current(first).pk)
    approve_step(by=world.users["sup"], step_id=current(second).pk)

    answer = post(world, "head", f"steps/{current(second).pk}/approve/")

    found = problem(answer, 400, "no_date")
    assert {row["problem"] for row in found["dates"]} == {"unit_full"}
    assert Step.objects.current().filter(request=second).exists()


def test_a_decider_learns_that_the_facts_changed(world):
    fwa_request = sent(world)
    examined(world)

    found = problem(post(world, "sup", f"steps/{current(fwa_request).pk}/approve/"), 400, "not_eligible")

    assert found["verdicts"]


def test_sending_twice_is_one_sending(world):
    request_id = made(world)["id"]
    numbers = {post(world, "emp", f"requests/{request_id}/submit/").json()["number"] for _ in range(2)}

    assert len(numbers) == 1


# Preview


def test_a_preview_writes_nothing_and_tells_each_date(world):
    sent(world)

    preview = post(world, "emp", "requests/preview/", body(weekdays=[3])).json()

    assert (preview["passing"], preview["problem"]) == (0, "")
    assert {row["problem"] for row in preview["days"]} <= {"over_cap", "holiday"}
    assert preview["total"] == len([row for row in preview["days"] if row["problem"] != "holiday"])
    assert Request.objects.count() == 1


def test_a_preview_of_a_kept_draft_takes_what_is_sent_on_top(world):
    request_id = made(world)["id"]

    preview = post(world, "emp", "requests/preview/", {"request_id": request_id, "weekdays": [2]}).json()
    others = post(world, "col1", "requests/preview/", {"request_id": request_id})

    assert 0 < preview["total"] <= 4
    problem(others, 404, "not_found")
