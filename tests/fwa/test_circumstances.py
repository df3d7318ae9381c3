"""Special circumstances: sealed, opened only by the named role, every look on record and seen by the applicant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from eligibility.models import CircumstanceKind
from fwa import ledger
from fwa.errors import AlreadyDecided
from fwa.models import Evidence, EvidenceAccess, Request, SpecialCircumstance
from fwa.services.circumstances import (
    circumstance_code,
    claim_circumstance,
    drop_circumstance,
    open_circumstance,
    open_evidence,
    remove_evidence,
    require_circumstance,
)
from fwa.services.requests import save_draft, submit_request
from organization.models import RoleGrant, User
from organization.sealing import SealBroken
from tests.fwa.letters_kit import image_bytes, pdf_bytes, upload
from tests.world import SINCE, World, draft, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    found = make_world()
    CircumstanceKind.objects.update_or_create(
        code="sick-family", defaults={"name": "Merawat keluarga sakit", "lifts_weekly_cap": True, "max_days": 60}
    )
    officer = User.objects.create(username="officer", name="Petugas Bukti", is_active=True)
    RoleGrant.objects.create(user=officer, role="evidence_officer", valid_from=SINCE)
    found.users["officer"] = officer
    return found


@pytest.fixture
def special(world: World) -> Request:
    return save_draft(by=world.users["emp"], data=draft(basis="special_circumstance"))


def claim(world: World, fwa_request: Request, *files, by: str = "emp", kind: str = "sick-family", days: int = 30):
    start = fwa_request.valid_from
    return claim_circumstance(
        by=world.users[by],
        request_id=fwa_request.pk,
        kind_code=kind,
        valid_from=start,
        valid_to=start + timedelta(days=days - 1),
        files=files,
    )


@pytest.fixture
def sealed(world: World, special: Request) -> Request:
    """Sent, with one file of evidence."""
    claim(world, special, upload(pdf_bytes(), "Surat Dokter.pdf"))
    return submit_request(by=world.users["emp"], request_id=special.pk)


# --- claiming --------------------------------------------------------------------------------------------------------


def test_claim_is_sealed_in_every_column(world: World, special: Request) -> None:
    claim(world, special, upload(pdf_bytes(), "Surat Dokter.pdf"))
    circumstance = SpecialCircumstance.objects.get(request=special)
    evidence = circumstance.evidence.get()
    raw = bytes(circumstance.sealed_kind) + bytes(evidence.sealed_name) + bytes(evidence.sealed_content)
    for secret in (b"sick-family", b"Dokter", b"%PDF"):
        assert secret not in raw
    assert circumstance.lifts_weekly_cap
    assert circumstance_code(special) == "sick-family"


def test_sealed_kinds_are_equally_long(world: World, special: Request) -> None:
    lengths = set()
    for kind in CircumstanceKind.objects.all():
        lengths.add(len(claim(world, special, kind=kind.code, days=1).sealed_kind))
    assert len(lengths) == 1


def test_second_claim_replaces_kind_and_keeps_files(world: World, special: Request) -> None:
    CircumstanceKind.objects.create(code="other-kind", name="Lain", lifts_weekly_cap=False)
    claim(world, special, upload(pdf_bytes(), "a.pdf"))
    claim(world, special, upload(image_bytes("PNG"), "b.png"), kind="other-kind")
    circumstance = SpecialCircumstance.objects.get(request=special)
    assert (circumstance.evidence.count(), circumstance.lifts_weekly_cap) == (2, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("surat.pdf", b"MZ\x90\x00 program"),
        ("surat.pdf", b"%PDF-1.4 nothing else"),
        ("surat.pdf", pdf_bytes(password="x")),
        ("foto.jpg", b"\xff\xd8\xff\xe0 cut off"),
        ("foto.png", image_bytes("JPEG")),
        ("foto.jpg.exe", image_bytes("JPEG")),
        ("surat.jpg", pdf_bytes()),
        ("catatan.txt", b"text"),
        ("surat.pdf", b""),
    ],
)
def test_disguised_and_broken_files_are_refused_by_name(
    world: World, special: Request, name: str, content: bytes
) -> None:
    with pytest.raises(ValidationError) as error:
        claim(world, special, upload(content, name))
    assert name in error.value.message_dict["evidence"][0]
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", pdf_bytes()),
        ("a.JPG", image_bytes("JPEG")),
        ("a.jpeg", image_bytes("JPEG")),
        ("a.png", image_bytes("PNG")),
    ],
)
def test_honest_files_are_taken(world: World, special: Request, name: str, content: bytes) -> None:
    claim(world, special, upload(content, name))
    assert Evidence.objects.get().size == len(content)


def test_size_and_number_are_limited(world: World, special: Request, settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 2000
    with pytest.raises(ValidationError) as error:
        claim(world, special, upload(pdf_bytes() + b" " * 2000, "besar.pdf"))
    assert "besar.pdf" in error.value.message_dict["evidence"][0]
    claim(world, special, *(upload(pdf_bytes(), f"{number}.pdf") for number in range(3)))
    with pytest.raises(ValidationError):
        claim(world, special, *(upload(pdf_bytes(), f"{number}.pdf") for number in range(3)))
    assert Evidence.objects.count() == 3


@pytest.mark.parametrize(
    ("kind", "days", "field"),
    [("unknown", 5, "kind"), ("sick-family", 61, "valid_to"), ("sick-family", 0, "valid_to")],
)
def test_kind_and_period_are_checked(world: World, special: Request, kind: str, days: int, field: str) -> None:
    with pytest.raises(ValidationError) as error:
        claim(world, special, kind=kind, days=days)
    assert list(error.value.message_dict) == [field]


def test_longest_period_is_allowed(world: World, special: Request) -> None:
    circumstance = claim(world, special, days=60)

    assert (circumstance.valid_to - circumstance.valid_from).days + 1 == 60


@pytest.mark.parametrize("name", ["sup", "hr", "officer", "boss"])
def test_only_the_applicant_claims(world: World, special: Request, name: str) -> None:
    with pytest.raises(PermissionDenied):
        claim(world, special, by=name)


def test_no_claim_after_sending_or_on_the_other_basis(world: World, sealed: Request) -> None:
    with pytest.raises(AlreadyDecided):
        claim(world, sealed)
    other = save_draft(by=world.users["emp"], data=draft())
    with pytest.raises(ValidationError):
        claim(world, other)
    assert circumstance_code(other) is None


def test_evidence_is_required_and_must_cover_the_dates(world: World, special: Request) -> None:
    days = [special.valid_from, special.valid_from + timedelta(days=20)]
    with pytest.raises(ValidationError, match="basis"):
        require_circumstance(special, days)
    claim(world, special)
    with pytest.raises(ValidationError) as error:
        require_circumstance(special, days)
    assert list(error.value.message_dict) == ["evidence"]
    claim(world, special, upload(pdf_bytes(), "a.pdf"), days=10)
    with pytest.raises(ValidationError) as error:
        require_circumstance(special, days)
    assert list(error.value.message_dict) == ["basis"]
    claim(world, special, days=30)
    require_circumstance(special, days)


def test_files_and_claim_can_be_taken_back_while_a_draft(world: World, special: Request) -> None:
    claim(world, special, upload(pdf_bytes(), "a.pdf"))
    with pytest.raises(PermissionDenied):
        remove_evidence(by=world.users["officer"], evidence_id=Evidence.objects.get().pk)
    remove_evidence(by=world.users["emp"], evidence_id=Evidence.objects.get().pk)
    assert not Evidence.objects.exists()
    drop_circumstance(by=world.users["emp"], request_id=special.pk)
    assert not SpecialCircumstance.objects.exists()


# --- opening ---------------------------------------------------------------------------------------------------------


def test_opening_is_recorded_and_shows_kind_and_files(world: World, sealed: Request) -> None:
    opened = open_circumstance(by=world.users["officer"], request_id=sealed.pk, purpose="  Verifikasi \n bukti ")
    assert opened.kind == "Merawat keluarga sakit"
    assert [file.name for file in opened.files] == ["Surat Dokter.pdf"]
    file = open_evidence(by=world.users["officer"], evidence_id=opened.files[0].evidence_id, purpose="Verifikasi")
    assert (file.name, file.content_type, file.content) == ("Surat Dokter.pdf", "application/pdf", pdf_bytes())
    accesses = EvidenceAccess.objects.filter(circumstance__request=sealed).order_by("pk")
    assert [(row.user.name, row.purpose, bool(row.evidence_id)) for row in accesses] == [
        ("Petugas Bukti", "Verifikasi bukti", False),
        ("Petugas Bukti", "Verifikasi", True),
    ]
    assert [row.code for row in ledger.entries_of(sealed)][-2:] == ["circumstance.opened", "evidence.opened"]
    assert ledger.verify() == []


@pytest.mark.parametrize("name", ["emp", "sup", "head", "hr", "boss", "col1"])
def test_nobody_else_opens_it_and_refusals_leave_no_look(world: World, sealed: Request, name: str) -> None:
    with pytest.raises(PermissionDenied):
        open_circumstance(by=world.users[name], request_id=sealed.pk, purpose="x")
    with pytest.raises(PermissionDenied):
        open_evidence(by=world.users[name], evidence_id=Evidence.objects.get().pk, purpose="x")
    assert not EvidenceAccess.objects.exists()


def test_evidence_officer_never_opens_their_own(world: World, sealed: Request) -> None:
    RoleGrant.objects.create(user=world.users["emp"], role="evidence_officer", valid_from=SINCE)
    with pytest.raises(PermissionDenied):
        open_circumstance(by=User.objects.get(username="emp"), request_id=sealed.pk, purpose="x")


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 201])
def test_a_purpose_is_needed(world: World, sealed: Request, purpose: str) -> None:
    with pytest.raises(ValidationError):
        open_circumstance(by=world.users["officer"], request_id=sealed.pk, purpose=purpose)
    assert not EvidenceAccess.objects.exists()


def test_swapped_or_changed_seals_are_refused_after_the_look_was_recorded(world: World, sealed: Request) -> None:
    Evidence.objects.update(sealed_content=b"x" * 60)
    with pytest.raises(SealBroken):
        open_evidence(by=world.users["officer"], evidence_id=Evidence.objects.get().pk, purpose="x")
    assert EvidenceAccess.objects.count() == 1


@pytest.mark.parametrize("action", ["update", "delete"])
def test_looks_cannot_be_changed(world: World, sealed: Request, action: str) -> None:
    open_circumstance(by=world.users["officer"], request_id=sealed.pk, purpose="x")
    rows = EvidenceAccess.objects.all()
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete() if action == "delete" else rows.update(purpose="y")


def test_opened_evidence_stays_with_a_returned_request(world: World, sealed: Request) -> None:
    open_evidence(by=world.users["officer"], evidence_id=Evidence.objects.get().pk, purpose="x")
    Request.objects.filter(pk=sealed.pk).update(status="returned")
    with pytest.raises(ValidationError):
        remove_evidence(by=world.users["emp"], evidence_id=Evidence.objects.get().pk)


# --- pages -----------------------------------------------------------------------------------------------------------

LIST = "fwa:circumstance_list"


@pytest.mark.parametrize(
    ("name", "listed", "detail", "opened"),
    [
        ("officer", 200, 200, 200), ("emp", 403, 200, 403), ("sup", 403, 404, 404), ("head", 403, 404, 404),
        ("hr", 403, 404, 404), ("boss", 403, 404, 404), ("col1", 403, 404, 404), (None, 302, 302, 302),
    ],
)  # fmt: skip
def test_pages_by_role(
    world: World, sealed: Request, client, name: str | None, listed: int, detail: int, opened: int
) -> None:
    if name:
        client.force_login(world.users[name])
    evidence = Evidence.objects.get()
    assert client.get(reverse(LIST)).status_code == listed
    assert client.get(reverse("fwa:circumstance_detail", args=[sealed.public_id])).status_code == detail
    purpose = {"purpose": "Verifikasi"}
    assert client.post(reverse("fwa:circumstance_open", args=[sealed.public_id]), purpose).status_code == opened
    assert client.post(reverse("fwa:evidence_open", args=[evidence.public_id]), purpose).status_code == opened


def test_opening_by_get_is_not_possible(world: World, sealed: Request, client) -> None:
    client.force_login(world.users["officer"])
    for url in (
        reverse("fwa:circumstance_open", args=[sealed.public_id]),
        reverse("fwa:evidence_open", args=[Evidence.objects.get().public_id]),
    ):
        assert client.get(url).status_code == 405
    assert not EvidenceAccess.objects.exists()


def test_closed_page_tells_nothing_and_open_page_is_not_kept(world: World, sealed: Request, client) -> None:
    client.force_login(world.users["officer"])
    closed = client.get(reverse("fwa:circumstance_detail", args=[sealed.public_id])).content.decode()
    assert "Merawat" not in closed
    assert "Surat Dokter" not in closed
    response = client.post(reverse("fwa:circumstance_open", args=[sealed.public_id]), {"purpose": "Verifikasi"})
    assert "Merawat keluarga sakit" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_file_is_a_download_that_runs_nothing(world: World, sealed: Request, client) -> None:
    client.force_login(world.users["officer"])
    url = reverse("fwa:evidence_open", args=[Evidence.objects.get().public_id])
    response = client.post(url, {"purpose": "Verifikasi"})
    assert response.content == pdf_bytes()
    assert response["Content-Disposition"] == 'attachment; filename="Surat Dokter.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert client.post(url, {"purpose": ""}).status_code == 422


def test_broken_seal_is_answered(world: World, sealed: Request, client) -> None:
    Evidence.objects.update(sealed_name=b"x" * 60)
    client.force_login(world.users["officer"])
    response = client.post(reverse("fwa:circumstance_open", args=[sealed.public_id]), {"purpose": "Verifikasi"})
    assert response.status_code == 409


def test_applicant_sees_who_looked_and_what_for(world: World, sealed: Request, client) -> None:
    open_circumstance(by=world.users["officer"], request_id=sealed.pk, purpose="Verifikasi bukti")
    client.force_login(world.users["emp"])
    page = client.get(reverse("fwa:circumstance_detail", args=[sealed.public_id])).content.decode()
    assert "Petugas Bukti" in page
    assert "Verifikasi bukti" in page


def test_list_takes_few_queries_and_filters(
    world: World, sealed: Request, client, django_assert_max_num_queries
) -> None:
    client.force_login(world.users["officer"])
    with django_assert_max_num_queries(15):
        response = client.get(reverse(LIST))
    assert len(response.context["page_obj"]) == 1
    assert not client.get(f"{reverse(LIST)}?q=nobody").context["page_obj"].object_list
    assert not client.get(f"{reverse(LIST)}?status=approved").context["page_obj"].object_list


def test_drafts_are_not_listed(world: World, special: Request, client) -> None:
    claim(world, special, upload(pdf_bytes(), "a.pdf"))
    client.force_login(world.users["officer"])
    assert not client.get(reverse(LIST)).context["page_obj"].object_list
    assert client.get(reverse("fwa:circumstance_detail", args=[special.public_id])).status_code == 404
