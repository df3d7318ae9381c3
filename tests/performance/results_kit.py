"""Work results for the tests, in whatever plan they are needed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from organization.models import Employee
from performance.models import OutputContract, UnitAchievement, WorkResult
from performance.services.results import ResultData
from tests.organization.cast import Cast, days


def this_year() -> tuple[date, date]:
    year = timezone.localdate().year
    return date(year, 1, 1), date(year, 12, 31)


def data(**changes: Any) -> ResultData:
    values: dict[str, Any] = {
        "title": "Kajian tarif tersusun",
        "indicator": "Jumlah kajian",
        "target": Decimal(12),
        "unit_of_measure": "dokumen",
    }
    return ResultData(**(values | changes))


def make_result(employee: Employee, *, number: int = 1, **values: Any) -> WorkResult:
    start, end = this_year()
    defaults: dict[str, Any] = {
        "title": f"Hasil {number} {employee.name}",
        "indicator": "Jumlah",
        "target": Decimal(12),
        "unit_of_measure": "dokumen",
        "starts_on": start,
        "ends_on": end,
        "recorded_at": timezone.now(),
    }
    return WorkResult.objects.create(employee=employee, number=number, **(defaults | values))


def stage_results(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """Places `work result` of emp, `first review`: three months into a contract, and achievements."""
    result = make_result(cast.employees["emp"])
    contract = OutputContract.objects.create(
        employee=cast.employees["emp"], reference="FW-TINJAUAN", valid_from=days(-95), valid_to=days(60)
    )
    achieved = UnitAchievement.objects.create(
        unit=cast.law, year=2024, achievement="baik", source_document="LKjIP 2024", recorded_by=cast.users["hr"],
        recorded_at=timezone.now(),
    )  # fmt: skip
    return {
        "work result": (result.public_id,),
        "first review": (contract.public_id,),
        "achievement": ("baik",),
        "unit achievement": (achieved.pk,),
    }
