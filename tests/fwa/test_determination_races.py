"""A determination and a request for the same place at the same moment, on real connections: never one too many."""

from collections import Counter

import pytest

from attendance.models import AssignmentDay
from fwa import ledger
from fwa.errors import NoDateLeft
from fwa.models import Decision, Determination, Request, Step
from fwa.services.decisions import approve_step
from fwa.services.determination_decision import ask_decision, perform_decision
from fwa.services.determination_plan import prepare_determination
from fwa.services.determinations import add_from_list, save_determination
from fwa.services.requests import save_draft, submit_request
from organization.models import User
from tests.fwa.determinations_kit import data
from tests.fwa.racing import pair
from tests.world import draft, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    made = make_world()
    User.objects.update(email="")
    for user in made.users.values():
        user.email = ""
    return made


def sent_to_the_head(world, name):
    fwa_request = submit_request(by=world.users[name], request_id=save_draft(by=world.users[name], data=draft()).pk)
    approve_step(by=world.users["sup"], step_id=Step.objects.current().get(request=fwa_request).pk)
    return Step.objects.current().get(request=fwa_request)


@pytest.mark.parametrize("head_start", [-0.15, 0, 0.15])
def test_the_last_place_goes_to_the_decree_or_to_the_request(world, head_start):
    made = save_determination(by=world.users["hr"], data=data(world.law))
    add_from_list(by=world.users["hr"], determination_id=made.pk, text="col1")
    made = prepare_determination(by=world.users["hr"], determination_id=made.pk)
    step = sent_to_the_head(world, "emp")
    asked = ask_decision(by=world.users["boss"], determination_id=made.pk, digest=made.plan_digest)
    Request.objects.filter(pk=step.request_id).exists()

    with pair() as racers:
        results = racers.run(
            lambda: perform_decision(asked.pk, asked.asked_at.isoformat()),
            lambda: approve_step(by=world.users["head"], step_id=step.pk),
            head_start=head_start,
        )

    made = Determination.objects.get(pk=made.pk)
    away = Counter(AssignmentDay.objects.filter(is_away=True).values_list("day", flat=True))
    assert set(away.values()) == {1}
    if made.status == "decided":
        assert isinstance(results[1], NoDateLeft), results
    else:
        assert isinstance(results[1], Decision), results
        assert (made.status, {item["code"] for item in made.difference}) == ("prepared", {"unit_full"})
        assert not Request.objects.filter(determination=made).exists()
    assert ledger.verify() == []
