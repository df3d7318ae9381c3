"""Terms of performance: dated versions by decree; days before keep the version they had."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organization.constraints import save_checked
from organization.guards import ONE_DAY, end_after, refuse_past, require
from organization.models import User
from performance.models import PerformanceTerms

PERMISSION = "performance.manage_terms"
_APART = ("id", "valid_to")


@transaction.atomic
def new_terms(*, by: User, valid_from: date, values: Mapping[str, Any]) -> PerformanceTerms:
    """Let other terms apply from a day on; the version of that day ends the day before. What is not given stays.

    Raises PermissionDenied, ValidationError per field.
    """
    require(by, PERMISSION)
    refuse_past(valid_from)
    if not str(values.get("decree_no", "")).strip():
        raise ValidationError({"decree_no": _("Give the number of the decree.")})
    rows = PerformanceTerms.objects.select_for_update()
    current = rows.active_on(valid_from).first()
    following = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    if current and current.valid_from == valid_from:
        terms, end = current, current.valid_to
    else:
        terms, end = _copy(current, valid_from), following.valid_from - ONE_DAY if following else None
        if current:
            end_after(current, valid_from - ONE_DAY)
    for name, value in values.items():
        setattr(terms, name, value)
    terms.valid_to = end
    return save_checked(terms)


def _copy(terms: PerformanceTerms | None, valid_from: date) -> PerformanceTerms:
    """An unsaved version that begins with the same figures."""
    names = [field.name for field in PerformanceTerms._meta.concrete_fields if field.name not in _APART]
    figures = {name: getattr(terms, name) for name in names} if terms else {}
    return PerformanceTerms(**{**figures, "valid_from": valid_from})
