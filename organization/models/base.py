"""What dated rows share: a period with both ends inclusive, and constraints that keep it true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import BigIntegerRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from organization.querysets import DatedQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class DateRange(Func):
    """daterange(valid_from, valid_to, '[]'): an open end (null) is unbounded."""

    function = "daterange"
    output_field = DateRangeField()


class IdRange(Func):
    """int8range(id, id, '[]'): equality for an exclusion constraint without btree_gist."""

    function = "int8range"
    output_field = BigIntegerRangeField()


def period_expression() -> DateRange:
    return DateRange(F("valid_from"), F("valid_to"), RangeBoundary(True, True))


def no_overlap(*keys: str, name: str, message: str | _StrPromise, condition: Q | None = None) -> ExclusionConstraint:
    """At most one row per `keys` (foreign keys) on any day.

    The expression names the field, not its column: `full_clean` puts in the values of an unsaved row by field name.
    """
    fields = [F(key.removesuffix("_id")) for key in keys]
    ranges: list[Func] = [IdRange(field, field, RangeBoundary(True, True)) for field in fields]
    expressions = [(part, RangeOperators.OVERLAPS) for part in (*ranges, period_expression())]
    return ExclusionConstraint(name=name, expressions=expressions, condition=condition, violation_error_message=message)


def period_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        violation_error_message=_("The end date must not be before the start date."),
    )


class Dated(models.Model):
    """A row that is true from `valid_from` to `valid_to`, both inclusive; no end = until further notice."""

    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
