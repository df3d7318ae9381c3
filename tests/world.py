"""A small agency for tests: a city government with a legal section of five, HR and the authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from eligibility.models import Policy
from eligibility.services.policies import seed_default_policies, seed_terms
from fwa.data import DraftData, OutputData
from fwa.models import ChainStage
from organization.models import (
    AgencyDecree,
    AgencyProfile,
    Domicile,
    Employee,
    Placement,
    Position,
    PositionTask,
    RoleGrant,
    TaskType,
    Unit,
    UnitReadiness,
    UnitVersion,
    User,
)
from organization.services.units import rebuild_unit_index

SINCE = date(2020, 1, 1)
LOCATION_CRITERIA = {
    "outside_office": True,
    "no_special_room": True,
    "with_ict": True,
    "minimal_face_to_face": True,
    "no_continuous_supervision": True,
}


@dataclass(frozen=True)
class World:
    """People by name: head, sup, emp, col1, col2 of the legal section; hr and boss without a personnel record."""

    law: Unit
    users: dict[str, User]
    employees: dict[str, Employee]


def _user(name: str) -> User:
    return User.objects.create(username=name, name=name, is_active=True, email=f"{name}@contoh.go.id")


def _section() -> tuple[Unit, Position]:
    root = Unit.objects.create(code="R", name="Kota")
    law = Unit.objects.create(code="H", name="Hukum")
    UnitVersion.objects.create(unit=root, name="Kota", valid_from=SINCE)
    UnitVersion.objects.create(unit=law, name="Hukum", parent=root, valid_from=SINCE, quota_pct=30)
    rebuild_unit_index()
    law.refresh_from_db()
    position = Position.objects.create(code="AK", name="Analis Kebijakan", kind="fungsional")
    studies = TaskType.objects.create(code="T", name="Kajian", not_bound_to_office_hours=True, **LOCATION_CRITERIA)
    PositionTask.objects.create(position=position, task_type=studies, share_pct=80, valid_from=SINCE)
    return law, position


def _people(law: Unit, position: Position) -> dict[str, Employee]:
    people: dict[str, Employee] = {}
    lines = [("head", None), ("sup", "head"), ("emp", "sup"), ("col1", "sup"), ("col2", "sup")]
    for number, (name, supervisor) in enumerate(lines):
        user = _user(name)
        people[name] = employee = Employee.objects.create(
            nip=f"19900101201001100{number}",
            name=name,
            kind="pns",
            sex="1",
            birth_date=date(1990, 1, 1),
            grade="III/c",
            user=user,
        )
        Domicile.objects.create(
            employee=employee,
            address="Jl. Mulawarman RT 16",
            valid_from=SINCE,
            verified_at=timezone.now(),
            verified_by=user,
        )
        Placement.objects.create(
            employee=employee,
            unit=law,
            position=position,
            supervisor=people.get(supervisor or ""),
            entry_reason="recruitment",
            is_head=name == "head",
            valid_from=SINCE,
        )
    return people


def make_world() -> World:
    """Everything a request needs to be decided; the legal section of five may have one person away a day."""
    law, position = _section()
    people = _people(law, position)
    users = {name: employee.user for name, employee in people.items() if employee.user}
    users |= {"hr": _user("hr"), "boss": _user("boss")}
    RoleGrant.objects.create(user=users["hr"], role="hr_admin", valid_from=SINCE)
    RoleGrant.objects.create(user=users["boss"], role="authority", valid_from=SINCE)
    AgencyProfile.objects.create(name="Pemerintah Kota Nusa Bakti", city="Nusa Bakti")
    AgencyDecree.objects.create(number="1/2020", decided_on=SINCE, valid_from=SINCE)
    UnitReadiness.objects.create(
        unit=law,
        technology=True,
        supervision=True,
        status="confirmed",
        declared_by=users["head"],
        declared_at=timezone.now(),
        confirmed_by=users["hr"],
        confirmed_at=timezone.now(),
        valid_from=SINCE,
    )
    seed_default_policies(
        valid_from=SINCE, decree_no="1/2020", decree_date=SINCE, edited_by=users["hr"], published_by=users["boss"]
    )
    seed_terms(quota_pct=30, valid_from=SINCE)
    levels = list(enumerate(["supervisor", "unit_head", "hr", "authority"], start=1))
    ChainStage.objects.bulk_create(
        ChainStage(policy=policy, order=order, role=role, valid_from=SINCE)
        for policy in Policy.objects.all()
        for order, role in levels
    )
    return World(law=law, users=users, employees=people)


def next_monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def draft(**changes: Any) -> DraftData:
    """Four weeks at home on Tuesdays and Thursdays from next Monday, with one output."""
    monday = next_monday()
    values: dict[str, Any] = {
        "kind": "location",
        "valid_from": monday,
        "valid_to": monday + timedelta(days=27),
        "weekdays": (2, 4),
        "place_kind": "home",
        "reason": "Menyusun naskah akademik.",
        "work_plan": "Menulis bab satu sampai empat.",
        "outputs": (OutputData("Naskah akademik", "bab", Decimal(4), monday + timedelta(days=20)),),
    }
    return DraftData(**(values | changes))
