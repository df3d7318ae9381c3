"""The engine: every rule of a version as two expressions on one employee query, for one person or the agency."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, models
from django.db.models import ExpressionWrapper, F, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

from eligibility.criteria.base import Ask, Explanation, Text
from eligibility.enums import Outcome, PolicyCode, Severity, Verdict
from eligibility.models import PolicyVersion, Rule, Screening
from eligibility.registry import get_criterion
from organization.models import Employee

OUTCOME_WHEN_NOT_MET = {Severity.WARN: Outcome.WARNED, Severity.MANUAL: Outcome.MANUAL, Severity.BLOCK: Outcome.FAILED}

CHUNK = 2000  # people read at a time

Statement = tuple[str, tuple[Any, ...]]


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
class _Plan:
    """What all rows of one screening share: the rules, and where each one's values lie in a row."""

    version: PolicyVersion
    on: date
    rules: tuple[Rule, ...]
    names: tuple[dict[str, str], ...]
    not_met: tuple[str, ...]

    @property
    def columns(self) -> list[str]:
        """Outcomes first, then the observed values rule by rule."""
        seen = [column for names in self.names for column in names.values()]
        return [*(f"p{rule.pk}" for rule in self.rules), *seen]


@dataclass(frozen=True)
class ScreeningResult:
    """Every rule of one version for one person on one day; the details are made when somebody looks."""

    employee_id: int
    outcomes: tuple[str, ...]
    _seen: tuple[Any, ...]
    _plan: _Plan

    @property
    def version(self) -> PolicyVersion:
        return self._plan.version

    @property
    def on(self) -> date:
        return self._plan.on

    @cached_property
    def results(self) -> tuple[RuleResult, ...]:
        plan, values = self._plan, iter(self._seen)
        return tuple(
            RuleResult(rule=rule, outcome=outcome, seen={name: next(values) for name in names}, on=plan.on)
            for rule, outcome, names in zip(plan.rules, self.outcomes, plan.names, strict=True)
        )

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.outcomes)

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        return tuple(result for result in self.results if result.outcome == Outcome.FAILED)


def verdict_of(outcomes: Iterable[str]) -> Verdict:
    """Any blocking rule not met blocks; else a rule that a person must check makes it conditional."""
    outcomes = set(outcomes)
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
    """The rules in their order with their waivers; versions of `versions_in_force` bring them along."""
    known: list[Rule] | None = getattr(version, "known_rules", None)
    if known is not None:
        return known
    if "rules" in getattr(version, "_prefetched_objects_cache", {}):
        return sorted(version.rules.all(), key=lambda rule: rule.order)
    return list(version.rules.with_waivers().order_by("order"))


def waivers_of(rule: Rule) -> list[str]:
    """Codes of the kinds of circumstance that waive the rule; no query for the rules of `rules_of`."""
    codes: list[str] | None = getattr(rule, "waiver_codes", None)
    return [kind.code for kind in rule.waivable_by.all()] if codes is None else codes


def with_rules(
    employees: models.QuerySet[Employee], rules: Iterable[Rule], *, on: date, ask: Ask
) -> models.QuerySet[Employee]:
    """Annotate `employees` with the observed values (s<rule>_<name>) and outcomes (p<rule>) of all rules."""
    return _with_outcomes(employees.with_placement_on(on), rules, on=on, ask=ask)  # type: ignore[attr-defined]


def _with_outcomes(
    rows: models.QuerySet[Employee], rules: Iterable[Rule], *, on: date, ask: Ask
) -> models.QuerySet[Employee]:
    for rule in rules:
        rows = _with_observed(rows, rule, on=on, ask=ask)
        rows = rows.annotate(**{f"p{rule.pk}": _passed_expression(rule, _seen_names(rule), on)})
    return rows


def _with_observed(rows: models.QuerySet[Employee], rule: Rule, *, on: date, ask: Ask) -> models.QuerySet[Employee]:
    names = _seen_names(rule)
    observed = get_criterion(rule.criterion).observed(on=on, ask=ask, params=rule.params)
    return rows.annotate(**{names[name]: _typed(expression) for name, expression in observed.items()})


def _typed(expression: Any) -> Any:
    """A plain value with its type: of one without, such as null, the database would make a text."""
    if not isinstance(expression, Value):
        return expression
    of_type = expression.output_field
    return Cast(expression, models.BigIntegerField() if isinstance(of_type, models.IntegerField) else of_type)


def _screened(rows: models.QuerySet[Employee], plans: Sequence[_Plan], asks: Sequence[Ask]) -> Statement:
    """The statement that screens `rows` by pk: the id, then the columns of each plan.

    The values are observed inside and judged outside (OFFSET 0 keeps the two apart), so that the database looks each
    one up once, though it is both judged and returned.
    """
    compiler = rows.query.get_compiler(rows.db)
    rows = rows.annotate(person_id=F("pk"))
    outer: models.QuerySet[Employee] = Employee.objects.all()
    for plan, ask in zip(plans, asks, strict=True):
        for rule, names in zip(plan.rules, plan.names, strict=True):
            rows = _with_observed(rows, rule, on=plan.on, ask=ask)
            facts = get_criterion(rule.criterion).facts
            seen = {column: RawSQL(f'seen."{column}"', (), facts[name]) for name, column in names.items()}  # noqa: S611
            outer = outer.annotate(**seen).annotate(**{f"p{rule.pk}": _passed_expression(rule, names, plan.on)})
    columns = [column for plan in plans for column in plan.columns]
    chosen, params = [], []
    for column in columns:
        sql, values = compiler.compile(outer.query.annotations[column])
        chosen.append(sql)
        params += values
    observed = [column for column in columns if column.startswith("s")]
    inner, inner_params = rows.order_by("pk").values_list("person_id", *observed).query.sql_with_params()
    sql = f"SELECT seen.person_id, {', '.join(chosen)} FROM ({inner} OFFSET 0) seen ORDER BY seen.person_id"  # noqa: S608
    return sql, (*params, *inner_params)


def _not_met(rule: Rule, circumstance: str | None) -> str:
    """The outcome of the rule for somebody who does not meet it."""
    if circumstance and circumstance in waivers_of(rule):
        return Outcome.WAIVED
    return OUTCOME_WHEN_NOT_MET[Severity(rule.severity)]


def _plan(version: PolicyVersion, on: date, circumstance: str | None) -> _Plan:
    rules = tuple(rules_of(version))
    return _Plan(
        version=version,
        on=on,
        rules=rules,
        names=tuple(_seen_names(rule) for rule in rules),
        not_met=tuple(str(_not_met(rule, circumstance)) for rule in rules),
    )


def _result(row: tuple[Any, ...], plan: _Plan) -> ScreeningResult:
    """A row is: the id, whether each rule passed, then all observed values."""
    last = len(plan.rules) + 1
    met = str(Outcome.PASSED)
    outcomes = tuple(met if passed else not_met for passed, not_met in zip(row[1:last], plan.not_met, strict=True))
    return ScreeningResult(employee_id=row[0], outcomes=outcomes, _seen=row[last:], _plan=plan)


def screen_many(
    employees: models.QuerySet[Employee],
    version: PolicyVersion,
    *,
    on: date,
    ask: Ask,
    circumstance: str | None = None,
) -> Iterator[ScreeningResult]:
    """Screen any set of employees: one query, and one for the rules where the version does not bring them along.

    `circumstance`: code of an approved or claimed kind of special circumstance, which may waive rules.
    """
    plan = _plan(version, on, circumstance)
    rows = employees.with_placement_on(on)  # type: ignore[attr-defined]
    try:
        sql, params = _screened(rows, [plan], [ask])
    except EmptyResultSet:  # nobody can be in the set, as with an empty list of ids
        return
    source = connections[rows.db]
    in_chunks = not source.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    with source.chunked_cursor() if in_chunks else source.cursor() as cursor:
        cursor.execute(sql, params)
        while chunk := cursor.fetchmany(CHUNK):
            for row in chunk:
                yield _result(row, plan)


def screen_employee(
    employee: Employee, version: PolicyVersion, *, on: date, ask: Ask, circumstance: str | None = None
) -> ScreeningResult:
    """Screen one person with the same expressions as everybody."""
    return screen_by_versions(employee, [(version, ask)], on=on, circumstance=circumstance)[0]


def screen_by_versions(
    employee: Employee, asked: Sequence[tuple[PolicyVersion, Ask]], *, on: date, circumstance: str | None = None
) -> list[ScreeningResult]:
    """Screen one person by several versions: one query for all of them."""
    if not asked:
        return []
    plans = [_plan(version, on, circumstance) for version, _ask in asked]
    asks = tuple(ask for _version, ask in asked)
    sql, params = _statement(_Asked.of(plans, asks))
    meant = {_EMPLOYEE: employee.pk, **{_DOMICILES + number: ask.domicile_id for number, ask in enumerate(asks)}}
    with connection.cursor() as cursor:
        cursor.execute(sql, [_own(value, meant) for value in params])
        row = cursor.fetchone()
    if row is None:
        raise Employee.DoesNotExist(employee.pk)
    values = iter(row[1:])
    return [_result((employee.pk, *islice(values, len(plan.columns))), plan) for plan in plans]


# Numbers that stand in a kept statement where the person's own come: no row has them.
_EMPLOYEE, _DOMICILES = -(2**62), -(2**61)


def _own(value: Any, meant: Mapping[int, int | None]) -> Any:
    """The person's own number for one that stands in; the driver's types of numbers are kept."""
    if not isinstance(value, int) or value not in meant:
        return value
    own = meant[value]
    return own if own is None else type(value)(own)


@dataclass(frozen=True)
class _Asked:
    """What the statement for one person depends on; rules of a published version never change."""

    on: date
    rules: tuple[tuple[int, str, str], ...]
    asks: tuple[Ask, ...]
    plans: tuple[_Plan, ...] = field(compare=False)

    @classmethod
    def of(cls, plans: Sequence[_Plan], asks: Sequence[Ask]) -> _Asked:
        rules = [
            (rule.pk, rule.criterion, json.dumps(rule.params, sort_keys=True)) for plan in plans for rule in plan.rules
        ]
        return cls(
            on=plans[0].on,
            rules=tuple(rules),
            asks=tuple(
                ask if ask.domicile_id is None else replace(ask, domicile_id=_DOMICILES + number)
                for number, ask in enumerate(asks)
            ),
            plans=tuple(plans),
        )


@lru_cache(maxsize=128)
def _statement(asked: _Asked) -> Statement:
    """The query for one person, which takes longer to put together than to run: the same for everybody on a day."""
    rows: models.QuerySet[Employee] = Employee.objects.filter(pk=_EMPLOYEE).with_placement_on(asked.on)
    return _screened(rows, asked.plans, asked.asks)


def stored_results(screening: Screening) -> list[RuleResult]:
    """The results of a stored verdict, with observed values in their own types again."""
    rules = {rule.pk: rule for rule in rules_of(screening.version)}
    stored = []
    for item in screening.results:
        rule = rules[item["rule"]]
        facts = get_criterion(rule.criterion).facts
        kept = item["observed"]  # a fact that the criterion looks at only since then was not seen
        seen = {name: None if kept.get(name) is None else facts[name].to_python(kept[name]) for name in facts}
        stored.append(RuleResult(rule=rule, outcome=item["outcome"], seen=seen, on=date.fromisoformat(item["on"])))
    return stored


def replay(screening: Screening) -> list[tuple[RuleResult, bool]]:
    """Run the same `passed` over the stored values: pairs of the stored result and whether it passes again."""
    stored = stored_results(screening)
    if not stored:
        return []
    rows: models.QuerySet[Any] = Screening.objects.filter(pk=screening.pk)
    for result in stored:
        names = _seen_names(result.rule)
        facts = get_criterion(result.rule.criterion).facts
        values = {names[name]: Value(result.seen[name], output_field=facts[name]) for name in names}
        rows = rows.annotate(**values)
        rows = rows.annotate(**{f"p{result.rule.pk}": _passed_expression(result.rule, names, result.on)})
    row = rows.values_list(*(f"p{result.rule.pk}" for result in stored)).get()
    return list(zip(stored, row, strict=True))


def replays_identically(screening: Screening) -> bool:
    """Whether a stored verdict comes out the same again, whatever happened to the facts since.

    Every rule of its version is there; each one that was met is met again and no other; the verdict follows from them.
    A waiver is kept as it was granted: the kind of circumstance is sealed with the request.
    """
    return judge_replay(screening, replay(screening))


def judge_replay(screening: Screening, replayed: list[tuple[RuleResult, bool]]) -> bool:
    """`replays_identically` for a replay that is at hand already."""
    rules = {rule.pk: rule for rule in rules_of(screening.version)}
    if [result.rule.pk for result, _ in replayed] != list(rules):
        return False
    return screening.verdict == verdict_of(result.outcome for result, _ in replayed) and all(
        result.outcome in _possible_outcomes(result.rule, passed=passed) for result, passed in replayed
    )


def _possible_outcomes(rule: Rule, *, passed: bool) -> set[str]:
    if passed:
        return {Outcome.PASSED}
    waived = {Outcome.WAIVED} if waivers_of(rule) else set()
    return {OUTCOME_WHEN_NOT_MET[Severity(rule.severity)], *waived}


def version_in_force(policy_code: str, on: date) -> PolicyVersion | None:
    """The published version of a policy on a day with its rules, if there is one: one query."""
    return next(iter(versions_in_force(on, [policy_code])), None)


def versions_in_force(on: date, policy_codes: Collection[str] = PolicyCode.values) -> list[PolicyVersion]:
    """The version in force of each policy with its rules, in the order of the policies: one query.

    A published version has rules, since those fixed by law are never missing.
    """
    in_force = PolicyVersion.objects.in_force_on(on).filter(policy__code__in=policy_codes)
    rules = Rule.objects.filter(version__in=in_force).select_related("version__policy").with_waivers()
    found = []
    for version, its_rules in groupby(rules.order_by("version__policy", "order"), key=attrgetter("version")):
        version.known_rules = list(its_rules)
        found.append(version)
    return found


def ask_of_policy(policy_code: str, *, place_kind: str = "", domicile_id: int | None = None) -> Ask:
    """The general question "may this person work so?"; without a place, home is looked at."""
    return Ask(kind=policy_code, place_kind=place_kind, domicile_id=domicile_id)


def ask_of_screening(screening: Screening) -> Ask:
    """The question a stored verdict answered, as far as its rules looked at the place."""
    seen: dict[str, Any] = {}
    for item in screening.results:
        seen.update(item["observed"])
    return ask_of_policy(
        screening.version.policy.code,
        place_kind=seen.get("place_kind") or "",
        domicile_id=seen.get("asked_domicile"),
    )
