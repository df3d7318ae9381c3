"""Absences from the leave register, and what happens when they meet flexible days."""

from __future__ import annotations

from datetime import date

import pytest

from attendance.models import Absence
from attendance.services import AssignmentSpec, DaySpec, hold_assignment
from organization.models import Employee, Unit
from tests.organization.importing import EMPLOYEE, SUPERVISOR, found, import_rows, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _people():
    import_rows(staff())


def leave(**cells):
    return {
        "NIP": EMPLOYEE,
        "JENIS": "cuti",
        "NOMOR SURAT": "CT-1",
        "MULAI": "07-12-2026",
        "SAMPAI": "11-12-2026",
        **cells,
    }


def absences(*rows, **options):
    return import_rows(list(rows), kind="absences", **options)


def test_absence_is_saved_updated_and_never_doubled():
    absences(leave())
    assert absences(leave()).counts["unchanged"] == 1

    outcome = absences(leave(SAMPAI="09-12-2026", JENIS="Sakit"))

    assert outcome.counts["updated"] == 1
    absence = Absence.objects.get()
    assert (absence.kind, absence.valid_from, absence.valid_to) == ("sick", date(2026, 12, 7), date(2026, 12, 9))


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"NIP": "199901012020011099"}, "NIP", "employee_unknown"),
        ({"JENIS": "libur"}, "JENIS", "absence_kind_wrong"),
        ({"NOMOR SURAT": ""}, "NOMOR SURAT", "empty"),
        ({"MULAI": "31-11-2026"}, "MULAI", "date_impossible"),
        ({"SAMPAI": "06-12-2026"}, "SAMPAI", "date_order"),
        ({"SAMPAI": "06-12-2030"}, "SAMPAI", "absence_too_long"),
        ({"SAMPAI": ""}, "SAMPAI", "empty"),
    ],
)
def test_wrong_absences(cells, column, code):
    assert found(absences(leave(**cells))) == [(2, column, cells[column], code)]
    assert Absence.objects.count() == 0


def test_overlaps_in_the_file_and_on_record_are_named():
    absences(leave())

    outcome = absences(
        leave(**{"NOMOR SURAT": "CT-2", "MULAI": "11-12-2026", "SAMPAI": "14-12-2026"}),
        leave(**{"NOMOR SURAT": "CT-3", "MULAI": "20-12-2026", "SAMPAI": "21-12-2026"}),
        leave(**{"NOMOR SURAT": "CT-4", "MULAI": "21-12-2026", "SAMPAI": "22-12-2026"}),
        leave(**{"NOMOR SURAT": "CT-3"}),
        leave(NIP=SUPERVISOR),
    )

    assert [(item.row, item.code) for item in outcome.rejects] == [
        (2, "absence_overlaps"),
        (4, "absence_overlaps_row"),
        (5, "absence_twice"),
    ]
    assert outcome.rejects[0].params == {"reference": "CT-1", "known_date": "2026-12-07"}


@pytest.fixture
def held():
    unit = Unit.objects.get(name="Bagian Hukum")
    spec = AssignmentSpec(
        employee_id=Employee.objects.get(nip=EMPLOYEE).pk, unit_id=unit.pk, reference="FWA-2026-0007", kind="location",
        valid_from=date(2026, 12, 1), valid_to=date(2026, 12, 31),
    )  # fmt: skip
    days = [
        DaySpec(date(2026, 12, day), "location", unit.pk, is_away=True, counts_toward_cap=True) for day in (8, 10, 15)
    ]
    return hold_assignment(spec=spec, days=days)


def test_flexible_days_are_named_with_their_request(held):
    outcome = absences(leave(), leave(NIP=SUPERVISOR))

    assert found(outcome) == [(2, "MULAI", "07-12-2026", "absence_on_flexible_day")]
    assert outcome.rejects[0].params == {"days": "08-12-2026, 10-12-2026", "reference": "FWA-2026-0007"}
    assert "FWA-2026-0007" in outcome.rejects[0].reason
    assert Absence.objects.count() == 0


def test_valid_rows_beside_flexible_days_can_be_saved(held):
    absences(leave(), leave(NIP=SUPERVISOR), accept_valid=True)

    assert Absence.objects.get().employee.nip == SUPERVISOR


def test_absence_between_flexible_days_is_fine(held):
    assert absences(leave(MULAI="09-12-2026", SAMPAI="09-12-2026")).is_saved
