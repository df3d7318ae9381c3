"""Letters, their check and the ledger by REST."""

from __future__ import annotations

import pytest

from tests.api import client_of, get, problem
from tests.fwa.api_kit import auditor
from tests.fwa.letters_kit import determined, rendered
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


# Letters and their check


@pytest.mark.parametrize(("name", "status"), [("emp", 200), ("sup", 200), ("hr", 200), ("col1", 404)])
def test_a_letter_is_seen_in_scope(world, name, status):
    letter = rendered(world)
    client = client_of(world.users[name])

    for path in ("", "file/"):
        assert client.get(f"/api/v1/letters/{letter.request.public_id}/{path}").status_code == status
    assert get(world.users[name], "letters/")["count"] == (1 if status == 200 else 0)


def test_a_letter_that_is_being_made_is_a_conflict(world):
    fwa_request = determined(world)

    answer = client_of(world.users["emp"]).get(f"/api/v1/letters/{fwa_request.public_id}/file/")

    problem(answer, 409, "letter_not_made")


def test_anybody_checks_a_letter_and_learns_nothing_about_the_person(world):
    letter = rendered(world)

    found = client_of().get(f"/api/v1/check/{letter.token}/").json()

    assert found.keys() == {"number", "decided_on", "issuer", "initials", "now", "ends_on", "awaits_signature"}
    assert (found["number"], found["now"]) == (letter.number, "not_begun")
    problem(client_of().get("/api/v1/check/contoh/"), 404, "not_found")


def test_a_digest_is_compared_without_login_and_token(world):
    letter = rendered(world)
    client = client_of(world.users["emp"], enforce_csrf_checks=True)

    matches = [
        client.post(f"/api/v1/check/{letter.token}/", {"sha256": digest}).json()["match"]
        for digest in (letter.sha256.upper(), "0" * 64)
    ]

    assert matches == ["yes", "no"]
    problem(client.post(f"/api/v1/check/{letter.token}/", {"sha256": "x"}), 400, "invalid")


def test_too_many_looks_are_429(world, monkeypatch):
    letter = rendered(world)
    monkeypatch.setattr("fwa.api.letters.LOOKS_PER_MINUTE", 1)
    client_of().get(f"/api/v1/check/{letter.token}/")

    answer = client_of().get(f"/api/v1/check/{letter.token}/")

    problem(answer, 429, "throttled")
    assert answer["Retry-After"] == "60"


# Ledger


def test_the_ledger_of_a_request_is_for_auditors(world):
    fwa_request = determined(world)
    path = f"requests/{fwa_request.public_id}/ledger/"
    seen = get(auditor(world), path)["results"]

    assert (seen[0]["code"], seen[-1]["code"]) == ("request.submitted", "request.determined")
    assert [row["seq"] for row in seen] == sorted(row["seq"] for row in seen)
    for name in ("emp", "sup", "hr", "boss"):
        problem(client_of(world.users[name]).get(f"/api/v1/{path}"), 403, "permission_denied")
