"""The weekly balance by hand: 2,250 and 1,950 minutes, less for holidays and leave, half for half days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from attendance.balance import BalanceDay, WeekBalance, carried_into_next, day_target

MONDAY = date(2026, 11, 23)


def week(targets, worked=(), open_from=7):
    """Days from Monday on; from day number `open_from` they can still be worked."""
    times = [*worked, *[0] * (len(targets) - len(worked))]
    return tuple(
        BalanceDay(MONDAY + timedelta(days=number), target, times[number], number >= open_from)
        for number, target in enumerate(targets)
    )


FULL, RAMADAN = 450, 390


@pytest.mark.parametrize(
    ("full", "is_off", "halves", "target"),
    [
        (450, False, 0, 450),
        (390, False, 0, 390),
        (450, True, 0, 0),
        (450, False, 2, 0),
        (450, False, 1, 225),
        (390, False, 1, 195),
        (450, True, 1, 0),
    ],
    ids=["day", "ramadan", "holiday", "leave", "half day", "half day in ramadan", "half day on a holiday"],
)
def test_what_a_day_adds(full, is_off, halves, target):
    assert day_target(full, is_off=is_off, absent_halves=halves) == target


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([FULL] * 5, 2250),
        ([RAMADAN] * 5, 1950),
        ([FULL, FULL, 0, FULL, FULL], 1800),
        ([FULL, FULL, FULL, 225, 0], 1575),
        ([RAMADAN, RAMADAN, RAMADAN, 0, 0], 1170),
        ([FULL, FULL, RAMADAN, RAMADAN, RAMADAN], 2070),
        ([0, 0, 0, 0, 0], 0),
        ([390, 390, 390, 390, 390, 300], 2250),
    ],
    ids=["week", "ramadan", "holiday", "half and whole leave", "ramadan with joint leave", "ramadan begins",
         "all leave", "six days"],
)  # fmt: skip
def test_the_target_of_a_week(targets, expected):
    assert WeekBalance(week(targets)).target_min == expected


@pytest.mark.parametrize(
    ("targets", "worked", "open_from", "carried", "left", "surplus", "open_days", "each"),
    [
        ([FULL] * 5, [], 0, 0, 2250, 0, 5, 450),
        ([FULL] * 5, [480, 480], 2, 0, 1290, 0, 3, 430),
        ([FULL] * 5, [500, 400, 450, 451], 4, 0, 449, 0, 1, 449),
        ([FULL] * 5, [450] * 5, 7, 0, 0, 0, 0, 0),
        ([FULL] * 5, [480] * 5, 7, 0, 0, 150, 0, 0),
        ([FULL] * 5, [450] * 4, 4, 60, 390, 0, 1, 390),
        ([FULL] * 5, [], 3, 0, 2250, 0, 2, 1125),
        ([FULL, 0, FULL, FULL, FULL], [450], 1, 0, 1350, 0, 3, 450),
        ([FULL] * 5, [100, 100, 100], 3, 0, 1950, 0, 2, 975),
        ([RAMADAN] * 5, [400, 401], 2, 0, 1149, 0, 3, 383),
        ([FULL] * 5, [450, 450], 2, 0, 1350, 0, 3, 450),
        ([FULL] * 5, [333], 1, 0, 1917, 0, 4, 480),
    ],
)
def test_left_to_do(targets, worked, open_from, carried, left, surplus, open_days, each):
    balance = WeekBalance(week(targets, worked, open_from), carried)
    assert (balance.left_min, balance.surplus_min) == (left, surplus)
    assert (balance.open_days, balance.per_day_min) == (open_days, each)


@pytest.mark.parametrize(
    ("weeks", "most", "carried"),
    [
        ([], 120, 0),
        ([[460] * 5], 0, 0),
        ([[460] * 5], 120, 50),
        ([[500] * 5], 120, 120),
        ([[400] * 5], 120, 0),
        ([[460] * 5, [450] * 5], 120, 50),
        ([[460] * 5, [440] * 5], 120, 0),
        ([[460] * 5, [445] * 5], 120, 25),
        ([[400] * 5, [460] * 5], 120, 50),
    ],
    ids=["nothing before", "switched off", "surplus", "no more than allowed", "a shortage stays", "kept", "used up",
         "partly used", "a shortage is forgotten"],
)  # fmt: skip
def test_what_is_carried(weeks, most, carried):
    assert carried_into_next([week([FULL] * 5, worked) for worked in weeks], most_min=most) == carried
