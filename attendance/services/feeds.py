"""Secret calendar addresses: made, found again by their digest, revoked."""

from __future__ import annotations

import secrets

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from attendance.enums import FeedScope
from attendance.models import FeedAddress
from organization.access import access_for
from organization.models import Placement, Unit, User

TOKEN_BYTES = 24  # 192 bits; nobody finds one by trying
MOST_ADDRESSES = 10


def digest_of(token: str) -> str:
    return salted_hmac("attendance.feed", token, algorithm="sha256").hexdigest()


def may_read_team(user: User, unit: Unit) -> bool:
    """Whoever serves in the unit today, or has it in reach."""
    access = access_for(user)
    if any(unit.path.startswith(prefix) for prefix in access.unit_paths):
        return True
    placed = Placement.objects.active_on(access.on).filter(employee=access.own_employee_id, unit=unit)
    return access.own_employee_id is not None and placed.exists()


@transaction.atomic
def make_feed(*, by: User, scope: str, unit: Unit | None = None) -> tuple[FeedAddress, str]:
    """A new address and its token, which is shown this once: only a digest is kept.

    Raises PermissionDenied without a personnel record or for a unit that is not the user's, ValidationError when the
    user has too many.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if scope == FeedScope.PERSON and access_for(by).own_employee_id is None:
        raise PermissionDenied(_("Your account does not belong to an employee."))
    if scope == FeedScope.TEAM and (unit is None or not may_read_team(by, unit)):
        raise PermissionDenied(_("You do not serve in this unit."))
    if FeedAddress.objects.filter(user=by, revoked_at__isnull=True).count() >= MOST_ADDRESSES:
        raise ValidationError(_("You have %(count)d addresses. Revoke one first.") % {"count": MOST_ADDRESSES})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = FeedAddress.objects.create(
        user=by, scope=scope, unit=unit if scope == FeedScope.TEAM else None, digest=digest_of(token)
    )
    return row, token


@transaction.atomic
def revoke_feed(*, by: User, feed_id: int) -> FeedAddress:
    """From now on the address answers that nothing is there. Revoking twice changes nothing."""
    row = FeedAddress.objects.select_for_update(of=("self",)).get(pk=feed_id, user=by)
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
    return row


def feed_of(token: str) -> FeedAddress | None:
    """The address behind a token, while it is not revoked and its owner may log in."""
    rows = FeedAddress.objects.filter(digest=digest_of(token), revoked_at__isnull=True, user__is_active=True)
    return rows.select_related("user", "unit").first()
