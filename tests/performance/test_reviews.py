"""Accepting, returning and opening reports again: every state by every role, oneself, delegations, two at once."""

import threading
from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from organization.models import Notice, OutboxMessage, Placement, User
from performance.errors import StateChanged
from performance.models import DailyReport, Review
from performance.review_reach import officers_of, placements_direct, placements_led, reports_waiting
from performance.services.reviews import accept, reopen, return_report
from tests.organization.cast import days, make_cast, make_employee, make_user
from tests.performance.review_kit import fresh, make_output, make_report, make_team, stands_in

pytestmark = pytest.mark.django_db

STATES = ("planned", "reported", "returned", "accepted")
# Everybody of the cast; only these two review the employee's work.
REVIEWERS = ("sup", "head")
EVERYBODY = ("emp", "col1", "sup", "head", "hr", "lawhr", "audit", "boss", "seal", "ohead", "out")
# The one state in which each verb is possible, and the state after it.
VERBS = {
    "accept": ("reported", "accepted"),
    "return": ("reported", "returned"),
    "reopen": ("accepted", "returned"),
}


@pytest.fixture
def cast():
    return make_cast()


def judge(verb: str, report: DailyReport, by: User) -> bool:
    """Whether it was done; refusals are raised, those of `accept` told."""
    if verb == "accept":
        done = accept(report_ids=[report.pk], by=by)
        return bool(done) and done[0].ok
    command = return_report if verb == "return" else reopen
    command(report=report, by=by, reason="Bukti belum ada.")
    return True


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_in_every_state_by_every_role(cast, verb):
    before, after = VERBS[verb]
    for number, (state, who) in enumerate(product(STATES, EVERYBODY)):
        report = make_report(cast.employees["emp"], status=state, day=days(-1 - number))
        by, is_right = cast.users[who], who in REVIEWERS and state == before

        if is_right:
            assert judge(verb, report, by), (state, who)
        elif verb == "accept":
            assert not judge(verb, report, by), (state, who)
        else:
            with pytest.raises(StateChanged if who in REVIEWERS else PermissionDenied):
                judge(verb, report, by)

        report.refresh_from_db()
        assert report.status == (after if is_right else state), (state, who)
        assert report.version == (2 if is_right else 1), "an open page of the author is told that it grew old"
        assert Review.objects.filter(report=report).count() == int(is_right)


def test_a_system_reviews_nothing(cast):
    report = make_report(cast.employees["emp"])
    cast.users["sup"].is_service = True

    with pytest.raises(PermissionDenied):
        accept(report_ids=[report.pk], by=cast.users["sup"])
    with pytest.raises(PermissionDenied):
        return_report(report=report, by=cast.users["sup"], reason="x")
    assert not placements_led(cast.users["sup"]).exists()


def assert_refused(report: DailyReport, by: User) -> None:
    """Neither the bulk nor the single verbs, and not in the list of what waits."""
    assert not any(row.ok for row in accept(report_ids=[report.pk], by=by))
    with pytest.raises(PermissionDenied):
        return_report(report=report, by=by, reason="x")
    assert report not in reports_waiting(by)
    assert DailyReport.objects.get(pk=report.pk).status == "reported"


class TestOneself:
    def test_never_oneself(self, cast):
        for name in ("emp", "sup", "head"):
            assert_refused(make_report(cast.employees[name]), cast.users[name])

    def test_not_in_the_place_of_ones_own_supervisor(self, cast):
        by = stands_in(cast.users["emp"], cast.users["sup"])

        assert_refused(make_report(cast.employees["emp"]), by)
        assert accept(report_ids=[make_report(cast.employees["col1"]).pk], by=by)[0].ok, "but the colleagues'"

    def test_not_the_officer_in_whose_place_one_acts(self, cast):
        """The stand-in of two: of the supervisor, whose work the head reviews, and of that head."""
        stands_in(cast.users["col1"], cast.users["sup"])
        by = stands_in(cast.users["col1"], cast.users["head"])

        assert_refused(make_report(cast.employees["sup"]), by)

    def test_a_ring_of_delegations_leads_nobody_back_to_themselves(self, cast):
        stands_in(cast.users["emp"], cast.users["sup"])
        stands_in(cast.users["sup"], cast.users["head"])
        stands_in(cast.users["head"], cast.users["emp"])

        assert_refused(make_report(cast.employees["emp"]), fresh(cast.users["emp"]))
        assert_refused(make_report(cast.employees["sup"]), fresh(cast.users["sup"]))
        assert_refused(make_report(cast.employees["head"]), fresh(cast.users["head"]))

    def test_a_chain_of_delegations_does_not_carry_on(self, cast):
        stands_in(cast.users["ohead"], cast.users["sup"])
        by = stands_in(cast.users["out"], cast.users["ohead"])

        assert_refused(make_report(cast.employees["emp"]), by)

    def test_a_supervisor_who_stands_in_for_one_of_their_own_people_still_reviews_them(self, cast):
        report = make_report(cast.employees["emp"])
        by = stands_in(cast.users["sup"], cast.users["emp"])

        assert report in reports_waiting(by)
        assert accept(report_ids=[report.pk], by=by)[0].ok
        assert report.reviews.get().acting_for is None


def test_the_set_of_people_led_is_the_permission(cast):
    stands_in(cast.users["col1"], cast.users["sup"])
    stands_in(cast.users["sup"], cast.users["emp"])
    stands_in(cast.users["out"], cast.users["head"])
    stands_in(cast.users["head"], cast.users["ohead"])

    for user in map(fresh, cast.users.values()):
        led = set(placements_led(user).values_list("employee_id", flat=True))
        allowed = {one.pk for one in cast.employees.values() if user.has_perm("performance.review_work", one)}
        assert led == allowed, user


def test_both_names_stand_on_what_is_judged_in_somebodys_place(cast):
    by = stands_in(cast.users["ohead"], cast.users["sup"])
    report = make_report(cast.employees["emp"])

    accept(report_ids=[report.pk], by=by)

    review = report.reviews.get()
    assert (review.by, review.acting_for) == (by, cast.users["sup"])
    assert officers_of(by, [cast.employees["out"].pk]) == {}, "in the own right"


class TestWhoseTurn:
    def test_the_direct_supervisor_first_and_the_head_once_it_was_passed_on(self, cast):
        report = make_report(cast.employees["emp"])

        assert list(reports_waiting(cast.users["sup"])) == [report]
        assert list(reports_waiting(cast.users["head"])) == []
        DailyReport.objects.update(escalated_at=report.reported_at)
        assert list(reports_waiting(fresh(cast.users["head"]))) == [report]

    def test_who_has_no_supervisor_falls_to_the_nearest_head(self, cast):
        Placement.objects.filter(employee=cast.employees["emp"]).update(supervisor=None)
        mayor = make_employee("mayor", cast.law.parent, is_head=True)
        report = make_report(cast.employees["emp"])

        assert list(reports_waiting(cast.users["head"])) == [report]
        assert list(reports_waiting(mayor.user)) == []
        direct = set(placements_direct(mayor.user).values_list("employee__name", flat=True))
        assert direct == {"head", "Ohead"}, "the heads below, who have nobody else"


class TestAcceptMany:
    def test_each_report_says_what_became_of_it_and_holds_up_no_other(self, cast):
        good, changed = make_report(cast.employees["emp"]), make_report(cast.employees["col1"])
        planned = make_report(cast.employees["col2"], status="planned")
        own, foreign = make_report(cast.employees["sup"]), make_report(cast.employees["out"])
        reports = [good, changed, planned, own, foreign]

        done = accept(
            report_ids=[row.pk for row in reports], by=cast.users["sup"], rating="above", versions={changed.pk: 7}
        )

        words = {row.report_id: (row.ok, row.message) for row in done}
        assert words[good.pk] == (True, "")
        assert "buka halaman" in words[changed.pk][1] or "membuka halaman" in words[changed.pk][1]
        assert not words[planned.pk][0]
        assert not words[own.pk][0]
        assert foreign.pk not in words, "an id out of reach is not answered"
        good.refresh_from_db()
        assert (good.status, good.rating, good.reviewed_by) == ("accepted", "above", cast.users["sup"])

    def test_the_same_number_of_statements_for_one_and_thirty(self, cast):
        people = make_team(cast.law, cast.employees["sup"], 30)
        output = make_output(people[0])
        reports = [make_report(one, output=output, amount=Decimal(1)) for one in people[:1]]
        reports += [make_report(one) for one in people[1:]]
        by = cast.users["sup"]

        with CaptureQueriesContext(
            connection,
        ) as one:
            assert all(row.ok for row in accept(report_ids=[reports[0].pk], by=fresh(by)))
        with CaptureQueriesContext(connection) as many:
            assert all(row.ok for row in accept(report_ids=[row.pk for row in reports[1:]], by=fresh(by)))

        assert len(many) <= len(one), "the recount of the outputs is not even needed"

    def test_one_notice_a_person_and_no_mail(self, cast):
        reports = [make_report(cast.employees["emp"], day=days(-number)) for number in (1, 2, 3)]

        accept(report_ids=[row.pk for row in reports], by=cast.users["sup"])

        notice = Notice.objects.get(code="performance.reports_accepted")
        assert notice.user == cast.users["emp"]
        assert notice.context == {"count": "3", "name": "sup", "day_on": days(-1).isoformat()}
        assert not OutboxMessage.objects.filter(topic="organization.mail").exists()

    def test_a_wrong_rating_and_too_many_are_told(self, cast):
        with pytest.raises(ValidationError):
            accept(report_ids=[1], by=cast.users["sup"], rating="wonderful")
        with pytest.raises(ValidationError):
            accept(report_ids=range(201), by=cast.users["sup"])


class TestWhatItDelivers:
    def test_amounts_count_from_acceptance_until_the_day_is_opened_again(self, cast):
        output = make_output(cast.employees["emp"], due_on=days(-1))
        first = make_report(cast.employees["emp"], day=days(-3), output=output, amount=Decimal("1.5"))
        second = make_report(cast.employees["emp"], day=days(-2), output=output, amount=Decimal("2.5"))

        accept(report_ids=[first.pk], by=cast.users["sup"])
        output.refresh_from_db()
        assert (output.delivered, output.delivered_on) == (Decimal("1.5"), None)

        accept(report_ids=[second.pk], by=cast.users["sup"])
        output.refresh_from_db()
        assert (output.delivered, output.delivered_on, output.is_on_time) == (Decimal("4"), days(-2), True)

        reopen(report=first, by=cast.users["sup"], reason="Salah hitung.")
        output.refresh_from_db()
        assert (output.delivered, output.delivered_on) == (Decimal("2.5"), None)


def test_a_return_needs_a_reason_and_tells_the_author(cast):
    report = make_report(cast.employees["emp"])
    for reason in ("  ", "x" * 1001):
        with pytest.raises(ValidationError):
            return_report(report=report, by=cast.users["sup"], reason=reason)

    return_report(report=report, by=cast.users["sup"], reason=" Bukti belum ada. ")

    assert report.reviews.get().reason == "Bukti belum ada."
    notice = Notice.objects.get(code="performance.report_returned")
    assert (notice.user, notice.url) == (cast.users["emp"], f"/performance/reports/{report.public_id}/")
    mail = OutboxMessage.objects.get(topic="organization.mail")
    assert mail.payload["code"] == "performance.report_returned"


def test_a_page_that_grew_old_judges_nothing(cast):
    report = make_report(cast.employees["emp"], version=3)

    with pytest.raises(StateChanged):
        return_report(report=report, by=cast.users["sup"], reason="x", version=2)


def test_opening_again_takes_the_rating_away(cast):
    report = make_report(cast.employees["emp"])
    accept(report_ids=[report.pk], by=cast.users["sup"], rating="below")

    reopen(report=report, by=cast.users["sup"], reason="Diperbaiki dulu.")

    report.refresh_from_db()
    assert (report.status, report.rating) == ("returned", "")
    assert [row.action for row in report.reviews.all()] == ["accept", "reopen"]


def test_the_history_cannot_be_rewritten(cast):
    report = make_report(cast.employees["emp"])
    accept(report_ids=[report.pk], by=cast.users["sup"])

    for change in (lambda rows: rows.update(reason="lain"), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="Cannot"), transaction.atomic():
            change(Review.objects.all())
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(report=report, action="return", by=cast.users["sup"], at=report.reported_at)


@pytest.mark.django_db(transaction=True)
def test_of_two_reviewers_at_once_one_wins_and_the_other_is_told():
    """Supervisor accepts while the head returns, each in a connection of their own, ten times over."""
    cast = make_cast()
    make_user("idle")
    for number in range(10):
        report = make_report(cast.employees["emp"], day=days(-1 - number))
        told: dict[str, str] = {}
        start = threading.Barrier(2)

        def accepts(row=report, told=told, start=start):
            start.wait(10)
            done = accept(report_ids=[row.pk], by=fresh(cast.users["sup"]))
            told["accept"] = "won" if done[0].ok else done[0].message
            connection.close()

        def returns(row=report, told=told, start=start):
            start.wait(10)
            try:
                return_report(report=row, by=fresh(cast.users["head"]), reason="Bukti belum ada.")
                told["return"] = "won"
            except StateChanged as error:
                told["return"] = str(error)
            connection.close()

        threads = [threading.Thread(target=accepts), threading.Thread(target=returns)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        winner = next(verb for verb, words in told.items() if words == "won")
        loser = next(words for verb, words in told.items() if verb != winner)
        report.refresh_from_db()
        assert report.status == ("accepted" if winner == "accept" else "returned")
        assert loser not in ("", "won")
        assert report.reviews.get().action == winner


@pytest.mark.django_db(transaction=True)
def test_two_reports_of_one_output_accepted_at_once_are_both_counted():
    cast = make_cast()
    output = make_output(cast.employees["emp"], target="10")
    rows = [make_report(cast.employees["emp"], day=days(-1 - n), output=output, amount=Decimal(1)) for n in range(8)]
    start = threading.Barrier(8)

    def accepts(row):
        start.wait(20)
        accept(report_ids=[row.pk], by=fresh(cast.users["sup"]))
        connection.close()

    threads = [threading.Thread(target=accepts, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    output.refresh_from_db()
    assert output.delivered == Decimal(8)
