"""The weekly balance of dynamic hours on plain values: no database, no clock.

Source: PermenPANRB 4/2025 Art 17 [Q] (dynamic hours still meet the working hours); Perpres 21/2023 Arts 4, 9 [Q]:
2,250 minutes a week, 1,950 in Ramadan. Proration for holidays and leave is DESIGN (regulation 2): each working day
stands for its own minutes, so a week with a holiday asks for the minutes of the days that are left.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class BalanceDay:
    """A day of the week. `target_min`: what it adds to the week; `is_open`: it can still be worked."""

    day: date
    target_min: int
    worked_min: int = 0
    is_open: bool = False


@dataclass(frozen=True)
class WeekBalance:
    """A week's minutes. `carried_min`: surplus brought in from the week before."""

    days: tuple[BalanceDay, ...]
    carried_min: int = 0

    @property
    def target_min(self) -> int:
        return sum(day.target_min for day in self.days)

    @property
    def worked_min(self) -> int:
        return sum(day.worked_min for day in self.days)

    @property
    def left_min(self) -> int:
        """Still to be worked this week."""
        return max(0, self.target_min - self.carried_min - self.worked_min)

    @property
    def surplus_min(self) -> int:
        """Beyond the target."""
        return max(0, self.worked_min + self.carried_min - self.target_min)

    @property
    def open_days(self) -> int:
        """Working days that can still be worked."""
        return sum(1 for day in self.days if day.is_open and day.target_min)

    @property
    def per_day_min(self) -> int:
        """What each open day would have to take so that the week comes out even; rounded up."""
        return math.ceil(self.left_min / self.open_days) if self.open_days else 0


def day_target(full_min: int, *, is_off: bool = False, absent_halves: int = 0) -> int:
    """What a day adds to the week: its net minutes, half of them with half a day's leave, nothing when off."""
    if is_off or absent_halves >= 2:
        return 0
    return full_min // 2 if absent_halves else full_min


def carried_into_next(weeks: Iterable[Sequence[BalanceDay]], *, most_min: int) -> int:
    """Surplus that the week after these, in their order, begins with; a shortage is never carried.

    `most_min` 0 switches it off: each week stands alone (terms, `carry_over_max_min`).
    """
    carried = 0
    for days in weeks:
        carried = min(most_min, WeekBalance(tuple(days), carried).surplus_min) if most_min else 0
    return carried
