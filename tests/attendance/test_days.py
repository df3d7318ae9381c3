"""My days: the month in words, its sums, the week's balance, and who may read whose."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.models import AttendanceTerms, Correction
from tests.attendance.board_kit import at, work_day
from tests.organization.cast import body, make_cast

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 11, 25, 4, tzinfo=UTC)  # 12.00 WITA
MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _midweek():
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


@pytest.fixture
def cast():
    return make_cast()


def days_page(client, user, pk=None, **query):
    client.force_login(user)
    url = reverse("attendance:days_of", args=[pk]) if pk else reverse("attendance:my_days")
    return client.get(url, query)


def test_a_month_in_words(client, cast):
    emp = cast.employees["emp"]
    work_day(emp, MONDAY, state="incomplete", first_in=at(MONDAY, 7, 41), late_min=11, early_min=90, missing_out=1,
             place="placement", worked_min=409)  # fmt: skip
    work_day(emp, MONDAY + timedelta(days=1), state="no_entry", is_unexcused=True, missing_in=1, missing_out=1)
    Correction.objects.create(
        employee=emp, day=MONDAY, check_out=at(MONDAY, 16), reason="forgotten", explanation="Lupa.",
        submitted_at=timezone.now(), submitted_by=cast.users["emp"],
    )  # fmt: skip
    answer = days_page(client, cast.users["emp"])
    first, second = answer.context["lines"]

    assert (first.expected, first.hours, first.happened) == ("Kantor", "07.30–16.00", "07.41–…")
    assert [remark.word for remark in first.remarks] == [
        "terlambat 11 menit", "pulang cepat 1 jam 30 menit", "1 presensi pulang tidak ada",
    ]  # fmt: skip
    assert first.correction == "menunggu atasan"
    assert [remark.word for remark in second.remarks] == ["tanpa presensi dan tanpa alasan"]
    sums = answer.context["sums"]
    assert (sums.work_days, sums.late_min, sums.early_min, sums.unexcused_days) == (2, 11, 90, 1)
    assert "6 jam 49 menit" in body(answer)


def test_another_month_and_nonsense(client, cast):
    work_day(cast.employees["emp"], date(2026, 10, 30))
    assert len(days_page(client, cast.users["emp"], month="2026-10").context["lines"]) == 1
    for month in ("2026-13", "x", "", "0001-01", "9999-12"):
        assert days_page(client, cast.users["emp"], month=month).context["start"] == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("reader", "status", "word"),
    [
        ("emp", 200, "Cuti sakit"),
        ("sup", 200, "Cuti sakit"),
        ("head", 200, "Cuti sakit"),
        ("lawhr", 200, "Cuti sakit"),
        ("audit", 200, "Cuti atau dinas luar"),
        ("boss", 403, ""),
        ("col1", 404, ""),
        ("out", 404, ""),
        ("seal", 404, ""),
    ],
)
def test_who_reads_whose_days(client, cast, reader, status, word):
    emp = cast.employees["emp"]
    work_day(emp, MONDAY, "sick")
    answer = days_page(client, cast.users[reader], emp.pk)
    assert answer.status_code == status
    if word:
        assert answer.context["lines"][0].expected == word


def test_without_a_personnel_record(client, cast):
    answer = days_page(client, cast.users["hr"])
    assert answer.status_code == 200
    assert "Anda tidak memiliki data kepegawaian" in body(answer)


def dynamic_week(cast):
    """Monday 8 h, Tuesday 9 h, Wednesday at work since 7.30, Thursday half a day's leave, Friday a holiday."""
    emp = cast.employees["emp"]
    shared = {"is_dynamic": True, "source": "arrangement"}
    work_day(emp, MONDAY, worked_min=480, first_in=at(MONDAY, 7), first_out=at(MONDAY, 16), **shared)
    tuesday = MONDAY + timedelta(days=1)
    work_day(emp, tuesday, worked_min=540, first_in=at(tuesday, 7), first_out=at(tuesday, 17), **shared)
    work_day(emp, MONDAY + timedelta(days=2), first_in=at(MONDAY + timedelta(days=2), 7, 30), **shared)
    thursday = MONDAY + timedelta(days=3)
    work_day(emp, thursday, absence="leave", absence_part="first", **shared | {"expected_min": 225})
    work_day(emp, MONDAY + timedelta(days=4), "off", source="holiday")
    return emp


def test_the_balance_of_this_week(client, cast):
    dynamic_week(cast)
    answer = days_page(client, cast.users["emp"])
    balance = answer.context["week"].balance

    assert (balance.target_min, balance.worked_min, balance.left_min) == (1575, 1020, 555)
    assert (balance.open_days, balance.per_day_min) == (2, 278)
    page = body(answer)
    assert "Saldo minggu ini" in page
    assert "26 jam 15 menit" in page
    assert "Tersisa 2 hari: sekitar 4 jam 38 menit per hari." in page
    assert "datang antara 06.30 dan 09.00" in page


def test_a_supervisor_sees_the_balance_and_a_fixed_week_has_none(client, cast):
    emp = dynamic_week(cast)
    assert days_page(client, cast.users["sup"], emp.pk).context["week"].balance.left_min == 555
    work_day(cast.employees["col1"], MONDAY)
    assert days_page(client, cast.users["col1"]).context["week"] is None


@pytest.mark.parametrize(("most", "left"), [(0, 555), (20, 535), (60, 525)])
def test_last_weeks_surplus_only_where_the_terms_say_so(client, cast, most, left):
    """Last week 30 minutes more than needed."""
    emp = dynamic_week(cast)
    AttendanceTerms.objects.all().delete()
    AttendanceTerms.objects.create(valid_from=date(2026, 1, 1), carry_over_max_min=most)
    for offset in range(5):
        day = MONDAY - timedelta(days=7 - offset)
        work_day(emp, day, is_dynamic=True, worked_min=456, first_out=at(day, 16))
    assert days_page(client, cast.users["emp"]).context["week"].balance.left_min == left


def test_one_cost_for_one_and_thirty_days(client, cast):
    counts = []
    for number in (1, 3, 26):
        for offset in range(number):
            cast.employees["emp"].work_days.filter(day=date(2026, 11, 1) + timedelta(days=offset)).delete()
            work_day(cast.employees["emp"], date(2026, 11, 1) + timedelta(days=offset), is_dynamic=True)
        client.force_login(cast.users["emp"])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("attendance:my_days")).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 15


def test_a_persons_page_tells_this_week_and_its_balance(client, cast, django_assert_max_num_queries):
    emp = dynamic_week(cast)
    client.force_login(cast.users["head"])
    url = reverse("organization:person", args=[emp.pk])
    with django_assert_max_num_queries(15):
        page = body(client.get(url))
    assert "Waktu dinamis: 17 jam dari 26 jam 15 menit terpenuhi, sisa 9 jam 15 menit." in page
    assert reverse("attendance:days_of", args=[emp.pk]) in page
