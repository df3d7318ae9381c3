"""Share out the days of a rotation: 1,000 people, 26 weeks, nested limits. No database.

    python -m benchmarks.bench_rotation --people 1000 --weeks 26

Units of 16 people in offices of about 100, a quota for each and for the agency (a little tighter than the sum of its
units), minimums for two position groups in every office and every third unit, a leave for 30 % of the people.
Bar: 3 s on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter, defaultdict
from datetime import date, timedelta

from fwa.rotation import Rotation, RotationLimit, RotationPerson, rotate

FIRST = date(2027, 1, 4)
GROUPS = ("analyst", "counter")


def _people(count: int, days: list[date], leave: float, chance: random.Random) -> list[RotationPerson]:
    people = []
    for pk in range(count):
        start = chance.randrange(len(days)) if chance.random() < leave else len(days)
        away = days[start : start + chance.randrange(1, 15)]
        people.append(RotationPerson(pk, frozenset(days) - frozenset(away), {}, dict.fromkeys(away, "absent")))
    return people


def _limits(count: int, days: list[date], quota: float, groups: bool, chance: random.Random) -> list[RotationLimit]:
    units, offices = max(1, count // 16), max(1, count // 100)
    group = {pk: chance.choice(("", "", *GROUPS)) for pk in range(count)}
    members: dict[tuple[str, int], set[int]] = defaultdict(set)
    for pk in range(count):
        unit = pk % units
        for key in (("unit", unit), ("office", unit % offices), ("agency", 0)):
            members[key].add(pk)
    found = []
    for (kind, number), of_unit in members.items():
        name = f"{kind} {number}"
        room = int(len(of_unit) * (quota if kind == "unit" else quota * 0.95))
        found += [RotationLimit(day, room, frozenset(of_unit), name, "quota") for day in days]
        if not groups or kind == "agency" or (kind == "unit" and number % 3):
            continue
        for name_of_group in GROUPS:
            of_group = frozenset(pk for pk in of_unit if group[pk] == name_of_group)
            spare = len(of_group) - max(1, len(of_group) * 2 // 3)
            found += [RotationLimit(day, max(0, spare), of_group, name, "minimum", name_of_group) for day in days]
    return found


def _spread(found: Rotation) -> float:
    """Weekday a person has most often less the one they have least often, on average."""
    spreads = []
    for days in found.days.values():
        counts = Counter(day.weekday() for day in days)
        spreads.append(max(counts[n] for n in range(5)) - min(counts[n] for n in range(5)))
    return sum(spreads) / len(spreads)


def main() -> None:
    """Run the cases and print one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--weeks", type=int, default=26)
    options = parser.parse_args()
    last = FIRST + timedelta(days=7 * options.weeks - 1)
    days = [day for n in range(7 * options.weeks) if (day := FIRST + timedelta(days=n)).weekday() < 5]
    print(f"{options.people} people, {options.weeks} weeks, load {os.getloadavg()[0]:.1f}")
    for name, leave, quota, groups in (
        ("nested quotas", 0.3, 0.35, False),
        ("with position groups", 0.3, 0.35, True),
        ("with position groups, nobody on leave", 0.0, 0.35, True),
        ("with position groups, quota of half", 0.3, 0.5, True),
    ):
        chance = random.Random(1)
        people = _people(options.people, days, leave, chance)
        limits = _limits(options.people, days, quota, groups, chance)
        found = rotate(people, limits, days_per_week=2, first=FIRST, last=last)
        given = sum(map(len, found.days.values()))
        print(
            f"{name}: {found.seconds:.1f} s, {len(limits)} limits, {given} days, least {found.least},"
            f" most {found.most}, weekday spread {_spread(found):.1f} ({found.solver})"
        )


if __name__ == "__main__":
    main()
