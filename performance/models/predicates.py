"""Official predicates as e-Kinerja gave them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from performance.enums import PREDICATE_RANK, Predicate, RecordSource
from performance.models.querysets import OfEmployeeQuerySet


def _rank_fits_predicate() -> Q:
    condition = Q()
    for predicate, rank in PREDICATE_RANK.items():
        condition |= Q(predicate=str(predicate), rank=rank)
    return condition


@pghistory.track()
class OfficialPredicate(models.Model):
    """The predicate of a period, imported from e-Kinerja BKN, which is the system of record (regulation 4)."""

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="predicates")
    year = models.PositiveSmallIntegerField(_("year"))
    quarter = models.PositiveSmallIntegerField(
        _("quarter"), default=0, help_text=_("1 to 4; 0 stands for the whole year.")
    )
    predicate = models.CharField(_("predicate"), max_length=16, choices=Predicate.choices)
    rank = models.PositiveSmallIntegerField(editable=False)
    period_end = models.DateField(editable=False)
    reference = models.CharField(_("reference in e-Kinerja"), max_length=80, blank=True)
    source = models.CharField(_("source"), max_length=8, choices=RecordSource.choices, default=RecordSource.IMPORTED)
    recorded_at = models.DateTimeField(_("recorded at"), null=True, editable=False)
    recorded_by = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-period_end", "pk"]
        indexes = [models.Index(fields=["employee", "-period_end"])]
        constraints = [
            models.UniqueConstraint(fields=["employee", "year", "quarter"], name="predicate_once_a_period"),
            models.CheckConstraint(name="predicate_quarter_is_0_to_4", condition=Q(quarter__lte=4)),
            models.CheckConstraint(name="predicate_has_its_rank", condition=_rank_fits_predicate()),
        ]
