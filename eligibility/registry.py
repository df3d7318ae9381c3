"""The criteria there are. Apps above register theirs here; eligibility never imports them (design 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eligibility.criteria.base import Criterion

_criteria: dict[str, Criterion] = {}


def register(cls: type[Criterion]) -> type[Criterion]:
    """Class decorator: make the criterion known under its code."""
    if cls.code in _criteria:
        raise ValueError(f"criterion {cls.code} is registered twice")
    _criteria[cls.code] = cls()
    return cls


def get_criterion(code: str) -> Criterion:
    """The criterion of that code. Raises KeyError for an unknown one."""
    return _criteria[code]


def all_criteria() -> dict[str, Criterion]:
    return dict(_criteria)
