"""Whom national and emergency periods affect, and on which days: one statement for any number of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from organization.access import WHOLE_AGENCY
from organization.enums_periods import NationalPeriodKind
from organization.models import Employee, NationalPeriod, Placement, UnitVersion
from organization.querysets import EmployeeQuerySet, under_paths_q
from organization.units_above import UnitAbove, VersionPeriod

OFFICE_WEEK = 5

# One row per person and day: an emergency before a national period, the newer one first. Working days of units that
# run around the clock are all days; everybody else has Monday to Friday without holidays (Perpres 21/2023 Art 7 [Q]).
# Posts and units that a period leaves out are judged by that day, as everything that is dated.
_AFFECTED = """
WITH period AS (
    SELECT n.id, n.kind, n.name, n.instrument_no, n.counts_toward_cap, n.share_pct, n.weekdays, n.excluded_kinds,
           n.excludes_direct_service, n.excludes_24x7, GREATEST(n.valid_from, %(start)s::date) AS first_day,
           LEAST(n.valid_to, n.ended_on - 1, %(end)s::date) AS last_day,
           ARRAY(SELECT u.path FROM organization_nationalperiod_units s JOIN organization_unit u ON u.id = s.unit_id
                  WHERE s.nationalperiod_id = n.id) AS paths
      FROM organization_nationalperiod n
     WHERE n.valid_from <= %(end)s AND (n.valid_to IS NULL OR n.valid_to >= %(start)s)
       AND (n.ended_on IS NULL OR n.ended_on > GREATEST(n.valid_from, %(start)s::date))
)
SELECT DISTINCT ON (p.employee_id, g.day)
       p.employee_id, g.day::date, n.id, n.kind, n.name, n.instrument_no, n.counts_toward_cap, n.share_pct
  FROM period n
  JOIN organization_placement p ON p.valid_from <= n.last_day AND (p.valid_to IS NULL OR p.valid_to >= n.first_day)
  JOIN organization_position pos ON pos.id = p.position_id AND NOT pos.kind = ANY(n.excluded_kinds)
  JOIN organization_unit u ON u.id = p.unit_id
   AND (n.paths = '{{}}' OR EXISTS (SELECT FROM unnest(n.paths) AS scope(path) WHERE starts_with(u.path, scope.path)))
 CROSS JOIN LATERAL generate_series(
       GREATEST(n.first_day, p.valid_from), LEAST(n.last_day, p.valid_to), interval '1 day') AS g(day)
  JOIN organization_unitversion v ON v.unit_id = p.unit_id AND v.valid_from <= g.day
   AND (v.valid_to IS NULL OR v.valid_to >= g.day)
 WHERE {whose}
   AND NOT (n.excludes_direct_service AND v.is_direct_service)
   AND NOT (n.excludes_24x7 AND v.is_24x7)
   AND (n.weekdays = '{{}}' OR extract(isodow FROM g.day) = ANY(n.weekdays))
   AND (v.is_24x7 OR ((n.weekdays <> '{{}}' OR extract(isodow FROM g.day) < 6)
        AND NOT EXISTS (SELECT FROM organization_holiday h WHERE h.day = g.day)))
 ORDER BY p.employee_id, g.day, n.kind, n.id DESC
"""


class PeriodDay(NamedTuple):
    """The period that says where somebody works on a day. `share_pct`: of the staff works away; none: the head says."""

    period_id: int
    kind: str
    name: str
    instrument_no: str
    counts_toward_cap: bool
    share_pct: int | None

    @property
    def label(self) -> str:
        """Kind and number, or kind and name where it has no number; as `NationalPeriod.label`."""
        kind = NationalPeriodKind(self.kind).label
        return _("%(kind)s %(number)s") % {"kind": kind, "number": self.instrument_no or self.name}

    @property
    def everybody_away(self) -> bool:
        return self.share_pct == 100


def affects(employee_ids: Collection[int] | None, start: date, end: date) -> dict[int, dict[date, PeriodDay]]:
    """Person -> day -> period, from `start` to `end`, both inclusive; `employee_ids` none: everybody. One query.

    Leave and travel, which come first, are not looked at; holidays, which come first too, are left out.
    """
    found: dict[int, dict[date, PeriodDay]] = defaultdict(dict)
    if employee_ids is not None and not employee_ids:
        return found
    whose = "p.employee_id = ANY(%(employees)s)" if employee_ids is not None else "TRUE"
    values: dict[str, Any] = {"start": start, "end": end, "employees": list(employee_ids or ())}
    with connection.cursor() as cursor:
        cursor.execute(_AFFECTED.format(whose=whose), values)
        for employee_id, day, *period in cursor.fetchall():
            found[employee_id][day] = PeriodDay(*period)
    return found


def days_of(
    placements: Iterable[Placement], units: Iterable[UnitAbove], *, days: Iterable[date], holidays: Collection[date]
) -> dict[date, PeriodDay]:
    """The same as `affects` for one person, from what `placements_with_units` has read; no query."""
    placed, by_pk = list(placements), {unit.pk: unit for unit in units}
    if not any(row.national for row in placed):  # type: ignore[attr-defined]  # annotated
        return {}
    found = {}
    for day in days:
        placement = next((row for row in placed if _holds(row.valid_from, row.valid_to, day)), None)
        unit = by_pk.get(placement.unit_id) if placement else None
        version = unit.version_on(day) if unit else None
        if placement is None or version is None:
            continue
        rows = [row for row in placement.national if _applies(row, placement, version, day, day in holidays)]  # type: ignore[attr-defined]
        if rows:
            row = min(rows, key=lambda row: (row["kind"], -row["pk"]))
            found[day] = PeriodDay(*(row["pk" if name == "period_id" else name] for name in PeriodDay._fields))
    return found


def _holds(start: date, end: date | None, day: date) -> bool:
    return start <= day and (end is None or day <= end)


def _applies(row: Mapping[str, Any], placement: Placement, version: VersionPeriod, day: date, is_holiday: bool) -> bool:
    """Whether a period (as JSON, dates as ISO text) says where somebody of this placement works that day."""
    text, weekday = day.isoformat(), day.isoweekday()
    in_time = row["valid_from"] <= text <= (row["valid_to"] or text) and (not row["ended_on"] or text < row["ended_on"])
    if not in_time or (row["weekdays"] and weekday not in row["weekdays"]):
        return False
    if not version.is_24x7 and (is_holiday or (not row["weekdays"] and weekday > OFFICE_WEEK)):
        return False
    if row["paths"] and not any(placement.unit.path.startswith(path) for path in row["paths"]):
        return False
    left_out = (row["excludes_direct_service"] and version.is_direct_service) or (
        row["excludes_24x7"] and version.is_24x7
    )
    return not left_out and placement.position.kind not in row["excluded_kinds"]


def scope_placements(period: NationalPeriod, on: date) -> QuerySet[Placement]:
    """Placements of that day in the units it is for, excluded or not."""
    return Placement.objects.active_on(on).filter(under_paths_q(period.unit_paths or (WHOLE_AGENCY,), "unit__"))


def covered_placements(period: NationalPeriod, on: date) -> QuerySet[Placement]:
    """Those of `scope_placements` whom it affects: without excluded kinds of post and units. One that `affects` names
    on a working day of the period is among them, and the other way round."""
    versions = UnitVersion.objects.active_on(on).filter(unit=OuterRef("unit"))
    if period.excludes_direct_service:
        versions = versions.exclude(is_direct_service=True)
    if period.excludes_24x7:
        versions = versions.exclude(is_24x7=True)
    rows = scope_placements(period, on).exclude(position__kind__in=period.excluded_kinds)
    return rows.filter(Exists(versions))


def covered_by_unit(period: NationalPeriod, on: date) -> QuerySet[Any, Any]:
    """Units in tree order with the number of their own people whom it affects."""
    placed: QuerySet[Any, Any] = covered_placements(period, on).order_by()
    units = placed.values("unit_id", name=F("unit__name"), above=F("unit__parent__name"), path=F("unit__path"))
    return units.annotate(people=Count("employee_id", distinct=True)).order_by("unit__path")


def covered_employees(period: NationalPeriod, on: date) -> EmployeeQuerySet:
    placed = covered_placements(period, on).order_by().values("employee_id")
    return Employee.objects.filter(pk__in=placed)


def counting_day(period: NationalPeriod, today: date) -> date:
    """The day on which people are counted: today while it runs, else its first or last day."""
    last = period.runs_to
    return max(period.valid_from, today if last is None else min(today, last))


def touching(scope: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two scopes (paths of units, none: the whole agency) have a unit in common."""
    scope, other = tuple(scope), tuple(other)
    if not scope or not other:
        return True
    return any(one.startswith(two) or two.startswith(one) for one in scope for two in other)
