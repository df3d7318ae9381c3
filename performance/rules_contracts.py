"""Who changes a contract: the employee or whoever leads them proposes, and the other side answers."""

from __future__ import annotations

import rules

from organization.models import User
from organization.rules import is_self, is_service, leads_employee
from performance.models import OutputAmendment


@rules.predicate
def is_on_its_side(user: User, amendment: OutputAmendment | None = None) -> bool:
    """Of the side that proposed the change; whoever leads today carries on what another leader began."""
    if amendment is None:
        return False
    side = is_self if amendment.by_employee else leads_employee
    return bool(side(user, amendment.contract.employee))


@rules.predicate
def is_on_the_other_side(user: User, amendment: OutputAmendment | None = None) -> bool:
    """Never who proposed it, nor somebody in their place: whoever leads never leads themself."""
    if amendment is None or amendment.proposed_by_id == user.pk:
        return False
    side = leads_employee if amendment.by_employee else is_self
    return bool(side(user, amendment.contract.employee))


rules.add_perm("performance.propose_amendment", (is_self | leads_employee) & ~is_service)
rules.add_perm("performance.answer_amendment", is_on_the_other_side & ~is_service)
rules.add_perm("performance.withdraw_amendment", is_on_its_side & ~is_service)
