"""The engine: every rule of a version as two expressions on one employee query, for one person or the agency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import ExpressionWrapper, Value
from django.db.models.functions import Coalesce

from eligibility.criteria.base import Ask, Explanation, Text
from eligibility.enums import Outcome, Severity, Verdict
from eligibility.models import PolicyVersion, Rule, Screening
from eligibility.registry import get_criterion
from organization.models import Employee

OUTCOME_WHEN_NOT_MET = {Severity.WARN: Outcome.WARNED, Severity.MANUAL: Outcome.MANUAL, Severity.BLOCK: Outcome.FAILED}


@dataclass(frozen=True)
class RuleResult:
    """Outcome of one rule for one person, with the observed values it was judged on."""

    rule: Rule
    outcome: str
    seen: dict[str, Any]
    on: date

    @property
    def label(self) -> Text:
        return get_criterion(self.rule.criterion).label

    @property
    def sentence(self) -> Text:
        return get_criterion(self.rule.criterion).sentence(self.rule.params)

    @property
    def explanation(self) -> Explanation:
        return get_criterion(self.rule.criterion).explain(self.seen, self.rule.params, on=self.on)

    def as_json(self) -> dict[str, Any]:
        """Form in which it is stored; dates become ISO text."""
        seen = {name: value.isoformat() if isinstance(value, date) else value for name, value in self.seen.items()}
        return {
            "rule": self.rule.pk,
            "criterion": self.rule.criterion,
            "outcome": str(self.outcome),
            "observed": seen,
            "on": self.on.isoformat(),
        }


@dataclass(frozen=True)
class ScreeningResult:
    """Every rule of one version for one person on one day."""

    employee_id: int
    version: PolicyVersion
    on: date
    results: tuple[RuleResult, ...]

    @property
    def verdict(self) -> Verdict:
        return verdict_of([result.outcome for result in self.results])

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        return tuple(result for result in self.results if result.outcome == Outcome.FAILED)


def verdict_of(outcomes: list[str]) -> Verdict:
    """Any rule not met blocks; else a rule that a person must check makes it conditional."""
    if Outcome.FAILED in outcomes:
        return Verdict.NOT_ELIGIBLE
    return Verdict.NEEDS_PERSON if Outcome.MANUAL in outcomes else Verdict.ELIGIBLE


def _seen_names(rule: Rule) -> dict[str, str]:
    return {name: f"s{rule.pk}_{name}" for name in get_criterion(rule.criterion).facts}


def _passed_expression(rule: Rule, names: dict[str, str], on: date) -> Coalesce:
    condition = get_criterion(rule.criterion).passed(names, rule.params, on=on)
    wrapped = ExpressionWrapper(condition, output_field=models.BooleanField())
    return Coalesce(wrapped, Value(False), output_field=models.BooleanField())


def rules_of(version: PolicyVersion) -> list[Rule]:
    return list(version.rules.prefetch_related("waivable_by").order_by("order"))


def with_rules(
    employees: models.QuerySet[Employee], rules: list[Rule], *, on: date, ask: Ask
) -> models.QuerySet[Employee]:
    """Annotate `employees` with the observed values (s<rule>_<name>) and outcomes (p<rule>) of all rules."""
    rows = employees.with_placement_on(on)
    for rule in rules:
        names = _seen_names(rule)
        observed = get_criterion(rule.criterion).observed(on=on, ask=ask, params=rule.params)
        rows = rows.annotate(**{names[name]: expression for name, expression in observed.items()})
        rows = rows.annotate(**{f"p{rule.pk}": _passed_expression(rule, names, on)})
    return rows


def _outcome(rule: Rule, *, passed: bool, circumstance: str | None) -> str:
    if passed:
        return Outcome.PASSED
    if circumstance and circumstance in {kind.code for kind in rule.waivable_by.all()}:
        return Outcome.WAIVED
    return OUTCOME_WHEN_NOT_MET[Severity(rule.severity)]


def screen_many(
    employees: models.QuerySet[Employee],
    version: PolicyVersion,
    *,
    on: date,
    ask: Ask,
    circumstance: str | None = None,
) -> Iterator[ScreeningResult]:
    """Screen any set of employees: one query for the people, two for the rules.

    `circumstance`: code of an approved or claimed kind of special circumstance, which may waive rules.
    """
    rules = rules_of(version)
    names = {rule.pk: _seen_names(rule) for rule in rules}
    columns = [column for rule in rules for column in (*names[rule.pk].values(), f"p{rule.pk}")]
    rows = with_rules(employees, rules, on=on, ask=ask).values("pk", *columns)
    for row in rows.iterator(chunk_size=2000):
        results = tuple(
            RuleResult(
                rule=rule,
                outcome=_outcome(rule, passed=row[f"p{rule.pk}"], circumstance=circumstance),
                seen={name: row[column] for name, column in names[rule.pk].items()},
                on=on,
            )
            for rule in rules
        )
        yield ScreeningResult(employee_id=row["pk"], version=version, on=on, results=results)


def screen_employee(
    employee: Employee, version: PolicyVersion, *, on: date, ask: Ask, circumstance: str | None = None
) -> ScreeningResult:
    """Screen one person with the same expressions as everybody."""
    people = Employee.objects.filter(pk=employee.pk)
    return next(screen_many(people, version, on=on, ask=ask, circumstance=circumstance))


def stored_results(screening: Screening) -> list[RuleResult]:
    """The results of a stored verdict, with observed values in their own types again."""
    rules = {rule.pk: rule for rule in rules_of(screening.version)}
    stored = []
    for item in screening.results:
        rule = rules[item["rule"]]
        facts = get_criterion(rule.criterion).facts
        seen = {name: facts[name].to_python(value) for name, value in item["observed"].items()}
        stored.append(
            RuleResult(rule=rule, outcome=item["outcome"], seen=seen, on=date.fromisoformat(item["on"]))
        )
    return stored


def replay(screening: Screening) -> list[tuple[RuleResult, bool]]:
    """Run the same `passed` over the stored values: pairs of the stored result and whether it passes again.

    A stored verdict is sound when every passed result passes and every other one does not.
    """
    stored = stored_results(screening)
    rows: models.QuerySet[Any] = Screening.objects.filter(pk=screening.pk)
    for result in stored:
        names = _seen_names(result.rule)
        facts = get_criterion(result.rule.criterion).facts
        values = {names[name]: Value(result.seen[name], output_field=facts[name]) for name in names}
        rows = rows.annotate(**values)
        rows = rows.annotate(**{f"p{result.rule.pk}": _passed_expression(result.rule, names, result.on)})
    row = rows.values(*(f"p{result.rule.pk}" for result in stored)).get()
    return [(result, row[f"p{result.rule.pk}"]) for result in stored]


def replays_identically(screening: Screening) -> bool:
    """Whether a stored verdict gives the same outcomes today, whatever happened to the facts since."""
    return all(passed == (result.outcome == Outcome.PASSED) for result, passed in replay(screening))


def version_in_force(policy_code: str, on: date) -> PolicyVersion | None:
    """The published version of a policy on a day, if there is one."""
    return PolicyVersion.objects.in_force_on(on).select_related("policy").filter(policy__code=policy_code).first()


def ask_of_policy(policy_code: str, *, place_kind: str = "", domicile_id: int | None = None) -> Ask:
    """The general question "may this person work so?"; without a place, home is looked at."""
    return Ask(kind=policy_code, place_kind=place_kind, domicile_id=domicile_id)
