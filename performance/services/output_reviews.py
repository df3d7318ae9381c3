"""Commands over promised outputs: rate one against what was expected, put on record what was delivered.

Source: ratings above, meets and below expectation, PermenPANRB 6/2022 [S]. Every rating stays in the history.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.guards import require
from organization.models import User
from performance.enums import Rating, ReviewAction
from performance.errors import StateChanged
from performance.models import Output, Review
from performance.notifications_reviews import tell_rated
from performance.review_reach import officers_of
from performance.services.deliveries import recount
from performance.services.reviews import PERMISSION, check_reason

MOST_AMOUNT = Decimal(10) ** 8


@transaction.atomic
def rate_output(*, output: Output, by: User, rating: str, reason: str, replaces: int = 0) -> Output:
    """Rate an output that is delivered or due. `replaces`: id of the rating that stood there, 0 for the first one.

    So of two people who rate at once one wins and the other sees what they would have overwritten. Raises
    PermissionDenied, ValidationError (rating, reason), StateChanged.
    """
    row = _locked(output)
    require(by, PERMISSION, row.contract.employee)
    if row.dropped_at is not None:
        raise StateChanged(_("This output is no longer due, so it is not rated."))
    if not row.is_rateable(timezone.localdate()):
        raise StateChanged(_("This output is neither delivered nor due yet; it is rated then."))
    last = row.reviews.filter(action=ReviewAction.RATE).order_by("-at", "-pk").first()
    if replaces != (last.pk if last else 0):
        raise StateChanged(_("This output was rated meanwhile. The page shows how it stands now."))
    if rating not in Rating.values:
        raise ValidationError({"rating": _("Choose above, meets or below expectation.")})
    check_reason(reason)
    row.rating, row.rated_by, row.rated_at = rating, by, timezone.now()
    row.save(update_fields=["rating", "rated_by", "rated_at"])
    review = Review.objects.create(
        output=row,
        action=ReviewAction.RATE,
        rating=rating,
        reason=reason.strip(),
        by=by,
        acting_for_id=officers_of(by, [row.contract.employee_id]).get(row.contract.employee_id),
        at=row.rated_at,
    )
    tell_rated(row, review_id=review.pk)
    return row


@transaction.atomic
def record_delivery(*, output: Output, by: User, amount: Decimal, on: date) -> Output:
    """Put on record what reached the supervisor outside the daily reports; accepted lines count on top of it.

    `amount` in the output's measure replaces what was on record by hand, 0 takes it away. Raises PermissionDenied,
    ValidationError (amount, on), StateChanged.
    """
    row = _locked(output)
    require(by, PERMISSION, row.contract.employee)
    if row.dropped_at is not None:
        raise StateChanged(_("This output is no longer due; nothing is put on record for it."))
    if not 0 <= amount < MOST_AMOUNT:
        raise ValidationError({"amount": _("the amount cannot be below zero or so large.")})
    if on > timezone.localdate():
        raise ValidationError({"on": _("That day is still to come.")})
    if on < row.contract.valid_from:
        raise ValidationError({"on": _("That is before the contract begins.")})
    row.recorded, row.recorded_on = amount, on if amount else None
    row.save(update_fields=["recorded", "recorded_on"])
    recount([row.pk])
    row.refresh_from_db(fields=["delivered", "delivered_on"])
    return row


def _locked(output: Output) -> Output:
    rows = Output.objects.select_for_update(of=("self",), no_key=True).select_related("contract__employee__user")
    return rows.get(pk=output.pk)
