"""Who decides: the chain of a policy, with holders found from the dated organisation and delegations.

Rules (design 4): steps with the same holder merge; who heads the unit starts one level up; nobody decides on their
own request, also not through a delegation; a level that nobody can reach is passed over and HR is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject

from eligibility.enums import POLICIES_OF_KIND
from eligibility.models import Policy
from fwa.enums import StepRole
from fwa.models import ChainStage
from fwa.querysets import ROLE_OF_STEP
from organization.models import Delegation, Employee, Placement, RoleGrant, Unit, User


@dataclass(frozen=True)
class PlannedStep:
    """One level: `holder` decides, or everybody with the role where there is none. `roles` are the levels merged."""

    role: str
    due_days: int
    holder: User | None
    roles: tuple[str, ...] = ()
    reachable: bool = True


@dataclass(frozen=True)
class PlannedChain:
    """The levels of one request in order, and the levels that nobody could be found for."""

    steps: tuple[PlannedStep, ...]
    passed_over: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class PolicyChain:
    """A policy with the levels in force on a day."""

    policy: Policy
    stages: tuple[ChainStage, ...]


def chains_on(day: date) -> list[PolicyChain]:
    """The chain of every policy on a day, in order: two queries."""
    stages = Prefetch("chain_stages", ChainStage.objects.active_on(day).order_by("order", "pk"), to_attr="on_that_day")
    return [PolicyChain(policy, tuple(policy.on_that_day)) for policy in Policy.objects.prefetch_related(stages)]


def chain_periods() -> QuerySet[ChainStage, Any]:
    """The chain of every policy and period as one row with its `levels` in order; of each policy the newest first."""
    level = JSONObject(role="role", due_days="due_days")
    rows = ChainStage.objects.values("policy__code", "valid_from", "valid_to", "decree_no")
    return rows.annotate(levels=ArrayAgg(level, order_by="order")).order_by("policy__code", "-valid_from", "decree_no")


def stages_for(kind: str, on: date) -> list[ChainStage]:
    """The chain in force for a kind of request: that of its first policy."""
    return list(ChainStage.objects.active_on(on).filter(policy__code=POLICIES_OF_KIND[kind][0]).order_by("order", "pk"))


def is_reachable(user: User | None, *, applicant: User | None, on: date) -> bool:
    """Somebody can log in and decide: the holder, or who stands in for them; never the applicant."""
    if user is None or user == applicant:
        return False
    if user.is_active:
        return True
    stand_in = Delegation.objects.active_on(on).filter(principal=user, delegate__is_active=True)
    return stand_in.exclude(delegate=applicant).exists()


def stands_for(user: User, *, applicant: User, on: date) -> bool:
    """Whether the applicant stands in for `user` that day: then this holder's level would be the applicant's own."""
    return Delegation.objects.active_on(on).filter(principal=user, delegate=applicant).exists()


def unit_head_user(unit: Unit, *, applicant: Employee, on: date) -> User | None:
    """Head of the unit, or of the nearest unit above with another head than the applicant."""
    heads = {
        row.unit_id: row
        for row in Placement.objects.active_on(on)
        .heads()
        .filter(unit_id__in=unit.path_ids)
        .select_related("employee__user")
    }
    for unit_id in reversed(unit.path_ids):
        head = heads.get(unit_id)
        if head is not None and head.employee_id != applicant.pk:
            return head.employee.user
    return None


def role_holders(role: str, unit: Unit, on: date) -> list[User]:
    """Active accounts with the role over the unit."""
    above = Q(unit__isnull=True) | Q(unit_id__in=unit.path_ids)
    grants = RoleGrant.objects.active_on(on).filter(above, role=ROLE_OF_STEP[StepRole(role)])
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True, is_service=False).order_by("pk"))


def _holder_of(role: str, placement: Placement, on: date) -> tuple[User | None, bool]:
    """Holder of one level and whether somebody can be reached there."""
    applicant = placement.employee
    if role == StepRole.SUPERVISOR:
        user = placement.supervisor.user if placement.supervisor else None
        return user, is_reachable(user, applicant=applicant.user, on=on)
    if role == StepRole.UNIT_HEAD:
        user = unit_head_user(placement.unit, applicant=applicant, on=on)
        return user, is_reachable(user, applicant=applicant.user, on=on)
    holders = [user for user in role_holders(role, placement.unit, on) if user != applicant.user]
    if role == StepRole.AUTHORITY and len(holders) == 1:
        return holders[0], True
    return None, bool(holders)


def plan_chain(*, stages: list[ChainStage], placement: Placement, on: date) -> PlannedChain:
    """The steps for one applicant.

    The last level is never dropped: without a reachable holder it waits for whoever gets the role, and HR is told.
    """
    planned: list[PlannedStep] = []
    passed_over: list[str] = []
    carried: tuple[str, ...] = ()
    for index, stage in enumerate(stages):
        holder, reachable = _holder_of(stage.role, placement, on)
        if not reachable:
            passed_over.append(stage.role)
            if index < len(stages) - 1:
                carried += (stage.role,)
                continue
        roles = (*carried, stage.role)
        carried = ()
        planned.append(PlannedStep(stage.role, stage.due_days, holder, roles, reachable))
    return PlannedChain(steps=tuple(merged(planned)), passed_over=tuple(passed_over))


def merged(steps: Iterable[PlannedStep]) -> list[PlannedStep]:
    """Two levels with the same holder become one, at the later place, so that nobody decides twice."""
    levels: list[PlannedStep] = []
    for step in steps:
        same = next((other for other in levels if step.holder is not None and other.holder == step.holder), None)
        if same is not None:
            levels.remove(same)
            step = replace(step, roles=(*same.roles, *step.roles), due_days=max(step.due_days, same.due_days))
        levels.append(step)
    return levels
