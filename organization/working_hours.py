"""Working days and hours fixed by law, and what follows from them. Plain values, no clock, no database.

Source: Perpres 21/2023 Arts 3-4 [Q]; the ends of the day are derived (regulation 2).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time, timedelta

FRIDAY = 4
WORKING_DAYS_PER_WEEK = 5  # Art 3(1),(2): Monday to Friday
WEEK_MIN = 2250  # Art 4(1): 37 h 30 min without breaks
WEEK_MIN_RAMADAN = 1950  # Art 4(2): 32 h 30 min without breaks
START = time(7, 30)  # Art 4(3), local time of the unit
START_RAMADAN = time(8, 0)
BREAK_MIN = {False: 60, True: 90}  # Art 4: other days, Friday
BREAK_MIN_RAMADAN = {False: 30, True: 60}


@dataclass(frozen=True)
class StandardDay:
    """A five-day office's day: start and end (local), break and net working minutes."""

    start: time
    end: time
    break_min: int
    work_min: int


def day_minutes(*, ramadan: bool) -> int:
    """Net minutes of one working day: 450, in Ramadan 390."""
    return (WEEK_MIN_RAMADAN if ramadan else WEEK_MIN) // WORKING_DAYS_PER_WEEK


def standard_day(day: date, *, ramadan: bool) -> StandardDay:
    """Hours of a five-day office on a working day."""
    friday = day.weekday() == FRIDAY
    start = START_RAMADAN if ramadan else START
    break_min = (BREAK_MIN_RAMADAN if ramadan else BREAK_MIN)[friday]
    work_min = day_minutes(ramadan=ramadan)
    total = start.hour * 60 + start.minute + break_min + work_min
    return StandardDay(start=start, end=time(total // 60, total % 60), break_min=break_min, work_min=work_min)


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday and no public holiday or joint leave."""
    return day.weekday() < WORKING_DAYS_PER_WEEK and day not in holidays


def add_working_days(start: date, count: int, holidays: Collection[date]) -> date:
    """The `count`-th working day after `start` (0: start itself, or the next working day)."""
    day = start
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day, holidays):
            day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date, holidays: Collection[date]) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start, holidays)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in days)
