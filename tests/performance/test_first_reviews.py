"""First reviews of arrangements and periods without evaluations: who is told, once, and what is opened by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from organization.models import Notice
from performance.enums import PeriodKind
from performance.models import Evaluation, OutputContract, PerformanceTerms
from performance.periods import last_closed_period
from performance.services.evaluations import open_evaluations
from performance.services.first_reviews import due_contracts, open_first, tell_leaders
from tests.api import client_of, problem
from tests.organization.cast import Cast, body, days, make_cast

pytestmark = pytest.mark.django_db
FIRST, UNWRITTEN = "performance.first_review_due", "performance.evaluations_unwritten"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def contract(cast: Cast, *, since: date, until: date | None = None, name: str = "emp") -> OutputContract:
    return OutputContract.objects.create(
        employee=cast.employees[name],
        reference=f"FW-{name}-{since}",
        valid_from=since,
        valid_to=until or since + timedelta(days=180),
    )


def told(code: str) -> set[str]:
    return set(Notice.objects.filter(code=code).values_list("user__username", flat=True))


def two_months(day: date) -> date:
    return day - relativedelta(months=2)


# -------------------------------------------------------------- first review
def test_the_leader_is_told_once_when_the_months_are_over(cast: Cast) -> None:
    since = two_months(days(0))
    contract(cast, since=since)
    tell_leaders(on=days(-1))
    assert told(FIRST) == set()
    assert tell_leaders(on=days(0)) > 0
    assert told(FIRST) == {"sup"}
    tell_leaders(on=days(0))
    tell_leaders(on=days(1))
    assert Notice.objects.filter(code=FIRST).count() == 1
    assert not Evaluation.objects.exists(), "nothing opens itself"


def test_months_are_terms(cast: Cast) -> None:
    PerformanceTerms.objects.create(valid_from=days(-400), first_evaluation_months=4)
    contract(cast, since=two_months(days(0)))
    assert not due_contracts(on=days(0)).exists()


def test_who_is_reviewed_or_no_longer_runs_is_not_due(cast: Cast) -> None:
    since = two_months(days(0)) - timedelta(days=3)
    ended = contract(cast, since=since, until=days(-1))
    reviewed = contract(cast, since=since, name="col1")
    waiting = contract(cast, since=since, name="col2")
    open_first(by=cast.users["sup"], contract=reviewed)
    assert list(due_contracts(on=days(0))) == [waiting]
    assert ended.pk


def test_an_old_arrangement_is_no_news(cast: Cast) -> None:
    contract(cast, since=days(-300), until=days(60))
    tell_leaders(on=days(0))
    assert told(FIRST) == set()
    assert due_contracts(on=days(0)).exists(), "but it stands in the list"


def test_the_first_review_holds_the_period_and_the_contract(cast: Cast) -> None:
    since = two_months(days(0)) - timedelta(days=3)
    made = open_first(by=cast.users["sup"], contract=(arrangement := contract(cast, since=since)))
    assert (made.kind, made.starts_on, made.contract) == (PeriodKind.FIRST, since, arrangement)
    assert made.ends_on == since + relativedelta(months=2) - timedelta(days=1)
    assert open_first(by=cast.users["head"], contract=arrangement).pk == made.pk


def test_it_is_not_written_too_early_nor_by_others(cast: Cast) -> None:
    arrangement = contract(cast, since=days(-20))
    with pytest.raises(ValidationError):
        open_first(by=cast.users["sup"], contract=arrangement)
    for name in ("emp", "col1", "hr", "boss", "out"):
        with pytest.raises(PermissionDenied):
            open_first(by=cast.users[name], contract=arrangement)


def test_the_list_opens_it(cast: Cast, client: Client) -> None:
    arrangement = contract(cast, since=two_months(days(-3)))
    client.force_login(cast.users["sup"])
    page = body(client.get(reverse("performance:first_review_list")))
    assert arrangement.reference in page
    answer = client.post(reverse("performance:first_review_open", args=[arrangement.public_id]))
    assert answer["Location"] == reverse("performance:evaluation", args=[Evaluation.objects.get().public_id])
    assert arrangement.reference in body(client.get(answer["Location"]))
    client.force_login(cast.users["hr"])
    assert arrangement.reference not in body(client.get(reverse("performance:first_review_list")))


# ------------------------------------------------------------------- periods
def test_leaders_are_told_once_who_has_no_evaluation_of_the_period(cast: Cast) -> None:
    start, end = last_closed_period(PeriodKind.QUARTER, days(0))
    soon = end + timedelta(days=1)
    open_evaluations(
        by=cast.users["sup"], employee_ids=[cast.employees["emp"].pk], kind=PeriodKind.QUARTER, start=start, end=end
    )
    tell_leaders(on=soon)
    counts = dict(Notice.objects.filter(code=UNWRITTEN).values_list("user__username", "context__count"))
    assert counts == {"sup": 2, "head": 1, "ohead": 1, "hr": 2, "lawhr": 1}, "col1 and col2; sup; out; the two heads"
    tell_leaders(on=soon)
    tell_leaders(on=soon + timedelta(days=3))
    assert Notice.objects.filter(code=UNWRITTEN).count() == len(counts)


def test_long_after_the_period_nobody_is_told(cast: Cast) -> None:
    _start, end = last_closed_period(PeriodKind.QUARTER, days(0))
    tell_leaders(on=end + timedelta(days=20))
    assert told(UNWRITTEN) == set()


# ---------------------------------------------------------------------- REST
def test_evaluations_by_rest_from_opening_to_the_lock(cast: Cast) -> None:
    sup, emp = client_of(cast.users["sup"]), client_of(cast.users["emp"])
    start, _end = last_closed_period(PeriodKind.QUARTER, days(0))
    given = {"employees": [cast.employees["emp"].pk], "kind": "quarter", "on": str(start)}
    (row,) = sup.post("/api/v1/evaluations/open/", given, format="json").json()
    url = f"/api/v1/evaluations/{row['public_id']}/"
    assert emp.get(url).status_code == 404, "a draft is the leader's"
    problem(sup.post(f"{url}share/", {"results_rating": "meets"}, format="json"), 400, "invalid")
    values = [
        "berorientasi_pelayanan", "akuntabel", "kompeten", "harmonis", "loyal", "adaptif", "kolaboratif",
    ]  # fmt: skip
    whole = {"results_rating": "meets", "behaviours": [{"value": value, "rating": "meets"} for value in values]}
    assert sup.post(f"{url}save/", whole, format="json").json()["predicate"] == "baik"
    shared = sup.post(f"{url}share/", whole, format="json").json()
    assert (shared["status"], len(shared["behaviours"])) == ("shared", 7)
    problem(sup.post(f"{url}acknowledge/"), 403, "permission_denied")
    assert emp.post(f"{url}object/", {"reason": "Kurang tepat."}, format="json").json()["status"] == "objected"
    problem(
        sup.post(f"{url}settle/", {"answer": "Tetap.", "send_back": False}, format="json"), 403, "permission_denied"
    )
    head = client_of(cast.users["head"])
    settled = head.post(f"{url}settle/", {"answer": "Tetap.", "send_back": False}, format="json").json()
    assert settled["objection_answer"] == "Tetap."
    assert emp.post(f"{url}notes/", {"text": "Terima kasih."}, format="json").status_code == 201
    assert [note["author"]["name"] for note in sup.get(f"{url}notes/").json()] == ["head", "emp"]
    assert sup.post(f"{url}close/").json()["status"] == "closed"
    problem(sup.post(f"{url}save/", whole, format="json"), 409, "conflict")


def test_the_first_review_by_rest(cast: Cast) -> None:
    arrangement = contract(cast, since=two_months(days(-3)))
    given = {"contract": str(arrangement.public_id)}
    made = client_of(cast.users["sup"]).post("/api/v1/evaluations/open-first/", given, format="json")
    assert (made.json()["kind"], made.json()["contract"]) == ("first", arrangement.reference)
    problem(
        client_of(cast.users["emp"]).post("/api/v1/evaluations/open-first/", given, format="json"),
        403,
        "permission_denied",
    )
