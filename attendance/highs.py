"""A small mixed-integer model for HiGHS: columns and rows collected one by one, handed over at once. Plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

try:
    import highspy
    import numpy as np

    INSTALLED = True
except ImportError:  # the extra [solver]
    INSTALLED = False

INFINITE = float("inf")


class SolverMissing(Exception):
    """The solver package is not installed (extra `[solver]`)."""


def solver_name() -> str:
    """Name and version of the solver. Raises SolverMissing without it."""
    if not INSTALLED:
        raise SolverMissing
    return f"HiGHS {highspy.Highs().version()}"


class Model:
    """Minimise the cost of the columns. `column` returns the number by which rows name it."""

    def __init__(self) -> None:
        self.costs: list[float] = []
        self.upper: list[float] = []
        self.whole: list[bool] = []
        self.start: list[float] = []
        self._starts: list[int] = [0]
        self._columns: list[int] = []
        self._values: list[float] = []
        self._row_lower: list[float] = []
        self._row_upper: list[float] = []

    def column(self, *, upper: float = INFINITE, cost: float = 0.0, whole: bool = False, start: float = 0.0) -> int:
        """A value from 0 to `upper`; `start` is its value in the answer known already."""
        self.costs.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        self.start.append(start)
        return len(self.costs) - 1

    def row(self, terms: Sequence[tuple[int, float]], *, lower: float = -INFINITE, upper: float = INFINITE) -> None:
        self._columns += [column for column, _ in terms]
        self._values += [value for _, value in terms]
        self._starts.append(len(self._columns))
        self._row_lower.append(lower)
        self._row_upper.append(upper)

    def solve(self, *, seconds: float, seed: int, gap: float, with_start: bool = False) -> list[float] | None:
        """Values of the columns in the best answer found, None without one. `gap`: how far from the best possible
        cost, as a share, an answer may lie. `with_start`: the whole columns begin as they are known."""
        if not INSTALLED:
            raise SolverMissing
        solver = highspy.Highs()
        options = {
            "output_flag": False,
            "threads": 1,
            "random_seed": seed,
            "time_limit": max(seconds, 0.05),
            "mip_rel_gap": gap,
        }
        for option, value in options.items():
            solver.setOptionValue(option, value)
        solver.passModel(self._as_lp())
        if with_start:
            known = [number for number, whole in enumerate(self.whole) if whole]
            values = np.array([self.start[number] for number in known])
            solver.setSolution(len(known), np.array(known, dtype=np.int32), values)
        solver.run()
        found = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        return list(solver.getSolution().col_value) if found else None

    def _as_lp(self) -> Any:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.costs), len(self._row_lower)
        lp.col_cost_ = np.array(self.costs)
        lp.col_lower_, lp.col_upper_ = np.zeros(len(self.costs)), np.array(self.upper)
        lp.row_lower_, lp.row_upper_ = np.array(self._row_lower), np.array(self._row_upper)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.array(self._starts, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self._columns, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self._values)
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        lp.integrality_ = [kinds[whole] for whole in self.whole]
        return lp
