"""The sample files of a real personnel system: the clean list imports whole, the damaged one as expected."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from organization.enums import ImportKind
from organization.importing.base import Options
from organization.importing.files import open_source
from organization.models import Domicile, Employee, Placement, Position, Unit, User
from organization.services.imports import Outcome, import_table, locate_table, require_columns

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data"
ON = date(2026, 11, 24)


def run(name: str, *, kind: str = ImportKind.EMPLOYEES, dry_run: bool = False, on: date = ON, **options) -> Outcome:
    with (DATA / name).open("rb") as stream:
        source = open_source(stream)
        layout = require_columns(kind, locate_table(kind, source))
        return import_table(kind=kind, source=source, layout=layout, options=Options(on=on, **options), dry_run=dry_run)


def snapshot() -> list:
    models = (Unit, Position, Employee, Placement, Domicile, User)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("name", ["pegawai.csv", "pegawai.xlsx"])
def test_clean_list_imports_whole_into_an_empty_system(name):
    outcome = run(name, create_missing=True)

    assert [(item.row, item.column, item.reason) for item in outcome.rejects] == []
    assert outcome.is_saved
    assert Employee.objects.count() == Placement.objects.count() == Domicile.objects.count() == 61
    top = Unit.objects.get(name="Kecamatan Pantai Timur")
    assert top.parent is None
    assert sorted(Unit.objects.filter(parent=top).values_list("name", flat=True)) == [
        "Kelurahan Lamaran",
        "Kelurahan Muara Baru",
        "Kelurahan Muara Indah",
        "Kelurahan Teratai",
    ]
    assert Unit.objects.count() == 5
    heads = dict(Placement.objects.heads().values_list("unit__name", "position__name"))
    assert heads == {
        "Kecamatan Pantai Timur": "Camat",
        "Kelurahan Muara Indah": "Lurah",
        "Kelurahan Muara Baru": "Lurah",
        "Kelurahan Lamaran": "Lurah",
        "Kelurahan Teratai": "Lurah",
    }
    assert Placement.objects.filter(supervisor__isnull=True).get().position.name == "Camat"
    assert User.objects.filter(is_active=False).exclude(email="").count() == 61


def test_clean_list_names_what_is_missing_without_create_missing():
    outcome = run("pegawai.csv")

    assert outcome.rejected == 61
    assert {item.code for item in outcome.rejects} >= {"unit_unknown", "position_unknown"}
    assert Employee.objects.count() == Unit.objects.count() == 0


@pytest.mark.parametrize("again", ["pegawai.csv", "pegawai.xlsx"])
def test_importing_again_changes_nothing(again):
    run("pegawai.xlsx", create_missing=True)
    before = snapshot()

    outcome = run(again, create_missing=True)

    assert outcome.counts["unchanged"] == 61
    assert outcome.counts["created"] == outcome.counts["updated"] == 0
    assert snapshot() == before


def test_damaged_list_rejects_exactly_the_expected_rows():
    run("pegawai.csv", create_missing=True)
    with (DATA / "pegawai-kacau.expected.csv").open(encoding="utf-8-sig", newline="") as stream:
        expected = list(csv.DictReader(stream))
    before = snapshot()

    outcome = run("pegawai-kacau.xlsx")

    header_row = 5
    rejected = {(item.row - header_row, item.column) for item in outcome.rejects}
    assert rejected == {(int(row["NO"]), row["column"]) for row in expected if row["verdict"] == "reject"}
    assert not outcome.is_saved
    assert snapshot() == before


def test_damaged_list_with_accept_valid_saves_the_rest():
    run("pegawai.csv", create_missing=True)

    outcome = run("pegawai-kacau.xlsx", accept_valid=True)

    assert outcome.is_saved
    assert (outcome.accepted, outcome.rejected) == (42, 19)
    moved = Employee.objects.get(nip="197907132006211001").placements.get()
    assert (moved.unit.name, moved.valid_from) == ("Kelurahan Muara Indah", date(2026, 9, 1))
    assert outcome.counts["updated"] == 1


def test_damaged_list_a_month_later_changes_nothing_more():
    run("pegawai.csv", create_missing=True)
    run("pegawai-kacau.xlsx", accept_valid=True)
    before = snapshot()

    run("pegawai-kacau.xlsx", accept_valid=True, on=date(2026, 12, 24))

    assert snapshot() == before
