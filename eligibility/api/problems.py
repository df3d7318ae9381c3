"""Members that only the problems of eligibility have."""

from __future__ import annotations

from typing import Any

from config.problem import problem_of
from eligibility.errors import FixedByLaw


@problem_of(FixedByLaw, code="fixed_by_law")
def fixed_by_law(error: FixedByLaw) -> dict[str, Any]:
    """The article that fixes it; `errors` names the fields."""
    return {"article": error.article}
