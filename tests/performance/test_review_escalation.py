"""Reports that wait too long go to the next level, once; they count in the supervisor's figures and criteria."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eligibility.criteria.base import Ask
from organization.leading import leaders_of, next_level_of
from organization.models import Employee, Notice
from performance.criteria_reviews import NoOverdueReviews
from performance.models import DailyReport
from performance.review_figures import below, months_of
from performance.services.review_escalation import escalate_reviews
from performance.services.reviews import accept
from performance.tasks import escalate_reviews as task
from tests.organization.cast import days, make_cast, make_employee
from tests.performance.review_kit import fresh, make_report, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def test_the_next_level_is_the_leader_of_the_leader(cast):
    mayor = make_employee("mayor", cast.law.parent, is_head=True)
    ids = [cast.employees[name].pk for name in ("emp", "sup", "head")] + [mayor.pk]

    levels = next_level_of(ids, on=days(0))

    users = cast.users
    assert levels[cast.employees["emp"].pk] == (users["sup"].pk, {users["head"].pk})
    assert levels[cast.employees["sup"].pk] == (users["head"].pk, {mayor.user_id})
    assert levels[cast.employees["head"].pk] == (mayor.user_id, {users["hr"].pk}), "above the top only HR is left"
    assert mayor.pk not in levels
    assert leaders_of([mayor.pk], on=days(0)) == {mayor.pk: {users["hr"].pk}}


def test_only_what_waits_since_its_day_is_passed_on_and_once(cast):
    late = make_report(cast.employees["emp"], escalate_on=days(0))
    make_report(cast.employees["col1"], escalate_on=days(1))
    make_report(cast.employees["col2"], escalate_on=days(-9), status="accepted")

    assert (task(), escalate_reviews()) == (1, 0)

    passed = DailyReport.objects.filter(escalated_at__isnull=False)
    assert list(passed) == [late]
    told = set(Notice.objects.filter(code__startswith="performance.reviews").values_list("code", "user__username"))
    assert told == {("performance.reviews_passed_on", "sup"), ("performance.reviews_from_below", "head")}


def test_many_are_passed_on_in_few_statements_with_one_notice_each(cast):
    people = make_team(cast.law, cast.employees["sup"], 12)
    make_report(people[0], escalate_on=days(0))
    with CaptureQueriesContext(connection) as one:
        escalate_reviews()
    for person in people[1:]:
        make_report(person, escalate_on=days(0))
    with CaptureQueriesContext(connection) as many:
        assert escalate_reviews() == 11

    assert len(many) <= len(one)
    counts = Notice.objects.filter(code="performance.reviews_from_below").order_by("pk")
    assert [notice.context["count"] for notice in counts] == ["1", "11"]


def test_the_next_level_may_review_and_the_supervisor_still_can(cast):
    for name in ("emp", "col1"):
        make_report(cast.employees[name], escalate_on=days(0))
    escalate_reviews()
    first, second = DailyReport.objects.order_by("pk")

    assert accept(report_ids=[first.pk], by=cast.users["head"])[0].ok
    assert accept(report_ids=[second.pk], by=cast.users["sup"])[0].ok


def test_own_figures_equal_a_count_by_hand(cast):
    now = timezone.now()
    first = now.date().replace(day=1)
    values = {"day": first, "reported_at": now - timedelta(days=3)}
    make_report(cast.employees["emp"], status="accepted", **values, reviewed_at=now - timedelta(days=2))
    make_report(cast.employees["col1"], status="returned", **values, reviewed_at=now)
    make_report(cast.employees["col2"], **values, review_due_on=days(-1), escalated_at=now)
    make_report(cast.employees["emp"], status="planned", day=first + timedelta(days=1))
    make_report(cast.employees["out"], **values)

    (month,) = months_of(fresh(cast.users["sup"]), on=days(0))

    figures = (month.reported, month.reviewed, month.returned, month.passed_on, month.overdue)
    assert figures == (3, 2, 1, 1, 1)
    assert month.days == pytest.approx(2.0)
    assert months_of(cast.users["hr"], on=days(0)) == []


def test_the_level_above_sees_what_waits_with_the_supervisors_below(cast):
    make_report(cast.employees["emp"], review_due_on=days(-1), escalated_at=timezone.now())
    make_report(cast.employees["col1"])

    (row,) = below(cast.users["head"], on=days(0))

    assert (row.employee, row.waiting, row.overdue, row.passed_on) == (cast.employees["sup"], 2, 1, 1)
    assert below(cast.users["sup"], on=days(0)) == []


@pytest.mark.parametrize(("overdue", "most", "passes"), [(0, 0, True), (1, 0, False), (1, 1, True), (2, 1, False)])
def test_the_criterion_counts_overdue_reviews_of_the_own_people(cast, overdue, most, passes):
    for number in range(overdue):
        make_report(cast.employees["emp"], day=days(-1 - number), review_due_on=days(-1))
    make_report(cast.employees["col1"], review_due_on=days(0))
    make_report(cast.employees["out"], review_due_on=days(-5))
    criterion, params = NoOverdueReviews(), {"most": most}

    rows = Employee.objects.annotate(**criterion.observed(on=days(0), ask=Ask(), params=params))
    condition = criterion.passed({"overdue": "overdue"}, params, on=days(0))

    seen = dict(rows.values_list("pk", "overdue"))
    assert seen[cast.employees["sup"].pk] == overdue
    assert seen[cast.employees["emp"].pk] == 0, "who supervises nobody passes"
    assert rows.filter(condition, pk=cast.employees["sup"].pk).exists() is passes
    explained = criterion.explain({"overdue": overdue}, params, on=days(0))
    assert bool(explained.remedy) is not passes
