"""Reads over arrangements and absences that end in figures: loads per unit and day, one person's calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce

from attendance.coverage import Load
from attendance.enums import AbsenceKind, DayPart
from attendance.halves import Away, absent_days
from attendance.models import Absence, AssignmentDay, RosterEntry

ARRANGEMENT, ROSTER = "arrangement", "roster"

# One statement whatever the number of people: every kind of figure per position group and day, by the set of limiting
# units it counts for. `units` is that set, bit n for the n-th path: people of one set are counted once, not once per
# limiting unit. Nobody is placed twice on a day, so somebody who is away that day is away in every unit of the set.
# A row counts from its day to the one behind it, or to the end. A published roster goes before an arrangement (design
# 4): whoever stands on one is never away that day, but on shift or off. Who is absent is counted over whole absences,
# and taken back on the days on which the same person is away or off anyway, or absent for both halves separately.
_GONE = """
rostered AS MATERIALIZED (
    SELECT day, employee_id, bool_and(shift_id IS NULL) AS is_off FROM attendance_rosterentry
     WHERE is_published AND day BETWEEN %(start)s AND %(end)s AND employee_id <> %(employee)s
     GROUP BY day, employee_id
), gone AS MATERIALIZED (
    SELECT DISTINCT 'away' AS what, d.day, d.employee_id FROM attendance_assignmentday d
     WHERE d.day BETWEEN %(start)s AND %(end)s AND d.is_away AND d.employee_id <> %(employee)s
       AND NOT EXISTS (SELECT FROM rostered r WHERE r.day = d.day AND r.employee_id = d.employee_id)
    UNION ALL
    SELECT 'off', day, employee_id FROM rostered WHERE is_off
)
"""
_PLACED = """
limits AS NOT MATERIALIZED (
    SELECT id AS unit_id, {units} AS units FROM organization_unit
), placed AS {kept} (
    SELECT l.units, p.employee_id, p.valid_from, p.valid_to, COALESCE(pos."group", '') AS grp
      FROM organization_placement p
      JOIN limits l ON l.unit_id = p.unit_id AND l.units > 0
      LEFT JOIN organization_position pos ON pos.id = p.position_id AND pos."group" = ANY(%(groups)s::text[])
     WHERE p.valid_from <= %(end)s AND (p.valid_to IS NULL OR p.valid_to >= %(start)s)
)
"""
_OF_PLACED = """
SELECT 'staff', units, grp, GREATEST(valid_from, %(start)s), CASE WHEN valid_to < %(end)s THEN valid_to END, count(*)
  FROM {placed} GROUP BY 2, 3, 4, 5
UNION ALL
SELECT d.what, p.units, p.grp, d.day, d.day, count(*)
  FROM gone d
  JOIN {placed} p ON p.employee_id = d.employee_id AND d.day >= p.valid_from
   AND (p.valid_to IS NULL OR d.day <= p.valid_to)
 GROUP BY 1, 2, 3, 4
"""
_ABSENT = """
SELECT 'absent', p.units, p.grp, GREATEST(a.valid_from, p.valid_from, %(start)s), LEAST(a.valid_to, p.valid_to),
       count(*)
  FROM attendance_absence a
  JOIN {placed} p ON p.employee_id = a.employee_id AND p.valid_from <= a.valid_to
   AND (p.valid_to IS NULL OR p.valid_to >= a.valid_from)
 WHERE a.valid_from <= %(end)s AND a.valid_to >= %(start)s AND a.employee_id <> %(employee)s
 GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'absent', p.units, p.grp, GREATEST(a.valid_from, b.valid_from, p.valid_from, %(start)s),
       LEAST(a.valid_to, b.valid_to, p.valid_to), -count(*)
  FROM attendance_absence a
  JOIN attendance_absence b ON b.employee_id = a.employee_id AND b.part = 'second' AND b.valid_from <= a.valid_to
   AND b.valid_to >= a.valid_from AND b.valid_from <= %(end)s AND b.valid_to >= %(start)s
  JOIN {placed} p ON p.employee_id = a.employee_id AND p.valid_from <= LEAST(a.valid_to, b.valid_to)
   AND (p.valid_to IS NULL OR p.valid_to >= GREATEST(a.valid_from, b.valid_from))
 WHERE a.part = 'first' AND a.valid_from <= %(end)s AND a.valid_to >= %(start)s AND a.employee_id <> %(employee)s
 GROUP BY 2, 3, 4, 5
UNION ALL
SELECT 'absent', p.units, p.grp, d.day, d.day, -count(DISTINCT d.employee_id)
  FROM attendance_absence a
  JOIN gone d ON d.employee_id = a.employee_id AND d.day BETWEEN a.valid_from AND a.valid_to
  JOIN {placed} p ON p.employee_id = d.employee_id AND d.day >= p.valid_from
   AND (p.valid_to IS NULL OR d.day <= p.valid_to)
 WHERE a.valid_from <= %(end)s AND a.valid_to >= %(start)s
 GROUP BY 2, 3, 4
"""

# The agency as a whole: everybody counts who is placed at all, so hardly anybody has to be looked at one by one. Only
# `loose` ones, who are gone some day but not placed on all days that are asked for, are compared day by day.
_WHOLE = """
outside AS MATERIALIZED (
    SELECT id FROM organization_unit WHERE NOT starts_with(path, %(whole)s)
), whole AS NOT MATERIALIZED (
    SELECT %(bit)s::bigint AS units, p.employee_id, p.valid_from, p.valid_to, '' AS grp
      FROM organization_placement p
     WHERE p.valid_from <= %(end)s AND (p.valid_to IS NULL OR p.valid_to >= %(start)s)
       AND p.unit_id NOT IN (SELECT id FROM outside)
), loose AS MATERIALIZED (
    SELECT d.employee_id FROM (SELECT employee_id FROM gone GROUP BY employee_id) d
     WHERE NOT EXISTS (
           SELECT FROM whole w WHERE w.employee_id = d.employee_id AND w.valid_from <= %(start)s
              AND (w.valid_to IS NULL OR w.valid_to >= %(end)s))
)
"""
_OF_WHOLE = """
SELECT 'staff', %(bit)s::bigint, '', %(start)s::date, NULL, count(*)
  FROM whole WHERE valid_from <= %(start)s AND (valid_to IS NULL OR valid_to >= %(end)s)
UNION ALL
SELECT 'staff', units, grp, GREATEST(valid_from, %(start)s), CASE WHEN valid_to < %(end)s THEN valid_to END, count(*)
  FROM whole WHERE valid_from > %(start)s OR valid_to < %(end)s GROUP BY 2, 3, 4, 5
UNION ALL
SELECT d.what, %(bit)s::bigint, '', d.day, d.day, count(*)
  FROM gone d WHERE d.employee_id NOT IN (SELECT employee_id FROM loose) GROUP BY 1, 4
UNION ALL
SELECT d.what, w.units, w.grp, d.day, d.day, count(*)
  FROM loose l
  JOIN gone d ON d.employee_id = l.employee_id
  JOIN whole w ON w.employee_id = l.employee_id AND d.day >= w.valid_from
   AND (w.valid_to IS NULL OR d.day <= w.valid_to)
 GROUP BY 1, 2, 3, 4
"""

# Bit n of the set of limiting units, for a unit under the n-th path.
_BIT = "CASE WHEN starts_with(path, (%(paths)s::text[])[{number} + 1]) THEN 1::bigint << {number} ELSE 0 END"

# Added to the above where the quota counts people with an arrangement instead of people away.
_HOLDERS = """
SELECT 'holders', 1::bigint << (l.number - 1)::int, '', g.day::date, g.day::date, count(DISTINCT a.employee_id)
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
            for kind in ("staff", "away", "absent", "holders", "off")
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
    """Staff, away, off and absent for each of the units in `paths` (with the units below) on each day; one query.

    The employee who asks is left out of away, off, absent and holders; `staff` counts everybody. A published roster
    has an entry for every day of its people: with a shift they are on site, without one they are off.
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
        cursor.execute(*_statement(values, with_holders=with_holders))
        rows = cursor.fetchall()
    changes: dict[tuple[str, str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for kind, units, group, day, until, count in rows:
        for path in (path for number, path in enumerate(paths) if units >> number & 1):
            changes[kind, path, group][day] += count
            if until is not None:
                changes[kind, path, group][until + timedelta(days=1)] -= count
    _spread(loads, changes, start, end)
    return loads


def _statement(values: dict[str, Any], *, with_holders: bool) -> tuple[str, dict[str, Any]]:
    """The statement for the paths and groups in `values`. The root is counted as a whole, unless by position group."""
    paths: list[str] = values["paths"]
    whole = next((path for path in paths if path.count("/") == 1), None) if not values["groups"] else None
    tables, selects = [_GONE], []
    parts = [number for number, path in enumerate(paths) if path != whole]
    if parts:
        units = " + ".join(_BIT.format(number=number) for number in parts)
        # Units below the root hold few of the people: found once, they are quicker than looked for in each part.
        kept = "NOT MATERIALIZED" if whole is None else "MATERIALIZED"
        tables.append(_PLACED.format(units=units, kept=kept))
        selects += [_OF_PLACED.format(placed="placed"), _ABSENT.format(placed="placed")]
    if whole is not None:
        tables.append(_WHOLE)
        selects += [_OF_WHOLE, _ABSENT.format(placed="whole")]
        values = {**values, "whole": whole, "bit": 1 << paths.index(whole)}
    if with_holders:
        selects.append(_HOLDERS)
    return f"WITH {','.join(tables)} {'UNION ALL'.join(selects)}", values


def _spread(loads: Loads, changes: dict[tuple[str, str, str], dict[date, int]], start: date, end: date) -> None:
    """Turn what begins and ends into the number of each day."""
    for (kind, path, group), by_day in changes.items():
        number = 0
        for offset in range((end - start).days + 1):
            day = start + timedelta(days=offset)
            number += by_day.get(day, 0)
            if number:
                loads.figures[kind, path, group, day] = number


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
    """Absences of whole days and arrangement days of one person that touch start..end; one query.

    Who is absent for half a day works the other half, at home or at the office: it stands in no arrangement's way.
    `beside`: rows of other tables with the values of `OwnDay` in their order, for the same query.
    """
    absences = Absence.objects.overlapping(start, end).filter(employee_id=employee_id)
    days = AssignmentDay.objects.filter(employee_id=employee_id, day__gte=start, day__lte=end).exclude(
        assignment__reference=exclude_reference
    )
    rows = absences.values_list(F("valid_from"), F("valid_to"), F("kind"), F("part"), F("reference"), Value(False))
    held = days.values_list(
        F("day"), F("day"), text(ARRANGEMENT), F("facet"), F("assignment__reference"), F("counts_toward_cap")
    )
    parts = [part.order_by() for part in (held, *beside)]
    found = [OwnDay(*row) for row in rows.order_by().union(*parts, all=True)]
    return [row for row in found if row.what not in AbsenceKind] + _whole_days(
        [row for row in found if row.what in AbsenceKind], start, end
    )


def _whole_days(absences: list[OwnDay], start: date, end: date) -> list[OwnDay]:
    """Absences of whole days as they are, and the days of which both halves are taken."""
    whole = [replace(row, facet="") for row in absences if row.facet == DayPart.WHOLE]
    halves = [Away(row.start, row.end, row.what, row.facet) for row in absences if row.facet != DayPart.WHOLE]
    both = absent_days(halves, start, end).whole if halves else {}
    return [*whole, *(OwnDay(day, day, kind, "", "", False) for day, kind in sorted(both.items()))]


def roster_days(employee_id: int, start: date, end: date) -> QuerySet[RosterEntry, Any]:
    """Days of one person on published rosters as rows for `own_calendar`; `reference` is the shift, empty when off."""
    rows = RosterEntry.objects.filter(is_published=True, employee_id=employee_id, day__gte=start, day__lte=end)
    code = Coalesce(F("shift__code"), text(""))
    return rows.values_list(F("day"), F("day"), text(ROSTER), text(""), code, Value(False))


def rostered_by_employee(*, employee_ids: Iterable[int], start: date, end: date) -> dict[int, dict[date, str]]:
    """Days of some people on published rosters: the code of the shift, empty when off; one query."""
    found: dict[int, dict[date, str]] = defaultdict(dict)
    rows = RosterEntry.objects.filter(
        is_published=True, employee_id__in=employee_ids, day__gte=start, day__lte=end
    ).order_by("day", "slot")
    for employee_id, day, code in rows.values_list("employee_id", "day", "shift__code"):
        found[employee_id][day] = max(found[employee_id].get(day, ""), code or "")
    return found


def days_by_employee(*, employee_ids: Iterable[int], start: date, end: date) -> dict[int, list[AssignmentDay]]:
    """Arrangement days of some people in a period, with the place; one query."""
    found: dict[int, list[AssignmentDay]] = defaultdict(list)
    rows = AssignmentDay.objects.filter(employee_id__in=employee_ids, day__gte=start, day__lte=end).select_related(
        "assignment"
    )
    for row in rows.order_by("day", "pk"):
        found[row.employee_id].append(row)
    return found
