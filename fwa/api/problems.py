"""Members that only the problems of flexible work have."""

from __future__ import annotations

from typing import Any

from config.problem import problem_of
from eligibility.api.serializers import verdict_in_words
from fwa.errors import AlreadyDecided, NoDateLeft, NotEligible


@problem_of(AlreadyDecided, code="already_decided")
def already_decided(error: AlreadyDecided) -> dict[str, Any]:
    """Somebody was quicker; the detail says so in words of its own."""
    return {}


@problem_of(NotEligible, code="not_eligible")
def not_eligible(error: NotEligible) -> dict[str, Any]:
    """Every rule of every policy, met or not, with its article and what would change it."""
    return {"verdicts": [verdict_in_words(result) for result in error.results]}


@problem_of(NoDateLeft, code="no_date")
def no_date(error: NoDateLeft) -> dict[str, Any]:
    """Each date with the code of its problem."""
    return {"dates": [{"day": day, "problem": str(code)} for day, code in error.problems.items()]}
