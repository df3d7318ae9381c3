"""Commands over promised outputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from performance.models import Output, OutputContract

BATCH = 1000


@dataclass(frozen=True)
class OutputSpec:
    """One promised output: `target` in units of `measure`, due by `due_on`; the work result it serves, if any."""

    title: str
    measure: str
    target: Decimal
    due_on: date
    work_result_id: int | None = None


@dataclass(frozen=True)
class Agreement:
    """Who agreed to the outputs, and when."""

    by_id: int
    at: datetime


@transaction.atomic
def create_output_contract(
    *,
    employee_id: int,
    reference: str,
    valid_from: date,
    valid_to: date,
    outputs: Iterable[OutputSpec],
    agreement: Agreement | None = None,
) -> OutputContract:
    """Make the outputs of a request binding (Art 30: rencana kerja dan keluaran [Q])."""
    spec = ContractSpec(employee_id, reference, valid_from, valid_to)
    contract = _contract(spec, agreement)
    contract.save()
    Output.objects.bulk_create([_output(contract, item) for item in outputs])
    return contract


def _contract(spec: ContractSpec, agreement: Agreement | None) -> OutputContract:
    stamps = {"agreed_by_id": agreement.by_id, "agreed_at": agreement.at} if agreement else {}
    return OutputContract(**vars(spec), **stamps)


def _output(contract: OutputContract, item: OutputSpec) -> Output:
    return Output(contract=contract, **vars(item))


@dataclass(frozen=True)
class ContractSpec:
    """Whose outputs become binding, under which reference and for which period."""

    employee_id: int
    reference: str
    valid_from: date
    valid_to: date


@transaction.atomic
def create_output_contracts(
    *, contracts: Iterable[ContractSpec], outputs: Sequence[OutputSpec], agreement: Agreement | None = None
) -> None:
    """The same outputs binding for many people at once; two statements."""
    rows = [_contract(spec, agreement) for spec in contracts]
    made = OutputContract.objects.bulk_create(rows, batch_size=BATCH)
    Output.objects.bulk_create(
        [_output(contract, item) for contract in made for item in outputs],
        batch_size=BATCH,
    )
