"""Reads of eligibility: the general terms of a day, one person's verdicts, what changed since a stored verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from eligibility.criteria.base import Ask, Text
from eligibility.enums import Outcome, PolicyCode
from eligibility.models import ArrangementTerms, Policy, PolicyVersion, Screening
from eligibility.presentation import rule_row
from eligibility.registry import get_criterion
from eligibility.screening import (
    RuleResult,
    ScreeningResult,
    ask_of_policy,
    ask_of_screening,
    screen_by_versions,
    screen_employee,
    stored_results,
    version_in_force,
    versions_in_force,
)
from organization.models import Employee


@dataclass(frozen=True)
class PolicyState:
    """A policy with the version in force on a day, if there is one."""

    policy: Policy
    version: PolicyVersion | None


@dataclass(frozen=True)
class Change:
    """One rule whose outcome or observed value differs; an empty side: the rule is not in that version."""

    label: Text
    before: str
    after: str
    before_detail: Text
    after_detail: Text
    better: bool | None


@dataclass(frozen=True)
class Comparison:
    """A stored verdict beside the one of another day."""

    now: ScreeningResult
    changes: tuple[Change, ...]


def terms_on(on: date) -> ArrangementTerms | None:
    """The general terms in force on a day."""
    return ArrangementTerms.objects.active_on(on).order_by("-valid_from").first()


def policy_states(on: date) -> list[PolicyState]:
    """Every policy with its version of the day: two queries."""
    in_force = PolicyVersion.objects.in_force_on(on)
    policies = Policy.objects.prefetch_related(Prefetch("versions", queryset=in_force, to_attr="on_that_day"))
    return [PolicyState(policy, policy.on_that_day[0] if policy.on_that_day else None) for policy in policies]


def own_verdicts(employee: Employee, *, on: date, place_kind: str) -> list[ScreeningResult]:
    """The verdict of every policy in force for one person: two queries. Nothing is stored."""

    def ask_of(code: str) -> Ask:
        return ask_of_policy(code, place_kind=place_kind if code == PolicyCode.LOCATION else "")

    asked = [(version, ask_of(version.policy.code)) for version in versions_in_force(on)]
    return screen_by_versions(employee, asked, on=on) if asked else []


def compare_with(screening: Screening, on: date) -> Comparison | None:
    """Screen the same question again as of `on`, by the version of that day; None where no policy is in force.

    A waiver that was granted stays: its circumstance is sealed with the request.
    """
    version = version_in_force(screening.version.policy.code, on)
    if version is None:
        return None
    now = screen_employee(screening.employee, version, on=on, ask=ask_of_screening(screening))
    before = {result.rule.criterion: result for result in stored_results(screening)}
    after = {result.rule.criterion: result for result in now.results}
    codes = [*after, *(code for code in before if code not in after)]
    changes = [change for code in codes if (change := _change(code, before.get(code), after.get(code)))]
    return Comparison(now=now, changes=tuple(changes))


def _change(code: str, before: RuleResult | None, after: RuleResult | None) -> Change | None:
    if before and after and _same(before, after):
        return None
    sides = [rule_row(result) if result else None for result in (before, after)]
    words = [str(Outcome(side.outcome).label) if side else "" for side in sides]
    details = [side.detail if side else "" for side in sides]
    passed = [result is None or result.outcome in (Outcome.PASSED, Outcome.WAIVED) for result in (before, after)]
    return Change(
        label=get_criterion(code).label,
        before=words[0],
        after=words[1],
        before_detail=details[0],
        after_detail=details[1],
        better=None if passed[0] == passed[1] else passed[1],
    )


def _same(before: RuleResult, after: RuleResult) -> bool:
    outcome_holds = before.outcome == after.outcome or before.outcome == Outcome.WAIVED
    return outcome_holds and before.seen == after.seen and before.rule.params == after.rule.params
