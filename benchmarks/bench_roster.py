"""Fill a month's roster: 60 people, 31 days, three shifts, a position group of its own, absences. No database.

    python -m benchmarks.bench_roster --people 60 --days 31

A ward of three shifts (7, 7 and 9.5 hours of work), a minimum per shift and one per shift for doctors, an absence of up
to a week for a quarter of the people, a tenth of the cells entered by hand. Bar: 60 s in the worker on 2 cores.
"""

from __future__ import annotations

import argparse
import os
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from attendance.roster_checks import Cell, DayAbsence, Minimum, Person, Sheet, ShiftTimes, check
from attendance.roster_proposal import Proposal, Spread, propose

START = date(2027, 1, 4)
MORNING, AFTERNOON, NIGHT = 1, 2, 3
SHIFTS = {
    MORNING: ShiftTimes(MORNING, 450, 420, 420),
    AFTERNOON: ShiftTimes(AFTERNOON, 840, 420, 420),
    NIGHT: ShiftTimes(NIGHT, 1260, 630, 570),
}
TIME_LIMIT = 40.0  # as in the worker


def ward(
    people: int, days: int, needs: tuple[float, float, float], by_hand: float
) -> tuple[Sheet, list[tuple[int, date]]]:
    """A sheet and its open cells; `needs`: share of the people that each shift needs."""
    chance = random.Random(1)
    staff = [Person(number, "nurse" if number % 4 else "doctor") for number in range(1, people + 1)]
    dates = [START + timedelta(days=offset) for offset in range(days)]
    absences = []
    for person in staff:
        if chance.random() < 0.25:
            first = chance.randrange(days)
            absences += [DayAbsence(person.id, day) for day in dates[first : first + chance.randrange(1, 8)]]
    gone = {(row.employee_id, row.day) for row in absences}
    cells, still_open = [], []
    for person in staff:
        for number, day in enumerate(dates):
            # entered by hand: mornings and days off, which never meet a rest that is too short
            fixed = (person.id, day) not in gone and chance.random() < by_hand
            cells.append(Cell(person.id, day, MORNING if fixed and (person.id + number) % 3 else None))
            if not fixed:
                still_open.append((person.id, day))
    minimums = [
        Minimum(shift, max(1, round(people * share)), unit_id=1) for shift, share in zip(SHIFTS, needs, strict=True)
    ]
    minimums += [Minimum(shift, max(1, people // 40), group="doctor", unit_id=1) for shift in SHIFTS]
    return Sheet(START, dates[-1], staff, SHIFTS, cells, minimums=minimums, absences=absences), still_open


def _words(rows: Iterable[Spread]) -> str:
    return ", ".join(f"{row.group or 'others'} {row.least} to {row.most}" for row in rows)


def main() -> None:
    """Run the cases and print their lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--days", type=int, default=31)
    options = parser.parse_args()
    print(f"{options.people} people, {options.days} days, load {os.getloadavg()[0]:.1f}")
    for name, needs, by_hand in (
        ("month", (1 / 6, 2 / 15, 1 / 10), 0.0),
        ("month, a tenth by hand", (1 / 6, 2 / 15, 1 / 10), 0.1),
        ("month, more needed than hours", (4 / 15, 7 / 30, 1 / 5), 0.0),
        ("month, cannot be met", (0.4, 0.35, 0.3), 0.0),
    ):
        sheet, still_open = ward(options.people, options.days, needs, by_hand)
        free = frozenset(day for day in sheet.days() if day.weekday() >= 5)
        found = propose(sheet, open_cells=still_open, nights=frozenset({NIGHT}), free_days=free, time_limit=TIME_LIMIT)
        _report(name, sheet, found)


def _report(name: str, sheet: Sheet, found: Proposal) -> None:
    given = {(cell.employee_id, cell.day): cell for cell in found.cells}
    cells = [given.get((cell.employee_id, cell.day), cell) for cell in sheet.cells]
    faults = Counter(row.code for row in check(replace(sheet, cells=cells)))
    print(f"{name}: {found.seconds:.1f} s, {len(found.cells)} open cells, findings {dict(faults)} ({found.solver})")
    print(f"  nights {_words(found.nights)}; weekends {_words(found.weekends)}; minutes {_words(found.hours)}")


if __name__ == "__main__":
    main()
