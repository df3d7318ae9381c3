"""Roles on unit subtrees: given and ended by HR of the whole agency, never to oneself."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.constraints import save_checked
from organization.enums import SERVICE_ROLES, Role
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
    if account.is_service and role not in SERVICE_ROLES:
        raise ValidationError({"role": _("A system reads and prepares; it neither decides nor opens evidence.")})
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
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user").get(pk=grant_id)
    today = timezone.localdate()
    if grant.role == Role.HR_ADMIN and grant.unit_id is None:
        refuse_last_admin(grant.user, today)
    end_after(grant, today - ONE_DAY)


def refuse_last_admin(account: User, on: date) -> None:
    """Raise ValidationError when nobody but `account` could look after the whole agency from a day on.

    Others count only with an active account and a role without end. The grants stay locked, so that two HR admins
    who take each other's role away at the same moment do not leave the agency without any.
    """
    admins = RoleGrant.objects.active_on(on).filter(role=Role.HR_ADMIN, unit__isnull=True)
    grants = list(admins.select_for_update(of=("self",)).select_related("user").order_by("pk"))
    is_admin = any(row.user_id == account.pk for row in grants)
    others = [
        row
        for row in grants
        if row.user_id != account.pk and row.user.is_active and not row.user.is_service and row.valid_to is None
    ]
    if is_admin and not others:
        raise ValidationError(_("This is the last HR admin of the whole agency. Give somebody else the role first."))
