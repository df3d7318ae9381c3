"""Reviews by REST: what waits, judging it, feedback and history, by the rules of the pages."""

from uuid import uuid4

import pytest

from performance.models import DailyReport
from performance.services.reviews import accept
from tests.api import client_of, get, problem
from tests.organization.cast import days, make_cast
from tests.performance.review_kit import make_output, make_report, make_team

pytestmark = pytest.mark.django_db

REPORTS = "/api/v1/report-reviews/"
OUTPUTS = "/api/v1/output-reviews/"


@pytest.fixture
def cast():
    return make_cast()


def post(cast, name, path, **body):
    return client_of(cast.users[name]).post(path, body, format="json")


def test_the_list_holds_what_waits_with_lines_and_evidence(cast):
    report = make_report(cast.employees["emp"], output=make_output(cast.employees["emp"]), amount=1)
    make_report(cast.employees["col1"], status="accepted")

    (row,) = get(cast.users["sup"], "report-reviews/")["results"]

    assert row["id"] == str(report.public_id)
    assert (row["employee"]["name"], row["status"], row["version"]) == ("emp", "reported", 1)
    assert (row["lines"][0]["done"], row["lines"][0]["amount"]) == ("Bab dua selesai.", "1.00")
    assert get(cast.users["sup"], "report-reviews/", show="judged")["count"] == 1
    assert get(cast.users["sup"], "report-reviews/", risk="overdue")["count"] == 0
    assert get(cast.users["emp"], "report-reviews/")["count"] == 0


def test_accepting_many_answers_for_each_in_reach(cast):
    seen, old = make_report(cast.employees["emp"]), make_report(cast.employees["col1"], version=2)
    foreign = make_report(cast.employees["out"])
    ids = [str(row.public_id) for row in (seen, old, foreign)] + [str(uuid4())]

    answer = post(cast, "sup", f"{REPORTS}accept/", ids=ids, rating="meets", versions={str(old.public_id): 1})

    rows = {row["id"]: row["ok"] for row in answer.json()}
    assert rows == {str(seen.public_id): True, str(old.public_id): False}
    assert DailyReport.objects.get(pk=seen.pk).rating == "meets"
    problem(post(cast, "sup", f"{REPORTS}accept/", ids=["x"]), 400, "invalid")


def test_returning_and_opening_again(cast):
    report = make_report(cast.employees["emp"])
    address = f"{REPORTS}{report.public_id}/"

    assert post(cast, "sup", f"{address}return/", reason="Bukti belum ada.").json()["status"] == "returned"
    assert post(cast, "sup", f"{address}return/", reason="Lagi.").status_code == 409
    assert post(cast, "sup", f"{address}reopen/", reason="Lagi.").status_code == 409
    DailyReport.objects.update(status="reported")
    accept(report_ids=[report.pk], by=cast.users["sup"])
    assert post(cast, "sup", f"{address}reopen/", reason="Salah.", version=1).status_code == 409
    assert post(cast, "sup", f"{address}reopen/", reason="Salah.").json()["status"] == "returned"
    problem(post(cast, "sup", f"{address}return/", reason=""), 400, "invalid")


def test_a_rating_names_the_one_it_replaces(cast):
    output = make_output(cast.employees["emp"])
    address = f"{OUTPUTS}{output.public_id}/"

    first = post(cast, "sup", f"{address}rate/", rating="meets", reason="Sesuai.").json()
    assert (first["rating"], first["rating_id"] > 0) == ("meets", True)
    assert post(cast, "head", f"{address}rate/", rating="below", reason="Kurang.").status_code == 409
    again = post(cast, "head", f"{address}rate/", rating="below", reason="Kurang.", replaces=first["rating_id"])
    assert again.json()["rating"] == "below"
    recorded = post(cast, "sup", f"{address}record/", amount="4", on=str(days(-2))).json()
    assert (recorded["delivered"], recorded["delivered_on"]) == ("4.00", str(days(-2)))
    assert post(cast, "sup", f"{address}record/", amount="4", on=str(days(2))).status_code == 400


def test_feedback_is_a_thread_of_both_sides(cast):
    for path in (f"{REPORTS}{make_report(cast.employees['emp']).public_id}/", f"{OUTPUTS}{_output(cast)}/"):
        assert post(cast, "sup", f"{path}feedback/", text="Bagus.").status_code == 201
        assert post(cast, "emp", f"{path}feedback/", text="Terima kasih.").status_code == 201
        assert post(cast, "hr", f"{path}feedback/", text="Halo.").status_code == 403
        rows = client_of(cast.users["audit"]).get(f"{path}feedback/").json()
        assert [(row["author"]["name"], row["text"]) for row in rows] == [("sup", "Bagus."), ("emp", "Terima kasih.")]


def _output(cast):
    return make_output(cast.employees["emp"]).public_id


def test_the_history_is_read_in_scope(cast):
    report = make_report(cast.employees["emp"])
    accept(report_ids=[report.pk], by=cast.users["sup"])
    post(cast, "sup", f"{OUTPUTS}{_output(cast)}/rate/", rating="above", reason="Rapi.")

    for name, count in (("emp", 2), ("sup", 2), ("audit", 2), ("col1", 0), ("out", 0)):
        assert get(cast.users[name], "work-reviews/")["count"] == count, name
    (row,) = get(cast.users["sup"], "work-reviews/", action="accept", report=str(report.public_id))["results"]
    assert (row["report"], row["output"], row["by"]["name"]) == (str(report.public_id), None, "sup")


@pytest.mark.parametrize("path", ["report-reviews/", "output-reviews/", "work-reviews/"])
def test_lists_ask_a_constant_number_of_questions(cast, path, django_assert_max_num_queries):
    people = make_team(cast.law, cast.employees["sup"], 6)
    counts = []
    client = client_of(cast.users["sup"])
    for first, last in ((0, 1), (1, 6)):
        for one in people[first:last]:
            make_report(one, output=make_output(one, rating=""), amount=1)
            done = make_report(one, day=days(-3))
            accept(report_ids=[done.pk], by=cast.users["sup"])
        with django_assert_max_num_queries(15) as asked:
            assert client.get(f"/api/v1/{path}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
