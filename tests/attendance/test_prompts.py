"""Random confirmations: asked where the terms say so, missed only when they were seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from attendance.models import IntegrityFlag, PresenceEvent, PresencePrompt, StaleDay, WorkDay
from attendance.services.prompts import EVERY, answer_prompt, ask_prompts, flag_missed_prompts, see_prompt
from organization.models import Employee, Notice, User
from tests.attendance.presence_kit import at, terms
from tests.world import World, make_world


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def emp(world: World) -> Employee:
    """At home today; the colleague is at the office."""
    for name, place in (("emp", "home"), ("col1", "office")):
        WorkDay.objects.create(
            employee=world.employees[name], unit=world.law, day=timezone.localdate(), zone="Asia/Makassar",
            source="arrangement", whereabouts=place, first_start=at(7, 30), first_end=at(16), built_at=timezone.now(),
        )  # fmt: skip
    return world.employees["emp"]


def whole_day() -> int:
    """The worker's day, every five minutes."""
    moment, asked = at(6), 0
    while moment <= at(18):
        asked += ask_prompts(at=moment)
        moment += EVERY
    return asked


def user_of(employee: Employee) -> User:
    assert employee.user
    return employee.user


def asked_prompt(employee: Employee) -> PresencePrompt:
    return PresencePrompt.objects.create(employee=employee, day=timezone.localdate(), asked_at=at(9))


@pytest.mark.parametrize("number", [0, 1, 3])
def test_as_many_as_the_terms_ask_for_and_only_away_from_the_office(emp: Employee, number: int) -> None:
    terms(prompts_per_day=number)

    assert whole_day() == number
    assert whole_day() == 0, "working it out again asks nobody twice"
    assert set(PresencePrompt.objects.values_list("employee", flat=True)) <= {emp.pk}
    for prompt in PresencePrompt.objects.all():
        assert at(7, 30) <= prompt.asked_at <= at(15)
    assert Notice.objects.filter(user=emp.user, code="presence.prompt").count() == number


def test_what_nobody_saw_is_never_missed(emp: Employee) -> None:
    asked_prompt(emp)

    assert flag_missed_prompts(at=at(23)) == 0
    assert not IntegrityFlag.objects.exists()


def test_a_seen_one_without_an_answer_is_one_flag(emp: Employee) -> None:
    prompt = asked_prompt(emp)
    see_prompt(by=user_of(emp), prompt_id=prompt.pk, at=at(9, 10))
    see_prompt(by=user_of(emp), prompt_id=prompt.pk, at=at(9, 50))

    assert flag_missed_prompts(at=at(9, 39)) == 0
    flag_missed_prompts(at=at(9, 41))
    flag_missed_prompts(at=at(9, 46))

    assert IntegrityFlag.objects.get().kind == "prompt_missed"
    with pytest.raises(ValidationError):
        answer_prompt(by=user_of(emp), prompt_id=prompt.pk, at=at(9, 42))


def test_an_answer_is_a_confirmation_and_no_check_in(emp: Employee) -> None:
    prompt = asked_prompt(emp)
    see_prompt(by=user_of(emp), prompt_id=prompt.pk, at=at(9, 10))

    answer_prompt(by=user_of(emp), prompt_id=prompt.pk, at=at(9, 20))
    answer_prompt(by=user_of(emp), prompt_id=prompt.pk, at=at(9, 25))

    assert PresenceEvent.objects.get().direction == "confirm"
    assert not StaleDay.objects.exists()
    assert flag_missed_prompts(at=at(12)) == 0


def test_nobody_answers_for_somebody_else(world: World, emp: Employee) -> None:
    prompt = asked_prompt(emp)

    with pytest.raises(PermissionDenied):
        answer_prompt(by=world.users["col1"], prompt_id=prompt.pk)


def test_the_page_asks_and_opening_it_writes_nothing(client: Client, emp: Employee, time_machine: Any) -> None:
    terms(prompts_per_day=1)
    prompt = asked_prompt(emp)
    time_machine.move_to(at(9) + timedelta(minutes=5), tick=False)
    client.force_login(user_of(emp))

    page = client.get("/presence/").content.decode()

    assert f"/presence/prompts/{prompt.pk}/answer/" in page
    prompt.refresh_from_db()
    assert prompt.seen_at is None
    assert client.post(f"/presence/prompts/{prompt.pk}/seen/").status_code == 204
    assert client.post(f"/presence/prompts/{prompt.pk}/answer/").status_code == 302
    assert "/answer/" not in client.get("/presence/").content.decode()
