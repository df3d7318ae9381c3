"""One part of a roster as a mixed-integer model: some open days of some people, the rest as it stands. Plain values."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from attendance.highs import Model
from attendance.roster_fairness import Fairness
from attendance.roster_plan import Plan

__all__ = ["Fairness", "Weights", "cost_of", "solve_part"]

STEPS = 6  # people beyond the minimum of a shift, each dearer than the one before
FACTORS = (1.0, 1.5, 2.5, 4.0)  # how much dearer the first, second… step away from a share is
HOURS_STEP = 480.0  # minutes: about a shift


@dataclass(frozen=True)
class Weights:
    """What a fault costs. The order matters, not the figures: minimums, hours, nights, weekends, even cover. DESIGN."""

    unmet: float = 5000.0
    hour_over: float = 12.0
    hour_under: float = 8.0
    night: float = 40.0
    weekend: float = 30.0
    surplus: float = 1.0
    surplus_night: float = 25.0
    surplus_free: float = 4.0
    arrangement: float = 15.0


@dataclass(frozen=True)
class Band:
    """Minutes between which nothing is said about hours."""

    least: float
    most: float


def band(plan: Plan, one: int, window: int, until: int) -> Band:
    """Within one shift below the norm; while later days are still open, a shift more or less is evened out later."""
    found = plan.windows[window]
    lengths = [shift.work_min for shift in plan.sheet.shifts.values()] or [0]
    if until >= min(found.last, len(plan.days) - 1):
        return Band(found.norm[one] - min(lengths) + 1, found.norm[one])
    first = plan.days[0].fromordinal(plan.days[0].toordinal() + found.first)
    norm = plan.norm(one, first, plan.days[until])
    return Band(norm - max(lengths), norm + min(lengths) / 2)


def _dearer(excess: float, step: float) -> float:
    """The same account as `_Part._excess`: what lies farther off costs more, so that a burden is shared."""
    return sum(
        factor * max(0.0, min(excess - step * number, step if number < len(FACTORS) - 1 else excess))
        for number, factor in enumerate(FACTORS)
    )


def _deviation(value: float, least: float, most: float, step: float) -> tuple[float, float]:
    return _dearer(least - value, step), _dearer(value - most, step)


def cost_of(plan: Plan, fairness: Fairness, weights: Weights) -> float:
    """What the roster as it stands costs, by the same account as the model's."""
    until = len(plan.days) - 1
    everybody = range(len(plan.people))
    cost = 0.0
    for need in plan.needs:
        given = sum(plan.chosen[one][need.day] == need.shift_id for one in need.pool)
        cost += weights.unmet * max(0, need.count - need.fixed - given)
    for number, window in enumerate(plan.windows):
        for one in everybody:
            limits = band(plan, one, number, until)
            minutes = plan.minutes(one, window.first, window.last) + window.outside[one]
            under, over = _deviation(minutes, limits.least, limits.most, HOURS_STEP)
            cost += (weights.hour_under * under + weights.hour_over * over) / 60
    nights, weekends = [fairness.nights_of(one) for one in everybody], [fairness.weekends_of(one) for one in everybody]
    for counts, weight in ((nights, weights.night), (weekends, weights.weekend)):
        for count, target in zip(counts, fairness.even_targets(counts), strict=True):
            cost += weight * sum(_deviation(count, math.floor(target), math.ceil(target), 1))
    return cost


class _Part:
    """The model of one part."""

    def __init__(
        self,
        plan: Plan,
        fairness: Fairness,
        weights: Weights,
        free: Sequence[tuple[int, int]],
        *,
        until: int,
        improving: bool,
    ) -> None:
        self.plan, self.fairness, self.weights = plan, fairness, weights
        self.until, self.improving = until, improving
        self.model = Model()
        self.free = set(free)
        self.days_of: dict[int, list[int]] = defaultdict(list)
        for one, day in sorted(self.free):
            self.days_of[one].append(day)
        self.x: dict[tuple[int, int, int], int] = {}
        for one, day in sorted(self.free):
            for shift in self._possible(one, day):
                cost = weights.arrangement if self._arranged(one, day) else 0.0
                start = float(plan.chosen[one][day] == shift)
                self.x[one, day, shift] = self.model.column(upper=1, cost=cost, whole=True, start=start)
        self.on_day: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for key in self.x:
            self.on_day[key[1]].append(key)

    def _arranged(self, one: int, day: int) -> bool:
        return (self.plan.people[one].id, self.plan.days[day]) in self.plan.sheet.arrangements

    def _possible(self, one: int, day: int) -> list[int]:
        """Shifts that keep the rest to those given on days that this part leaves as they are."""
        shifts = set(self.plan.may[one][day])
        for apart, pairs in self.plan.too_close.items():
            for other, is_before in ((day - apart, True), (day + apart, False)):
                if not 0 <= other < len(self.plan.days) or (one, other) in self.free:
                    continue
                given = self.plan.chosen[one][other]
                shifts -= {
                    (after if is_before else before)
                    for before, after in pairs
                    if given == (before if is_before else after)
                }
        return sorted(shifts)

    def build(self) -> None:
        for one in self.days_of:
            self._one_a_day(one)
            self._rest(one)
            self._runs(one)
            self._hours(one)
        self._cover()
        self._shares()

    def _cells(self, one: int, day: int) -> list[tuple[int, float]]:
        keys = ((one, day, shift) for shift in self.plan.may[one][day])
        return [(self.x[key], 1.0) for key in keys if key in self.x]

    def _one_a_day(self, one: int) -> None:
        for day in self.days_of[one]:
            if len(cells := self._cells(one, day)) > 1:
                self.model.row(cells, upper=1)

    def _rest(self, one: int) -> None:
        for apart, pairs in self.plan.too_close.items():
            for day in self.days_of[one]:
                for after in self.plan.may[one][day + apart] if (one, day + apart) in self.free else ():
                    later = self.x.get((one, day + apart, after))
                    earlier = [
                        self.x[one, day, before]
                        for before, then in pairs
                        if then == after and (one, day, before) in self.x
                    ]
                    if later is not None and earlier:
                        self.model.row([(later, 1.0), *((column, 1.0) for column in earlier)], upper=1)

    def _runs(self, one: int) -> None:
        """At most `max_run` days of work in any stretch that is one day longer."""
        length = self.fairness.max_run + 1
        free = set(self.days_of[one])
        for first in range(self.days_of[one][0] - length + 1, self.days_of[one][-1] + 1):
            stretch = range(first, first + length)
            terms = [cell for day in stretch if day in free for cell in self._cells(one, day)]
            there = sum(self.fairness.works(one, day) for day in stretch if day not in free)
            if terms and there + sum(day in free for day in stretch) > self.fairness.max_run:
                self.model.row(terms, upper=max(0, self.fairness.max_run - there))

    def _hours(self, one: int) -> None:
        plan = self.plan
        for number, window in enumerate(plan.windows):
            days = [day for day in self.days_of[one] if window.first <= day <= min(window.last, self.until)]
            if not days or window.first > self.until:
                continue
            terms = [
                (self.x[one, day, shift], float(plan.sheet.shifts[shift].work_min))
                for day in days
                for shift in plan.may[one][day]
                if (one, day, shift) in self.x
            ]
            taken = set(days)
            there = window.outside[one] + sum(
                plan.minutes(one, day, day)
                for day in range(max(window.first, 0), min(window.last, self.until) + 1)
                if day not in taken
            )
            limits = band(plan, one, number, self.until)
            under = self._excess(self.weights.hour_under / 60, HOURS_STEP, 1.0)
            over = self._excess(self.weights.hour_over / 60, HOURS_STEP, -1.0)
            self.model.row([*terms, *under], lower=limits.least - there)
            self.model.row([*terms, *over], upper=limits.most - there)

    def _excess(self, cost: float, step: float, sign: float) -> list[tuple[int, float]]:
        """Columns for what lies beyond a limit, in steps that become dearer."""
        last = len(FACTORS) - 1
        return [
            (self.model.column(upper=step if number < last else math.inf, cost=cost * factor), sign)
            for number, factor in enumerate(FACTORS)
        ]

    def _cover(self) -> None:
        plan, weights = self.plan, self.weights
        for need in plan.needs:
            keys = [key for key in self.on_day[need.day] if key[2] == need.shift_id and key[0] in need.pool]
            there = need.fixed + sum(
                plan.chosen[one][need.day] == need.shift_id for one in need.pool if (one, need.day) not in self.free
            )
            if need.day > self.until or not keys or there >= need.count:
                continue
            missing = self.model.column(cost=weights.unmet)
            self.model.row([*((self.x[key], 1.0) for key in keys), (missing, 1.0)], lower=need.count - there)
        for day in sorted(self.on_day):
            for shift in plan.shift_ids:
                self._surplus(day, shift)

    def _surplus(self, day: int, shift: int) -> None:
        """People beyond what a shift needs, each dearer than the one before: what is over is spread evenly."""
        columns = [self.x[key] for key in self.on_day[day] if key[2] == shift]
        there = sum(
            shift in self.plan.shifts_on(one, day)
            for one in range(len(self.plan.people))
            if (one, day) not in self.free
        )
        if not columns:
            return
        weights = self.weights
        extra = weights.surplus_night if shift in self.fairness.nights else 0.0
        extra += weights.surplus_free if day in self.fairness.free_days else 0.0
        room = self.fairness.needed(day, shift) - there
        size = max(1.0, math.ceil(len(self.plan.people) / 12))
        passed = max(0.0, -room)
        steps = []
        for number in range(STEPS):
            length = size if number < STEPS - 1 else math.inf
            done = min(length, passed)
            passed -= done
            if length > done:
                cost = weights.surplus * number + extra
                steps.append((self.model.column(upper=length - done, cost=cost), -1.0))
        self.model.row([*((column, 1.0) for column in columns), *steps], upper=max(0, room))

    def _shares(self) -> None:
        """Nights and weekends: nothing is said between the whole numbers around a person's share."""
        fairness, everybody = self.fairness, range(len(self.plan.people))
        nights = fairness.night_targets(self.until)
        weekends = fairness.weekend_targets(self.until)
        if self.improving:  # more than the minimums ask for may be planned: that is shared out as well
            even = fairness.even_targets([fairness.nights_of(one) for one in everybody])
            nights = [max(pair) for pair in zip(nights, even, strict=True)]
            even = fairness.even_targets([fairness.weekends_of(one) for one in everybody])
            weekends = [max(pair) for pair in zip(weekends, even, strict=True)]
        for one, days in self.days_of.items():
            night = [key for key in self.x if key[0] == one and key[2] in fairness.nights]
            weekend = [key for key in self.x if key[0] == one and key[1] in fairness.free_days]
            self._share(night, fairness.nights_of(one, skip=days), nights[one], self.weights.night)
            self._share(weekend, fairness.weekends_of(one, skip=days), weekends[one], self.weights.weekend)

    def _share(self, keys: Sequence[tuple[int, int, int]], there: int, target: float, weight: float) -> None:
        if not keys:
            return
        terms = [(self.x[key], 1.0) for key in keys]
        over, under = self._excess(weight, 1.0, -1.0), self._excess(weight, 1.0, 1.0)
        self.model.row([*terms, *over], upper=math.ceil(target - 1e-6) - there)
        self.model.row([*terms, *under], lower=math.floor(target + 1e-6) - there)


def solve_part(
    plan: Plan,
    fairness: Fairness,
    weights: Weights,
    free: Sequence[tuple[int, int]],
    *,
    until: int,
    seconds: float,
    seed: int,
    gap: float,
    improving: bool = False,
) -> bool:
    """Decide the cells in `free` (person, day), as rows of the plan; days after `until` are not looked at yet.

    `improving`: everything is planned already, and the answer begins from there. Returns False when there was no
    answer in `seconds`; the cells then stay as they were.
    """
    if not free:
        return True
    part = _Part(plan, fairness, weights, free, until=until, improving=improving)
    part.build()
    found = part.model.solve(seconds=seconds, seed=seed, gap=gap, with_start=improving)
    if found is None:
        return False
    for one, day in free:
        plan.chosen[one][day] = None
    for (one, day, shift), column in part.x.items():
        if found[column] > 0.5:
            plan.chosen[one][day] = shift
    return True
