"""Steps of the ladder: raised once, told to who leads, lifted after a correction, never a sanction."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from attendance.errors import StateChanged
from attendance.ladder import Tally
from attendance.models import LadderStep, ThresholdFlag, WorkDay
from attendance.services.corrections import CorrectionData, decide_correction, submit_correction
from attendance.services.ladder_steps import add_step, end_step
from attendance.services.thresholds import (
    TOPIC,
    acknowledge_threshold,
    check_all_thresholds,
    check_rebuilt,
    check_thresholds,
)
from attendance.sums import months_of, year_tallies
from organization import outbox
from organization.models import DisciplineCase, Employee, Notice, OutboxMessage
from tests.attendance.days_kit import days_from, missed, off, on_leave, work_day
from tests.organization.cast import body, make_cast
from tests.world import SINCE

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
MARCH = date(2026, 3, 2)


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def emp(cast):
    return cast.employees["emp"]


def flags() -> list[tuple[int, bool, bool]]:
    rows = ThresholdFlag.objects.order_by("is_consecutive", "days")
    return [(row.days, row.is_consecutive, row.lifted_at is None) for row in rows]


def check(**values: Any) -> int:
    asked: dict[str, Any] = {"year": 2026, "on": TODAY} | values
    return check_thresholds(**asked)


def test_the_third_day_tells_the_supervisor_and_the_employee_once(cast, emp):
    for day in days_from(MARCH, 2):
        missed(emp, day)
    assert check() == 0
    missed(emp, date(2026, 9, 1))
    assert (check(), check()) == (1, 0)

    assert flags() == [(3, False, True)]
    told = Notice.objects.filter(code="attendance.threshold_reached")
    assert [notice.user for notice in told] == [cast.users["sup"]]
    assert Notice.objects.get(code="attendance.threshold_own").user == cast.users["emp"]
    assert not DisciplineCase.objects.exists(), "the system imposes nothing"


def test_minutes_late_and_early_add_up_to_days(emp):
    for number, day in enumerate(days_from(MARCH, 15)):
        work_day(emp, day, late_min=90 if number else 89)
    assert check() == 0
    WorkDay.objects.filter(employee=emp, late_min=89).update(early_min=1)
    assert check() == 1
    flag = ThresholdFlag.objects.get()
    assert (flag.days, flag.absent_days, flag.minutes) == (3, 3, 0)


def test_ten_days_in_a_row_skip_days_off_and_break_at_leave(cast, emp):
    other = cast.employees["col1"]
    for number, day in enumerate(days_from(MARCH, 13)):
        if number in (5, 6):
            off(emp, day)
            off(other, day)
        elif number == 7:
            missed(emp, day)
            on_leave(other, day)
        else:
            missed(emp, day)
            missed(other, day)
    check()
    mine = ThresholdFlag.objects.filter(employee=emp)
    assert {(flag.days, flag.is_consecutive) for flag in mine} == {(11, False), (10, True)}
    theirs = ThresholdFlag.objects.filter(employee=other)
    assert {(flag.days, flag.is_consecutive) for flag in theirs} == {(7, False)}


def test_a_row_may_begin_before_the_year_and_counts_where_it_ends(emp):
    for day in days_from(date(2025, 12, 27), 10):
        missed(emp, day)
    assert year_tallies(2026, until=TODAY) == {emp.pk: Tally(5, 0, 10)}
    assert year_tallies(2025, until=TODAY) == {emp.pk: Tally(5, 0, 5)}


def test_a_correction_lifts_the_step_and_the_step_below_is_told(cast, emp):
    for day in days_from(MARCH, 4):
        missed(emp, day)
    check()
    WorkDay.objects.filter(employee=emp, day=MARCH).update(is_unexcused=False, state="present")
    assert check() == 1
    assert flags() == [(3, False, True), (4, False, False)]
    WorkDay.objects.filter(employee=emp).update(is_unexcused=False, state="present")
    assert check() == 0
    assert flags() == [(3, False, False), (4, False, False)]


def test_a_step_reached_again_is_told_again_and_wants_a_new_note(cast, emp):
    for day in days_from(MARCH, 3):
        missed(emp, day)
    check()
    flag = ThresholdFlag.objects.get()
    acknowledge_threshold(by=cast.users["sup"], flag_id=flag.pk, note="Dipanggil.")
    WorkDay.objects.filter(day=MARCH).update(is_unexcused=False)
    check()
    WorkDay.objects.filter(day=MARCH).update(is_unexcused=True)
    assert check() == 1
    flag.refresh_from_db()
    assert (flag.lifted_at, flag.acknowledged_at, flag.note) == (None, None, "")
    assert Notice.objects.filter(code="attendance.threshold_reached").count() == 2


def test_only_the_asked_for_people_are_looked_at(cast, emp):
    for name in ("emp", "col1"):
        for day in days_from(MARCH, 3):
            missed(cast.employees[name], day)
    check_rebuilt(employee_ids=[emp.pk], days=[MARCH], on=TODAY)
    assert ThresholdFlag.objects.get().employee == emp


def test_pppk_follow_the_agencys_own_steps(cast, emp):
    Employee.objects.filter(pk=emp.pk).update(kind="pppk")
    for day in days_from(MARCH, 6):
        missed(emp, day)
    assert check() == 0
    step = add_step(by=cast.users["hr"], days=5, label="teguran pertama", decree_no="SK 1", valid_from=SINCE)
    assert check() == 1
    assert ThresholdFlag.objects.get().label == "teguran pertama"
    with pytest.raises(ValidationError):
        add_step(by=cast.users["hr"], days=5, label="lain", decree_no="SK 2", valid_from=TODAY)
    with pytest.raises(PermissionDenied):
        add_step(by=cast.users["lawhr"], days=6, label="lain", decree_no="SK 2", valid_from=TODAY)
    with pytest.raises(ValidationError):
        end_step(by=cast.users["hr"], step_id=step.pk, last_day=date(2021, 1, 1))
    assert LadderStep.objects.count() == 1


@pytest.mark.parametrize(("on", "found"), [(date(2027, 1, 5), 1), (date(2027, 2, 5), 0)])
def test_last_year_is_looked_at_in_january(emp, on, found):
    for day in days_from(date(2026, 12, 1), 3):
        missed(emp, day)
    assert check_all_thresholds(on=on) == found


def test_last_years_flags_are_lifted_whenever_the_days_are_corrected(emp):
    for day in days_from(MARCH, 3):
        missed(emp, day)
    check()
    WorkDay.objects.all().delete()
    check_all_thresholds(on=date(2027, 6, 1))
    assert flags() == [(3, False, False)]


@pytest.mark.parametrize("name", ["emp", "col1", "hr", "audit", "boss", "out"])
def test_who_may_not_acknowledge(cast, emp, name):
    for day in days_from(MARCH, 3):
        missed(emp, day)
    check()
    with pytest.raises(PermissionDenied):
        acknowledge_threshold(by=cast.users[name], flag_id=ThresholdFlag.objects.get().pk, note="x")


def test_acknowledging_by_the_page_keeps_every_note(client, cast, emp):
    for day in days_from(MARCH, 3):
        missed(emp, day)
    check()
    flag = ThresholdFlag.objects.get()
    client.force_login(cast.users["sup"])
    url = reverse("attendance:threshold_acknowledge", args=[flag.pk])
    assert client.post(url, {"note": " "}).status_code == 422
    for note in ("Dipanggil 3 Maret.", "Keluarga sakit; diingatkan."):
        assert client.post(url, {"note": note}).status_code == 302
    text = body(client.get(reverse("attendance:threshold", args=[flag.pk])))
    assert "Dipanggil 3 Maret." in text
    assert "Keluarga sakit; diingatkan." in text
    WorkDay.objects.all().delete()
    check()
    assert client.post(url, {"note": "Lagi."}).status_code == 409
    with pytest.raises(StateChanged):
        acknowledge_threshold(by=cast.users["sup"], flag_id=flag.pk, note="Lagi.")


def test_the_persons_page_shows_the_sums_of_the_days(client, cast, emp):
    missed(emp, MARCH)
    work_day(emp, date(2026, 3, 3), late_min=7, early_min=3)
    work_day(emp, date(2026, 4, 1), late_min=90, missing_in=1)
    first, second = months_of(emp.pk, start=date(2026, 1, 1), end=TODAY)
    assert (first.absent_days, first.late_min, first.early_min, first.minutes) == (1, 7, 3, 10)
    assert (second.late_min, second.missing_in, second.converted_min, second.minutes) == (90, 1, 90, 90)
    for name, address in (
        ("emp", reverse("attendance:accumulated")),
        ("sup", reverse("attendance:person_accumulated", args=[emp.pk])),
    ):
        client.force_login(cast.users[name])
        assert "100" in body(client.get(address, {"year": "2026"}))


def test_lists_ask_as_much_for_three_as_for_one(client, cast, django_assert_max_num_queries):
    client.force_login(cast.users["head"])
    address = reverse("attendance:threshold_list")
    counts = []
    for name in ("emp", "col1", "col2"):
        for day in days_from(MARCH, 3):
            missed(cast.employees[name], day)
        check()
        with django_assert_max_num_queries(15) as asked:
            assert name in body(client.get(address))
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_the_pass_asks_a_fixed_number_of_questions(cast, django_assert_max_num_queries):
    counts = []
    for name in ("emp", "col1", "col2"):
        for day in days_from(MARCH, 3):
            missed(cast.employees[name], day)
        with django_assert_max_num_queries(30) as asked:
            check()
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_an_approved_correction_is_compared_within_the_minute(cast, emp):
    day = timezone.localdate() - timedelta(days=3)
    for other in days_from(day - timedelta(days=9), 3):
        missed(emp, other)
    check_rebuilt(employee_ids=[emp.pk], days=[day], on=timezone.localdate())
    assert ThresholdFlag.objects.count() == 1
    wanted = CorrectionData(
        day=day - timedelta(days=9), reason="system_down", explanation="Listrik padam.",
        check_in=time(7, 30), check_out=time(16, 30),
    )  # fmt: skip
    correction = submit_correction(by=cast.users["emp"], data=wanted)
    decide_correction(by=cast.users["sup"], correction_id=correction.pk, approve=True)
    assert outbox.deliver(OutboxMessage.objects.get(topic=TOPIC).pk)
    assert ThresholdFlag.objects.get().lifted_at is not None
