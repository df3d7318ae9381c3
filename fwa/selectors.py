"""Reads that pages and API share: the preview of a request, and what a decision rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

from eligibility.enums import PlaceKind, Verdict
from eligibility.screening import ScreeningResult
from fwa.data import DraftData, draft_of
from fwa.day_checks import DayCheck, LimitOn, PersonFacts, check_days
from fwa.enums import DateProblem, DateStatus, StepStatus
from fwa.facts import gather
from fwa.models import Request, Step
from fwa.services.circumstances import circumstance_code
from fwa.services.requests import normalised, registered_domicile, screen_for, too_long
from organization.models import Domicile, Employee, Placement, UnitVersion


@dataclass(frozen=True)
class Preview:
    """What a draft would come to if it were sent now.

    `checks`: every date asked for, in order. `results`: one verdict per policy of the kind. `problem`: why there is
    no verdict or no check at all (no published policy, no terms yet); empty otherwise. `domicile`: the registered home
    at the start. `cap`: days a week, where there are terms.
    """

    checks: tuple[DayCheck, ...] = ()
    results: tuple[ScreeningResult, ...] = ()
    holidays: dict[date, str] | None = None
    problem: str = ""
    domicile: Domicile | None = None
    cap: int | None = None

    @property
    def worked(self) -> tuple[DayCheck, ...]:
        """Dates on which the person works at all; a holiday in a weekly pattern is no mistake."""
        return tuple(check for check in self.checks if check.problem != DateProblem.HOLIDAY)

    @property
    def passing(self) -> int:
        return sum(not check.problem for check in self.checks)

    @property
    def failing(self) -> tuple[DayCheck, ...]:
        return tuple(check for check in self.worked if check.problem)

    @property
    def is_eligible(self) -> bool:
        return bool(self.results) and all(result.verdict != Verdict.NOT_ELIGIBLE for result in self.results)


def preview_request(*, employee: Employee, data: DraftData, on: date, own_request: Request | None = None) -> Preview:
    """Check every date and every rule for a draft, kept or not; nothing is written.

    Source: cap and quota Art 13 [Q], criteria Arts 23-26 [Q].
    """
    data = normalised(data)
    if data.is_too_long:
        return Preview(problem=too_long())
    domicile = registered_domicile(employee, data.valid_from or on)
    asked = domicile if data.place_kind == PlaceKind.HOME else None
    code = circumstance_code(own_request, basis=data.basis) if own_request is not None else None
    facts = None
    try:
        facts = gather(employee=employee, draft=data, today=on, own_request=own_request).facts
        results = screen_for(employee, data, on=on, domicile_id=asked.pk if asked else None, circumstance=code)
    except ValidationError as error:
        return Preview(problem=" ".join(error.messages), domicile=domicile, cap=facts.cap if facts else None)
    checks = check_days(data.requested_days(), facets_of(data), facts)
    return Preview(tuple(checks), tuple(results), dict(facts.holidays), domicile=domicile, cap=facts.cap)


def works_around_the_clock(on: date, *, employee: str = "pk") -> Exists:
    """Condition: the unit where somebody is placed that day works around the clock.

    `employee`: leads from the queried model to the employee.
    """
    units = UnitVersion.objects.active_on(on).filter(is_24x7=True, unit=OuterRef("unit"))
    return Exists(Placement.objects.active_on(on).filter(Exists(units), employee=OuterRef(employee)))


def facets_of(data: DraftData) -> tuple[str, ...]:
    """Sides of a day that a draft touches, as `Request.facets`."""
    return tuple(Request(kind=data.kind).facets)


@dataclass(frozen=True)
class UnitCoverage:
    """One limit over the dates asked for; figures are those if the request is agreed to.

    `quota` and `minimum`: at most one is set; `values` holds (people away or on site, limit) per date, None where the
    limit does not bind that day.
    """

    unit: str
    group: str
    is_quota: bool
    values: tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class Coverage:
    """What agreeing to a request would do, date by date, for the unit and every one above it with a limit."""

    checks: tuple[DayCheck, ...]
    limits: tuple[UnitCoverage, ...]
    holidays: Mapping[date, str]
    national: Mapping[date, str] = field(default_factory=dict)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(check.day for check in self.checks)

    @property
    def passing(self) -> tuple[DayCheck, ...]:
        return tuple(check for check in self.checks if not check.problem)

    @property
    def failing(self) -> tuple[DayCheck, ...]:
        return tuple(check for check in self.checks if check.problem)


def coverage_grid(fwa_request: Request, *, on: date) -> Coverage:
    """Check the request's open dates as the unit head's approval would, without locks; nothing is written.

    Dates refused at an earlier level are left out. Prefetched dates are used as they are.
    """
    held_only = fwa_request.assignment_id is not None
    rows = [row for row in fwa_request.dates.all() if row.is_live and row.problem != DateProblem.NOT_AGREED]
    days = sorted({row.day for row in rows if row.status == DateStatus.HELD or not held_only})
    gathered = gather(
        employee=fwa_request.employee,
        draft=draft_of(fwa_request),
        today=on,
        own_request=fwa_request,
        count_pending=False,
    )
    checks = check_days(days, tuple(fwa_request.facets), gathered.facts)
    facts = gathered.facts
    national = {day: name for day, name in facts.national.items() if day in days}
    return Coverage(tuple(checks), tuple(unit_rows(days, facts)), facts.holidays, national)


def unit_rows(days: list[date], facts: PersonFacts) -> Iterable[UnitCoverage]:
    """One row per unit and limit, root first; in the order in which the limits are checked."""
    keys: dict[tuple[str, str, bool], None] = {}
    by_day = {day: _tightest(facts.limits.get(day, ())) for day in days}
    for limits in by_day.values():
        keys |= dict.fromkeys(limits)
    for key in keys:
        unit, group, is_quota = key
        values = tuple(_value(by_day[day].get(key)) for day in days)
        yield UnitCoverage(unit=unit, group=group, is_quota=is_quota, values=values)


def _tightest(limits: Sequence[LimitOn]) -> dict[tuple[str, str, bool], LimitOn]:
    """Per row the limit that binds first: two minimums of a day, or two units of one name, share a row."""
    loosest_first = sorted(limits, key=_room, reverse=True)
    kept = {_key(limit): limit for limit in loosest_first}
    return {_key(limit): kept[_key(limit)] for limit in limits}


def _room(limit: LimitOn) -> int:
    """People who could still leave before the limit is passed; below 1 this one may not."""
    return limit.quota - limit.away if limit.quota is not None else limit.on_site - (limit.minimum or 0)


def _key(limit: LimitOn) -> tuple[str, str, bool]:
    return limit.unit, limit.group, limit.quota is not None


def _value(limit: LimitOn | None) -> tuple[int, int] | None:
    if limit is None:
        return None
    if limit.quota is not None:
        return limit.away + 1, limit.quota
    return limit.on_site - 1, limit.minimum or 0


def takes_places(step: Step) -> bool:
    """Whether agreeing at this step takes places under lock: the unit head's, or the last where none were taken."""
    if step.request.assignment_id is not None:
        return False
    later = (
        other.status == StepStatus.WAITING and other.round == step.round and other.order > step.order
        for other in step.request.steps.all()
    )
    return step.holds_places or not any(later)
