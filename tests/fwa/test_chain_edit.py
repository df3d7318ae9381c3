"""Another approval chain from a day on."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from eligibility.models import Policy
from fwa.chain import stages_for
from fwa.models import ChainStage, Step
from fwa.services.chain import ChainApplies, set_chain, withdraw_chain
from fwa.services.requests import save_draft, submit_request
from tests.eligibility.drafting import make_drafting_world
from tests.world import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_drafting_world()


def day(number):
    return timezone.localdate() + timedelta(days=number)


def set_from(world, start, *levels, name="hr", decree_no="3/2026"):
    return set_chain(
        by=world.users[name],
        policy_code="location",
        levels=levels or [("unit_head", 2), ("authority", 4)],
        valid_from=start,
        decree_no=decree_no,
    )


def levels_on(start):
    return [(stage.role, stage.due_days) for stage in stages_for("location", start)]


def test_the_running_chain_ends_the_day_before(world):
    before = levels_on(day(9))

    set_from(world, day(10))

    assert levels_on(day(9)) == before
    assert levels_on(day(10)) == [("unit_head", 2), ("authority", 4)]
    assert len(stages_for("shift", day(10))) == 4  # the other policies keep theirs


@pytest.mark.parametrize(
    "levels",
    [
        pytest.param([("supervisor", 3)], id="no-authority"),
        pytest.param([("authority", 3), ("hr", 3)], id="authority-not-last"),
        pytest.param([("hr", 3), ("hr", 3), ("authority", 3)], id="a-level-twice"),
        pytest.param([("hr", 0), ("authority", 3)], id="no-days"),
        pytest.param([("nobody", 3), ("authority", 3)], id="unknown"),
    ],
)
def test_a_chain_that_cannot_decide_is_refused(world, levels):
    with pytest.raises(ValidationError):
        set_from(world, day(10), *levels)
    assert len(levels_on(day(10))) == 4


def test_a_chain_is_never_empty(world):
    with pytest.raises(ValidationError):
        set_chain(by=world.users["hr"], policy_code="location", levels=[], valid_from=day(1), decree_no="1")


@pytest.mark.parametrize(("start", "decree_no"), [(-1, "3/2026"), (10, "")])
def test_a_day_of_the_past_and_no_decree_are_refused(world, start, decree_no):
    with pytest.raises(ValidationError):
        set_from(world, day(start), decree_no=decree_no)


def test_a_later_chain_is_withdrawn_first(world):
    set_from(world, day(10))
    with pytest.raises(ValidationError):
        set_from(world, day(5))

    withdraw_chain(by=world.users["hr"], policy_code="location", valid_from=day(10))

    assert len(levels_on(day(10))) == 4
    with pytest.raises(ChainStage.DoesNotExist):
        withdraw_chain(by=world.users["hr"], policy_code="location", valid_from=day(10))
    begun = ChainStage.objects.filter(policy__code="location").earliest("valid_from").valid_from
    with pytest.raises(ChainApplies):
        withdraw_chain(by=world.users["hr"], policy_code="location", valid_from=begun)


def test_a_request_under_way_keeps_its_steps(world):
    sent = submit_request(by=world.users["emp"], request_id=save_draft(by=world.users["emp"], data=draft()).pk)
    before = list(Step.objects.filter(request=sent).values_list("role", "due_days"))

    set_from(world, day(0))

    assert list(Step.objects.filter(request=sent).values_list("role", "due_days")) == before
    later = save_draft(by=world.users["col1"], data=draft(weekdays=(1,)))
    steps = submit_request(by=world.users["col1"], request_id=later.pk).steps.order_by("order")
    assert [step.role for step in steps] == ["unit_head", "authority"]


@pytest.mark.parametrize("name", ["emp", "sup", "boss"])
def test_only_hr_of_the_agency_sets_a_chain(world, name):
    with pytest.raises(PermissionDenied):
        set_from(world, day(10), name=name)
    with pytest.raises(PermissionDenied):
        withdraw_chain(by=world.users[name], policy_code="location", valid_from=day(10))


def test_two_levels_never_stand_at_one_place(world):
    policy = Policy.objects.get(code="location")
    with pytest.raises(IntegrityError, match="chain_stage_order_once"), transaction.atomic():
        ChainStage.objects.create(policy=policy, order=1, role="hr", valid_from=day(30))


def form(**changes):
    values = {
        "valid_from": str(day(10)), "decree_no": "3/2026", "place_supervisor": "", "place_unit_head": "1",
        "place_hr": "2", "days_supervisor": "", "days_unit_head": "2", "days_hr": "3", "days_authority": "5",
    }  # fmt: skip
    return values | changes


def test_the_page_sets_lists_and_withdraws_a_chain(client, world):
    client.force_login(world.users["hr"])
    url = reverse("fwa:chain_edit", args=["location"])

    assert client.get(url).status_code == 200
    for wrong in ({"place_hr": "1"}, {"days_hr": ""}, {"days_authority": "0"}, {"valid_from": str(day(-1))}):
        assert client.post(url, form(**wrong)).status_code == 422
    assert client.post(url, form()).status_code == 302

    assert levels_on(day(10)) == [("unit_head", 2), ("hr", 3), ("authority", 5)]
    withdraw = reverse("fwa:chain_withdraw", args=["location", str(day(10))])
    assert withdraw in client.get(reverse("fwa:chain_list")).content.decode()
    assert client.get(reverse("fwa:chain_history", args=["location"])).content.decode().count("<section") == 2
    assert client.post(withdraw).status_code == 302
    assert len(levels_on(day(10))) == 4
    assert client.post(reverse("fwa:chain_withdraw", args=["location", "kemarin"])).status_code == 404
