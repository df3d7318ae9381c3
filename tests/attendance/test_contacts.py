"""Calls for a reply and recalls: what counts as missed, who may, and what a recall does to the place."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from attendance.enums import FlagKind
from attendance.errors import StateChanged
from attendance.models import Absence, AssignmentDay, Contact, IntegrityFlag, OutageWindow, StaleDay
from attendance.selectors import unit_loads
from attendance.services.contacts import (
    answer_contact,
    ask_reply,
    look_after_contacts,
    mark_delivered,
    note_attempt,
    withdraw_contact,
)
from attendance.services.recalls import recall_to_office, withdraw_recall
from organization.models import Notice, OutboxMessage, StaffingMinimum
from organization.services.webhooks import create_webhook
from tests.fwa.letters_kit import determined
from tests.organization.cast import body, days, make_cast
from tests.systems import connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def asked(cast, name: str = "emp") -> Contact:
    return ask_reply(by=cast.users["sup"], employee_id=cast.employees[name].pk, message="Mohon jawaban.")


def shown(cast, contact: Contact, minutes_ago: int) -> Contact:
    mark_delivered(by=cast.users["emp"], contact_ids=[contact.pk])
    Contact.objects.filter(pk=contact.pk).update(delivered_at=timezone.now() - timedelta(minutes=minutes_ago))
    contact.refresh_from_db()
    return contact


def look() -> int:
    return look_after_contacts(at=timezone.now())


def test_what_was_never_shown_is_never_missed(cast):
    contact = asked(cast)
    Contact.objects.update(asked_at=timezone.now() - timedelta(days=3))
    assert look() == 0
    assert Notice.objects.get(code="attendance.reply_asked").user == cast.users["emp"]
    assert Contact.objects.get(pk=contact.pk).missed_at is None


@pytest.mark.parametrize(("minutes", "missed"), [(29, 0), (31, 1)])
def test_the_time_runs_from_when_it_was_shown(cast, minutes, missed):
    shown(cast, asked(cast), minutes)
    assert look() == missed
    assert look() == 0


def test_three_in_a_row_raise_a_flag_that_can_be_answered(cast):
    for _number in range(3):
        assert not IntegrityFlag.objects.exists()
        shown(cast, asked(cast), 60)
        assert look() == 1
    flag = IntegrityFlag.objects.get()
    assert (flag.kind, flag.status, flag.detail["missed"]) == (FlagKind.NO_ANSWER, "open", 3)


def test_an_answer_between_breaks_the_row(cast):
    for number in range(4):
        contact = shown(cast, asked(cast), 60)
        if number == 1:
            answer_contact(by=cast.users["emp"], contact_id=contact.pk, answer="Siap.")
        look()
    assert not IntegrityFlag.objects.exists()


def test_a_time_in_which_the_system_was_down_is_nobodys_miss(cast):
    shown(cast, asked(cast), 60)
    now = timezone.now()
    OutageWindow.objects.create(
        cause="system", starts_at=now - timedelta(minutes=50), ends_at=now - timedelta(minutes=45), reason="Listrik",
        entered_at=now,
    )  # fmt: skip
    assert look() == 0


def test_a_late_answer_stands_beside_the_miss(cast):
    contact = shown(cast, asked(cast), 60)
    look()
    contact = answer_contact(by=cast.users["emp"], contact_id=contact.pk, answer="Maaf, sedang rapat.")
    assert contact.missed_at and contact.answered_at  # noqa: PT018
    with pytest.raises(StateChanged):
        answer_contact(by=cast.users["emp"], contact_id=contact.pk, answer="Lagi.")


def test_a_call_that_reached_somebody_is_an_answer(cast):
    contact = asked(cast)
    note_attempt(by=cast.users["sup"], contact_id=contact.pk, reached=False, note="Tidak diangkat.")
    assert Contact.objects.get().answered_at is None
    note_attempt(by=cast.users["head"], contact_id=contact.pk, reached=True)
    assert Contact.objects.get().answered_at is not None
    assert contact.attempts.count() == 2


def test_no_second_question_while_the_first_can_be_answered(cast):
    first = asked(cast)
    with pytest.raises(ValidationError):
        asked(cast)
    withdraw_contact(by=cast.users["sup"], contact_id=first.pk)
    assert asked(cast)


@pytest.mark.parametrize("name", ["emp", "col1", "hr", "audit", "boss", "out", "ohead"])
def test_who_may_not_ask_or_recall(cast, name):
    employee_id = cast.employees["emp"].pk
    with pytest.raises(PermissionDenied):
        ask_reply(by=cast.users[name], employee_id=employee_id, message="Halo")
    with pytest.raises(PermissionDenied):
        recall_to_office(by=cast.users[name], employee_id=employee_id, day=days(1), reason="Rapat")


def test_only_ones_own_is_shown_or_answered(cast):
    contact = asked(cast)
    assert mark_delivered(by=cast.users["col1"], contact_ids=[contact.pk]) == 0
    with pytest.raises(PermissionDenied):
        answer_contact(by=cast.users["sup"], contact_id=contact.pk, answer="Atas nama.")


def test_opening_the_page_counts_for_nothing_and_the_button_does(client, cast):
    contact = asked(cast)
    client.force_login(cast.users["emp"])
    address = reverse("attendance:contact", args=[contact.pk])
    assert "data-send-when-shown" in body(client.get(address))
    assert Contact.objects.get().delivered_at is None
    assert client.post(reverse("attendance:contact_delivered", args=[contact.pk])).status_code == 302
    assert Contact.objects.get().delivered_at is not None
    assert "data-send-when-shown" not in body(client.get(address))
    assert client.post(reverse("attendance:contact_answer", args=[contact.pk]), {"answer": ""}).status_code == 422


def test_other_systems_hear_no_word_of_it(cast):
    gate, _secret = connect(cast.users["hr"], "fwa:read")
    create_webhook(
        by=cast.users["hr"], client_id=gate.pk, name="Gerbang", url="https://contoh.go.id/h", events=["contact.asked"]
    )
    asked(cast)
    text = str(OutboxMessage.objects.get(topic="organization.webhook_event").payload)
    assert "contact.asked" in text
    assert "Mohon" not in text


# Recalls -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def away(cast):
    """The employee's first day at home."""
    determined(cast.world)
    return AssignmentDay.objects.filter(employee=cast.employees["emp"]).order_by("day").first()


def recalled(cast, day, name: str = "sup") -> Contact:
    return recall_to_office(
        by=cast.users[name], employee_id=cast.employees["emp"].pk, day=day, reason="Tamu kementerian."
    )


def away_on(cast, day) -> int:
    loads = unit_loads(paths=[cast.law.path], groups=[], start=day, end=day, exclude_employee_id=0)
    return loads.on(cast.law.path, day).away


def test_a_recall_frees_the_place_and_makes_an_office_day(cast, away):
    StaleDay.objects.all().delete()
    assert away_on(cast, away.day) == 1
    contact = recalled(cast, away.day)
    away.refresh_from_db()
    assert (away.status, away.is_away, away.counts_toward_cap) == ("suspended", False, False)
    assert away_on(cast, away.day) == 0
    assert contact.counted_toward_cap
    assert StaleDay.objects.filter(employee=cast.employees["emp"]).exists()
    assert Notice.objects.get(code="attendance.recalled").user == cast.users["emp"]
    with pytest.raises(ValidationError):
        recalled(cast, away.day)


def test_withdrawing_takes_the_place_again(cast, away):
    contact = recalled(cast, away.day)
    withdraw_recall(by=cast.users["head"], contact_id=contact.pk)
    away.refresh_from_db()
    assert (away.status, away.is_away, away.counts_toward_cap) == ("in_force", True, True)
    with pytest.raises(StateChanged):
        withdraw_recall(by=cast.users["head"], contact_id=contact.pk)
    assert recalled(cast, away.day), "and it may be recalled again"


def test_a_place_that_somebody_else_has_by_now_is_not_given_back(cast, away):
    contact = recalled(cast, away.day)
    determined(cast.world, "col1", weekdays=(away.day.isoweekday(),))
    assert away_on(cast, away.day) == 1
    with pytest.raises(ValidationError, match="1"):
        withdraw_recall(by=cast.users["sup"], contact_id=contact.pk)
    assert Contact.objects.get(pk=contact.pk).withdrawn_at is None
    assert away_on(cast, away.day) == 1


def test_a_minimum_set_meanwhile_holds(cast, away):
    contact = recalled(cast, away.day)
    StaffingMinimum.objects.create(unit=cast.law, count=5, valid_from=days(0))
    with pytest.raises(ValidationError):
        withdraw_recall(by=cast.users["sup"], contact_id=contact.pk)


def test_which_days_can_be_recalled(cast, away):
    for day in (days(-1), days(100), away.day - timedelta(days=away.day.weekday() - 5)):
        with pytest.raises(ValidationError):
            recalled(cast, day)
    Absence.objects.create(
        employee=cast.employees["emp"], kind="leave", reference="C-1", valid_from=away.day, valid_to=away.day
    )
    with pytest.raises(ValidationError):
        recalled(cast, away.day)


def test_recall_by_the_page(client, cast, away):
    client.force_login(cast.users["sup"])
    address = reverse("attendance:recall_create")
    values = {"employee": "emp", "day": away.day.isoformat(), "message": "Tamu."}
    assert client.post(address, {**values, "message": ""}).status_code == 422
    answer = client.post(address, values)
    assert answer.status_code == 302
    assert "Tamu." in body(client.get(answer.url))
    contact = Contact.objects.get()
    assert client.post(reverse("attendance:contact_withdraw", args=[contact.pk])).status_code == 302
    assert client.post(reverse("attendance:contact_withdraw", args=[contact.pk])).status_code == 409
