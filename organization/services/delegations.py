"""Standing in (Plh. for a short absence, Plt. for a vacant post): who decides in whose place, and until when."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organization.access import access_for
from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, refuse_past
from organization.models import Delegation, Placement, User
from organization.services.notices import notify


def may_delegate_own(user: User) -> bool:
    """Only somebody with a say can hand it on: a head, a supervisor, or the holder of a role."""
    access = access_for(user)
    if access.own_headed_paths or access.has_own_role:
        return True
    return Placement.objects.active_on(access.on).filter(supervisor__user=user).exists()


def _require_delegator(by: User, principal: User) -> None:
    if by.has_perm("organization.manage_delegations"):
        return
    if by.pk != principal.pk or not may_delegate_own(by):
        raise PermissionDenied(_("You can name somebody only for your own place."))


@transaction.atomic
def delegate(
    *,
    by: User,
    principal: User,
    delegate: User,
    kind: str,
    valid_from: date,
    valid_to: date | None,
    order_no: str = "",
) -> Delegation:
    """Let `delegate` act in the place of `principal`; both are told.

    Raises PermissionDenied, and ValidationError when the dates do not fit or the delegate cannot log in.
    """
    _require_delegator(by, principal)
    if delegate.pk == by.pk and principal.pk != by.pk:
        raise PermissionDenied(_("Nobody names themself; the officer or another HR admin does."))
    refuse_past(valid_from)
    if principal.is_service or delegate.is_service:
        raise ValidationError(_("Nobody stands in for a system, nor a system for anybody."))
    if not delegate.is_active:
        raise ValidationError({"delegate": _("This account is not active, so nobody could decide.")})
    delegation = Delegation(
        principal=principal,
        delegate=delegate,
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
        order_no=order_no.strip(),
        created_by=by,
    )
    save_checked(delegation)
    notify(
        user_ids={principal.pk, delegate.pk} - {by.pk},
        code="delegation.created",
        context={
            "kind": delegation.get_kind_display(),
            "principal": str(principal),
            "delegate": str(delegate),
            "start": date_format(valid_from, "DATE_FORMAT"),
        },
        url=reverse("organization:delegation_list"),
        key=f"delegation:{delegation.pk}",
    )
    return delegation


@transaction.atomic
def end_delegation(*, by: User, delegation_id: int, last_day: date) -> None:
    """End a delegation with `last_day`, yesterday at the earliest; one that has not begun is removed."""
    row = Delegation.objects.select_for_update(of=("self",)).select_related("principal").get(pk=delegation_id)
    _require_delegator(by, row.principal)
    today = timezone.localdate()
    if row.valid_to and row.valid_to < today:
        raise ValidationError(_("This delegation has ended already."))
    if row.valid_from <= today and last_day < max(row.valid_from, today - ONE_DAY):
        raise ValidationError({"last_day": _("What was decided before stays; choose today or a later day.")})
    end_after(row, last_day)
