"""Short ways of the tests of the task mapping."""

from __future__ import annotations

from typing import Any

from django.test import Client

from organization.models import Position, PositionTask, TaskMappingProposal, TaskType, User
from organization.services.task_proposals import propose_mapping
from tests.organization.cast import Cast, days, make_employee, url


def make_position(code: str, **values: Any) -> Position:
    return Position.objects.create(code=code, name=f"Jabatan {code}", kind="pelaksana", **values)


def held(position: Position, day: Any) -> dict[str, int]:
    rows = PositionTask.objects.active_on(day).filter(position=position)
    return dict(rows.values_list("task_type__code", "share_pct"))


def sent(shares: Any, *, action: str = "preview", valid_from: Any = None, **more: Any) -> dict[str, Any]:
    values = {"valid_from": valid_from or days(0), "action": action, **more}
    values |= {"tasks-TOTAL_FORMS": len(shares), "tasks-INITIAL_FORMS": 0}
    for number, (task_type, share) in enumerate(shares):
        values |= {f"tasks-{number}-task_type": task_type.pk, f"tasks-{number}-share_pct": share}
    return values


def ask(client: Client, user: User, name: str, query: str, **values: Any) -> Any:
    client.force_login(user)
    return client.post(f"{url(name)}?{query}", values)


def make_proposals(cast: Cast, head: User, types: dict[str, TaskType], number: int) -> list[TaskMappingProposal]:
    positions = [make_position(f"Q{Position.objects.count()}") for _ in range(number)]
    for position in positions:
        make_employee(f"o{position.pk}", cast.law, position=position)
        PositionTask.objects.create(position=position, task_type=types["study"], share_pct=40, valid_from=days(-9))
    return propose_mapping(
        by=head, position_ids=[row.pk for row in positions], shares={types["desk"].pk: 100}, valid_from=days(0)
    )
