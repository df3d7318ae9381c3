"""Deciding by REST, step by step, and what the applicant ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fwa.models import Decision
from tests.api import client_of, get, problem
from tests.fwa.api_kit import current, post
from tests.fwa.letters_kit import determined, sent
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


# Deciding


def test_each_level_decides_its_own_step_only(world):
    step = current(sent(world))

    for name in ("head", "hr", "boss"):
        problem(post(world, name, f"steps/{step.pk}/approve/"), 403, "permission_denied")
        problem(client_of(world.users[name]).get(f"/api/v1/steps/{step.pk}/coverage/"), 403, "permission_denied")
    problem(post(world, "emp", f"steps/{step.pk}/approve/"), 403, "permission_denied")
    problem(post(world, "col1", f"steps/{step.pk}/approve/"), 404, "not_found")
    problem(post(world, "sup", "steps/999999/approve/"), 404, "not_found")


def test_deciding_what_was_decided_is_a_conflict(world):
    step = current(sent(world))
    post(world, "sup", f"steps/{step.pk}/approve/")

    for path, data in (
        ("approve/", {}),
        ("return/", {"note": "x"}),
        ("reject/", {"ground": "task", "reason": "x", "alternative": "y"}),
    ):
        found = problem(post(world, "sup", f"steps/{step.pk}/{path}", data), 409, "already_decided")
        assert found["detail"]
    assert get(world.users["sup"], f"steps/{step.pk}/")["status"] == "approved"


def test_a_return_and_a_refusal_need_their_words(world):
    step = current(sent(world))

    returned = problem(post(world, "sup", f"steps/{step.pk}/return/", {"note": " "}), 400, "invalid")
    rejected = problem(post(world, "sup", f"steps/{step.pk}/reject/", {"ground": "mood"}), 400, "invalid")

    assert [row["field"] for row in returned["errors"]] == ["note"]
    assert [row["field"] for row in rejected["errors"]] == ["ground", "reason", "alternative"]


def test_a_refusal_is_read_by_the_applicant(world):
    fwa_request = sent(world)
    data = {"ground": "task", "reason": "Perlu tatap muka.", "alternative": "Satu hari."}

    decision = post(world, "sup", f"steps/{current(fwa_request).pk}/reject/", data).json()
    found = get(world.users["emp"], f"requests/{fwa_request.public_id}/")

    assert (decision["kind"], decision["request_status"]) == ("reject", "rejected")
    assert (found["refusal_ground"], found["refusal_alternative"]) == ("task", "Satu hari.")


def test_a_returned_request_is_changed_and_sent_again(world):
    fwa_request = sent(world)
    post(world, "sup", f"steps/{current(fwa_request).pk}/return/", {"note": "Lengkapi."})
    client = client_of(world.users["emp"])

    changed = client.patch(f"/api/v1/requests/{fwa_request.public_id}/", {"weekdays": [2]})
    again = post(world, "emp", f"requests/{fwa_request.public_id}/submit/").json()

    assert changed.json()["status"] == "returned"
    assert (again["number"], again["steps"][-1]["round"]) == (fwa_request.number, 2)


def test_the_unit_head_leaves_dates_out(world):
    fwa_request = sent(world)
    post(world, "sup", f"steps/{current(fwa_request).pk}/approve/")
    step = current(fwa_request)
    coverage = get(world.users["head"], f"steps/{step.pk}/coverage/")
    day = coverage["days"][0]["day"]

    without_words = post(world, "head", f"steps/{step.pk}/approve/", {"leave_out": [day]})
    decision = post(world, "head", f"steps/{step.pk}/approve/", {"leave_out": [day], "note": "Rapat."}).json()

    assert coverage["takes_places"]
    assert [(row["unit"], row["is_quota"]) for row in coverage["limits"]] == [("Kota", True), ("Hukum", True)]
    assert coverage["limits"][1]["values"][0] == {"people": 1, "limit": 1}
    assert problem(without_words, 400, "invalid")["errors"][0]["field"] == "note"
    assert (decision["kind"], decision["dates_refused"]) == ("approve_part", 1)


def test_many_at_once_tell_what_happened_to_each(world):
    mine, heads, hidden = sent(world, "emp"), sent(world, "sup", weekdays=[1]), sent(world, "head", weekdays=[5])
    ids = [current(item).pk for item in (mine, heads, hidden)]

    rows = post(world, "sup", "steps/approve-many/", {"ids": ids, "note": "Setuju."}).json()["rows"]

    assert {(row["number"], row["ok"]) for row in rows} == {(mine.number, True), (heads.number, False)}
    assert all(row["message"] for row in rows)
    problem(post(world, "sup", "steps/approve-many/", {"ids": []}), 400, "invalid")


# Withdrawing and ending


def test_a_request_is_withdrawn_once(world):
    fwa_request = sent(world)

    first = post(world, "emp", f"requests/{fwa_request.public_id}/withdraw/", {"note": "Tidak jadi."})
    second = post(world, "emp", f"requests/{fwa_request.public_id}/withdraw/")

    assert first.json()["status"] == "withdrawn"
    problem(second, 409, "conflict")


def test_an_arrangement_ends_early(world):
    fwa_request = determined(world)
    path = f"requests/{fwa_request.public_id}/end/"
    day = fwa_request.valid_from + timedelta(days=7)

    wrong = post(world, "emp", path, {"ended_on": "2020-01-01", "reason": "Selesai."})
    answer = post(world, "emp", path, {"ended_on": day.isoformat(), "reason": "Selesai. " * 100})

    assert problem(wrong, 400, "invalid")["errors"][0]["field"] == "ended_on"
    assert answer.json()["ended_on"] == day.isoformat()
    assert len(Decision.objects.get(kind="end_early").note) > 300
    problem(post(world, "emp", path, {"ended_on": day.isoformat(), "reason": "x"}), 409, "already_decided")
    problem(post(world, "sup", path, {"ended_on": day.isoformat(), "reason": "x"}), 403, "permission_denied")
