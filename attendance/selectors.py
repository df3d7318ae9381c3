"""Reads over arrangements and absences that end in figures: loads per unit and day, one person's calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField, F, QuerySet, Value

from attendance.coverage import Load
from attendance.models import Absence, AssignmentDay

ARRANGEMENT = "arrangement"

# One statement whatever the number of people: every kind of figure per position group and day, by the set of limiting
# units it counts for. `units` is that set, bit n for the n-th path: people of one set are counted once, not once per
# limiting unit. Nobody is placed twice on a day, so somebody who is away that day is away in every unit of the set.
_LOADS = """
WITH limits AS NOT MATERIALIZED (
    SELECT id AS unit_id, {units} AS units FROM organization_unit
), placed AS NOT MATERIALIZED (
    SELECT l.units, p.employee_id, p.valid_from, p.valid_to, COALESCE(pos."group", '') AS grp
      FROM organization_placement p
      JOIN limits l ON l.unit_id = p.unit_id AND l.units > 0
      LEFT JOIN organization_position pos ON pos.id = p.position_id AND pos."group" = ANY(%(groups)s::text[])
     WHERE p.valid_from <= %(end)s AND (p.valid_to IS NULL OR p.valid_to >= %(start)s)
), away AS MATERIALIZED (
    SELECT DISTINCT day, employee_id FROM attendance_assignmentday
     WHERE day BETWEEN %(start)s AND %(end)s AND is_away AND employee_id <> %(employee)s
)
SELECT 'staff', units, grp, GREATEST(valid_from, %(start)s), CASE WHEN valid_to < %(end)s THEN valid_to END, count(*)
  FROM placed GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'away', p.units, p.grp, d.day, NULL, count(*)
  FROM away d
  JOIN placed p ON p.employee_id = d.employee_id AND d.day >= p.valid_from
   AND (p.valid_to IS NULL OR d.day <= p.valid_to)
 GROUP BY 2, 3, 4
UNION ALL
SELECT 'absent', p.units, p.grp, g.day::date, NULL, count(*)
  FROM attendance_absence a
  JOIN placed p ON p.employee_id = a.employee_id
 CROSS JOIN LATERAL generate_series(
       GREATEST(a.valid_from, p.valid_from, %(start)s), LEAST(a.valid_to, p.valid_to, %(end)s), interval '1 day'
       ) AS g(day)
 WHERE a.valid_from <= %(end)s AND a.valid_to >= %(start)s AND a.employee_id <> %(employee)s
   AND NOT EXISTS (SELECT FROM away w WHERE w.employee_id = a.employee_id AND w.day = g.day::date)
 GROUP BY 2, 3, 4
"""

# Bit n of the set of limiting units, for a unit under the n-th path.
_BIT = "CASE WHEN starts_with(path, (%(paths)s::text[])[{number} + 1]) THEN 1::bigint << {number} ELSE 0 END"

# Added to the above where the quota counts people with an arrangement instead of people away.
_HOLDERS = """
UNION ALL
SELECT 'holders', 1::bigint << (l.number - 1)::int, '', g.day::date, NULL, count(DISTINCT a.employee_id)
  FROM unnest(%(paths)s::text[]) WITH ORDINALITY AS l(path, number)
  JOIN organization_unit u ON u.path LIKE l.path || '%%'
  JOIN attendance_assignment a ON a.unit_id = u.id
 CROSS JOIN LATERAL generate_series(
       GREATEST(a.valid_from, %(start)s), LEAST(a.valid_to, a.ended_on - 1, %(end)s), interval '1 day') AS g(day)
 WHERE a.kind IN ('location', 'location_time') AND a.employee_id <> %(employee)s
   AND a.valid_from <= %(end)s AND a.valid_to >= %(start)s
   AND NOT COALESCE(g.day::date BETWEEN a.suspended_from AND COALESCE(a.suspended_to, g.day::date), FALSE)
 GROUP BY 2, 4
"""


@dataclass
class Loads:
    """Figures per (unit path, position group, day); group "" inside a figure means every other group."""

    figures: dict[tuple[str, str, str, date], int] = field(default_factory=dict)
    groups: tuple[str, ...] = ()

    def on(self, path: str, day: date, group: str = "") -> Load:
        """Load of the unit that day; with `group` only its people count."""
        wanted = (group,) if group else ("", *self.groups)
        count = {
            kind: sum(self.figures.get((kind, path, name, day), 0) for name in wanted)
            for kind in ("staff", "away", "absent", "holders")
        }
        return Load(**count)


def unit_loads(
    *,
    paths: Sequence[str],
    groups: Sequence[str],
    start: date,
    end: date,
    exclude_employee_id: int,
    with_holders: bool = False,
) -> Loads:
    """Staff, away and absent for each of the units in `paths` (with the units below) on each day; one query.

    The employee who asks is left out of away, absent and holders; `staff` counts everybody.
    """
    values: dict[str, Any] = {
        "paths": list(paths),
        "groups": list(groups),
        "start": start,
        "end": end,
        "employee": exclude_employee_id,
    }
    loads = Loads(groups=tuple(groups))
    if not paths:
        return loads
    with connection.cursor() as cursor:
        bits = " + ".join(_BIT.format(number=number) for number in range(len(paths)))
        cursor.execute(_LOADS.format(units=bits) + (_HOLDERS if with_holders else ""), values)
        rows = cursor.fetchall()
    changes: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for kind, units, group, day, until, count in rows:
        for path in (path for number, path in enumerate(paths) if units >> number & 1):
            if kind != "staff":
                key = kind, path, group, day
                loads.figures[key] = loads.figures.get(key, 0) + count
                continue
            changes[path, group][day] += count
            if until is not None:
                changes[path, group][until + timedelta(days=1)] -= count
    _spread_staff(loads, changes, start, end)
    return loads


def _spread_staff(loads: Loads, changes: dict[tuple[str, str], dict[date, int]], start: date, end: date) -> None:
    """Turn joiners and leavers into the number of active staff of each day."""
    for (path, group), by_day in changes.items():
        staff = 0
        for offset in range((end - start).days + 1):
            day = start + timedelta(days=offset)
            staff += by_day.get(day, 0)
            loads.figures["staff", path, group, day] = staff


@dataclass(frozen=True)
class OwnDay:
    """Something in one person's calendar: an absence, or an arrangement of a facet."""

    start: date
    end: date
    what: str
    facet: str
    reference: str
    counts_toward_cap: bool


def text(value: str) -> Value:
    return Value(value, output_field=CharField())


def own_calendar(
    *, employee_id: int, start: date, end: date, exclude_reference: str = "", beside: Iterable[QuerySet[Any, Any]] = ()
) -> list[OwnDay]:
    """Absences and arrangement days of one person that touch start..end; one query.

    `beside`: rows of other tables with the values of `OwnDay` in their order, for the same query.
    """
    absences = Absence.objects.overlapping(start, end).filter(employee_id=employee_id)
    days = AssignmentDay.objects.filter(employee_id=employee_id, day__gte=start, day__lte=end).exclude(
        assignment__reference=exclude_reference
    )
    rows = absences.values_list(F("valid_from"), F("valid_to"), F("kind"), text(""), F("reference"), Value(False))
    held = days.values_list(
        F("day"), F("day"), text(ARRANGEMENT), F("facet"), F("assignment__reference"), F("counts_toward_cap")
    )
    parts = [part.order_by() for part in (held, *beside)]
    return [OwnDay(*row) for row in rows.order_by().union(*parts, all=True)]


def days_by_employee(*, employee_ids: Iterable[int], start: date, end: date) -> dict[int, list[AssignmentDay]]:
    """Arrangement days of some people in a period, with the place; one query."""
    found: dict[int, list[AssignmentDay]] = defaultdict(list)
    rows = AssignmentDay.objects.filter(employee_id__in=employee_ids, day__gte=start, day__lte=end).select_related(
        "assignment"
    )
    for row in rows.order_by("day", "pk"):
        found[row.employee_id].append(row)
    return found
