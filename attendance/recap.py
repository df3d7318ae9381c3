"""Figures of a month per employee for payroll: sums over work days, in one statement for any set of people.

Days that have not come yet are left out. A day is worked where something was entered on it; half absences count half,
and leave on a day that is off anyway counts nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery

from attendance.models import AttendanceRecap, WorkDay
from attendance.sums import CONVERTED, TERMS, missing_defaults
from organization.models import Employee, Unit, User


class Figures(NamedTuple):
    """One employee's month; the columns of AttendanceRecap in their order. `unit_id`: the unit of the last day."""

    unit_id: int
    work_days: int
    present_days: int
    home_days: int
    field_days: int
    leave_days: Decimal
    sick_days: Decimal
    travel_days: Decimal
    expected_min: int
    worked_min: int
    late_min: int
    early_min: int
    missing_in: int
    missing_out: int
    converted_min: int
    unexcused_days: int
    pending_corrections: int


COLUMNS: Final = Figures._fields
_WORKED = "d.state IN ('present', 'incomplete')"


def _absent(*kinds: str) -> str:
    named = ", ".join(f"'{kind}'" for kind in kinds)
    share = "CASE d.absence_part WHEN 'whole' THEN 1 ELSE 0.5 END"
    return f"COALESCE(sum({share}) FILTER (WHERE d.absence IN ({named}) AND d.whereabouts <> 'off'), 0)"


#: Everybody with a day from %(start)s to %(end)s, or those of %(ids)s; one row each.
FIGURES: Final = f"""
SELECT d.employee_id, (array_agg(d.unit_id ORDER BY d.day DESC))[1] AS unit_id,
       count(*) FILTER (WHERE d.whereabouts <> 'off') AS work_days,
       count(*) FILTER (WHERE {_WORKED}) AS present_days,
       count(*) FILTER (WHERE {_WORKED} AND d.whereabouts = 'home') AS home_days,
       count(*) FILTER (WHERE {_WORKED} AND d.whereabouts IN ('other_office', 'other', 'field')) AS field_days,
       {_absent("leave")}::numeric(4, 1) AS leave_days, {_absent("sick")}::numeric(4, 1) AS sick_days,
       {_absent("travel", "training")}::numeric(4, 1) AS travel_days,
       sum(d.expected_min)::int AS expected_min, sum(d.worked_min)::int AS worked_min,
       sum(d.late_min)::int AS late_min, sum(d.early_min)::int AS early_min,
       sum(d.missing_in)::int AS missing_in, sum(d.missing_out)::int AS missing_out,
       sum({CONVERTED})::int AS converted_min, count(*) FILTER (WHERE d.is_unexcused) AS unexcused_days,
       (SELECT count(*) FROM attendance_correction c WHERE c.employee_id = d.employee_id AND c.status = 'submitted'
           AND c.day BETWEEN %(start)s AND %(end)s) AS pending_corrections
  FROM attendance_workday d {TERMS}
 WHERE d.day BETWEEN %(start)s AND %(end)s AND (%(ids)s::bigint[] IS NULL OR d.employee_id = ANY(%(ids)s::bigint[]))
 GROUP BY d.employee_id
"""  # noqa: S608  (our own text is put in)


def last_day(month: date) -> date:
    """Of the month that begins with `month`."""
    return month + relativedelta(months=1) - timedelta(days=1)


def values_of(month: date, *, on: date, employee_ids: Collection[int] | None) -> dict[str, Any]:
    """Parameters of FIGURES: the month, as far as its days have come."""
    ids = None if employee_ids is None else list(employee_ids)
    return {"start": month, "end": min(last_day(month), on), "ids": ids, **missing_defaults()}


def recap_figures(month: date, *, on: date, employee_ids: Collection[int]) -> dict[int, Figures]:
    """The month of each of these people up to `on`; those without a day are not there. One query."""
    if not employee_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values_of(month, on=on, employee_ids=employee_ids))
        return {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}


def people_of_month(user: User, month: date, *, unit: Unit | None = None, name: str = "") -> QuerySet[Employee]:
    """Employees in reach with a day in the month, by name; `unit`: those whose last day of it was in its subtree."""
    days = WorkDay.objects.filter(day__gte=month, day__lte=last_day(month))
    people: QuerySet[Employee] = Employee.objects.visible_to(user)
    if name:
        people = people.filter(name__icontains=name)
    if unit is None:
        rows = days.filter(employee=OuterRef("pk")).order_by("-day")
        people = people.annotate(month_unit=Subquery(rows.values("unit__name")[:1])).filter(month_unit__isnull=False)
    else:
        inside = days.filter(unit__path__startswith=unit.path).order_by()
        last = days.filter(employee=OuterRef("pk")).order_by("-day")
        people = people.filter(pk__in=inside.values("employee_id")).annotate(
            month_unit=Subquery(last.values("unit__name")[:1]), month_path=Subquery(last.values("unit__path")[:1])
        )
        people = people.filter(month_path__startswith=unit.path)
    return people.order_by("name", "pk")


def locked_figures(month: date, *, employee_ids: Collection[int] | None = None) -> dict[int, Figures]:
    """What HR last locked for each employee: the recap, or the newest supplement that holds them. One query."""
    rows = AttendanceRecap.objects.filter(recap__month=month)
    if employee_ids is not None:
        rows = rows.filter(employee_id__in=employee_ids)
    rows = rows.order_by("employee_id", "-recap__edition").distinct("employee_id")
    return {row[0]: Figures(*row[1:]) for row in rows.values_list("employee_id", *COLUMNS)}


def editions_of(month: date) -> QuerySet[Any]:
    """The locked recap of a month and its supplements, the first one first."""
    from attendance.models import RecapMonth

    return RecapMonth.objects.filter(month=month).annotate(by=F("locked_by__name")).order_by("edition")
