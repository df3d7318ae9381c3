"""Contracts with outputs and changes, for tests of both sides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from organization.models import Employee, User
from performance.models import Output, OutputAmendment, OutputContract
from performance.services.amendments import ChangeData, propose
from tests.organization.cast import Cast, days


def make_contract(employee: Employee, *, agreed_by: User | None = None, **values: Any) -> OutputContract:
    """A contract that runs for two months around today, with outputs due in two and in four weeks."""
    number = OutputContract.objects.count() + 1
    defaults = {"reference": f"FW-K-{number}", "valid_from": days(-30), "valid_to": days(30)}
    stamps = {"agreed_by": agreed_by, "agreed_at": timezone.now()} if agreed_by else {}
    contract = OutputContract.objects.create(employee=employee, **(defaults | stamps | values))
    for title, due in (("Naskah akademik", 14), ("Laporan kajian", 28)):
        Output.objects.create(contract=contract, title=title, measure="bab", target=Decimal(4), due_on=days(due))
    return contract


def change(output: Output, **values: Any) -> ChangeData:
    """The output as it stands, with what should be different."""
    now: dict[str, Any] = {
        "title": output.title,
        "measure": output.measure,
        "target": output.target,
        "due_on": output.due_on,
    }
    return ChangeData("change", output.pk, **(now | values))


def added(**values: Any) -> ChangeData:
    new: dict[str, Any] = {"title": "Paparan", "measure": "berkas", "target": Decimal(1), "due_on": days(20)}
    return ChangeData("add", None, **(new | values))


def proposed(contract: OutputContract, by: User, *changes: ChangeData) -> OutputAmendment:
    rows = changes or (change(contract.outputs.all()[0], due_on=days(21)),)
    return propose(by=by, contract_id=contract.pk, reason="Data terlambat.", changes=rows)


def stage_contracts(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """For the access table: a contract of the employee, and one where a change of theirs, or the leader's, waits."""
    emp = cast.employees["emp"]
    free = make_contract(emp, agreed_by=cast.users["sup"])
    by_emp = proposed(make_contract(emp), cast.users["emp"])
    by_sup = proposed(make_contract(emp), cast.users["sup"])
    return {
        "contract": (free.public_id,),
        "own change": (by_emp.public_id,),
        "leader's change": (by_sup.public_id,),
        "contract with own change": (by_emp.contract.public_id, by_emp.public_id),
        "contract with leader's change": (by_sup.contract.public_id, by_sup.public_id),
    }
