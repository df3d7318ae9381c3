"""Offices, positions, task types, and the share of time a position spends on each (pemetaan tugas)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.constraints import explained, save_checked
from organization.guards import require
from organization.models import Position, PositionTask, Site, TaskType, User
from organization.services.task_mapping import check_day, lay_shares, tasks_changed
from organization.task_mapping import FULL_TIME_PCT


@transaction.atomic
def save_site(*, by: User, site_id: int | None, values: dict[str, Any]) -> Site:
    """Add or change an office."""
    return _save(Site, by, site_id, values)


@transaction.atomic
def save_position(*, by: User, position_id: int | None, values: dict[str, Any]) -> Position:
    """Add or change a position of the dictionary; its kind decides whether the post is excluded."""
    kind = Position.objects.values_list("kind", flat=True).filter(pk=position_id).first() if position_id else None
    saved: Position = _save(Position, by, position_id, values)
    if kind is not None and kind != saved.kind:
        tasks_changed([saved.pk], timezone.localdate())
    return saved


@transaction.atomic
def save_task_type(*, by: User, task_type_id: int | None, values: dict[str, Any]) -> TaskType:
    """Add or change a task type. Its criteria count for every position that has it, from today on."""
    saved: TaskType = _save(TaskType, by, task_type_id, values)
    if task_type_id:
        today = timezone.localdate()
        held = PositionTask.objects.overlapping(today, None).filter(task_type=saved)
        tasks_changed(list(held.order_by().values_list("position", flat=True).distinct()), today)
    return saved


@transaction.atomic
def delete_task_type(*, by: User, task_type_id: int) -> None:
    """Remove a task type that no position ever had and no proposal names; a used one stays for the past's sake."""
    require(by, "organization.manage_posts")
    task_type = TaskType.objects.select_for_update().get(pk=task_type_id)
    with explained(TaskType):
        task_type.delete()


def _save(model: type[Any], by: User, pk: int | None, values: dict[str, Any]) -> Any:
    require(by, "organization.manage_posts")
    row = model.objects.select_for_update().get(pk=pk) if pk else model()
    for field, value in values.items():
        setattr(row, field, value)
    return save_checked(row)


@transaction.atomic
def map_tasks(*, by: User, position_id: int, shares: dict[int, int], valid_from: date) -> None:
    """Set the shares (task type id -> percent) of a position from a day on; what held before ends the day before.

    Raises ValidationError above 100 percent, for days that have passed, or when a later mapping exists.
    """
    require(by, "organization.manage_posts")
    position = Position.objects.select_for_update(no_key=True).get(pk=position_id)
    wanted = {task_type_id: share for task_type_id, share in shares.items() if share}
    total = sum(wanted.values())
    if total > FULL_TIME_PCT:
        raise ValidationError(_("The shares add up to %(total)s percent; 100 is the most.") % {"total": total})
    check_day([position], valid_from)
    lay_shares([position.pk], wanted, valid_from)
