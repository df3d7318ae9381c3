"""Quota and staffing arithmetic on plain values: no database, no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass

ROUND_DOWN, ROUND_NEAREST = "down", "nearest"  # values of eligibility.enums.Rounding, which needs Django


@dataclass(frozen=True)
class Load:
    """People of a unit (with all units below) on one day.

    `staff` active staff, `away` at another place by an arrangement, `off` free by a published roster, `absent` on
    leave or travel (half days too) and not counted as away or off already, `holders` holding an arrangement (only
    where the quota counts holders). One person stays left out of the last four: the one who asks.
    """

    staff: int = 0
    away: int = 0
    absent: int = 0
    holders: int = 0
    off: int = 0

    @property
    def on_site(self) -> int:
        """Expected on site while the person who asks stays there."""
        return self.staff - self.away - self.absent - self.off


def quota_places(staff: int, pct: int, rounding: str) -> int:
    """Places that `pct` percent of `staff` make; at least one where the percentage is above 0.

    Source: Art 13 demands a percentage [Q]; rounding is DESIGN (regulation 8, `loc.quota_basis`).
    """
    if pct == 0 or staff == 0:
        return 0
    share = staff * pct / 100
    if rounding == ROUND_DOWN:
        places = math.floor(share)
    elif rounding == ROUND_NEAREST:
        places = math.floor(share + 0.5)
    else:
        places = math.ceil(share)
    return max(places, 1)
