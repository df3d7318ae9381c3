"""The world of the tests with everybody who may open pages of the organisation, and short ways to do so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organization.models import Domicile, Employee, Placement, Position, RoleGrant, Unit, UnitVersion, User
from organization.services.units import rebuild_unit_index
from tests.world import SINCE, World, make_world

PASSWORD = "sangat-rahasia-2026"


@dataclass(frozen=True)
class Cast:
    """`world` and, beside it, `audit` (auditor of the agency), `lawhr` (HR of the legal section only), `seal`
    (evidence officer), and the health office with `ohead` and `out`, who are strangers to the legal section."""

    world: World
    health: Unit
    users: dict[str, User]
    employees: dict[str, Employee]

    @property
    def law(self) -> Unit:
        return self.world.law


def make_cast() -> Cast:
    world = make_world()
    users = dict(world.users)
    for name in ("audit", "lawhr", "seal"):
        users[name] = make_user(name)
    RoleGrant.objects.create(user=users["audit"], role="auditor", valid_from=SINCE)
    RoleGrant.objects.create(user=users["seal"], role="evidence_officer", valid_from=SINCE)
    RoleGrant.objects.create(user=users["lawhr"], role="hr_admin", unit=world.law, valid_from=SINCE)
    health = make_unit("K", "Kesehatan", parent=world.law.parent)
    people = dict(world.employees)
    people["ohead"] = make_employee("ohead", health, is_head=True)
    people["out"] = make_employee("out", health, supervisor=people["ohead"])
    users |= {name: people[name].user for name in ("ohead", "out")}
    return Cast(world=world, health=health, users=users, employees=people)


def make_user(name: str, **values: Any) -> User:
    defaults = {"name": name.title(), "is_active": True, "activated_at": timezone.now(), "email": f"{name}@kota.go.id"}
    return User.objects.create(username=name, **(defaults | values))


def make_unit(code: str, name: str, parent: Unit | None) -> Unit:
    unit = Unit.objects.create(code=code, name=name)
    UnitVersion.objects.create(unit=unit, name=name, parent=parent, valid_from=SINCE)
    rebuild_unit_index()
    unit.refresh_from_db()
    return unit


def make_employee(name: str, unit: Unit, **placement: Any) -> Employee:
    """Somebody placed in a unit, with an active account named like them."""
    number = Employee.objects.count()
    employee = Employee.objects.create(
        nip=f"1985050520100120{number:02d}",
        name=name.title(),
        kind="pns",
        sex="2",
        birth_date=date(1985, 5, 5),
        user=make_user(name),
    )
    position = placement.pop("position", None) or Position.objects.order_by("pk").first()
    values: dict[str, Any] = {"entry_reason": "recruitment", "valid_from": SINCE} | placement
    Placement.objects.create(employee=employee, unit=unit, position=position, **values)
    Domicile.objects.create(
        employee=employee, address="Jl. Awang Long 2", valid_from=SINCE, verified_at=timezone.now(), verified_by=None
    )
    return employee


def days(number: int) -> date:
    """So many days from today."""
    return timezone.localdate() + timedelta(days=number)


def url(name: str, *args: object) -> str:
    return reverse(f"organization:{name}", args=args)


def get(client: Client, user: User, name: str, /, *args: object, **query: str) -> Any:
    client.force_login(user)
    return client.get(url(name, *args), query)


def post(client: Client, user: User, name: str, /, *args: object, **values: Any) -> Any:
    """Send a form; dates may be dates, and None leaves a field out."""
    client.force_login(user)
    return client.post(url(name, *args), {key: value for key, value in values.items() if value is not None})


def body(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def said(client: Client, answer: Any) -> str:
    """The page that the redirect leads to, with the message of what was done."""
    assert answer.status_code == 302, body(answer)[:2000]
    followed = client.get(answer.url)
    assert followed.status_code == 200
    return body(followed)
