"""The agency's own ladder, for kinds of employee without a legal one: dated steps, kept by HR."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import LadderStep
from organization.constraints import save_checked
from organization.guards import end_after, require
from organization.models import User

PERMISSION = "attendance.manage_terms"


@transaction.atomic
def add_step(*, by: User, days: int, label: str, decree_no: str, valid_from: date) -> LadderStep:
    """Add a step by decree. Raises PermissionDenied, ValidationError (one for that number of days is in force)."""
    require(by, PERMISSION)
    if not decree_no.strip():
        raise ValidationError({"decree_no": _("Give the number of the decree.")})
    same = LadderStep.objects.select_for_update().overlapping(valid_from, None).filter(days=days)
    if same.exists():
        raise ValidationError({"days": _("A step for this number of days is in force then; end it first.")})
    step = LadderStep(days=days, label=label.strip(), decree_no=decree_no.strip(), valid_from=valid_from)
    return save_checked(step)


@transaction.atomic
def end_step(*, by: User, step_id: int, last_day: date) -> None:
    """Let a step end; flags that it raised stay. Raises PermissionDenied, ValidationError (in the past)."""
    require(by, PERMISSION)
    step = LadderStep.objects.select_for_update().get(pk=step_id)
    if last_day < timezone.localdate() - timedelta(days=1):
        raise ValidationError({"last_day": _("What already held is not taken away: choose yesterday or later.")})
    end_after(step, last_day)
