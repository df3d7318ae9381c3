"""A version beside the one it would replace, for everybody who serves on a day: one statement, however many people.

Each rule is the same pair of expressions as in a screening (`with_rules`); a rule that stands unchanged in both
versions is asked once. Verdicts are made in SQL, so that only names of people and rules leave the database.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from eligibility.affected import running_arrangements
from eligibility.enums import Change, Outcome, Severity, Verdict, VersionStatus
from eligibility.models import PolicyVersion, Rule, Simulation
from eligibility.screening import OUTCOME_WHEN_NOT_MET, ask_of_policy, rules_of, version_in_force, with_rules
from organization.models import Employee, Unit

ROW_COLUMNS = (
    "employee_id", "unit_id", "position_id", "kind", "sex", "change", "verdict_before", "verdict_after",
    "failed_before", "failed_after", "running",
)  # fmt: skip
_SEEN = ("employee_id", "unit_id", "position_id", "kind", "sex", "running")

Statement = tuple[str, list[Any]]


def rules_digest(version: PolicyVersion) -> str:
    """What a simulation of the version depends on besides the facts: its rules, as far as they judge."""
    rules = [(rule.criterion, rule.params, rule.severity) for rule in rules_of(version)]
    text = json.dumps(rules, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def base_of(version: PolicyVersion, as_of: date) -> PolicyVersion | None:
    """The version that holds on the day without this one; for a published one, what held before it began."""
    is_draft = version.status == VersionStatus.DRAFT
    return version_in_force(version.policy.code, as_of if is_draft else version.valid_from - timedelta(days=1))


@dataclass(frozen=True)
class _Asked:
    """One rule of a version: the column that says whether it is met, and what it means when it is not."""

    column: str
    criterion: str
    not_met: str


def _distinct(*versions: Sequence[Rule]) -> tuple[list[Rule], list[list[_Asked]]]:
    """The rules to ask, each once, and per version which of them it holds."""
    columns: dict[tuple[str, str], str] = {}
    to_ask: list[Rule] = []
    held: list[list[_Asked]] = []
    for rules in versions:
        asked = []
        for rule in rules:
            key = (rule.criterion, json.dumps(rule.params, sort_keys=True))
            if key not in columns:
                columns[key] = f"p{rule.pk}"
                to_ask.append(rule)
            asked.append(_Asked(columns[key], rule.criterion, str(OUTCOME_WHEN_NOT_MET[Severity(rule.severity)])))
        held.append(asked)
    return to_ask, held


def _any_not_met(asked: Iterable[_Asked], outcome: str) -> str:
    columns = [rule.column for rule in asked if rule.not_met == outcome]
    return f"NOT ({' AND '.join(columns)})" if columns else "false"


def _verdict(asked: Sequence[_Asked]) -> str:
    """The rule of `screening.verdict_of`, in SQL."""
    return (
        f"CASE WHEN {_any_not_met(asked, Outcome.FAILED)} THEN '{Verdict.NOT_ELIGIBLE.value}'"
        f" WHEN {_any_not_met(asked, Outcome.MANUAL)} THEN '{Verdict.NEEDS_PERSON.value}'"
        f" ELSE '{Verdict.ELIGIBLE.value}' END"
    )


def _failed(asked: Sequence[_Asked]) -> Statement:
    blocking = [rule for rule in asked if rule.not_met == Outcome.FAILED]
    cases = ", ".join(f"CASE WHEN NOT {rule.column} THEN %s END" for rule in blocking)
    return f"array_remove(ARRAY[{cases}]::varchar[], NULL)", [rule.criterion for rule in blocking]


def _judged(version: PolicyVersion, base: PolicyVersion | None, on: date) -> Statement:
    """`WITH … judged AS (…)`: one row per person who serves on the day, with the columns `ROW_COLUMNS`.

    Without a version in force nobody may work flexibly by this policy.
    """
    to_ask, (before, after) = _distinct(rules_of(base) if base else [], rules_of(version))
    rows = with_rules(Employee.objects.serving_on(on), to_ask, on=on, ask=ask_of_policy(version.policy.code))
    rows = rows.annotate(
        seen_unit=F("current__unit_id"),
        seen_position=F("current__position_id"),
        seen_running=running_arrangements(on, version.policy.code),
    )
    columns = [f"p{rule.pk}" for rule in to_ask]
    values = rows.order_by().values_list("pk", "seen_unit", "seen_position", "kind", "sex", "seen_running", *columns)
    seen_sql, seen_params = values.query.sql_with_params()
    failed_before, codes_before = _failed(before)
    failed_after, codes_after = _failed(after)
    verdict_before = _verdict(before) if base else f"'{Verdict.NOT_ELIGIBLE.value}'"
    no = Verdict.NOT_ELIGIBLE.value
    sql = f"""
        WITH seen ({", ".join((*_SEEN, *columns))}) AS MATERIALIZED ({seen_sql}),
        verdicts AS MATERIALIZED (
            SELECT {", ".join(_SEEN)}, {verdict_before} AS verdict_before, {_verdict(after)} AS verdict_after,
                   {failed_before} AS failed_before, {failed_after} AS failed_after
              FROM seen
        ), judged AS (
            SELECT *, CASE WHEN verdict_before <> '{no}' AND verdict_after = '{no}' THEN '{Change.LOST.value}'
                           WHEN verdict_before = '{no}' AND verdict_after <> '{no}' THEN '{Change.GAINED.value}'
                           WHEN verdict_before <> verdict_after THEN '{Change.SHIFTED.value}'
                           ELSE '{Change.SAME.value}' END AS change
              FROM verdicts
        )
    """  # noqa: S608  (columns and words are this module's own; values are parameters)
    return sql, [*seen_params, *codes_before, *codes_after]


def store_rows(simulation: Simulation) -> None:
    """Judge everybody and store one row each: one statement. The simulation has none yet."""
    judged, params = _judged(simulation.version, simulation.base, simulation.as_of)
    columns = ", ".join(ROW_COLUMNS)
    sql = f"{judged} INSERT INTO eligibility_simulationrow (simulation_id, {columns}) SELECT %s, {columns} FROM judged"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, simulation.pk])


@dataclass(frozen=True)
class SimulatedPerson:
    """One person for the command line."""

    nip: str
    name: str
    unit: str
    change: str
    verdict_before: str
    verdict_after: str
    failed_before: list[str]
    failed_after: list[str]
    running: int


def simulated_people(version: PolicyVersion, base: PolicyVersion | None, on: date) -> Iterator[SimulatedPerson]:
    """Judge everybody and store nothing: one statement, by employee number."""
    judged, params = _judged(version, base, on)
    sql = f"""{judged}
        SELECT e.nip, e.name, u.name, j.change, j.verdict_before, j.verdict_after, j.failed_before, j.failed_after,
               j.running
          FROM judged j
          JOIN organization_employee e ON e.id = j.employee_id
          JOIN organization_unit u ON u.id = j.unit_id
         ORDER BY e.nip
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(2000):
            yield from (SimulatedPerson(*row) for row in rows)


# What is counted of a set of people, in this order everywhere.
LINE = ("now", "then", "gained", "lost", "running")
_LINE_SQL = f"""
    count(*) FILTER (WHERE verdict_before <> '{Verdict.NOT_ELIGIBLE.value}'),
    count(*) FILTER (WHERE verdict_after <> '{Verdict.NOT_ELIGIBLE.value}'),
    count(*) FILTER (WHERE change = '{Change.GAINED.value}'),
    count(*) FILTER (WHERE change = '{Change.LOST.value}'),
    count(*) FILTER (WHERE change = '{Change.LOST.value}' AND running > 0)
"""
_GROUPS = ("unit", "position", "kind", "sex")
_TALLY = f"""
    SELECT GROUPING(unit_id, position_id, kind, sex), unit_id, position_id, kind, sex, count(*),
           count(*) FILTER (WHERE change = '{Change.SHIFTED.value}'), {_LINE_SQL}
      FROM eligibility_simulationrow WHERE simulation_id = %s
     GROUP BY GROUPING SETS ((), (unit_id), (position_id), (kind), (sex))
"""  # noqa: S608
# GROUPING sets one bit per column that is not grouped by, the first column the highest.
_GROUP_OF_MASK = {0b0111: "unit", 0b1011: "position", 0b1101: "kind", 0b1110: "sex"}
_RULES = f"""
    SELECT code, count(*) FILTER (WHERE side = 'before'), count(*) FILTER (WHERE side = 'after'),
           count(*) FILTER (WHERE side = 'before' AND change = '{Change.GAINED.value}'),
           count(*) FILTER (WHERE side = 'after' AND change = '{Change.LOST.value}'),
           count(*) FILTER (WHERE side = 'after' AND change = '{Change.LOST.value}' AND running > 0)
      FROM (SELECT unnest(failed_before) AS code, 'before' AS side, change, running
              FROM eligibility_simulationrow WHERE simulation_id = %s
             UNION ALL
            SELECT unnest(failed_after), 'after', change, running
              FROM eligibility_simulationrow WHERE simulation_id = %s) AS failed
     GROUP BY code ORDER BY code
"""  # noqa: S608
_DIGEST = """
    SELECT encode(sha256(convert_to(COALESCE(string_agg(
        concat_ws('|', employee_id, unit_id, position_id, kind, sex, verdict_before, verdict_after,
                  array_to_string(failed_before, ' '), array_to_string(failed_after, ' '), running),
        E'\\n' ORDER BY employee_id), ''), 'UTF8')), 'hex')
      FROM eligibility_simulationrow WHERE simulation_id = %s
"""


@dataclass(frozen=True)
class Tally:
    """The figures of a simulation: of everybody, and per unit (with those below it), post, kind, sex and rule."""

    counts: dict[str, int]
    breakdown: dict[str, dict[str, list[int]]]
    rows_digest: str


def tally(simulation: Simulation) -> Tally:
    """Count the stored rows: four queries, whatever their number."""
    breakdown: dict[str, dict[str, list[int]]] = {group: {} for group in _GROUPS}
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, [simulation.pk])
        for mask, *keys, people, shifted, now, then, gained, lost, running in cursor.fetchall():
            line = [now, then, gained, lost, running]
            group = _GROUP_OF_MASK.get(mask)
            if group is None:
                counts = {"people": people, "shifted": shifted, **dict(zip(LINE, line, strict=True))}
            else:
                breakdown[group][str(keys[_GROUPS.index(group)])] = line
        cursor.execute(_RULES, [simulation.pk, simulation.pk])
        breakdown["rule"] = {code: line for code, *line in cursor.fetchall()}
        cursor.execute(_DIGEST, [simulation.pk])
        digest = cursor.fetchone()[0]
    breakdown["unit_itself"] = breakdown["unit"]
    breakdown["unit"] = _with_those_below(breakdown["unit"])
    return Tally(counts=counts, breakdown=breakdown, rows_digest=digest)


def _with_those_below(lines: dict[str, list[int]]) -> dict[str, list[int]]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0] * len(LINE))
    for unit in Unit.objects.filter(pk__in=lines.keys()).only("pk", "path"):
        for ancestor in unit.path_ids:
            total = totals[str(ancestor)]
            for place, number in enumerate(lines[str(unit.pk)]):
                total[place] += number
    return dict(totals)
