"""Official predicates as e-Kinerja gave them, and the outputs promised in an arrangement."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.models import User
from performance.enums import PREDICATE_RANK, Predicate


class PredicateQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))


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

    objects = PredicateQuerySet.as_manager()

    class Meta:
        ordering = ["-period_end", "pk"]
        indexes = [models.Index(fields=["employee", "-period_end"])]
        constraints = [
            models.UniqueConstraint(fields=["employee", "year", "quarter"], name="predicate_once_a_period"),
            models.CheckConstraint(name="predicate_quarter_is_0_to_4", condition=Q(quarter__lte=4)),
            models.CheckConstraint(name="predicate_has_its_rank", condition=_rank_fits_predicate()),
        ]


class OutputContract(models.Model):
    """The outputs (keluaran) promised for an arrangement; `reference` is the request number."""

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="output_contracts")
    reference = models.CharField(max_length=40, unique=True)
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        ordering = ["-valid_from", "pk"]


@pghistory.track()
class Output(models.Model):
    """One promised output: measure, target, due date; delivered amount once there is one."""

    contract = models.ForeignKey(OutputContract, on_delete=models.PROTECT, related_name="outputs")
    title = models.CharField(_("output"), max_length=200)
    measure = models.CharField(_("measure"), max_length=60)
    target = models.DecimalField(
        _("target"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    due_on = models.DateField(_("due on"))
    delivered = models.DecimalField(_("delivered"), max_digits=10, decimal_places=2, default=0)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="output_target_is_positive", condition=Q(target__gt=0)),
            models.CheckConstraint(name="output_delivered_is_not_negative", condition=Q(delivered__gte=0)),
        ]
