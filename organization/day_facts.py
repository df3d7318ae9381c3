"""Facts of days that change: placements, what units are, holidays, Ramadan, periods. Whoever keeps days listens.

Listeners are called in the transaction of the change, so they only note what has to be done. Rules look at other facts
and are told by `changes`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DaysChange:
    """Days from `start` to `end` (None: until further notice) of these people, or of the units and all below.

    Neither people nor units: the whole agency. `key` names what changed.
    """

    start: date
    end: date | None
    key: str
    employee_ids: tuple[int, ...] | None = None
    unit_paths: tuple[str, ...] | None = None


Listener = Callable[[DaysChange], None]
_listeners: list[Listener] = []


def on_days_changed(listener: Listener) -> Listener:
    """Decorator for an app's handlers: called at the end of each command that changes facts of days."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def days_changed(
    *,
    start: date,
    end: date | None,
    key: str,
    employee_ids: Collection[int] | None = None,
    unit_paths: Collection[str] | None = None,
) -> None:
    """Say that facts of these days change; see DaysChange. An empty list of people: nothing is said."""
    if employee_ids is not None and not employee_ids:
        return
    change = DaysChange(
        start=start,
        end=end,
        key=key,
        employee_ids=None if employee_ids is None else tuple(sorted(employee_ids)),
        unit_paths=tuple(sorted(unit_paths)) if unit_paths else None,
    )
    for listener in _listeners:
        listener(change)
