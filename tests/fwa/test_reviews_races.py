"""Two at once over one review, on real connections: one winner, the other reads why, and the ledger stays whole."""

import pytest

from fwa import ledger
from fwa.errors import AlreadyDecided
from fwa.models import ArrangementReview
from fwa.services.decisions import end_arrangement
from fwa.services.rescreening import rescreen
from fwa.services.reviews import ReviewDecision, decide
from organization.models import DisciplineCase, User
from tests.fwa.letters_kit import determined
from tests.fwa.racing import pair
from tests.fwa.reviews_kit import reviewed, today
from tests.world import make_world, next_monday

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


@pytest.fixture
def world():
    made = make_world()
    User.objects.update(email="")
    for user in made.users.values():
        user.email = ""
    return made


def reopened(review: ArrangementReview) -> ArrangementReview:
    """The same question once more."""
    return ArrangementReview.objects.create(
        request=review.request,
        assignment=review.assignment,
        employee=review.employee,
        unit=review.unit,
        holder=review.holder,
        cause=review.cause,
        as_of=review.as_of,
        rules=review.rules,
        opened_at=review.opened_at,
        respond_by=review.respond_by,
    )


def test_two_decide_and_one_wins(world):
    review = reviewed(world)
    goes_on = ReviewDecision("continued", "Belum terbukti.")
    with pair() as racers:
        for turn in range(ROUNDS):
            pk = review.pk if turn == 0 else reopened(review).pk
            results = racers.run(
                lambda pk=pk: decide(by=world.users["head"], review_id=pk, decision=goes_on),
                lambda pk=pk: decide(by=world.users["hr"], review_id=pk, decision=goes_on),
                head_start=0.01 * (turn - ROUNDS / 2),
            )
            assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "ArrangementReview"]
    assert ledger.verify() == []


@pytest.mark.parametrize("head_start", [-0.05, 0, 0.05])
def test_deciding_meets_ending_early(world, head_start):
    review = reviewed(world)
    emp, head = world.users["emp"], world.users["head"]
    with pair() as racers:
        decided, ended = racers.run(
            lambda: decide(by=head, review_id=review.pk, decision=ReviewDecision("continued", "Tetap berjalan.")),
            lambda: end_arrangement(
                by=emp, request_id=review.request_id, ended_on=next_monday(), reason="Atas kemauan sendiri."
            ),
            head_start=head_start,
        )
    assert not isinstance(ended, Exception)
    review.refresh_from_db()
    expected = "moot" if isinstance(decided, AlreadyDecided) else "decided"
    assert review.status == expected
    assert ledger.verify() == []


def test_two_screenings_open_one_review(world):
    determined(world)
    emp = world.employees["emp"]
    DisciplineCase.objects.create(employee=emp, reference="K-1", status="examination", opened_on=today())
    with pair() as racers:
        results = racers.run(*[lambda: rescreen(employee_ids=[emp.pk], on=today(), cause="discipline_case")] * 2)
    assert sorted(result.opened for result in results) == [0, 1]
    assert ArrangementReview.objects.count() == 1
    assert ledger.verify() == []
