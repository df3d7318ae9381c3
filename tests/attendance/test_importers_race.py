"""A hold and a leave import at the same moment: the first one wins, and the other one sees it."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from attendance.models import Absence
from attendance.services import AssignmentSpec, DaySpec, hold_assignment
from organization.models import Employee, Unit
from tests.organization.importing import EMPLOYEE, import_rows, staff

SECONDS = 20


@pytest.mark.django_db(transaction=True)
def test_import_waits_for_a_hold_and_then_rejects_the_row():
    import_rows(staff())
    outcomes = []

    def run_import():
        try:
            leave = {
                "NIP": EMPLOYEE,
                "JENIS": "cuti",
                "NOMOR SURAT": "1",
                "MULAI": "07-12-2026",
                "SAMPAI": "11-12-2026",
            }
            outcomes.append(import_rows([leave], kind="absences"))
        finally:
            connection.close()

    importing = threading.Thread(target=run_import)
    with transaction.atomic():
        employee = Employee.objects.select_for_update().get(nip=EMPLOYEE)
        importing.start()
        importing.join(0.5)
        assert importing.is_alive()  # it waits for the lock
        unit = Unit.objects.get(name="Bagian Hukum")
        spec = AssignmentSpec(
            employee_id=employee.pk, unit_id=unit.pk, reference="FWA-1", kind="location",
            valid_from=date(2026, 12, 8), valid_to=date(2026, 12, 8),
        )  # fmt: skip
        hold_assignment(
            spec=spec, days=[DaySpec(date(2026, 12, 8), "location", unit.pk, is_away=True, counts_toward_cap=True)]
        )
    importing.join(SECONDS)

    assert [item.code for item in outcomes[0].rejects] == ["absence_on_flexible_day"]
    assert Absence.objects.count() == 0
