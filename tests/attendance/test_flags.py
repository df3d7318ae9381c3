"""Integrity flags: raised once, answered by the person, judged by who leads them; no day changes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from attendance.enums import FlagKind
from attendance.errors import StateChanged
from attendance.models import IntegrityFlag, StaleDay
from attendance.services.flags import NewFlag, answer_by, answer_flag, judge_flag, raise_flag, raise_flags
from organization.models import Notice
from tests.organization.cast import days, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def flagged(cast, name="emp", kind=FlagKind.CLOCK):
    return raise_flag(employee_id=cast.employees[name].pk, day=days(-1), kind=kind, detail={"minutes": 30})


def test_flag_is_raised_once_a_day_and_kind_and_the_person_is_told_once(cast):
    first = flagged(cast)
    employee = cast.employees["emp"]

    again = raise_flags([NewFlag(employee.pk, days(-1), kind) for kind in (FlagKind.CLOCK, FlagKind.TRAVEL)])

    assert again == 1
    assert flagged(cast) == first
    assert IntegrityFlag.objects.count() == 2
    assert Notice.objects.filter(code="attendance.flag_raised", user=employee.user).count() == 1
    assert not StaleDay.objects.exists(), "no flag touches a day"


def test_person_answers_and_the_supervisor_judges(cast):
    flag = flagged(cast)

    answer_flag(by=cast.users["emp"], flag_id=flag.pk, text=" Ponsel baru. ")
    assert Notice.objects.filter(code="attendance.flag_answered", user=cast.users["sup"]).exists()
    judged = judge_flag(by=cast.users["sup"], flag_id=flag.pk, uphold=True, reason="Sudah dibahas.")

    assert (judged.status, judged.answer, judged.judged_by) == ("upheld", "Ponsel baru.", cast.users["sup"])
    assert Notice.objects.filter(code="attendance.flag_judged", user=cast.users["emp"]).exists()
    with pytest.raises(StateChanged):
        judge_flag(by=cast.users["head"], flag_id=flag.pk, uphold=False, reason="Lagi.")
    with pytest.raises(StateChanged):
        answer_flag(by=cast.users["emp"], flag_id=flag.pk, text="Lagi.")


def test_upheld_only_after_the_answer_or_its_time(cast):
    flag = flagged(cast)
    with pytest.raises(ValidationError):
        judge_flag(by=cast.users["sup"], flag_id=flag.pk, uphold=True, reason="Tidak benar.")
    with pytest.raises(ValidationError):
        judge_flag(by=cast.users["sup"], flag_id=flag.pk, uphold=False, reason=" ")

    IntegrityFlag.objects.update(raised_at=timezone.now() - timedelta(days=30))
    flag.refresh_from_db()

    assert answer_by(flag) < days(0)
    assert judge_flag(by=cast.users["sup"], flag_id=flag.pk, uphold=True, reason="Tidak dijawab.").status == "upheld"


def test_dismissed_at_any_time(cast):
    flag = flagged(cast)

    assert judge_flag(by=cast.users["hr"], flag_id=flag.pk, uphold=False, reason="Wajar.").status == "dismissed"


@pytest.mark.parametrize("name", ["emp", "col1", "out", "ohead", "audit", "seal"])
def test_nobody_else_judges(cast, name):
    flag = flagged(cast)
    with pytest.raises(PermissionDenied):
        judge_flag(by=cast.users[name], flag_id=flag.pk, uphold=False, reason="Wajar.")


@pytest.mark.parametrize("name", ["sup", "hr", "col1"])
def test_nobody_else_answers(cast, name):
    flag = flagged(cast)
    with pytest.raises(PermissionDenied):
        answer_flag(by=cast.users[name], flag_id=flag.pk, text="Saya.")


def test_pages_answer_and_judge(client, cast):
    flag = flagged(cast)
    client.force_login(cast.users["emp"])
    assert "30" in client.get(reverse("attendance:flag", args=[flag.pk])).content.decode()
    assert client.post(reverse("attendance:flag_answer", args=[flag.pk]), {"answer": ""}).status_code == 422
    assert client.post(reverse("attendance:flag_answer", args=[flag.pk]), {"answer": "Baru."}).status_code == 302
    assert client.post(reverse("attendance:flag_answer", args=[flag.pk]), {"answer": "Baru."}).status_code == 409
    client.force_login(cast.users["sup"])
    assert "Baru." in client.get(reverse("attendance:flag", args=[flag.pk])).content.decode()
    form = {"verdict": "uphold", "reason": "Dibahas."}
    assert client.post(reverse("attendance:flag_judge", args=[flag.pk]), form).status_code == 302
    assert client.post(reverse("attendance:flag_judge", args=[flag.pk]), form).status_code in (409, 422)
    client.force_login(cast.users["col1"])
    assert client.get(reverse("attendance:flag", args=[flag.pk])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_questions(client, cast, number, django_assert_max_num_queries):
    for kind in list(FlagKind)[:number]:
        flagged(cast, kind=kind)
    client.force_login(cast.users["sup"])

    with django_assert_max_num_queries(15):
        page = client.get(reverse("attendance:flag_list"))

    assert page.content.decode().count("/flags/") >= number
