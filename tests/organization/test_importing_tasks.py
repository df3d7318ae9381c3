"""Task mappings and discipline cases from files."""

from __future__ import annotations

from datetime import date

import pytest

from organization.models import DisciplineCase, Position, PositionTask, TaskType
from tests.organization.importing import EMPLOYEE, found, import_rows, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def position():
    TaskType.objects.create(code="A", name="Telaahan")
    TaskType.objects.create(code="B", name="Rapat")
    return Position.objects.create(code="AN", name="Analis", kind="pelaksana")


def share(task="Telaahan", percent="60", start="01-01-2026", **cells):
    return {"JABATAN": "Analis", "JENIS TUGAS": task, "PERSEN": percent, "BERLAKU MULAI": start, **cells}


def tasks(*rows, **options):
    return import_rows(list(rows), kind="position_tasks", **options)


def saved():
    rows = PositionTask.objects.order_by("task_type__code", "valid_from").select_related("task_type")
    return [(row.task_type.code, row.share_pct, str(row.valid_from), str(row.valid_to or "")) for row in rows]


def test_shares_are_saved_and_again_change_nothing(position):
    rows = [share(), share("B", "40 %")]
    assert tasks(*rows).counts["created"] == 2
    before = saved()

    again = tasks(*rows)

    assert again.counts["unchanged"] == 2
    assert saved() == before == [("A", 60, "2026-01-01", ""), ("B", 40, "2026-01-01", "")]


def test_later_share_ends_the_one_before(position):
    tasks(share(), share("B", "40"))

    tasks(share(percent="50", start="01-07-2026"), share("B", "0", "01-07-2026"))

    assert saved() == [
        ("A", 60, "2026-01-01", "2026-06-30"),
        ("A", 50, "2026-07-01", ""),
        ("B", 40, "2026-01-01", "2026-06-30"),
    ]


def test_same_day_is_a_correction(position):
    tasks(share())

    assert tasks(share(percent="70")).counts["updated"] == 1
    assert saved() == [("A", 70, "2026-01-01", "")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"PERSEN": "101"}, "PERSEN", "number_wrong"),
        ({"PERSEN": "12,5"}, "PERSEN", "number_wrong"),
        ({"PERSEN": "0"}, "PERSEN", "task_nothing_to_end"),
        ({"JABATAN": "Tidak Ada"}, "JABATAN", "position_not_listed"),
        ({"JENIS TUGAS": "Tidak Ada"}, "JENIS TUGAS", "task_type_unknown"),
        ({"BERLAKU MULAI": "01/13/2026"}, "BERLAKU MULAI", "date_impossible"),
    ],
)
def test_wrong_task_rows(position, cells, column, code):
    outcome = tasks(share() | cells)

    assert [(item.row, item.column, item.code) for item in outcome.rejects] == [(2, column, code)]
    assert PositionTask.objects.count() == 0


def test_sum_over_100_names_the_day_and_the_parts(position):
    tasks(share(), share("B", "40"))

    outcome = tasks(share(percent="70", start="01-03-2026"))

    assert [item.code for item in outcome.rejects] == ["task_over_100"]
    assert outcome.rejects[0].params == {"date": "2026-03-01", "total": 110, "parts": "Rapat 40, Telaahan 70"}


def test_same_task_twice_and_an_older_day(position):
    tasks(share(start="01-02-2026"))

    outcome = tasks(share(), share(start="01-03-2026", percent="10"), share(start="01-03-2026", percent="20"))

    assert [(item.row, item.code) for item in outcome.rejects] == [(2, "task_newer"), (4, "task_twice")]


def test_new_task_type_with_its_criteria(position):
    outcome = tasks(share("Survei", **{"TUGAS LAPANGAN": "ya", "DENGAN TIK": "tidak"}))

    assert outcome.counts["new_task_types"] == ["Survei"]
    created = TaskType.objects.get(name="Survei")
    assert (created.code, created.is_field_task, created.with_ict) == ("SURVEI", True, False)


# Discipline ----------------------------------------------------------------------------------------------------------


def case(**cells):
    return {
        "NIP": EMPLOYEE,
        "NOMOR KASUS": "HD-1",
        "STATUS": "hukuman",
        "TANGGAL MULAI": "02-02-2026",
        "TANGGAL PUTUSAN": "20-03-2026",
        "TINGKAT": "sedang",
        "HUKUMAN MULAI": "01-04-2026",
        "HUKUMAN SAMPAI": "30-09-2026",
        "NOMOR SK": "45",
        **cells,
    }


def cases(*rows):
    return import_rows(list(rows), kind="discipline")


def test_case_is_saved_and_updated():
    import_rows(staff())
    examination = case(**dict.fromkeys(["TANGGAL PUTUSAN", "TINGKAT", "HUKUMAN MULAI", "HUKUMAN SAMPAI"], ""))
    cases(examination | {"STATUS": "Pemeriksaan"})
    assert DisciplineCase.objects.get().status == "examination"

    outcome = cases(case())

    assert outcome.counts["updated"] == 1
    saved_case = DisciplineCase.objects.get()
    assert (saved_case.status, saved_case.level, saved_case.sanction_to) == ("sanctioned", "medium", date(2026, 9, 30))
    assert cases(case()).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"NIP": "199901012020011099"}, "NIP", "employee_unknown"),
        ({"NOMOR KASUS": ""}, "NOMOR KASUS", "empty"),
        ({"STATUS": "banding"}, "STATUS", "discipline_status_wrong"),
        ({"TINGKAT": "parah"}, "TINGKAT", "discipline_level_wrong"),
        ({"TINGKAT": ""}, "TINGKAT", "discipline_needs"),
        ({"HUKUMAN MULAI": ""}, "HUKUMAN MULAI", "discipline_needs"),
        ({"TANGGAL MULAI": "02-02-2027"}, "TANGGAL MULAI", "date_in_future"),
        ({"TANGGAL PUTUSAN": "01-02-2026"}, "TANGGAL PUTUSAN", "date_order"),
        ({"HUKUMAN SAMPAI": "31-03-2026"}, "HUKUMAN SAMPAI", "date_order"),
    ],
)
def test_wrong_cases(cells, column, code):
    import_rows(staff())

    outcome = cases(case(**cells))

    assert (2, column, cells[column], code) in found(outcome)
    assert DisciplineCase.objects.count() == 0


def test_case_under_examination_has_no_sanction_and_comes_once():
    import_rows(staff())

    outcome = cases(case(STATUS="pemeriksaan"), case(), case())

    assert {(item.row, item.column, item.code) for item in outcome.rejects} == {
        (2, "TANGGAL PUTUSAN", "discipline_needs_not"),
        (2, "TINGKAT", "discipline_needs_not"),
        (2, "HUKUMAN MULAI", "discipline_needs_not"),
        (2, "HUKUMAN SAMPAI", "discipline_needs_not"),
        (3, "NOMOR KASUS", "case_twice"),
        (4, "NOMOR KASUS", "case_twice"),
    }
