"""What a loaded demo holds: every state, sound records, filled inboxes, and a story that five logins can walk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from attendance.models import Assignment, AssignmentDay
from eligibility.models import PolicyVersion, Screening
from eligibility.screening import replays_identically
from fwa import ledger
from fwa.data import draft_of
from fwa.demo.build import Plan, Summary, load_demo
from fwa.demo.cases_law import FULL_WEEK, FULL_WEEKDAY
from fwa.demo.clock import Days
from fwa.demo.facts import COURSE_WEEK, COURSE_WEEKDAY
from fwa.demo.units import SMALLEST
from fwa.models import ChainStage, Decision, Evidence, Letter, Request, Step
from fwa.running import running_requests
from fwa.selectors import preview_request
from fwa.services.decisions import approve_step
from fwa.services.requests import submit_request
from fwa.services.rescreening import rescreen
from organization import outbox
from organization.enums import ChangeCause
from organization.models import Delegation, Employee, Holiday, Placement, StaffingMinimum, User
from organization.nip import parse_nip
from organization.shell import DEMO_USERS
from performance.selectors import track_record

AS_OF = date(2026, 11, 24)
NAMES = [name for name, _label, _text in DEMO_USERS]


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker) -> Iterator[Summary]:
    """One small demo for the whole file; every test goes back to it."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "wake", lambda: None)  # no letters are made
        with transaction.atomic():
            yield load_demo(Plan(employees=SMALLEST, months=1, seed=1, as_of=AS_OF))
            transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db, time_machine) -> Summary:
    time_machine.move_to(timezone.make_aware(datetime(2026, 11, 24, 9)))
    return loaded


@pytest.fixture
def days(demo):
    return Days(AS_OF, frozenset(Holiday.objects.values_list("day", flat=True)))


def user(name):
    return User.objects.get(username=name)


def test_every_nip_is_of_the_right_form_and_says_who_it_is(demo):
    for employee in Employee.objects.all():
        parts = parse_nip(employee.nip)
        assert (parts.birth_date, parts.sex) == (employee.birth_date, employee.sex)


@pytest.mark.parametrize(
    ("status", "roles"),
    [
        ("draft", None),
        ("submitted", ["supervisor"]),
        ("submitted", ["unit_head"]),
        ("submitted", ["hr"]),
        ("submitted", ["authority"]),
        ("submitted", ["unit_head", "authority"]),
        ("returned", None),
        ("rejected", None),
        ("withdrawn", None),
        ("approved", None),
    ],
)
def test_every_state_is_there_and_every_level_has_somebody_waiting(demo, status, roles):
    rows = Request.objects.filter(status=status)
    if roles:
        rows = rows.filter(steps__status="current", steps__roles=roles)

    assert rows.exists()


def test_every_kind_and_every_special_case_is_there(demo):
    assert set(Request.objects.exclude(status="draft").values_list("kind", flat=True)) == {
        "location",
        "shift",
        "dynamic",
        "location_time",
    }
    assert Assignment.objects.filter(status="ended").exists()
    assert Decision.objects.filter(kind="approve_part", dates_refused__gt=0).exists()
    assert Request.objects.filter(status="submitted", held_until__isnull=False, assignment__status="held").exists()
    assert Evidence.objects.count() == 2
    assert not Request.objects.filter(status="rejected", refusal_ground="").exists()
    assert Step.objects.filter(status="current", due_on__lt=AS_OF).exists()
    assert Step.objects.exclude(acting_for=None).values_list("decided_by__username", flat=True).get() == "pimpinan"
    assert Delegation.objects.active_on(AS_OF).filter(kind="plh").count() == 1


def test_the_records_are_sound(demo):
    approved = Request.objects.filter(status="approved")

    assert ledger.verify() == []
    assert approved.count() == Letter.objects.count()
    assert not approved.filter(assignment__days=None).exclude(assignment__status="ended").exists()
    assert all(replays_identically(screening) for screening in Screening.objects.filter(requests__isnull=False))
    assert PolicyVersion.objects.published().count() == 3
    assert ChainStage.objects.count() == 12


def test_nobody_is_over_the_cap_or_away_when_the_unit_is_full(demo):
    by_day: dict[date, set[int]] = {}
    for day, employee in AssignmentDay.objects.filter(unit__code="SETDA-HKM", is_away=True).values_list(
        "day", "employee_id"
    ):
        by_day.setdefault(day, set()).add(employee)

    assert max(len(people) for people in by_day.values()) == 3


def test_the_employee_can_send_the_next_request_and_sees_a_full_day_and_a_thin_one(demo, days):
    ratna = Employee.objects.get(user__username="pegawai")
    kept = Request.objects.get(employee=ratna, status="draft")
    full, thin = days.weekday(FULL_WEEK, FULL_WEEKDAY), days.weekday(COURSE_WEEK, COURSE_WEEKDAY)
    start = days.monday(1)
    asked = draft_of(kept)
    weekly = replace(asked, weekdays=(3, 4), valid_from=start, valid_to=max(full, thin))
    problems = {check.day: check.problem for check in preview_request(employee=ratna, data=weekly, on=AS_OF).checks}

    assert (problems[full], problems[thin]) == ("unit_full", "below_minimum")
    assert "" in problems.values()
    assert submit_request(by=user("pegawai"), request_id=kept.pk).status == "submitted"


def test_the_first_night_opens_no_review_beside_those_of_the_story(demo):
    running = set(running_requests(AS_OF).values_list("employee_id", flat=True))
    found = rescreen(employee_ids=running, on=AS_OF, cause=ChangeCause.TIME)
    assert (found.asked >= len(running) > 0, found.opened, found.extended, found.moot) == (True, 0, 0, 0)


def test_somebody_under_examination_reads_why(demo):
    kept = Request.objects.get(employee__name="Wahyu Halim", status="draft")

    preview = preview_request(employee=kept.employee, data=draft_of(kept), on=AS_OF)

    assert not preview.is_eligible
    assert "not_examined" in [item.rule.criterion for result in preview.results for item in result.failed]


def test_the_story_walks_to_the_end_with_the_demo_users_alone(demo):
    kept = Request.objects.get(employee__user__username="pegawai", status="draft")
    submit_request(by=user("pegawai"), request_id=kept.pk)
    for name in ("atasan", "kepegawaian", "pimpinan"):
        approve_step(by=user(name), step_id=Step.objects.current().get(request=kept).pk)

    assert Request.objects.get(pk=kept.pk).status == "approved"


def test_there_is_a_track_record(demo):
    ratna = Employee.objects.get(user__username="pegawai")

    record = track_record(employee_id=ratna.pk, on=AS_OF)

    assert 0 < record.on_time == record.due - 1
    assert record.predicate is not None


@pytest.mark.parametrize(("name", "fewest"), [("atasan", 4), ("pimpinan", 4), ("kepegawaian", 4), ("pengawas", 0)])
def test_the_inboxes_are_filled(demo, name, fewest):
    assert Step.objects.decidable_by(user(name)).count() >= fewest


def test_the_supervisor_has_a_team_and_its_minimum(demo):
    assert Placement.objects.active_on(AS_OF).filter(supervisor__user__username="atasan").count() >= 8
    assert StaffingMinimum.objects.filter(unit__code="SETDA-HKM", count=7).exists()


def test_every_demo_user_logs_in_with_the_button_of_the_login_page(demo, client, settings):
    page = client.get(reverse("account_login")).content.decode()
    for name in NAMES:
        assert f'name="login" value="{name}"' in page
        answer = client.post(reverse("account_login"), {"login": name, "password": settings.DEMO_PASSWORD})
        assert (answer.status_code, answer.url) == (302, "/")
        assert client.get("/").status_code == 200
        client.post(reverse("account_logout"))


def test_nobody_else_has_a_password(demo):
    usable = [person.username for person in User.objects.all() if person.has_usable_password()]

    assert sorted(usable) == sorted(NAMES)


def test_the_clock_and_the_worker_are_given_back(demo):
    assert timezone.now.__module__ == "django.utils.timezone"
    assert outbox.wake.__module__ == __name__
