"""Official predicates from e-Kinerja."""

from __future__ import annotations

from datetime import date

import pytest

from performance.importers import period_dates
from performance.models import OfficialPredicate
from tests.organization.importing import EMPLOYEE, found, import_rows, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people():
    import_rows(staff())


def rating(**cells):
    return {"NIP": EMPLOYEE, "TAHUN": "2025", "PERIODE": "tahunan", "PREDIKAT": "Baik", "REFERENSI": "E-1", **cells}


def ratings(*rows):
    return import_rows(list(rows), kind="ratings")


@pytest.mark.parametrize(
    ("period", "quarter", "end"),
    [
        ("Tahunan", 0, date(2025, 12, 31)),
        ("Triwulan I", 1, date(2025, 3, 31)),
        ("TW 2", 2, date(2025, 6, 30)),
        ("3", 3, date(2025, 9, 30)),
        ("triwulan iv", 4, date(2025, 12, 31)),
    ],
)
def test_period_rank_and_end(period, quarter, end):
    ratings(rating(PERIODE=period))

    row = OfficialPredicate.objects.get()
    assert (row.year, row.quarter, row.predicate, row.rank, row.period_end) == (2025, quarter, "baik", 4, end)
    assert period_dates(2025, quarter)[1] == end


def test_later_file_corrects_and_never_doubles():
    ratings(rating())
    assert ratings(rating()).counts["unchanged"] == 1

    outcome = ratings(rating(PREDIKAT="Butuh Perbaikan", REFERENSI=""))

    assert outcome.counts["updated"] == 1
    row = OfficialPredicate.objects.get()
    assert (row.predicate, row.rank, row.reference) == ("butuh_perbaikan", 3, "E-1")


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"NIP": "199901012020011099"}, "NIP", "employee_unknown"),
        ({"TAHUN": "2031"}, "TAHUN", "number_wrong"),
        ({"TAHUN": "dua ribu"}, "TAHUN", "number_wrong"),
        ({"PERIODE": "triwulan 5"}, "PERIODE", "period_wrong"),
        ({"PREDIKAT": "Istimewa"}, "PREDIKAT", "predicate_wrong"),
        ({"PREDIKAT": ""}, "PREDIKAT", "empty"),
        ({"PREDIKAT": "=A1"}, "PREDIKAT", "formula"),
    ],
)
def test_wrong_ratings(cells, column, code):
    assert found(ratings(rating(**cells))) == [(2, column, cells[column], code)]
    assert OfficialPredicate.objects.count() == 0


def test_same_period_twice_is_rejected():
    assert found(ratings(rating(), rating(PREDIKAT="Kurang"))) == [(3, "PERIODE", "tahunan", "rating_twice")]


def test_period_that_has_not_begun_is_rejected(monkeypatch):
    outcome = import_rows([rating(TAHUN="2026", PERIODE="triwulan 4")], kind="ratings", on=date(2026, 9, 30))

    assert [item.code for item in outcome.rejects] == ["period_not_begun"]
