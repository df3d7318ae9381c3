"""A fair proposal for the open cells of a draft roster: plain values, no database.

In this order: nobody absent, elsewhere or short of rest is given a shift, and nobody works more than six days in a
row; minimums are met, or named where they cannot be; hours come near the norm; nights and days off at weekends are
spread evenly. Week by week with HiGHS (`roster_model`), then improved over the whole period for a few people at a time.
The same sheet and seed give the same answer, as long as the time limit is not reached.

Source: hours Perpres 21/2023 Arts 4, 9 [Q]; rest and averaging are settings; the way of sharing is DESIGN.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

from attendance.highs import SolverMissing, solver_name
from attendance.roster_checks import BELOW_MINIMUM, Cell, Finding, Sheet, check
from attendance.roster_model import Fairness, Weights, cost_of, solve_part
from attendance.roster_plan import MAX_RUN, Plan

__all__ = ["Proposal", "SolverMissing", "Spread", "propose"]

BLOCK_DAYS, AHEAD_DAYS = 7, 2
PEOPLE_AT_ONCE = 14
BLOCK_GAP, IMPROVE_GAP = 0.02, 0.01
LEAST_GAIN = 0.002
GOOD_ENOUGH = 1.0  # less than a minute of anybody's hours


@dataclass(frozen=True)
class Spread:
    """The least, the most and the mean of a figure over people who are compared; `group` empty: everybody else."""

    group: str
    people: int
    least: int
    most: int
    mean: float


@dataclass(frozen=True)
class Proposal:
    """`cells`: every open cell with its shift, or none. `unmet`: minimums that are not met, as the checks find them.

    `nights`, `weekends`: nights and days worked at weekends by person; `hours`: minutes against the norm (below 0:
    fewer), over the people who are there nearly all the time.
    """

    cells: tuple[Cell, ...]
    unmet: tuple[Finding, ...]
    nights: tuple[Spread, ...]
    weekends: tuple[Spread, ...]
    hours: tuple[Spread, ...]
    solver: str
    seconds: float


def propose(
    sheet: Sheet,
    *,
    open_cells: Collection[tuple[int, date]],
    nights: frozenset[int] = frozenset(),
    free_days: frozenset[date] = frozenset(),
    max_run: int = MAX_RUN,
    time_limit: float = 40.0,
    seed: int = 0,
    progress: Callable[[int], None] = lambda percent: None,
) -> Proposal:
    """Fill the open cells (employee, day) and leave every other one. `nights`: shifts that count as night;
    `free_days`: weekends and holidays, which are shared out evenly as well.

    `time_limit` in seconds; what is reached by then is the answer. `progress` hears percents. Raises SolverMissing.
    """
    began = time.monotonic()
    name = solver_name()
    plan = Plan(sheet, open_cells)
    fairness = Fairness(plan, nights=nights, free_days=free_days, max_run=max_run)
    weights = Weights()

    def left() -> float:
        return time_limit - (time.monotonic() - began)

    blocks = range(0, len(plan.days), BLOCK_DAYS)
    for number, first in enumerate(blocks):
        last = min(first + BLOCK_DAYS, len(plan.days)) - 1
        ahead = min(last + AHEAD_DAYS, len(plan.days) - 1)
        free = [(one, day) for one in range(len(plan.people)) for day in range(first, ahead + 1) if plan.may[one][day]]
        share = max(left() * 0.8 / (len(blocks) - number), 1.0)
        solve_part(plan, fairness, weights, free, until=ahead, seconds=share, seed=seed, gap=BLOCK_GAP)
        for one in range(len(plan.people)):  # the days looked ahead at are decided with their own week
            for day in range(last + 1, ahead + 1):
                plan.chosen[one][day] = None
        progress(round(60 * (number + 1) / len(blocks)))
    _improve(plan, fairness, weights, left, seed, progress)
    cells = plan.cells()
    found = check(replace(sheet, cells=(*plan.fixed_cells, *cells)))
    return Proposal(
        cells=cells,
        unmet=tuple(row for row in found if row.code == BELOW_MINIMUM),
        nights=_spreads(fairness, fairness.nights_of),
        weekends=_spreads(fairness, fairness.weekends_of),
        hours=_spreads(fairness, fairness.hours_of),
        solver=name,
        seconds=time.monotonic() - began,
    )


def _spreads(fairness: Fairness, figure: Callable[[int], int]) -> tuple[Spread, ...]:
    found = []
    for group, people in fairness.compared().items():
        values = [figure(one) for one in people]
        found.append(Spread(group, len(values), min(values), max(values), round(sum(values) / len(values), 1)))
    return tuple(found)


def _improve(
    plan: Plan,
    fairness: Fairness,
    weights: Weights,
    left: Callable[[], float],
    seed: int,
    progress: Callable[[int], None],
) -> None:
    """Plan a few people anew over the whole period, those who have most with those who have least, while it helps."""
    whole = len(plan.days) - 1
    cost = cost_of(plan, fairness, weights)
    rounds = max(2, -(-len(plan.people) // PEOPLE_AT_ONCE) * 2)
    for number in range(rounds):
        if left() <= 1 or cost < GOOD_ENOUGH:
            return
        people = fairness.to_even_out(PEOPLE_AT_ONCE, number)
        free = [(one, day) for one in people for day in range(len(plan.days)) if plan.may[one][day]]
        seconds = min(left(), max(2.0, left() / 3))
        solve_part(
            plan, fairness, weights, free, until=whole, seconds=seconds, seed=seed, gap=IMPROVE_GAP, improving=True
        )
        progress(60 + round(39 * (number + 1) / rounds))
        now = cost_of(plan, fairness, weights)
        if now >= cost * (1 - LEAST_GAIN) and number >= rounds // 2:
            return
        cost = now
