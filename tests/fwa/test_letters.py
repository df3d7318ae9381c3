"""The decision letter: frozen words, bytes made once, signed copies, and who may have it."""

from __future__ import annotations

import hashlib
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from fwa import ledger, letter_text
from fwa.errors import AlreadyDecided
from fwa.letter_fetcher import OwnFilesOnly
from fwa.models import Letter
from fwa.services import letters
from fwa.services.letters import issue_letter, render_letter, retry_letter, upload_signed
from organization import outbox
from organization.models import AgencyProfile, Delegation, Notice, OutboxMessage, RoleGrant, User
from tests.fwa.letters_kit import determined, pdf_bytes, rendered, upload
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def pdf_text(letter: Letter) -> str:
    with default_storage.open(letter.file.name) as file:
        reader = PdfReader(io.BytesIO(file.read()))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def broken(*args: object, **kwargs: object) -> bytes:
    raise OSError("no space left on device")


# --- words -----------------------------------------------------------------------------------------------------------


def test_letter_has_the_form_of_a_decision(world: World) -> None:
    letter = rendered(world)
    text = pdf_text(letter)
    for part in (
        "Menimbang",
        "Mengingat",
        "MEMUTUSKAN",
        "KESATU",
        "KETUJUH",
        "Ditetapkan di Nusa Bakti",
        letter.number,
    ):
        assert part in text
    assert "19900101 201001 1 002" in text
    assert "Naskah akademik" in text
    assert f"/check/{letter.token}/" in text.replace(" ", "")


def test_letter_never_tells_reason_home_address_or_plan(world: World) -> None:
    text = pdf_text(rendered(world))
    for secret in ("Menyusun naskah akademik.", "Mulawarman", "Menulis bab satu"):
        assert secret not in text


def test_letter_is_indonesian_in_any_language(world: World, settings) -> None:
    settings.LANGUAGE_CODE = "en"
    assert "Pangkat/golongan Penata (III/c)" in pdf_text(rendered(world))


def test_pdf_is_tagged_and_named(world: World) -> None:
    letter = rendered(world)
    with default_storage.open(letter.file.name) as file:
        reader = PdfReader(io.BytesIO(file.read()))
    catalog: Any = reader.root_object
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "id"
    assert letter.number in reader.metadata.title


def test_delegate_signs_with_plh_in_the_office_of_the_principal(world: World) -> None:
    deputy = User.objects.create(username="deputy", name="Wakil", is_active=True)
    Delegation.objects.create(
        principal=world.users["boss"], delegate=deputy, kind="plh", valid_from=timezone.localdate()
    )
    world.users["boss"] = deputy
    AgencyProfile.objects.update(on_behalf_of="WALI KOTA NUSA BAKTI", signatory_title="Sekretaris Daerah")
    signature = determined(world).letter.content["signature"]
    assert signature["lines"] == ["a.n. WALI KOTA NUSA BAKTI", "Plh. Sekretaris Daerah,"]
    assert signature["name"] == "Wakil"


@pytest.mark.parametrize(
    ("position", "acting", "on_behalf_of", "title", "expected"),
    [
        ("", "", "", "Wali Kota", ["Wali Kota,"]),
        ("Kepala BKPSDM", "", "", "", ["Kepala BKPSDM,"]),
        ("", "Plt.", "", "Wali Kota", ["Plt. Wali Kota,"]),
        ("Sekretaris Daerah", "", "WALI KOTA", "Sekretaris Daerah", ["a.n. WALI KOTA", "Sekretaris Daerah,"]),
        ("Sekretaris Daerah", "", "WALI KOTA", "Pejabat Pembina Kepegawaian", ["a.n. WALI KOTA", "Sekretaris Daerah,"]),
        (
            "Kepala BKPSDM", "Plh.", "WALI KOTA", "Sekretaris Daerah",
            ["a.n. WALI KOTA", "Sekretaris Daerah", "u.b.", "Plh. Kepala BKPSDM,"],
        ),
    ],
)  # fmt: skip
def test_signature_block(position: str, acting: str, on_behalf_of: str, title: str, expected: list[str]) -> None:
    signatory = letter_text.Signatory(name="N", nip="", position=position, acting=acting)
    assert letter_text.signature_lines(signatory, on_behalf_of=on_behalf_of, signatory_title=title) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Andi Saputra", "A. S."), ("dr. Siti Aminah, M.Kes.", "S. A."), ("Drs. H. Budi", "B."), ("Sukarno", "S.")],
)
def test_initials_leave_titles_out(name: str, expected: str) -> None:
    assert letter_text.initials(name) == expected


def test_dates_in_words_group_by_month() -> None:
    days = [date(2026, 12, 5), date(2026, 12, 12), date(2027, 1, 2)]
    assert letter_text.dates_in_words(days) == "5 dan 12 Desember 2026; 2 Januari 2027"


@pytest.mark.parametrize(
    ("value", "text"), [("4", "4"), ("4.00", "4"), ("1250.50", "1.250,5"), ("1000", "1.000"), ("0.25", "0,25")]
)
def test_amounts_as_offices_write_them(value: str, text: str) -> None:
    assert letter_text.amount(Decimal(value)) == text


def test_dates_not_granted_are_listed_with_reason_and_alternative() -> None:
    refused = [letter_text.Refused(date(2026, 12, 1), "unit_full", (date(2026, 12, 2),))]
    rows = letter_text._refused(refused)["table"]["rows"]
    assert rows == [["1 Desember 2026", "kuota unit kerja telah terpenuhi", "2 Desember 2026"]]


# --- number ----------------------------------------------------------------------------------------------------------


def _issue(world: World, number: str) -> Letter:
    fwa_request = determined(world)
    fwa_request.letter.delete()
    step = fwa_request.steps.last()
    return issue_letter(
        fwa_request=fwa_request, by=world.users["boss"], step=step, acting_for=None, at=timezone.now(), number=number
    )


def test_number_typed_from_the_mail_register(world: World) -> None:
    assert _issue(world, " 800/77  SETDA ").number == "800/77 SETDA"


def test_taken_number_is_refused_with_its_name(world: World) -> None:
    other = determined(world, "col1", weekdays=(1,))
    with pytest.raises(ValidationError) as error:
        _issue(world, other.letter.number)
    assert other.letter.number in error.value.messages[0]


def test_automatic_number_steps_over_a_typed_one(world: World) -> None:
    year = timezone.localdate().year
    first = determined(world, "col1", weekdays=(1,)).letter
    assert first.number == f"800.1.6/1/FWA/{year}"
    Letter.objects.filter(pk=first.pk).update(number=f"800.1.6/2/FWA/{year}")
    assert determined(world).letter.number == f"800.1.6/3/FWA/{year}"


def test_pattern_without_a_running_number_is_told(world: World) -> None:
    AgencyProfile.objects.update(number_pattern="800/FWA")
    determined(world, "col1", weekdays=(1,))
    with pytest.raises(ValidationError, match="seq"):
        determined(world)


# --- bytes -----------------------------------------------------------------------------------------------------------


def test_render_stores_once_and_tells_the_employee(world: World) -> None:
    letter = rendered(world)
    assert letter.status == "awaiting_signature"
    with default_storage.open(letter.file.name) as file:
        assert hashlib.sha256(file.read()).hexdigest() == letter.sha256
    notices = Notice.objects.filter(user=world.users["emp"], code="fwa.letter_ready")
    assert notices.count() == 1
    render_letter(letter.pk)
    again = Letter.objects.get(pk=letter.pk)
    assert (again.sha256, again.rendered_at, again.file.name) == (letter.sha256, letter.rendered_at, letter.file.name)
    assert notices.count() == 1
    assert [row.code for row in ledger.entries_of(letter.request)][-1] == "letter.rendered"


def test_words_are_frozen_when_the_profile_changes(world: World) -> None:
    letter = determined(world).letter
    AgencyProfile.objects.update(name="Nama lain", obligations="wajib lain")
    render_letter(letter.pk)
    text = pdf_text(Letter.objects.get(pk=letter.pk))
    assert "Nama lain" not in text
    assert "wajib lain" not in text


def test_failed_render_keeps_the_decision_and_recovers_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = determined(world).letter
    message = OutboxMessage.objects.get(topic="fwa.render_letter")
    with monkeypatch.context() as patch:
        patch.setattr(letters, "render_pdf", broken)
        assert outbox.deliver(message.pk)
    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == ("failed", 1)
    assert "no space left" in letter.last_error
    assert letter.request.status == "approved"
    assert Notice.objects.filter(user=world.users["hr"], code="fwa.letter_failed").count() == 1
    later = OutboxMessage.objects.get(topic="fwa.render_letter", done_at__isnull=True)
    assert later.available_at > timezone.now()
    assert outbox.deliver(later.pk)
    letter.refresh_from_db()
    assert (letter.status, letter.last_error) == ("awaiting_signature", "")


def test_retry_by_hr_overtakes_the_waiting_message(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = determined(world).letter
    with monkeypatch.context() as patch:
        patch.setattr(letters, "render_pdf", broken)
        render_letter(letter.pk)
    waiting = OutboxMessage.objects.filter(topic="fwa.render_letter", done_at__isnull=True)
    overtaken = waiting.order_by("pk").last()
    with pytest.raises(PermissionDenied):
        retry_letter(by=world.users["emp"], letter_id=letter.pk)
    retry_letter(by=world.users["hr"], letter_id=letter.pk)
    newest = waiting.order_by("pk").last()
    with monkeypatch.context() as patch:
        patch.setattr(letters, "render_pdf", broken)
        outbox.deliver(overtaken.pk)
    assert Letter.objects.get(pk=letter.pk).status == "queued"
    outbox.deliver(newest.pk)
    assert Letter.objects.get(pk=letter.pk).status == "awaiting_signature"
    with pytest.raises(AlreadyDecided):
        retry_letter(by=world.users["hr"], letter_id=letter.pk)


def test_left_over_file_of_a_lost_attempt_does_not_multiply(world: World) -> None:
    letter = determined(world).letter
    default_storage.save(f"letters/{letter.request.public_id}.pdf", io.BytesIO(b"left over"))
    render_letter(letter.pk)
    letter.refresh_from_db()
    assert letter.file.name == f"letters/{letter.request.public_id}.pdf"
    assert "MEMUTUSKAN" in pdf_text(letter)


@pytest.mark.parametrize("url", ["http://127.0.0.1/x.png", "file:///etc/passwd", "ftp://x/y"])
def test_letter_loads_nothing_from_elsewhere(url: str) -> None:
    with pytest.raises(ValueError):
        OwnFilesOnly().fetch(url)


# --- signed copy -----------------------------------------------------------------------------------------------------


def test_signed_copy_becomes_the_letter_and_the_first_is_kept(world: World) -> None:
    letter = rendered(world)
    content = pdf_bytes()
    letter = upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(content), is_checked=True)
    assert letter.status == "signed"
    assert letter.final_sha256 == hashlib.sha256(content).hexdigest()
    assert default_storage.exists(letter.file.name)
    upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(content), is_checked=True)
    codes = [row.code for row in ledger.entries_of(letter.request)]
    assert codes.count("letter.signed_copy") == 1
    upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(pdf_bytes(2)), is_checked=True)
    assert [row.code for row in ledger.entries_of(letter.request)].count("letter.signed_copy") == 2
    assert ledger.verify() == []


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ not a pdf", "surat.pdf"),
        (b"%PDF-1.7 cut off", "surat.pdf"),
        (pdf_bytes(password="x"), "surat.pdf"),
        (pdf_bytes() + b"\n<< /S /JavaScript >>", "surat.pdf"),
        (pdf_bytes() + b" " * 3_000_000, "surat.pdf"),
    ],
    ids=["disguised", "unreadable", "locked", "active", "large"],
)
def test_bad_uploads_are_refused_and_change_nothing(world: World, settings, content: bytes, name: str) -> None:
    settings.UPLOAD_MAX_BYTES = 2_000_000
    letter = rendered(world)
    with pytest.raises(ValidationError) as error:
        upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(content, name), is_checked=True)
    assert list(error.value.message_dict) == ["file"]
    assert Letter.objects.get(pk=letter.pk).status == "awaiting_signature"


def test_the_letter_itself_is_no_signed_copy(world: World) -> None:
    letter = rendered(world)
    with default_storage.open(letter.file.name) as file:
        content = file.read()
    with pytest.raises(ValidationError):
        upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(content), is_checked=True)


@pytest.mark.parametrize("name", ["emp", "sup", "head", "boss"])
def test_only_hr_puts_signed_copies_on_file(world: World, name: str) -> None:
    letter = rendered(world)
    with pytest.raises(PermissionDenied):
        upload_signed(by=world.users[name], letter_id=letter.pk, file=upload(pdf_bytes()), is_checked=True)


def test_no_signed_copy_before_the_letter_is_made(world: World) -> None:
    with pytest.raises(AlreadyDecided):
        upload_signed(
            by=world.users["hr"], letter_id=determined(world).letter.pk, file=upload(pdf_bytes()), is_checked=True
        )


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "status"),
    [("emp", 200), ("sup", 200), ("head", 200), ("hr", 200), ("boss", 200), ("col1", 404), (None, 302)],
)
def test_who_gets_the_pdf(world: World, client, name: str | None, status: int) -> None:
    letter = rendered(world)
    if name:
        client.force_login(world.users[name])
    response = client.get(reverse("fwa:letter_download", args=[letter.request.public_id]))
    assert response.status_code == status
    if status == 200:
        assert response["Content-Type"] == "application/pdf"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response["Cache-Control"]
        assert hashlib.sha256(b"".join(response.streaming_content)).hexdigest() == letter.sha256


def test_download_says_that_the_letter_is_being_made(world: World, client) -> None:
    client.force_login(world.users["emp"])
    fwa_request = determined(world)
    response = client.get(reverse("fwa:letter_download", args=[fwa_request.public_id]))
    assert fwa_request.letter.number in response.content.decode()


@pytest.mark.parametrize(("name", "status"), [("hr", 200), ("emp", 403), ("head", 403), ("boss", 403)])
def test_who_sees_the_list_and_the_preview(world: World, client, name: str, status: int) -> None:
    client.force_login(world.users[name])
    for url in ("fwa:letter_list", "fwa:letter_preview", "fwa:letter_preview_pdf"):
        assert client.get(reverse(url)).status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_queries_for_any_number(
    world: World, client, django_assert_max_num_queries, count: int
) -> None:
    for name, weekday in list(zip(("emp", "col1", "col2"), (1, 2, 3), strict=True))[:count]:
        rendered(world, name, weekdays=(weekday,))
    client.force_login(world.users["hr"])
    with django_assert_max_num_queries(15):
        response = client.get(reverse("fwa:letter_list"))
    assert response.content.decode().count("<tr>") == count + 1


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=emp", 1), ("q=FWA", 1), ("q=nobody", 0), ("status=failed", 0), ("status=awaiting_signature", 1)],
)
def test_list_filters(world: World, client, query: str, found: int) -> None:
    rendered(world)
    client.force_login(world.users["hr"])
    response = client.get(f"{reverse('fwa:letter_list')}?{query}", headers={"HX-Request": "true"})
    assert len(response.context["page_obj"]) == found
    assert "<html" not in response.content.decode()


def test_hr_of_another_unit_does_not_see_the_letter(world: World, client) -> None:
    RoleGrant.objects.filter(user=world.users["hr"]).update(unit=_other_unit())
    letter = Letter.objects.get(pk=_letter_without_hr(world))
    client.force_login(world.users["hr"])
    assert client.get(reverse("fwa:letter_signed_upload", args=[letter.request.public_id])).status_code == 404
    assert not client.get(reverse("fwa:letter_list")).context["page_obj"].object_list


def _other_unit():
    from organization.models import Unit, UnitVersion
    from organization.services.units import rebuild_unit_index

    unit = Unit.objects.create(code="X", name="Lain")
    UnitVersion.objects.create(unit=unit, name="Lain", parent=Unit.objects.get(code="R"), valid_from=date(2020, 1, 1))
    rebuild_unit_index()
    unit.refresh_from_db()
    return unit


def _letter_without_hr(world: World) -> int:
    other = User.objects.create(username="hr2", name="hr2", is_active=True)
    RoleGrant.objects.create(user=other, role="hr_admin", valid_from=date(2020, 1, 1))
    world.users["hr"], mine = other, world.users["hr"]
    try:
        return rendered(world).pk
    finally:
        world.users["hr"] = mine


def test_upload_by_page(world: World, client) -> None:
    letter = rendered(world)
    client.force_login(world.users["hr"])
    url = reverse("fwa:letter_signed_upload", args=[letter.request.public_id])
    assert client.get(url).status_code == 200
    assert client.post(url, {"file": upload(b"nothing", "surat.pdf")}).status_code == 422
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"file": upload(pdf_bytes()), "is_checked": "on"}).status_code == 302
    assert Letter.objects.get(pk=letter.pk).status == "signed"
    client.force_login(world.users["emp"])
    assert client.get(url).status_code == 403


def test_retry_by_page(world: World, client, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = determined(world).letter
    with monkeypatch.context() as patch:
        patch.setattr(letters, "render_pdf", broken)
        render_letter(letter.pk)
    client.force_login(world.users["hr"])
    page = reverse("fwa:letter_signed_upload", args=[letter.request.public_id])
    assert "no space left" in client.get(page).content.decode()
    retry = reverse("fwa:letter_retry", args=[letter.request.public_id])
    assert client.get(retry).status_code == 405
    assert client.post(retry).status_code == 302
    assert client.post(retry).status_code == 409
    client.force_login(world.users["emp"])
    assert client.post(retry).status_code == 403


def test_lost_file_is_a_404_not_a_crash(world: World, client) -> None:
    letter = rendered(world)
    default_storage.delete(letter.file.name)
    client.force_login(world.users["emp"])
    assert client.get(reverse("fwa:letter_download", args=[letter.request.public_id])).status_code == 404


def test_letter_style_names_only_files_of_ours() -> None:
    style = Path("static/css/letter.css").read_text()
    assert "http" not in style


def test_ended_arrangement_keeps_its_letter(world: World) -> None:
    from fwa.services.decisions import end_arrangement

    letter = rendered(world)
    end_arrangement(
        by=world.users["emp"],
        request_id=letter.request_id,
        ended_on=letter.request.valid_from + timedelta(days=7),
        reason="Tugas berubah.",
    )
    assert Letter.objects.get(pk=letter.pk).sha256 == letter.sha256


def test_a_file_that_does_not_name_the_letter_is_taken_only_after_a_look(world: World) -> None:
    letter = rendered(world)
    with letter.file.open("rb") as file:
        signed = file.read() + b"\n% signed\n"

    with pytest.raises(ValidationError) as refused:
        upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(pdf_bytes()))
    assert set(refused.value.error_dict) == {"is_checked"}
    assert Letter.objects.get(pk=letter.pk).signed_sha256 == ""

    assert upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(signed)).status == "signed"


def test_auditors_read_the_list_of_letters(client: Client, world: World) -> None:
    letter = rendered(world)
    RoleGrant.objects.create(user=world.users["col1"], role="auditor", valid_from=date(2020, 1, 1))
    client.force_login(world.users["col1"])

    page = client.get(reverse("fwa:letter_list")).content.decode()

    assert letter.number in page
    assert reverse("fwa:letter_signed_upload", args=[letter.request.public_id]) not in page
