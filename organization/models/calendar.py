"""Holidays, joint leave and Ramadan: rows that HR can change, never computed live."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.enums import HolidayKind
from organization.models.base import Dated, period_in_order


@pghistory.track()
class Holiday(models.Model):
    """A day off for five-day offices. Seeded from the package `holidays`; SKBs are amended in-year, so editable."""

    day = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=HolidayKind.choices)
    source = models.CharField(_("source (SKB or decree)"), max_length=200, blank=True)
    is_estimate = models.BooleanField(_("estimated date"), default=False)

    class Meta:
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


@pghistory.track()
class RamadanPeriod(Dated):
    """First and last day of Ramadan as fixed by sidang isbat; computed calendars can be a day off."""

    year_hijri = models.PositiveSmallIntegerField(_("Hijri year"), unique=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [period_in_order("ramadan_period_in_order")]
