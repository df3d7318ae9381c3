"""One week of a fair rotation as a small network problem for HiGHS: plain values, no database, no clock.

People who are alike in that week (same limits, same free days, same number of days so far) are one share, and the
solver says how many of each share are away on each day. Counts can always be dealt out to the people of a share so
that each gets the same number of days or one more, so nothing is lost by looking at shares (DESIGN).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

try:
    import highspy
    import numpy as np

    INSTALLED = True
except ImportError:  # the extra [solver]
    INSTALLED = False

# One day more or less for anybody outweighs all that is said about weekdays; see `_objective`.
FAIRNESS, STEPS, STEP_COST, HISTORY_COST, HISTORY_MAX = 10_000, 20, 2, 4, 20
WHOLE = 1e-6


class SolverMissing(Exception):
    """The solver package is not installed (extra `[solver]`)."""


@dataclass(frozen=True)
class Share:
    """`size` people who are alike in a week.

    `days`: weekdays (0 = Monday) on which each may be away; `room`: at most so many of them a person; `had`: days each
    had before; `limits`: positions in the list of limits that count them; `often`: how often, on average, each had
    that weekday before.
    """

    size: int
    days: tuple[int, ...]
    room: int
    had: int
    limits: frozenset[int]
    often: tuple[float, ...]


def solver_name() -> str:
    """Name and version of the solver. Raises SolverMissing without it."""
    if not INSTALLED:
        raise SolverMissing
    return f"HiGHS {highspy.Highs().version()}"


class _Model:
    """Columns and rows collected one by one, handed over at once."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.upper: list[float] = []
        self.starts: list[int] = [0]
        self.columns: list[int] = []
        self.values: list[float] = []
        self.row_lower: list[float] = []
        self.row_upper: list[float] = []

    def column(self, upper: float, cost: float) -> int:
        self.costs.append(cost)
        self.upper.append(upper)
        return len(self.costs) - 1

    def row(self, plus: Sequence[int], minus: Sequence[int], lower: float, upper: float) -> None:
        self.columns += [*plus, *minus]
        self.values += [1.0] * len(plus) + [-1.0] * len(minus)
        self.starts.append(len(self.columns))
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def as_lp(self, *, whole: bool) -> Any:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self.row_lower)
        lp.col_cost_ = np.array(self.costs)
        lp.col_lower_, lp.col_upper_ = np.zeros(len(self.costs)), np.array(self.upper)
        lp.row_lower_, lp.row_upper_ = np.array(self.row_lower), np.array(self.row_upper)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self.starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self.columns, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self.values)
        if whole:
            lp.integrality_ = [highspy.HighsVarType.kInteger] * len(self.costs)
        return lp


def solve_week(
    shares: Sequence[Share], limits: Sequence[tuple[int, int]], *, seconds: float, seed: int
) -> list[dict[int, int]] | None:
    """How many of each share are away on each weekday; None when no answer was found in `seconds`.

    `limits`: (weekday, how many may be away). As many days as possible first, then totals as even as possible, then
    weekdays. Limits of nested units make a network, whose best corner is whole; where position groups cross units
    that is not certain, and the counts are then asked for as whole numbers. Raises SolverMissing.
    """
    if not INSTALLED:
        raise SolverMissing
    model = _Model()
    away = _add_shares(model, shares)
    _add_limits(model, shares, limits, away)
    _add_load(model, shares, away)
    for whole in (False, True):
        found = _run(model.as_lp(whole=whole), seconds=seconds, seed=seed)
        if found is None:
            return None
        counts = [{day: round(found[column]) for day, column in columns.items()} for columns in away]
        if whole or all(abs(value - round(value)) <= WHOLE for value in found):
            return counts
    return None


def _add_shares(model: _Model, shares: Sequence[Share]) -> list[dict[int, int]]:
    """Columns per share and day, tied to columns for the first, second… day of its people, each worth less."""
    base = min((share.had for share in shares), default=0)
    most = max((share.had + share.room for share in shares), default=0) - base + 1
    away = []
    for share in shares:
        least = min((share.often[day] for day in share.days), default=0.0)
        columns = {
            day: model.column(share.size, -min(HISTORY_MAX, round(HISTORY_COST * (share.often[day] - least))))
            for day in share.days
        }
        nth = [
            model.column(share.size, FAIRNESS * (most - (share.had - base + number)))
            for number in range(1, share.room + 1)
        ]
        model.row(list(columns.values()), nth, 0, 0)
        away.append(columns)
    return away


def _add_limits(
    model: _Model, shares: Sequence[Share], limits: Sequence[tuple[int, int]], away: list[dict[int, int]]
) -> None:
    members: list[list[int]] = [[] for _ in limits]
    for share, columns in zip(shares, away, strict=True):
        for number in sorted(share.limits):
            column = columns.get(limits[number][0])
            if column is not None:
                members[number].append(column)
    for (_, room), columns_of in zip(limits, members, strict=True):
        if columns_of:
            model.row(columns_of, [], 0, max(room, 0))


def _add_load(model: _Model, shares: Sequence[Share], away: list[dict[int, int]]) -> None:
    """The more are away on a day, the dearer each further one: the days of a week are used alike."""
    step = max(1, -(-sum(share.size for share in shares) // STEPS))
    for day in sorted({day for share in shares for day in share.days}):
        columns = [of_share[day] for of_share in away if day in of_share]
        model.row(columns, [model.column(step, -STEP_COST * number) for number in range(STEPS)], 0, 0)


def _run(lp: Any, *, seconds: float, seed: int) -> list[float] | None:
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", seed),
        ("time_limit", max(seconds, 0.01)),
        ("mip_rel_gap", 0.0),
        ("mip_abs_gap", 0.5),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(lp)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return list(solver.getSolution().col_value)
    return None
