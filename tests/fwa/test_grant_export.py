"""The daily export of who is granted what: right rows, one a day, read by few, kept for a while."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import AssignmentDay
from fwa.models import GrantExport
from fwa.services.exports import make_grant_export
from fwa.tasks import make_grant_export as task
from organization.models import Unit
from tests.api import problem
from tests.fwa.letters_kit import rendered, sent
from tests.organization.cast import Cast, body, make_cast
from tests.systems import system

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(settings: Any, tmp_path: Any) -> Cast:
    settings.MEDIA_ROOT = tmp_path
    return make_cast()


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_files_hold_the_days_in_force_of_the_next_weeks(cast: Cast, settings: Any) -> None:
    letter = rendered(cast.world)
    sent(cast.world, "col1", weekdays=(1,))  # asked for, not granted
    today = timezone.localdate()

    export = make_grant_export(on=today)

    with export.csv_file.open("rb") as file:
        raw = file.read()
    with export.jsonl_file.open("rb") as file:
        lines = [json.loads(line) for line in file]
    rows = list(csv.DictReader(io.StringIO(raw.decode())))
    days = AssignmentDay.objects.filter(status="in_force", day__lt=today + timedelta(days=14)).order_by("day", "pk")
    assert [row["date"] for row in rows] == [day.day.isoformat() for day in days]
    assert export.rows == len(rows) == len(lines) > 0
    assert rows[0]["nip"] == cast.employees["emp"].nip
    assert (rows[0]["letter_number"], rows[0]["place"], rows[0]["unit"]) == (letter.number, "home", "Hukum")
    assert rows[0] == {name: str(value) for name, value in lines[0].items()}
    assert hashlib.sha256(raw).hexdigest() == export.csv_sha256
    assert (export.until - today).days == 13


def test_a_day_has_one_export_and_old_ones_go(cast: Cast, settings: Any) -> None:
    settings.GRANT_EXPORT_KEEP_DAYS = 5
    today = timezone.localdate()
    old = make_grant_export(on=today - timedelta(days=6))

    assert task() == task() == 0

    assert list(GrantExport.objects.values_list("day", flat=True)) == [today]
    assert not old.csv_file.storage.exists(old.csv_file.name)


def test_a_name_that_a_spreadsheet_would_run_is_text(cast: Cast) -> None:
    rendered(cast.world)
    Unit.objects.filter(pk=cast.law.pk).update(name="=1+1")

    export = make_grant_export(on=timezone.localdate())

    with export.csv_file.open("rb") as file:
        assert b",'=1+1," in file.read()


def test_the_page_and_its_files_are_for_hr_of_the_agency_and_auditors(client: Client, cast: Cast) -> None:
    export = make_grant_export(on=timezone.localdate())
    client.force_login(cast.users["audit"])
    page = client.get(reverse("fwa:grant_exports"))
    assert "JSON Lines" in body(page)
    answer = client.get(reverse("fwa:grant_export_file", args=[export.pk, "csv"]))
    assert content(answer).startswith(b"nip,employee_id")
    assert client.get(reverse("fwa:grant_export_file", args=[export.pk, "xml"])).status_code == 404
    for name in ("lawhr", "boss", "head", "emp"):
        client.force_login(cast.users[name])
        assert client.get(reverse("fwa:grant_exports")).status_code == 403


def test_a_system_fetches_it_with_its_scope_and_role(cast: Cast) -> None:
    rendered(cast.world)
    export = make_grant_export(on=timezone.localdate())
    api = system(cast.users["hr"], "grants:read", role="auditor")
    at = f"/api/v1/grant-exports/{export.pk}/"

    assert [row["id"] for row in api.get("/api/v1/grant-exports/").json()["results"]] == [export.pk]
    answer = api.get(at + "jsonl/")
    assert answer["Content-Type"] == "application/jsonl"
    assert len(content(answer).splitlines()) == export.rows
    of_unit = system(cast.users["hr"], "grants:read", unit=cast.law, name="Unit")
    problem(of_unit.get(at + "csv/"), 403, "permission_denied")
    other = system(cast.users["hr"], "fwa:read", name="Lain")
    problem(other.get(at + "csv/"), 403, "insufficient_scope")
