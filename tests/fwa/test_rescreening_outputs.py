"""A rating or a contract result arrives: whoever works flexibly is asked again, told the article, and heard."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.utils import timezone

from attendance.models import AssignmentDay
from eligibility.models import Rule
from fwa.enums_reviews import ReviewOutcome, ReviewStatus
from fwa.models import ArrangementReview
from fwa.services.reviews import ReviewDecision, decide, respond
from organization.enums import ChangeCause
from organization.models import Notice, User
from organization.notices import render_notice
from performance.models import Output, OutputContract
from performance.services.amendments import answer
from performance.services.deliveries import tell_overdue
from performance.services.output_reviews import record_delivery
from tests.fwa.letters_kit import determined
from tests.fwa.reviews_kit import deliver, rescreened, review_of, time_is_up, today
from tests.organization.importing import import_rows
from tests.performance.contract_kit import change, proposed
from tests.world import make_world

pytestmark = pytest.mark.django_db
ARTICLE = "PermenPANRB 4/2025 Ps. 26"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def running(world):
    return determined(world)


def ask_for(criterion, **params):
    """The policies in force ask for this, too. A published version is frozen by trigger; a test may thaw it."""
    with pgtrigger.ignore():
        for rule in Rule.objects.filter(criterion="employee_kind"):
            Rule.objects.filter(version=rule.version, criterion=criterion).delete()
            Rule.objects.create(
                version=rule.version,
                order=90,
                criterion=criterion,
                params=params,
                mark="P",
                legal_basis=ARTICLE,
                coordination_no="B/1/2026",
            )


def rate(world, predicate, name="emp"):
    row = {
        "NIP": world.employees[name].nip,
        "TAHUN": str(today().year - 1),
        "PERIODE": "tahunan",
        "PREDIKAT": predicate,
        "REFERENSI": f"E-{predicate}",
    }
    import_rows([row], kind="ratings")
    assert world.employees[name].predicates.filter(reference=row["REFERENSI"]).exists()


def older_output(world, **values):
    """An output of an arrangement that is over, due a week ago."""
    contract = OutputContract.objects.create(
        employee=world.employees["emp"],
        reference="FW-LAMA",
        valid_from=today() - timedelta(days=60),
        valid_to=today() - timedelta(days=3),
        agreed_by=world.users["sup"],
        agreed_at=timezone.now(),
    )
    defaults = {"title": "Kajian", "measure": "bab", "target": Decimal(4), "due_on": today() - timedelta(days=4)}
    return Output.objects.create(contract=contract, **(defaults | values))


def bodies(code, user):
    return [render_notice(row.code, row.context)[1] for row in Notice.objects.filter(code=code, user=user)]


def test_a_rating_below_the_minimum_tells_both_the_article_and_ends_nothing(world, running):
    ask_for("min_predicate", minimum="baik")
    days = AssignmentDay.objects.filter(assignment=running.assignment, status="in_force").count()

    rate(world, "Butuh Perbaikan")
    deliver()

    review = review_of(running)
    assert (review.cause, review.criteria, review.status) == (ChangeCause.RATING, ["min_predicate"], ReviewStatus.OPEN)
    for code, name in [("fwa.review_opened", "emp"), ("fwa.review_known", "sup"), ("fwa.review_waits", "head")]:
        [body] = bodies(code, world.users[name])
        assert "26" in body
        assert "PermenPANRB 4/2025" in body or "Pasal 26" in body
    running.refresh_from_db()
    assert running.assignment.status == "in_force"
    assert AssignmentDay.objects.filter(assignment=running.assignment, status="in_force").count() == days


def test_it_runs_on_until_somebody_decides_and_a_suspension_has_its_letter(world, running):
    ask_for("min_predicate", minimum="baik")
    rate(world, "Kurang")
    deliver()
    review = review_of(running)
    time_is_up(review)
    deliver()
    running.refresh_from_db()
    assert running.assignment.status == "in_force"

    respond(by=world.users["emp"], review_id=review.pk, text="Ada keberatan atas predikat.")
    first = running.assignment.days.order_by("day").first().day
    choice = ReviewDecision(outcome=ReviewOutcome.SUSPENDED, reason="Predikat.", ground="performance", first=first)
    decide(by=world.users["head"], review_id=review.pk, decision=choice)
    running.refresh_from_db()
    assert running.assignment.suspended_from == first
    review.refresh_from_db()
    assert (review.outcome, review.decided_by) == (ReviewOutcome.SUSPENDED, world.users["head"])


def test_the_minimum_itself_is_good_enough(world, running):
    ask_for("min_predicate", minimum="baik")
    rate(world, "Baik")
    deliver()
    assert not ArrangementReview.objects.exists()


def test_a_correction_of_the_rating_makes_the_review_moot(world, running):
    ask_for("min_predicate", minimum="baik")
    rate(world, "Kurang")
    deliver()
    rate(world, "Sangat Baik")
    deliver()
    assert review_of(running).status == ReviewStatus.MOOT


def test_an_overdue_output_puts_the_arrangement_in_question_once(world, running):
    older_output(world)
    ask_for("outputs_on_time", months=3, min_pct=80)

    assert tell_overdue(on=today()) == 1
    deliver()
    assert tell_overdue(on=today() + timedelta(days=1)) == 1
    deliver()

    review = ArrangementReview.objects.get()
    assert (review.cause, review.criteria) == (ChangeCause.OUTPUTS, ["outputs_on_time"])


def test_a_delivery_put_on_record_for_its_day_settles_it(world, running):
    output = older_output(world)
    ask_for("outputs_on_time", months=3, min_pct=80)
    tell_overdue(on=today())
    deliver()

    record_delivery(output=output, by=world.users["sup"], amount=Decimal(4), on=today() - timedelta(days=5))
    deliver()
    assert review_of(running).status == ReviewStatus.MOOT


def test_a_late_delivery_does_not_count_as_on_time(world, running):
    output = older_output(world)
    ask_for("outputs_on_time", months=3, min_pct=80)
    record_delivery(output=output, by=world.users["sup"], amount=Decimal(4), on=today())
    deliver()
    assert review_of(running).criteria == ["outputs_on_time"]


def test_what_was_agreed_away_is_not_owed(world, running):
    older_output(world, dropped_at=timezone.now())
    ask_for("outputs_on_time", months=3, min_pct=100)
    assert tell_overdue(on=today()) == 0


def test_a_contract_that_nobody_agreed_to_and_a_change_left_waiting(world, running):
    ask_for("contract_agreed", most_waiting=0)
    contract = OutputContract.objects.get(reference=running.number)
    OutputContract.objects.filter(pk=contract.pk).update(valid_from=today())
    amendment = proposed(contract, world.users["emp"], change(contract.outputs.get(), target=Decimal(3)))
    deliver()
    assert not ArrangementReview.objects.exists()

    amendment.answer_by_on = today() - timedelta(days=1)
    amendment.save(update_fields=["answer_by_on"])
    rescreened(world.employees["emp"], ChangeCause.TIME)
    review = ArrangementReview.objects.get()
    assert review.criteria == ["contract_agreed"]

    answer(by=User.objects.get(username="sup"), public_id=amendment.public_id, agree=True)
    deliver()
    review.refresh_from_db()
    assert review.status == ReviewStatus.MOOT

    OutputContract.objects.filter(pk=contract.pk).update(agreed_at=None)
    rescreened(world.employees["emp"], ChangeCause.OUTPUTS)
    assert ArrangementReview.objects.under_way().get().criteria == ["contract_agreed"]
