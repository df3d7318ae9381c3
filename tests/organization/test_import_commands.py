"""The commands import_…: exit status, rejects file, and nothing half-imported unless asked for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from attendance.models import Absence
from organization.models import DisciplineCase, Employee, PositionTask, TaskType
from performance.models import OfficialPredicate
from tests.organization.importing import EMPLOYEE, csv_bytes, import_rows, staff

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def write(tmp_path):
    def _write(rows):
        path = tmp_path / "list.csv"
        path.write_bytes(csv_bytes(rows))
        return path

    return _write


def test_clean_list_is_imported(capsys):
    call_command("import_employees", DATA / "pegawai.xlsx", create_missing=True)

    assert Employee.objects.count() == 61
    assert "61" in capsys.readouterr().out


def test_dry_run_saves_nothing(write):
    call_command("import_employees", write(staff()), create_missing=True, dry_run=True)

    assert Employee.objects.count() == 0


def test_rejects_end_with_status_1_and_a_file(write, tmp_path, capsys):
    out = tmp_path / "out.csv"

    with pytest.raises(CommandError) as caught:
        call_command("import_employees", write(staff(EMAIL="x")), create_missing=True, rejects=out)

    assert caught.value.returncode == 1
    (reject,) = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"), newline=""))
    assert list(reject) == ["row", "column", "value", "reason"]
    assert (reject["row"], reject["column"], reject["value"]) == ("4", "EMAIL", "x")
    assert reject["reason"]
    assert Employee.objects.count() == 0


def test_rejects_lie_beside_the_file_by_default(write):
    path = write(staff(NAMA=""))
    with pytest.raises(CommandError):
        call_command("import_employees", path, create_missing=True)

    assert path.with_suffix(".rejects.csv").exists()


def test_accept_valid_saves_the_rest_and_still_ends_with_status_1(write):
    with pytest.raises(CommandError):
        call_command("import_employees", write(staff(NAMA="")), create_missing=True, accept_valid=True)

    assert Employee.objects.count() == 2


def test_nip_exceptions_are_accepted_with_a_reason(write):
    rows = staff(**{"TGL LAHIR": "02-02-1990"})
    call_command("import_employees", write(rows), create_missing=True, accept_nip="Putusan PN 3/2020")

    assert Employee.objects.get(nip=EMPLOYEE).nip_exception_reason == "Putusan PN 3/2020"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"a;b\n1;2\n"])
def test_what_is_no_list_is_refused(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError):
        call_command("import_employees", path)


def test_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"gone\.csv"):
        call_command("import_employees", tmp_path / "gone.csv")


def test_other_kinds_have_their_command(write):
    import_rows(staff())
    TaskType.objects.create(code="A", name="Telaahan")
    day = {"MULAI": "07-12-2026", "SAMPAI": "11-12-2026"}
    call_command("import_absences", write([{"NIP": EMPLOYEE, "JENIS": "cuti", "NOMOR SURAT": "1", **day}]))
    rating = {"NIP": EMPLOYEE, "TAHUN": "2025", "PERIODE": "tahunan", "PREDIKAT": "Baik"}
    call_command("import_ratings", write([rating]))
    case = {"NIP": EMPLOYEE, "NOMOR KASUS": "1", "STATUS": "pemeriksaan", "TANGGAL MULAI": "02-02-2026"}
    call_command("import_discipline", write([case]))
    share = {"JABATAN": "Analis", "JENIS TUGAS": "A", "PERSEN": "60", "BERLAKU MULAI": "01-01-2026"}
    call_command("import_position_tasks", write([share]))

    assert [model.objects.count() for model in (Absence, OfficialPredicate, DisciplineCase, PositionTask)] == [1] * 4
