"""Reads of a unit's capacity: limits, loads of the next weeks, who is where on a day. Few queries at any size."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When

from attendance.coverage import quota_places
from attendance.limits import quota_on
from attendance.models import Absence, AssignmentDay, RosterEntry
from attendance.selectors import Loads, unit_loads
from eligibility.enums import QuotaBasis
from eligibility.models import ArrangementTerms
from eligibility.selectors import terms_on
from fwa.capacity import CapacityDay, DayLimit
from organization.models import Placement, Unit
from organization.national_periods import periods_of_unit
from organization.selectors import holidays_between
from organization.units_above import UnitAbove, units_of_path

NOBODY = 0  # no employee is left out of the loads
MONDAY_TO_FRIDAY = 5
MOST_DAYS = 400
AWAY, OFF_DUTY, ABSENT, ON_SITE = "away", "off", "absent", "on_site"


@dataclass(frozen=True)
class UnitCapacity:
    """The days looked at, and the units whose limits bind (root first, the unit itself last)."""

    days: tuple[CapacityDay, ...]
    units: tuple[UnitAbove, ...]
    terms: ArrangementTerms | None
    all_week: bool


def unit_capacity(unit: Unit, start: date, end: date) -> UnitCapacity:
    """Every day from start to end: people away and on site against the limits of the unit and of those above it."""
    units = units_of_path(unit, start, end)
    terms = terms_on(start)
    loads = _loads(units, terms, start, end)
    holidays = holidays_between(start, end)
    periods = periods_of_unit(unit.path, start, end)
    own = units[-1]
    days = []
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        found = _day(day, own, units, terms, loads, holidays)
        days.append(replace(found, periods=periods.get(day, ())))
    all_week = any(not row.is_off and row.day.weekday() >= MONDAY_TO_FRIDAY for row in days)
    return UnitCapacity(tuple(days), units, terms, all_week)


def _loads(units: tuple[UnitAbove, ...], terms: ArrangementTerms | None, start: date, end: date) -> Loads:
    return unit_loads(
        paths=[unit.path for unit in units],
        groups=sorted({row.position_group for unit in units for row in unit.minimums if row.position_group}),
        start=start,
        end=end,
        exclude_employee_id=NOBODY,
        with_holders=terms is not None and terms.quota_basis == QuotaBasis.HOLDERS,
    )


def _day(
    day: date,
    own: UnitAbove,
    units: tuple[UnitAbove, ...],
    terms: ArrangementTerms | None,
    loads: Loads,
    holidays: dict[date, str],
) -> CapacityDay:
    version = own.version_on(day)
    every_day = version is not None and version.is_24x7
    load = loads.on(own.path, day)
    is_off = version is None or (not every_day and (day.weekday() >= MONDAY_TO_FRIDAY or day in holidays))
    limits = () if is_off else tuple(_limits(day, own, units, terms, loads))
    holiday = holidays.get(day, "")
    return CapacityDay(day, load.staff, load.away, load.absent, load.off, limits, holiday, is_off)


def _limits(
    day: date, own: UnitAbove, units: tuple[UnitAbove, ...], terms: ArrangementTerms | None, loads: Loads
) -> Iterator[DayLimit]:
    for unit in units:
        is_own = unit.pk == own.pk
        load = loads.on(unit.path, day)
        pct = quota_on(unit, day, terms, is_own=is_own)
        if pct is not None and terms is not None:
            figure = load.holders if terms.quota_basis == QuotaBasis.HOLDERS else load.away
            places = quota_places(load.staff, pct, terms.quota_rounding)
            yield DayLimit(unit.name, is_own, True, figure, places)
        for row in unit.minimums:
            if row.binds(day) and (not row.position_group or loads.on(own.path, day, row.position_group).staff):
                on_site = loads.on(unit.path, day, row.position_group).on_site
                yield DayLimit(unit.name, is_own, False, on_site, row.count, row.position_group)


# Who is where --------------------------------------------------------------------------------------------------------


def people_on(unit: Unit, day: date) -> QuerySet[Any]:
    """Placements of the unit (with those below) on a day, with `presence`: away by an arrangement, off by the
    roster, absent, on site; in the order in which `unit_loads` counts, so that names and figures agree.

    The kind of an absence is left out: it may tell of an illness.
    """
    rostered = RosterEntry.objects.filter(is_published=True, employee=OuterRef("employee"), day=day)
    away = AssignmentDay.objects.filter(employee=OuterRef("employee"), day=day, is_away=True)
    absent = Absence.objects.active_on(day).filter(employee=OuterRef("employee"))
    placed = Placement.objects.active_on(day).filter(unit__path__startswith=unit.path)
    rows: QuerySet[Any] = placed.annotate(
        presence=Case(
            When(Exists(away) & ~Exists(rostered), then=Value(AWAY)),
            When(Exists(rostered) & ~Exists(rostered.filter(shift__isnull=False)), then=Value(OFF_DUTY)),
            When(Exists(absent), then=Value(ABSENT)),
            default=Value(ON_SITE),
            output_field=CharField(),
        ),
        place_kind=Subquery(away.values("assignment__place_kind")[:1]),
    )
    return rows.select_related("employee", "position", "unit").order_by(F("presence"), "employee__name", "pk")


# Granted days beyond a new limit -------------------------------------------------------------------------------------


def last_granted_day(unit: Unit, start: date) -> date | None:
    """The last day from `start` on for which somebody of the unit has an arrangement; at most MOST_DAYS later."""
    rows = AssignmentDay.objects.filter(is_away=True, day__gte=start, day__lte=start + timedelta(days=MOST_DAYS))
    found: date | None = rows.filter(unit__path__startswith=unit.path).aggregate(last=Max("day"))["last"]
    return found


def names_away(unit: Unit, days: list[date], visible: Q) -> dict[date, list[str]]:
    """Names of the unit's people with an arrangement on some days, as far as `visible` lets them be seen; whoever
    stands on a published roster is not away."""
    rostered = RosterEntry.objects.filter(is_published=True, employee=OuterRef("employee"), day=OuterRef("day"))
    rows = AssignmentDay.objects.filter(is_away=True, day__in=days, unit__path__startswith=unit.path).filter(visible)
    rows = rows.exclude(Exists(rostered))
    found: dict[date, list[str]] = defaultdict(list)
    for day, name in rows.order_by("day", "employee__name").values_list("day", "employee__name").distinct():
        found[day].append(name)
    return found
