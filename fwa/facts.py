"""Gathers what the day checks look at: a handful of queries, whatever the number of dates or people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from attendance.coverage import quota_places
from attendance.enums import Facet
from attendance.selectors import Loads, own_calendar, unit_loads
from eligibility.enums import QuotaBasis
from eligibility.models import ArrangementTerms
from fwa.data import DraftData
from fwa.day_checks import NEARBY_DAYS, LimitOn, PersonFacts
from fwa.enums import Basis
from fwa.models import Request, RequestDate
from organization.models import Employee, Holiday, Placement, StaffingMinimum, Unit, UnitVersion

MAX_PERIOD = relativedelta(months=24)


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
    """Facts for the checks, with what a decision needs besides: terms, placements by day, units with a limit."""

    facts: PersonFacts
    terms: ArrangementTerms
    placements: tuple[Placement, ...]
    limited_units: tuple[Unit, ...]
    loads: Loads

    def placement_on(self, day: date) -> Placement | None:
        return next(
            (row for row in self.placements if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)),
            None,
        )


def terms_on(day: date) -> ArrangementTerms:
    """The general terms of that day. Raises ValidationError when the agency has not set any (Art 13)."""
    terms = ArrangementTerms.objects.active_on(day).order_by("-valid_from").first()
    if terms is None:
        raise ValidationError(_("HR has not set the quota and general terms yet (Art 13)."), "no_terms")
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
    placements = tuple(
        Placement.objects.overlapping(window.start, window.end)
        .filter(employee=employee)
        .select_related("unit", "position", "supervisor")
        .order_by("valid_from")
    )
    versions = _versions(placements, window)
    of_unit = {day: _unit_on(day, placements, versions) for day in window.days if _covers(placements, day)}
    every_day = frozenset(day for day, version in of_unit.items() if version and version.is_24x7)
    units, limits, loads = _limits(employee, placements, terms, window, draft, versions, every_day)
    facts = _own_facts(employee, draft, terms, window, today, own_request, count_pending)
    facts |= {
        "limits": limits,
        "not_placed": frozenset(day for day in window.days if day not in of_unit),
        "unit_closed": frozenset(day for day, version in of_unit.items() if version is None),
        "every_day": every_day,
    }
    full = PersonFacts(**facts)
    return Gathered(facts=full, terms=terms, placements=placements, limited_units=units, loads=loads)


def _covers(placements: tuple[Placement, ...], day: date) -> bool:
    return any(row.valid_from <= day and (row.valid_to is None or day <= row.valid_to) for row in placements)


def _own_facts(
    employee: Employee,
    draft: DraftData,
    terms: ArrangementTerms,
    window: Window,
    today: date,
    own_request: Request | None,
    count_pending: bool,
) -> dict:
    absent: dict[date, str] = {}
    taken: dict[tuple[date, str], str] = {}
    cap_days: set[date] = set()
    reference = (own_request.number or "") if own_request else ""
    for row in own_calendar(employee_id=employee.pk, start=window.start, end=window.end, exclude_reference=reference):
        if row.what == "arrangement":
            taken[row.start, row.facet] = row.reference
            if row.counts_toward_cap:
                cap_days.add(row.start)
            continue
        for offset in range((row.end - row.start).days + 1):
            absent[row.start + timedelta(days=offset)] = row.what
    if count_pending:
        for day, facet, number, place in _pending_days(employee, window, own_request):
            taken.setdefault((day, facet), number or "")
            if facet == Facet.LOCATION and terms.counts_toward_cap(place):
                cap_days.add(day)
    return {
        "today": today,
        "last_day": _last_day(draft, terms, today),
        "holidays": dict(Holiday.objects.filter(day__range=(window.start, window.end)).values_list("day", "name")),
        "absent": absent,
        "taken": taken,
        "cap": terms.max_days_per_week,
        "cap_days": frozenset(cap_days),
        "counts_toward_cap": draft.has_place and terms.counts_toward_cap(draft.place_kind),
        "exempt": _exempt_periods(own_request, draft),
        "period": (draft.valid_from, draft.valid_to) if draft.valid_from and draft.valid_to else None,
    }


def _pending_days(
    employee: Employee, window: Window, own_request: Request | None
) -> list[tuple[date, str, str | None, str]]:
    rows = RequestDate.objects.live().between(window.start, window.end).filter(employee=employee)
    if own_request is not None and own_request.pk:
        rows = rows.exclude(request_id=own_request.pk)
    return list(rows.values_list("day", "facet", "request__number", "request__place_kind"))


def _last_day(draft: DraftData, terms: ArrangementTerms, today: date) -> date:
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
    placements: tuple[Placement, ...],
    terms: ArrangementTerms,
    window: Window,
    draft: DraftData,
    versions: dict[int, list[UnitVersion]],
    every_day: frozenset[date],
) -> tuple[tuple[Unit, ...], dict[date, tuple[LimitOn, ...]], Loads]:
    """Limits of the person's units and all above them that have a quota or a minimum, per day."""
    if not draft.has_place or not placements:
        return (), {}, Loads()
    ids = {unit_id for row in placements for unit_id in row.unit.path_ids}
    minimums = _by_unit(StaffingMinimum.objects.overlapping(window.start, window.end).filter(unit_id__in=ids))
    home_ids = {row.unit_id for row in placements}
    units = [
        unit
        for unit in Unit.objects.filter(pk__in=ids).order_by("depth", "pk")
        if unit.pk in home_ids
        or unit.depth == 1
        or minimums.get(unit.pk)
        or any(version.quota_pct is not None for version in versions.get(unit.pk, ()))
    ]
    groups = sorted({row.position_group for rows in minimums.values() for row in rows if row.position_group})
    loads = unit_loads(
        paths=[unit.path for unit in units],
        groups=groups,
        start=window.start,
        end=window.end,
        exclude_employee_id=employee.pk,
        with_holders=terms.quota_basis == QuotaBasis.HOLDERS,
    )
    limits = {}
    for day in window.days:
        placement = next((row for row in placements if _covers((row,), day)), None)
        if placement is not None and (day.weekday() < 5 or day in every_day):
            limits[day] = tuple(_limits_on(day, placement, units, versions, minimums, loads, terms))
    return tuple(units), limits, loads


def _versions(placements: tuple[Placement, ...], window: Window) -> dict[int, list[UnitVersion]]:
    """What the person's units and all above them are in the window; one query."""
    ids = {unit_id for row in placements for unit_id in row.unit.path_ids}
    return _by_unit(UnitVersion.objects.overlapping(window.start, window.end).filter(unit_id__in=ids)) if ids else {}


def _unit_on(
    day: date, placements: tuple[Placement, ...], versions: dict[int, list[UnitVersion]]
) -> UnitVersion | None:
    """What the person's own unit is that day; None when it is closed."""
    placement = next(row for row in placements if _covers((row,), day))
    rows = versions.get(placement.unit_id, ())
    return next((row for row in rows if row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)), None)


def _by_unit(rows: object) -> dict[int, list]:
    found: dict[int, list] = defaultdict(list)
    for row in rows:  # type: ignore[attr-defined]
        found[row.unit_id].append(row)
    return found


def _limits_on(
    day: date,
    placement: Placement,
    units: list[Unit],
    versions: dict[int, list[UnitVersion]],
    minimums: dict[int, list[StaffingMinimum]],
    loads: Loads,
    terms: ArrangementTerms,
) -> list[LimitOn]:
    limits = []
    for unit in units:
        if unit.pk not in placement.unit.path_ids:
            continue
        load = loads.on(unit.path, day)
        pct = _quota_pct(unit, placement, versions, day, terms)
        if pct is not None:
            taken = load.holders if terms.quota_basis == QuotaBasis.HOLDERS else load.away
            quota = quota_places(load.staff, pct, terms.quota_rounding)
            limits.append(LimitOn(unit=unit.name, away=taken, quota=quota, on_site=load.on_site))
        for row in minimums.get(unit.pk, ()):
            if not _covers((row,), day) or row.weekday not in (None, day.isoweekday()):  # type: ignore[arg-type]
                continue
            if row.position_group and row.position_group != placement.position.group:
                continue
            on_site = loads.on(unit.path, day, row.position_group).on_site
            limits.append(LimitOn(unit=unit.name, on_site=on_site, minimum=row.count, group=row.position_group))
    return limits


def _quota_pct(
    unit: Unit, placement: Placement, versions: dict[int, list[UnitVersion]], day: date, terms: ArrangementTerms
) -> int | None:
    """The unit's own percentage, never above the agency's (mark P, U lower); without one the agency's binds the
    person's own unit and the agency as a whole."""
    own = next((row.quota_pct for row in versions.get(unit.pk, ()) if _covers((row,), day)), None)  # type: ignore[arg-type]
    if own is not None:
        return min(own, terms.quota_pct)
    return terms.quota_pct if unit.pk == placement.unit_id or unit.depth == 1 else None
