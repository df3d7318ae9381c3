"""Who is absent: leave, sick leave, official travel, training; whole or half days."""

from __future__ import annotations

from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import AbsenceKind, DayPart
from organization.models import User
from organization.models.base import Dated, IdRange, period_expression, period_in_order
from organization.querysets import DatedQuerySet


class PartRange(Func):
    """The halves of a day that a part takes, as a range: first 1, second 2, the whole day both."""

    template = (
        "int4range(CASE %(expressions)s WHEN 'second' THEN 2 ELSE 1 END, "
        "CASE %(expressions)s WHEN 'first' THEN 1 ELSE 2 END, '[]')"
    )
    output_field = IntegerRangeField()


class AbsenceQuerySet(DatedQuerySet):
    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))

    def whole_days(self) -> Self:
        return self.filter(part=DayPart.WHOLE)


@pghistory.track()
class Absence(Dated):
    """Leave, sick leave, official travel or training. `reference` identifies it for re-imports.

    `part`: the same half of every day of the period; two halves of a day may be two absences.
    """

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField(_("kind"), max_length=8, choices=AbsenceKind.choices)
    part = models.CharField(_("part of the day"), max_length=6, choices=DayPart.choices, default=DayPart.WHOLE)
    reference = models.CharField(_("letter number"), max_length=80)

    objects: ClassVar = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "pk"]
        indexes = [models.Index(fields=["valid_from", "valid_to"])]
        constraints = [
            period_in_order("absence_period_in_order"),
            models.CheckConstraint(name="absence_has_an_end", condition=Q(valid_to__isnull=False)),
            models.UniqueConstraint(fields=["employee", "reference"], name="absence_reference_once"),
            ExclusionConstraint(
                name="absence_one_a_day",
                expressions=[
                    (IdRange(F("employee"), F("employee"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                    (period_expression(), RangeOperators.OVERLAPS),
                    (PartRange(F("part")), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Another absence covers that period."),
            ),
        ]
