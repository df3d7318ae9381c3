"""Work days and who is where by REST: the same people and no more of their days than on the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api import client_of, get, problem
from tests.attendance.board_kit import at, work_day
from tests.organization.cast import days, make_cast, make_employee
from tests.systems import system

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def today(cast):
    day = days(0)
    work_day(cast.employees["emp"], day, "sick", source="sick", absence="sick", absence_part="whole")
    work_day(cast.employees["col1"], day, "home", first_in=at(day, 7, 20), late_min=0)
    work_day(cast.employees["out"], day)
    return day


def rows(cast, name, **query):
    return {row["employee"]["name"]: row for row in get(cast.users[name], "work-days/", **query)["results"]}


@pytest.mark.parametrize(
    ("name", "seen", "source", "kind"),
    [
        ("emp", {"emp"}, "sick", "sick"),
        ("sup", {"emp", "col1"}, "sick", "sick"),
        ("head", {"emp", "col1"}, "sick", "sick"),
        ("lawhr", {"emp", "col1"}, "sick", "sick"),
        ("audit", {"emp", "col1", "Out"}, "absent", "absent"),
        ("boss", {"emp", "col1", "Out"}, "absent", "absent"),
    ],
)
def test_days_of_the_people_in_reach(cast, today, name, seen, source, kind):
    found = rows(cast, name)
    assert set(found) == seen
    assert (found["emp"]["source"], found["emp"]["whereabouts"], found["emp"]["absence"]) == (source, kind, kind)


def test_a_colleague_reads_their_own_days_only(cast, today):
    assert set(rows(cast, "col1")) == {"col1"}
    assert rows(cast, "col2") == {}


def test_filters(cast, today):
    emp = cast.employees["emp"]
    work_day(emp, today - timedelta(days=1))
    assert len(get(cast.users["hr"], "work-days/", employee=emp.pk)["results"]) == 2
    assert len(get(cast.users["hr"], "work-days/", employee=emp.pk, start=str(today))["results"]) == 1
    assert set(rows(cast, "hr", unit=cast.health.pk)) == {"Out"}
    assert set(rows(cast, "hr", state="away")) == {"emp"}
    problem(client_of(cast.users["hr"]).get("/api/v1/work-days/", {"start": "gestern"}), 400, "invalid")


def test_times_and_minutes(cast, today):
    row = rows(cast, "sup")["col1"]
    assert (row["zone"], row["expected_min"], row["place"], row["state"]) == ("Asia/Makassar", 450, "", "planned")
    assert row["first_in"].startswith(str(today)) or row["first_in"].endswith("Z")


def test_who_is_where(cast, today):
    def board(name, **query):
        results = get(cast.users[name], "whereabouts/", **query)["results"]
        return {row["employee"]["name"]: row for row in results}

    colleague = board("col2")
    assert colleague["col1"] == {
        "employee": {"id": cast.employees["col1"].pk, "name": "col1"},
        "unit": "Hukum",
        "is_available": True,
        "place": None,
        "words": "tersedia",
        "hours": None,
        "entries": None,
    }
    assert (colleague["emp"]["is_available"], colleague["emp"]["words"]) == (False, "tidak tersedia")
    assert colleague["head"]["is_available"] is None  # no day is built

    leader = board("sup")
    assert (leader["col1"]["place"], leader["col1"]["entries"]) == ("R", "presensi masuk 07.20")
    assert leader["emp"]["words"] == "Cuti sakit"
    assert board("audit", unit=cast.law.pk)["emp"]["words"] == "Cuti atau dinas luar"
    assert set(board("hr", unit=cast.health.pk, day=str(today), level="only")) == {"Ohead", "Out"}


def test_a_unit_out_of_reach_is_not_there(cast, today):
    answer = client_of(cast.users["out"]).get("/api/v1/whereabouts/", {"unit": cast.law.pk})
    problem(answer, 400, "invalid")


@pytest.mark.parametrize("path", ["work-days/", "whereabouts/"])
def test_one_cost_for_any_number(cast, today, path):
    counts = []
    for number in (1, 3, 30):
        for each in range(number):
            work_day(make_employee(f"r{number}x{each}", cast.law), today)
        client = client_of(cast.users["head"])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 15


def test_a_leave_system_keeps_absences_with_its_scope(cast):
    sent = {"employee": cast.employees["emp"].pk, "kind": "leave", "reference": "SIM-1"}
    sent |= {"valid_from": str(days(3)), "valid_to": str(days(4)), "part": "second"}
    writer = system(cast.users["hr"], "attendance:read", "attendance:write")
    made = writer.post("/api/v1/absences/", sent, format="json")
    assert made.status_code == 201, made.content
    assert writer.get("/api/v1/absences/").json()["count"] == 1
    reader = system(cast.users["hr"], "attendance:read", name="PAYROLL")
    assert reader.delete(f"/api/v1/absences/{made.json()['id']}/").status_code == 403
    assert reader.get("/api/v1/work-days/").status_code == 200
    assert system(cast.users["hr"], "fwa:read", name="ARSIP").get("/api/v1/work-days/").status_code == 403
