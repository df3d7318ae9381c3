"""Granted days that meet an absence which came later: leave goes before an arrangement (design 4). Only shown here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, FilteredRelation, Q, QuerySet

from attendance.enums import AbsenceKind, DayPart, DayStatus
from attendance.models import Absence, AssignmentDay
from fwa.models import Determination, DeterminationMember, Request
from organization.querysets import under_paths_q


@dataclass(frozen=True)
class Collision:
    """One person whose granted days fall into an absence."""

    employee_id: int
    name: str
    reference: str
    kind: str
    days: tuple[date, ...]


def colliding_days(on: date) -> QuerySet[AssignmentDay]:
    """Granted days from `on` that an absence covers whole; the arrangement gives way on them. Who is absent for half a
    day works the other half where it says."""
    # From the absences, which are few, to the days they cover.
    covered = Absence.objects.whole_days().filter(
        valid_to__gte=on,
        employee__assignment_days__day__gte=F("valid_from"),
        employee__assignment_days__day__lte=F("valid_to"),
    )
    days = covered.order_by().values("employee__assignment_days")
    return AssignmentDay.objects.filter(pk__in=days, day__gte=on, status=DayStatus.IN_FORCE, is_away=True)


def collisions_of(determination: Determination, *, on: date) -> list[Collision]:
    """Of the people of one annex and its amendments, by name; one query."""
    root_id = determination.amends_id or determination.pk
    of_annex = DeterminationMember.objects.filter(
        Q(determination_id=root_id) | Q(determination__amends_id=root_id), request__isnull=False
    )
    assignments = of_annex.order_by().values("request__assignment")
    return _by_person(colliding_days(on).filter(assignment__in=assignments))


def collisions_in_units(paths: Iterable[str], *, on: date) -> QuerySet[AssignmentDay]:
    """Colliding days of people of these units, for the figure on the first page."""
    return colliding_days(on).filter(under_paths_q(paths, "unit__"))


def collisions_of_page(requests: Sequence[Request], *, on: date) -> list[tuple[Request, list[Collision]]]:
    """Each of these requests with its colliding days; one query."""
    by_reference: dict[str, list[Collision]] = defaultdict(list)
    for found in _by_person(colliding_days(on).filter(assignment__request__in=requests)):
        by_reference[found.reference].append(found)
    return [(row, by_reference[row.number or ""]) for row in requests]


def _by_person(rows: QuerySet[AssignmentDay]) -> list[Collision]:
    covering = FilteredRelation(
        "employee__absences",
        condition=Q(
            employee__absences__part=DayPart.WHOLE,
            employee__absences__valid_from__lte=F("day"),
            employee__absences__valid_to__gte=F("day"),
        ),
    )
    found: dict[tuple[str, int, str, str], list[date]] = defaultdict(list)
    columns = ("employee__name", "employee_id", "assignment__reference", "absence__kind", "day")
    ordered = rows.annotate(absence=covering).order_by("employee__name", "employee_id", "day")
    for name, employee_id, reference, kind, day in ordered.values_list(*columns):
        found[name, employee_id, reference, kind].append(day)
    return [
        Collision(employee_id, name, reference, str(AbsenceKind(kind).label), tuple(days))
        for (name, employee_id, reference, kind), days in found.items()
    ]
