"""Work results from e-Kinerja: targets in figures and words, whose result they support, rejects with their reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from performance.importers_results import read_amount
from performance.models import WorkResult
from tests.organization.importing import EMPLOYEE, HEAD, SUPERVISOR, found, import_rows, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people() -> None:
    import_rows(staff())


def result(**cells: Any) -> dict[str, Any]:
    return {
        "NIP": EMPLOYEE, "TAHUN": "2026", "PERIODE": "tahunan", "NO": "1", "JENIS": "Utama",
        "HASIL KERJA": "Kajian tersusun", "INDIKATOR": "Jumlah kajian", "TARGET": "12", "SATUAN": "dokumen",
        "PERSPEKTIF": "Proses Bisnis", "NIP ATASAN": "", "NO HASIL ATASAN": "", "REFERENSI": "RHK-1", **cells,
    }  # fmt: skip


def results(*rows: dict[str, Any]) -> Any:
    return import_rows(list(rows), kind="work_results")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", "12"), ("12,5", "12.5"), ("12.5", "12.5"), ("1.200", "1200"), ("1.200,25", "1200.25"), ("95 %", "95"),
        ("1.200.000", "1200000"), ("tersusun", None), ("12 dokumen", None), ("", None), ("1.2.3", None),
    ],
)  # fmt: skip
def test_figures_as_people_write_them(text: str, amount: str | None) -> None:
    assert read_amount(text) == (None if amount is None else Decimal(amount))


def test_a_file_is_read_and_read_again_changes_nothing() -> None:
    rows = [
        result(**{"NIP": SUPERVISOR, "HASIL KERJA": "Peraturan selesai"}),
        result(**{"NIP ATASAN": SUPERVISOR, "NO HASIL ATASAN": "1"}),
        result(NO="2", TARGET="Notulen lengkap dan tepat", SATUAN="", JENIS="Tambahan", PERSPEKTIF=""),
    ]
    first = results(*rows)
    assert (first.counts["created"], first.rejects) == (3, [])
    own = WorkResult.objects.get(employee__nip=EMPLOYEE, number=1)
    assert (own.target, own.unit_of_measure, own.approach, own.perspective) == (
        12,
        "dokumen",
        "quantitative",
        "process",
    )
    assert own.supports is not None
    assert own.supports.employee.nip == SUPERVISOR
    words = WorkResult.objects.get(number=2)
    assert (words.approach, words.target, words.target_text) == ("qualitative", None, "Notulen lengkap dan tepat")

    assert results(*rows).counts["unchanged"] == 3
    changed = results(result(**{"TARGET": "15", "NIP ATASAN": SUPERVISOR, "NO HASIL ATASAN": "1"}))
    assert changed.counts["updated"] == 1
    assert WorkResult.objects.get(pk=own.pk).target == 15
    assert WorkResult.objects.count() == 3


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"NIP": "199001012015012999"}, "NIP", "employee_unknown"),
        ({"PERIODE": "semester 9"}, "PERIODE", "period_wrong"),
        ({"JENIS": "sampingan"}, "JENIS", "result_kind_wrong"),
        ({"PERSPEKTIF": "lainnya"}, "PERSPEKTIF", "perspective_wrong"),
        ({"SATUAN": ""}, "SATUAN", "measure_missing"),
        ({"NO": "0"}, "NO", "number_wrong"),
        ({"HASIL KERJA": ""}, "HASIL KERJA", "empty"),
        ({"NIP ATASAN": EMPLOYEE, "NO HASIL ATASAN": "1"}, "NIP ATASAN", "supports_self"),
        ({"NIP ATASAN": HEAD, "NO HASIL ATASAN": "7"}, "NO HASIL ATASAN", "supported_missing"),
        ({"NIP ATASAN": "199001012015012998", "NO HASIL ATASAN": "1"}, "NIP ATASAN", "employee_unknown"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_saved(cells: dict[str, str], column: str, code: str) -> None:
    outcome = results(result(NO="9"), result(**cells))
    assert [(row, head, why) for row, head, _value, why in found(outcome)] == [(3, column, code)]
    assert not WorkResult.objects.exists()


def test_the_same_number_twice_is_rejected() -> None:
    assert found(results(result(), result(**{"HASIL KERJA": "Lain"}))) == [(3, "NO", "1", "result_twice")]
