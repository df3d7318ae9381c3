"""Proposals of unit heads for the task mapping: difference, decision by HR, and what the database keeps true."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from organization.models import (
    Notice,
    Placement,
    Position,
    TaskMappingProposal,
    TaskType,
)
from organization.services.task_mapping import map_many
from organization.services.task_proposals import (
    ProposalDecided,
    confirm_proposal,
    decide_many,
    decline_proposal,
    propose_mapping,
    withdraw_proposal,
)
from tests.organization.cast import body, days, get, make_cast, make_employee, make_unit, post, said
from tests.organization.mapping_kit import ask, held, make_position, make_proposals, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def hr(cast):
    return cast.users["hr"]


@pytest.fixture
def head(cast):
    return cast.users["head"]


@pytest.fixture
def types():
    """`study` meets the criteria of location and dynamic time, `desk` none."""
    return {"study": TaskType.objects.get(), "desk": TaskType.objects.create(code="D", name="Loket")}


@pytest.fixture
def analyst():
    return Position.objects.get()


def propose(by, position, types, **change):
    values = {"shares": {types["desk"].pk: 100}, "valid_from": days(5), "note": "Sesuai anjab."} | change
    (made,) = propose_mapping(by=by, position_ids=[position.pk], **values)
    return made


def test_a_head_proposes_in_the_browser_and_hr_is_told(client, cast, hr, head, types, analyst):
    query = f"ids={analyst.pk}"
    rows = [(types["desk"], 100)]
    looked = ask(client, head, "task_proposal_new", query, **sent(rows, note="Sesuai anjab."))

    answer = ask(
        client,
        head,
        "task_proposal_new",
        query,
        **sent(rows, action="apply", seen=looked.context["seen"], note="Sesuai anjab."),
    )

    assert analyst.name in said(client, answer)
    made = TaskMappingProposal.objects.get()
    assert (made.unit, made.proposed_by, made.status, made.note) == (cast.law, head, "waiting", "Sesuai anjab.")
    assert made.shares() == {types["desk"].pk: 100}
    assert held(analyst, days(5)) == {"T": 80}, "nothing changes before HR confirms"
    notice = Notice.objects.get(user=hr, code="task_mapping.proposed")
    assert notice.context == {"unit": "Hukum", "count": 1}
    assert not Notice.objects.filter(user=cast.users["lawhr"]).exists()


def test_a_confirmed_proposal_counts_from_its_day(client, hr, head, types, analyst):
    made = propose(head, analyst, types)
    page = body(get(client, hr, "task_proposal", made.pk))
    assert "2 unit" in page, "every unit that has the position is shown"
    assert "Kesehatan" in page

    said(client, post(client, hr, "task_proposal_confirm", made.pk))

    made.refresh_from_db()
    assert (made.status, made.decided_by) == ("confirmed", hr)
    assert (held(analyst, days(4)), held(analyst, days(5))) == ({"T": 80}, {"D": 100})
    assert Notice.objects.get(user=head).code == "task_mapping.confirmed"


def test_a_proposal_whose_day_has_passed_counts_from_today(hr, head, types, analyst):
    made = propose(head, analyst, types, valid_from=days(0))
    TaskMappingProposal.objects.update(valid_from=days(-10))

    confirm_proposal(by=hr, proposal_id=made.pk)

    made.refresh_from_db()
    assert made.valid_from == days(0)
    assert (held(analyst, days(-1)), held(analyst, days(0))) == ({"T": 80}, {"D": 100})


def test_a_declined_proposal_says_why(client, hr, head, types, analyst):
    made = propose(head, analyst, types)
    assert post(client, hr, "task_proposal_decline", made.pk, reason=" ").status_code == 422

    said(client, post(client, hr, "task_proposal_decline", made.pk, reason="Belum sesuai anjab."))

    made.refresh_from_db()
    assert (made.status, made.reason) == ("declined", "Belum sesuai anjab.")
    assert Notice.objects.get(user=head).context["reason"] == "Belum sesuai anjab."
    assert held(analyst, days(5)) == {"T": 80}
    assert "Belum sesuai anjab." in body(get(client, head, "task_proposal", made.pk))


def test_a_proposal_is_withdrawn_by_who_made_it(client, cast, hr, head, types, analyst):
    made = propose(head, analyst, types)
    assert post(client, hr, "task_proposal_withdraw", made.pk).status_code == 403

    said(client, post(client, head, "task_proposal_withdraw", made.pk))

    made.refresh_from_db()
    assert made.status == "withdrawn"
    assert propose(head, analyst, types).status == "waiting", "and another one may follow"


@pytest.mark.parametrize("state", ["confirmed", "declined", "withdrawn"])
@pytest.mark.parametrize("act", ["confirm", "decline", "withdraw"])
def test_what_is_decided_stays_decided(client, hr, head, types, analyst, state, act):
    made = propose(head, analyst, types)
    first = {"confirmed": ("confirm", hr), "declined": ("decline", hr), "withdrawn": ("withdraw", head)}[state]
    values = {"reason": "Alasan"}
    assert post(client, first[1], f"task_proposal_{first[0]}", made.pk, **values).status_code == 302

    by = head if act == "withdraw" else hr
    assert post(client, by, f"task_proposal_{act}", made.pk, **values).status_code == 409
    made.refresh_from_db()
    assert made.status == state


def test_one_proposal_waits_per_position(hr, head, types, analyst):
    propose(head, analyst, types)

    with pytest.raises(ValidationError):
        propose(head, analyst, types)
    row = TaskMappingProposal.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError):
        TaskMappingProposal.objects.bulk_create([row])


def test_a_head_proposes_for_the_own_units_only(cast, head, types, analyst):
    other = make_position("P")
    make_employee("satu", cast.health, position=other)

    with pytest.raises(PermissionDenied):
        propose_mapping(
            by=head, position_ids=[analyst.pk, other.pk], shares={types["desk"].pk: 100}, valid_from=days(0)
        )
    for name in ("emp", "sup", "hr", "audit", "boss"):
        with pytest.raises(PermissionDenied):
            propose(cast.users[name], analyst, types)
    assert not TaskMappingProposal.objects.exists()


def test_the_proposing_unit_is_the_highest_one_that_the_head_heads(cast, head, types):
    below = make_unit("H1", "Bantuan Hukum", parent=cast.law)
    Placement.objects.filter(employee=cast.employees["head"]).update(is_head=True)
    position = make_position("P")
    make_employee("satu", below, position=position)

    assert propose(head, position, types).unit == cast.law


@pytest.mark.parametrize("shares", [{}, {"desk": 90}, {"desk": 100, "study": 10}])
def test_a_proposal_is_the_whole_working_time(head, types, analyst, shares):
    with pytest.raises(ValidationError):
        propose(head, analyst, types, shares={types[name].pk: share for name, share in shares.items()})


def test_many_are_decided_and_each_says_what_became_of_it(client, cast, hr, head, types):
    made = make_proposals(cast, head, types, 3)
    map_many(by=hr, position_ids=[made[1].position_id], shares={types["desk"].pk: 100}, valid_from=days(40))
    withdraw_proposal(by=head, proposal_id=made[2].pk)

    answer = post(client, hr, "task_proposal_bulk", action="confirm", ids=[row.pk for row in made])

    page = said(client, answer)
    states = list(TaskMappingProposal.objects.order_by("pk").values_list("status", flat=True))
    assert states == ["confirmed", "waiting", "withdrawn"]
    assert made[1].position.name in page
    rows = decide_many(by=hr, proposal_ids=[made[1].pk], confirm=False, reason="Sudah ada pemetaan.")
    assert [row.done for row in rows] == [True]
    with pytest.raises(ValidationError):
        decide_many(by=hr, proposal_ids=[made[1].pk], confirm=False, reason="")


def test_hr_of_a_part_and_auditors_look_but_do_not_decide(cast, head, types, analyst):
    made = propose(head, analyst, types)
    for name in ("lawhr", "audit", "head", "boss"):
        with pytest.raises(PermissionDenied):
            confirm_proposal(by=cast.users[name], proposal_id=made.pk)
        with pytest.raises(PermissionDenied):
            decline_proposal(by=cast.users[name], proposal_id=made.pk, reason="x")
    assert TaskMappingProposal.objects.visible_to(cast.users["lawhr"]).exists()
    assert not TaskMappingProposal.objects.visible_to(cast.users["ohead"]).exists()


@pytest.mark.parametrize(
    "change",
    [{"status": "confirmed"}, {"status": "declined", "decided_at": timezone.now()}, {"decided_at": timezone.now()}],
)
def test_state_and_stamps_agree_in_the_database(head, types, analyst, change):
    made = propose(head, analyst, types)
    with pytest.raises(IntegrityError):
        TaskMappingProposal.objects.filter(pk=made.pk).update(**change)


def test_losing_to_a_colleague_is_told_in_words(hr, head, types, analyst):
    made = propose(head, analyst, types)
    confirm_proposal(by=hr, proposal_id=made.pk)

    with pytest.raises(ProposalDecided) as told:
        decline_proposal(by=hr, proposal_id=made.pk, reason="x")
    assert analyst.name in str(told.value)
