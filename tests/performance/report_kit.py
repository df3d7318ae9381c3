"""Short ways to write days: lines, plans and reports of the employee of the test world, at a moment passed in."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from organization.models import Employee
from performance.models import DailyReport, Output, OutputContract, PerformanceTerms
from performance.services.evidence import attach_file
from performance.services.reports import LineInput, save_plan, save_report
from tests.fwa.letters_kit import pdf_bytes, upload
from tests.organization.cast import Cast, days

ZONE = ZoneInfo("Asia/Makassar")
# A Tuesday without a holiday near it; the Monday before is the working day before.
MONDAY, TUESDAY, WEDNESDAY = date(2026, 6, 15), date(2026, 6, 16), date(2026, 6, 17)
SATURDAY = date(2026, 6, 20)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


def line(text: str = "Menyusun bab satu", **values: Any) -> LineInput:
    return LineInput(**{"plan": text, **values})


def plan(employee: Employee, day: date = TUESDAY, *lines: LineInput, **values: Any) -> DailyReport:
    values = {"by": employee.user, "now": at(MONDAY, 15), **values}
    return save_plan(employee=employee, day=day, lines=lines or [line()], **values)


def report(employee: Employee, day: date = TUESDAY, *lines: LineInput, **values: Any) -> DailyReport:
    values = {"by": employee.user, "now": at(day, 16), **values}
    return save_report(employee=employee, day=day, lines=lines or [line("", done="Bab satu selesai")], **values)


def promise(employee: Employee, **values: Any) -> Output:
    """An output of a contract that runs in June 2026."""
    contract = OutputContract.objects.create(
        employee=employee,
        reference=values.pop("reference", f"R-{employee.pk}"),
        valid_from=date(2026, 6, 1),
        valid_to=date(2026, 6, 30),
    )
    defaults = {"title": "Naskah akademik", "measure": "bab", "target": Decimal(4), "due_on": date(2026, 6, 26)}
    return Output.objects.create(contract=contract, **{**defaults, **values})


def stage_reports(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """For the access table: a written day of the employee with a file, a day still to report, and old terms."""
    emp = cast.employees["emp"]
    written = report(emp, days(-12), now=timezone.now(), is_extra=True)
    found = written.lines.select_related("report__employee").get()
    evidence = attach_file(by=cast.users["emp"], line=found, upload=upload(pdf_bytes(), "Notula.pdf"))
    terms = PerformanceTerms.objects.create(valid_from=days(-9000), valid_to=days(-8000))
    return {
        "written day": (written.public_id,),
        "written day evidence": (written.public_id, evidence.public_id),
        "work evidence": (evidence.public_id,),
        "work day to report": (days(-1).isoformat(),),
        "performance terms": (terms.pk,),
    }
