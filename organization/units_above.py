"""Where a person serves in a period, with what each of these units and every one above it is and needs: one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, ExpressionWrapper, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from organization.models import Placement, StaffingMinimum, Unit, UnitVersion
from organization.national_periods import AffectedDays


@dataclass(frozen=True)
class Period:
    """Days from `valid_from` to `valid_to`, both inclusive; no end = until further notice."""

    valid_from: date
    valid_to: date | None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class VersionPeriod(Period):
    """What a unit is in a period; see UnitVersion."""

    is_24x7: bool
    quota_pct: int | None


@dataclass(frozen=True)
class MinimumPeriod(Period):
    """How many people a unit needs on site; see StaffingMinimum."""

    weekday: int | None
    position_group: str
    count: int

    def binds(self, day: date) -> bool:
        return self.holds(day) and self.weekday in (None, day.isoweekday())


@dataclass(frozen=True)
class UnitAbove:
    """A unit of the person or one above it; its periods touch the one that was asked for."""

    pk: int
    name: str
    path: str
    depth: int
    versions: tuple[VersionPeriod, ...]
    minimums: tuple[MinimumPeriod, ...]

    def version_on(self, day: date) -> VersionPeriod | None:
        return next((version for version in self.versions if version.holds(day)), None)


def placements_with_units(
    employee_id: int, start: date, end: date
) -> tuple[tuple[Placement, ...], tuple[UnitAbove, ...]]:
    """Placements of one person that touch start..end, oldest first, and their units with all above, root first.

    Each placement has `national`: what `organization.national_periods.days_of` reads.
    """
    rows = Placement.objects.overlapping(start, end).filter(employee_id=employee_id)
    rows = rows.select_related("unit", "position", "supervisor").order_by("valid_from")
    national = AffectedDays("pk", start, end)
    placements = tuple(rows.annotate(above=ArraySubquery(_units_above(start, end)), national=national))
    found = {row["pk"]: row for placement in placements for row in placement.above}
    units = sorted(map(_unit, found.values()), key=lambda unit: (unit.depth, unit.pk))
    return placements, tuple(units)


def units_of_path(unit: Unit, start: date, end: date) -> tuple[UnitAbove, ...]:
    """The unit with all above it, root first: one query."""
    rows = Unit.objects.filter(pk__in=unit.path_ids).order_by("depth", "pk").values(unit_above=_as_json(start, end))
    return tuple(_unit(row["unit_above"]) for row in rows)


def _units_above(start: date, end: date) -> QuerySet[Unit, Any]:
    """The units whose path begins the path of the placement's unit, each as one JSON object."""
    path = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
    units = Unit.objects.annotate(whose_path=path).filter(whose_path__startswith=F("path")).exclude(path="")
    return units.order_by().values(unit_above=_as_json(start, end))


def _as_json(start: date, end: date) -> JSONObject:
    """A unit with its versions and minimums that touch start..end."""
    versions = UnitVersion.objects.overlapping(start, end).filter(unit=OuterRef("pk")).order_by("valid_from")
    minimums = StaffingMinimum.objects.overlapping(start, end).filter(unit=OuterRef("pk")).order_by("weekday", "pk")
    return JSONObject(
        pk="pk",
        name="name",
        path="path",
        depth="depth",
        versions=ArraySubquery(_rows(versions, "is_24x7", "quota_pct")),
        minimums=ArraySubquery(_rows(minimums, "weekday", "position_group", "count")),
    )


def _rows(periods: QuerySet[Any], *names: str) -> QuerySet[Any, Any]:
    return periods.values(period=JSONObject(**{name: name for name in ("valid_from", "valid_to", *names)}))


def _unit(row: Mapping[str, Any]) -> UnitAbove:
    versions = tuple(VersionPeriod(**values) for values in _with_dates(row["versions"]))
    minimums = tuple(MinimumPeriod(**values) for values in _with_dates(row["minimums"]))
    return UnitAbove(**{**row, "versions": versions, "minimums": minimums})


def _with_dates(rows: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """JSON has no dates: they come as ISO text."""
    for row in rows:
        last = row["valid_to"]
        yield {
            **row,
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(last) if last else None,
        }
