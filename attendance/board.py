"""Who is where: the people of a unit or a team with their days, each as far as the reader may see it. Two queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from attendance.day_words import ABSENT, AWAY, COLUMNS, ON_SITE, Cell, Row, Sight, cell_of, hours, live
from attendance.enums import Whereabouts
from attendance.models import WorkDay
from organization.access import Access
from organization.enums import Role
from organization.models import Employee, Placement, Unit, User
from organization.querysets import active_on_q

# What a figure of a day leads to. Absent for half a day counts as absent, as in the coverage.
PRESENCE = {
    "on_site": Q(whereabouts__in=ON_SITE, absence=""),
    "away": Q(whereabouts__in=AWAY, absence=""),
    "absent": Q(whereabouts__in=ABSENT) | ~Q(absence=""),
    "off": Q(whereabouts=Whereabouts.OFF, absence=""),
}


@dataclass(frozen=True)
class Scope:
    """Whose board: a unit, with those below it or without. `team`: also the reader's direct reports, wherever."""

    unit: Unit | None
    with_below: bool
    team: bool = False


@dataclass(frozen=True)
class Line:
    """A person of the board. `cells` has one per day of the span, None where no day is built."""

    pk: int
    name: str
    unit: str
    position: str
    sight: Sight
    cells: tuple[Cell | None, ...]
    hours: str = ""
    live: str = ""


def scope_for(user: User, access: Access, unit: Unit | None, *, only: bool) -> Scope:
    """The unit that was chosen, or the reader's own: the one they head, else the one they serve in with their direct
    reports, else the topmost in their reach."""
    if unit is not None:
        return Scope(unit, with_below=not only)
    if access.own_headed_paths:
        headed = Unit.objects.filter(path=access.own_headed_paths[0]).first()
        return Scope(headed, with_below=not only, team=True)
    if access.own_employee_id is not None:
        placed = Placement.objects.active_on(access.on).filter(employee=access.own_employee_id)
        own = placed.select_related("unit").first()
        if own is not None:
            return Scope(own.unit, with_below=False, team=True)
    return Scope(Unit.objects.visible_to(user).order_by("depth", "pk").first(), with_below=not only)


def people_of(scope: Scope, access: Access, *, on: date) -> QuerySet[Any]:
    """Employees placed in the scope on a day, by name, with what `sight_of` needs."""
    rows = Employee.objects.with_placement_on(on).placed()
    now = FilteredRelation("placements", condition=active_on_q(access.on, "placements__"))
    rows = rows.annotate(
        now=now,
        unit_name=F("current__unit__name"),
        position_name=F("current__position__name"),
        now_path=F("now__unit__path"),
        supervisor_user=F("now__supervisor__user_id"),
    )
    condition = Q(pk__in=[])
    if scope.unit is not None:
        inside = Q(current__unit__path__startswith=scope.unit.path) if scope.with_below else Q(current__unit=scope.unit)
        condition = inside
    if scope.team and access.has_reports:
        condition |= Q(current__supervisor__user_id__in=access.identity_ids)
    return rows.filter(condition).order_by("name", "pk")


def in_state(rows: QuerySet[Any], presence: str, day: date, access: Access) -> QuerySet[Any]:
    """Of these people those who are on site, away, absent or off on a day; only people in reach, whose place one sees.

    The others are left out: to be found by place would tell it.
    """
    days = WorkDay.objects.filter(PRESENCE[presence], day=day).order_by()
    return rows.filter(access.employees_q(), pk__in=days.values("employee"))


def sight_of(person: Any, access: Access) -> Sight:
    """How much the reader sees of a person's days.

    Everything: the person, who leads them (direct supervisor, heads), their HR. The place: whoever else has them in
    reach. Colleagues: whether one is available. A person without an account has `user_id` None, which is nobody's.
    """
    if person.user_id == access.user_id:
        return Sight.ALL
    if person.user_id in access.identity_ids:  # the officer in whose place one acts is not led by them
        return Sight.PLACE
    if person.supervisor_user in access.identity_ids:
        return Sight.ALL
    path = person.now_path or ""  # whoever is placed nowhere today is the business of the whole agency's officers
    if access.heads(path) or access.has_role(Role.HR_ADMIN, path):
        return Sight.ALL
    return Sight.PLACE if any(path.startswith(prefix) for prefix in access.unit_paths) else Sight.AVAILABILITY


def lines_of(people: Iterable[Any], days: Sequence[date], access: Access, *, today: date, focus: date) -> list[Line]:
    """The people with their days; one query for all of them. `focus`: the day told in more words."""
    listed = list(people)
    rows = rows_of([person.pk for person in listed], days[0], days[-1])
    return [_line(person, rows[person.pk], days, access, today, focus) for person in listed]


def rows_of(employee_ids: Sequence[int], start: date, end: date, **also: Any) -> dict[int, dict[date, Row]]:
    """Work days of some people as plain rows, by person and day; one query. `also`: more to read with each."""
    found: dict[int, dict[date, Row]] = defaultdict(dict)
    days = WorkDay.objects.filter(employee_id__in=employee_ids).between(start, end)
    for row in days.order_by().values(*COLUMNS, **also):
        found[row["employee_id"]][row["day"]] = row
    return found


def _line(person: Any, rows: dict[date, Row], days: Sequence[date], access: Access, today: date, focus: date) -> Line:
    sight = sight_of(person, access)
    cells = tuple(cell_of(rows[day], sight) if day in rows else None for day in days)
    shown = rows.get(focus)
    sees_place = sight > Sight.AVAILABILITY and shown is not None
    return Line(
        pk=person.pk,
        name=person.name,
        unit=person.unit_name or "",
        position=person.position_name or "",
        sight=sight,
        cells=cells,
        hours=hours(shown) if sees_place and shown else "",
        live=live(shown) if sees_place and shown and shown["day"] == today else "",
    )
