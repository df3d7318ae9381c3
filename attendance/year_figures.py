"""What a year has brought for one person, beside the ladder: for the page, the panel and the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from attendance.ladder import Rung, Tally, next_rung
from attendance.services.thresholds import ladder_of
from attendance.sums import MonthSum, months_of, year_tallies
from attendance.terms import attendance_terms_on
from organization.models import Employee

FIRST_YEAR = 2000


@dataclass(frozen=True)
class YearFigures:
    """A person's year: month by month, the days that count, the minutes left over, and the ladder."""

    year: int
    months: Sequence[MonthSum]
    tally: Tally
    days: int
    rest: int
    per_day: int
    ladder: list[tuple[Rung, bool]]
    following: Rung | None


def year_figures(employee: Employee, year: int, *, on: date) -> YearFigures:
    """The figures of a year up to a day; four queries."""
    start, end = date(year, 1, 1), min(on, date(year, 12, 31))
    per_day = attendance_terms_on(on).minutes_per_day
    tally = year_tallies(year, until=on, employee_ids=[employee.pk]).get(employee.pk, Tally(0, 0))
    ladder, days = ladder_of(employee.kind, on=on), tally.days(per_day)
    return YearFigures(
        year=year,
        months=months_of(employee.pk, start=start, end=end) if start <= end else [],
        tally=tally,
        days=days,
        rest=tally.rest(per_day),
        per_day=per_day,
        ladder=[(rung, rung.days <= (tally.run_days if rung.is_consecutive else days)) for rung in ladder],
        following=next_rung(tally, ladder, minutes_per_day=per_day),
    )
