"""Imports in the browser: from the upload to the result, and who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from organization.enums import ImportStatus
from organization.models import ColumnMapping, Employee, ImportRun, Notice, RoleGrant, User
from organization.services import imports as services
from tests.organization.importing import EMPLOYEE, csv_bytes, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr():
    user = User.objects.create(username="hr", name="HR", is_active=True)
    RoleGrant.objects.create(user=user, role="hr_admin", valid_from=date(2020, 1, 1))
    return user


@pytest.fixture
def browser(client, hr):
    client.force_login(hr)
    return client


def url(name, *args):
    return reverse(f"organization:import_{name}", args=args)


def upload(browser, content, *, capture, kind="employees", create_missing="on", name="list.csv"):
    data = {"kind": kind, "file": SimpleUploadedFile(name, content)}
    if create_missing:
        data["create_missing"] = create_missing
    with capture(execute=True):
        return browser.post(url("new"), data)


@pytest.fixture
def start(browser, django_capture_on_commit_callbacks):
    """Upload rows and let the worker check them; the run."""

    def _start(rows, **options):
        upload(browser, csv_bytes(rows), capture=django_capture_on_commit_callbacks, **options)
        return ImportRun.objects.get()

    return _start


def act(browser, run, capture, **data):
    with capture(execute=True):
        response = browser.post(url("start", run.pk), data)
    run.refresh_from_db()
    return response


def test_upload_is_checked_first_then_imported(start, browser, hr, django_capture_on_commit_callbacks):
    run = start(staff())
    assert (run.status, run.total_rows, run.counts["created"]) == (ImportStatus.CHECKED, 3, 3)
    assert Employee.objects.count() == 0
    assert "import_valid" not in browser.get(url("detail", run.pk)).content.decode()

    act(browser, run, django_capture_on_commit_callbacks, action="import", create_missing="on")

    assert run.status == ImportStatus.DONE
    assert Employee.objects.count() == 3
    assert not run.file
    assert list(Notice.objects.filter(user=hr).order_by("pk").values_list("code", flat=True)) == [
        "import.checked",
        "import.finished",
    ]
    assert browser.get(url("detail", run.pk)).status_code == 200


def test_imported_run_cannot_be_started_again(start, browser, django_capture_on_commit_callbacks):
    run = start(staff())
    act(browser, run, django_capture_on_commit_callbacks, action="import", create_missing="on")

    assert act(browser, run, django_capture_on_commit_callbacks, action="import").status_code == 409


def test_wrong_rows_are_shown_and_the_valid_ones_can_be_imported(start, browser, django_capture_on_commit_callbacks):
    run = start(staff(EMAIL="bukan-email"))
    page = browser.get(url("detail", run.pk)).content.decode()
    assert "bukan-email" in page

    act(browser, run, django_capture_on_commit_callbacks, action="import", create_missing="on")
    assert (run.status, Employee.objects.count()) == (ImportStatus.REJECTED, 0)
    act(browser, run, django_capture_on_commit_callbacks, action="import_valid", create_missing="on")

    assert (run.status, Employee.objects.count()) == (ImportStatus.DONE, 2)


def test_rejects_are_downloaded_as_csv(start, browser):
    run = start(staff(NAMA='=HYPERLINK("x")'))

    response = browser.get(url("rejects", run.pk))

    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "row;column;value;reason"
    assert "'=HYPERLINK" in lines[1]
    assert "attachment" in response["Content-Disposition"]


def test_row_is_accepted_with_a_reason(start, browser, django_capture_on_commit_callbacks):
    run = start(staff(**{"TGL LAHIR": "02-02-1990"}))
    assert browser.get(url("accept", run.pk, 4)).status_code == 200
    assert browser.post(url("accept", run.pk, 4), {"reason": ""}).status_code == 422

    browser.post(url("accept", run.pk, 4), {"reason": "Putusan PN 1/2020"})
    assert browser.get(url("detail", run.pk)).status_code == 200
    act(browser, run, django_capture_on_commit_callbacks, action="import", create_missing="on")

    assert run.status == ImportStatus.DONE
    assert Employee.objects.get(nip=EMPLOYEE).nip_exception_reason == "Putusan PN 1/2020"


def test_only_rows_whose_nip_does_not_fit_can_be_accepted(start, browser):
    run = start(staff(EMAIL="x"))

    assert browser.get(url("accept", run.pk, 4)).status_code == 404


def test_unknown_columns_are_mapped_by_hand_and_remembered(browser, django_capture_on_commit_callbacks):
    rows = [
        {{"NIP": "NOMOR", "NAMA": "SIAPA"}.get(name, name): value for name, value in row.items()} for row in staff()
    ]
    response = upload(browser, csv_bytes(rows), capture=django_capture_on_commit_callbacks)
    run = ImportRun.objects.get()
    assert response.url == url("columns", run.pk)
    page = browser.get(response.url)
    assert page.status_code == 200
    chosen = {name: field.initial for name, field in page.context["form"].fields.items() if name != "remember"}
    data = {"sheet": ";", "header_row": "1", "remember": "on", **chosen}

    assert browser.post(response.url, data).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(response.url, data | {"nip": "0", "name": "1"}).status_code == 302

    run.refresh_from_db()
    assert run.status == ImportStatus.CHECKED
    assert run.counts["rejected"] == 0
    assert ColumnMapping.objects.get().mapping["nip"] == 0


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"PK\x03\x04broken", b"<html></html>", b"\xd0\xcf\x11\xe0\xa1\xb1"]
)
def test_what_is_no_list_is_told_at_the_field(browser, content, django_capture_on_commit_callbacks):
    response = upload(browser, content, capture=django_capture_on_commit_callbacks, name="list.xlsx")

    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert ImportRun.objects.count() == 0


def test_too_large_a_file_is_told_at_the_field(browser, settings, django_capture_on_commit_callbacks):
    settings.IMPORT_MAX_BYTES = 100

    assert upload(browser, b"x" * 101, capture=django_capture_on_commit_callbacks).status_code == 422


def test_progress_tells_numbers_and_reloads_the_page_at_the_end(browser, hr, django_capture_on_commit_callbacks):
    run = services.create_run(
        by=hr, kind="employees", file=SimpleUploadedFile("a.csv", csv_bytes(staff())), name="a.csv", create_missing=True
    )
    htmx = {"HTTP_HX_REQUEST": "true"}
    assert browser.get(url("progress", run.pk), **htmx).status_code == 200
    services._progress_of(run.pk)("checking", 500, 20000)

    assert "20000" in browser.get(url("progress", run.pk), **htmx).content.decode().replace(".", "")
    assert browser.get(url("detail", run.pk)).status_code == 200
    services.run_import(run_id=run.pk)
    assert browser.get(url("progress", run.pk), **htmx)["HX-Refresh"] == "true"


def test_run_is_done_once(hr):
    run = services.create_run(
        by=hr, kind="employees", file=SimpleUploadedFile("a.csv", csv_bytes(staff())), name="a.csv", create_missing=True
    )
    services.run_import(run_id=run.pk)
    run.refresh_from_db()
    finished = run.finished_at

    services.run_import(run_id=run.pk)

    run.refresh_from_db()
    assert run.finished_at == finished


def test_unexpected_error_ends_the_run_with_a_sentence(hr, monkeypatch):
    run = services.create_run(
        by=hr, kind="employees", file=SimpleUploadedFile("a.csv", csv_bytes(staff())), name="a.csv", create_missing=True
    )

    def fail(**options):
        raise RuntimeError("boom")

    monkeypatch.setattr(services, "import_table", fail)
    services.run_import(run_id=run.pk)

    run.refresh_from_db()
    assert run.status == ImportStatus.FAILED
    assert run.message
    assert "boom" not in run.message


def test_run_is_discarded_with_its_file(start, browser, django_capture_on_commit_callbacks):
    run = start(staff())
    storage, name = run.file.storage, run.file.name
    assert browser.get(url("discard", run.pk)).status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(url("discard", run.pk))

    assert ImportRun.objects.count() == 0
    assert not storage.exists(name)


@pytest.mark.parametrize("count", [1, 3])
def test_list_needs_the_same_queries(browser, hr, count, django_assert_max_num_queries):
    for _ in range(count):
        ImportRun.objects.create(kind="employees", file_name="a.csv", created_by=hr)

    with django_assert_max_num_queries(15):
        assert browser.get(url("list")).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_detail_needs_the_same_queries(start, browser, count, django_assert_max_num_queries):
    rows = staff()
    for row in rows[:count]:
        row["EMAIL"] = "x"
    run = start(rows)

    with django_assert_max_num_queries(15):
        assert browser.get(url("detail", run.pk)).status_code == 200


def test_list_fragment_is_the_list_of_the_page(browser, hr):
    ImportRun.objects.create(kind="employees", file_name="a.csv", created_by=hr)

    fragment = browser.get(url("list"), HTTP_HX_REQUEST="true")

    assert fragment.content.decode().strip() in browser.get(url("list")).content.decode()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_is_downloaded(browser, ending):
    assert browser.get(url("template", "employees", ending)).status_code == 200
    assert browser.get(url("template", "nothing", ending)).status_code == 404


def test_files_of_a_terminal_are_uploaded_on_its_page(browser):
    page = browser.get(url("new"))

    assert [address for _label, address in page.context["elsewhere"]] == [reverse("attendance:terminal_list")] * 2
    assert 'value="presence"' not in page.content.decode()


@pytest.mark.parametrize("name", ["list", "new"])
def test_others_may_not(client, name):
    client.force_login(User.objects.create(username="other", is_active=True))

    assert client.get(url(name)).status_code == 403


def test_others_may_not_touch_a_run(client, hr):
    run = ImportRun.objects.create(kind="employees", file_name="a.csv", created_by=hr)
    client.force_login(User.objects.create(username="other", is_active=True))

    for name in ("detail", "progress", "columns", "discard", "rejects"):
        assert client.get(url(name, run.pk)).status_code == 403
    assert client.post(url("start", run.pk)).status_code == 403
    assert client.get(url("accept", run.pk, 2)).status_code == 403
    client.logout()
    assert client.get(url("list")).status_code == 302
