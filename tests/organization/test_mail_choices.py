"""People choose how notices come by mail; decisions about them come at once whatever they chose."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail as outgoing
from django.test import Client
from django.urls import reverse

from organization.mail_groups import ALWAYS_AT_ONCE, MailDelivery, NoticeGroup, group_of
from organization.models import DigestItem, MailPreference, Notice, OutboxMessage, User
from organization.notices import _texts
from organization.outbox import deliver
from organization.services.mail import preferences_of, queue_digests, set_mail_preferences
from organization.services.notices import notify
from tests.world import make_world

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)


@pytest.fixture
def emp() -> User:
    return make_world().users["emp"]


def tell(user: User, code: str = "performance.report_returned", key: str = "k", **context: str) -> None:
    """Give the notice and let the outbox deliver its mail."""
    notify(user_ids=[user.pk], code=code, context=context or {"day_on": "2026-11-24"}, url="/reports/", key=key)
    for message in OutboxMessage.objects.filter(topic="organization.mail", done_at__isnull=True):
        deliver(message.pk)


def send_digests(on: date = TODAY) -> None:
    queue_digests(on=on)
    for message in OutboxMessage.objects.filter(topic="organization.digest", done_at__isnull=True):
        deliver(message.pk)


def test_without_a_choice_a_mail_comes_at_once(emp: User) -> None:
    tell(emp)
    assert len(outgoing.outbox) == 1
    assert set(preferences_of(emp).values()) == {MailDelivery.NOW}


def test_switched_off_it_is_shown_in_the_app_only(emp: User) -> None:
    set_mail_preferences(by=emp, choices={NoticeGroup.PERFORMANCE: MailDelivery.OFF})
    tell(emp)
    tell(emp, code="import.finished", key="other", file="a.csv", accepted="1", rejected="0")
    assert [mail.subject for mail in outgoing.outbox] == ["Impor a.csv sudah selesai"]
    assert Notice.objects.filter(user=emp).count() == 2


def test_the_mail_of_the_day_names_each_notice_once_and_is_sent_once(emp: User) -> None:
    set_mail_preferences(by=emp, choices={NoticeGroup.PERFORMANCE: MailDelivery.DIGEST})
    tell(emp, key="a")
    tell(emp, key="b")
    assert not outgoing.outbox
    assert DigestItem.objects.count() == 2
    send_digests()
    send_digests()
    (sent,) = outgoing.outbox
    assert sent.to == [emp.email]
    assert sent.body.count("/reports/") == 2
    assert "2026" not in sent.subject
    assert not DigestItem.objects.exists()
    tell(emp, key="c")
    send_digests(date(2026, 11, 26))
    assert len(outgoing.outbox) == 2


@pytest.mark.parametrize("delivery", [MailDelivery.OFF, MailDelivery.DIGEST])
def test_what_concerns_rights_comes_at_once(emp: User, delivery: MailDelivery) -> None:
    set_mail_preferences(by=emp, choices=dict.fromkeys(NoticeGroup.values, delivery))
    tell(emp, code="performance.evaluation_shared", answer_by_on="2026-12-01")
    assert len(outgoing.outbox) == 1
    assert not DigestItem.objects.exists()


def test_every_code_that_always_comes_is_a_notice_of_ours() -> None:
    assert set(_texts) >= ALWAYS_AT_ONCE
    assert {group_of(code) for code in _texts} == set(NoticeGroup)


def test_the_choice_is_made_on_the_profile(client: Client, emp: User) -> None:
    client.force_login(emp)
    body = dict.fromkeys(NoticeGroup.values, "now") | {"performance": "digest"}
    assert client.post(reverse("organization:mail_preferences_save"), body).status_code == 302
    assert preferences_of(emp)["performance"] == "digest"
    client.post(reverse("organization:mail_preferences_save"), body | {"performance": "off"})
    assert preferences_of(emp)["performance"] == "off"
    wrong = client.post(reverse("organization:mail_preferences_save"), body | {"performance": "dove"}, follow=True)
    assert "Pilih untuk setiap jenis pemberitahuan" in wrong.content.decode()
    assert preferences_of(emp)["performance"] == "off"
    assert MailPreference.objects.filter(user=emp).count() == 4
