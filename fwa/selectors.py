"""Reads that pages and API share: the preview of a request, and what a decision rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from eligibility.enums import PlaceKind, Verdict
from eligibility.screening import ScreeningResult
from fwa.data import DraftData, draft_of
from fwa.day_checks import DayCheck, LimitOn, PersonFacts, check_days
from fwa.enums import DateProblem, DateStatus, StepStatus
from fwa.facts import gather
from fwa.models import Request, Step
from fwa.services.circumstances import circumstance_code
from fwa.services.requests import normalised, registered_domicile, screen_for
from organization.models import Employee


@dataclass(frozen=True)
class Preview:
    """What a draft would come to if it were sent now.

    `checks`: every date asked for, in order. `results`: one verdict per policy of the kind. `problem`: why there is
    no verdict or no check at all (no published policy, no terms yet); empty otherwise.
    """

    checks: tuple[DayCheck, ...] = ()
    results: tuple[ScreeningResult, ...] = ()
    holidays: dict[date, str] | None = None
    problem: str = ""

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
    domicile = registered_domicile(employee, data.valid_from or on) if data.place_kind == PlaceKind.HOME else None
    code = circumstance_code(own_request, basis=data.basis) if own_request is not None else None
    try:
        gathered = gather(employee=employee, draft=data, today=on, own_request=own_request)
        results = screen_for(employee, data, on=on, domicile_id=domicile.pk if domicile else None, circumstance=code)
    except ValidationError as error:
        return Preview(problem=" ".join(error.messages))
    checks = check_days(data.requested_days(), facets_of(data), gathered.facts)
    return Preview(tuple(checks), tuple(results), dict(gathered.facts.holidays))


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

    Dates refused at an earlier level are left out.
    """
    rows = fwa_request.dates.live().exclude(problem=DateProblem.NOT_AGREED)
    if fwa_request.assignment_id is not None:
        rows = rows.filter(status=DateStatus.HELD)
    days = sorted(set(rows.values_list("day", flat=True)))
    gathered = gather(
        employee=fwa_request.employee,
        draft=draft_of(fwa_request),
        today=on,
        own_request=fwa_request,
        count_pending=False,
    )
    checks = check_days(days, tuple(fwa_request.facets), gathered.facts)
    return Coverage(tuple(checks), tuple(_unit_rows(days, gathered.facts)))


def _unit_rows(days: list[date], facts: PersonFacts) -> Iterable[UnitCoverage]:
    """One row per unit and limit, root first; in the order in which the limits are checked."""
    keys: dict[tuple[str, str, bool], None] = {}
    by_day = {day: {_key(limit): limit for limit in facts.limits.get(day, ())} for day in days}
    for limits in by_day.values():
        keys |= dict.fromkeys(limits)
    for key in keys:
        unit, group, is_quota = key
        values = tuple(_value(by_day[day].get(key)) for day in days)
        yield UnitCoverage(unit=unit, group=group, is_quota=is_quota, values=values)


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
    later = step.request.steps.filter(round=step.round, order__gt=step.order, status=StepStatus.WAITING)
    return step.holds_places or not later.exists()
