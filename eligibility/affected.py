"""What of a person's flexible work a policy touches. Apps above count it; eligibility never imports them (design 2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import reduce
from operator import add
from typing import Any

from django.db.models import IntegerField, Value

# (day, policy code) -> how many arrangements of the employee `OuterRef("pk")` run that day, as a number for a query.
RunningProvider = Callable[[date, str], Any]
_providers: list[RunningProvider] = []


def register_running(provider: RunningProvider) -> RunningProvider:
    """Decorator: the function counts the arrangements that run on a day and stand on a policy."""
    _providers.append(provider)
    return provider


def running_arrangements(on: date, policy_code: str) -> Any:
    """One expression over employees: the arrangements of all providers together."""
    nothing = Value(0, output_field=IntegerField())
    return reduce(add, (provider(on, policy_code) for provider in _providers), nothing) if _providers else nothing
