"""Whole and half days of absence. Plain values; the parts are those of `attendance.enums.DayPart`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

WHOLE, FIRST, SECOND = "whole", "first", "second"
ONE_DAY = timedelta(days=1)


class Away(NamedTuple):
    """An absence: both days inclusive (no end: until further notice), the same part on each of them."""

    start: date
    end: date | None
    kind: str
    part: str


class AbsentDays(NamedTuple):
    """`whole`: day -> kind, nothing of it is worked. `half`: day -> (kind, part), the other half is."""

    whole: dict[date, str]
    half: dict[date, tuple[str, str]]


def absent_days(absences: Iterable[Away], start: date, end: date) -> AbsentDays:
    """The days from start to end on which somebody is absent. Two halves make a whole day, named by the first one."""
    whole: dict[date, str] = {}
    half: dict[date, tuple[str, str]] = {}
    for away in sorted(absences, key=lambda away: away.part != FIRST):
        day = max(away.start, start)
        while day <= min(away.end or end, end):
            other = half.get(day)
            if away.part == WHOLE:
                whole[day] = away.kind
            elif other and other[1] != away.part:
                whole[day] = other[0]
            else:
                half[day] = (away.kind, away.part)
            day += ONE_DAY
    return AbsentDays(whole, {day: found for day, found in half.items() if day not in whole})
