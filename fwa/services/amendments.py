"""Numbered amendments of an annex: people are added, taken out, or get other days, by a decree of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import AssignmentStatus
from fwa.enums import DeterminationStatus, MemberChange, MemberSource
from fwa.errors import AlreadyDecided
from fwa.models import Determination, DeterminationMember, DeterminationOutput
from fwa.services.determinations import locked_determination, open_for
from organization.guards import require
from organization.models import User

COPIED = (
    "unit_id", "kind", "place_kind", "site_id", "place_address", "starts_at", "ends_at", "valid_to", "pattern",
    "weekdays", "days_per_week", "work_plan",
)  # fmt: skip


def annex_now(determination: Determination, *, on: date) -> QuerySet[DeterminationMember]:
    """People whose arrangement by this decree or one of its amendments is in force and not over."""
    root_id = determination.amends_id or determination.pk
    rows = DeterminationMember.objects.filter(
        Q(determination_id=root_id) | Q(determination__amends_id=root_id), request__isnull=False
    )
    return rows.filter(
        request__assignment__status=AssignmentStatus.IN_FORCE, request__assignment__valid_to__gte=on
    ).select_related("employee", "unit", "position", "request__assignment", "determination")


@transaction.atomic
def start_amendment(*, by: User, determination_id: int, valid_from: date, reason: str) -> Determination:
    """Begin an amendment of a decided determination; what the decree gives is copied and may be changed.

    Raises PermissionDenied, AlreadyDecided (not decided yet), ValidationError.
    """
    first = locked_determination(determination_id)
    require(by, "fwa.prepare_determination", first)
    if first.status != DeterminationStatus.DECIDED or first.amends_id is not None:
        raise AlreadyDecided(_("Only a decided determination is amended; amendments go to the first decree."))
    if not max(timezone.localdate(), first.valid_from) <= valid_from <= first.valid_to:
        raise ValidationError({"valid_from": _("Choose a day from today on, inside the period.")})
    made = Determination.objects.create(
        **{name: getattr(first, name) for name in COPIED},
        title=_("Amendment: %(title)s") % {"title": first.title[:180]},
        amends=first,
        valid_from=valid_from,
        reason=reason,
        created_by=by,
    )
    DeterminationOutput.objects.bulk_create(
        DeterminationOutput(
            determination=made,
            title=row.title,
            measure=row.measure,
            target=row.target,
            due_on=max(row.due_on, valid_from),
        )
        for row in first.outputs.all()
    )
    return made


@transaction.atomic
def change_annex(*, by: User, determination_id: int, member_ids: Iterable[int], change: str) -> int:
    """Take people of the annex out (their arrangement ends), or give them the amendment's days instead.

    `member_ids`: of the annex as it is now. Returns how many. Raises as `open_for`, ValidationError.
    """
    amendment = open_for(by, determination_id)
    if amendment.amends is None or change not in (MemberChange.REMOVE, MemberChange.CHANGE):
        raise ValidationError(_("Only an amendment changes an annex."))
    chosen = annex_now(amendment.amends, on=amendment.valid_from).filter(pk__in=set(member_ids))
    rows = [
        DeterminationMember(
            determination=amendment,
            employee_id=member.employee_id,
            source=MemberSource.ANNEX,
            change=change,
            ends_request_id=member.request_id,
            ends_on=amendment.valid_from,
        )
        for member in chosen
    ]
    if not rows:
        raise ValidationError(_("Choose at least one person of the annex."), "nobody")
    DeterminationMember.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["determination", "employee"],
        update_fields=["change", "ends_request", "ends_on", "source"],
    )
    amendment.reopen()
    amendment.save(update_fields=["status", "planned_at", "plan_digest", "updated_at"])
    return len(rows)
