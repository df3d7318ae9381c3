"""Sums over work days: minutes and days per employee and month, and what counts toward the ladder. Set-based.

A day without any entry and reason is a whole day and no minutes. A missing entry of another day stands for the minutes
of the terms in force that day (regulation 3 [P: Kemenko Infrastruktur]); the day's late or early minutes hold them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection

from attendance.ladder import Tally
from attendance.models import AttendanceTerms

#: Of a day's late and early minutes, those for missing entries; wants the terms of the day as `t`, left joined.
CONVERTED: Final = """
(d.missing_in * COALESCE(t.missing_in_min, %(missing_in)s)
 + d.missing_out * COALESCE(t.missing_out_min, %(missing_out)s))
"""
TERMS: Final = """
  LEFT JOIN attendance_attendanceterms t
    ON t.valid_from <= d.day AND (t.valid_to IS NULL OR t.valid_to >= d.day)
"""
#: A run of days may have begun before the year.
BEFORE_YEAR: Final = timedelta(days=31)

_TALLIES = """
WITH tally AS (
    SELECT d.employee_id, count(*) FILTER (WHERE d.is_unexcused) AS absent,
           sum(d.late_min + d.early_min) AS minutes
      FROM attendance_workday d
     WHERE d.day BETWEEN %(start)s AND %(end)s AND {who}
       AND (d.is_unexcused OR d.late_min > 0 OR d.early_min > 0)
     GROUP BY d.employee_id
), island AS (
    SELECT d.employee_id, d.day, d.is_unexcused,
           row_number() OVER (PARTITION BY d.employee_id ORDER BY d.day)
         - row_number() OVER (PARTITION BY d.employee_id, d.is_unexcused ORDER BY d.day) AS number
      FROM attendance_workday d
     WHERE d.day BETWEEN %(run_from)s AND %(end)s AND d.state IN ('present', 'incomplete', 'no_entry', 'away')
       AND d.employee_id IN (SELECT employee_id FROM tally WHERE absent > 0)
), run AS (
    SELECT employee_id, count(*) AS days FROM island WHERE is_unexcused
     GROUP BY employee_id, number HAVING max(day) >= %(start)s
)
SELECT y.employee_id, y.absent, y.minutes, COALESCE((SELECT max(r.days) FROM run r
       WHERE r.employee_id = y.employee_id), 0)
  FROM tally y
"""


def missing_defaults() -> dict[str, int]:
    fields = AttendanceTerms._meta
    return {
        "missing_in": fields.get_field("missing_in_min").get_default(),
        "missing_out": fields.get_field("missing_out_min").get_default(),
    }


def year_tallies(year: int, *, until: date, employee_ids: Collection[int] | None = None) -> dict[int, Tally]:
    """What the year has brought up to a day, for those with anything at all; one query."""
    values: dict[str, Any] = {
        "start": date(year, 1, 1),
        "end": min(until, date(year, 12, 31)),
        "run_from": date(year, 1, 1) - BEFORE_YEAR,
        "ids": list(employee_ids or ()),
    }
    who = "TRUE" if employee_ids is None else "d.employee_id = ANY(%(ids)s::bigint[])"
    with connection.cursor() as cursor:
        cursor.execute(_TALLIES.replace("{who}", who), values)
        return {row[0]: Tally(row[1], int(row[2]), row[3]) for row in cursor.fetchall()}


@dataclass(frozen=True)
class MonthSum:
    """Days without a reason and minutes of one month."""

    month: date
    absent_days: int
    late_min: int
    early_min: int
    missing_in: int
    missing_out: int
    converted_min: int

    @property
    def minutes(self) -> int:
        """What adds up; missing entries are counted in."""
        return self.late_min + self.early_min


_MONTHS = f"""
SELECT date_trunc('month', d.day)::date, count(*) FILTER (WHERE d.is_unexcused), sum(d.late_min), sum(d.early_min),
       sum(d.missing_in), sum(d.missing_out), sum({CONVERTED})
  FROM attendance_workday d {TERMS}
 WHERE d.employee_id = %(employee)s AND d.day BETWEEN %(start)s AND %(end)s
 GROUP BY 1 ORDER BY 1
"""  # noqa: S608  (our own text is put in)


def months_of(employee_id: int, *, start: date, end: date) -> Sequence[MonthSum]:
    """The months of one employee that have days, in order; one query."""
    values: dict[str, Any] = {"employee": employee_id, "start": start, "end": end, **missing_defaults()}
    with connection.cursor() as cursor:
        cursor.execute(_MONTHS, values)
        return [MonthSum(row[0], *(int(value or 0) for value in row[1:])) for row in cursor.fetchall()]
