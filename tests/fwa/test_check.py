"""The public check page: the state now, a file compared, and nothing about the person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from fwa.letter_state import LetterNow, letter_status_now
from fwa.models import Letter
from fwa.services.decisions import end_arrangement
from fwa.services.letters import upload_signed
from fwa.views import check as check_views
from tests.fwa.letters_kit import determined, pdf_bytes, rendered, upload
from tests.world import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def look(client, letter: Letter):
    return client.get(reverse("fwa:check", args=[letter.token]))


def compare(client, letter: Letter, content: bytes):
    return client.post(reverse("fwa:check_file", args=[letter.token]), {"file": upload(content)})


def stored(letter: Letter) -> bytes:
    with default_storage.open(letter.file.name) as file:
        return file.read()


def test_anybody_sees_the_state_and_nothing_about_the_person(world: World, client) -> None:
    world.employees["emp"].name = "Andi Saputra, S.H."
    world.employees["emp"].save()
    letter = rendered(world)
    response = look(client, letter)
    page = response.content.decode()
    assert response.status_code == 200
    assert letter.number in page
    assert "A. S." in page
    assert "Pemerintah Kota Nusa Bakti" in page
    for secret in ("Andi", "Saputra", "19900101", "1990", "Mulawarman", "Selasa", "Kamis", "Menyusun", "Hukum", "FW-"):
        assert secret not in page
    assert "noindex" in page
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies.get("sessionid")


def test_awaiting_signature_is_said_until_the_signed_copy_is_there(world: World, client) -> None:
    letter = rendered(world)
    state = look(client, letter).context["state"]
    assert (state.is_signed, state.awaits_signature, state.tag_kind) == (False, True, "warn")
    upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(pdf_bytes()), is_checked=True)
    state = look(client, letter).context["state"]
    assert (state.is_signed, state.awaits_signature) == (True, False)


def test_state_over_time(world: World) -> None:
    letter = rendered(world)
    begins, ends = letter.request.valid_from, letter.request.valid_to
    expected = [
        (begins - timedelta(days=1), LetterNow.NOT_BEGUN),
        (begins, LetterNow.VALID),
        (ends, LetterNow.VALID),
        (ends + timedelta(days=1), LetterNow.EXPIRED),
    ]
    assert [(day, letter_status_now(letter, day).now) for day, _state in expected] == expected


def test_state_after_an_early_end(world: World) -> None:
    letter = rendered(world)
    ended_on = letter.request.valid_from + timedelta(days=7)
    end_arrangement(by=world.users["emp"], request_id=letter.request_id, ended_on=ended_on, reason="x")
    letter = Letter.objects.get(pk=letter.pk)
    last = ended_on - timedelta(days=1)
    assert letter_status_now(letter, last).now == LetterNow.VALID
    assert letter_status_now(letter, ended_on).now == LetterNow.ENDED
    assert letter_status_now(letter, date(2100, 1, 1)).ends_on == last


def test_letter_in_the_making_is_told_and_cannot_be_compared(world: World, client) -> None:
    letter = determined(world).letter
    response = look(client, letter)
    assert response.context["state"].now == LetterNow.MAKING
    assert 'type="file"' not in response.content.decode()


@pytest.mark.parametrize("token", ["x", "x" * 43, "a-b_c", "%00", "☃"])
def test_unknown_code_gets_a_page_that_helps(world: World, client, token: str) -> None:
    response = client.get(reverse("fwa:check", args=[token]))
    assert response.status_code == 404
    assert "<ul>" in response.content.decode()
    assert client.post(reverse("fwa:check_file", args=[token]), {"file": upload(b"x")}).status_code == 404


def test_the_letter_matches_and_one_changed_byte_does_not(world: World, client) -> None:
    letter = rendered(world)
    content = stored(letter)
    assert compare(client, letter, content).context["match"] == "yes"
    middle = len(content) // 2
    changed = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    assert compare(client, letter, changed).context["match"] == "no"


def test_after_signing_the_first_copy_is_named_as_such(world: World, client) -> None:
    letter = rendered(world)
    first, signed = stored(letter), pdf_bytes()
    upload_signed(by=world.users["hr"], letter_id=letter.pk, file=upload(signed), is_checked=True)
    assert compare(client, letter, signed).context["match"] == "yes"
    assert compare(client, letter, first).context["match"] == "unsigned"


def test_comparing_needs_no_cookie_and_stores_nothing(world: World, settings, tmp_path) -> None:
    from django.test import Client

    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    letter = rendered(world)
    before = default_storage.listdir("letters")
    response = compare(Client(enforce_csrf_checks=True), letter, stored(letter) + b" " * 4_000_000)
    assert response.context["match"] == "no"
    assert default_storage.listdir("letters") == before
    assert list(tmp_path.iterdir()) == []


def test_huge_and_missing_files_are_answered(world: World, client, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 200_000
    letter = rendered(world)
    url = reverse("fwa:check_file", args=[letter.token])
    for response in (compare(client, letter, b"x" * 1_000_000), compare(client, letter, b""), client.post(url)):
        assert response.status_code == 422
        assert response.context["problem"]


def test_too_many_looks_are_slowed_down(world: World, client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_views, "LOOKS_PER_MINUTE", 2)
    letter = rendered(world)
    codes = [look(client, letter).status_code for _number in range(3)]
    assert codes in ([200, 200, 429], [200, 200, 200])  # a minute may end in between
    cache.clear()
    assert look(client, letter).status_code == 200


def test_page_takes_few_queries(world: World, client, django_assert_max_num_queries) -> None:
    letter = rendered(world)
    with django_assert_max_num_queries(3):
        look(client, letter)


def test_state_is_computed_for_today(world: World, client) -> None:
    letter = rendered(world)
    assert look(client, letter).context["state"] == letter_status_now(letter, timezone.localdate())
