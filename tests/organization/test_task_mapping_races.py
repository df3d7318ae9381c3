"""Two people at the mapping of the same positions at once: one after the other, never a deadlock or 101 percent."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from organization.models import Position, PositionTask, TaskMappingProposal, TaskType, User
from organization.services.task_mapping import MappingChanged, map_many
from organization.services.task_proposals import (
    ProposalDecided,
    confirm_proposal,
    decline_proposal,
    propose_mapping,
)
from organization.task_mapping import fingerprint
from tests.fwa.racing import pair
from tests.organization.cast import days, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 12


@pytest.fixture
def cast():
    made = make_cast()
    User.objects.update(email="")  # mails are sent at once in tests, and these races are not about them
    return made


@pytest.fixture
def racers():
    with pair() as found:
        yield found


@pytest.fixture
def types():
    return TaskType.objects.get(), TaskType.objects.create(code="D", name="Loket")


def test_two_edit_the_same_positions_in_opposite_order(cast, racers, types):
    hr = cast.users["hr"]
    ids = [Position.objects.create(code=f"P{n}", name=f"Jabatan {n}", kind="pelaksana").pk for n in range(5)]

    def change(task_type, order):
        shares = {task_type.pk: 100}
        seen = fingerprint(ids, shares, days(0))
        return lambda: map_many(by=hr, position_ids=order, shares=shares, valid_from=days(0), seen=seen)

    for number in range(ROUNDS):
        PositionTask.objects.filter(position__in=ids).delete()
        results = racers.run(change(types[0], ids), change(types[1], ids[::-1]), head_start=(number % 3 - 1) * 0.01)

        assert sorted(type(result).__name__ for result in results) == ["MappingChanged", "int"], results
        totals = PositionTask.objects.filter(position__in=ids).values_list("position").annotate(Sum("share_pct"))
        assert sorted(totals) == [(pk, 100) for pk in sorted(ids)]
        assert MappingChanged in {type(result) for result in results}


def test_a_proposal_is_decided_once(cast, racers, types):
    hr, head = cast.users["hr"], cast.users["head"]
    position = Position.objects.get(code="AK")
    for number in range(ROUNDS):
        (made,) = propose_mapping(
            by=head, position_ids=[position.pk], shares={types[number % 2].pk: 100}, valid_from=days(0)
        )
        results = racers.run(
            lambda pk=made.pk: confirm_proposal(by=hr, proposal_id=pk),
            lambda pk=made.pk: decline_proposal(by=hr, proposal_id=pk, reason="Belum"),
            head_start=(number % 3 - 1) * 0.01,
        )

        assert sorted(type(result).__name__ for result in results) == ["ProposalDecided", "TaskMappingProposal"]
        assert ProposalDecided in {type(result) for result in results}
        assert TaskMappingProposal.objects.get(pk=made.pk).status in ("confirmed", "declined")


def test_two_heads_propose_for_the_same_position_at_once(cast, racers, types):
    position = Position.objects.get(code="AK")

    def propose(by):
        return lambda: propose_mapping(by=by, position_ids=[position.pk], shares={types[0].pk: 100}, valid_from=days(0))

    for _round in range(ROUNDS):
        TaskMappingProposal.objects.all().delete()
        results = racers.run(propose(cast.users["head"]), propose(cast.users["ohead"]))

        assert sorted(isinstance(result, ValidationError) for result in results) == [False, True], results
        assert TaskMappingProposal.objects.waiting().count() == 1
