"""Hasil kerja: what a person is to achieve in a period (SKP), and whose result it supports."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from performance.enums import Approach, Perspective, RecordSource, ResultKind
from performance.models.querysets import OfEmployeeQuerySet


@pghistory.track()
class WorkResult(models.Model):
    """One result of an employee's plan for `starts_on` to `ends_on` (a year or a quarter).

    Quantitative: `target` in `unit_of_measure`; qualitative: `target_text`. `supports`: the supervisor's result that
    this one serves. `withdrawn_at`: no longer part of the plan, kept because reports point to it.
    Source: PermenPANRB 6/2022 annex [P].
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="work_results")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    kind = models.CharField(_("kind"), max_length=10, choices=ResultKind.choices, default=ResultKind.MAIN)
    title = models.CharField(_("work result"), max_length=300)
    indicator = models.CharField(_("indicator"), max_length=300)
    approach = models.CharField(_("approach"), max_length=12, choices=Approach.choices, default=Approach.QUANTITATIVE)
    target = models.DecimalField(
        _("target"), max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit_of_measure = models.CharField(_("measure"), max_length=60, blank=True)
    target_text = models.CharField(_("target in words"), max_length=300, blank=True)
    perspective = models.CharField(_("perspective"), max_length=10, choices=Perspective.choices, blank=True)
    supports = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supported_by", verbose_name=_("supports")
    )
    source = models.CharField(_("source"), max_length=8, choices=RecordSource.choices, default=RecordSource.TYPED)
    reference = models.CharField(_("reference in e-Kinerja"), max_length=80, blank=True)
    recorded_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["employee_id", "-starts_on", "number", "pk"]
        indexes = [models.Index(fields=["employee", "-ends_on"], name="work_result_by_period")]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "starts_on", "ends_on", "number"],
                name="work_result_number_once",
                violation_error_message=_("This number is used in the period already."),
            ),
            models.CheckConstraint(
                name="work_result_period_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end date must not be before the start date."),
            ),
            models.CheckConstraint(
                name="work_result_has_its_target",
                condition=Q(approach="quantitative", target__isnull=False) & ~Q(unit_of_measure="")
                | Q(approach="qualitative") & ~Q(target_text=""),
                violation_error_message=_("Give a target with its measure, or, if qualitative, a target in words."),
            ),
            models.CheckConstraint(
                name="work_result_not_its_own_support", condition=Q(supports__isnull=True) | ~Q(supports=F("pk"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"
