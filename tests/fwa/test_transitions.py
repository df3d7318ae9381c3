"""Every state, command and person: allowed, not this person (403), not in this state (409), or not so (400)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_fsm import TransitionNotAllowed

from fwa.errors import AlreadyDecided, NoDateLeft, NotEligible
from fwa.models import Decision, Request, Step
from fwa.services.clock import escalate_overdue_steps
from fwa.services.decisions import approve_many, approve_step, end_arrangement, reject_step, return_step
from fwa.services.requests import delete_draft, save_draft, submit_request, withdraw_request
from organization.models import Delegation, Notice, Placement, RoleGrant, UnitVersion
from tests.world import SINCE, draft, make_world, next_monday

pytestmark = pytest.mark.django_db

PEOPLE = ("emp", "col1", "sup", "head", "hr", "boss")
DONE, NOT_YOU, NOT_NOW, NOT_SO = "done", "not you", "not now", "not so"
REFUSAL = {"ground": "task", "reason": "Perlu tatap muka.", "alternative": "Ajukan satu hari."}


@pytest.fixture
def world():
    return make_world()


def saved(world, name="emp", **changes):
    return save_draft(by=world.users[name], data=draft(**changes))


def sent(world, name="emp", **changes):
    return submit_request(by=world.users[name], request_id=saved(world, name, **changes).pk)


def last_step(fwa_request):
    """The step that waits, else the one decided last."""
    steps = fwa_request.steps
    return steps.current().first() or steps.exclude(status="cancelled").order_by("round", "order").last()


def agreed(world, fwa_request, *names):
    for name in names:
        approve_step(by=world.users[name], step_id=last_step(fwa_request).pk)
    return fwa_request


def in_state(world, state):
    """A request of the employee in the given state."""
    if state == "draft":
        return saved(world)
    levels = {"at supervisor": 0, "at unit head": 1, "at hr": 2, "at authority": 3, "approved": 4, "ended": 4}
    fwa_request = agreed(world, sent(world), *("sup", "head", "hr", "boss")[: levels.get(state, 0)])
    if state == "returned":
        return_step(by=world.users["sup"], step_id=last_step(fwa_request).pk, note="Lengkapi.")
    elif state == "rejected":
        reject_step(by=world.users["sup"], step_id=last_step(fwa_request).pk, **REFUSAL)
    elif state == "withdrawn":
        withdraw_request(by=world.users["emp"], request_id=fwa_request.pk)
    elif state == "ended":
        end_arrangement(
            by=world.users["emp"], request_id=fwa_request.pk, ended_on=fwa_request.valid_from, reason="Selesai."
        )
    return Request.objects.get(pk=fwa_request.pk)


def commands_on(fwa_request):
    """What can be called on it, by name; each takes the user."""
    pk, step = fwa_request.pk, last_step(fwa_request)
    found = {
        "save": lambda by: save_draft(by=by, data=draft(), request_id=pk),
        "delete": lambda by: delete_draft(by=by, request_id=pk),
        "submit": lambda by: submit_request(by=by, request_id=pk),
        "withdraw": lambda by: withdraw_request(by=by, request_id=pk),
        "end": lambda by: end_arrangement(by=by, request_id=pk, ended_on=fwa_request.valid_from, reason="Selesai."),
    }
    if step is not None:
        found |= {
            "approve": lambda by: approve_step(by=by, step_id=step.pk),
            "return": lambda by: return_step(by=by, step_id=step.pk, note="Lengkapi."),
            "reject": lambda by: reject_step(by=by, step_id=step.pk, **REFUSAL),
        }
    return found


def answer(command, by):
    """Call it, tell what came of it, and undo it."""
    with transaction.atomic():
        try:
            command(by)
            return DONE
        except PermissionDenied:
            return NOT_YOU
        except TransitionNotAllowed:
            return NOT_NOW
        except ValidationError:
            return NOT_SO
        finally:
            transaction.set_rollback(True)


# Who may try at all: the applicant, whoever decides the step that is looked at, and who may end an arrangement.
OWN = {"save", "delete", "submit", "withdraw"}
DECIDING = {"approve", "return", "reject"}
MAY_END = {"emp", "head", "hr"}
STATES = {
    # state: (what the applicant gets, the holder of the step, what the holder gets, what ending gives)
    "draft": ({"save": DONE, "delete": DONE, "submit": DONE, "withdraw": NOT_NOW}, None, None, NOT_NOW),
    "at supervisor": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": DONE, "withdraw": DONE}, "sup", DONE, NOT_NOW),
    "at unit head": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": DONE, "withdraw": DONE}, "head", DONE, NOT_NOW),
    "at hr": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": DONE, "withdraw": DONE}, "hr", DONE, NOT_NOW),
    "at authority": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": DONE, "withdraw": DONE}, "boss", DONE, NOT_NOW),
    "returned": ({"save": DONE, "delete": NOT_NOW, "submit": DONE, "withdraw": DONE}, "sup", NOT_NOW, NOT_NOW),
    "approved": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": NOT_NOW, "withdraw": NOT_NOW}, "boss", NOT_NOW, DONE),
    "rejected": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": NOT_NOW, "withdraw": NOT_NOW}, "sup", NOT_NOW, NOT_NOW),
    "withdrawn": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": NOT_NOW, "withdraw": NOT_NOW}, None, None, NOT_NOW),
    "ended": ({"save": NOT_NOW, "delete": NOT_NOW, "submit": NOT_NOW, "withdraw": NOT_NOW}, "boss", NOT_NOW, NOT_NOW),
}  # fmt: skip


def expected(state, name, command):
    own, holder, decides, ends = STATES[state]
    if command in OWN:
        return own[command] if name == "emp" else NOT_YOU
    if command in DECIDING:
        return decides if name == holder else NOT_YOU
    may_end = {"emp"} if state == "draft" else MAY_END  # a draft has no unit yet
    return ends if name in may_end else NOT_YOU


@pytest.mark.parametrize("state", STATES)
def test_the_matrix_of_states_commands_and_people(world, state):
    fwa_request = in_state(world, state)
    commands = commands_on(fwa_request)

    found = {(name, each): answer(commands[each], world.users[name]) for name in PEOPLE for each in commands}

    assert found == {key: expected(state, *key) for key in found}


def test_an_arrangement_that_is_decided_says_that_it_is_closed(world):
    fwa_request = in_state(world, "rejected")

    with pytest.raises(AlreadyDecided) as error:
        submit_request(by=world.users["emp"], request_id=fwa_request.pk)

    assert str(error.value)


# Nobody decides on their own request


def stands_in(world, principal, delegate, **dates):
    values = {"valid_from": timezone.localdate(), "valid_to": None, "created_by": world.users[principal]} | dates
    return Delegation.objects.create(
        principal=world.users[principal], delegate=world.users[delegate], kind="plh", **values
    )


def inbox(user):
    return list(Step.objects.decidable_by(type(user).objects.get(pk=user.pk)).values_list("request_id", flat=True))


def fresh(world, name):
    """The user as a new web request sees them."""
    user = world.users[name]
    return type(user).objects.get(pk=user.pk)


@pytest.mark.parametrize("state", ["at supervisor", "at unit head", "at hr", "at authority"])
def test_no_level_can_be_decided_by_the_applicant_who_stands_in_for_its_holder(world, state):
    fwa_request = in_state(world, state)
    holder = STATES[state][1]
    stands_in(world, holder, "emp")

    for command in ("approve", "return", "reject"):
        assert answer(commands_on(fwa_request)[command], fresh(world, "emp")) == NOT_YOU
    assert inbox(world.users["emp"]) == []
    assert [row.ok for row in approve_many(by=fresh(world, "emp"), step_ids=[last_step(fwa_request).pk])] == [False]


@pytest.mark.parametrize(("state", "role"), [("at hr", "hr_admin"), ("at authority", "authority")])
def test_a_role_of_the_applicant_does_not_reach_their_own_request(world, state, role):
    RoleGrant.objects.create(user=world.users["emp"], role=role, valid_from=SINCE)
    fwa_request = in_state(world, state)

    assert answer(commands_on(fwa_request)["approve"], fresh(world, "emp")) == NOT_YOU
    assert inbox(world.users["emp"]) == []


def test_who_stands_in_for_the_applicant_does_not_decide_with_the_applicants_own_role(world):
    RoleGrant.objects.create(user=world.users["emp"], role="hr_admin", valid_from=SINCE)
    fwa_request = in_state(world, "at hr")
    stands_in(world, "emp", "col1")

    assert answer(commands_on(fwa_request)["approve"], fresh(world, "col1")) == NOT_YOU
    assert inbox(world.users["col1"]) == []


def test_the_holder_who_stands_in_for_the_applicant_decides_in_their_own_right(world):
    fwa_request = sent(world)
    stands_in(world, "emp", "sup")

    assert inbox(world.users["sup"]) == [fwa_request.pk]
    assert approve_step(by=fresh(world, "sup"), step_id=last_step(fwa_request).pk).acting_for is None


def test_a_stand_in_decides_in_the_officers_place_and_it_is_written_down(world):
    fwa_request = sent(world)
    stands_in(world, "sup", "col1")

    decision = approve_step(by=fresh(world, "col1"), step_id=last_step(fwa_request).pk)

    assert (decision.decided_by, decision.acting_for) == (world.users["col1"], world.users["sup"])


@pytest.mark.parametrize(("start", "end"), [(1, None), (-10, -1)])
def test_a_delegation_counts_on_its_days_only(world, start, end):
    today = timezone.localdate()
    fwa_request = sent(world)
    stands_in(
        world, "sup", "col1", valid_from=today + timedelta(days=start),
        valid_to=None if end is None else today + timedelta(days=end),
    )  # fmt: skip

    assert answer(commands_on(fwa_request)["approve"], fresh(world, "col1")) == NOT_YOU


def test_two_levels_of_one_holder_are_one_and_never_the_applicants(world):
    merged = sent(world, "sup")
    head = sent(world, "head", weekdays=(3,))

    assert [step.roles for step in merged.steps.all()] == [["supervisor", "unit_head"], ["hr"], ["authority"]]
    assert [step.roles for step in head.steps.all()] == [["supervisor", "unit_head", "hr"], ["authority"]]
    assert world.users["head"] not in [step.holder for step in head.steps.all()]
    assert answer(commands_on(head)["approve"], fresh(world, "head")) == NOT_YOU


# Holders that cannot be reached


def switched_off(world, name):
    world.users[name].is_active = False
    world.users[name].save(update_fields=["is_active"])


def told(world):
    return list(Notice.objects.filter(user=world.users["hr"], code="fwa.nobody").values_list("context", flat=True))


def test_a_level_nobody_can_reach_is_passed_over_at_once_and_hr_is_told(world):
    switched_off(world, "sup")

    fwa_request = sent(world)

    assert last_step(fwa_request).roles == ["supervisor", "unit_head"]
    assert [context["level"] for context in told(world)] == ["supervisor"]
    assert Decision.objects.filter(request=fwa_request, kind="escalate", note="supervisor").count() == 1


def test_a_level_whose_only_stand_in_is_the_applicant_is_passed_over(world):
    switched_off(world, "sup")
    stands_in(world, "sup", "emp")

    assert last_step(sent(world)).roles == ["supervisor", "unit_head"]


def test_a_stand_in_keeps_the_level_of_somebody_switched_off(world):
    switched_off(world, "sup")
    stands_in(world, "sup", "col1")

    fwa_request = sent(world)

    assert (last_step(fwa_request).roles, told(world)) == (["supervisor"], [])
    assert approve_step(by=fresh(world, "col1"), step_id=last_step(fwa_request).pk).kind == "approve"


def test_places_are_still_taken_where_the_unit_head_was_passed_over(world):
    switched_off(world, "head")
    fwa_request = sent(world)

    agreed(world, fwa_request, "sup", "hr")

    assert [step.roles for step in fwa_request.steps.all()] == [["supervisor"], ["unit_head", "hr"], ["authority"]]
    assert Request.objects.get(pk=fwa_request.pk).assignment is not None


def test_the_last_level_waits_for_whoever_gets_the_role(world):
    RoleGrant.objects.filter(role="authority").delete()
    fwa_request = agreed(world, sent(world), "sup", "head", "hr")

    assert [context["level"] for context in told(world)] == ["authority"]
    assert last_step(fwa_request).status == "current"
    RoleGrant.objects.create(user=world.users["boss"], role="authority", valid_from=SINCE)
    approve_step(by=fresh(world, "boss"), step_id=last_step(fwa_request).pk)
    assert Request.objects.get(pk=fwa_request.pk).status == "approved"


def test_the_supervisor_who_left_hands_the_step_to_the_new_one(world):
    fwa_request = sent(world)
    switched_off(world, "sup")
    Placement.objects.filter(employee=world.employees["emp"]).update(supervisor=world.employees["col2"])

    escalate_overdue_steps(on=timezone.localdate(), at=timezone.now())

    assert last_step(fwa_request).holder == world.users["col2"]
    assert answer(commands_on(fwa_request)["approve"], fresh(world, "col2")) == DONE
    assert answer(commands_on(fwa_request)["approve"], fresh(world, "sup")) == NOT_YOU


def test_nobody_is_asked_twice_when_the_new_supervisor_is_the_unit_head(world):
    fwa_request = sent(world)
    switched_off(world, "sup")
    Placement.objects.filter(employee=world.employees["emp"]).update(supervisor=world.employees["head"])

    escalate_overdue_steps(on=timezone.localdate(), at=timezone.now())

    assert (last_step(fwa_request).holder, last_step(fwa_request).roles) == (
        world.users["head"],
        ["supervisor", "unit_head"],
    )
    assert told(world) == []  # somebody could be reached
    agreed(world, fwa_request, "head", "hr", "boss")
    assert Request.objects.get(pk=fwa_request.pk).status == "approved"


def test_a_new_holder_found_on_the_way_is_not_asked_twice_either(world):
    fwa_request = sent(world)
    switched_off(world, "head")
    Placement.objects.filter(employee=world.employees["head"]).update(is_head=False)
    Placement.objects.filter(employee=world.employees["col1"]).update(is_head=True)
    RoleGrant.objects.filter(role="authority").update(user=world.users["col1"])
    fwa_request.steps.filter(role="authority").update(holder=world.users["col1"])

    agreed(world, fwa_request, "sup")

    assert last_step(fwa_request).role == "hr"
    assert fwa_request.steps.get(role="authority").roles == ["unit_head", "authority"]


# The unit, the dates, the period


def test_a_request_from_a_unit_that_closed_is_told_so(world):
    UnitVersion.objects.filter(unit=world.law).update(valid_to=timezone.localdate() - timedelta(days=1))

    with pytest.raises(ValidationError) as error:
        sent(world)

    assert "dates" in error.value.message_dict


def test_a_unit_that_closes_on_the_way_gets_no_places_after_its_end(world):
    fwa_request = agreed(world, sent(world), "sup")
    UnitVersion.objects.filter(unit=world.law).update(valid_to=next_monday() + timedelta(days=1))

    agreed(world, fwa_request, "head")

    assert list(fwa_request.dates.filter(status="held").values_list("day", flat=True)) == [
        next_monday() + timedelta(days=1)
    ]
    assert set(fwa_request.dates.filter(status="refused").values_list("problem", flat=True)) == {"unit_closed"}


def test_a_unit_that_closed_on_the_way_leaves_nothing_to_hold(world):
    fwa_request = agreed(world, sent(world), "sup")
    UnitVersion.objects.filter(unit=world.law).update(valid_to=timezone.localdate())

    with pytest.raises(NoDateLeft) as error:
        agreed(world, fwa_request, "head")

    assert set(error.value.problems.values()) == {"unit_closed"}


def test_facts_that_changed_on_the_way_stop_the_next_level(world):
    fwa_request = agreed(world, sent(world), "sup", "head")
    UnitVersion.objects.filter(unit=world.law).update(is_direct_service=True)

    with pytest.raises(NotEligible) as error:
        agreed(world, fwa_request, "hr")

    assert [item.rule.criterion for result in error.value.results for item in result.failed] == ["unit_service"]


def test_a_date_in_the_past_is_named(world):
    past = next_monday() - timedelta(days=14)

    with pytest.raises(ValidationError) as error:
        sent(world, valid_from=past, valid_to=next_monday() + timedelta(days=6))

    assert len(error.value.message_dict["dates"]) >= 2


def test_a_reversed_period_is_refused_by_words_and_by_the_database(world):
    reversed_period = {"valid_from": next_monday(), "valid_to": next_monday() - timedelta(days=1)}

    with pytest.raises(ValidationError) as error:
        saved(world, **reversed_period)
    assert list(error.value.message_dict) == ["valid_to"]
    fwa_request = saved(world)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE fwa_request SET valid_to = valid_from - 1 WHERE id = %s", [fwa_request.pk])


@pytest.mark.parametrize(("start", "name"), [(0, "head"), (0, "col1"), (-1, "emp")])
def test_an_arrangement_ends_from_today_on_and_by_those_it_concerns(world, start, name):
    fwa_request = in_state(world, "approved")
    ended_on = timezone.localdate() + timedelta(days=start)

    found = answer(
        lambda by: end_arrangement(by=by, request_id=fwa_request.pk, ended_on=ended_on, reason="x"), fresh(world, name)
    )

    # It begins next Monday, so today is before it; who does not have a say is told that first.
    assert found == (NOT_YOU if name == "col1" else NOT_SO)


@pytest.mark.parametrize(
    ("command", "values", "field"),
    [
        (return_step, {"note": " "}, "note"),
        (reject_step, REFUSAL | {"reason": " "}, "reason"),
        (reject_step, REFUSAL | {"alternative": ""}, "alternative"),
        (reject_step, REFUSAL | {"ground": ""}, "ground"),
    ],
)
def test_words_are_needed_before_anything_changes(world, command, values, field):
    fwa_request = sent(world)

    with pytest.raises(ValidationError) as error, transaction.atomic():
        command(by=world.users["sup"], step_id=last_step(fwa_request).pk, **values)

    assert list(error.value.message_dict) == [field]
    assert Request.objects.get(pk=fwa_request.pk).status == "submitted"
