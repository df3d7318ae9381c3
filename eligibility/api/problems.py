"""Members that only the problems of eligibility have."""

from __future__ import annotations

from typing import Any

from config.problem import problem_of
from eligibility.errors import FactsMoved, FixedByLaw

FACTS_SHOWN = 200


@problem_of(FixedByLaw, code="fixed_by_law")
def fixed_by_law(error: FixedByLaw) -> dict[str, Any]:
    """The article that fixes it; `errors` names the fields."""
    return {"article": error.article}


@problem_of(FactsMoved, code="facts_moved")
def facts_moved(error: FactsMoved) -> dict[str, Any]:
    """How many gain or lose otherwise than simulated, the first of them, and the word that agrees to exactly these."""
    return {
        "confirm": error.difference.digest,
        "total": error.difference.total,
        "people": [
            {
                "employee": {"id": person.employee_id, "name": person.name},
                "simulated": person.simulated,
                "found": person.found,
                "verdict_simulated": person.expected,
                "verdict_found": person.verdict,
            }
            for person in error.difference.people[:FACTS_SHOWN]
        ],
    }
