"""Flexible work by REST: the whole way of a request, its refusals, and who reaches what."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from eligibility.models import CircumstanceKind
from fwa.models import Decision, Evidence, EvidenceAccess, Letter, Request, Step
from fwa.services.decisions import approve_step
from fwa.services.letters import render_letter
from fwa.services.requests import save_draft
from organization.models import DisciplineCase, RoleGrant
from tests.api import client_of, get, problem
from tests.fwa.letters_kit import determined, pdf_bytes, rendered, sent, upload
from tests.world import SINCE, draft, make_world, next_monday

pytestmark = pytest.mark.django_db
DECIDERS = ("sup", "head", "hr", "boss")


@pytest.fixture
def world():
    return make_world()


def body(**changes):
    """The draft of `tests.world` as JSON."""
    monday = next_monday()
    values = {
        "kind": "location",
        "valid_from": monday.isoformat(),
        "valid_to": (monday + timedelta(days=27)).isoformat(),
        "weekdays": [2, 4],
        "place_kind": "home",
        "reason": "Menyusun naskah akademik.",
        "work_plan": "Menulis bab satu sampai empat.",
        "outputs": [
            {
                "title": "Naskah akademik",
                "measure": "bab",
                "target": "4.00",
                "due_on": (monday + timedelta(days=20)).isoformat(),
            }
        ],
    }
    return values | changes


def post(world, name, path, data=None, **options):
    return client_of(world.users[name]).post(f"/api/v1/{path}", data if data is not None else {}, **options)


def made(world, name="emp", **changes):
    answer = post(world, name, "requests/", body(**changes))
    assert answer.status_code == 201, answer.content
    return answer.json()


def current(fwa_request):
    return Step.objects.current().get(request=fwa_request)


def examined(world, name="emp"):
    DisciplineCase.objects.create(
        employee=world.employees[name], reference="P-1", status="examination", opened_on=timezone.localdate()
    )


def auditor(world, name="col2"):
    RoleGrant.objects.create(user=world.users[name], role="auditor", valid_from=SINCE)
    return world.users[name]


def evidence_officer(world, name="col2"):
    RoleGrant.objects.create(user=world.users[name], role="evidence_officer", valid_from=SINCE)
    return world.users[name]


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
