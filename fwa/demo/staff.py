"""Writes units, accounts, people, homes and placements: a handful of mass inserts whatever the number of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.utils import timezone

from fwa.demo.people import CAST, Person
from fwa.demo.units import ROOT, Seat, UnitPlan
from organization.enums import EntryReason
from organization.models import (
    Domicile,
    Employee,
    Placement,
    Position,
    Site,
    StaffingMinimum,
    Unit,
    UnitVersion,
    User,
)
from organization.services.units import rebuild_unit_index

BATCH = 2000
STILL_WAITING = 7  # every so many-th ordinary account still waits for its owner to activate it
DEMO_USERS = tuple(role.username for role in CAST.values() if role.username)


@dataclass
class Agency:
    """What was written, by the keys of the plan."""

    units: dict[str, Unit] = field(default_factory=dict)
    plans: dict[str, UnitPlan] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    employees: dict[str, Employee] = field(default_factory=dict)
    domiciles: dict[str, Domicile] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)

    @cached_property
    def _heads(self) -> dict[str, str]:
        return {seat.unit: seat.key for seat in self.seats.values() if seat.head}

    def head_of(self, unit: str) -> str:
        """Key of the head of the unit, or of the nearest unit above that has one."""
        while unit not in self._heads:
            unit = self.plans[unit].parent
        return self._heads[unit]

    def members(self) -> dict[str, list[str]]:
        """Keys of the people in each unit."""
        found: dict[str, list[str]] = {}
        for seat in self.seats.values():
            found.setdefault(seat.unit, []).append(seat.key)
        return found


def save_units(agency: Agency, plans: list[UnitPlan], sites: dict[str, Site], *, since: date, zone: str) -> None:
    """Units with one version each, below the city."""
    agency.plans = {plan.code: plan for plan in plans}
    agency.units = {plan.code: Unit(code=plan.code, name=plan.name) for plan in plans}
    Unit.objects.bulk_create(agency.units.values(), batch_size=BATCH)
    UnitVersion.objects.bulk_create(
        (
            UnitVersion(
                unit=agency.units[plan.code],
                name=plan.name,
                parent=agency.units.get(plan.parent),
                zone=zone,
                is_direct_service=plan.direct,
                is_24x7=plan.around_clock,
                quota_pct=plan.quota,
                site=sites.get(plan.site),
                valid_from=since,
            )
            for plan in plans
        ),
        batch_size=BATCH,
    )
    rebuild_unit_index()
    fresh = {unit.code: unit for unit in Unit.objects.all()}
    agency.units = {code: fresh[code] for code in agency.units}


def save_people(agency: Agency, seats: list[Seat], people: list[Person], *, since: date) -> None:
    """Accounts, personnel records, verified homes and placements with supervisors."""
    agency.seats = {seat.key: seat for seat in seats}
    bosses = {seat.boss for seat in seats} | {seat.key for seat in seats if seat.head}
    agency.users = {
        person.key: _account(person, number, person.key in bosses, since) for number, person in enumerate(people)
    }
    User.objects.bulk_create(agency.users.values(), batch_size=BATCH)
    agency.employees = {person.key: _employee(person, agency.users[person.key], since) for person in people}
    Employee.objects.bulk_create(agency.employees.values(), batch_size=BATCH)
    agency.domiciles = {person.key: _home(person, agency, since) for person in people}
    Domicile.objects.bulk_create(agency.domiciles.values(), batch_size=BATCH)
    rows = (row for person in people for row in _placements(person, agency))
    Placement.objects.bulk_create(rows, batch_size=BATCH)


def _account(person: Person, number: int, is_boss: bool, since: date) -> User:
    """Only the demo users have a password; whoever decides is active, so that no request is stuck."""
    is_demo = person.username in DEMO_USERS
    is_active = is_demo or is_boss or person.key in CAST or number % STILL_WAITING != 0
    password = make_password(settings.DEMO_PASSWORD) if is_demo else f"{UNUSABLE_PASSWORD_PREFIX}demo"
    return User(
        username=person.username,
        name=person.name,
        password=password,
        is_active=is_active,
        activated_at=timezone.now() if is_active else None,
    )


def _employee(person: Person, user: User, since: date) -> Employee:
    return Employee(
        nip=person.nip,
        name=person.name,
        kind=person.kind,
        sex=person.sex,
        birth_date=person.birth,
        birth_place=person.birth_place,
        grade=person.grade,
        grade_since=min(person.entered, since),
        email=person.email,
        phone=person.phone,
        user=user,
    )


def _home(person: Person, agency: Agency, since: date) -> Domicile:
    return Domicile(
        employee=agency.employees[person.key],
        address=person.address,
        valid_from=since,
        verified_by=agency.users["kepegawaian"],
        verified_at=timezone.now(),
    )


def _placements(person: Person, agency: Agency) -> Iterator[Placement]:
    """One placement, or two for somebody whom a rotation brought into the post lately."""
    seat = agency.seats[person.key]
    first, second = (person.entered, person.moved) if person.moved else (person.entered, None)
    common = {
        "employee": agency.employees[person.key],
        "unit": agency.units[seat.unit],
        "position": agency.positions[seat.post],
        "supervisor": agency.employees.get(seat.boss),
        "is_head": seat.head,
    }
    until = second - timedelta(days=1) if second else None
    yield Placement(**common, valid_from=first, valid_to=until, entry_reason=EntryReason.RECRUITMENT)
    if second:
        yield Placement(**common, valid_from=second, entry_reason=EntryReason.ROTATION)


def save_minimums(agency: Agency, *, since: date) -> None:
    """How many people each unit keeps on site, from the plan; the law section has the figure of the story."""
    below: Counter[str] = Counter()
    for seat in agency.seats.values():
        code = seat.unit
        while code != ROOT:
            below[code] += 1
            code = agency.plans[code].parent
    rows = [
        StaffingMinimum(unit=agency.units[code], count=max(1, below[code] * plan.minimum // 100), valid_from=since)
        for code, plan in agency.plans.items()
        if plan.minimum
    ]
    rows.append(StaffingMinimum(unit=agency.units["SETDA-HKM"], count=7, valid_from=since))
    rows.append(StaffingMinimum(unit=agency.units["RSUD"], position_group="Perawat", count=2, valid_from=since))
    StaffingMinimum.objects.bulk_create(rows, batch_size=BATCH)
