"""One request from draft to determination, and what happens to those who come second."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from eligibility.screening import replays_identically
from fwa import ledger
from fwa.errors import AlreadyDecided, NoDateLeft, NotEligible
from fwa.models import Letter, Request, Step
from fwa.services.clock import escalate_overdue_steps, expire_holds
from fwa.services.decisions import (
    approve_many,
    approve_step,
    end_arrangement,
    reject_step,
    return_step,
)
from fwa.services.requests import save_draft, submit_request, withdraw_request
from organization.models import DisciplineCase, Notice, OutboxMessage
from tests.world import draft, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def sent(world, name, **changes):
    user = world.users[name]
    return submit_request(by=user, request_id=save_draft(by=user, data=draft(**changes)).pk)


def current(fwa_request):
    return Step.objects.current().get(request=fwa_request)


def approved(world, fwa_request, *names):
    for name in names:
        approve_step(by=world.users[name], step_id=current(fwa_request).pk)
    return Request.objects.get(pk=fwa_request.pk)


def test_from_draft_to_determination(world):
    fwa_request = sent(world, "emp")

    assert [step.roles for step in fwa_request.steps.all()] == [["supervisor"], ["unit_head"], ["hr"], ["authority"]]

    done = approved(world, fwa_request, "sup", "head", "hr", "boss")

    working_days = [
        day for day in draft().requested_days() if not done.dates.filter(day=day, status="refused").exists()
    ]
    assert done.status == "approved"
    assert set(done.dates.values_list("status", "is_live")) == {("granted", False)}
    assert list(done.assignment.days.values_list("day", "status")) == [(day, "in_force") for day in working_days]
    assert done.assignment.days.filter(is_away=True, counts_toward_cap=True).count() == len(working_days)
    assert Letter.objects.get(request=done).content["name"] == "emp"
    assert OutboxMessage.objects.filter(topic="fwa.render_letter").count() == 1
    assert next(row.code for row in ledger.entries_of(done)) == "request.submitted"
    assert [row.code for row in ledger.entries_of(done)][-1] == "request.determined"
    assert ledger.verify() == []
    assert all(replays_identically(screening) for screening in done.screenings.all())


def test_each_level_decides_only_its_own_step(world):
    fwa_request = sent(world, "emp")

    for name in ("emp", "head", "col1", "hr", "boss"):
        with pytest.raises(PermissionDenied):
            approve_step(by=world.users[name], step_id=current(fwa_request).pk)


def test_sending_twice_is_one_sending(world):
    fwa_request = sent(world, "emp")

    again = submit_request(by=world.users["emp"], request_id=fwa_request.pk)

    assert (again.number, again.steps.count()) == (fwa_request.number, 4)
    assert Notice.objects.filter(user=world.users["emp"], code="fwa.submitted").count() == 1


def test_a_third_day_in_a_week_is_refused_with_art_13_in_force(world):
    sent(world, "emp")

    with pytest.raises(ValidationError) as error:
        sent(world, "emp", weekdays=(3,))

    assert "dates" in error.value.message_dict


def test_the_second_request_for_the_last_place_reads_why(world):
    first, second = sent(world, "emp"), sent(world, "col1")
    approved(world, first, "sup", "head")
    approved(world, second, "sup")

    with pytest.raises(NoDateLeft) as error:
        approve_step(by=world.users["head"], step_id=current(second).pk)

    assert set(error.value.problems.values()) == {"unit_full"}


def test_deciding_what_a_colleague_decided_is_a_conflict(world):
    step = current(sent(world, "emp"))
    approve_step(by=world.users["sup"], step_id=step.pk)

    with pytest.raises(AlreadyDecided):
        approve_step(by=world.users["sup"], step_id=step.pk)


def test_a_return_gives_the_places_back_and_the_request_can_be_sent_again(world):
    fwa_request = approved(world, sent(world, "emp"), "sup", "head")
    return_step(by=world.users["hr"], step_id=current(fwa_request).pk, note="Lengkapi keluaran.")

    returned = Request.objects.get(pk=fwa_request.pk)
    assert (returned.status, returned.assignment, returned.dates.live().count()) == ("returned", None, 0)

    again = submit_request(by=world.users["emp"], request_id=returned.pk)
    assert (again.number, current(again).round) == (fwa_request.number, 2)


@pytest.mark.parametrize("missing", ["ground", "reason", "alternative"])
def test_a_refusal_needs_ground_reason_and_alternative(world, missing):
    parts = {"ground": "task", "reason": "Perlu tatap muka.", "alternative": "Ajukan satu hari."} | {missing: ""}

    with pytest.raises(ValidationError) as error:
        reject_step(by=world.users["sup"], step_id=current(sent(world, "emp")).pk, **parts)

    assert list(error.value.message_dict) == [missing]


def test_withdrawing_frees_the_dates(world):
    fwa_request = approved(world, sent(world, "emp"), "sup", "head")

    withdraw_request(by=world.users["emp"], request_id=fwa_request.pk)

    assert sent(world, "emp").status == "submitted"


def test_nobody_under_examination_is_eligible_art_25(world):
    today = timezone.localdate()
    DisciplineCase.objects.create(
        employee=world.employees["emp"], reference="P-1", status="examination", opened_on=today
    )

    with pytest.raises(NotEligible) as error:
        sent(world, "emp")

    assert [item.rule.criterion for result in error.value.results for item in result.failed] == ["not_examined"]


def test_bulk_agreement_tells_what_happened_to_each_row(world):
    steps = [current(sent(world, "emp")).pk, current(sent(world, "sup", weekdays=(1,))).pk]

    rows = approve_many(by=world.users["sup"], step_ids=steps)

    assert {row.name: row.ok for row in rows} == {"emp": True, "sup": False}


def test_ending_early_keeps_the_past_and_frees_the_rest(world):
    fwa_request = approved(world, sent(world, "emp"), "sup", "head", "hr", "boss")
    ended_on = fwa_request.valid_from + timedelta(days=7)

    end_arrangement(by=world.users["emp"], request_id=fwa_request.pk, ended_on=ended_on, reason="Tugas berubah.")

    days = fwa_request.assignment.days.values_list("day", flat=True)
    assert days
    assert all(day < ended_on for day in days)
    assert Request.objects.get(pk=fwa_request.pk).assignment.runs_to == ended_on - timedelta(days=1)


def test_held_places_expire_and_late_steps_are_reminded_once(world):
    fwa_request = approved(world, sent(world, "emp"), "sup", "head")
    later = timezone.localdate() + timedelta(days=60)

    assert expire_holds(on=later) == 1
    assert expire_holds(on=later) == 0
    assert Request.objects.get(pk=fwa_request.pk).assignment is None
    assert escalate_overdue_steps(on=later, at=timezone.now()) == 1
    assert escalate_overdue_steps(on=later, at=timezone.now()) == 0


def test_a_step_of_someone_who_left_moves_on_and_hr_is_told(world):
    fwa_request = sent(world, "emp")
    world.users["sup"].is_active = False
    world.users["sup"].save(update_fields=["is_active"])

    escalate_overdue_steps(on=timezone.localdate(), at=timezone.now())

    assert current(fwa_request).roles == ["supervisor", "unit_head"]
    assert Notice.objects.filter(user=world.users["hr"], code="fwa.nobody").exists()


def test_a_special_circumstance_without_evidence_is_not_sent_art_30(world):
    with pytest.raises(ValidationError) as error:
        sent(world, "emp", basis="special_circumstance")

    assert list(error.value.message_dict) == ["basis"]
