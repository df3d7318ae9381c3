"""Monthly figures for payroll, locked by HR; later changes are a supplement. Secret calendar addresses."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import FeedScope, ProposalStatus
from attendance.models.judgements import OfEmployeeQuerySet


class RecapMonth(models.Model):
    """A month that HR has locked for the agency. `edition` 1 is the recap, later ones are supplements."""

    month = models.DateField(_("month"), help_text=_("its first day"))
    edition = models.PositiveSmallIntegerField(default=1)
    locked_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField()
    people = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 over its rows"))

    class Meta:
        ordering = ["-month", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["month", "edition"], name="recap_month_edition_once"),
            models.CheckConstraint(name="recap_month_is_first_day", condition=Q(month__day=1)),
        ]


class AttendanceRecap(models.Model):
    """One employee's figures of a locked month. A supplement holds only people whose figures changed since."""

    recap = models.ForeignKey(RecapMonth, on_delete=models.PROTECT, related_name="rows")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="recaps")
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="+")
    work_days = models.PositiveSmallIntegerField(_("work days"), default=0)
    present_days = models.PositiveSmallIntegerField(_("days present"), default=0)
    home_days = models.PositiveSmallIntegerField(_("days at home"), default=0)
    field_days = models.PositiveSmallIntegerField(_("days elsewhere or in the field"), default=0)
    leave_days = models.DecimalField(_("days of leave"), max_digits=4, decimal_places=1, default=0)
    sick_days = models.DecimalField(_("days of sick leave"), max_digits=4, decimal_places=1, default=0)
    travel_days = models.DecimalField(_("days of travel and training"), max_digits=4, decimal_places=1, default=0)
    expected_min = models.PositiveIntegerField(_("expected minutes"), default=0)
    worked_min = models.PositiveIntegerField(_("worked minutes"), default=0)
    late_min = models.PositiveIntegerField(_("minutes late"), default=0)
    early_min = models.PositiveIntegerField(_("minutes early"), default=0)
    missing_in = models.PositiveSmallIntegerField(_("check-ins missing"), default=0)
    missing_out = models.PositiveSmallIntegerField(_("check-outs missing"), default=0)
    converted_min = models.PositiveIntegerField(_("minutes counted for missing entries"), default=0)
    unexcused_days = models.PositiveSmallIntegerField(_("days without a reason"), default=0)
    pending_corrections = models.PositiveSmallIntegerField(_("corrections pending"), default=0)

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["recap", "employee"]
        constraints = [models.UniqueConstraint(fields=["recap", "employee"], name="attendance_recap_once")]


class RecapExport(models.Model):
    """A recap written as a workbook by the worker: of one locked edition, or of the figures as they are now.

    `progress` counts the people written of `people`; a file that failed says so and can be asked for again.
    """

    month = models.DateField(_("month"))
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    recap = models.ForeignKey(RecapMonth, on_delete=models.PROTECT, null=True, related_name="exports")
    asked_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(_("state"), max_length=7, choices=ProposalStatus.choices, default=ProposalStatus.WAITING)
    people = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="exports/recaps/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]


class FeedAddress(models.Model):
    """A secret address of a calendar feed. Only a digest is kept; a revoked one answers 404."""

    user = models.ForeignKey("organization.User", on_delete=models.CASCADE, related_name="feeds")
    scope = models.CharField(max_length=6, choices=FeedScope.choices)
    unit = models.ForeignKey("organization.Unit", on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
