"""Commands over the approval chain as data: the default one, another from a day on, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from eligibility.models import Policy
from fwa.enums import StepRole
from fwa.models import ChainStage
from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, refuse_past, require
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


@transaction.atomic
def set_chain(
    *, by: User, policy_code: str, levels: Sequence[tuple[str, int]], valid_from: date, decree_no: str
) -> list[ChainStage]:
    """The chain of a policy from a day on: pairs of level and working days to decide, first level first.

    The running chain ends the day before. A request under way keeps the steps it was sent with. Raises
    PermissionDenied and ValidationError (empty, a level twice, the authority not last, no decree, a later chain).
    """
    require(by, "eligibility.edit_policy")
    refuse_past(valid_from)
    _check_levels(levels)
    if not decree_no.strip():
        raise ValidationError({"decree_no": _("The number of the decree is required.")})
    policy = Policy.objects.select_for_update().get(code=policy_code)
    running = list(ChainStage.objects.overlapping(valid_from, None).filter(policy=policy))
    later = min((row.valid_from for row in running if row.valid_from > valid_from), default=None)
    if later:
        words = _("A chain from %(date)s is set already. Withdraw it first, or choose a later day.")
        raise ValidationError({"valid_from": words % {"date": date_format(later, "DATE_FORMAT")}})
    for row in running:
        end_after(row, valid_from - ONE_DAY)
    return [
        save_checked(
            ChainStage(
                policy=policy,
                order=order,
                role=role,
                due_days=due_days,
                valid_from=valid_from,
                decree_no=decree_no.strip(),
            )
        )
        for order, (role, due_days) in enumerate(levels, start=1)
    ]


def _check_levels(levels: Sequence[tuple[str, int]]) -> None:
    roles = [role for role, _due_days in levels]
    if not roles or roles[-1] != StepRole.AUTHORITY:
        raise ValidationError(_("The last level is always the determining authority."))
    if len(set(roles)) < len(roles):
        raise ValidationError(_("Each level stands in the chain once."))


class ChainApplies(TransitionNotAllowed):
    """It applies already; another one is set from a later day (409)."""

    def __str__(self) -> str:
        return _("This chain applies already. Set another one from a later day.")


@transaction.atomic
def withdraw_chain(*, by: User, policy_code: str, valid_from: date) -> None:
    """Take back a chain that does not apply yet; the one before it runs on.

    Raises PermissionDenied, ChainStage.DoesNotExist (none begins that day) and ChainApplies.
    """
    require(by, "eligibility.edit_policy")
    policy = Policy.objects.select_for_update().filter(code=policy_code).first()
    rows = ChainStage.objects.filter(policy=policy, valid_from=valid_from)
    if policy is None or not rows:
        raise ChainStage.DoesNotExist
    if valid_from <= timezone.localdate():
        raise ChainApplies
    rows.delete()
    ChainStage.objects.filter(policy=policy, valid_to=valid_from - ONE_DAY).update(valid_to=None)
