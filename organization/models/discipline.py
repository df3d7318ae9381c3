"""Discipline cases as far as eligibility needs them; the system itself never sanctions anybody."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.enums import DisciplineStatus, SanctionLevel


@pghistory.track()
class DisciplineCase(models.Model):
    """An examination (pemeriksaan) and, where it ends in one, the sanction's period.

    Under examination on a day: `opened_on` <= day and not decided by then. Serving: the day lies in the sanction.
    """

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="discipline_cases")
    reference = models.CharField(_("case number"), max_length=80)
    status = models.CharField(_("state"), max_length=12, choices=DisciplineStatus.choices)
    level = models.CharField(_("level"), max_length=8, choices=SanctionLevel.choices, blank=True)
    opened_on = models.DateField(_("examination opened on"))
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    sanction_from = models.DateField(_("sanction from"), null=True, blank=True)
    sanction_to = models.DateField(_("sanction to"), null=True, blank=True)
    decree_no = models.CharField(_("decree number"), max_length=80, blank=True)

    class Meta:
        ordering = ["-opened_on", "pk"]
        indexes = [models.Index(fields=["employee", "opened_on"])]
        constraints = [
            models.UniqueConstraint(fields=["employee", "reference"], name="discipline_case_once"),
            models.CheckConstraint(
                name="discipline_sanction_has_period",
                condition=Q(status="sanctioned", decided_on__isnull=False, sanction_from__isnull=False, level__gt="")
                | Q(status="examination", decided_on__isnull=True, sanction_from__isnull=True)
                | Q(status="closed", decided_on__isnull=False, sanction_from__isnull=True),
                violation_error_message=_("State, decision date and sanction period do not agree."),
            ),
            models.CheckConstraint(
                name="discipline_sanction_in_order",
                condition=Q(sanction_to__isnull=True) | Q(sanction_to__gte=F("sanction_from")),
            ),
            models.CheckConstraint(
                name="discipline_decided_after_opened",
                condition=Q(decided_on__isnull=True) | Q(decided_on__gte=F("opened_on")),
            ),
        ]
