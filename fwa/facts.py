"""Gathers what the day checks look at: a handful of queries, whatever the number of dates or people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Case, F, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from attendance.coverage import quota_places
from attendance.enums import Facet
from attendance.selectors import ARRANGEMENT, ROSTER, Loads, own_calendar, roster_days, text, unit_loads
from eligibility.enums import PlaceKind, QuotaBasis
from eligibility.models import ArrangementTerms
from fwa.data import MAX_PERIOD, DraftData
from fwa.day_checks import NEARBY_DAYS, LimitOn, PersonFacts
from fwa.enums import Basis
from fwa.models import Request, RequestDate
from organization.models import Employee, Holiday, Placement
from organization.national_periods import PeriodDay, days_of
from organization.units_above import UnitAbove, VersionPeriod, placements_with_units

# Kinds of rows beside absences and arrangements in a person's calendar.
HOLIDAY, REQUESTED = "holiday", "requested"


@dataclass(frozen=True)
class Window:
    """The days looked at: the requested period and a week on either side for alternatives."""

    start: date
    end: date

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=offset) for offset in range((self.end - self.start).days + 1)]


@dataclass(frozen=True)
class Gathered:
    """Facts for the checks, with what a decision needs besides: terms and placements by day."""

    facts: PersonFacts
    terms: ArrangementTerms
    placements: tuple[Placement, ...]

    def placement_on(self, day: date) -> Placement | None:
        return _placement_on(day, self.placements)


def terms_on(day: date) -> ArrangementTerms:
    """The general terms of that day. Raises ValidationError when the agency has not set any (Art 13)."""
    terms = terms_or_none(day)
    if terms is None:
        raise ValidationError(_("HR has not set the quota and general terms yet (Art 13)."), "no_terms")
    return terms


def terms_or_none(day: date) -> ArrangementTerms | None:
    """The general terms of that day, if the agency has set any."""
    terms: ArrangementTerms | None = ArrangementTerms.objects.active_on(day).order_by("-valid_from").first()
    return terms


def window_for(draft: DraftData, today: date) -> Window:
    """Bounds for the queries: never longer than two years, whatever somebody typed."""
    first = max(draft.valid_from or today, today - timedelta(days=31))
    last = min(draft.valid_to or first, first + MAX_PERIOD)
    margin = timedelta(days=NEARBY_DAYS)
    monday = first - margin - timedelta(days=(first - margin).weekday())
    return Window(start=monday, end=max(last, first) + margin + timedelta(days=6))


def gather(
    *,
    employee: Employee,
    draft: DraftData,
    today: date,
    own_request: Request | None = None,
    count_pending: bool = True,
) -> Gathered:
    """Read everything for one person and one draft.

    `count_pending`: dates of the person's other requests under way count as taken (preview and sending);
    under the unit head's lock only days really held or in force count.
    """
    terms = terms_on(draft.valid_from or today)
    window = window_for(draft, today)
    placements, units = placements_with_units(employee.pk, window.start, window.end)
    of_day = {day: placement for day in window.days if (placement := _placement_on(day, placements))}
    of_unit = {day: _version_on(day, placement, units) for day, placement in of_day.items()}
    every_day = frozenset(day for day, version in of_unit.items() if version and version.is_24x7)
    worked = {day: placement for day, placement in of_day.items() if day.weekday() < 5 or day in every_day}
    facts = _own_facts(employee, draft, terms, window, today, own_request, count_pending)
    facts |= {
        "limits": _limits(employee, worked, units, terms, window) if draft.has_place else {},
        "not_placed": frozenset(day for day in window.days if day not in of_day),
        "unit_closed": frozenset(day for day, version in of_unit.items() if version is None),
        "every_day": every_day,
    }
    periods = days_of(placements)
    facts |= national_facts(periods, absent=facts["absent"], cap_days=facts["cap_days"])
    return Gathered(facts=PersonFacts(**facts), terms=terms, placements=placements)


def national_facts(
    periods: Mapping[date, PeriodDay], *, absent: Mapping[date, str], cap_days: Iterable[date]
) -> dict[str, Any]:
    """What national and emergency periods change for one person: their names, and the weekly days that they take.

    Leave and travel come before them (design 4), so a day of absence takes none.
    """
    counted = {day for day, period in periods.items() if period.counts_toward_cap and day not in absent}
    return {
        "national": {day: period.label for day, period in periods.items()},
        "cap_days": frozenset(cap_days) | counted,
    }


def _placement_on(day: date, placements: Iterable[Placement]) -> Placement | None:
    return next(
        (row for row in placements if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)), None
    )


def _version_on(day: date, placement: Placement, units: Iterable[UnitAbove]) -> VersionPeriod | None:
    """What the person's own unit is that day; None when it is closed."""
    return next((unit.version_on(day) for unit in units if unit.pk == placement.unit_id), None)


def _own_facts(
    employee: Employee,
    draft: DraftData,
    terms: ArrangementTerms,
    window: Window,
    today: date,
    own_request: Request | None,
    count_pending: bool,
) -> dict[str, Any]:
    absent: dict[date, str] = {}
    held: dict[tuple[date, str], str] = {}
    requested: dict[tuple[date, str], str] = {}
    holidays: dict[date, str] = {}
    cap_days: set[date] = set()
    rostered: dict[date, str] = {}
    beside = [_holidays(min(window.start, today)), roster_days(employee.pk, window.start, window.end)]
    if count_pending:
        beside.append(_pending_days(employee, window, own_request, terms))
    reference = (own_request.number or "") if own_request else ""
    for row in own_calendar(
        employee_id=employee.pk, start=window.start, end=window.end, exclude_reference=reference, beside=beside
    ):
        if row.counts_toward_cap:
            cap_days.add(row.start)
        if row.what == HOLIDAY:
            holidays[row.start] = row.reference
        elif row.what == ROSTER:
            rostered[row.start] = max(rostered.get(row.start, ""), row.reference)
        elif row.what in (ARRANGEMENT, REQUESTED):
            taken = held if row.what == ARRANGEMENT else requested
            taken[row.start, row.facet] = row.reference
        else:
            absent |= {row.start + timedelta(days=offset): row.what for offset in range((row.end - row.start).days + 1)}
    return {
        "today": today,
        "last_day": period_limit(draft, terms, today),
        "holidays": holidays,
        "absent": absent,
        "rostered": rostered,
        "taken": requested | held,
        "cap": terms.max_days_per_week,
        "cap_days": frozenset(cap_days),
        "counts_toward_cap": draft.has_place and terms.counts_toward_cap(draft.place_kind),
        "exempt": _exempt_periods(own_request, draft),
        "period": (draft.valid_from, draft.valid_to) if draft.valid_from and draft.valid_to else None,
    }


def _holidays(start: date) -> QuerySet[Holiday, Any]:
    """Holidays from a day on as rows of `own_calendar`: the clock of a step may end after the period."""
    return Holiday.objects.filter(day__gte=start).values_list(
        F("day"), F("day"), text(HOLIDAY), text(""), F("name"), Value(False)
    )


def _pending_days(
    employee: Employee, window: Window, own_request: Request | None, terms: ArrangementTerms
) -> QuerySet[RequestDate, Any]:
    """Dates of the person's other requests under way, as rows of `own_calendar`."""
    rows = RequestDate.objects.live().between(window.start, window.end).filter(employee=employee)
    if own_request is not None and own_request.pk:
        rows = rows.exclude(request_id=own_request.pk)
    counting = [kind for kind in PlaceKind.values if terms.counts_toward_cap(kind)]
    counts = When(facet=Facet.LOCATION, request__place_kind__in=counting, then=True)
    return rows.values_list(
        F("day"),
        F("day"),
        text(REQUESTED),
        F("facet"),
        Coalesce(F("request__number"), text("")),
        Case(counts, default=False, output_field=BooleanField()),
    )


def period_limit(draft: DraftData, terms: ArrangementTerms, today: date) -> date:
    return (draft.valid_from or today) + relativedelta(months=terms.max_months) - timedelta(days=1)


def _exempt_periods(own_request: Request | None, draft: DraftData) -> tuple[tuple[date, date], ...]:
    circumstance = getattr(own_request, "circumstance", None) if own_request and own_request.pk else None
    if own_request is None or draft.basis != Basis.SPECIAL:
        return ()  # a claim left over from another basis lifts nothing
    if circumstance is None or not circumstance.lifts_weekly_cap:
        return ()
    return ((circumstance.valid_from, circumstance.valid_to),)


def _limits(
    employee: Employee,
    placements: Mapping[date, Placement],
    units: tuple[UnitAbove, ...],
    terms: ArrangementTerms,
    window: Window,
) -> dict[date, tuple[LimitOn, ...]]:
    """Limits of the person's units and all above them that have a quota or a minimum, per day of a placement."""
    home_ids = {placement.unit_id for placement in placements.values()}
    limited = [
        unit
        for unit in units
        if unit.pk in home_ids
        or unit.depth == 1
        or unit.minimums
        or any(version.quota_pct is not None for version in unit.versions)
    ]
    loads = unit_loads(
        paths=[unit.path for unit in limited],
        groups=sorted({row.position_group for unit in limited for row in unit.minimums if row.position_group}),
        start=window.start,
        end=window.end,
        exclude_employee_id=employee.pk,
        with_holders=terms.quota_basis == QuotaBasis.HOLDERS,
    )
    return {day: tuple(_limits_on(day, placement, limited, loads, terms)) for day, placement in placements.items()}


def _limits_on(
    day: date, placement: Placement, units: Iterable[UnitAbove], loads: Loads, terms: ArrangementTerms
) -> Iterator[LimitOn]:
    for unit in units:
        if unit.pk not in placement.unit.path_ids:
            continue
        load = loads.on(unit.path, day)
        pct = _quota_pct(unit, placement, day, terms)
        if pct is not None:
            taken = load.holders if terms.quota_basis == QuotaBasis.HOLDERS else load.away
            quota = quota_places(load.staff, pct, terms.quota_rounding)
            yield LimitOn(unit=unit.name, away=taken, quota=quota, on_site=load.on_site)
        for row in unit.minimums:
            if row.binds(day) and row.position_group in ("", placement.position.group):
                on_site = loads.on(unit.path, day, row.position_group).on_site
                yield LimitOn(unit=unit.name, on_site=on_site, minimum=row.count, group=row.position_group)


def _quota_pct(unit: UnitAbove, placement: Placement, day: date, terms: ArrangementTerms) -> int | None:
    """The unit's own percentage, never above the agency's (mark P, U lower); without one the agency's binds the
    person's own unit and the agency as a whole."""
    version = unit.version_on(day)
    if version is not None and version.quota_pct is not None:
        return min(version.quota_pct, terms.quota_pct)
    return terms.quota_pct if unit.pk == placement.unit_id or unit.depth == 1 else None
