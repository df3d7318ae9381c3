"""Reports and outputs for the tests of reviews, in whatever state they are needed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from organization.models import Delegation, Employee, Unit, User
from performance.models import DailyReport, Output, OutputContract, ReportLine
from tests.organization.cast import Cast, days, make_employee

JUDGED = ("accepted", "returned")


def make_report(employee: Employee, *, status: str = "reported", day: date | None = None, **values: Any) -> DailyReport:
    """A day with one line; the dates of the review as if it had come in yesterday."""
    day = day or days(-1)
    now = timezone.now()
    stamps: dict[str, Any] = {"plan_due_at": now, "planned_at": now, "report_due_at": now}
    if status != "planned":
        stamps |= {"reported_at": now, "review_due_on": days(1), "escalate_on": days(4)}
    if status in JUDGED:
        stamps |= {"reviewed_at": now, "reviewed_by": values.pop("reviewed_by", None) or User.objects.first()}
    done = values.pop("done", "Bab dua selesai.")
    line = {name: values.pop(name) for name in ("output", "amount", "plan") if name in values}
    report = DailyReport.objects.create(employee=employee, day=day, status=status, **(stamps | values))
    ReportLine.objects.create(report=report, done=done, status="done", **({"plan": "Menulis bab dua"} | line))
    return report


def make_output(employee: Employee, *, due_on: date | None = None, target: str = "4", **values: Any) -> Output:
    """An output of four chapters, in a contract of its own."""
    number = OutputContract.objects.count() + 1
    contract = OutputContract.objects.create(
        employee=employee, reference=f"FW-{number}", valid_from=days(-60), valid_to=days(60)
    )
    return Output.objects.create(
        contract=contract,
        title=values.pop("title", "Kajian tarif"),
        measure="bab",
        target=Decimal(target),
        due_on=due_on or days(-2),
        **values,
    )


def make_team(unit: Unit, supervisor: Employee, count: int) -> list[Employee]:
    return [make_employee(f"anggota{number}", unit, supervisor=supervisor) for number in range(count)]


def stands_in(delegate: User, principal: User) -> User:
    """`delegate` acts in the place of `principal`; the account as the next request reads it."""
    Delegation.objects.create(principal=principal, delegate=delegate, kind="plh", valid_from=days(-1))
    return fresh(delegate)


def fresh(user: User) -> User:
    """With a reach that is computed anew."""
    return User.objects.get(pk=user.pk)


def stage_reviews(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """For the access table: a report of the employee that waits, and an output that is due."""
    report = make_report(cast.employees["emp"], day=days(-40))
    output = make_output(cast.employees["emp"], title="Keluaran yang ditinjau")
    return {"report": (report.public_id,), "report key": (report.pk,), "due output": (output.public_id,)}
