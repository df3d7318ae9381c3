"""What a fair share of nights and weekends is, and how far a roster is from it: plain values, no database."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from attendance.roster_plan import Plan

NEARLY_ALL = 0.9


def level_pools(demand: Mapping[str, float], common: float, sizes: Mapping[str, float]) -> dict[str, float]:
    """Share a person of each pool: its own demand, and the common demand given to those who have least.

    `sizes`: people of each pool, counted by how much of the time they are there.
    """
    own = {pool: demand.get(pool, 0.0) / size for pool, size in sizes.items() if size > 0}
    if not own:
        return dict.fromkeys(sizes, 0.0)
    total = common + sum(own[pool] * sizes[pool] for pool in own)
    level, raised = 0.0, set(own)
    while raised:  # whoever lies above the common level keeps their own share; the others divide the rest
        level = (total - sum(own[pool] * sizes[pool] for pool in own if pool not in raised)) / sum(
            sizes[pool] for pool in raised
        )
        above = {pool for pool in raised if own[pool] > level + 1e-9}
        if not above:
            break
        raised -= above
    return {pool: max(own.get(pool, 0.0), level) if pool in raised else own.get(pool, 0.0) for pool in sizes}


class Fairness:
    """Counts nights and days worked at weekends, and says what each person's share is.

    People of a position group that has a minimum of its own are compared with each other, everybody else together.
    """

    def __init__(self, plan: Plan, *, nights: frozenset[int], free_days: frozenset[date], max_run: int) -> None:
        self.plan, self.nights, self.max_run = plan, nights, max_run
        self.free_days = {number for number, day in enumerate(plan.days) if day in free_days}
        groups = {need.group for need in plan.needs}
        self.pool = [person.group if person.group in groups else "" for person in plan.people]
        everybody = range(len(plan.people))
        self.there = [
            [bool(plan.may[one][day] or plan.fixed.get((one, day))) for day in range(len(plan.days))]
            for one in everybody
        ]
        self.outside = {
            (one, day.toordinal()) for one in everybody for _, _, day in plan.spans[one] if day not in plan.days
        }

    # Counts

    def works(self, one: int, day: int) -> bool:
        """Also on days before and after the roster."""
        if 0 <= day < len(self.plan.days):
            return bool(self.plan.shifts_on(one, day))
        return (one, self.plan.sheet.start.toordinal() + day) in self.outside

    def nights_of(self, one: int, skip: Iterable[int] = ()) -> int:
        """Nights given so far, without the days in `skip`."""
        left_out = set(skip)
        return sum(
            shift in self.nights
            for day in range(len(self.plan.days))
            if day not in left_out
            for shift in self.plan.shifts_on(one, day)
        )

    def weekends_of(self, one: int, skip: Iterable[int] = ()) -> int:
        left_out = set(skip)
        return sum(bool(self.plan.shifts_on(one, day)) for day in self.free_days if day not in left_out)

    # Shares

    def demand(self, day: int) -> Iterable[tuple[int, str, float]]:
        """Shift, group and people needed on a day; group "" is what anybody may fill beyond the groups' own needs."""
        of_shift: dict[int, dict[str, int]] = defaultdict(dict)
        for need in self.plan.needs:
            if need.day == day:
                known = of_shift[need.shift_id]
                known[need.group] = max(known.get(need.group, 0), need.count)
        for shift, groups in of_shift.items():
            of_groups = sum(count for group, count in groups.items() if group)
            for group, count in groups.items():
                yield shift, group, count if group else max(0, count - of_groups)

    def needed(self, day: int, shift_id: int) -> int:
        return round(sum(count for shift, _, count in self.demand(day) if shift == shift_id))

    def _targets(self, until: int, *, only_nights: bool) -> list[float]:
        """What each person's share comes to by that day, from the minimums and the time they are there."""
        days = [day for day in range(until + 1) if only_nights or day in self.free_days]
        own: dict[str, float] = defaultdict(float)
        for day in days:
            for shift, group, count in self.demand(day):
                if not only_nights or shift in self.nights:
                    own[group] += count
        presence = [sum(self.there[one][day] for day in days) / max(len(days), 1) for one in range(len(self.pool))]
        sizes: dict[str, float] = defaultdict(float)
        for pool, share in zip(self.pool, presence, strict=True):
            sizes[pool] += share
        common = own.pop("", 0.0)
        levels = level_pools(own, common, sizes)
        return [levels[pool] * share for pool, share in zip(self.pool, presence, strict=True)]

    def night_targets(self, until: int) -> list[float]:
        return self._targets(until, only_nights=True)

    def weekend_targets(self, until: int) -> list[float]:
        return self._targets(until, only_nights=False)

    def even_targets(self, counts: list[int]) -> list[float]:
        """The shares that would be even with as many nights (or weekends) in all as the roster has now."""
        total: dict[str, float] = defaultdict(float)
        sizes: dict[str, float] = defaultdict(float)
        presence = [sum(days) / max(len(days), 1) for days in self.there]
        for one, count in enumerate(counts):
            total[self.pool[one]] += count
            sizes[self.pool[one]] += presence[one]
        return [
            total[pool] / sizes[pool] * share if sizes[pool] else 0.0
            for pool, share in zip(self.pool, presence, strict=True)
        ]

    def to_even_out(self, number: int, turn: int) -> list[int]:
        """Half of those farthest above their share and half of those farthest below, others each turn."""
        everybody = range(len(self.pool))
        nights, weekends = [self.nights_of(one) for one in everybody], [self.weekends_of(one) for one in everybody]
        fair_nights, fair_weekends = self.even_targets(nights), self.even_targets(weekends)
        ahead = [
            (nights[one] - fair_nights[one]) * 2
            + weekends[one]
            - fair_weekends[one]
            + (one * 7919 + turn * 104729) % 97 / 97
            for one in everybody
        ]
        order = sorted(everybody, key=lambda one: (-ahead[one], one))
        if len(order) <= number:
            return order
        half = number // 2
        if turn % 2:  # every other turn goes through everybody
            start = turn // 2 * number % len(order)
            return sorted((order + order)[start : start + number])
        return sorted({*order[:half], *order[len(order) - half :]})

    def hours_of(self, one: int) -> int:
        """Minutes against the norm over all periods in which hours are averaged."""
        return round(
            sum(
                self.plan.minutes(one, window.first, window.last) + window.outside[one] - window.norm[one]
                for window in self.plan.windows
            )
        )

    def compared(self) -> dict[str, list[int]]:
        """People who are there on nearly all days, by the pool in which they are compared."""
        most = max((sum(days) for days in self.there), default=0)
        found: dict[str, list[int]] = defaultdict(list)
        for one, days in enumerate(self.there):
            if sum(days) >= math.ceil(most * NEARLY_ALL) and sum(days):
                found[self.pool[one]].append(one)
        return dict(sorted(found.items()))
