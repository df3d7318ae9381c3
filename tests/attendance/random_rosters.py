"""A bureau of two position groups with rosters, absences and arrangements at random; its coverage counted by hand."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance.models import Absence, Assignment, AssignmentDay, RosterEntry, Shift
from attendance.services import AssignmentSpec, DaySpec, hold_assignment
from eligibility.models import ArrangementTerms
from fwa.day_checks import DayCheck, check_days
from fwa.facts import gather
from organization.guards import lock_employee
from organization.models import Employee, Placement, Position, PositionTask, StaffingMinimum, Unit, UnitVersion
from organization.services.units import lock_units
from tests.attendance.rosters_kit import make_roster, make_shifts
from tests.fwa.determinations_kit import make_bureau
from tests.world import SINCE, World, draft, next_monday

WEEKS = 8
PEOPLE = 14
HERE = ("location",)


@dataclass
class Bureau:
    """`minimums`: what binds, as (path, group, count), for comparing by hand."""

    world: World
    unit: Unit
    people: list[Employee]
    groups: dict[int, str]
    shifts: dict[str, Shift]
    minimums: list[tuple[str, str, int]]
    number: int = 0
    rostered_weeks: set[int] = field(default_factory=set)

    @property
    def start(self) -> date:
        return next_monday()

    def day(self, chance: random.Random) -> date:
        return self.start + timedelta(days=chance.randrange(WEEKS * 7))


def make(world: World, *, round_the_clock: bool = True) -> Bureau:
    unit = make_bureau(world, PEOPLE)
    root = Unit.objects.get(code="R")
    UnitVersion.objects.filter(unit=unit).update(is_24x7=round_the_clock)
    ArrangementTerms.objects.update(quota_pct=100, max_days_per_week=2)
    doctor = Position.objects.create(code="DR", name="Dokter", kind="fungsional", group="doctor")
    of_analysts = PositionTask.objects.get()
    PositionTask.objects.create(position=doctor, task_type=of_analysts.task_type, share_pct=80, valid_from=SINCE)
    people = list(Employee.objects.filter(placements__unit=unit).order_by("pk"))
    doctors = people[::3]
    Placement.objects.filter(employee__in=doctors).update(position=doctor)
    rows = [(unit, "", PEOPLE // 2), (unit, "doctor", 2), (root, "", PEOPLE // 2 + 4)]
    for of, group, count in rows:
        StaffingMinimum.objects.create(unit=of, position_group=group, count=count, valid_from=SINCE)
    groups = {person.pk: "doctor" if person in doctors else "" for person in people}
    return Bureau(
        world, unit, people, groups, make_shifts(unit), [(of.path, group, count) for of, group, count in rows]
    )


def on_site(path: str, group: str, day: date) -> int:
    """The definition, person by person: placed, not absent, on shift or not rostered and not away."""
    placed = Placement.objects.active_on(day).filter(unit__path__startswith=path)
    if group:
        placed = placed.filter(position__group=group)
    there = set(placed.values_list("employee", flat=True))
    there -= set(Absence.objects.active_on(day).values_list("employee", flat=True))
    entries = RosterEntry.objects.filter(day=day, is_published=True)
    rostered = set(entries.values_list("employee", flat=True))
    on_shift = set(entries.filter(shift__isnull=False).values_list("employee", flat=True))
    away = set(AssignmentDay.objects.filter(day=day, is_away=True).values_list("employee", flat=True))
    return len({one for one in there if (one in on_shift if one in rostered else one not in away)})


# What happens at random ----------------------------------------------------------------------------------------


def be_absent(bureau: Bureau, chance: random.Random) -> None:
    first = bureau.day(chance)
    bureau.number += 1
    try:
        with transaction.atomic():
            Absence.objects.create(
                employee=chance.choice(bureau.people), kind=chance.choice(["leave", "sick", "travel"]),
                part=chance.choice(["whole", "whole", "first", "second"]), reference=f"c{bureau.number}",
                valid_from=first, valid_to=first + timedelta(days=chance.randrange(4)),
            )  # fmt: skip
    except IntegrityError:
        pass  # another absence is there


def publish(bureau: Bureau, chance: random.Random) -> None:
    """A week's roster of some of the people, at times with too few on shift: rosters may, arrangements may not."""
    week = chance.randrange(WEEKS)
    if week in bureau.rostered_weeks:
        change_roster(bureau, chance)
        return
    bureau.rostered_weeks.add(week)
    shifts = [*bureau.shifts.values(), None]
    chosen = chance.sample(bureau.people, chance.randrange(1, PEOPLE // 2))
    cells = {person: [chance.choice(shifts) for _ in range(7)] for person in chosen}
    make_roster(bureau.unit, bureau.world.users["head"], bureau.start + timedelta(weeks=week), cells)


def change_roster(bureau: Bureau, chance: random.Random) -> None:
    entries = list(RosterEntry.objects.filter(is_published=True).order_by("pk").values_list("pk", flat=True))
    if entries:
        shift = chance.choice([*bureau.shifts.values(), None])
        RosterEntry.objects.filter(pk=chance.choice(entries)).update(shift=shift)


def end_one(bureau: Bureau, chance: random.Random) -> None:
    ids = list(Assignment.objects.order_by("pk").values_list("pk", flat=True))
    if ids:
        AssignmentDay.objects.filter(assignment_id=chance.choice(ids)).delete()


@transaction.atomic
def arrange(bureau: Bureau, employee: Employee, days: list[date]) -> list[DayCheck]:
    """What `hold_places` does with a request, without the request: the locks, the checks, the days."""
    lock_units(bureau.unit)
    lock_employee(employee.pk)
    wish = draft(valid_from=min(days), valid_to=max(days), weekdays=())
    gathered = gather(employee=employee, draft=wish, today=timezone.localdate(), count_pending=False)
    checks = check_days(days, HERE, gathered.facts)
    passing = [check.day for check in checks if not check.problem]
    if passing:
        bureau.number += 1
        spec: Any = AssignmentSpec(
            employee_id=employee.pk, unit_id=bureau.unit.pk, reference=f"r{bureau.number}", kind="location",
            valid_from=min(days), valid_to=max(days), place_kind="home",
        )  # fmt: skip
        hold_assignment(spec=spec, days=[DaySpec(day, "location", bureau.unit.pk, True, True) for day in passing])
    for check in checks:
        for day in check.alternatives:
            again = check_days([*passing, day], HERE, gathered.facts, offer=False)
            assert not [one.problem for one in again if one.day == day and one.problem], "an offer that does not pass"
    return checks


def assert_kept(bureau: Bureau, employee: Employee, checks: list[DayCheck]) -> int:
    """Every minimum that the person counts for holds on each day just granted; returns how many days."""
    granted = [check.day for check in checks if not check.problem]
    for day in granted:
        for path, group, count in bureau.minimums:
            if group in ("", bureau.groups[employee.pk]):
                assert on_site(path, group, day) >= count, (day, path, group)
    return len(granted)
