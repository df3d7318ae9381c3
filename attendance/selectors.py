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

# One statement whatever the number of people: every kind of figure per limiting unit, position group and day.
_LOADS = """
WITH limits AS (
    SELECT l.path, u.id AS unit_id
      FROM unnest(%(paths)s::text[]) AS l(path) JOIN organization_unit u ON u.path LIKE l.path || '%%'
), placed AS (
    SELECT l.path, p.employee_id, p.valid_from, p.valid_to,
           CASE WHEN pos."group" = ANY(%(groups)s::text[]) THEN pos."group" ELSE '' END AS grp
      FROM organization_placement p
      JOIN limits l ON l.unit_id = p.unit_id
      JOIN organization_position pos ON pos.id = p.position_id
     WHERE p.valid_from <= %(end)s AND (p.valid_to IS NULL OR p.valid_to >= %(start)s)
), away AS (
    SELECT DISTINCT p.path, p.grp, d.day, d.employee_id
      FROM attendance_assignmentday d
      JOIN placed p ON p.employee_id = d.employee_id AND d.day >= p.valid_from
       AND (p.valid_to IS NULL OR d.day <= p.valid_to)
     WHERE d.day BETWEEN %(start)s AND %(end)s AND d.is_away AND d.employee_id <> %(employee)s
), absent AS (
    SELECT DISTINCT p.path, p.grp, g.day::date AS day, a.employee_id
      FROM attendance_absence a
      JOIN placed p ON p.employee_id = a.employee_id
     CROSS JOIN LATERAL generate_series(
           GREATEST(a.valid_from, p.valid_from, %(start)s), LEAST(a.valid_to, p.valid_to, %(end)s), interval '1 day'
           ) AS g(day)
     WHERE a.valid_from <= %(end)s AND a.valid_to >= %(start)s AND a.employee_id <> %(employee)s
)
SELECT 'staff', path, grp, GREATEST(valid_from, %(start)s), count(*) FROM placed GROUP BY 2, 3, 4
UNION ALL
SELECT 'left', path, grp, valid_to + 1, count(*) FROM placed WHERE valid_to < %(end)s GROUP BY 2, 3, 4
UNION ALL
SELECT 'away', path, grp, day, count(*) FROM away GROUP BY 2, 3, 4
UNION ALL
SELECT 'absent', x.path, x.grp, x.day, count(*) FROM absent x
 WHERE NOT EXISTS (SELECT 1 FROM away w WHERE w.path = x.path AND w.day = x.day AND w.employee_id = x.employee_id)
 GROUP BY 2, 3, 4
"""

# Added to the above where the quota counts people with an arrangement instead of people away.
_HOLDERS = """
UNION ALL
SELECT 'holders', l.path, '', g.day::date, count(DISTINCT a.employee_id)
  FROM unnest(%(paths)s::text[]) AS l(path)
  JOIN organization_unit u ON u.path LIKE l.path || '%%'
  JOIN attendance_assignment a ON a.unit_id = u.id
 CROSS JOIN LATERAL generate_series(
       GREATEST(a.valid_from, %(start)s), LEAST(a.valid_to, a.ended_on - 1, %(end)s), interval '1 day') AS g(day)
 WHERE a.kind IN ('location', 'location_time') AND a.employee_id <> %(employee)s
   AND a.valid_from <= %(end)s AND a.valid_to >= %(start)s
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
        cursor.execute(_LOADS + _HOLDERS if with_holders else _LOADS, values)
        rows = cursor.fetchall()
    changes: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for kind, path, group, day, count in rows:
        if kind == "staff":
            changes[path, group][day] += count
        elif kind == "left":
            changes[path, group][day] -= count
        else:
            loads.figures[kind, path, group, day] = count
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
