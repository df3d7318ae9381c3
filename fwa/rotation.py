"""A fair rotation: who of many people is away on which days, without breaking any limit. Plain values only.

In this order: no limit, weekly cap or closed day is ever broken; as many days as possible; totals as even as possible
(people with the same limits and free days differ by one at most; somebody who was absent catches up); weekdays shared
out, so that nobody always has the Friday. Week by week with HiGHS (`rotation_week`), then evened out over the whole
period. The same people, limits and seed give the same answer.

Source: PermenPANRB 4/2025 Arts 12-13 [Q] for the weekly cap and the quota; the way of sharing is DESIGN.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from fwa.day_checks import BELOW_MINIMUM, HOLIDAY, OVER_CAP, UNIT_FULL, week_of
from fwa.rotation_week import Share, SolverMissing, solve_week, solver_name

__all__ = ["Rotation", "RotationLimit", "RotationPerson", "Shortfall", "SolverMissing", "rotate"]

QUOTA, MINIMUM = "quota", "minimum"
CODE_OF_LIMIT = {QUOTA: UNIT_FULL, MINIMUM: BELOW_MINIMUM}
EVENING_PASSES = 20


@dataclass(frozen=True)
class RotationPerson:
    """One person. `open_days`: days that pass the person's own checks (working day, placed, no absence, no clash).

    `weekly_room`: Monday -> days of the weekly cap still free (a week that is missing: the whole `days_per_week`).
    `closed`: other days -> code of the problem (`fwa.day_checks`), for the reasons.
    """

    id: int
    open_days: frozenset[date]
    weekly_room: Mapping[date, int] = field(default_factory=dict)
    closed: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RotationLimit:
    """At most `room` of `people` may be away on `day`: a quota less those away already, or those expected on site
    less a minimum, of one unit (`group`: of one position group in it; `kind`: "quota" or "minimum")."""

    day: date
    room: int
    people: frozenset[int]
    unit: str
    kind: str
    group: str = ""


@dataclass(frozen=True)
class Shortfall:
    """`missing` days in the week from Monday `week`, and the reason that weighs most.

    `code`: a code of `fwa.day_checks`: the person's own (absent, clash, holiday, ...), `over_cap`, or `unit_full` and
    `below_minimum` with the `unit`. `detail`: for limits `day` (ISO, first day that was full), `room` (places for these
    people that day), `sharing` (how many people share them), `days` (free days of the week that were full) and
    `group`; for own reasons `days` (days lost to it); for the cap `room` (days left of it).
    """

    week: date
    missing: int
    code: str
    unit: str = ""
    detail: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rotation:
    """What everybody gets. `least` and `most`: days of the people who could have had the full number each week."""

    days: Mapping[int, tuple[date, ...]]
    short: Mapping[int, tuple[Shortfall, ...]]
    least: int
    most: int
    solver: str
    seconds: float


def rotate(
    people: Iterable[RotationPerson],
    limits: Iterable[RotationLimit],
    *,
    days_per_week: int,
    first: date,
    last: date,
    time_limit: float = 20.0,
    seed: int = 0,
) -> Rotation:
    """Share out `days_per_week` days a week from `first` to `last`.

    `time_limit` in seconds: weeks that the solver does not finish in it are dealt out by turns, still within every
    limit. `seed` decides who comes first where all else is equal. Raises SolverMissing without the solver; where
    nothing can be granted the answer is empty with reasons.
    """
    began = time.monotonic()
    name = solver_name()
    plan = _Plan(people, limits, days_per_week=days_per_week, first=first, last=last, seed=seed)
    for week in plan.weeks:
        left = time_limit - (time.monotonic() - began)
        if left <= 0 or not plan.solve(week, seconds=left, seed=seed):
            name = name if name.endswith("turns") else f"{name} + turns"
        plan.top_up(week)
        plan.share_weekdays(week)
    plan.even_out()
    full = [len(plan.given[one.id]) for one in plan.people if plan.could_have_all(one)]
    return Rotation(
        days={one.id: tuple(sorted(plan.given[one.id])) for one in plan.people},
        short={one.id: found for one in plan.people if (found := plan.shortfalls(one))},
        least=min(full, default=0),
        most=max(full, default=0),
        solver=name,
        seconds=time.monotonic() - began,
    )


class _Plan:
    """The state of the sharing: what is given, and what each limit still has."""

    def __init__(
        self,
        people: Iterable[RotationPerson],
        limits: Iterable[RotationLimit],
        *,
        days_per_week: int,
        first: date,
        last: date,
        seed: int,
    ) -> None:
        self.per_week, self.first, self.last = max(days_per_week, 0), first, last
        self.people = sorted(people, key=lambda one: one.id)
        turns = list(range(len(self.people)))
        random.Random(seed).shuffle(turns)  # noqa: S311  (fairness, not secrecy: the same seed, the same turns)
        self.turn = {one.id: turn for one, turn in zip(self.people, turns, strict=True)}
        self.given: dict[int, set[date]] = {one.id: set() for one in self.people}
        self.in_week: Counter[tuple[int, date]] = Counter()
        self.weekdays = {one.id: [0] * 7 for one in self.people}
        self.open_by_week: dict[date, dict[int, tuple[date, ...]]] = defaultdict(dict)
        for one in self.people:
            of_week: dict[date, list[date]] = defaultdict(list)
            for day in sorted(day for day in one.open_days if first <= day <= last):
                of_week[week_of(day)].append(day)
            for week, days in of_week.items():
                self.open_by_week[week][one.id] = tuple(days)
        self.weeks = sorted(self.open_by_week)
        self.room = {
            (one.id, week): max(0, min(self.per_week, one.weekly_room.get(week, self.per_week)))
            for one in self.people
            for week in self.weeks
        }
        self._read_limits(limits)

    def _read_limits(self, limits: Iterable[RotationLimit]) -> None:
        """Keep the limits that can bind: fewer places than people who could be away that day."""
        open_on: dict[date, set[int]] = defaultdict(set)
        for of_people in self.open_by_week.values():
            for person, days in of_people.items():
                for day in days:
                    open_on[day].add(person)
        self.limits: list[RotationLimit] = []
        self.left: list[int] = []
        self.counted: dict[date, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.members: list[frozenset[int]] = []
        self.by_week: dict[date, list[int]] = defaultdict(list)
        for limit in limits:
            members = limit.people & open_on.get(limit.day, set())
            room = max(limit.room, 0)
            if len(members) <= room:
                continue
            number = len(self.limits)
            self.limits.append(limit)
            self.left.append(room)
            self.members.append(frozenset(members))
            self.by_week[week_of(limit.day)].append(number)
            on_day = self.counted[limit.day]
            for person in members:
                on_day[person].append(number)

    # One day of one person

    def _give(self, person: int, day: date, by: int = 1) -> None:
        """Give a day (`by` = 1) or take it back (-1)."""
        if by == 1:
            self.given[person].add(day)
        else:
            self.given[person].discard(day)
        self.in_week[person, week_of(day)] += by
        self.weekdays[person][day.weekday()] += by
        for number in self.counted[day].get(person, ()):
            self.left[number] -= by

    def _has_room(self, person: int, week: date, day: date) -> bool:
        return day not in self.given[person] and self.in_week[person, week] < self.room[person, week]

    def _full(self, person: int, day: date) -> list[int]:
        """Limits that have no place left for this person that day."""
        return [number for number in self.counted[day].get(person, ()) if self.left[number] <= 0]

    # One week

    def solve(self, week: date, *, seconds: float, seed: int) -> bool:
        """Let the solver say how many of each share are away on each day, and deal that out. False: no answer."""
        groups = self._alike(week)
        numbers = self.by_week[week]
        position = {number: index for index, number in enumerate(numbers)}
        shares = []
        for (limits, days, room, had), members in groups:
            often = [sum(self.weekdays[one][weekday] for one in members) / len(members) for weekday in range(7)]
            own = frozenset(position[number] for number in limits)
            shares.append(Share(len(members), tuple(day.weekday() for day in days), room, had, own, tuple(often)))
        caps = [(self.limits[number].day.weekday(), self.left[number]) for number in numbers]
        counts = solve_week(shares, caps, seconds=seconds, seed=seed)
        if counts is None:
            return False
        for (_, members), of_share in zip(groups, counts, strict=True):
            self._deal(week, members, of_share)
        return True

    def _alike(self, week: date) -> list[tuple[tuple[tuple[int, ...], tuple[date, ...], int, int], list[int]]]:
        """People by what sets them apart this week: limits, free days, room and days so far."""
        groups: dict[tuple[tuple[int, ...], tuple[date, ...], int, int], list[int]] = defaultdict(list)
        for person, days in self.open_by_week[week].items():
            if (room := self.room[person, week]) > 0:
                groups[self._limits_of(person, days), days, room, len(self.given[person])].append(person)
        return sorted(groups.items())

    def _limits_of(self, person: int, days: Iterable[date]) -> tuple[int, ...]:
        return tuple(number for day in days for number in self.counted[day].get(person, ()))

    def _deal(self, week: date, members: Sequence[int], counts: Mapping[int, int]) -> None:
        """Give the counted days to the people of a share: each the same number or one more.

        Day by day, fullest first, to those who are still owed most: that never gets stuck (Gale and Ryser).
        """
        each, more = divmod(sum(counts.values()), len(members))
        turns = sorted(members, key=lambda one: self.turn[one])
        owed = {one: each + (index < more) for index, one in enumerate(turns)}
        for weekday in sorted(counts, key=lambda weekday: (-counts[weekday], weekday)):
            day = week + timedelta(days=weekday)
            in_order = sorted(turns, key=lambda one: (-owed[one], self.weekdays[one][weekday]))
            for one in in_order[: counts[weekday]]:
                owed[one] -= 1
                self._give(one, day)

    def top_up(self, week: date) -> None:
        """Fill what is still free, those with fewest days first: nothing after the solver, all of it without."""
        behind = sorted(self.open_by_week[week], key=lambda one: (len(self.given[one]), self.turn[one]))
        for _ in range(self.per_week):
            for person in behind:
                if self.in_week[person, week] >= self.room[person, week]:
                    continue
                fitting = [
                    day
                    for day in self.open_by_week[week][person]
                    if day not in self.given[person] and not self._full(person, day)
                ]
                if fitting:
                    self._give(person, min(fitting, key=lambda day: (self.weekdays[person][day.weekday()], day)))

    def share_weekdays(self, week: date) -> None:
        """Swap days between people with the same limits where both come nearer to an even spread of weekdays."""
        groups: dict[tuple[tuple[int, ...], tuple[date, ...]], list[int]] = defaultdict(list)
        for person, days in self.open_by_week[week].items():
            groups[self._limits_of(person, days), days].append(person)
        for (_, days), members in sorted(groups.items()):
            pairs = [(one, other) for index, one in enumerate(days) for other in days[index + 1 :]]
            for _ in range(len(days)):
                if not sum(self._swap(members, one, other) for one, other in pairs):
                    break

    def _swap(self, members: Sequence[int], one: date, other: date) -> bool:
        def had_more(person: int, this: date, that: date) -> int:
            return self.weekdays[person][this.weekday()] - self.weekdays[person][that.weekday()] - 1

        def who(this: date, that: date) -> list[int]:
            having = [person for person in members if this in self.given[person] and that not in self.given[person]]
            return sorted(having, key=lambda person: (-had_more(person, this, that), self.turn[person]))

        swapped = False
        for first, second in zip(who(one, other), who(other, one), strict=False):
            if had_more(first, one, other) + had_more(second, other, one) <= 0:
                break
            for person, gone, new in ((first, one, other), (second, other, one)):
                self._give(person, gone, by=-1)
                self._give(person, new)
            swapped = True
        return swapped

    # The whole period

    def even_out(self) -> None:
        """Pass days from those with most to those with at least two fewer, wherever every limit allows it."""
        for _ in range(EVENING_PASSES):
            most = max((len(days) for days in self.given.values()), default=0)
            behind = [one for one in self.people if len(self.given[one.id]) <= most - 2]
            behind.sort(key=lambda one: (len(self.given[one.id]), self.turn[one.id]))
            if not sum(self._catch_up(one.id) for one in behind):
                return

    def _catch_up(self, low: int) -> bool:
        """Take days over from people with two more, as long as there are any."""
        taken = False
        for week in self.weeks:
            for day in self.open_by_week[week].get(low, ()):
                if self._has_room(low, week, day) and (high := self._ahead(low, day)) is not None:
                    self._give(high, day, by=-1)
                    self._give(low, day)
                    taken = True
        return taken

    def _ahead(self, low: int, day: date) -> int | None:
        """Who is away that day, has at least two days more and frees every place that `low` needs; most days first."""
        full = self._full(low, day)
        if not full:
            return None  # nobody can be in the way: `top_up` found it beyond reach
        enough = len(self.given[low]) + 2
        narrow, *wider = sorted((self.members[number] for number in full), key=len)
        fitting = [
            one
            for one in narrow
            if len(self.given[one]) >= enough and day in self.given[one] and all(one in others for others in wider)
        ]
        return min(fitting, key=lambda one: (-len(self.given[one]), self.turn[one]), default=None)

    # Reasons

    def _wanted(self, person: RotationPerson, week: date) -> int:
        """Days a week is good for: `days_per_week`, or fewer where the period has only a part of the week."""
        in_period = [day for day in _days_of(week) if self.first <= day <= self.last]
        return min(self.per_week, sum(day.weekday() < 5 or day in person.open_days for day in in_period))

    def _all_weeks(self) -> list[date]:
        start = week_of(self.first)
        return [start + timedelta(days=7 * number) for number in range((self.last - start).days // 7 + 1)]

    def could_have_all(self, person: RotationPerson) -> bool:
        """Whether the person's own days and cap leave room for the full number in every week."""
        return all(
            len(self.open_by_week.get(week, {}).get(person.id, ())) >= (wanted := self._wanted(person, week))
            and self.room.get((person.id, week), 0) >= wanted
            for week in self._all_weeks()
            if self._wanted(person, week)
        )

    def shortfalls(self, person: RotationPerson) -> tuple[Shortfall, ...]:
        """Weeks with fewer days than asked for, each with its reason."""
        found = []
        for week in self._all_weeks():
            missing = self._wanted(person, week) - self.in_week[person.id, week]
            if missing > 0:
                found.append(self._shortfall(person, week, missing))
        return tuple(found)

    def _shortfall(self, person: RotationPerson, week: date, missing: int) -> Shortfall:
        free = [day for day in self.open_by_week.get(week, {}).get(person.id, ()) if day not in self.given[person.id]]
        if not free:
            return self._closed(person, week, missing)
        room = self.room[person.id, week]
        if self.in_week[person.id, week] >= room:
            return Shortfall(week, missing, OVER_CAP, detail={"room": room})
        full = {day: numbers for day in free if (numbers := self._full(person.id, day))}
        times = Counter(
            (self.limits[n].unit, self.limits[n].kind, self.limits[n].group) for ns in full.values() for n in ns
        )
        numbers = [n for day in full for n in full[day]]
        # The limit that closes most days; of two, the one that fewer people share.
        number = min(
            numbers,
            key=lambda n: (
                -times[self.limits[n].unit, self.limits[n].kind, self.limits[n].group],
                len(self.members[n]),
                self.limits[n].day,
                n,
            ),
        )
        limit = self.limits[number]
        detail: dict[str, str | int] = {
            "day": limit.day.isoformat(),
            "room": max(limit.room, 0),
            "sharing": len(self.members[number]),
            "days": len(full),
            "group": limit.group,
        }
        return Shortfall(week, missing, CODE_OF_LIMIT[limit.kind], limit.unit, detail)

    def _closed(self, person: RotationPerson, week: date, missing: int) -> Shortfall:
        """No free day is left: the person's own reason for most of the other days, weekends last."""
        closed = [day for day in _days_of(week) if day in person.closed and self.first <= day <= self.last]
        codes = Counter(person.closed[day] for day in closed if day.weekday() < 5 or person.closed[day] != HOLIDAY)
        if not codes:
            return Shortfall(week, missing, HOLIDAY)
        code, days = min(codes.items(), key=lambda item: (-item[1], item[0]))
        return Shortfall(week, missing, code, detail={"days": days})


def _days_of(week: date) -> list[date]:
    return [week + timedelta(days=offset) for offset in range(7)]
