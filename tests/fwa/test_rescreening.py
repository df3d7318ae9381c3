"""A change of facts puts running arrangements in question; nothing ends by itself, and twice is once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from attendance.models import AssignmentDay
from eligibility.models import Rule
from fwa import ledger
from fwa.enums_reviews import ReviewStatus
from fwa.models import ArrangementReview, LedgerEntry, Request
from fwa.notifications_reviews import review_url
from fwa.running import ask_again, running_of
from fwa.services.decisions import end_arrangement
from fwa.services.rescreening import rescreen, rescreen_by_date
from fwa.services.reviews import ReviewDecision, decide, look_after_reviews
from organization.enums import ChangeCause
from organization.models import (
    AgencyDecree,
    Domicile,
    Notice,
    OutboxMessage,
    Placement,
    PositionTask,
    UnitReadiness,
    UnitVersion,
)
from organization.notices import render_notice
from organization.services.discipline import save_case
from tests.fwa.letters_kit import determined, sent
from tests.fwa.reviews_kit import case_values, deliver, open_case, rescreened, review_of, reviewed, time_is_up, today
from tests.world import make_world, next_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def running(world):
    """The employee's arrangement, determined and to run from next Monday."""
    return determined(world)


def notices(code: str, name: str = "") -> list[Notice]:
    rows = Notice.objects.filter(code=code)
    return list(rows.filter(user__username=name) if name else rows)


def codes(fwa_request: Request) -> list[str]:
    return list(
        LedgerEntry.objects.filter(chain=f"request:{fwa_request.pk}").order_by("seq").values_list("code", flat=True)
    )


def test_a_case_opens_one_review_and_the_arrangement_runs_on(world, running):
    days = AssignmentDay.objects.filter(assignment=running.assignment).count()
    open_case(world)
    deliver()

    [review] = ArrangementReview.objects.all()
    assert (review.request_id, review.status, review.cause) == (running.pk, ReviewStatus.OPEN, ChangeCause.DISCIPLINE)
    assert review.criteria == ["not_examined"]
    assert "25(1)" in review.rules[0]["article"]
    assert review.holder == world.users["head"]
    assert review.respond_by > today()
    assert review.screenings.get().verdict == "not_eligible"
    running.refresh_from_db()
    assert running.assignment.status == "in_force"
    assert AssignmentDay.objects.filter(assignment=running.assignment, status="in_force").count() == days
    assert codes(running)[-1] == "review.opened"
    assert ledger.verify() == []


def test_the_notice_names_rule_and_article_and_nothing_of_the_case(world, running):
    open_case(world, reference="RAHASIA-77")
    deliver()

    [own] = notices("fwa.review_opened", "emp")
    subject, body = render_notice(own.code, own.context)
    assert running.number in subject
    assert "Pasal 25" in body
    assert len(notices("fwa.review_waits", "head")) == 1
    assert len(notices("fwa.review_known", "sup")) == 1
    everything = str(list(Notice.objects.values("context", "url"))) + str(list(OutboxMessage.objects.values("payload")))
    assert "RAHASIA" not in everything
    _subject, mail = render_notice(own.code, own.context, for_mail=True)
    assert "Pasal 25" not in mail, "a mail leaves the agency"
    assert own.url == review_url(review_of(running))


def test_twice_is_once(world, running):
    open_case(world)
    deliver()
    before = Notice.objects.count(), len(codes(running))
    rescreened(world.employees["emp"])
    rescreened(world.employees["emp"], ChangeCause.TIME)

    assert ArrangementReview.objects.count() == 1
    assert (Notice.objects.count(), len(codes(running))) == before


def test_a_closed_case_makes_the_review_moot_with_a_notice(world, running):
    case = open_case(world)
    deliver()
    closed = case_values(status="closed", decided_on=today())
    save_case(by=world.users["hr"], employee_id=case.employee_id, case_id=case.pk, values=closed)
    deliver()

    review = review_of(running)
    assert review.status == ReviewStatus.MOOT
    assert review.closed_at is not None
    assert len(notices("fwa.review_moot", "emp")) == 1
    assert codes(running)[-1] == "review.moot"


def test_another_rule_joins_the_open_review(world, running):
    open_case(world)
    deliver()
    UnitReadiness.objects.update(valid_to=today() - timedelta(days=1))
    rescreened(world.employees["emp"], ChangeCause.UNIT)

    review = review_of(running)
    assert ArrangementReview.objects.count() == 1
    assert review.criteria == ["not_examined", "unit_ready"]
    assert len(notices("fwa.review_opened", "emp")) == 2
    assert codes(running)[-1] == "review.extended"


def test_what_somebody_decided_is_not_asked_again_until_the_facts_move(world):
    review = reviewed(world)
    emp = world.employees["emp"]
    decide(by=world.users["head"], review_id=review.pk, decision=ReviewDecision("continued", "Belum terbukti."))
    for cause in (ChangeCause.TIME, ChangeCause.PLACEMENT, ChangeCause.RATING):
        assert rescreened(emp, cause).opened == 0

    earlier = rescreen(
        employee_ids=[emp.pk], on=today(), cause=ChangeCause.DISCIPLINE, at=review.opened_at - timedelta(hours=1)
    )
    assert earlier.opened == 0, "a case entered before the decision was known to it"
    assert rescreened(emp, ChangeCause.DISCIPLINE).opened == 1, "a second case is a new fact"


def test_a_new_state_of_the_same_rule_is_a_new_fact(world, running):
    emp = world.employees["emp"]
    Placement.objects.filter(employee=emp).update(entry_reason="promotion", valid_from=today() - timedelta(days=40))
    rescreened(emp, ChangeCause.PLACEMENT)
    review = review_of(running)
    assert "not_new_in_post" in review.criteria
    decide(by=world.users["head"], review_id=review.pk, decision=ReviewDecision("continued", "Tugas sama."))
    assert rescreened(emp, ChangeCause.PLACEMENT).opened == 0

    Placement.objects.filter(employee=emp).update(valid_from=today() - timedelta(days=2))
    assert rescreened(emp, ChangeCause.PLACEMENT).opened == 1


def _sanction(world):
    open_case(world, status="sanctioned", level="medium", decided_on=today(), sanction_from=today(), sanction_to=None)


def _excluded_body(world):
    Placement.objects.filter(employee=world.employees["emp"]).update(service_body="tni")


def _no_decree(world):
    AgencyDecree.objects.update(valid_to=today() - timedelta(days=1))


def _direct_service(world):
    UnitVersion.objects.filter(unit=world.law).update(is_direct_service=True)


def _no_tasks(world):
    PositionTask.objects.update(share_pct=5)


def _other_home(world):
    emp = world.employees["emp"]
    Domicile.objects.filter(employee=emp).update(valid_to=today() - timedelta(days=1))
    Domicile.objects.create(
        employee=emp, address="Jl. Baru 3", valid_from=today(), verified_at=timezone.now(), verified_by=None
    )


def _stricter_version(world):
    rule = Rule.objects.get(version__policy__code="location", criterion="employee_kind")
    with_less = {"kinds": ["pppk"]}
    _force(rule, with_less)


def _force(rule, params):
    """Rules of a published version are frozen by trigger; a test may thaw them."""
    import pgtrigger

    with pgtrigger.ignore():
        Rule.objects.filter(pk=rule.pk).update(params=params)


@pytest.mark.parametrize(
    ("cause", "change", "criterion"),
    [
        (ChangeCause.DISCIPLINE, _sanction, "not_sanctioned"),
        (ChangeCause.PLACEMENT, _excluded_body, "excluded_body"),
        (ChangeCause.POLICY, _stricter_version, "employee_kind"),
        (ChangeCause.DECREE, _no_decree, "agency_decree"),
        (ChangeCause.UNIT, _direct_service, "unit_service"),
        (ChangeCause.TASKS, _no_tasks, "location_tasks"),
        (ChangeCause.DOMICILE, _other_home, "home_registered"),
        (ChangeCause.TIME, _no_decree, "agency_decree"),
    ],
)
def test_every_cause_opens_a_review_with_its_rule(world, running, cause, change, criterion):
    change(world)
    if cause != ChangeCause.DISCIPLINE:
        rescreened(world.employees["emp"], cause)
    deliver()

    review = review_of(running)
    assert criterion in review.criteria
    assert review.cause == cause


def test_a_day_screens_everybody_who_runs_in_batches_once(world, running, monkeypatch):
    monkeypatch.setattr("fwa.services.rescreening.BATCH", 1)
    determined(world, "col1", weekdays=(1,))
    AgencyDecree.objects.update(valid_to=today() - timedelta(days=1))
    rescreen_by_date(on=today())
    rescreen_by_date(on=today())
    deliver()

    assert ArrangementReview.objects.filter(cause=ChangeCause.TIME).count() == 2
    assert Notice.objects.filter(code="fwa.review_opened").count() == 2


def test_a_change_from_a_later_day_is_told_now_and_not_closed_by_today(world, running):
    emp = world.employees["emp"]
    start = next_monday() + timedelta(days=7)
    Placement.objects.filter(employee=emp).update(valid_to=start - timedelta(days=1))
    Placement.objects.create(
        employee=emp,
        unit=world.law,
        position=emp.placements.get().position,
        supervisor=world.employees["head"],
        entry_reason="rotation",
        valid_from=start,
    )
    rescreened(emp, ChangeCause.PLACEMENT, on=start)
    review = review_of(running)
    assert (review.as_of, review.criteria) == (start, ["not_new_in_post"])

    rescreened(emp, ChangeCause.TIME)
    review.refresh_from_db()
    assert review.status == ReviewStatus.OPEN


def test_who_has_nothing_running_is_left_alone(world, running):
    open_case(world, "col1")
    rescreened(world.employees["emp"])
    deliver()
    assert ArrangementReview.objects.count() == 0, "a colleague without an arrangement, an employee without a case"

    end_arrangement(by=world.users["emp"], request_id=running.pk, ended_on=next_monday(), reason="Pindah tugas.")
    open_case(world)
    deliver()
    assert ArrangementReview.objects.filter(request=running).count() <= 1


def test_a_request_under_way_is_judged_by_its_next_level_and_not_here(world):
    sent(world)
    open_case(world)
    deliver()

    assert ArrangementReview.objects.count() == 0


def test_a_granted_circumstance_still_waives(world, running):
    """Each arrangement is asked its own question: kind, place, home and circumstance."""
    rows = list(running_of([world.employees["emp"].pk], today()).select_related("circumstance"))
    [answer] = ask_again(rows, on=today())
    assert answer.is_fine

    _other_home(world)
    rows = list(running_of(None, today()).select_related("circumstance"))
    [answer] = ask_again(rows, on=today())
    assert [item.rule.criterion for item in answer.failing] == ["home_registered"]


def test_many_are_asked_in_as_many_queries_as_one(world, running, django_assert_num_queries):
    for name, weekday in (("col1", 1), ("col2", 3)):
        determined(world, name, weekdays=(weekday,))
    one = list(running_of([world.employees["emp"].pk], today()).select_related("circumstance"))
    three = list(running_of(None, today()).select_related("circumstance"))
    assert len(three) == 3
    with django_assert_num_queries(2):
        ask_again(one, on=today())
    with django_assert_num_queries(2):
        ask_again(three, on=today())


def test_the_head_is_reviewed_one_level_up_and_hr_where_there_is_nobody(world):
    fwa_request = sent(world, "head")
    from fwa.models import Step
    from fwa.services.decisions import approve_step

    for decider in ("hr", "boss"):
        approve_step(by=world.users[decider], step_id=Step.objects.current().get(request=fwa_request).pk)
    open_case(world, "head")
    deliver()

    review = review_of(fwa_request)
    assert review.holder is None
    assert len(notices("fwa.review_waits", "hr")) == 1
    assert not world.users["head"].has_perm("fwa.decide_review", review)
    assert world.users["hr"].has_perm("fwa.decide_review", review)


def test_a_late_answer_is_told_once_and_ends_nothing(world):
    review = time_is_up(reviewed(world))
    for _again in range(2):
        look_after_reviews(on=today(), at=timezone.now())

    review.refresh_from_db()
    assert review.status == ReviewStatus.OPEN
    assert len(notices("fwa.review_late", "head")) == 1
    assert review.request.assignment.status == "in_force"


def test_the_review_of_an_arrangement_that_is_over_closes(world):
    review = reviewed(world)
    look_after_reviews(on=review.assignment.last_day + timedelta(days=1), at=timezone.now())

    review.refresh_from_db()
    assert review.status == ReviewStatus.MOOT


def test_ending_early_closes_the_review(world):
    review = reviewed(world)
    end_arrangement(by=world.users["emp"], request_id=review.request_id, ended_on=next_monday(), reason="Sendiri.")

    review.refresh_from_db()
    assert review.status == ReviewStatus.MOOT
    assert ledger.verify() == []
