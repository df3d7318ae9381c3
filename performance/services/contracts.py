"""Commands over promised outputs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from performance.models import Output, OutputContract

BATCH = 1000


@dataclass(frozen=True)
class OutputSpec:
    """One promised output: `target` in units of `measure`, due by `due_on`."""

    title: str
    measure: str
    target: Decimal
    due_on: date


@transaction.atomic
def create_output_contract(
    *, employee_id: int, reference: str, valid_from: date, valid_to: date, outputs: Iterable[OutputSpec]
) -> OutputContract:
    """Make the outputs of a request binding (Art 30: rencana kerja dan keluaran [Q])."""
    contract = OutputContract.objects.create(
        employee_id=employee_id, reference=reference, valid_from=valid_from, valid_to=valid_to
    )
    Output.objects.bulk_create(
        Output(contract=contract, title=item.title, measure=item.measure, target=item.target, due_on=item.due_on)
        for item in outputs
    )
    return contract


@dataclass(frozen=True)
class ContractSpec:
    """Whose outputs become binding, under which reference and for which period."""

    employee_id: int
    reference: str
    valid_from: date
    valid_to: date


@transaction.atomic
def create_output_contracts(*, contracts: Iterable[ContractSpec], outputs: Sequence[OutputSpec]) -> None:
    """The same outputs binding for many people at once; two statements."""
    made = OutputContract.objects.bulk_create([OutputContract(**vars(one)) for one in contracts], batch_size=BATCH)
    Output.objects.bulk_create(
        [
            Output(contract=contract, title=item.title, measure=item.measure, target=item.target, due_on=item.due_on)
            for contract in made
            for item in outputs
        ],
        batch_size=BATCH,
    )
