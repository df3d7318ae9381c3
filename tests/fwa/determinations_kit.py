"""A city with a bureau of sixty, for tests of group determinations."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from fwa.data import OutputData
from fwa.models import Determination
from fwa.services.determinations import Criteria, DeterminationData, add_by_criteria, save_determination
from organization.models import Domicile, Employee, Placement, Position, Unit, UnitReadiness, UnitVersion, User
from organization.services.units import rebuild_unit_index
from tests.world import SINCE, World, next_monday

OUTPUT_DAYS = 20


def make_bureau(world: World, people: int = 60, *, quota_pct: int | None = None, accounts: bool = True) -> Unit:
    """A bureau under the city with `people` analysts; nobody heads it."""
    root = Unit.objects.get(code="R")
    bureau = Unit.objects.create(code="B", name="Biro Organisasi")
    UnitVersion.objects.create(unit=bureau, name="Biro Organisasi", parent=root, valid_from=SINCE, quota_pct=quota_pct)
    rebuild_unit_index()
    bureau.refresh_from_db()
    UnitReadiness.objects.create(
        unit=bureau,
        technology=True,
        supervision=True,
        status="confirmed",
        declared_by=world.users["head"],
        declared_at=timezone.now(),
        confirmed_by=world.users["hr"],
        confirmed_at=timezone.now(),
        valid_from=SINCE,
    )
    add_people(world, bureau, people, accounts=accounts)
    return bureau


def add_people(world: World, unit: Unit, people: int, *, accounts: bool = True, start: int = 0) -> list[Employee]:
    position = Position.objects.get(code="AK")
    users: list[User | None] = [None] * people
    if accounts:
        users = list(
            User.objects.bulk_create(
                User(username=f"{unit.code}{n:04}", name=f"Pegawai {n:04}", is_active=True)
                for n in range(start, start + people)
            )
        )
    employees = Employee.objects.bulk_create(
        Employee(
            nip=f"19850101201001{n:04}",
            name=f"Pegawai {n:04}",
            kind="pns",
            sex="1",
            birth_date=date(1985, 1, 1),
            grade="III/c",
            user=user,
        )
        for n, user in enumerate(users, start=start + 1000)
    )
    Domicile.objects.bulk_create(
        Domicile(
            employee=one,
            address="Jl. Mulawarman RT 16",
            valid_from=SINCE,
            verified_at=timezone.now(),
            verified_by=world.users["hr"],
        )
        for one in employees
    )
    Placement.objects.bulk_create(
        Placement(
            employee=one,
            unit=unit,
            position=position,
            supervisor=world.employees["sup"],
            entry_reason="recruitment",
            valid_from=SINCE,
        )
        for one in employees
    )
    return list(employees)


def data(unit: Unit, **changes: Any) -> DeterminationData:
    """Four weeks at home on Tuesdays and Thursdays from next Monday, with one output."""
    monday = next_monday()
    values: dict[str, Any] = {
        "title": "Kerja dari rumah Biro Organisasi",
        "unit_id": unit.pk,
        "kind": "location",
        "valid_from": monday,
        "valid_to": monday + timedelta(days=27),
        "weekdays": (2, 4),
        "place_kind": "home",
        "reason": "Efisiensi gedung.",
        "work_plan": "Menyusun dokumen tata laksana.",
        "outputs": (OutputData("Dokumen tata laksana", "dokumen", Decimal(4), monday + timedelta(days=OUTPUT_DAYS)),),
    }
    return DeterminationData(**(values | changes))


def drafted(world: World, unit: Unit, *, by: str = "hr", **changes: Any) -> Determination:
    """A draft with everybody of the unit in its annex."""
    made = save_determination(by=world.users[by], data=data(unit, **changes))
    add_by_criteria(by=world.users[by], determination_id=made.pk, criteria=Criteria(unit_id=unit.pk))
    return made
