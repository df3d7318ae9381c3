"""The set-up checklist of an empty agency, and what else is filled in at its start.

Apps above register both from their own `setup_steps.py`, so that this app never looks up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

if TYPE_CHECKING:
    from organization.models import User


@dataclass(frozen=True)
class SetupStep:
    """One line of the checklist: `missing` says what does not work until it is done."""

    code: str
    label: str | Promise
    done: bool
    detail: str
    missing: str | Promise
    url_name: str
    action: str | Promise
    order: int
    required: bool = True


class Seeder(Protocol):
    """Called once, inside the transaction that sets the agency up."""

    def __call__(self, *, by: User, on: date) -> None: ...


StepProvider = Callable[["User"], "SetupStep | Iterable[SetupStep]"]
_providers: list[StepProvider] = []
_seeders: list[tuple[int, Seeder]] = []


def register_step(provider: StepProvider) -> StepProvider:
    """Decorator: a function (user) -> one step or several, which asks the database whether they are done."""
    _providers.append(provider)
    return provider


def register_seeder(order: int) -> Callable[[Seeder], Seeder]:
    """Decorator: default data for an empty agency; lower order runs first."""

    def register(seeder: Seeder) -> Seeder:
        _seeders.append((order, seeder))
        return seeder

    return register


def checklist(user: User) -> list[SetupStep]:
    """All steps in their order."""
    steps: list[SetupStep] = []
    for provider in _providers:
        found = provider(user)
        steps.extend([found] if isinstance(found, SetupStep) else found)
    return sorted(steps, key=lambda step: step.order)


def run_seeders(*, by: User, on: date) -> None:
    for _order, seeder in sorted(_seeders, key=lambda entry: entry[0]):
        seeder(by=by, on=on)
