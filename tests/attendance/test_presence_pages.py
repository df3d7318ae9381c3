"""The page where one checks in, without JavaScript, and what makes it an app."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.evidence import queue_key
from attendance.models import PresenceEvent, PrivacyAcknowledgement, PrivacyNotice, WorkDay
from attendance.services.privacy import publish_notice
from attendance.views.presence_app import ASSETS
from organization.models import Employee
from tests.attendance.presence_kit import OFFICE_AT, acknowledge, at, check, near, office_of, terms
from tests.world import World, make_world

PAGE = "/presence/"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def emp(world: World, client: Client) -> Employee:
    """The employee, logged in."""
    employee = world.employees["emp"]
    assert employee.user
    client.force_login(employee.user)
    return employee


def press(client: Client, direction: str, page: Any = None) -> Any:
    context = (page or client.get(PAGE)).context
    ids = {"in_id": str(context["in_id"]), "out_id": str(context["out_id"])}
    return client.post(reverse("attendance:presence_check"), {"direction": direction} | ids)


def text(answer: Any) -> str:
    words: str = answer.content.decode()
    return words


def test_a_press_is_an_entry_without_a_position(client: Client, emp: Employee) -> None:
    answer = press(client, "in")

    assert answer.status_code == 302
    event = PresenceEvent.objects.get()
    assert (event.employee, event.direction, event.channel, event.place) == (emp, "in", "app", "unknown")
    assert "Masuk" in text(client.get(PAGE))


def test_a_form_sent_twice_is_one_entry_and_says_so(client: Client, emp: Employee) -> None:
    page = client.get(PAGE)
    press(client, "in", page)
    press(client, "in", page)

    assert PresenceEvent.objects.count() == 1
    assert "sudah tercatat" in text(client.get(PAGE))


def test_the_same_old_page_serves_both_buttons_and_the_next_day(
    client: Client, emp: Employee, time_machine: Any
) -> None:
    time_machine.move_to(at(7, 30), tick=False)
    page = client.get(PAGE)
    press(client, "in", page)
    time_machine.move_to(at(16), tick=False)
    press(client, "out", page)
    time_machine.move_to(at(7, 31) + timedelta(days=1), tick=False)
    client.force_login(emp.user)
    press(client, "in", page)

    assert list(PresenceEvent.objects.order_by("occurred_at").values_list("direction", flat=True)) == [
        "in",
        "out",
        "in",
    ]


@pytest.mark.parametrize("values", [{}, {"direction": "up"}, {"direction": "confirm"}])
def test_what_no_button_says_is_no_entry(client: Client, emp: Employee, values: dict[str, str]) -> None:
    answer = client.post(reverse("attendance:presence_check"), values)

    assert answer.status_code == 302
    assert not PresenceEvent.objects.exists()


def test_a_page_without_its_id_is_an_entry_all_the_same(client: Client, emp: Employee) -> None:
    client.post(reverse("attendance:presence_check"), {"direction": "out", "out_id": "nonsense"})

    assert PresenceEvent.objects.get().direction == "out"


def test_the_button_that_makes_sense_comes_first(client: Client, emp: Employee) -> None:
    def first() -> int:
        page = text(client.get(PAGE))
        return page.index('value="in"') - page.index('value="out"')

    assert first() < 0
    check(emp, "in")
    assert first() > 0
    check(emp, "out")
    assert first() < 0


def test_a_night_shift_is_left_on_the_next_day(client: Client, emp: Employee, world: World, time_machine: Any) -> None:
    WorkDay.objects.create(
        employee=emp, unit=world.law, day=timezone.localdate() - timedelta(days=1), zone="Asia/Makassar",
        source="roster", whereabouts="shift", first_start=at(21, back=1), first_end=at(7), built_at=timezone.now(),
    )  # fmt: skip
    check(emp, "in", now=at(20, 55, back=1))
    time_machine.move_to(at(6, 58), tick=False)
    client.force_login(emp.user)

    page = client.get(PAGE)

    assert page.context["today"].leaves_next
    assert [line.time for line in page.context["today"].lines] == ["20.55 WITA"]
    assert "21.00–07.00 WITA" in text(page)


def test_the_day_is_told_in_words(client: Client, emp: Employee, world: World) -> None:
    assert "belum dihitung" in text(client.get(PAGE))
    WorkDay.objects.create(
        employee=emp, unit=world.law, day=timezone.localdate(), zone="Asia/Jayapura", source="unit",
        whereabouts="office", first_start=at(6, 30), first_end=at(15), built_at=timezone.now(),
    )  # fmt: skip

    assert "07.30–16.00 WIT" in text(client.get(PAGE))


def test_no_position_is_asked_before_the_newest_notice_is_read(client: Client, emp: Employee, world: World) -> None:
    assert "data-position" not in text(client.get(PAGE))
    notice = publish_notice(
        by=world.users["hr"], text_id="Presensi mencatat waktu dan tempat. " * 3, text_en="The time. " * 9
    )
    shown = text(client.get(PAGE))
    assert "Presensi mencatat waktu dan tempat." in shown
    assert "data-position" not in shown

    client.post(reverse("attendance:notice_acknowledge"), {"version": notice.version})
    client.post(reverse("attendance:notice_acknowledge"), {"version": notice.version})

    assert PrivacyAcknowledgement.objects.count() == 1
    assert "data-position" in text(client.get(PAGE))
    publish_notice(by=world.users["hr"], text_id="Pemberitahuan yang baru. " * 3, text_en="The new notice. " * 9)
    assert "data-position" not in text(client.get(PAGE))


def test_an_older_notice_cannot_be_acknowledged(client: Client, emp: Employee, world: World) -> None:
    for number in (1, 2):
        publish_notice(by=world.users["hr"], text_id=f"Pemberitahuan {number}. " * 3, text_en=f"Notice {number}. " * 5)

    client.post(reverse("attendance:notice_acknowledge"), {"version": "1"})

    assert not PrivacyAcknowledgement.objects.exists()
    assert PrivacyNotice.objects.count() == 2


def test_only_this_page_may_ask_for_position_and_camera(client: Client, emp: Employee) -> None:
    assert "geolocation=(self)" in client.get(PAGE)["Permissions-Policy"]
    assert "geolocation=()" in client.get("/profile/")["Permissions-Policy"]


def test_an_account_without_a_record_has_nothing_to_enter(client: Client, world: World) -> None:
    client.force_login(world.users["hr"])

    assert client.get(PAGE).status_code == 403
    assert client.post(reverse("attendance:presence_check"), {"direction": "in"}).status_code == 403


@pytest.mark.parametrize("number", [1, 3])
def test_questions_of_the_page(client: Client, emp: Employee, django_assert_max_num_queries: Any, number: int) -> None:
    office_of(emp)
    acknowledge(emp)
    for _entry in range(number):
        check(emp, position=near(OFFICE_AT))
    with django_assert_max_num_queries(12):
        assert "kantor penempatan" in text(client.get(PAGE))


def test_the_session_says_whose_entries_may_be_sent(client: Client, emp: Employee) -> None:
    answer = client.get(reverse("attendance:presence_session")).json()

    assert answer["owner"] == queue_key(emp.user_id or 0)
    assert answer["token"]
    client.logout()
    assert client.get(reverse("attendance:presence_session")).status_code == 302


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_a_browser_keeps_holds_nobody(client: Client, emp: Employee, language: str) -> None:
    frame = client.get(reverse("attendance:presence_offline", args=[language]))
    worker = client.get(reverse("attendance:presence_worker", args=[language]))

    assert emp.name not in text(frame)
    assert queue_key(emp.user_id or 0) not in text(frame)
    assert "data-keep-for" not in text(frame)
    assert worker["Content-Type"].startswith("text/javascript")
    shell = json.loads(text(worker).split("self.SHELL = ")[1].split(";\n")[0])
    assert len(shell["assets"]) == len(ASSETS)
    assert shell["page"] == PAGE


def test_frame_and_worker_know_two_languages(client: Client, db: None) -> None:
    assert client.get("/presence/offline/fr/").status_code == 404
    assert client.get("/presence/worker/fr.js").status_code == 404


def test_the_manifest_opens_the_page(client: Client, db: None) -> None:
    manifest = client.get(reverse("attendance:presence_manifest"))

    assert manifest["Content-Type"] == "application/manifest+json"
    assert manifest.json()["start_url"] == PAGE


def test_terms_without_geotag_say_so(client: Client, emp: Employee) -> None:
    acknowledge(emp)
    terms(geotag=False)

    assert "data-position" not in text(client.get(PAGE))


def test_hr_publishes_the_notice(client: Client, world: World) -> None:
    client.force_login(world.users["hr"])
    url = reverse("attendance:privacy_notice")
    proposed = client.get(url).context["form"].initial
    assert len(proposed["text_id"]) > 200

    assert client.post(url, {"text_id": "pendek", "text_en": proposed["text_en"]}).status_code == 422
    assert client.post(url, proposed).status_code == 302
    assert client.post(url, proposed).status_code == 422, "the same words are no new version"
    assert PrivacyNotice.objects.get().version == 1
