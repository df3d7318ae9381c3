"""Offices, positions, task types, and the share of time a position spends on each (pemetaan tugas)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, require
from organization.models import Position, PositionTask, Site, TaskType, User

FULL_TIME_PCT = 100


@transaction.atomic
def save_site(*, by: User, site_id: int | None, values: dict[str, Any]) -> Site:
    """Add or change an office."""
    return _save(Site, by, site_id, values)


@transaction.atomic
def save_position(*, by: User, position_id: int | None, values: dict[str, Any]) -> Position:
    """Add or change a position of the dictionary."""
    return _save(Position, by, position_id, values)


@transaction.atomic
def save_task_type(*, by: User, task_type_id: int | None, values: dict[str, Any]) -> TaskType:
    """Add or change a task type. Its criteria count for every position that has it, from today on."""
    return _save(TaskType, by, task_type_id, values)


def _save(model: type[Any], by: User, pk: int | None, values: dict[str, Any]) -> Any:
    require(by, "organization.manage_posts")
    row = model.objects.select_for_update().get(pk=pk) if pk else model()
    for field, value in values.items():
        setattr(row, field, value)
    return save_checked(row)


@transaction.atomic
def map_tasks(*, by: User, position_id: int, shares: dict[int, int], valid_from: date) -> None:
    """Set the shares (task type id -> percent) of a position from a day on; what held before ends the day before.

    Raises ValidationError above 100 percent, or when a later mapping exists.
    """
    require(by, "organization.manage_posts")
    position = Position.objects.select_for_update().get(pk=position_id)
    wanted = {task_type_id: share for task_type_id, share in shares.items() if share}
    total = sum(wanted.values())
    if total > FULL_TIME_PCT:
        raise ValidationError(_("The shares add up to %(total)s percent; 100 is the most.") % {"total": total})
    _refuse_later_mapping(position, valid_from)
    for row in PositionTask.objects.active_on(valid_from).filter(position=position):
        if wanted.get(row.task_type_id) == row.share_pct:
            del wanted[row.task_type_id]
        else:
            end_after(row, valid_from - ONE_DAY)
    for task_type_id, share in wanted.items():
        save_checked(PositionTask(position=position, task_type_id=task_type_id, share_pct=share, valid_from=valid_from))


def _refuse_later_mapping(position: Position, valid_from: date) -> None:
    later = PositionTask.objects.filter(position=position, valid_from__gt=valid_from).order_by("valid_from").first()
    if later:
        day = date_format(later.valid_from, "DATE_FORMAT")
        raise ValidationError({"valid_from": _("A mapping from %(day)s exists already.") % {"day": day}})
