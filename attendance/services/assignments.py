"""Commands over what is granted. The caller holds the locks and has checked who may; this app keeps its own rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection, transaction

from attendance.enums import AssignmentStatus, ContactKind, DayStatus
from attendance.models import Assignment, AssignmentDay, Contact
from attendance.services.workdays import mark_periods, mark_stale

END_REASON_LENGTH = 300
BATCH = 1000
_COPIED = (
    "employee_id", "unit_id", "reference", "kind", "valid_from", "valid_to", "place_kind", "place_label", "site_id",
    "starts_at", "ends_at",
)  # fmt: skip


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


_DAYS = """
INSERT INTO attendance_assignmentday
       (assignment_id, employee_id, unit_id, day, facet, status, is_away, counts_toward_cap)
SELECT a.id, a.employee_id, d.unit_id, d.day, d.facet, %(status)s, d.is_away, d.counts
  FROM unnest(%(places)s::int[], %(units)s::bigint[], %(days)s::date[], %(facets)s::text[], %(away)s::bool[],
              %(counts)s::bool[]) AS d(place, unit_id, day, facet, is_away, counts)
  JOIN unnest(%(assignments)s::bigint[]) WITH ORDINALITY AS g(id, place) ON g.place = d.place
  JOIN attendance_assignment a ON a.id = g.id
"""


@transaction.atomic
def grant_assignments(granted: Sequence[tuple[AssignmentSpec, Sequence[DaySpec]]], *, at: datetime) -> list[Assignment]:
    """Put many arrangements in force at once, in the order given; two statements.

    Raises IntegrityError when a day and facet of an employee is taken already.
    """
    made = Assignment.objects.bulk_create(
        [
            Assignment(
                **{name: getattr(spec, name) for name in _COPIED},
                weekdays=list(spec.weekdays),
                status=AssignmentStatus.IN_FORCE,
                granted_at=at,
            )
            for spec, _days in granted
        ],
        batch_size=BATCH,
    )
    rows = [(place, day) for place, (_spec, days) in enumerate(granted, start=1) for day in days]
    with connection.cursor() as cursor:
        cursor.execute(
            _DAYS,
            {
                "status": DayStatus.IN_FORCE,
                "assignments": [assignment.pk for assignment in made],
                "places": [place for place, _day in rows],
                "units": [day.unit_id for _place, day in rows],
                "days": [day.day for _place, day in rows],
                "facets": [str(day.facet) for _place, day in rows],
                "away": [day.is_away for _place, day in rows],
                "counts": [day.counts_toward_cap for _place, day in rows],
            },
        )
    mark_periods((spec.employee_id, spec.valid_from, spec.valid_to) for spec, _days in granted)
    return made


@transaction.atomic
def grant_assignment(*, assignment: Assignment, at: datetime, first_day: date) -> int:
    """Put held days in force from `first_day` on; held days before it are given up. Returns the days granted."""
    assignment.days.filter(day__lt=first_day).delete()
    granted = assignment.days.update(status=DayStatus.IN_FORCE)
    assignment.status = AssignmentStatus.IN_FORCE
    assignment.granted_at = at
    assignment.save(update_fields=["status", "granted_at"])
    _days_changed(assignment, first_day)
    return granted


def _days_changed(assignment: Assignment, first: date, last: date | None = None) -> None:
    """Work days follow what is in force; days that are only held change none."""
    mark_stale(employee_ids=[assignment.employee_id], start=first, end=last or assignment.last_day)


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
    _days_changed(assignment, ended_on)
    return deleted


@transaction.atomic
def suspend_assignment(*, assignment: Assignment, first: date, last: date | None) -> int:
    """Let the days from `first` to `last` (None: until it is lifted) rest: nobody is away, no limit counts them.

    Their places are free at once. Returns the number of days.
    """
    days = assignment.days.filter(day__gte=first)
    if last is not None:
        days = days.filter(day__lte=last)
    resting = days.values("day").distinct().count()
    days.update(status=DayStatus.SUSPENDED, is_away=False, counts_toward_cap=False)
    assignment.suspended_from, assignment.suspended_to = first, last
    assignment.save(update_fields=["suspended_from", "suspended_to"])
    _days_changed(assignment, first, last)
    return resting


def recalled_days(employee_id: int, first: date) -> list[date]:
    """Days from `first` on for which somebody is recalled to the office."""
    recalls = Contact.objects.filter(employee=employee_id, kind=ContactKind.RECALL, withdrawn_at=None, day__gte=first)
    return [day for day in recalls.values_list("day", flat=True) if day]


@transaction.atomic
def resume_assignment(*, assignment: Assignment, first: date, days: Iterable[DaySpec]) -> None:
    """Put suspended days from `first` on in force again: those of `days`; the others are given up.

    The caller has checked them under the locks. Days on which a recall stands stay suspended (`recalled_days`).
    """
    suspended = assignment.days.filter(status=DayStatus.SUSPENDED, day__gte=first)
    suspended = suspended.exclude(day__in=recalled_days(assignment.employee_id, first))
    rows = {(row.day, row.facet): row for row in suspended}
    kept = []
    for spec in days:
        row = rows.pop((spec.day, spec.facet))
        row.status, row.unit_id = DayStatus.IN_FORCE, spec.unit_id
        row.is_away, row.counts_toward_cap = spec.is_away, spec.counts_toward_cap
        kept.append(row)
    AssignmentDay.objects.bulk_update(kept, ["status", "unit_id", "is_away", "counts_toward_cap"])
    AssignmentDay.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()
    if assignment.suspended_from is not None and first <= assignment.suspended_from:
        assignment.suspended_from = assignment.suspended_to = None
    else:
        assignment.suspended_to = first - timedelta(days=1)
    assignment.save(update_fields=["suspended_from", "suspended_to"])
    _days_changed(assignment, first)
