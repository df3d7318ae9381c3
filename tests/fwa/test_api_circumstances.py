"""Special circumstances and their evidence by REST."""

from __future__ import annotations

import pytest

from eligibility.models import CircumstanceKind
from fwa.models import Evidence, EvidenceAccess
from fwa.services.requests import save_draft
from tests.api import client_of, get, problem
from tests.fwa.api_kit import evidence_officer, post
from tests.fwa.letters_kit import pdf_bytes, upload
from tests.world import draft, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


# Special circumstances


def special(world):
    kind = CircumstanceKind.objects.filter(is_active=True).first()
    code = kind.code if kind else CircumstanceKind.objects.create(code="hamil", name="Hamil").code
    fwa_request = save_draft(by=world.users["emp"], data=draft(basis="special_circumstance"))
    days = {"valid_from": fwa_request.valid_from.isoformat(), "valid_to": fwa_request.valid_to.isoformat()}
    return fwa_request, {"kind": code, **days}


def test_a_circumstance_is_claimed_closed_and_opened_by_the_officer(world):
    fwa_request, claim = special(world)
    path = f"requests/{fwa_request.public_id}/circumstance/"
    claimed = post(world, "emp", path, claim | {"evidence": [upload(pdf_bytes())]}, format="multipart")
    sent_answer = post(world, "emp", f"requests/{fwa_request.public_id}/submit/")
    officer = evidence_officer(world)

    assert claimed.json()["may_open"] is False
    assert sent_answer.status_code == 200
    (file,) = get(officer, path)["files"]
    assert file.keys() == {"id", "size"}
    problem(post(world, "col2", f"{path}open/", {"purpose": ""}), 400, "invalid")
    assert not EvidenceAccess.objects.exists()
    opened = post(world, "col2", f"{path}open/", {"purpose": "Verifikasi."}).json()
    content = post(world, "col2", f"evidence/{file['id']}/", {"purpose": "Verifikasi."})
    assert opened["files"][0]["name"] == "surat.pdf"
    assert content.content == pdf_bytes()
    assert content["Content-Type"] == "application/pdf"
    assert [row["purpose"] for row in get(world.users["emp"], path)["accesses"]] == ["Verifikasi."] * 2


def test_others_do_not_reach_a_circumstance(world):
    fwa_request, claim = special(world)
    path = f"requests/{fwa_request.public_id}/circumstance/"
    post(world, "emp", path, claim | {"evidence": [upload(pdf_bytes())]}, format="multipart")
    post(world, "emp", f"requests/{fwa_request.public_id}/submit/")
    evidence = Evidence.objects.get()

    for name in ("sup", "head", "hr", "boss", "col1"):
        problem(client_of(world.users[name]).get(f"/api/v1/{path}"), 404, "not_found")
        problem(post(world, name, f"{path}open/", {"purpose": "x"}), 404, "not_found")
        problem(post(world, name, f"evidence/{evidence.public_id}/", {"purpose": "x"}), 404, "not_found")
    problem(post(world, "emp", f"{path}open/", {"purpose": "x"}), 403, "permission_denied")
    assert not EvidenceAccess.objects.exists()


def test_a_claim_is_checked(world):
    fwa_request, claim = special(world)
    path = f"requests/{fwa_request.public_id}/circumstance/"

    wrong_kind = post(world, "emp", path, claim | {"kind": "rindu"}, format="multipart")
    wrong_file = post(world, "emp", path, claim | {"evidence": [upload(b"MZ", "a.pdf")]}, format="multipart")
    as_json = post(world, "emp", path, claim)

    assert problem(wrong_kind, 400, "invalid")["errors"][0]["field"] == "kind"
    assert problem(wrong_file, 400, "invalid")["errors"][0]["field"] == "evidence"
    problem(as_json, 415, "unsupported_media_type")


def test_evidence_is_taken_back_while_it_is_a_draft(world):
    fwa_request, claim = special(world)
    path = f"requests/{fwa_request.public_id}/circumstance/"
    post(world, "emp", path, claim | {"evidence": [upload(pdf_bytes()), upload(pdf_bytes(2))]}, format="multipart")
    first, second = Evidence.objects.all()
    client = client_of(world.users["emp"])

    assert client.delete(f"/api/v1/evidence/{first.public_id}/").status_code == 204
    post(world, "emp", f"requests/{fwa_request.public_id}/submit/")
    problem(client.delete(f"/api/v1/evidence/{second.public_id}/"), 409, "already_decided")
