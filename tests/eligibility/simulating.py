"""People who gain, lose and stay by a draft: 12 months in the post instead of 6, a smaller share of such tasks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from attendance.models import Assignment
from eligibility.models import PolicyVersion, Rule, Simulation
from eligibility.services import perform_simulation, start_simulation
from eligibility.services.drafts import RuleChange, edit_rule, start_draft
from organization.models import Employee, Placement, Position, PositionTask, RoleGrant, TaskType
from tests.world import SINCE, World, make_world

TRIGGERS = ["recruitment", "promotion", "transfer", "rotation"]
DECREE: dict[str, Any] = {"decree_no": "2/2027", "decree_date": timezone.localdate()}


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def make_simulating_world() -> World:
    """`emp` was promoted eight months ago (loses), `col1` has 40 % of such tasks (gains), the others stay eligible.

    `hr` edits, `boss2` is the second HR admin of the agency.
    """
    world = make_world()
    promote(world.employees["emp"], in_days(-240))
    other = Position.objects.create(code="PU", name="Pengadministrasi", kind="pelaksana")
    task = TaskType.objects.get(code="T")
    PositionTask.objects.create(position=other, task_type=task, share_pct=40, valid_from=SINCE)
    Placement.objects.filter(employee=world.employees["col1"]).update(position=other)
    second = type(world.users["hr"]).objects.create(username="boss2", name="Dewi", is_active=True)
    RoleGrant.objects.create(user=second, role="hr_admin", valid_from=SINCE)
    world.users["boss2"] = second
    return world


def promote(employee: Employee, on: date) -> None:
    """A new placement in the same post, entered by promotion."""
    before = employee.placements.get(valid_to=None)
    before.valid_to = on - timedelta(days=1)
    before.save()
    before.pk, before._state.adding = None, True
    before.valid_from, before.valid_to, before.entry_reason = on, None, "promotion"
    before.save()


def arrange(employee: Employee, unit: Any, *, days: int = 60, kind: str = "location", since: int = -5) -> Assignment:
    """A running arrangement."""
    return Assignment.objects.create(
        employee=employee,
        unit=unit,
        reference=f"R-{employee.pk}-{kind}-{since}",
        kind=kind,
        place_kind="home" if kind == "location" else "",
        status="in_force",
        granted_at=timezone.now(),
        valid_from=in_days(since),
        valid_to=in_days(days),
    )


def draft_of(world: World, *, valid_from: date | None = None, months: int = 12, share: int = 40) -> PolicyVersion:
    draft = start_draft(by=world.users["hr"], policy_code="location", valid_from=valid_from or in_days(0))
    change(world, draft, "not_new_in_post", {"months": months, "triggers": TRIGGERS})
    return change(world, draft, "location_tasks", {"min_share_pct": share})


def change(world: World, draft: PolicyVersion, criterion: str, params: dict[str, Any]) -> PolicyVersion:
    draft.refresh_from_db()
    return edit_rule(
        by=world.users["hr"],
        version_id=draft.pk,
        revision=draft.revision,
        criterion=criterion,
        change=RuleChange(params=params),
    )


def soften(draft: PolicyVersion, criterion: str, severity: str) -> None:
    Rule.objects.filter(version=draft, criterion=criterion).update(severity=severity)


def simulate(world: World, draft: PolicyVersion, *, as_of: date | None = None) -> Simulation:
    made = start_simulation(by=world.users["hr"], policy_code=draft.policy.code, number=draft.number, as_of=as_of)
    done = perform_simulation(made.pk)
    assert done is not None
    return done


def changes(simulation: Simulation) -> dict[str, str]:
    """Name -> change, for those who change."""
    rows = simulation.rows.exclude(change="same").values_list("employee__name", "change")
    return dict(rows.order_by("employee__name"))
