"""Places: taken under lock at the unit head's level, given back on refusal, return, withdrawal or expiry.

Locks in fixed order (design 4): the request, its units root to leaf, then the employee. Two approvals of the last
place therefore wait for each other, and the second finds it taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import Facet
from attendance.services import AssignmentSpec, DaySpec, hold_assignment, release_assignment
from eligibility.enums import PlaceKind
from fwa.data import DraftData, draft_of
from fwa.day_checks import DayCheck, check_days
from fwa.enums import DateProblem, DateStatus
from fwa.errors import AlreadyDecided, NoDateLeft
from fwa.facts import Gathered, gather
from fwa.models import Request, RequestDate
from organization.guards import lock_employee
from organization.models import Holiday
from organization.services.units import lock_units
from organization.working_hours import add_working_days


@dataclass(frozen=True)
class HoldResult:
    """How many of the requested dates were taken, and those that were not with the reason."""

    held: int
    refused: tuple[DayCheck, ...]


def place_label(fwa_request: Request) -> str:
    """The granted place in words, for schedules and letters (Art 12 [Q])."""
    if fwa_request.place_kind == PlaceKind.HOME and fwa_request.domicile:
        return fwa_request.domicile.address
    if fwa_request.place_kind == PlaceKind.OTHER_OFFICE and fwa_request.site:
        return fwa_request.site.name
    return fwa_request.place_address


@transaction.atomic
def hold_places(fwa_request: Request, *, leave_out: Iterable[date] = ()) -> HoldResult:
    """Take every requested date that still passes, under lock; the others are marked with why and alternatives.

    `leave_out`: dates the unit head does not agree to. Raises NoDateLeft when nothing passes.
    """
    lock_units(fwa_request.sent_unit)
    employee = lock_employee(fwa_request.employee_id)
    today = timezone.localdate()
    draft = draft_of(fwa_request)
    gathered = gather(employee=employee, draft=draft, today=today, own_request=fwa_request, count_pending=False)
    wanted = _wanted_days(fwa_request)
    left_out = set(leave_out)
    checks = check_days(wanted - left_out, tuple(fwa_request.facets), gathered.facts)
    checks += [DayCheck(day, DateProblem.NOT_AGREED) for day in sorted(wanted & left_out)]
    passing = [check for check in checks if not check.problem]
    refused = tuple(check for check in checks if check.problem)
    if not passing:
        raise NoDateLeft({check.day.isoformat(): check.problem for check in refused})
    _take(fwa_request, draft, gathered, passing)
    _mark_dates(fwa_request, passing, refused)
    fwa_request.held_until = _hold_end(today, gathered.terms.hold_days)
    fwa_request.save(update_fields=["assignment", "held_until", "updated_at"])
    return HoldResult(held=len(passing), refused=refused)


def _wanted_days(fwa_request: Request) -> set[date]:
    """Dates asked for that nobody refused before."""
    rows = fwa_request.dates.live().exclude(problem=DateProblem.NOT_AGREED)
    return set(rows.values_list("day", flat=True))


def _take(fwa_request: Request, draft: DraftData, gathered: Gathered, passing: list[DayCheck]) -> None:
    days = []
    counts = gathered.facts.counts_toward_cap
    for check in passing:
        placement = gathered.placement_on(check.day)
        if placement is None:
            continue  # cannot pass the checks without a placement
        for facet in fwa_request.facets:
            at_place = facet == Facet.LOCATION
            days.append(DaySpec(check.day, facet, placement.unit_id, at_place, at_place and counts))
    spec = AssignmentSpec(
        employee_id=fwa_request.employee_id,
        unit_id=fwa_request.sent_unit.pk,
        reference=fwa_request.number or "",
        kind=fwa_request.kind,
        valid_from=draft.valid_from or passing[0].day,
        valid_to=draft.valid_to or passing[-1].day,
        place_kind=fwa_request.place_kind,
        place_label=place_label(fwa_request),
        site_id=fwa_request.site_id,
        weekdays=tuple(fwa_request.weekdays),
        starts_at=fwa_request.starts_at,
        ends_at=fwa_request.ends_at,
    )
    try:
        with transaction.atomic():
            fwa_request.assignment = hold_assignment(spec=spec, days=days)
    except IntegrityError as error:
        raise AlreadyDecided(_("The dates were taken by another request a moment ago.")) from error


def _mark_dates(fwa_request: Request, passing: list[DayCheck], refused: tuple[DayCheck, ...]) -> None:
    held = {check.day for check in passing}
    why = {check.day: check for check in refused}
    rows = list(fwa_request.dates.live())
    for row in rows:
        if row.day in held:
            row.status, row.problem, row.detail, row.alternatives = DateStatus.HELD, "", {}, []
        elif row.day in why:
            check = why[row.day]
            row.status, row.problem = DateStatus.REFUSED, check.problem
            row.detail, row.alternatives = check.detail, list(check.alternatives)
    RequestDate.objects.bulk_update(rows, ["status", "problem", "detail", "alternatives"])


def _hold_end(today: date, hold_days: int) -> date:
    holidays = set(Holiday.objects.filter(day__gte=today).values_list("day", flat=True))
    return add_working_days(today, hold_days, holidays)


def release_hold(fwa_request: Request) -> bool:
    """Give held places back; returns whether there were any. The request is saved here."""
    assignment = fwa_request.assignment
    if assignment is None:
        return False
    fwa_request.assignment = None
    fwa_request.held_until = None
    fwa_request.save(update_fields=["assignment", "held_until", "updated_at"])
    release_assignment(assignment=assignment)
    fwa_request.dates.filter(status=DateStatus.HELD).update(status=DateStatus.REQUESTED)
    return True
