"""Commands over changes of a contract: one side proposes, the other agrees or declines; both names stand on it.

Source: outputs are agreed before the work begins, Art 30 [Q]; that changes need both sides is DESIGN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.guards import require
from organization.leading import acting_officer
from organization.models import User
from organization.rules import is_self
from organization.selectors import holidays_between
from organization.working_hours import add_working_days
from performance.enums import AmendmentStatus, OutputChangeKind
from performance.errors import StateChanged
from performance.models import Output, OutputAmendment, OutputChange, OutputContract
from performance.notifications_contracts import tell_answered, tell_proposed, tell_withdrawn
from performance.services.deliveries import outputs_changed, recount
from performance.services.output_reviews import MOST_AMOUNT
from performance.terms import performance_terms_on

REASON_LENGTH = 500
MOST_OUTPUTS = 20
HOLIDAYS_AHEAD = 120


@dataclass(frozen=True)
class ChangeData:
    """One line: a new output (`output_id` None), a changed one, or one that is no longer due (`kind` drop)."""

    kind: str
    output_id: int | None = None
    title: str = ""
    measure: str = ""
    target: Decimal | None = None
    due_on: date | None = None


@transaction.atomic
def propose(
    *, by: User, contract_id: int, reason: str, changes: Sequence[ChangeData], after: int | None = None
) -> OutputAmendment:
    """Propose a change of a contract that is not over; it counts once the other side has agreed.

    `after`: number of the last change that the author saw, so that nobody undoes a newer one
    unseen. Raises PermissionDenied, StateChanged (over, or another change waits), ValidationError (reason, or a line).
    """
    contract = _locked(contract_id)
    employee, today = contract.employee, timezone.localdate()
    require(by, "performance.propose_amendment", employee)
    if contract.valid_to < today:
        raise StateChanged(_("This contract is over; what it promised stays as it is."))
    if contract.amendments.filter(status=AmendmentStatus.PROPOSED).exists():
        raise StateChanged(_("A change of this contract is waiting for an answer already."))
    last = contract.amendments.aggregate(last=Max("number"))["last"] or 0
    if after is not None and after != last:
        raise StateChanged(_("The contract was changed meanwhile. The page shows how it stands now."))
    if employee.user_id is None:
        raise ValidationError(_("The employee has no account, so nobody could answer."))
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why; the other side reads it.")})
    outputs = {row.pk: row for row in contract.outputs.due()}
    _check(changes, outputs, contract, today)
    terms = performance_terms_on(today)
    holidays = holidays_between(today, date.fromordinal(today.toordinal() + HOLIDAYS_AHEAD))
    amendment = OutputAmendment.objects.create(
        contract=contract,
        number=last + 1,
        reason=reason[:REASON_LENGTH],
        by_employee=bool(is_self(by, employee)),
        proposed_by=by,
        proposed_at=timezone.now(),
        answer_by_on=add_working_days(today, terms.amendment_working_days, holidays),
    )
    OutputChange.objects.bulk_create(_row(amendment, change, outputs) for change in changes)
    tell_proposed(amendment)
    return amendment


def _locked(contract_id: int) -> OutputContract:
    rows = OutputContract.objects.select_for_update(of=("self",), no_key=True).select_related("employee__user")
    contract: OutputContract = rows.get(pk=contract_id)
    return contract


def _row(amendment: OutputAmendment, change: ChangeData, outputs: dict[int, Output]) -> OutputChange:
    output = outputs[change.output_id] if change.output_id is not None else None
    return OutputChange(
        amendment=amendment,
        kind=change.kind,
        output=output,
        title=change.title.strip(),
        measure=change.measure.strip(),
        target=change.target,
        due_on=change.due_on,
        old=_as_it_stands(output) if output else {},
    )


def _as_it_stands(output: Output) -> dict[str, str]:
    return {
        "title": output.title,
        "measure": output.measure,
        "target": str(output.target),
        "due_on": output.due_on.isoformat(),
    }


# --------------------------------------------------------------------- checks
def _check(changes: Sequence[ChangeData], outputs: dict[int, Output], contract: OutputContract, today: date) -> None:
    """Every line by itself, and what is left of the contract. Raises ValidationError."""
    if not changes:
        raise ValidationError(_("Nothing is changed yet."))
    named = [change.output_id for change in changes if change.output_id is not None]
    if len(named) != len(set(named)) or not set(named) <= set(outputs):
        raise ValidationError(_("An output is named twice, or is not due in this contract."))
    for change in changes:
        output = outputs.get(change.output_id) if change.output_id is not None else None
        problem = _problem(change, output, contract, today)
        if problem:
            raise ValidationError(problem)
    added = sum(change.kind == OutputChangeKind.ADD for change in changes)
    left = len(outputs) + added - sum(change.kind == OutputChangeKind.DROP for change in changes)
    if left < 1:
        raise ValidationError(_("At least one output has to stay; an arrangement without any is ended instead."))
    if left > MOST_OUTPUTS:
        raise ValidationError(_("A contract has at most %(most)d outputs.") % {"most": MOST_OUTPUTS})


def _problem(change: ChangeData, output: Output | None, contract: OutputContract, today: date) -> str:
    """What is wrong with one line; empty when nothing is."""
    if (change.kind == OutputChangeKind.ADD) != (output is None) or change.kind not in OutputChangeKind.values:
        return _("A new output names none of the contract, a changed or dropped one does.")
    title = output.title if output else change.title
    if output is not None and output.is_delivered:
        return _("“%(title)s” is delivered already; it stays as it is.") % {"title": title}
    if change.kind == OutputChangeKind.DROP:
        return ""
    if not change.title.strip() or not change.measure.strip() or change.target is None or change.due_on is None:
        return _("Give each output a title, a measure, a target and a due date.")
    if not 0 < change.target < MOST_AMOUNT:
        return _("“%(title)s” needs a target above zero that is not so large.") % {"title": title}
    moved = output is None or output.due_on != change.due_on
    if moved and change.due_on < max(today, contract.valid_from):
        return _("“%(title)s” cannot become due on a day that is over or before the contract.") % {"title": title}
    return ""


# --------------------------------------------------------------------- answer
@transaction.atomic
def answer(*, by: User, public_id: UUID, agree: bool, text: str = "") -> OutputAmendment:
    """The other side agrees, and the contract changes at once; or declines, with a reason.

    Raises PermissionDenied, StateChanged (answered meanwhile, or an output was delivered), ValidationError.
    """
    amendment = _open(public_id, by, "performance.answer_amendment")
    text = text.strip()[:REASON_LENGTH]
    if not agree and not text:
        raise ValidationError({"answer": _("Say why; the other side reads it.")})
    if agree:
        _apply(amendment)
    amendment.status = AmendmentStatus.AGREED if agree else AmendmentStatus.DECLINED
    officer = acting_officer(by, amendment.contract.employee) if amendment.by_employee else None
    amendment.acting_for_id = officer.user_id if officer else None
    _close(amendment, by, text)
    if agree:
        _agree_contract(amendment)
    tell_answered(amendment)
    return amendment


@transaction.atomic
def withdraw(*, by: User, public_id: UUID) -> OutputAmendment:
    """The side that proposed it takes it back. Raises PermissionDenied, StateChanged."""
    amendment = _open(public_id, by, "performance.withdraw_amendment")
    amendment.status = AmendmentStatus.WITHDRAWN
    _close(amendment, by, "")
    tell_withdrawn(amendment)
    return amendment


def _open(public_id: UUID, by: User, permission: str) -> OutputAmendment:
    """The waiting amendment, its contract locked first as everywhere."""
    contract_id = OutputAmendment.objects.values_list("contract_id", flat=True).get(public_id=public_id)
    contract = _locked(contract_id)
    amendment = OutputAmendment.objects.select_for_update(of=("self",)).get(public_id=public_id)
    amendment.contract = contract
    require(by, permission, amendment)
    if amendment.status != AmendmentStatus.PROPOSED:
        raise StateChanged(_("This change is settled already. The page shows how the contract stands now."))
    return amendment


def _close(amendment: OutputAmendment, by: User, text: str) -> None:
    amendment.answered_by, amendment.answered_at, amendment.answer = by, timezone.now(), text
    amendment.save(update_fields=["status", "answered_by", "acting_for", "answered_at", "answer"])


def _apply(amendment: OutputAmendment) -> None:
    """Bring the contract to what was agreed, with every output locked."""
    now, today = timezone.now(), timezone.localdate()
    contract = amendment.contract
    outputs = {row.pk: row for row in contract.outputs.select_for_update(no_key=True).order_by("pk")}
    changes = list(amendment.changes.all())
    for change in changes:
        output = outputs.get(change.output_id or 0)
        _require_still_possible(change, output, today)
    made = [_made(contract, change) for change in changes if change.output_id is None]
    Output.objects.bulk_create(made)
    touched = []
    for change in changes:
        output = outputs.get(change.output_id or 0)
        if output is None:
            continue
        for name, value in _values(change, now).items():
            setattr(output, name, value)
        touched.append(output)
    Output.objects.bulk_update(touched, ["title", "measure", "target", "due_on", "dropped_at"])
    recount([output.pk for output in touched])
    outputs_changed([contract.pk], key=f"amendment:{amendment.pk}")


def _agree_contract(amendment: OutputAmendment) -> None:
    """A contract that was nobody's yet is agreed with its first change, by the leader's side of it."""
    contract = amendment.contract
    if contract.agreed_at is None:
        contract.agreed_by = amendment.answered_by if amendment.by_employee else amendment.proposed_by
        contract.agreed_at = amendment.answered_at
        contract.save(update_fields=["agreed_by", "agreed_at"])


def _require_still_possible(change: OutputChange, output: Output | None, today: date) -> None:
    """What was right when it was proposed may have been overtaken."""
    if output is not None and (output.is_delivered or output.dropped_at is not None):
        raise StateChanged(
            _("“%(title)s” was delivered meanwhile, so this change cannot be agreed to any more.")
            % {"title": output.title}
        )
    moved = change.due_on is not None and (output is None or output.due_on != change.due_on)
    if moved and change.due_on is not None and change.due_on < today:
        raise StateChanged(_("A new due date is over meanwhile, so this change cannot be agreed to any more."))


def _made(contract: OutputContract, change: OutputChange) -> Output:
    return Output(contract=contract, **_promise(change))


def _promise(change: OutputChange) -> dict[str, Any]:
    return {name: getattr(change, name) for name in ("title", "measure", "target", "due_on")}


def _values(change: OutputChange, now: Any) -> dict[str, Any]:
    if change.kind == OutputChangeKind.DROP:
        return {"dropped_at": now}
    return _promise(change)
