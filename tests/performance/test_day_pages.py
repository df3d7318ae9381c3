"""The page of a day and the list of days: what is shown, saved, kept and refused."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from organization.models import Employee
from organization.scanning import Verdict
from performance import day_facts as facts_module
from performance.day_facts import DayFact, DayKind
from performance.models import DailyReport, LineEvidence, PerformanceTerms, Review
from performance.services import evidence as evidence_module
from performance.services.reports import save_report
from tests.fwa.letters_kit import pdf_bytes, upload
from tests.organization.cast import days, make_cast
from tests.performance.report_kit import line, promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture(autouse=True)
def every_day_is_flexible(monkeypatch):
    def provider(ids, start, end):
        span = [start + timedelta(days=n) for n in range((end - start).days + 1)]
        return {(pk, day): DayFact(DayKind.FLEXIBLE, "rumah") for pk in ids for day in span}

    monkeypatch.setattr(facts_module, "_providers", [provider])


def browser(cast, name="emp") -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def typed(*rows, action="report", **values):
    body = {"action": action, "version": "0", "lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        body |= {f"lines-{number}-{name}": value for name, value in {"status": "done", **row}.items()}
    return {**body, **values}


def url(day=None):
    return reverse("performance:day", args=[day or days(0)])


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (4, 4)).save(file, "PNG")
    return file.getvalue()


def sent(cast, day=None, **values) -> DailyReport:
    emp = cast.employees["emp"]
    return save_report(employee=emp, day=day or days(-1), lines=[line("", done="Rapat", status="done")], by=emp.user)


def test_a_day_is_planned_then_reported(cast):
    client, output = browser(cast), promise(cast.employees["emp"], due_on=days(9))
    output.contract.__class__.objects.update(valid_from=days(-9), valid_to=days(9))

    planned = client.post(url(), typed({"plan": "Bab satu", "serves": f"o:{output.pk}"}, action="plan"))
    assert planned.status_code == 302
    saved = DailyReport.objects.get()
    row = {"plan": "Bab satu", "done": "Selesai", "serves": f"o:{output.pk}", "amount": "1,5"}
    row["client_id"] = str(saved.lines.get().client_id)
    assert client.post(url(), typed(row, version="1"), headers={"accept-language": "id"}).status_code == 302
    stored = DailyReport.objects.get().lines.get()
    assert (str(stored.amount), stored.done, stored.output_id) == ("1.50", "Selesai", output.pk)


def test_refused_text_stays_on_the_page(cast):
    answer = browser(cast).post(url(), typed({"done": "Panjang sekali", "amount": "banyak"}))
    assert answer.status_code == 422
    assert "Panjang sekali" in answer.content.decode()
    assert "banyak" in answer.content.decode()
    assert not DailyReport.objects.exists()


def test_a_stale_page_keeps_what_was_typed_and_can_be_sent_again(cast):
    client = browser(cast)
    client.post(url(), typed({"done": "Satu"}))
    answer = client.post(url(), typed({"done": "Dari ponsel"}))
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Dari ponsel" in text
    assert 'name="version" value="1"' in text
    assert client.post(url(), typed({"done": "Dari ponsel"}, version="1")).status_code == 302
    assert DailyReport.objects.get().lines.get().done == "Dari ponsel"


def test_an_accepted_day_shows_what_could_not_be_saved(cast):
    report = sent(cast)
    values = {"status": "accepted", "reviewed_by": cast.users["sup"], "reviewed_at": timezone.now()}
    DailyReport.objects.filter(pk=report.pk).update(**values)
    client = browser(cast)
    assert client.get(url(report.day)).status_code == 200
    answer = client.post(url(report.day), typed({"done": "Terlambat ditulis"}, version="1"))
    assert answer.status_code == 409
    assert "Terlambat ditulis" in answer.content.decode()


def test_the_same_page_sent_twice_is_one(cast):
    client = browser(cast)
    for _attempt in range(2):
        assert client.post(url(), typed({"done": "Sekali"})).status_code == 302
    assert DailyReport.objects.get().lines.count() == 1


def test_a_returned_day_says_why_and_is_sent_again(cast):
    report = sent(cast)
    now = timezone.now()
    DailyReport.objects.filter(pk=report.pk).update(status="returned", reviewed_by=cast.users["sup"], reviewed_at=now)
    Review.objects.create(report=report, action="return", reason="Lampirkan notula.", by=cast.users["sup"], at=now)
    client = browser(cast)
    assert "Lampirkan notula." in client.get(url(report.day)).content.decode()
    assert client.post(url(report.day), typed({"done": "Notula ada"}, version="1")).status_code == 302
    assert DailyReport.objects.get().status == "reported"


def test_unfinished_lines_are_taken_over_and_a_routine_day_is_copied(cast):
    emp = cast.employees["emp"]
    report = save_report(employee=emp, day=days(-1), lines=[line("", done="Separuh", status="partly")], by=emp.user)
    client = browser(cast)
    left = report.lines.get().pk
    client.post(url(), typed({"plan": "Baru"}, action="plan", carry=str(left)))
    assert [row.plan for row in DailyReport.objects.get(day=days(0)).lines.all()] == ["Baru", "Separuh"]
    assert client.post(reverse("performance:day_copy", args=[days(1)])).status_code == 302
    assert DailyReport.objects.get(day=days(1)).lines.count() == 2


@pytest.mark.parametrize("day", [-40, 5])
def test_days_that_cannot_be_reported_say_so(cast, day):
    answer = browser(cast).post(url(days(day)), typed({"plan": "Teks saya", "done": "Teks saya"}))
    assert answer.status_code == 422
    assert not DailyReport.objects.exists()


def test_a_date_that_is_none_is_not_found(cast):
    client = browser(cast)
    for text in ("2026-02-30", "0026-02-03", "besok"):
        assert client.get(f"/work-log/{text}/").status_code == 404


def test_somebody_without_a_record_has_no_days(cast):
    assert browser(cast, "hr").get(url()).status_code == 403


def test_nobody_opens_the_day_of_somebody_else_under_the_own_address(cast):
    sent(cast, days(0))
    assert "Rapat" not in browser(cast, "col1").get(url()).content.decode()


# Evidence.


def test_evidence_is_taken_shown_downloaded_and_taken_away(cast):
    client = browser(cast)
    row = {"done": "Notula", "file": upload(pdf_bytes(), "Notula rapat.pdf"), "link": "https://contoh.go.id/a"}
    assert client.post(url(), typed(row)).status_code == 302
    file = LineEvidence.objects.get(link="")
    assert pdf_bytes()[:20] not in bytes(file.sealed_content)
    answer = client.get(reverse("performance:evidence_file", args=[file.public_id]))
    assert answer.content == pdf_bytes()
    assert "attachment" in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    again = {"done": "Notula", "client_id": str(file.line.client_id), "remove": str(file.public_id)}
    assert client.post(url(), typed(again, version="1")).status_code == 302
    assert [one.link for one in LineEvidence.objects.all()] == ["https://contoh.go.id/a"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("catatan.pdf", b"bukan pdf"),
        ("gambar.pdf", None),
        ("skrip.html", b"<script>alert(1)</script>"),
        ("kosong.pdf", b""),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_is_lost(cast, name, content):
    row = {"done": "Teks saya", "file": upload(png() if content is None else content, name)}
    answer = browser(cast).post(url(), typed(row))
    assert answer.status_code == 422
    assert "Teks saya" in answer.content.decode()
    assert not DailyReport.objects.exists()


def test_the_size_is_a_term(cast):
    PerformanceTerms.objects.create(valid_from=days(-60), evidence_max_mb=1)
    big = pdf_bytes() + b"\n%" + b"x" * 1024 * 1024
    answer = browser(cast).post(url(), typed({"done": "Teks", "file": upload(big, "besar.pdf")}))
    assert answer.status_code == 422
    assert "besar.pdf" in answer.content.decode()


@pytest.mark.parametrize("verdict", [Verdict.INFECTED, Verdict.UNKNOWN])
def test_what_the_scanner_does_not_clear_is_not_taken(cast, monkeypatch, verdict):
    monkeypatch.setattr(evidence_module, "scan", lambda content: verdict)
    answer = browser(cast).post(url(), typed({"done": "Teks", "file": upload(pdf_bytes(), "a.pdf")}))
    assert answer.status_code == 422
    assert not LineEvidence.objects.exists()


def test_links_lead_to_the_web_only(cast):
    answer = browser(cast).post(url(), typed({"done": "Teks", "link": "javascript:alert(1)"}))
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "status"),
    [("sup", 200), ("head", 200), ("hr", 200), ("audit", 200), ("boss", 403), ("col1", 404), ("out", 404)],
)
def test_who_opens_evidence(cast, name, status):
    browser(cast).post(url(), typed({"done": "Notula", "file": upload(pdf_bytes(), "a.pdf")}))
    address = reverse("performance:evidence_file", args=[LineEvidence.objects.get().public_id])
    assert browser(cast, name).get(address).status_code == status


# Lists and terms.


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_same_number_of_questions(cast, count, django_assert_max_num_queries):
    for number in range(count):
        emp: Employee = cast.employees["emp"]
        lines = [line("", done=f"Baris {n}", status="partly") for n in range(count)]
        save_report(employee=emp, day=days(-number), lines=lines, by=emp.user)
    client = browser(cast)
    for address in (url(), url(days(1)), url(days(-1)), reverse("performance:day_list")):
        with django_assert_max_num_queries(15):
            assert client.get(address).status_code == 200


def test_the_list_says_what_is_still_to_write(cast):
    sent(cast, days(0))
    text = browser(cast).get(reverse("performance:day_list")).content.decode()
    assert url(days(-1)) in text
    assert url(days(1)) in text


def test_the_list_of_a_supervisor_holds_the_team_on_request(cast):
    report = sent(cast)
    client, address = browser(cast, "sup"), reverse("performance:day_list")
    link = reverse("performance:report", args=[report.public_id])
    assert link not in client.get(address).content.decode()
    assert link in client.get(f"{address}?show=all").content.decode()


def test_terms_are_versions_by_decree(cast):
    client = browser(cast, "hr")
    values = {
        field.name: field.get_default()
        for field in PerformanceTerms._meta.concrete_fields
        if field.name not in ("id", "valid_to", "plan_required")
    }
    body = {**values, "plan_required": "on", "valid_from": str(days(3)), "report_open_days": "14"}
    address = reverse("performance:terms_create")
    assert client.post(address, {**body, "decree_no": ""}).status_code == 422
    assert client.post(address, {**body, "decree_no": "9/2026"}).status_code == 302
    assert client.post(address, {**body, "decree_no": "9/2026", "valid_from": str(days(-3))}).status_code == 422
    assert client.post(address, {**body, "decree_no": "9", "escalate_working_days": "1"}).status_code == 422
    terms = PerformanceTerms.objects.get()
    assert (terms.valid_from, terms.report_open_days, terms.valid_to) == (days(3), 14, None)
    assert client.get(reverse("performance:terms_list")).status_code == 200
