"""Messages about changes of a contract. A mail names the contract and no output."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.leading import leaders_of
from organization.notices import register_notice
from organization.services.notices import notify
from performance.models import OutputAmendment, OutputContract

register_notice(
    "performance.amendment_proposed",
    subject=_("A change of contract %(number)s waits for your answer"),
    body=_("%(name)s proposes other outputs. Read it and agree or decline by %(by_on)s; until then nothing changes."),
    mail_body=_("Read it and agree or decline by %(by_on)s; until then nothing changes."),
)
register_notice(
    "performance.amendment_agreed",
    subject=_("Contract %(number)s is changed"),
    body=_("%(name)s agreed to the change you proposed. The outputs count as proposed from now on."),
    mail_body=_("The change you proposed is agreed."),
)
register_notice(
    "performance.amendment_declined",
    subject=_("The change of contract %(number)s is declined"),
    body=_("%(name)s declined the change you proposed; the contract stays as it was. Open it to read why."),
    mail_body=_("The contract stays as it was. Open it to read why."),
)
register_notice(
    "performance.amendment_withdrawn",
    subject=_("The change of contract %(number)s is taken back"),
    body=_("%(name)s took back the change; the contract stays as it was, and there is nothing to answer."),
    mail_body=_("The contract stays as it was, and there is nothing to answer."),
)


def contract_url(contract: OutputContract) -> str:
    return reverse("performance:contract", args=[contract.public_id])


def _other_side(amendment: OutputAmendment) -> set[int]:
    """Accounts of the side that answers: whoever leads the person, or the person."""
    employee = amendment.contract.employee
    if not amendment.by_employee:
        return {employee.user_id} if employee.user_id else set()
    leaders = leaders_of([employee.pk], on=timezone.localdate()).get(employee.pk, set())
    return leaders - {employee.user_id or 0}


def _tell(amendment: OutputAmendment, user_ids: Iterable[int], what: str, name: str, *, mail: bool = True) -> None:
    contract = amendment.contract
    notify(
        user_ids=user_ids,
        code=f"performance.amendment_{what}",
        context={"number": contract.reference, "name": name, "by_on": amendment.answer_by_on.isoformat()},
        url=contract_url(contract),
        key=f"amendment:{amendment.pk}:{what}",
        mail=mail,
    )


def tell_proposed(amendment: OutputAmendment) -> None:
    """The side that answers."""
    _tell(amendment, _other_side(amendment), "proposed", str(amendment.proposed_by))


def tell_answered(amendment: OutputAmendment) -> None:
    """Whoever proposed it."""
    _tell(amendment, [amendment.proposed_by_id], amendment.status, str(amendment.answered_by))


def tell_withdrawn(amendment: OutputAmendment) -> None:
    """The side that would have answered; no mail, there is nothing to do."""
    _tell(amendment, _other_side(amendment), "withdrawn", str(amendment.answered_by), mail=False)
