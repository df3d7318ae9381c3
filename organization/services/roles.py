"""Roles on unit subtrees: given and ended by HR of the whole agency, never to oneself."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.constraints import save_checked
from organization.enums import Role
from organization.guards import ONE_DAY, end_after, refuse_past, require
from organization.models import RoleGrant, Unit, User


@transaction.atomic
def grant_role(
    *, by: User, account: User, role: str, unit: Unit | None, valid_from: date, valid_to: date | None = None
) -> RoleGrant:
    """Give an account a role in a unit with all units below it; no unit is the whole agency."""
    require(by, "organization.grant_roles")
    if account.pk == by.pk:
        raise PermissionDenied(_("Nobody gives a role to themself; ask another HR admin."))
    refuse_past(valid_from)
    same = RoleGrant.objects.filter(user=account, role=role, unit=unit).overlapping(valid_from, valid_to)
    if same.exists():
        raise ValidationError(_("This account has this role there in that period already."))
    grant = RoleGrant(user=account, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to, granted_by=by)
    return save_checked(grant)


@transaction.atomic
def end_role(*, by: User, grant_id: int) -> None:
    """Take a role back at once. The last HR admin of the whole agency cannot be taken away."""
    require(by, "organization.grant_roles")
    grants = list(RoleGrant.objects.select_for_update().filter(role=Role.HR_ADMIN, unit__isnull=True))
    grant = RoleGrant.objects.select_for_update().get(pk=grant_id)
    today = timezone.localdate()
    remaining = [row for row in grants if row.pk != grant_id and row.valid_from <= today and _open_ended(row)]
    if grant.role == Role.HR_ADMIN and grant.unit_id is None and not remaining:
        raise ValidationError(_("This is the last HR admin of the whole agency. Give somebody else the role first."))
    end_after(grant, today - ONE_DAY)


def _open_ended(grant: RoleGrant) -> bool:
    return grant.valid_to is None
