"""Reasons and coverage of a group determination in words that tell people and units apart."""

import pytest
from django.utils import translation

from fwa.determination_words import coverage_month, evenness_of, member_lines, member_reasons
from fwa.models import Determination, DeterminationMember
from fwa.services.decrees import annex_rows
from organization.models import Employee, Unit, UnitVersion
from organization.services.units import rebuild_unit_index
from tests.world import SINCE, next_monday


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def short(week, code="unit_full", *, unit="Bagian Hukum", room=3, sharing=8):
    return {"week": week, "missing": 1, "code": code, "unit": unit, "detail": {"room": room, "sharing": sharing}}


def test_weeks_with_the_same_reason_are_one_line():
    member = DeterminationMember(
        reasons=[short("2026-12-07"), short("2026-12-14", "over_cap"), short("2026-12-21"), short("2027-01-04")]
    )

    assert member_reasons(member) == [
        "weeks of 7, 21 Dec · 4 Jan: 1 day fewer – the quota of Bagian Hukum leaves 3 places a day for 8 people",
        "week of 14 Dec: 1 day fewer – the weekly cap is used by other arrangements",
    ]


def test_every_reason_can_be_read():
    reasons = [short(f"2026-12-{day:02}", room=day) for day in (7, 14, 21, 28)]
    member = DeterminationMember(outcome="planned", days=[], reasons=reasons, employee=Employee(name="Ani"))

    line = member_lines([member], on=next_monday())[0]

    assert (*line.reasons, *line.further) == tuple(member_reasons(member))
    assert (len(line.reasons), len(line.further)) == (2, 2)


@pytest.mark.parametrize(
    ("least", "most", "figures"), [(4, 5, "gets 4–5 days"), (6, 6, "gets 6 days")], ids=["differs by one", "the same"]
)
def test_a_rotation_says_how_even_it_is(least, most, figures):
    summary = {"even_least": least, "even_most": most}

    assert figures in evenness_of(Determination(pattern="rotation", summary=summary))
    assert evenness_of(Determination(pattern="fixed", summary=summary)) == ""
    assert evenness_of(Determination(pattern="rotation", summary={})) == ""


@pytest.fixture
def units(db):
    """Two secretariats, each below an office of its own."""
    made = {}
    for code, name, above in (
        ("R", "Kota", None), ("A", "Dinas Sosial", "R"), ("B", "Dinas Kesehatan", "R"), ("AS", "Sekretariat", "A"),
        ("BS", "Sekretariat", "B"),
    ):  # fmt: skip
        made[code] = Unit.objects.create(code=code, name=name)
        UnitVersion.objects.create(unit=made[code], name=name, parent=made.get(above), valid_from=SINCE)
    rebuild_unit_index()
    return made


def test_units_of_the_same_name_are_told_apart_by_the_unit_above(units, django_assert_num_queries):
    rows = [
        {"unit": one.name, "unit_id": one.pk, "group": "", "kind": "quota", "values": {"2026-12-07": [1, 3]}}
        for one in (units["R"], units["AS"], units["BS"])
    ]

    with django_assert_num_queries(1):
        found = coverage_month(Determination(coverage=rows), "")
    notes = [row.note for row in found.grid.rows]
    assert notes == ["Kota", "Sekretariat · Dinas Sosial", "Sekretariat · Dinas Kesehatan"]
    with django_assert_num_queries(0):
        coverage_month(Determination(coverage=rows[:2]), "")


def test_the_annex_of_the_decree_tells_them_apart_too(units, django_assert_num_queries):
    members = [
        DeterminationMember(line=number, days=[], unit=units[code], employee=Employee(name="Ani", nip="1" * 18))
        for number, code in enumerate(("A", "AS", "BS"), start=1)
    ]

    with django_assert_num_queries(1):
        rows = annex_rows(members)
    assert [row.person.unit for row in rows] == [
        "Dinas Sosial",
        "Sekretariat, Dinas Sosial",
        "Sekretariat, Dinas Kesehatan",
    ]
