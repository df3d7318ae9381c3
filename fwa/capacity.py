"""How full a unit is on a day, on plain values: what its own limits and those of the units above leave free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from organization.national_periods import UnitPeriod

OFF, FREE, TIGHT, FULL, BELOW = "off", "free", "tight", "full", "below"


@dataclass(frozen=True)
class DayLimit:
    """A quota (people away, at most) or a minimum (people on site, at least) with the figure of the day.

    `unit` is where it stands, `own` whether that is the unit looked at; `group` empty: everybody.
    """

    unit: str
    own: bool
    is_quota: bool
    figure: int
    limit: int
    group: str = ""

    @property
    def room(self) -> int:
        """How many more people may be away; below 0 the limit is passed already."""
        return self.limit - self.figure if self.is_quota else self.figure - self.limit


@dataclass(frozen=True)
class CapacityDay:
    """One day of a unit with the units below it. `holiday` is its name; `is_off`: nobody works here that day;
    `periods`: national and emergency periods that say where some of its people work, whatever was granted to them."""

    day: date
    staff: int = 0
    away: int = 0
    absent: int = 0
    off: int = 0
    limits: tuple[DayLimit, ...] = ()
    holiday: str = ""
    is_off: bool = False
    periods: tuple[UnitPeriod, ...] = ()

    @property
    def on_site(self) -> int:
        return self.staff - self.away - self.absent - self.off

    @property
    def binding(self) -> DayLimit | None:
        """The limit with the least room; of equal ones the unit's own."""
        return min(self.limits, key=lambda limit: (limit.room, not limit.own), default=None)

    @property
    def quota(self) -> DayLimit | None:
        return next((limit for limit in self.limits if limit.own and limit.is_quota), None)

    @property
    def minimum(self) -> DayLimit | None:
        """The unit's own minimum with the least room."""
        own = [limit for limit in self.limits if limit.own and not limit.is_quota]
        return min(own, key=lambda limit: limit.room, default=None)

    @property
    def state(self) -> str:
        """Whether somebody more may be away: free, tight (one place), full (none), below (already beyond a limit)."""
        if self.is_off:
            return OFF
        binding = self.binding
        if binding is None or binding.room > 1:
            return FREE
        if binding.room == 1:
            return TIGHT
        return FULL if binding.room == 0 else BELOW
