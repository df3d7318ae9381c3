"""Places of units on days while they are given to many people one after the other: plain values, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from fwa.day_checks import LimitOn


@dataclass(frozen=True)
class Seat:
    """Where somebody serves on a day: the unit with its path from the root ("1/5/"), and the position group."""

    unit_id: int
    path: str
    group: str = ""

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """Root first."""
        return _ids(self.path)


@lru_cache(maxsize=10_000)
def _ids(path: str) -> tuple[int, ...]:
    return tuple(int(part) for part in path.split("/") if part)


@dataclass
class Bound:
    """One limit of a unit on a day, with what counts before the group: `taken` of `quota` places, or `on_site`
    people of whom `minimum` must stay. `only_own`: binds the people of the unit itself, not those of units below."""

    unit_id: int
    name: str
    day: date
    taken: int = 0
    quota: int | None = None
    on_site: int = 0
    minimum: int | None = None
    group: str = ""
    number: int = -1
    only_own: bool = False

    def binds(self, seat: Seat) -> bool:
        return self.group in ("", seat.group) and not (self.only_own and seat.unit_id != self.unit_id)

    @property
    def room(self) -> int:
        """People who may still leave."""
        return self.quota - self.taken if self.quota is not None else self.on_site - (self.minimum or 0)


@dataclass
class Places:
    """Every limit by unit and day; `take` and `give_back` keep the counts. `holders`: the quota counts people who
    hold an arrangement, on each day of its period."""

    holders: bool = False
    days: tuple[date, ...] = ()
    _bounds: dict[tuple[int, date], list[Bound]] = field(default_factory=lambda: defaultdict(list))
    _of_day: dict[date, list[Bound]] = field(default_factory=lambda: defaultdict(list))

    def add(self, bound: Bound) -> None:
        self._bounds[bound.unit_id, bound.day].append(bound)
        self._of_day[bound.day].append(bound)

    def on_day(self, day: date) -> list[Bound]:
        """All limits of one day, root first."""
        return self._of_day.get(day, [])

    def bounds(self) -> Iterable[Bound]:
        """All limits, unit by unit from the root, day by day."""
        for found in self._bounds.values():
            yield from found

    def bounds_on(self, seat: Seat, day: date) -> list[Bound]:
        """The limits that bind somebody on this seat, root first."""
        return [
            bound for unit_id in seat.unit_ids for bound in self._bounds.get((unit_id, day), ()) if bound.binds(seat)
        ]

    def limits_on(self, seat: Seat, day: date) -> tuple[LimitOn, ...]:
        """The same as the day checks read them."""
        return tuple(
            LimitOn(
                unit=bound.name,
                away=bound.taken,
                quota=bound.quota,
                on_site=bound.on_site,
                minimum=bound.minimum,
                group=bound.group,
            )
            for bound in self.bounds_on(seat, day)
        )

    def take(self, seat: Seat, day: date) -> None:
        """Somebody on this seat works elsewhere that day."""
        for bound in self._counting(seat, day):
            bound.on_site -= 1
            if bound.quota is not None and not self.holders:
                bound.taken += 1

    def hold(self, seat: Seat) -> None:
        """Somebody on this seat holds an arrangement for the whole period."""
        for day in self.days if self.holders else ():
            for bound in self._counting(seat, day):
                if bound.quota is not None:
                    bound.taken += 1

    def give_back(self, seat: Seat, day: date, *, stays_absent: bool = False) -> None:
        """An arrangement does not cover the day any more. Where the person is absent as well, nobody comes back."""
        for bound in self._counting(seat, day):
            if not stays_absent:
                bound.on_site += 1
            if bound.quota is not None:
                bound.taken -= 1

    def _counting(self, seat: Seat, day: date) -> Iterable[Bound]:
        """Limits whose figures this person is part of; also those that do not bind them."""
        for unit_id in seat.unit_ids:
            for bound in self._bounds.get((unit_id, day), ()):
                if bound.group in ("", seat.group):
                    yield bound
