"""Commands over what is granted. The caller holds the locks and has checked who may; this app keeps its own rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from attendance.enums import AssignmentStatus, DayStatus
from attendance.models import Assignment, AssignmentDay

END_REASON_LENGTH = 300


@dataclass(frozen=True)
class DaySpec:
    """One day and facet to take; `unit_id` is the employee's unit on that day."""

    day: date
    facet: str
    unit_id: int
    is_away: bool
    counts_toward_cap: bool


@dataclass(frozen=True)
class AssignmentSpec:
    """What is granted, apart from its days."""

    employee_id: int
    unit_id: int
    reference: str
    kind: str
    valid_from: date
    valid_to: date
    place_kind: str = ""
    place_label: str = ""
    site_id: int | None = None
    weekdays: tuple[int, ...] = ()
    starts_at: time | None = None
    ends_at: time | None = None


@transaction.atomic
def hold_assignment(*, spec: AssignmentSpec, days: Iterable[DaySpec]) -> Assignment:
    """Take the days as held. Raises IntegrityError when a day and facet of the employee is taken already."""
    assignment = Assignment.objects.create(
        employee_id=spec.employee_id,
        unit_id=spec.unit_id,
        reference=spec.reference,
        kind=spec.kind,
        valid_from=spec.valid_from,
        valid_to=spec.valid_to,
        place_kind=spec.place_kind,
        place_label=spec.place_label,
        site_id=spec.site_id,
        weekdays=list(spec.weekdays),
        starts_at=spec.starts_at,
        ends_at=spec.ends_at,
    )
    AssignmentDay.objects.bulk_create(
        AssignmentDay(
            assignment=assignment,
            employee_id=spec.employee_id,
            unit_id=day.unit_id,
            day=day.day,
            facet=day.facet,
            is_away=day.is_away,
            counts_toward_cap=day.counts_toward_cap,
        )
        for day in days
    )
    return assignment


@transaction.atomic
def grant_assignment(*, assignment: Assignment, at: datetime, first_day: date) -> int:
    """Put held days in force from `first_day` on; held days before it are given up. Returns the days granted."""
    assignment.days.filter(day__lt=first_day).delete()
    granted = assignment.days.update(status=DayStatus.IN_FORCE)
    assignment.status = AssignmentStatus.IN_FORCE
    assignment.granted_at = at
    assignment.save(update_fields=["status", "granted_at"])
    return granted


@transaction.atomic
def release_assignment(*, assignment: Assignment) -> None:
    """Give held days back; an arrangement that never was in force leaves no row behind but its history."""
    if assignment.status != AssignmentStatus.HELD:
        raise ValueError("only held days can be released")
    assignment.days.all().delete()
    assignment.delete()


@transaction.atomic
def end_assignment(*, assignment: Assignment, ended_on: date, reason: str) -> int:
    """End an arrangement: `ended_on` is the first day without it. Past days stay. Returns the days given back."""
    deleted, _ = assignment.days.filter(day__gte=ended_on).delete()
    assignment.status = AssignmentStatus.ENDED
    assignment.ended_on = ended_on
    assignment.end_reason = reason[:END_REASON_LENGTH]  # the decision keeps it whole
    assignment.save(update_fields=["status", "ended_on", "end_reason"])
    return deleted
