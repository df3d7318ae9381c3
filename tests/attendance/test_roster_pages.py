"""Pages of rosters in both languages, without JavaScript; the workbook out and in; a fixed number of questions."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl.utils import get_column_letter

from attendance.models import Roster, RosterEntry
from tests.attendance.roster_kit import Ward, make_ward
from tests.organization.cast import body, make_employee, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward(db: None) -> Ward:
    return make_ward()


def url(name: str, *args: object) -> str:
    return reverse(f"attendance:{name}", args=args)


def login(ward: Ward, client: Client, name: str, language: str = "id") -> Client:
    client.force_login(ward.cast.users[name])
    client.cookies["django_language"] = language
    return client


def test_draft_from_the_first_page_to_publishing(ward: Ward, client: Client) -> None:
    login(ward, client, "head")
    assert client.get(url("roster_create")).status_code == 200
    address = f"{url('roster_create')}?unit={ward.unit.pk}"
    values = {
        "starts_on": ward.monday.isoformat(),
        "ends_on": ward.day(6).isoformat(),
        "source": "blank",
        "employees": [ward.person("emp").pk, ward.person("col1").pk],
    }
    answer = client.post(address, values)
    roster = Roster.objects.get()
    assert "emp" in said(client, answer)
    name = f"c{ward.person('emp').pk}_{ward.monday.isoformat()}_1"
    day = url("roster_day", roster.pk, ward.monday.isoformat())
    said(client, client.post(day, {name: ward.shifts["P"].pk}))
    assert RosterEntry.objects.get(roster=roster, shift=ward.shifts["P"]).is_fixed
    assert client.get(url("roster_publish", roster.pk)).status_code == 200
    said(client, client.post(url("roster_publish", roster.pk)))
    roster.refresh_from_db()
    assert roster.status == "published"
    assert client.post(url("roster_publish", roster.pk)).status_code == 409


def test_what_is_wrong_is_said_cell_by_cell_before_publishing(ward: Ward, client: Client) -> None:
    ward.minimum("P", 2, weekday=1)
    roster = ward.draft(ward.cell("emp", 0, "M"), ward.cell("emp", 1, "P"))
    login(ward, client, "hr", "en")
    page = body(client.get(url("roster", roster.pk)))
    assert "Shift P has 0 people of at least 2" in page
    assert "at least 10 h are needed" in page
    assert page.count('f-head">P') == 1
    publish = body(client.get(url("roster_publish", roster.pk)))
    assert "Ask the unit head to publish it with a reason" in publish
    assert client.post(url("roster_publish", roster.pk), {"reason": "Kurang."}).status_code == 403
    login(ward, client, "head")
    assert client.post(url("roster_publish", roster.pk)).status_code == 422
    said(client, client.post(url("roster_publish", roster.pk), {"reason": "Kurang orang."}))


def test_a_published_day_is_changed_with_a_reason(ward: Ward, client: Client) -> None:
    roster = ward.published(ward.cell("emp", 0, "P"))
    login(ward, client, "head")
    person = url("roster_person", roster.pk, ward.person("emp").pk)
    name = f"c{ward.person('emp').pk}_{ward.monday.isoformat()}_1"
    assert client.post(person, {name: "off", "reason": ""}).status_code == 422
    said(client, client.post(person, {name: "off", "reason": "Diganti."}))
    assert ward.shift_of("emp", 0) is None
    assert "Diganti." in body(client.get(url("roster_changes", roster.pk)))


def test_a_colleague_reads_shifts_and_no_reasons(ward: Ward, client: Client) -> None:
    ward.minimum("P", 1)
    roster = ward.draft(ward.cell("emp", 0, "P"))
    login(ward, client, "head")
    client.post(url("roster_publish", roster.pk), {"reason": "Rahasia dapur."})
    login(ward, client, "emp")
    page = body(client.get(url("roster", roster.pk)))
    assert "Rahasia dapur" not in page
    assert 'id="wrong"' not in page
    assert client.get(url("roster_changes", roster.pk)).status_code == 403


def test_my_shifts_and_a_swap_without_javascript(ward: Ward, client: Client) -> None:
    ward.published(ward.cell("emp", 0, "P"), ward.cell("col1", 2, "S"))
    login(ward, client, "emp")
    assert "Pagi" in body(client.get(url("my_roster")))
    own = f"{ward.monday.isoformat()}/1"
    assert client.get(url("swap_create"), {"own": own}).status_code == 200
    values = {
        "own": own,
        "colleague": ward.person("col1").pk,
        "other_day": ward.day(2).isoformat(),
        "reason": "Keluarga.",
    }
    answer = client.post(url("swap_create"), values)
    said(client, answer)
    address = answer["Location"]
    login(ward, client, "col1")
    said(client, client.post(f"{address}answer/", {"action": "agree"}))
    login(ward, client, "sup", "en")
    assert "Minimum, rest and absences are checked again" in body(client.get(address))
    assert client.post(f"{address}decide/", {"action": "refuse"}).status_code == 422
    said(client, client.post(f"{address}decide/", {"action": "approve"}))
    assert ward.shift_of("col1", 0) == "P"


@pytest.mark.parametrize("people", [3, 30])
def test_the_grid_asks_as_many_questions_for_three_people_as_for_thirty(
    ward: Ward, client: Client, people: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(people - 3):
        make_employee(f"n{number}", ward.unit)
    names = ward.unit.placements.filter(is_head=False).values_list("employee_id", flat=True)
    roster = ward.draft()
    RosterEntry.objects.bulk_create(
        RosterEntry(roster=roster, employee_id=pk, day=ward.day(offset), shift=ward.shifts["P"])
        for pk in set(names) - set(roster.entries.values_list("employee_id", flat=True))
        for offset in range(7)
    )
    login(ward, client, "head")
    with django_assert_max_num_queries(15):
        page = body(client.get(url("roster", roster.pk)))
    assert len(re.findall('class="hours"', page)) >= people


# The workbook --------------------------------------------------------------------------------------------------------


def workbook(answer: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def upload(book: Any) -> SimpleUploadedFile:
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("jadwal.xlsx", file.getvalue())


def row_of(sheet: Any, name: str) -> int:
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 2).value == name)


def test_workbook_round_trip(ward: Ward, client: Client) -> None:
    roster = ward.draft(ward.cell("emp", 0, "P"), ward.cell("emp", 0, "M", slot=2), ward.cell("col1", 1, None))
    login(ward, client, "head")
    book = workbook(client.get(url("roster_file", roster.pk)))
    sheet = book.worksheets[0]
    emp, col1 = row_of(sheet, "emp"), row_of(sheet, "col1")
    assert [sheet.cell(emp, 4).value, sheet.cell(col1, 5).value, sheet.cell(col1, 4).value or ""] == ["P+M", "-", ""]
    before = list(roster.entries.values_list("employee_id", "day", "slot", "shift_id", "is_fixed"))
    said(client, client.post(url("roster_import", roster.pk), {"file": upload(book), "action": "import"}))
    assert list(roster.entries.values_list("employee_id", "day", "slot", "shift_id", "is_fixed")) == before
    sheet.cell(emp, 4).value, sheet.cell(col1, 4).value = "s", "P"
    checked = client.post(url("roster_import", roster.pk), {"file": upload(book), "action": "check"})
    assert checked.status_code == 200
    assert list(roster.entries.values_list("employee_id", "day", "slot", "shift_id", "is_fixed")) == before
    said(client, client.post(url("roster_import", roster.pk), {"file": upload(book), "action": "import"}))
    found = roster.entries.filter(shift__isnull=False).values_list("employee__name", "day", "slot", "shift__code")
    assert set(found) == {("emp", ward.monday, 1, "S"), ("col1", ward.monday, 1, "P")}


def test_every_bad_cell_is_named_and_nothing_is_saved(ward: Ward, client: Client) -> None:
    roster = ward.draft()
    login(ward, client, "head", "en")
    book = workbook(client.get(url("roster_file", roster.pk)))
    sheet = book.worksheets[0]
    emp, col1, col2 = (row_of(sheet, name) for name in ("emp", "col1", "col2"))
    sheet.cell(emp, 4).value = "Z"
    sheet.cell(emp, 5).value = "=1+1"
    sheet.cell(emp, 6).value = "P+S+M"
    sheet.cell(emp, 7).value = "P"
    sheet.cell(col1, 2).value = "Orang lain"
    sheet.cell(col2, 1).value = 999999
    page = body(client.post(url("roster_import", roster.pk), {"file": upload(book), "action": "import"}))
    cells = [f"{get_column_letter(column)}{emp}" for column in (4, 5, 6)]
    for cell in (*cells, f"B{col1}", f"A{col2}"):
        assert f'<th scope="row">{cell}</th>' in page
    assert "5 cells cannot be taken" in page
    assert not roster.entries.filter(shift__isnull=False).exists()


def test_a_file_that_is_no_workbook(ward: Ward, client: Client) -> None:
    roster = ward.draft()
    login(ward, client, "head")
    for name, content in (("a.xlsx", b"PK not a workbook"), ("a.txt", b"x"), ("b.xlsx", b"")):
        file = SimpleUploadedFile(name, content)
        assert client.post(url("roster_import", roster.pk), {"file": file, "action": "import"}).status_code == 422


def test_shifts_minimums_and_rotation_by_form(ward: Ward, client: Client) -> None:
    login(ward, client, "head")
    unit = ward.unit.pk
    values = {"code": "x", "name": "Cadangan", "starts_at": "22.00", "ends_at": "06.00", "break_min": "30"}
    assert "Cadangan" in said(client, client.post(url("shift_create", unit), values))
    assert client.post(url("shift_create", unit), values).status_code == 422
    minimum = {"shift_id": ward.shifts["P"].pk, "count": "2", "valid_from": ward.monday.isoformat()}
    said(client, client.post(url("shift_minimum", unit), minimum))
    rotation = {"name": "Dua", "starts_on": ward.monday.isoformat(), "cycle": "P P+M -", "teams": "Tim A\nTim B 1"}
    page = said(client, client.post(url("rotation_create", unit), rotation))
    assert "P+M" in page
    for wrong in ({"cycle": "Q"}, {"cycle": ""}, {"teams": ""}, {"teams": "A\nA"}):
        assert client.post(url("rotation_create", unit), rotation | wrong).status_code == 422


def test_a_met_minimum_is_calm_and_a_missed_one_is_red(ward: Ward, client: Client) -> None:
    ward.minimum("P", 1)
    roster = ward.draft(ward.cell("emp", 0, "P"))
    page = body(login(ward, client, "hr").get(url("roster", roster.pk)))
    assert '<td class="ok">1/1' in page
    assert page.count('<td class="stop">0/1') == 6
    assert "belum diisi" in page
