"""The daily export of who is granted what."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class GrantExport(models.Model):
    """The arrangement days in force from `day` on, as they stood when the files were made: one export a day.

    `rows` is the number of arrangement days in each of the two files.
    """

    day = models.DateField(_("day"), unique=True)
    until = models.DateField(_("until"))
    rows = models.PositiveIntegerField(_("rows"))
    csv_file = models.FileField(upload_to="exports/grants/")
    csv_sha256 = models.CharField(max_length=64)
    jsonl_file = models.FileField(upload_to="exports/grants/")
    jsonl_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        ordering = ["-day"]
        constraints = [
            models.CheckConstraint(name="grant_export_period_in_order", condition=models.Q(until__gte=models.F("day")))
        ]

    def __str__(self) -> str:
        return self.day.isoformat()
