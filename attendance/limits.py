"""A unit's own coverage by day: people on site against its minimum, people away against its quota. Three queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from attendance.coverage import Load, quota_places
from attendance.selectors import Loads, unit_loads
from eligibility.enums import QuotaBasis
from eligibility.models import ArrangementTerms
from eligibility.selectors import terms_on
from organization.models import Unit
from organization.units_above import MinimumPeriod, UnitAbove, units_of_path

NOBODY = 0  # no employee is left out of the loads
OK, EXACT, SHORT = "ok", "warn", "stop"


@dataclass(frozen=True)
class Shortfall:
    """A minimum that a day does not reach; `group` empty: anybody counts."""

    day: date
    group: str
    on_site: int
    minimum: int

    @property
    def missing(self) -> int:
        return self.minimum - self.on_site


@dataclass(frozen=True)
class Cover:
    """One day of a unit with those below. `minimum` and `quota` are None where there is none."""

    day: date
    load: Load
    minimum: int | None
    quota: int | None
    shortfalls: tuple[Shortfall, ...]

    @property
    def on_site_state(self) -> str:
        """Against every minimum of the day; exactly as many as are asked for is as it should be."""
        return SHORT if self.shortfalls else OK

    @property
    def away_state(self) -> str:
        if self.quota is None or self.load.away < self.quota:
            return OK
        return EXACT if self.load.away == self.quota else SHORT


def coverage_of(unit: Unit, start: date, end: date) -> dict[date, Cover]:
    """Every day from start to end of one unit, by its own minimums and quota."""
    own = units_of_path(unit, start, end)[-1]
    terms = terms_on(start)
    groups = sorted({row.position_group for row in own.minimums if row.position_group})
    with_holders = terms is not None and terms.quota_basis == QuotaBasis.HOLDERS
    loads = unit_loads(
        paths=[own.path],
        groups=groups,
        start=start,
        end=end,
        exclude_employee_id=NOBODY,
        with_holders=with_holders,
    )
    days = [start + timedelta(days=offset) for offset in range((end - start).days + 1)]
    return {day: _cover(day, own, terms, loads) for day in days}


def _cover(day: date, own: UnitAbove, terms: ArrangementTerms | None, loads: Loads) -> Cover:
    load = loads.on(own.path, day)
    binding = [row for row in own.minimums if row.binds(day)]
    plain = [row.count for row in binding if not row.position_group]
    pct = quota_on(own, day, terms, is_own=True)
    quota = quota_places(load.staff, pct, terms.quota_rounding) if terms is not None and pct is not None else None
    short = [_shortfall(day, row, loads.on(own.path, day, row.position_group)) for row in binding]
    return Cover(
        day=day,
        load=load,
        minimum=max(plain) if plain else None,
        quota=quota,
        shortfalls=tuple(row for row in short if row.missing > 0),
    )


def _shortfall(day: date, row: MinimumPeriod, load: Load) -> Shortfall:
    return Shortfall(day, row.position_group, load.on_site, row.count)


def quota_on(unit: UnitAbove, day: date, terms: ArrangementTerms | None, *, is_own: bool) -> int | None:
    """The percentage that binds in a unit: its own, never above the agency's (Art 13, mark P, U lower)."""
    version = unit.version_on(day)
    if terms is None:
        return None
    if version is not None and version.quota_pct is not None:
        return min(version.quota_pct, terms.quota_pct)
    return terms.quota_pct if is_own or unit.depth == 1 else None
