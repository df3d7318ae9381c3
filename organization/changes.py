"""Facts that change: one message per change, and whoever rests on the facts looks again (design 3).

`facts_changed` writes the message in the transaction of the change; the worker calls every listener. Before a change is
confirmed, `impact_of` says what it will hit. Ids only: what changed is read from the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils import timezone

from organization import outbox
from organization.enums import ChangeCause

if TYPE_CHECKING:
    from organization.models import Employee, User

TOPIC = "organization.facts_changed"
# People of one message: a few seconds of work, and locks that hold nobody up for long.
BATCH = 200
KEY_LENGTH = 200


@dataclass(frozen=True)
class FactsChange:
    """What changed, for whom (None: everybody), from which day, and when it was entered."""

    cause: str
    employee_ids: tuple[int, ...] | None
    on: date
    at: datetime
    key: str
    detail: Mapping[str, Any] = field(default_factory=dict)


Listener = Callable[[FactsChange], None]
_listeners: list[Listener] = []


def on_facts_changed(listener: Listener) -> Listener:
    """Decorator for an app's handlers.py. The listener may be called again for the same change."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def facts_changed(
    *,
    cause: ChangeCause,
    employee_ids: Collection[int] | None,
    on: date,
    key: str,
    detail: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Say that facts of these people (None: of everybody) change from `on`; call it at the end of the command.

    `key` names the change; `detail` holds ids and codes only. Nobody concerned: nothing is written.
    """
    if employee_ids is not None and not employee_ids:
        return
    moment = at or timezone.now()
    payload = {
        "cause": str(cause),
        "employees": None if employee_ids is None else sorted(set(employee_ids)),
        "on": on.isoformat(),
        "at": moment.isoformat(),
        "key": key,
        "detail": dict(detail or {}),
    }
    outbox.add(TOPIC, payload, key=f"facts:{cause}:{key}:{moment.isoformat()}"[:KEY_LENGTH])


def tell_listeners(payload: Mapping[str, Any]) -> None:
    """Call every listener for one message; a big one is split into messages of their own first."""
    employees = payload["employees"]
    at = datetime.fromisoformat(payload["at"])
    on = date.fromisoformat(payload["on"])
    if employees is not None and len(employees) > BATCH:
        for first in range(0, len(employees), BATCH):
            part = employees[first : first + BATCH]
            key = f"{payload['key']}:{part[0]}-{part[-1]}"
            facts_changed(
                cause=ChangeCause(payload["cause"]), employee_ids=part, on=on, key=key, detail=payload["detail"], at=at
            )
        return
    change = FactsChange(
        cause=payload["cause"],
        employee_ids=None if employees is None else tuple(employees),
        on=on,
        at=at,
        key=payload["key"],
        detail=payload["detail"],
    )
    for listener in _listeners:
        listener(change)


# What a change will hit ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImpactLine:
    """One thing that will be looked at again: whose, which, and where to read it."""

    name: str
    what: str
    url: str


@dataclass(frozen=True)
class Impact:
    """What a change hits if it is confirmed; `lines` are the first of them."""

    things: int = 0
    people: int = 0
    lines: tuple[ImpactLine, ...] = ()

    def __bool__(self) -> bool:
        return self.things > 0

    @property
    def more(self) -> int:
        return self.things - len(self.lines)


@dataclass(frozen=True)
class Planned:
    """A change that somebody is about to confirm: for the people of `employees` from `on`.

    `detail`: what is known about it, such as the new position of a placement.
    """

    cause: ChangeCause
    employees: QuerySet[Employee]
    on: date
    detail: Mapping[str, Any] = field(default_factory=dict)


ImpactProvider = Callable[["User", Planned], Impact]
_impacts: list[ImpactProvider] = []


def register_impact(provider: ImpactProvider) -> ImpactProvider:
    """Decorator: a function (user, planned change) -> what it will hit. One or two queries, nothing written."""
    if provider not in _impacts:
        _impacts.append(provider)
    return provider


def impact_of(user: User, planned: Planned) -> Impact:
    """What a planned change will hit, over all apps."""
    found = [provider(user, planned) for provider in _impacts]
    return Impact(
        things=sum(impact.things for impact in found),
        people=sum(impact.people for impact in found),
        lines=tuple(line for impact in found for line in impact.lines),
    )
