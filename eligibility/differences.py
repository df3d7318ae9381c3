"""Who gains or loses otherwise than was simulated, because facts moved in between."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import connection

from eligibility.enums import Change, Verdict
from eligibility.models import Simulation

# Of a simulation that does not exist (null) nobody was expected to gain or lose. Who serves in one of the two only, and
# neither gains nor loses, is no difference; who gains or loses alike but ends with another verdict is one.
_MOVED = f"""
    SELECT e.id, e.name, COALESCE(u.name, ''), m.simulated, m.found, m.expected, m.verdict
      FROM (SELECT employee_id, COALESCE(b.unit_id, a.unit_id) AS unit_id,
                   COALESCE(a.change, '{Change.SAME.value}') AS simulated,
                   COALESCE(b.change, '{Change.SAME.value}') AS found,
                   COALESCE(a.verdict_after, '') AS expected, COALESCE(b.verdict_after, '') AS verdict
              FROM (SELECT * FROM eligibility_simulationrow WHERE simulation_id = %s) AS a
              FULL JOIN (SELECT * FROM eligibility_simulationrow WHERE simulation_id = %s) AS b USING (employee_id)
           ) AS m
      JOIN organization_employee e ON e.id = m.employee_id
      LEFT JOIN organization_unit u ON u.id = m.unit_id
     WHERE m.simulated <> m.found OR (m.expected <> '' AND m.verdict <> '' AND m.verdict <> m.expected)
     ORDER BY e.name, e.id
"""  # noqa: S608  (the words are this module's own)


@dataclass(frozen=True)
class Moved:
    """One person whose outcome is another one than simulated, which may change by both versions alike.

    `expected` is empty for whom nobody simulated, `verdict` for who serves no longer.
    """

    employee_id: int
    name: str
    unit: str
    simulated: str
    found: str
    expected: str
    verdict: str

    @property
    def simulated_words(self) -> str:
        return _words(self.expected, self.simulated)

    @property
    def found_words(self) -> str:
        return _words(self.verdict, self.found)


def _words(verdict: str, change: str) -> str:
    """Empty where there is no verdict."""
    return f"{Verdict(verdict).label} ({Change(change).label})" if verdict else ""


@dataclass(frozen=True)
class Difference:
    """`digest` names exactly this difference: who confirms it has seen these people and no others."""

    people: tuple[Moved, ...]
    digest: str

    @property
    def total(self) -> int:
        return len(self.people)


def difference_between(simulated: Simulation | None, found: Simulation) -> Difference:
    """One query. Without a simulation everybody who gains or loses is a difference."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [simulated.pk if simulated else None, found.pk])
        people = tuple(Moved(*row) for row in cursor.fetchall())
    lines = sorted(f"{item.employee_id}|{item.simulated}|{item.found}|{item.verdict}" for item in people)
    return Difference(people=people, digest=hashlib.sha256("\n".join(lines).encode()).hexdigest())
