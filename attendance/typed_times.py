"""Clock times that people type, as instants of the day they mean. Plain values, no clock, no database.

A shift belongs to the date it starts, so a check-in may lie on the evening before, and a check-out on the next day.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ONE_DAY: Final = timedelta(days=1)


def at(day: date, clock: time, zone: str) -> datetime:
    """The instant of a clock time of `day` in `zone`."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(zone))


def entry_instants(
    day: date,
    zone: str,
    *,
    check_in: time | None,
    check_out: time | None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[datetime | None, datetime | None]:
    """The instants meant by clock times of a working day.

    Where the part of work is known, each is the one nearest to its start or end; else a check-in is on the day itself.
    A check-out that would not lie after the check-in is on the next day.
    """
    entered = _nearest(day, check_in, zone, start, (-1, 0, 1)) if check_in is not None else None
    left = _nearest(day, check_out, zone, end, (0, 1)) if check_out is not None else None
    if entered is not None and left is not None and left <= entered:
        left += ONE_DAY
    return entered, left


def _nearest(day: date, clock: time, zone: str, goal: datetime | None, offsets: tuple[int, ...]) -> datetime:
    if goal is None:
        return at(day, clock, zone)
    candidates = [at(day + offset * ONE_DAY, clock, zone) for offset in offsets]
    return min(candidates, key=lambda instant: abs(instant - goal))
