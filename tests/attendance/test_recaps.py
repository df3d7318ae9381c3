"""The monthly recap: every figure is a sum over the days, a locked one stays, and later changes are a supplement."""

from collections import defaultdict
from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from attendance.models import AttendanceRecap, AttendanceTerms, RecapExport, RecapMonth, StaleDay, WorkDay
from attendance.recap import Figures, last_day, locked_figures, people_of_month, recap_figures
from attendance.services import recap_exports
from attendance.services.corrections import CorrectionData, submit_correction
from attendance.services.recap_exports import TOPIC, ask_export, make_export
from attendance.services.recaps import digest_of, lock_recap
from organization import outbox
from organization.models import OutboxMessage
from tests.api import client_of, get, problem
from tests.attendance.days_kit import days_from, missed, on_leave, work_day
from tests.organization.cast import body, make_cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def month() -> date:
    """The last month that is over."""
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def random_days(cast, month: date, seed: int) -> None:
    chance = Random(seed)
    for name in ("emp", "col1", "out"):
        for day in days_from(month, last_day(month).day):
            state = chance.choice(["present", "incomplete", "no_entry", "away", "off", "planned", "worked_off"])
            absence = chance.choice(["", "", "leave", "sick", "travel", "training"])
            work_day(
                cast.employees[name],
                day,
                state=state,
                whereabouts=chance.choice(["office", "home", "field", "other", "other_office", "off", "shift"]),
                absence=absence,
                absence_part=chance.choice(["whole", "first", "second"]) if absence else "",
                expected_min=chance.randrange(500),
                worked_min=chance.randrange(500),
                late_min=chance.randrange(100),
                early_min=chance.randrange(100),
                missing_in=chance.randrange(2),
                missing_out=chance.randrange(2),
                is_unexcused=state == "no_entry",
            )


def by_hand(employee_id: int, start: date, end: date, terms: list[AttendanceTerms]) -> Figures:
    """The same sums, one row at a time."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    unit_id = 0
    for row in WorkDay.objects.filter(employee_id=employee_id, day__range=(start, end)).order_by("day"):
        unit_id = row.unit_id
        worked = row.state in ("present", "incomplete")
        sums["work_days"] += row.whereabouts != "off"
        sums["present_days"] += worked
        sums["home_days"] += worked and row.whereabouts == "home"
        sums["field_days"] += worked and row.whereabouts in ("other", "other_office", "field")
        share = Decimal(1) if row.absence_part == "whole" else Decimal("0.5")
        kind = {"leave": "leave_days", "sick": "sick_days", "travel": "travel_days", "training": "travel_days"}
        if row.absence and row.whereabouts != "off":
            sums[kind[row.absence]] += share
        for name in ("expected_min", "worked_min", "late_min", "early_min", "missing_in", "missing_out"):
            sums[name] += getattr(row, name)
        held = next((one for one in terms if one.valid_from <= row.day), AttendanceTerms())
        sums["converted_min"] += row.missing_in * held.missing_in_min + row.missing_out * held.missing_out_min
        sums["unexcused_days"] += row.is_unexcused
    values: list[Any] = [sums[name] for name in Figures._fields[1:]]
    return Figures(unit_id, *values)


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_is_the_sum_of_the_days(cast, month, seed):
    AttendanceTerms.objects.all().delete()
    AttendanceTerms.objects.create(valid_from=month + timedelta(days=14), missing_in_min=120, missing_out_min=60)
    random_days(cast, month, seed)
    ids = [cast.employees[name].pk for name in ("emp", "col1", "out", "col2")]
    found = recap_figures(month, on=timezone.localdate(), employee_ids=ids)
    terms = list(AttendanceTerms.objects.all())
    assert set(found) == set(ids[:3])
    for employee_id, figures in found.items():
        assert figures == by_hand(employee_id, month, last_day(month), terms)


def test_days_to_come_are_left_out(cast, month):
    random_days(cast, month, 7)
    on = month + timedelta(days=9)
    (figures,) = recap_figures(month, on=on, employee_ids=[cast.employees["emp"].pk]).values()
    assert figures == by_hand(cast.employees["emp"].pk, month, on, [])


def test_locking_keeps_the_figures_of_everybody(cast, month):
    random_days(cast, month, 1)
    ids = [cast.employees[name].pk for name in ("emp", "col1", "out")]
    submit_correction(
        by=cast.users["emp"],
        data=CorrectionData(day=month, reason="forgotten", explanation="Lupa.", check_in=time(7, 30)),
    )
    recap = lock_recap(by=cast.users["hr"], month=month)
    assert (recap.edition, recap.people) == (1, 3)
    assert locked_figures(month) == recap_figures(month, on=timezone.localdate(), employee_ids=ids)
    assert AttendanceRecap.objects.get(employee=cast.employees["emp"]).pending_corrections == 1
    with connection.cursor() as cursor:  # beside the ORM
        cursor.execute("SELECT sum(late_min), sum(worked_min) FROM attendance_workday")
        sums = cursor.fetchone()
        cursor.execute("SELECT sum(late_min), sum(worked_min) FROM attendance_attendancerecap")
        assert cursor.fetchone() == sums


def test_later_changes_are_a_supplement_of_those_concerned(cast, month):
    emp, col1 = cast.employees["emp"], cast.employees["col1"]
    for person in (emp, col1):
        missed(person, month)
        work_day(person, month + timedelta(days=1), late_min=12)
    lock_recap(by=cast.users["hr"], month=month)
    with pytest.raises(ValidationError):
        lock_recap(by=cast.users["hr"], month=month)
    assert RecapMonth.objects.count() == 1

    WorkDay.objects.filter(employee=emp, day=month).update(is_unexcused=False, state="present", worked_min=450)
    supplement = lock_recap(by=cast.users["hr"], month=month)
    assert (supplement.edition, supplement.people) == (2, 1)
    row = supplement.rows.get()
    assert (row.employee, row.unexcused_days, row.present_days, row.late_min) == (emp, 0, 2, 12)
    first = AttendanceRecap.objects.get(recap__edition=1, employee=emp)
    assert first.unexcused_days == 1, "what was locked stays"
    assert locked_figures(month, employee_ids=[emp.pk])[emp.pk].unexcused_days == 0

    WorkDay.objects.filter(employee=col1).delete()
    third = lock_recap(by=cast.users["hr"], month=month)
    assert third.rows.get().employee == col1
    assert third.rows.get().work_days == 0
    with pytest.raises(ValidationError):
        lock_recap(by=cast.users["hr"], month=month)


def test_the_digest_shows_a_changed_row(cast, month):
    missed(cast.employees["emp"], month)
    recap = lock_recap(by=cast.users["hr"], month=month)
    assert digest_of(recap.pk) == (1, recap.digest)
    AttendanceRecap.objects.update(unexcused_days=0)
    assert digest_of(recap.pk)[1] != recap.digest


@pytest.mark.parametrize("name", ["emp", "sup", "head", "lawhr", "audit", "boss"])
def test_who_may_not_lock(cast, month, name):
    missed(cast.employees["emp"], month)
    with pytest.raises(PermissionDenied):
        lock_recap(by=cast.users[name], month=month)


def test_when_a_month_cannot_be_locked(cast, month):
    with pytest.raises(ValidationError):
        lock_recap(by=cast.users["hr"], month=month)  # no days
    missed(cast.employees["emp"], month)
    with pytest.raises(ValidationError):
        lock_recap(by=cast.users["hr"], month=timezone.localdate())  # not over
    StaleDay.objects.create(employee=cast.employees["emp"], first=month, last=month, since=timezone.now())
    with pytest.raises(ValidationError):
        lock_recap(by=cast.users["hr"], month=month)
    assert not RecapMonth.objects.exists()


def test_whose_month_is_seen_and_in_which_unit(cast, month):
    for name in ("emp", "col1", "out"):
        on_leave(cast.employees[name], month)
    WorkDay.objects.filter(employee=cast.employees["col1"]).update(unit=cast.health)

    def names(user: str, unit=None, name: str = "") -> list[str]:
        return [person.name for person in people_of_month(cast.users[user], month, unit=unit, name=name)]

    assert names("sup") == ["col1", "emp"]
    assert names("ohead") == ["Out"]
    assert set(names("hr")) == {"col1", "emp", "Out"}
    assert names("emp") == ["emp"]
    assert names("hr", cast.law) == ["emp"]
    assert set(names("hr", cast.health)) == {"col1", "Out"}
    assert names("hr", name="em") == ["emp"]


# Page, workbook and API ----------------------------------------------------------------------------------------------


def test_the_page_shows_what_changed_since_it_was_locked(client, cast, month, django_assert_max_num_queries):
    emp = cast.employees["emp"]
    work_day(emp, month, late_min=17)
    address = reverse("attendance:recap_list")
    client.force_login(cast.users["hr"])
    assert client.post(reverse("attendance:recap_lock", args=[f"{month:%Y-%m}"])).status_code == 302
    WorkDay.objects.filter(employee=emp).update(late_min=4)
    counts = []
    for name in ("emp", "col1", "col2"):
        if name != "emp":
            work_day(cast.employees[name], month)
        with django_assert_max_num_queries(15) as asked:
            text = body(client.get(address, {"month": f"{month:%Y-%m}"}))
        counts.append(len(asked))
        assert name in text
    assert len(set(counts)) == 1
    assert ">4<" in text
    assert ": 17" in text
    assert client.get(address, {"month": "1999-01"}).status_code == 200
    assert client.get(reverse("attendance:recap_lock", args=["2026-13"])).status_code == 404


def test_the_workbook_holds_the_same_figures(client, cast, month, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    random_days(cast, month, 3)
    client.force_login(cast.users["hr"])
    address = reverse("attendance:recap_export")
    assert client.post(address, {"month": f"{month:%Y-%m}"}).status_code == 302
    assert outbox.deliver(OutboxMessage.objects.get(topic=TOPIC).pk)
    export = RecapExport.objects.get()
    answer = client.get(reverse("attendance:recap_file", args=[export.pk]))
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = {row[1].value: [cell.value for cell in row[3:]] for row in sheet.iter_rows(min_row=5)}
    found = recap_figures(month, on=timezone.localdate(), employee_ids=[row.pk for row in cast.employees.values()])
    nips = {cast.employees[name].nip: found[cast.employees[name].pk] for name in ("emp", "col1", "out")}
    assert rows == {nip: [float(value) for value in figures[1:]] for nip, figures in nips.items()}
    make_export(export.pk)
    assert RecapExport.objects.get().sha256 == export.sha256
    client.force_login(cast.users["sup"])
    assert client.get(reverse("attendance:recap_file", args=[export.pk])).status_code == 404


def test_a_workbook_shows_how_far_it_is_to_whoever_asked(client, cast, month, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    random_days(cast, month, 3)
    export = ask_export(by=cast.users["hr"], month=month, unit=None)
    client.force_login(cast.users["hr"])
    shown = body(client.get(reverse("attendance:recap_list"), {"month": f"{month:%Y-%m}"}))
    assert reverse("attendance:recap_export_progress", args=[export.pk]) in shown
    told = []
    monkeypatch.setattr(recap_exports, "SHOWN_EVERY", 1)
    monkeypatch.setattr(recap_exports.cache, "set", lambda _key, value, _seconds: told.append(value))
    make_export(export.pk)
    assert told == [(number, 3) for number in range(3)]
    monkeypatch.undo()
    address = reverse("attendance:recap_export_progress", args=[export.pk])
    assert reverse("attendance:recap_file", args=[export.pk]) in body(client.get(address))
    client.force_login(cast.users["sup"])
    assert client.get(address).status_code == 404


def test_a_locked_edition_is_exported_as_it_was_and_without_nip_for_a_supervisor(cast, month, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for name in ("emp", "out"):
        work_day(cast.employees[name], month, late_min=17)
    recap = lock_recap(by=cast.users["hr"], month=month)
    WorkDay.objects.update(late_min=0)
    export = ask_export(by=cast.users["sup"], month=month, unit=None, recap_id=recap.pk)
    make_export(export.pk)
    with RecapExport.objects.get().file.open("rb") as file:
        sheet = load_workbook(file).active
    (row,) = sheet.iter_rows(min_row=5, values_only=True)
    assert row[:2] == ("emp", None) or row[:2] == ("emp", "")
    assert 17 in row


def test_the_api_gives_the_figures_of_people_in_reach(cast, month):
    random_days(cast, month, 5)
    rows = get(cast.users["sup"], "recaps/", month=f"{month:%Y-%m}")["results"]
    (row,) = [row for row in rows if row["employee"]["name"] == "emp"]
    figures = recap_figures(month, on=timezone.localdate(), employee_ids=[cast.employees["emp"].pk])
    (mine,) = figures.values()
    assert row["late_min"] == mine.late_min
    assert Decimal(row["leave_days"]) == mine.leave_days
    problem(client_of(cast.users["sup"]).get("/api/v1/recaps/?month=x"), 400, "invalid")
    answer = client_of(cast.users["hr"]).post(
        "/api/v1/recap-months/", {"month": month.isoformat()}, content_type="application/json"
    )
    assert answer.status_code == 201
    assert get(cast.users["hr"], f"recap-months/{answer.json()['id']}/rows/")["count"] == 3
    assert get(cast.users["sup"], f"recap-months/{answer.json()['id']}/rows/")["count"] == 2
    problem(
        client_of(cast.users["hr"]).post(
            "/api/v1/recap-months/", {"month": month.isoformat()}, content_type="application/json"
        ),
        400,
        "invalid",
    )
