"""Whom national and emergency periods affect, and on which days: one condition in SQL, whoever asks and for how many.

`affects` asks for many people, `AffectedDays` beside the placements of one, `covered_placements` for one day of one
period; other statements take `affected_sql` as a part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Count, DateField, F, Func, JSONField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from organization.access import WHOLE_AGENCY
from organization.enums_periods import NationalPeriodKind
from organization.models import Employee, NationalPeriod, Placement
from organization.querysets import EmployeeQuerySet, under_paths_q

# Whom a period affects, written once. Aliases: n the period, p a placement, pos its post, u its unit, v what that unit
# is at a time: posts and units that a period leaves out are judged by the day, as everything that is dated.
_COVERED = """
       organization_nationalperiod n
  JOIN organization_placement p ON TRUE
  JOIN organization_position pos ON pos.id = p.position_id AND NOT pos.kind = ANY(n.excluded_kinds)
  JOIN organization_unit u ON u.id = p.unit_id
   AND (NOT EXISTS (SELECT FROM organization_nationalperiod_units s WHERE s.nationalperiod_id = n.id)
        OR EXISTS (SELECT FROM organization_nationalperiod_units s JOIN organization_unit scope ON scope.id = s.unit_id
                    WHERE s.nationalperiod_id = n.id AND starts_with(u.path, scope.path)))
  JOIN organization_unitversion v ON v.unit_id = p.unit_id
   AND NOT (n.excludes_direct_service AND v.is_direct_service) AND NOT (n.excludes_24x7 AND v.is_24x7)
"""

_FIRST_DAY = "GREATEST(asked.first_day, n.valid_from, p.valid_from, v.valid_from)"
_LAST_DAY = "LEAST(asked.last_day, n.valid_to, n.ended_on - 1, p.valid_to, v.valid_to)"
_IN_TIME = "n.valid_from <= asked.last_day AND (n.valid_to IS NULL OR n.valid_to >= asked.first_day)"

# Working days of units that run around the clock are all days; everybody else has Monday to Friday without holidays
# (Perpres 21/2023 Art 7 [Q]).
_WORKED = """(n.weekdays = '{}' OR extract(isodow FROM g.day) = ANY(n.weekdays))
   AND (v.is_24x7 OR ((n.weekdays <> '{}' OR extract(isodow FROM g.day) < 6)
        AND NOT EXISTS (SELECT FROM organization_holiday h WHERE h.day = g.day)))"""

# One row per person and day: an emergency before a national period, the newer one first.
_AFFECTED = """
SELECT DISTINCT ON (p.employee_id, g.day)
       p.employee_id, p.id AS placement_id, g.day::date AS day, n.id AS period_id, n.kind, n.name, n.instrument_no,
       n.counts_toward_cap, n.share_pct
  FROM (SELECT {start}::date AS first_day, {end}::date AS last_day) asked
 CROSS JOIN {covered}
 CROSS JOIN LATERAL generate_series({first_day}, {last_day}, interval '1 day') AS g(day)
 WHERE {whose} AND {in_time} AND {worked}
 ORDER BY p.employee_id, g.day, n.kind, n.id DESC
"""

# One row per period and day with the number of people it covers below a unit: people who share their days are counted
# before the days are told, so the size of the agency costs one pass over its placements.
_OF_UNIT = """
SELECT g.day::date, n.id, n.kind, n.name, n.instrument_no, n.counts_toward_cap, n.share_pct, sum(spans.people)::int
  FROM (SELECT n.id AS period_id, v.is_24x7, {first_day} AS first_day, {last_day} AS last_day, count(*) AS people
          FROM (SELECT %(start)s::date AS first_day, %(end)s::date AS last_day) asked
         CROSS JOIN {covered}
         WHERE {in_time} AND starts_with(u.path, %(path)s)
         GROUP BY n.id, v.is_24x7, {first_day}, {last_day}) AS spans(period_id, is_24x7, first_day, last_day, people)
  JOIN organization_nationalperiod n ON n.id = spans.period_id
 CROSS JOIN LATERAL (SELECT spans.is_24x7) AS v
 CROSS JOIN LATERAL generate_series(spans.first_day, spans.last_day, interval '1 day') AS g(day)
 WHERE {worked}
 GROUP BY g.day, n.id
 ORDER BY g.day, n.kind, n.id DESC
"""

_COVERED_ON = """
SELECT p.id FROM {covered}
 WHERE n.id = %s AND v.valid_from <= %s AND (v.valid_to IS NULL OR v.valid_to >= %s)
""".format(covered=_COVERED)  # noqa: UP032  # as the statements above

_PARTS = {
    "covered": _COVERED,
    "first_day": _FIRST_DAY,
    "last_day": _LAST_DAY,
    "in_time": _IN_TIME,
    "worked": _WORKED,
}


def affected_sql(whose: str = "TRUE", *, start: str = "%(start)s", end: str = "%(end)s") -> str:
    """The statement that names everybody affected from `start` to `end`, one row per person and day; others embed it.

    `whose`: a condition on the placement `p`; all three are SQL, never anything that somebody typed.
    """
    return _AFFECTED.format(whose=whose, start=start, end=end, **_PARTS)


class AffectedDays(Func):
    """The days from `start` to `end` on which a period affects a placement: JSON rows with the fields of PeriodDay."""

    output_field = ArrayField(JSONField())

    def __init__(self, placement: str | F, start: date, end: date) -> None:
        super().__init__(placement, Value(start, DateField()), Value(end, DateField()))

    def as_sql(self, compiler: Any, *args: Any, **kwargs: Any) -> tuple[str, tuple[Any, ...]]:
        """The three expressions stand in the order of the statement: start, end, placement."""
        placement, start, end = (compiler.compile(part) for part in self.get_source_expressions())
        rows = affected_sql(f"p.id = {placement[0]}", start=start[0], end=end[0])
        sql = f"ARRAY(SELECT to_jsonb(affected) FROM ({rows}) affected)"  # noqa: S608  # placeholders only
        return sql, (*start[1], *end[1], *placement[1])


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


class UnitPeriod(NamedTuple):
    """A period on a day of a unit, with the number of people of the unit and those below whom it covers."""

    period: PeriodDay
    people: int


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
        cursor.execute(affected_sql(whose), values)
        for employee_id, _placement_id, day, *period in cursor.fetchall():
            found[employee_id][day] = PeriodDay(*period)
    return found


def days_of(placements: Iterable[Placement]) -> dict[date, PeriodDay]:
    """The same as `affects` for one person, from the `national` of the placements (`AffectedDays`); no query."""
    rows = [row for placement in placements for row in placement.national]  # type: ignore[attr-defined]  # annotated
    return {date.fromisoformat(row["day"]): PeriodDay(*(row[name] for name in PeriodDay._fields)) for row in rows}


def periods_of_unit(path: str, start: date, end: date) -> dict[date, tuple[UnitPeriod, ...]]:
    """Day -> periods that cover somebody of the unit or of those below, an emergency first; both ends inclusive.

    Somebody whom an emergency and a national period cover on the same day counts in both. One query.
    """
    found: dict[date, tuple[UnitPeriod, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_OF_UNIT.format(**_PARTS), {"path": path, "start": start, "end": end})
        for day, *period, people in cursor.fetchall():
            found[day] = (*found.get(day, ()), UnitPeriod(PeriodDay(*period), people))
    return found


def scope_placements(period: NationalPeriod, on: date) -> QuerySet[Placement]:
    """Placements of that day in the units it is for, excluded or not."""
    return Placement.objects.active_on(on).filter(under_paths_q(period.unit_paths or (WHOLE_AGENCY,), "unit__"))


def covered_placements(period: NationalPeriod, on: date) -> QuerySet[Placement]:
    """Placements of that day whom it affects: without excluded kinds of post and units. One that `affects` names on a
    working day of the period is among them, and the other way round."""
    covered = RawSQL(_COVERED_ON, (period.pk, on, on))  # noqa: S611  # the condition above, values apart
    return Placement.objects.active_on(on).filter(pk__in=covered)


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
