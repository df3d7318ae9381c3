"""Who is where: whose place who sees, figures that lead to names, and pages of one cost at any size."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from attendance.limits import coverage_of
from attendance.models import Absence
from attendance.spans import span_of
from organization.models import Delegation, Placement, StaffingMinimum
from tests.attendance.board_kit import at, work_day
from tests.organization.cast import body, days, make_cast, make_employee, make_unit
from tests.world import SINCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make_cast()


def board(client, user, **query):
    client.force_login(user)
    answer = client.get(reverse("attendance:whereabouts"), query)
    assert answer.status_code == 200
    return answer


def line(answer, name):
    """(letter, words, hours, entries) of a person on the day of the list."""
    for found, _cells, cell in answer.context["lines"]:
        if found.name == name:
            return (cell.letter if cell else None, cell.word if cell else "", found.hours, found.live)
    return None


@pytest.fixture
def today(cast):
    """Everybody of the legal section at another kind of place today; nothing tomorrow."""
    day = days(0)
    kinds = {"emp": "home", "col1": "sick", "col2": "leave", "sup": "office", "head": "other_office"}
    for name, kind in kinds.items():
        work_day(cast.employees[name], day, kind)
    return day


PLACE, REACH, ALL = ("A", "tersedia"), ("R", "Rumah"), ("C", "Sakit")


@pytest.mark.parametrize(
    ("reader", "home", "sick"),
    [
        ("emp", ("R", "Rumah"), ("", "tidak tersedia")),
        ("col2", ("A", "tersedia"), ("", "tidak tersedia")),
        ("sup", ("R", "Rumah"), ("C", "Cuti sakit")),
        ("head", ("R", "Rumah"), ("C", "Cuti sakit")),
        ("lawhr", ("R", "Rumah"), ("C", "Cuti sakit")),
        ("hr", ("R", "Rumah"), ("C", "Cuti sakit")),
        ("audit", ("R", "Rumah"), ("C", "Cuti atau dinas luar")),
        ("boss", ("R", "Rumah"), ("C", "Cuti atau dinas luar")),
    ],
)
def test_a_place_is_for_those_in_charge_and_its_reason_for_those_who_lead(client, cast, today, reader, home, sick):
    query = {} if reader in cast.employees else {"unit": str(cast.law.pk)}
    answer = board(client, cast.users[reader], view="day", **query)

    assert line(answer, "emp")[:2] == home
    assert line(answer, "col1")[:2] == sick
    assert ("07.30–16.00" in line(answer, "emp")[2]) == (home[0] == "R")


def test_a_colleague_finds_no_place_and_no_reason_anywhere_on_the_page(client, cast, today):
    answer = board(client, cast.users["col2"], view="day")
    lines = [entry for entry in answer.context["lines"] if entry[0].name != "col2"]

    assert {entry[2].word for entry in lines} == {"tersedia", "tidak tersedia"}
    assert not answer.context["has_cover"]  # in a small unit the figures would tell
    for word in ("Cuti sakit", 'title="Rumah"', "presence=away"):
        assert word not in body(answer)


def test_a_filter_by_place_does_not_betray_a_colleague(client, cast, today):
    for presence in ("away", "absent", "on_site"):
        answer = board(client, cast.users["col2"], view="day", presence=presence)
        assert {entry[0].name for entry in answer.context["lines"]} <= {"col2"}


def test_a_stranger_sees_only_their_own_unit(client, cast, today):
    work_day(cast.employees["out"], today)
    answer = board(client, cast.users["out"], unit=str(cast.law.pk))

    assert {entry[0].name for entry in answer.context["lines"]} <= {"Out", "Ohead"}
    assert line(answer, "emp") is None


def test_whoever_stands_in_sees_the_people_of_the_officer_but_not_why_the_officer_is_away(client, cast, today):
    stand_in = make_employee("standin", cast.health)
    Delegation.objects.create(principal=cast.users["head"], delegate=stand_in.user, kind="plh", valid_from=SINCE)
    cast.employees["head"].work_days.update(whereabouts="sick")
    answer = board(client, stand_in.user, view="day", unit=str(cast.law.pk))

    assert line(answer, "col1")[:2] == ("C", "Cuti sakit")
    assert line(answer, "head")[:2] == ("C", "Cuti atau dinas luar")


def test_a_half_day_is_told_as_such(client, cast):
    day = days(0)
    work_day(cast.employees["emp"], day, absence="leave", absence_part="first")
    answer = board(client, cast.users["sup"], view="day")
    assert line(answer, "emp")[:2] == ("K", "Kantor, cuti (paruh pertama)")
    assert line(board(client, cast.users["boss"], view="day", unit=str(cast.law.pk)), "emp")[1] == (
        "Kantor, tidak hadir pada paruh pertama"
    )
    assert line(board(client, cast.users["col1"], view="day"), "emp")[:2] == ("A", "tersedia pada paruh kedua")


def test_entries_of_today_in_neutral_words(client, cast):
    day = days(0)
    work_day(cast.employees["emp"], day)
    work_day(cast.employees["col1"], day, first_in=at(day, 7, 28))
    work_day(cast.employees["col2"], day, first_in=at(day, 7, 28), first_out=at(day, 16, 5))
    answer = board(client, cast.users["sup"], view="day")

    assert line(answer, "emp")[3] == "belum presensi masuk"
    assert line(answer, "col1")[3] == "presensi masuk 07.28"
    assert line(answer, "col2")[3] == "presensi pulang 16.05"
    assert line(board(client, cast.users["emp"], view="day"), "col1")[3] == ""


def test_times_are_those_of_the_unit(client, cast):
    day = days(0)
    work_day(cast.employees["emp"], day, zone="Asia/Jayapura", first_in=at(day, 7, 29, "Asia/Jayapura"))
    found = line(board(client, cast.users["sup"], view="day"), "emp")
    assert found[2:] == ("07.30–16.00", "presensi masuk 07.29")


@pytest.mark.parametrize(
    ("view", "anchor", "start", "end"),
    [
        ("day", date(2026, 11, 25), date(2026, 11, 25), date(2026, 11, 25)),
        ("week", date(2026, 11, 25), date(2026, 11, 23), date(2026, 11, 29)),
        ("fortnight", date(2026, 11, 25), date(2026, 11, 23), date(2026, 12, 6)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("month", date(2028, 2, 3), date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_spans(view, anchor, start, end):
    span = span_of(view, anchor)
    assert (span.start, span.end) == (start, end)
    assert span_of(view, span.previous).end == start - timedelta(days=1)
    assert span_of(view, span.following).start == end + timedelta(days=1)


def test_weekends_without_work_have_no_column(client, cast):
    monday = days(0) - timedelta(days=days(0).weekday())
    for offset in range(14):
        day = monday + timedelta(days=offset)
        work_day(cast.employees["emp"], day, "off" if day.weekday() > 4 else "office")
    assert len(board(client, cast.users["head"]).context["columns"]) == 10

    cast.employees["emp"].work_days.filter(day=monday + timedelta(days=5)).update(whereabouts="shift")
    assert len(board(client, cast.users["head"]).context["columns"]) == 11


def test_figures_lead_to_the_names(client, cast, today):
    StaffingMinimum.objects.create(unit=cast.law, count=4, valid_from=SINCE)
    Absence.objects.create(
        employee=cast.employees["col1"], kind="sick", reference="S", valid_from=today, valid_to=today
    )
    Absence.objects.create(
        employee=cast.employees["col2"], kind="leave", reference="C", valid_from=today, valid_to=today
    )
    answer = board(client, cast.users["head"], view="day")
    cover = answer.context["focus_cover"]
    assert (cover.load.on_site, cover.minimum, cover.on_site_state) == (3, 4, "stop")
    assert [(row.missing, row.minimum) for row in answer.context["short"]] == [(1, 4)]

    for presence, names in {"absent": {"col1", "col2"}, "away": {"emp", "head"}, "on_site": {"sup"}}.items():
        found = board(client, cast.users["head"], view="day", presence=presence)
        assert {entry[0].name for entry in found.context["lines"]} == names


def test_level_and_name_narrow_the_board(client, cast):
    team = make_unit("H1", "Tim Naskah", parent=cast.law)
    make_employee("naskah", team)
    head = cast.users["head"]
    assert line(board(client, head, view="day"), "Naskah") is not None
    assert line(board(client, head, view="day", level="only"), "Naskah") is None
    assert len(board(client, head, view="day", name="nask").context["lines"]) == 1


def test_who_moved_away_is_a_colleague_of_then_and_no_more(client, cast):
    """On last week's board of the old unit, today's head of another unit decides who sees the place."""
    emp, today = cast.employees["emp"], days(0)
    Placement.objects.filter(employee=emp).update(valid_to=days(-3))
    Placement.objects.create(
        employee=emp, unit=cast.health, position=emp.placements.first().position, entry_reason="transfer",
        valid_from=days(-2), supervisor=cast.employees["ohead"],
    )  # fmt: skip
    work_day(emp, days(-5), "home", unit_id=cast.law.pk)
    work_day(emp, today, "home")

    old = board(client, cast.users["head"], view="day", day=str(days(-5)))
    assert line(old, "emp")[:2] == ("A", "tersedia")
    assert line(board(client, cast.users["head"], view="day"), "emp") is None
    assert line(board(client, cast.users["ohead"], view="day"), "emp")[:2] == ("R", "Rumah")


def test_slips_in_the_address_are_told_and_change_nothing(client, cast, today):
    answer = board(client, cast.users["head"], day="2026-99-99", view="year", unit="999999", presence="gone")
    assert answer.context["span"].anchor == timezone.localdate()
    assert answer.context["filter_form"].errors


def test_nobody_in_reach_is_said(client, cast):
    assert "Tidak ada yang dapat ditampilkan" in body(board(client, cast.users["seal"]))


@pytest.mark.parametrize("view", ["day", "fortnight", "month"])
@pytest.mark.parametrize("reader", ["head", "col1", "hr"])
def test_one_cost_for_one_and_for_thirty(client, cast, view, reader):
    """1, 3 and 30 more people: the same number of queries, at most 15."""
    counts = []
    for number in (1, 3, 30):
        for each in range(number):
            person = make_employee(f"p{number}x{each}", cast.law, supervisor=cast.employees["sup"])
            for offset in range(3):
                work_day(person, days(offset))
        client.force_login(cast.users[reader])
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("attendance:whereabouts"), {"view": view}).status_code == 200
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= 15


def test_exactly_the_minimum_is_as_it_should_be(cast, today):
    head_count = coverage_of(cast.law, today, today)[today].load.on_site
    minimum = StaffingMinimum.objects.create(unit=cast.law, count=head_count, valid_from=SINCE)
    assert coverage_of(cast.law, today, today)[today].on_site_state == "ok"
    StaffingMinimum.objects.filter(pk=minimum.pk).update(count=head_count + 1)
    assert coverage_of(cast.law, today, today)[today].on_site_state == "stop"
