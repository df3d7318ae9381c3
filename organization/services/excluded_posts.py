"""Commands over single posts that the agency's decree leaves out of flexible work."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, refuse_past, require
from organization.models import ExcludedPost, Position, User
from organization.services.task_mapping import tasks_changed


@transaction.atomic
def exclude_post(
    *, by: User, position_id: int, valid_from: date, valid_to: date | None, decree_no: str
) -> ExcludedPost:
    """Leave a post out from a day on. Raises PermissionDenied, Position.DoesNotExist and ValidationError."""
    require(by, "organization.manage_posts")
    refuse_past(valid_from)
    position = Position.objects.select_for_update(no_key=True).get(pk=position_id)
    row = ExcludedPost(position=position, valid_from=valid_from, valid_to=valid_to, decree_no=decree_no.strip())
    save_checked(row)
    tasks_changed([position.pk], valid_from)
    return row


@transaction.atomic
def end_exclusion(*, by: User, exclusion_id: int, last_day: date) -> None:
    """Let an exclusion end with `last_day` (yesterday at the earliest); one that never applied is removed."""
    require(by, "organization.manage_posts")
    row = ExcludedPost.objects.select_for_update().get(pk=exclusion_id)
    refuse_past(last_day + ONE_DAY, "last_day")
    if row.valid_to is not None and row.valid_to <= last_day:
        raise ValidationError({"last_day": _("It ends before that day already.")})
    end_after(row, last_day)
    tasks_changed([row.position_id], last_day + ONE_DAY)
