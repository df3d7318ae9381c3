"""The page of reviews: a day of forty people in a few interactions, evidence in view, and one report by itself."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from performance.models import DailyReport, LineEvidence, ReportLine
from tests.organization.cast import body, days, make_cast, make_user
from tests.performance.review_kit import make_output, make_report, make_team, stands_in

pytestmark = pytest.mark.django_db

LIST = "/performance/reviews/"
INPUT = re.compile(r"<input[^>]*>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@pytest.fixture
def cast():
    return make_cast()


class Browser:
    """Counts what a person does: each page opened, field filled, box ticked and button pressed."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.interactions = 0
        self.page = ""

    def open(self, address: str) -> None:
        self.interactions += 1
        answer = self.client.get(address, follow=True)
        assert answer.status_code == 200
        self.page = body(answer)

    def fields(self) -> dict[str, list[str]]:
        """What the form of the list sends by itself: hidden fields; boxes only when ticked."""
        form = self.page[self.page.index('action="/performance/reviews/accept/"') :]
        form = form[: form.index("</form>")]
        found: dict[str, list[str]] = {}
        for tag in INPUT.findall(form):
            values = dict(ATTRIBUTE.findall(tag))
            if values.get("type") == "hidden":
                found.setdefault(values["name"], []).append(unescape(values["value"]))
        return found

    def press(self, address: str, **more: Any) -> None:
        self.interactions += 1
        answer = self.client.post(address, self.fields() | more, follow=True)
        assert answer.status_code == 200, answer.status_code
        self.page = body(answer)


def test_forty_people_report_and_the_day_is_cleared_in_a_few_interactions(cast, client):
    """Thirty-seven accepted at once, two returned with a reason, one opened, read and rated."""
    people = make_team(cast.law, cast.employees["sup"], 40)
    reports = [make_report(one, done=f"Telaah berkas {number}") for number, one in enumerate(people)]
    client.force_login(cast.users["sup"])
    browser = Browser(client)

    browser.open(LIST)
    assert len(browser.fields()["shown"]) == 40, "the whole day is on one page"
    for number in range(40):
        assert f"Telaah berkas {number}" in browser.page, "what was done stands there, without opening it"
    for report in reports[:2]:
        browser.interactions += 2  # open the field, type the reason
        where = reverse("performance:report_return", args=[report.public_id])
        browser.press(where, **{f"reason-{report.pk}": "Lampirkan berkasnya."})
    single = reports[2]
    browser.open(reverse("performance:report", args=[single.public_id]))
    browser.interactions += 1  # choose the rating
    answer = client.post(
        reverse("performance:report_accept", args=[single.public_id]), {"rating": "above", "version": "1"}, follow=True
    )
    browser.interactions += 1
    browser.page = body(answer)
    browser.press("/performance/reviews/accept/", which="shown")

    states = list(DailyReport.objects.order_by("pk").values_list("status", flat=True))
    assert states == ["returned"] * 2 + ["accepted"] * 38
    assert browser.interactions < 40
    assert browser.interactions == 11
    assert "37 laporan" in browser.page
    browser.open(LIST)
    assert 'name="ids"' not in browser.page, "nothing waits any more"


def test_the_first_page_needs_two_interactions_when_all_is_well(cast, client):
    people = make_team(cast.law, cast.employees["sup"], 40)
    for one in people:
        make_report(one)
    client.force_login(cast.users["sup"])
    browser = Browser(client)

    browser.open(LIST)
    browser.press("/performance/reviews/accept/", which="shown", rating="meets")

    assert set(DailyReport.objects.values_list("status", "rating")) == {("accepted", "meets")}
    assert browser.interactions == 2


@pytest.mark.parametrize("address", [LIST, f"{LIST}?show=all", f"{LIST}figures/", f"{LIST}outputs/"])
def test_queries_do_not_grow_with_people(cast, client, address):
    client.force_login(cast.users["sup"])
    client.get(address)  # the session is touched once a day
    counts = []
    people = make_team(cast.law, cast.employees["sup"], 30)
    for first, last in ((0, 1), (1, 3), (3, 30)):
        for one in people[first:last]:
            report = make_report(one, output=make_output(one), amount=1)
            line = report.lines.get()
            LineEvidence.objects.create(
                line=line, link="https://contoh.go.id/b", uploaded_by=one.user, uploaded_at=report.reported_at
            )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 15


def test_the_oldest_review_stands_first_and_of_one_day_the_late_one(cast, client):
    make_report(cast.employees["emp"], review_due_on=days(1), done="Ketiga")
    make_report(cast.employees["col1"], review_due_on=days(1), is_report_late=True, done="Kedua")
    make_report(cast.employees["col2"], review_due_on=days(-3), done="Pertama")
    client.force_login(cast.users["sup"])

    page = body(client.get(LIST))

    places = [page.index(word) for word in ("Pertama", "Kedua", "Ketiga")]
    assert places == sorted(places)
    assert "Pertama" in body(client.get(LIST, {"risk": "overdue"}))
    assert "Kedua" not in body(client.get(LIST, {"risk": "overdue"}))
    assert "Kedua" in body(client.get(LIST, {"risk": "late"}))


def test_evidence_is_in_view_and_its_content_is_not_read(cast, client):
    report = make_report(cast.employees["emp"])
    line = ReportLine.objects.get(report=report)
    values = {"line": line, "uploaded_by": cast.users["emp"], "uploaded_at": report.reported_at}
    LineEvidence.objects.create(link="https://contoh.go.id/bukti", **values)
    LineEvidence.objects.create(name="kajian.pdf", sha256="a" * 64, sealed_content=b"geheim", **values)
    client.force_login(cast.users["sup"])

    with CaptureQueriesContext(connection) as queries:
        page = body(client.get(LIST))

    assert "https://contoh.go.id/bukti" in page
    assert "kajian.pdf" in page
    assert not any("sealed_content" in query["sql"] for query in queries)


def test_what_was_changed_after_the_page_was_opened_stays_waiting(cast, client):
    report = make_report(cast.employees["emp"])
    client.force_login(cast.users["sup"])
    browser = Browser(client)
    browser.open(LIST)
    DailyReport.objects.update(version=2)

    browser.press("/performance/reviews/accept/", which="shown")

    report.refresh_from_db()
    assert report.status == "reported"
    assert "membuka halaman" in browser.page


def test_choosing_nothing_is_told(cast, client):
    client.force_login(cast.users["sup"])
    answer = client.post("/performance/reviews/accept/", {"ids": ["x", "9" * 40]}, follow=True)
    assert "Pilih sedikitnya satu laporan" in body(answer)


def test_filters_stay_after_accepting(cast, client):
    make_report(cast.employees["emp"])
    client.force_login(cast.users["sup"])
    answer = client.post("/performance/reviews/accept/", {"which": "ids", "f-show": "all", "f-page": "9"})
    assert answer.url == f"{LIST}?show=all"


def test_an_old_page_of_one_report_accepts_nothing(cast, client):
    report = make_report(cast.employees["emp"], version=3)
    client.force_login(cast.users["sup"])

    answer = client.post(reverse("performance:report_accept", args=[report.public_id]), {"version": "2"})

    assert answer.status_code == 409
    report.refresh_from_db()
    assert report.status == "reported"


def test_returning_without_a_reason_shows_the_page_again(cast, client):
    report = make_report(cast.employees["emp"])
    client.force_login(cast.users["sup"])

    answer = client.post(reverse("performance:report_return", args=[report.public_id]), {"version": "1", "reason": ""})

    assert answer.status_code == 422
    assert "pegawai" in body(answer)


def test_whoever_stands_in_sees_in_whose_place(cast, client):
    report = make_report(cast.employees["emp"])
    by = stands_in(cast.users["ohead"], cast.users["sup"])
    client.force_login(by)

    assert "kedua nama dicatat" in body(client.get(reverse("performance:report", args=[report.public_id])))


def test_whoever_leads_nobody_is_told_so(cast, client):
    client.force_login(cast.users["emp"])
    assert client.get(LIST).status_code == 403
    client.force_login(make_user("lone"))
    assert client.get(LIST).status_code == 403


def test_the_badge_counts_what_waits_for_the_user_first(cast, client):
    make_report(cast.employees["emp"])
    make_report(cast.employees["sup"])
    client.force_login(cast.users["sup"])
    page = body(client.get(LIST))
    entry = page[page.index(f'href="{LIST}"') :][:600]
    assert re.search(r">\s*1\s*<", entry)


def test_the_author_reads_judgements_and_answers_but_judges_nothing(cast, client):
    report = make_report(cast.employees["emp"], status="returned")
    address = reverse("performance:report", args=[report.public_id])
    client.force_login(cast.users["emp"])

    page = body(client.get(address))
    assert "report_accept" not in page
    assert f'action="{address}comment/"' in page
    answer = client.post(f"{address}comment/", {"text": "Sudah saya perbaiki."}, follow=True)
    assert "Sudah saya perbaiki." in body(answer)
    assert client.post(f"{address}comment/", {"text": " "}).status_code == 422
