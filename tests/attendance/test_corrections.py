"""Asking for a correction, deciding it, taking it back: who, when, and what follows."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance.enums import CorrectionStatus
from attendance.errors import StateChanged
from attendance.models import Correction, StaleDay
from attendance.services.corrections import (
    CorrectionData,
    approve_corrections,
    decide_correction,
    submit_correction,
    withdraw_correction,
)
from organization.leading import leaders_of, led_by
from organization.models import Delegation, Notice, Placement, User
from tests.organization.cast import days, make_cast, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def data(**changes) -> CorrectionData:
    values: dict[str, Any] = {
        "day": days(-3),
        "reason": "system_down",
        "explanation": "Mesin sidik jari mati.",
        "check_in": time(7, 30),
        "check_out": time(16),
    }
    return CorrectionData(**(values | changes))


def asked(cast, name: str = "emp", **changes) -> Correction:
    return submit_correction(by=cast.users[name], data=data(**changes))


def fresh(cast, name: str) -> User:
    """The account as the next request reads it: its reach is computed anew."""
    return User.objects.get(pk=cast.users[name].pk)


def stand_in(cast, principal: str, delegate: str) -> User:
    Delegation.objects.create(
        principal=cast.users[principal], delegate=cast.users[delegate], kind="plh", valid_from=days(-1)
    )
    return fresh(cast, delegate)


def test_asking_tells_the_supervisor_and_nobody_else(cast):
    correction = asked(cast)

    assert correction.status == CorrectionStatus.SUBMITTED
    assert timezone.localtime(correction.check_in).time() == time(7, 30)
    told = Notice.objects.filter(code="attendance.correction_submitted")
    assert [notice.user for notice in told] == [cast.users["sup"]]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"check_in": None, "check_out": None}, "check_in"),
        ({"day": days(1)}, "check_in"),
        ({"day": date(2019, 1, 2)}, "day"),
        ({"reason": "holiday"}, "reason"),
        ({"explanation": "  "}, "explanation"),
        ({"evidence_link": "javascript:alert(1)"}, "evidence_link"),
        ({"part": 2}, "part"),
    ],
)
def test_what_cannot_be_asked_says_why(cast, changes, field):
    with pytest.raises(ValidationError) as error:
        asked(cast, **changes)
    assert field in error.value.error_dict
    assert not Correction.objects.exists()


def test_one_correction_of_a_day_at_a_time(cast):
    asked(cast)
    with pytest.raises(ValidationError, match=r"already|sedang"):
        asked(cast)
    asked(cast, day=days(-4))


def test_there_is_no_last_day_to_ask(cast):
    assert asked(cast, day=days(-500)).pk


def test_who_has_no_record_has_no_days(cast):
    with pytest.raises(PermissionDenied):
        submit_correction(by=cast.users["hr"], data=data())


@pytest.mark.parametrize("name", ["emp", "col1", "out", "ohead", "audit", "boss", "seal"])
def test_who_may_not_decide(cast, name):
    correction = asked(cast)
    with pytest.raises(PermissionDenied):
        decide_correction(by=cast.users[name], correction_id=correction.pk, approve=True)


@pytest.mark.parametrize("name", ["sup", "head", "hr", "lawhr"])
def test_who_may_decide(cast, name):
    correction = asked(cast)
    decided = decide_correction(by=cast.users[name], correction_id=correction.pk, approve=True)
    assert (decided.status, decided.decided_by, decided.acting_for_id) == ("approved", cast.users[name], None)


def test_an_approved_day_is_built_again_and_a_refused_one_is_not(cast):
    approved, refused = asked(cast), asked(cast, day=days(-4))
    decide_correction(by=cast.users["sup"], correction_id=refused.pk, approve=False, reason="Ada rekaman pintu.")
    assert not StaleDay.objects.exists()
    decide_correction(by=cast.users["sup"], correction_id=approved.pk, approve=True)
    assert StaleDay.objects.filter(employee=cast.employees["emp"]).exists()
    assert Notice.objects.filter(code="attendance.correction_decided", user=cast.users["emp"]).count() == 2


def test_a_refusal_needs_a_reason(cast):
    correction = asked(cast)
    with pytest.raises(ValidationError):
        decide_correction(by=cast.users["sup"], correction_id=correction.pk, approve=False, reason=" ")


@pytest.mark.parametrize("first", ["approve", "refuse", "withdraw"])
@pytest.mark.parametrize("second", ["approve", "refuse", "withdraw"])
def test_what_is_decided_is_not_decided_again(cast, first, second):
    correction = asked(cast)
    acts = {
        "approve": lambda: decide_correction(by=cast.users["sup"], correction_id=correction.pk, approve=True),
        "refuse": lambda: decide_correction(
            by=cast.users["head"], correction_id=correction.pk, approve=False, reason="Tidak."
        ),
        "withdraw": lambda: withdraw_correction(by=cast.users["emp"], correction_id=correction.pk),
    }
    acts[first]()
    with pytest.raises(StateChanged):
        acts[second]()


def test_only_the_employee_takes_it_back(cast):
    correction = asked(cast)
    for name in ("sup", "head", "hr", "col1"):
        with pytest.raises(PermissionDenied):
            withdraw_correction(by=cast.users[name], correction_id=correction.pk)
    assert withdraw_correction(by=cast.users["emp"], correction_id=correction.pk).status == "withdrawn"


def test_a_stand_in_decides_and_both_names_are_recorded(cast):
    correction = asked(cast)
    by = stand_in(cast, "sup", "col1")
    assert decide_correction(by=by, correction_id=correction.pk, approve=True).acting_for == cast.users["sup"]


def test_nobody_decides_on_themselves_through_a_delegation(cast):
    own = asked(cast)
    with pytest.raises(PermissionDenied):
        decide_correction(by=stand_in(cast, "sup", "emp"), correction_id=own.pk, approve=True)


def test_nobody_decides_for_the_officer_in_whose_place_they_act(cast):
    heads = asked(cast, "head")
    by = stand_in(cast, "head", "col1")
    with pytest.raises(PermissionDenied):
        decide_correction(by=by, correction_id=heads.pk, approve=True)
    assert cast.employees["head"] not in led_by(by)
    assert cast.employees["emp"] in led_by(by)


def test_without_a_supervisor_or_head_it_waits_for_hr(cast):
    told = leaders_of([cast.employees["head"].pk], on=days(0))
    assert told[cast.employees["head"].pk] == {cast.users["hr"].pk, cast.users["lawhr"].pk}


def test_leaders_of_many_at_once(cast, django_assert_max_num_queries):
    Delegation.objects.create(principal=cast.users["sup"], delegate=cast.users["emp"], kind="plh", valid_from=days(-1))
    User.objects.filter(pk=cast.users["ohead"].pk).update(is_active=False)
    ids = {name: cast.employees[name].pk for name in ("emp", "col1", "sup", "out")}
    with django_assert_max_num_queries(5):
        told = leaders_of(ids.values(), on=days(0))
    users = cast.users
    assert told[ids["emp"]] == {users["sup"].pk}, "not the employee in the supervisor's place"
    assert told[ids["col1"]] == {users["sup"].pk, users["emp"].pk}
    assert told[ids["sup"]] == {users["head"].pk}
    assert told[ids["out"]] == {users["hr"].pk}, "the supervisor's account is closed, and there is no other head"


def test_the_head_above_decides_where_the_supervisor_is_gone(cast):
    Placement.objects.filter(employee=cast.employees["emp"]).update(supervisor=None)
    told = leaders_of([cast.employees["emp"].pk], on=days(0))
    assert told == {cast.employees["emp"].pk: {cast.users["head"].pk}}


def test_approving_many_says_what_became_of_each(cast):
    one, two = asked(cast), asked(cast, "col1")
    out = asked(cast, "out")
    own = asked(cast, "sup")
    withdraw_correction(by=cast.users["col1"], correction_id=two.pk)
    done = approve_corrections(by=cast.users["sup"], correction_ids=[one.pk, two.pk, out.pk, own.pk])
    assert {row.correction_id: row.ok for row in done} == {one.pk: True, two.pk: False, own.pk: False}


def test_the_database_keeps_what_the_service_promises(cast):
    correction = asked(cast)
    rows = Correction.objects.filter(pk=correction.pk)
    for values in (
        {"check_in": None, "check_out": None},
        {"check_out": datetime(2020, 1, 1, tzinfo=timezone.get_current_timezone())},
        {"status": "approved"},
        {"part": 3},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_a_day_across_zones_counts_in_the_units_zone(cast):
    cast.law.versions.update(zone="Asia/Jakarta")
    correction = asked(cast)
    local = correction.check_in.astimezone(timezone.get_fixed_timezone(timedelta(hours=7)))
    assert (local.date(), local.time()) == (days(-3), time(7, 30))


def test_who_sees_a_correction(cast):
    asked(cast)
    seen = {name for name in cast.users if Correction.objects.visible_to(fresh(cast, name)).exists()}
    assert seen == {"emp", "sup", "head", "hr", "lawhr", "audit", "boss"}
    assert not Correction.objects.visible_to(make_user("baru")).exists()
