"""Answering, deciding, suspending and lifting: who may, when, and what becomes of the days."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from attendance.models import AssignmentDay
from attendance.selectors import unit_loads
from attendance.services.recalls import recall_to_office
from fwa import ledger
from fwa.enums_reviews import ReviewStatus
from fwa.errors import AlreadyDecided
from fwa.letter_state import LetterNow, letter_status_now
from fwa.models import ArrangementReview, Decision, LedgerEntry
from fwa.services.decisions import end_arrangement
from fwa.services.reviews import ReviewDecision, decide, lift_suspension, respond
from organization.models import Delegation, DisciplineCase, Notice
from tests.fwa.letters_kit import determined, sent
from tests.fwa.reviews_kit import reviewed, time_is_up, today
from tests.world import make_world, next_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def review(world):
    return reviewed(world)


def goes_on(**changes) -> ReviewDecision:
    return ReviewDecision(**({"outcome": "continued", "reason": "Belum terbukti."} | changes))


def suspended(first, last=None) -> ReviewDecision:
    return ReviewDecision("suspended", "Menunggu hasil pemeriksaan.", "discipline", first, last)


def ended(first) -> ReviewDecision:
    return ReviewDecision("ended", "Kriteria tidak terpenuhi.", "discipline", first)


def answered(world, review) -> ArrangementReview:
    return respond(by=world.users["emp"], review_id=review.pk, text="Saya sudah menyerahkan berkas.")


def days_of(review, status: str) -> list:
    rows = AssignmentDay.objects.filter(assignment=review.assignment, status=status)
    return sorted(set(rows.values_list("day", flat=True)))


def away_on(world, day) -> int:
    loads = unit_loads(paths=[world.law.path], groups=[], start=day, end=day, exclude_employee_id=0, with_holders=True)
    return loads.on(world.law.path, day).away


def test_the_answer_stands_with_the_review_and_only_its_digest_in_the_ledger(world, review):
    answered(world, review)

    review.refresh_from_db()
    assert review.status == ReviewStatus.RESPONDED
    assert Notice.objects.filter(code="fwa.review_answered", user=world.users["head"]).count() == 1
    entry = LedgerEntry.objects.get(code="review.answered")
    assert "berkas" not in str(entry.payload)
    assert entry.payload["answer"] == ledger.digest(review.response, str(review.public_id))
    with pytest.raises(AlreadyDecided):
        answered(world, review)


def test_only_the_employee_answers_and_not_with_nothing(world, review):
    for name in ("sup", "head", "hr", "col1"):
        with pytest.raises(PermissionDenied):
            respond(by=world.users[name], review_id=review.pk, text="Atas nama.")
    with pytest.raises(ValidationError):
        respond(by=world.users["emp"], review_id=review.pk, text="  ")


@pytest.mark.parametrize(
    ("name", "may"), [("head", True), ("hr", True), ("sup", False), ("emp", False), ("boss", False)]
)
def test_who_decides(world, review, name, may):
    if may:
        assert decide(by=world.users[name], review_id=review.pk, decision=goes_on()).decided_by == world.users[name]
        return
    with pytest.raises(PermissionDenied):
        decide(by=world.users[name], review_id=review.pk, decision=goes_on())


def test_who_stands_in_for_the_head_decides_with_both_names(world, review):
    Delegation.objects.create(
        principal=world.users["head"], delegate=world.users["col1"], valid_from=today(), valid_to=today()
    )
    decide(by=world.users["col1"], review_id=review.pk, decision=goes_on())

    review.refresh_from_db()
    assert (review.decided_by, review.acting_for) == (world.users["col1"], world.users["head"])


def test_nobody_decides_on_their_own_also_not_in_the_heads_place(world, review):
    Delegation.objects.create(
        principal=world.users["head"], delegate=world.users["emp"], valid_from=today(), valid_to=today()
    )
    with pytest.raises(PermissionDenied):
        decide(by=world.users["emp"], review_id=review.pk, decision=goes_on())


def test_it_can_go_on_at_once_and_is_not_broken_before_the_answer_or_its_last_day(world, review):
    head, first = world.users["head"], next_monday()
    for early in (suspended(first), ended(first)):
        with pytest.raises(ValidationError) as refused:
            decide(by=head, review_id=review.pk, decision=early)
        assert "outcome" in refused.value.error_dict

    time_is_up(review)
    decide(by=head, review_id=review.pk, decision=suspended(first))
    review.refresh_from_db()
    assert review.outcome == "suspended"


def test_a_break_needs_ground_reason_and_a_day_inside(world, review):
    answered(world, review)
    bad = ReviewDecision("ended", " ", "", today() - timedelta(days=1))
    with pytest.raises(ValidationError) as refused:
        decide(by=world.users["head"], review_id=review.pk, decision=bad)
    assert set(refused.value.error_dict) == {"reason", "ground", "effective_from"}
    reversed_days = suspended(next_monday() + timedelta(days=7), next_monday())
    with pytest.raises(ValidationError) as refused:
        decide(by=world.users["head"], review_id=review.pk, decision=reversed_days)
    assert set(refused.value.error_dict) == {"effective_to"}


def test_going_on_changes_no_day_and_is_on_record(world, review):
    before = days_of(review, "in_force")
    decide(by=world.users["head"], review_id=review.pk, decision=goes_on())

    assert days_of(review, "in_force") == before
    assert Decision.objects.get(kind="continue").note == "Belum terbukti."
    assert LedgerEntry.objects.get(code="review.decided").payload["outcome"] == "continued"
    told = Notice.objects.filter(code="fwa.review_decided").values_list("user__username", flat=True)
    assert set(told) == {"emp", "sup"}
    assert ledger.verify() == []
    with pytest.raises(AlreadyDecided):
        decide(by=world.users["hr"], review_id=review.pk, decision=goes_on())


def test_ending_gives_the_days_back_and_the_letter_says_so(world, review):
    answered(world, review)
    first = next_monday() + timedelta(days=7)
    decide(by=world.users["hr"], review_id=review.pk, decision=ended(first))

    assert max(days_of(review, "in_force")) < first
    review.refresh_from_db()
    review.assignment.refresh_from_db()
    assert (review.assignment.status, review.assignment.ended_on) == ("ended", first)
    assert letter_status_now(review.request.letter, first).now == LetterNow.ENDED
    assert not review.request.dates.filter(status="granted", day__gte=first).exists()
    codes = list(LedgerEntry.objects.filter(chain=f"request:{review.request_id}").values_list("code", flat=True))
    assert codes[-2:] == ["review.decided", "arrangement.ended"]
    assert ledger.verify() == []


def test_a_suspended_day_frees_its_place_and_lifting_says_which_are_gone(world, review):
    """Quota of one: while the employee's days rest, a colleague takes one of them."""
    answered(world, review)
    monday = next_monday()
    before = days_of(review, "in_force")
    decide(by=world.users["head"], review_id=review.pk, decision=suspended(monday))
    assert days_of(review, "suspended") == before
    assert away_on(world, before[0]) == 0
    assert review.request.dates.filter(status="suspended").count() == len(before)

    determined(world, "col1", valid_to=monday + timedelta(days=6), weekdays=(2,))
    assert away_on(world, before[0]) == 1
    done = lift_suspension(by=world.users["head"], review_id=review.pk, first=monday)

    assert [(check.day, check.problem) for check in done.gone] == [(before[0], "unit_full")]
    assert list(done.regained) == before[1:] == days_of(review, "in_force")
    assert days_of(review, "suspended") == []
    assert review.request.dates.get(day=before[0]).problem == "unit_full"
    assert AssignmentDay.objects.filter(assignment=review.assignment, is_away=True).count() == len(before) - 1
    assert Notice.objects.filter(code="fwa.suspension_lifted", user=world.users["emp"]).count() == 1
    assert ledger.verify() == []
    with pytest.raises(AlreadyDecided):
        lift_suspension(by=world.users["head"], review_id=review.pk, first=monday)


def test_lifting_leaves_a_day_of_recall_in_the_office(world, review):
    """Recalled before the arrangement was suspended: that day stays in the office, whatever happens to the others."""
    answered(world, review)
    monday = next_monday()
    first, *others = days_of(review, "in_force")
    recall_to_office(
        by=world.users["head"], employee_id=review.request.employee_id, day=first, reason="Rapat dengan wali kota"
    )
    decide(by=world.users["head"], review_id=review.pk, decision=suspended(monday))

    lift_suspension(by=world.users["head"], review_id=review.pk, first=monday)

    assert days_of(review, "in_force") == others
    assert days_of(review, "suspended") == [first]


def test_a_suspension_with_an_end_leaves_the_days_after_it(world, review):
    answered(world, review)
    monday = next_monday()
    decide(by=world.users["head"], review_id=review.pk, decision=suspended(monday, monday + timedelta(days=6)))

    resting, kept = days_of(review, "suspended"), days_of(review, "in_force")
    assert max(resting) < min(kept)
    letter = review.request.letter
    assert letter_status_now(letter, monday).now == LetterNow.SUSPENDED
    assert letter_status_now(letter, monday + timedelta(days=7)).now != LetterNow.SUSPENDED


def test_lifting_in_the_middle_keeps_what_rested_before(world, review):
    answered(world, review)
    monday = next_monday()
    decide(by=world.users["head"], review_id=review.pk, decision=suspended(monday))
    later = monday + timedelta(days=14)
    lift_suspension(by=world.users["hr"], review_id=review.pk, first=later)

    review.assignment.refresh_from_db()
    assert review.assignment.suspended_to == later - timedelta(days=1)
    assert max(days_of(review, "suspended")) < later <= min(days_of(review, "in_force"))


def test_lifting_counts_the_weekly_cap_with_the_days_that_never_rested(world, review):
    answered(world, review)
    monday = next_monday()
    tuesday = monday + timedelta(days=1)
    decide(by=world.users["head"], review_id=review.pk, decision=suspended(tuesday, tuesday))
    DisciplineCase.objects.all().delete()
    # One of the week's two days rests; another arrangement takes the free one of the cap.
    sent_days = determined(world, "emp", weekdays=(3,), valid_to=monday + timedelta(days=6), place_kind="home")
    assert sent_days.assignment is not None
    done = lift_suspension(by=world.users["head"], review_id=review.pk, first=monday)

    assert [(check.day, check.problem) for check in done.gone] == [(tuesday, "over_cap")]


def test_an_arrangement_is_not_suspended_twice(world, review):
    answered(world, review)
    monday = next_monday()
    decide(by=world.users["head"], review_id=review.pk, decision=suspended(monday))
    again = ArrangementReview.objects.create(
        request=review.request,
        assignment=review.assignment,
        employee=review.employee,
        unit=review.unit,
        holder=review.holder,
        cause="unit",
        as_of=today(),
        opened_at=review.opened_at,
        respond_by=today() - timedelta(days=1),
    )
    with pytest.raises(ValidationError):
        decide(by=world.users["head"], review_id=again.pk, decision=suspended(monday))
    decide(by=world.users["head"], review_id=again.pk, decision=ended(monday))
    with pytest.raises(AlreadyDecided):
        lift_suspension(by=world.users["head"], review_id=review.pk, first=monday)


def test_an_ended_arrangement_is_not_decided_on(world, review):
    end_arrangement(by=world.users["emp"], request_id=review.request_id, ended_on=next_monday(), reason="Sendiri.")
    with pytest.raises(AlreadyDecided):
        decide(by=world.users["head"], review_id=review.pk, decision=goes_on())
    with pytest.raises(AlreadyDecided):
        answered(world, review)


def test_a_resting_day_stays_its_owners(world, review):
    """Nobody else's request counts it, and its owner asks for another day instead."""
    answered(world, review)
    decide(by=world.users["head"], review_id=review.pk, decision=suspended(next_monday()))
    with pytest.raises(ValidationError):
        sent(world, "emp")
