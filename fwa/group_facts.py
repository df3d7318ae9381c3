"""What the day checks look at, for many people at once: the same facts as `fwa.facts`, in a number of queries that
does not grow with the people.

Places are counted while they are given: of two people of one unit the second one sees the first one's day taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from attendance.coverage import quota_places
from attendance.halves import Away, absent_days
from attendance.models import Absence, AssignmentDay
from attendance.selectors import Loads, rostered_by_employee, unit_loads
from eligibility.enums import PlaceKind, QuotaBasis
from eligibility.models import ArrangementTerms
from fwa.data import DraftData
from fwa.day_checks import LOCATION, LimitOn, PersonFacts, week_of
from fwa.facts import Window, national_facts, period_limit, terms_on
from fwa.group_places import Bound, Places, Seat
from fwa.models import RequestDate
from organization.models import Domicile, Holiday, Placement, StaffingMinimum, Unit, UnitVersion
from organization.national_periods import affects
from organization.units_above import MinimumPeriod, UnitAbove, VersionPeriod

# A set of limiting units is one whole number of the database in `unit_loads`.
PATHS_AT_ONCE = 60
RECENTLY = timedelta(days=91)
NOBODY = 0


@dataclass(frozen=True)
class Ending:
    """An arrangement that an amendment ends: its days from `ends_on` on count as free."""

    reference: str
    ends_on: date


@dataclass
class GroupFacts:
    """Facts per person with one shared count of places; `recent_days`: days away in the three months before."""

    terms: ArrangementTerms
    window: Window
    days: tuple[date, ...]
    facts: dict[int, PersonFacts]
    placements: dict[int, tuple[Placement, ...]]
    domiciles: dict[int, Domicile]
    recent_days: dict[int, int]
    places: Places
    _seats: dict[int, Seat] = field(default_factory=dict)

    def placement_on(self, employee_id: int, day: date) -> Placement | None:
        return next((row for row in self.placements.get(employee_id, ()) if _holds(row, day)), None)

    def seat_on(self, employee_id: int, day: date) -> Seat | None:
        placement = self.placement_on(employee_id, day)
        if placement is None:
            return None
        if placement.pk not in self._seats:
            self._seats[placement.pk] = seat_of(placement)
        return self._seats[placement.pk]


@dataclass
class _Own:
    """What is in one person's calendar."""

    absent: dict[date, str] = field(default_factory=dict)
    partly: set[date] = field(default_factory=set)  # absent for half of it: no obstacle, but not counted on site
    taken: dict[tuple[date, str], str] = field(default_factory=dict)
    cap_days: set[date] = field(default_factory=set)
    gone: list[AssignmentDay] = field(default_factory=list)


class _LimitsOf(Mapping[date, tuple[LimitOn, ...]]):
    """The limits of one person, worked out for a day when it is looked at: others may have taken places before."""

    def __init__(self, group: GroupFacts, employee_id: int) -> None:
        self._group, self._employee_id = group, employee_id

    def __getitem__(self, day: date) -> tuple[LimitOn, ...]:
        seat = self._group.seat_on(self._employee_id, day)
        return self._group.places.limits_on(seat, day) if seat else ()

    def __iter__(self) -> Iterator[date]:
        return iter(self._group.days)

    def __len__(self) -> int:
        return len(self._group.days)


def seat_of(placement: Placement) -> Seat:
    return Seat(placement.unit_id, placement.unit.path, placement.position.group)


def gather_group(
    *, employee_ids: Collection[int], draft: DraftData, today: date, endings: Mapping[int, Ending] | None = None
) -> GroupFacts:
    """Read everything for many people and one pattern. Raises ValidationError where there are no terms (Art 13).

    `draft`: kind, place and period; its days are the pattern's. `endings`: arrangements that end with the same decree.
    """
    first = max(draft.valid_from or today, today)
    last = max(draft.valid_to or first, first)
    window = Window(start=week_of(first), end=week_of(last) + timedelta(days=6))
    days = tuple(day for day in window.days if first <= day <= last)
    terms = terms_on(draft.valid_from or today)
    placements = _placements(employee_ids, window)
    units = _units_above(placements, window)
    holidays = dict(
        Holiday.objects.filter(day__range=(min(today, window.start), window.end)).values_list("day", "name")
    )
    group = GroupFacts(
        terms=terms,
        window=window,
        days=days,
        facts={},
        placements=placements,
        domiciles=_domiciles(employee_ids, first) if draft.place_kind == PlaceKind.HOME else {},
        recent_days=_recent_days(employee_ids, first),
        places=_places(units, terms, days, draft, holidays),
    )
    own = _own_calendars(employee_ids, window, terms, endings or {})
    shared = _shared(draft, terms, today, holidays)
    closings = _Closings(units, days)
    periods = affects(employee_ids, window.start, window.end)
    rostered = rostered_by_employee(employee_ids=employee_ids, start=window.start, end=window.end)
    for employee_id in employee_ids:
        found = own[employee_id]
        group.facts[employee_id] = PersonFacts(
            **shared,
            **closings.of(placements.get(employee_id, ())),
            absent=found.absent,
            rostered=rostered.get(employee_id, {}),
            taken=found.taken,
            **national_facts(periods.get(employee_id, {}), absent=found.absent, cap_days=found.cap_days),
            limits=_LimitsOf(group, employee_id) if draft.has_place else {},
        )
    _give_back(group, own)
    return group


def _holds(row: Placement, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def _placements(employee_ids: Collection[int], window: Window) -> dict[int, tuple[Placement, ...]]:
    rows = Placement.objects.overlapping(window.start, window.end).filter(employee_id__in=employee_ids)
    found: dict[int, list[Placement]] = defaultdict(list)
    for row in rows.select_related("unit", "position", "employee").order_by("employee_id", "valid_from"):
        found[row.employee_id].append(row)
    return {employee_id: tuple(rows) for employee_id, rows in found.items()}


def _units_above(placements: Mapping[int, tuple[Placement, ...]], window: Window) -> dict[int, UnitAbove]:
    """Every unit of these placements and all above them, with what each is and needs; three queries."""
    ids = {unit_id for rows in placements.values() for row in rows for unit_id in row.unit.path_ids}
    versions: dict[int, list[VersionPeriod]] = defaultdict(list)
    rows = UnitVersion.objects.overlapping(window.start, window.end).filter(unit_id__in=ids).order_by("valid_from")
    for version in rows:
        versions[version.unit_id].append(
            VersionPeriod(version.valid_from, version.valid_to, version.is_24x7, version.quota_pct)
        )
    minimums: dict[int, list[MinimumPeriod]] = defaultdict(list)
    needs = StaffingMinimum.objects.overlapping(window.start, window.end).filter(unit_id__in=ids)
    columns = ("unit_id", "valid_from", "valid_to", "weekday", "position_group", "count")
    for unit_id, *values in needs.order_by("weekday", "pk").values_list(*columns):
        minimums[unit_id].append(MinimumPeriod(*values))
    return {
        unit.pk: UnitAbove(
            pk=unit.pk,
            name=unit.name,
            path=unit.path,
            depth=unit.depth,
            versions=tuple(versions[unit.pk]),
            minimums=tuple(minimums[unit.pk]),
        )
        for unit in Unit.objects.filter(pk__in=ids).order_by("depth", "pk")
    }


def _domiciles(employee_ids: Collection[int], on: date) -> dict[int, Domicile]:
    rows = Domicile.objects.active_on(on).filter(employee_id__in=employee_ids, verified_at__isnull=False)
    return {row.employee_id: row for row in rows.order_by("valid_from", "pk")}


def _recent_days(employee_ids: Collection[int], before: date) -> dict[int, int]:
    rows = AssignmentDay.objects.filter(
        employee_id__in=employee_ids, day__gte=before - RECENTLY, day__lt=before, is_away=True
    )
    found: dict[int, int] = defaultdict(int)
    for employee_id in rows.values_list("employee_id", flat=True):
        found[employee_id] += 1
    return found


def _own_calendars(
    employee_ids: Collection[int], window: Window, terms: ArrangementTerms, endings: Mapping[int, Ending]
) -> dict[int, _Own]:
    """Absences, arrangements and requests under way of everybody; three queries."""
    found: dict[int, _Own] = defaultdict(_Own)
    absences = Absence.objects.overlapping(window.start, window.end).filter(employee_id__in=employee_ids)
    of_person: dict[int, list[Away]] = defaultdict(list)
    for employee_id, start, end, kind, part in absences.values_list(
        "employee_id", "valid_from", "valid_to", "kind", "part"
    ):
        of_person[employee_id].append(Away(start, end, kind, part))
    for employee_id, listed in of_person.items():
        days = absent_days(listed, window.start, window.end)
        found[employee_id].absent, found[employee_id].partly = days.whole, set(days.half)
    pending = RequestDate.objects.live().between(window.start, window.end).filter(employee_id__in=employee_ids)
    counting = {kind for kind in PlaceKind.values if terms.counts_toward_cap(kind)}
    columns = ("employee_id", "day", "facet", "request__place_kind", "request__number")
    for employee_id, day, facet, place_kind, number in pending.values_list(*columns):
        found[employee_id].taken[day, facet] = number or ""
        if facet == LOCATION and place_kind in counting:
            found[employee_id].cap_days.add(day)
    held = AssignmentDay.objects.filter(employee_id__in=employee_ids, day__range=(window.start, window.end))
    for row in held.select_related("assignment"):
        ending = endings.get(row.employee_id)
        if ending and row.assignment.reference == ending.reference and row.day >= ending.ends_on:
            found[row.employee_id].gone.append(row)
            continue
        found[row.employee_id].taken[row.day, row.facet] = row.assignment.reference
        if row.counts_toward_cap:
            found[row.employee_id].cap_days.add(row.day)
    return found


def _shared(draft: DraftData, terms: ArrangementTerms, today: date, holidays: Mapping[date, str]) -> dict[str, Any]:
    return {
        "today": today,
        "last_day": period_limit(draft, terms, today),
        "holidays": holidays,
        "cap": terms.max_days_per_week,
        "counts_toward_cap": draft.has_place and terms.counts_toward_cap(draft.place_kind),
        "period": (draft.valid_from, draft.valid_to) if draft.valid_from and draft.valid_to else None,
    }


class _Closings:
    """Days without a placement, days of a closed unit and days round the clock; most people share theirs."""

    def __init__(self, units: Mapping[int, UnitAbove], days: tuple[date, ...]) -> None:
        self._units, self._days = units, days
        self._known: dict[tuple[tuple[int, date, date | None], ...], dict[str, Any]] = {}

    def of(self, placements: Iterable[Placement]) -> dict[str, Any]:
        first, last = (self._days[0], self._days[-1]) if self._days else (date.min, date.min)
        key = tuple(
            (row.unit_id, max(row.valid_from, first), min(row.valid_to, last) if row.valid_to else None)
            for row in placements
        )
        if key not in self._known:
            self._known[key] = self._work_out(tuple(placements))
        return self._known[key]

    def _work_out(self, placements: tuple[Placement, ...]) -> dict[str, Any]:
        not_placed, closed, every_day = set(), set(), set()
        for day in self._days:
            placement = next((row for row in placements if _holds(row, day)), None)
            version = self._units[placement.unit_id].version_on(day) if placement else None
            if placement is None:
                not_placed.add(day)
            elif version is None:
                closed.add(day)
            elif version.is_24x7:
                every_day.add(day)
        return {
            "not_placed": frozenset(not_placed),
            "unit_closed": frozenset(closed),
            "every_day": frozenset(every_day),
        }


def _places(
    units: Mapping[int, UnitAbove],
    terms: ArrangementTerms,
    days: tuple[date, ...],
    draft: DraftData,
    holidays: Collection[date],
) -> Places:
    """The limits of all these units on these days with what is taken already; a query per sixty limiting units.

    Weekends and holidays have limits only where somebody of these units works round the clock.
    """
    if not any(version.is_24x7 for unit in units.values() for version in unit.versions):
        days = tuple(day for day in days if day.weekday() < 5 and day not in holidays)
    places = Places(holders=terms.quota_basis == QuotaBasis.HOLDERS, days=days)
    if not draft.has_place or not days:
        return places
    paths = [unit.path for unit in units.values()]
    groups = sorted({row.position_group for unit in units.values() for row in unit.minimums if row.position_group})
    for start in range(0, len(paths), PATHS_AT_ONCE):
        loads = unit_loads(
            paths=paths[start : start + PATHS_AT_ONCE],
            groups=groups,
            start=days[0],
            end=days[-1],
            exclude_employee_id=NOBODY,
            with_holders=places.holders,
        )
        for unit in list(units.values())[start : start + PATHS_AT_ONCE]:
            for day in days:
                _bind(places, unit, day, loads, terms)
    return places


def _bind(places: Places, unit: UnitAbove, day: date, loads: Loads, terms: ArrangementTerms) -> None:
    """The limits of one unit on one day. Its own percentage never lies above the agency's (mark P, U lower); without
    one the agency's binds the unit's own people, and everybody at the top."""
    version = unit.version_on(day)
    own_pct = version.quota_pct if version is not None else None
    pct = min(own_pct, terms.quota_pct) if own_pct is not None else terms.quota_pct
    load = loads.on(unit.path, day)
    places.add(
        Bound(
            unit_id=unit.pk,
            name=unit.name,
            day=day,
            taken=load.holders if places.holders else load.away,
            quota=quota_places(load.staff, pct, terms.quota_rounding),
            on_site=load.on_site,
            only_own=own_pct is None and unit.depth > 1,
        )
    )
    for number, row in enumerate(unit.minimums):
        if row.binds(day):
            places.add(
                Bound(
                    unit_id=unit.pk,
                    name=unit.name,
                    day=day,
                    on_site=loads.on(unit.path, day, row.position_group).on_site,
                    minimum=row.count,
                    group=row.position_group,
                    number=number,
                )
            )


def _give_back(group: GroupFacts, own: Mapping[int, _Own]) -> None:
    """Days of arrangements that end with the decree: their places are free again. A rostered day took none."""
    for employee_id, found in own.items():
        for row in found.gone:
            seat = group.seat_on(employee_id, row.day)
            if row.is_away and seat is not None and row.day not in group.facts[employee_id].rostered:
                group.places.give_back(seat, row.day, stays_absent=row.day in found.absent or row.day in found.partly)
