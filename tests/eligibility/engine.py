"""One criterion at a time: a draft version with one rule, and what it says about one person on some days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import translation

from eligibility.criteria.base import Ask, Explanation
from eligibility.models import CircumstanceKind, Policy, PolicyVersion, Rule
from eligibility.registry import get_criterion
from eligibility.screening import ScreeningResult, screen_employee
from organization.models import Employee

ARTICLE = "PermenPANRB 4/2025 Ps. 25(1)"


def version_with(
    criterion: str,
    params: dict[str, Any] | None = None,
    *,
    severity: str = "block",
    waivable_by: Iterable[CircumstanceKind] = (),
) -> PolicyVersion:
    """A draft version that holds this rule only; `params` as its form would clean them."""
    policy = Policy.objects.create(code=f"test{Policy.objects.count()}")  # a policy has one draft at most
    version = PolicyVersion.objects.create(policy=policy, number=1, valid_from=date(2020, 1, 1))
    rule = Rule.objects.create(
        version=version,
        order=1,
        criterion=criterion,
        params=get_criterion(criterion).clean_params(params or {}),
        severity=severity,
        mark="P",
        legal_basis=ARTICLE,
    )
    rule.waivable_by.set(waivable_by)
    return version


def judge(
    employee: Employee, version: PolicyVersion, on: date, ask: Ask | None = None, circumstance: str | None = None
) -> ScreeningResult:
    return screen_employee(employee, version, on=on, ask=ask or Ask(), circumstance=circumstance)


def outcomes(employee: Employee, version: PolicyVersion, *days: date, ask: Ask | None = None) -> list[str]:
    """The rule's outcome on each day."""
    return [judge(employee, version, day, ask).outcomes[0] for day in days]


def words(employee: Employee, version: PolicyVersion, on: date, ask: Ask | None = None) -> Explanation:
    """The explanation in English."""
    with translation.override("en"):
        found = judge(employee, version, on, ask).results[0].explanation
        return Explanation(str(found.observed), str(found.required), str(found.remedy))
