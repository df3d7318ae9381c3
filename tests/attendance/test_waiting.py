"""Calls, recalls and confirmations stand above every page while they are open, at no further query."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import Contact, PresencePrompt
from attendance.services.contacts import answer_contact, ask_reply, mark_delivered, withdraw_contact
from attendance.services.prompts import answer_prompt
from tests.organization.cast import Cast, make_cast

BAR = 'class="acting asked'


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def asked(cast: Cast, name: str = "emp") -> Contact:
    return ask_reply(by=cast.users["sup"], employee_id=cast.employees[name].pk, message="Mohon jawaban.")


def recalled(cast: Cast, days: int) -> Contact:
    return Contact.objects.create(
        employee=cast.employees["emp"], kind="recall", message="Rapat.", asked_by=cast.users["sup"], minutes=30,
        day=timezone.localdate() + timedelta(days=days), asked_at=timezone.now(),
    )  # fmt: skip


def prompted(cast: Cast, minutes_ago: int = 10) -> PresencePrompt:
    asked_at = timezone.now() - timedelta(minutes=minutes_ago)
    return PresencePrompt.objects.create(
        employee=cast.employees["emp"], day=timezone.localdate(asked_at), asked_at=asked_at
    )


def page(client: Client, cast: Cast, url: str, name: str = "emp") -> str:
    client.force_login(cast.users[name])
    return client.get(url).content.decode()


URLS = ["fwa:home", "organization:profile", "attendance:correction_list"]


@pytest.mark.parametrize("name", URLS)
def test_each_stands_above_every_page_of_whoever_is_asked_only(client: Client, cast: Cast, name: str) -> None:
    url = reverse(name)
    assert BAR not in page(client, cast, url)
    call, recall = asked(cast), recalled(cast, 0)
    prompted(cast)

    shown = page(client, cast, url)

    assert shown.count(BAR) == 3
    for target in (("contact", call.pk), ("contact", recall.pk)):
        assert reverse(f"attendance:{target[0]}", args=[target[1]]) in shown
    assert BAR not in page(client, cast, url, "sup")


def test_they_wait_on_the_first_page_too(client: Client, cast: Cast) -> None:
    asked(cast)
    shown = page(client, cast, reverse("fwa:home")).split('id="waiting"')[1]
    assert "Atasan Anda meminta 1 jawaban." in shown


def test_the_page_itself_does_not_say_it_twice_and_showing_the_bar_starts_no_time(client: Client, cast: Cast) -> None:
    call = asked(cast)
    prompt = prompted(cast)
    for name in URLS:
        page(client, cast, reverse(name))
    call.refresh_from_db()
    prompt.refresh_from_db()
    assert (call.delivered_at, prompt.seen_at) == (None, None)
    assert page(client, cast, reverse("attendance:contact", args=[call.pk])).count(BAR) == 1
    shown = page(client, cast, reverse("attendance:presence"))
    assert shown.count(BAR) == 1
    assert 'id="prompt"' in shown


def test_it_goes_with_the_answer_the_withdrawal_or_its_time(client: Client, cast: Cast) -> None:
    url = reverse("organization:profile")
    call = asked(cast)
    answer_contact(by=cast.users["emp"], contact_id=call.pk, answer="Siap.")
    withdraw_contact(by=cast.users["sup"], contact_id=asked(cast).pk)
    recalled(cast, -1)
    prompted(cast, 60 * 13)
    answer_prompt(by=cast.users["emp"], prompt_id=prompted(cast).pk)
    missed = asked(cast)
    mark_delivered(by=cast.users["emp"], contact_ids=[missed.pk])
    Contact.objects.filter(pk=missed.pk).update(missed_at=timezone.now())

    assert BAR not in page(client, cast, url)


def test_several_of_a_kind_are_one_line_and_no_query_more(client: Client, cast: Cast) -> None:
    url = reverse("organization:profile")
    client.force_login(cast.users["emp"])
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    for days in (1, 2, 3):
        recalled(cast, days)
    asked(cast)
    with CaptureQueriesContext(connection) as after:
        shown = client.get(url).content.decode()

    assert shown.count(BAR) == 2
    assert reverse("attendance:contact_list") in shown
    assert len(after) == len(before)
