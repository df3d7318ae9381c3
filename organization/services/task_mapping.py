"""The task mapping (pemetaan tugas) of many positions at once; the core that one position's page uses as well."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organization.changes import facts_changed
from organization.constraints import explained
from organization.enums import ChangeCause
from organization.guards import ONE_DAY, require
from organization.models import Placement, Position, PositionTask, TaskType, User
from organization.task_mapping import FULL_TIME_PCT, fingerprint

NAMED = 5


class MappingChanged(ValidationError):
    """What somebody looked at is not what stands there any more."""

    def __init__(self) -> None:
        super().__init__(
            _("The entries or the mapping have changed since you looked at them. Look at the preview again."),
            code="changed",
        )


@transaction.atomic
def map_many(
    *, by: User, position_ids: Collection[int], shares: Mapping[int, int], valid_from: date, seen: str = ""
) -> int:
    """Give all these positions the same shares (task type id -> percent, together 100) from a day on.

    All or nothing; returns how many positions. `seen`: the fingerprint of the preview; when the entries or the mapping
    differ from it, MappingChanged. Raises ValidationError for shares that are not 100, past dates and later mappings.
    """
    require(by, "organization.manage_posts")
    wanted = full_shares(shares)
    positions = lock_positions(position_ids)
    if seen and seen != fingerprint([row.pk for row in positions], wanted, valid_from):
        raise MappingChanged
    check_day(positions, valid_from)
    lay_shares([row.pk for row in positions], wanted, valid_from)
    return len(positions)


def full_shares(shares: Mapping[int, int]) -> dict[int, int]:
    """The shares without empty ones. Raises ValidationError unless they add up to 100 and every type is known."""
    wanted = {task_type_id: share for task_type_id, share in shares.items() if share}
    total = sum(wanted.values())
    if total != FULL_TIME_PCT:
        text = _("The shares add up to %(total)s percent; together they must be exactly 100.")
        raise ValidationError(text % {"total": total}, code="not_100")
    if any(share < 0 for share in wanted.values()):
        raise ValidationError(_("A share is a whole number from 1 to 100."), code="not_100")
    if TaskType.objects.filter(pk__in=wanted).count() != len(wanted):
        raise ValidationError(_("A task type is not there any more. Choose another one."), code="unknown")
    return wanted


def lock_positions(position_ids: Iterable[int]) -> list[Position]:
    """The positions, locked in the order of their keys, so that two commands never wait for each other in a ring."""
    wanted = set(position_ids)
    rows = list(Position.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True))
    if not rows or len(rows) != len(wanted):
        raise ValidationError(_("Choose at least one position of the list."), code="no_position")
    return rows


def check_day(positions: Collection[Position], valid_from: date) -> None:
    """Refuse to rewrite days that have passed, and to slip in before a mapping of a later day."""
    rows = PositionTask.objects.filter(position__in=positions)
    if valid_from < timezone.localdate() and rows.exists():
        raise ValidationError(
            {"valid_from": _("The date must be today or later: what was mapped before stays as it was.")}
        )
    later = rows.filter(valid_from__gt=valid_from).select_related("position").order_by("position__name", "valid_from")
    found = list({row.position_id: row for row in reversed(later)}.values())[::-1]
    if found:
        raise ValidationError({"valid_from": _later_text(found)})


def _later_text(rows: list[PositionTask]) -> str:
    first = date_format(min(row.valid_from for row in rows), "DATE_FORMAT")
    if len(rows) == 1:
        return _("%(position)s: a mapping from %(day)s exists already.") % {
            "position": rows[0].position.name,
            "day": first,
        }
    names = ", ".join(row.position.name for row in rows[:NAMED])
    text = ngettext(
        "%(count)s position has a mapping of a later day (first from %(day)s): %(names)s",
        "%(count)s positions have a mapping of a later day (first from %(day)s): %(names)s",
        len(rows),
    )
    return text % {"count": len(rows), "day": first, "names": names}


def lay_shares(position_ids: Collection[int], shares: Mapping[int, int], valid_from: date) -> None:
    """Let the shares hold for every position from a day on; what held before ends the day before.

    Days before keep what was true. A change on the day a row began replaces the row. Set-based; the positions are
    locked by the caller.
    """
    rows = PositionTask.objects.active_on(valid_from).filter(position__in=position_ids)
    held: set[tuple[int, int]] = set()
    ends: list[int] = []
    gone: list[int] = []
    for row in rows:
        if shares.get(row.task_type_id) == row.share_pct and row.valid_to is None:
            held.add((row.position_id, row.task_type_id))
        else:
            (ends if row.valid_from < valid_from else gone).append(row.pk)
    with explained(PositionTask):
        PositionTask.objects.filter(pk__in=gone).delete()
        PositionTask.objects.filter(pk__in=ends).update(valid_to=valid_from - ONE_DAY)
        PositionTask.objects.bulk_create(
            [
                PositionTask(position_id=position_id, task_type_id=task_type_id, share_pct=share, valid_from=valid_from)
                for position_id in position_ids
                for task_type_id, share in shares.items()
                if (position_id, task_type_id) not in held
            ],
            batch_size=1000,
        )
    tasks_changed(position_ids, valid_from)


def tasks_changed(position_ids: Collection[int], on: date) -> None:
    """Running arrangements of the people of these positions are looked at again (design 3)."""
    placed = Placement.objects.overlapping(on, None).filter(position__in=position_ids)
    people = list(placed.order_by().values_list("employee", flat=True).distinct())
    key = f"tasks:{min(position_ids, default=0)}:{len(position_ids)}"
    facts_changed(cause=ChangeCause.TASKS, employee_ids=people, on=on, key=key)
