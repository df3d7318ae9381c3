"""Commands over the approval chain as data: the default chain of policies that have none."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from eligibility.models import Policy
from fwa.enums import StepRole
from fwa.models import ChainStage
from organization.guards import require
from organization.models import User

# Level and its working days to decide. Source: regulation 8 `approval.chain`, `.sla_days` (DESIGN, mark P).
DEFAULT_CHAIN: tuple[tuple[str, int], ...] = (
    (StepRole.SUPERVISOR, 3),
    (StepRole.UNIT_HEAD, 3),
    (StepRole.HR, 3),
    (StepRole.AUTHORITY, 5),
)


@transaction.atomic
def seed_default_chain(*, on: date) -> list[ChainStage]:
    """Give every policy without a chain on `on` or later the default one from `on`; returns the stages made.

    A chain that the agency has already, in force or to come, stays as it is.
    """
    policies = Policy.objects.select_for_update().order_by("pk")  # two at once: the second finds the first's chain
    ids = list(policies.values_list("pk", flat=True))
    chained = set(ChainStage.objects.overlapping(on, None).filter(policy__in=ids).values_list("policy_id", flat=True))
    stages = [
        ChainStage(policy_id=policy_id, order=order, role=role, due_days=due_days, valid_from=on)
        for policy_id in ids
        if policy_id not in chained
        for order, (role, due_days) in enumerate(DEFAULT_CHAIN, start=1)
    ]
    return ChainStage.objects.bulk_create(stages)


def add_missing_chains(*, by: User) -> list[ChainStage]:
    """HR of the whole agency puts the default chain where there is none. Raises PermissionDenied."""
    require(by, "organization.set_up_agency")
    return seed_default_chain(on=timezone.localdate())
