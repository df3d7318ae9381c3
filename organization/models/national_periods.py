"""Days on which a circular or an emergency sends people to work elsewhere; arrangements of single people stay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from organization.enums import PositionKind
from organization.enums_periods import NationalPeriodKind, PeriodState
from organization.models.base import Dated, period_in_order
from organization.models.units import Unit
from organization.querysets import DatedQuerySet


class NationalPeriodQuerySet(DatedQuerySet):
    def running_between(self, start: date, end: date | None) -> NationalPeriodQuerySet:
        """Those with a day from `start` to `end` (none: ever after), an early end counted in."""
        rows = self.overlapping(start, end).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=start))
        return rows.exclude(ended_on__lte=F("valid_from"))

    def for_list(self) -> NationalPeriodQuerySet:
        return self.select_related("entered_by", "ended_by").prefetch_related("units")


@pghistory.track()
class NationalPeriod(Dated):
    """A period of a national circular, or an emergency (flood, holiday traffic), for the agency or some units.

    No `units`: the whole agency; else these units with all below. No `weekdays`: every working day (ISO 1..7).
    `share_pct` of the active staff works away; empty: the head of each unit decides. `ended_on`: first day without it,
    after an early end. Source: regulation 5.2; whether its days take one of the weekly days is not settled there, so
    each period says it.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=NationalPeriodKind.choices)
    name = models.CharField(_("name"), max_length=200)
    instrument_no = models.CharField(_("number of the circular"), max_length=120, blank=True)
    decree_no = models.CharField(_("number of the agency's decree"), max_length=120, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("weekdays"),
        default=list,
        blank=True,
    )
    share_pct = models.PositiveSmallIntegerField(
        _("share that works away, percent of active staff"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    excluded_kinds = ArrayField(
        models.CharField(max_length=20, choices=PositionKind.choices),
        verbose_name=_("excluded kinds of post"),
        default=list,
        blank=True,
    )
    excludes_direct_service = models.BooleanField(_("without units of direct public service"), default=True)
    excludes_24x7 = models.BooleanField(_("without units that work around the clock"), default=True)
    counts_toward_cap = models.BooleanField(_("its days count toward the weekly limit"), default=False)
    units = models.ManyToManyField(Unit, related_name="national_periods", verbose_name=_("units"), blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    entered_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    ended_on = models.DateField(null=True, blank=True, help_text=_("first day without it"))
    ended_reason = models.CharField(_("reason for ending"), max_length=300, blank=True)
    ended_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = NationalPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            period_in_order("national_period_in_order"),
            models.CheckConstraint(
                name="national_period_has_instrument",
                condition=~Q(kind="national") | (~Q(instrument_no="") & ~Q(decree_no="")),
                violation_error_message=_("A national period needs the number of the circular and of the decree."),
            ),
            models.CheckConstraint(
                name="emergency_has_reason_and_end",
                condition=~Q(kind="emergency") | (~Q(reason="") & Q(valid_to__isnull=False)),
                violation_error_message=_("An emergency needs a reason and a last day."),
            ),
            models.CheckConstraint(
                name="national_period_share_is_percent",
                condition=Q(share_pct__isnull=True) | Q(share_pct__gte=1, share_pct__lte=100),
            ),
            models.CheckConstraint(
                name="national_period_weekdays_are_iso",
                condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
            ),
            models.CheckConstraint(
                name="national_period_end_is_told",
                condition=Q(ended_on__isnull=True, ended_at__isnull=True, ended_by__isnull=True, ended_reason="")
                | (
                    Q(ended_on__gte=F("valid_from"), ended_at__isnull=False, ended_by__isnull=False)
                    & ~Q(ended_reason="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """How other pages name it: kind and number, or kind and name where it has no number."""
        return _gettext("%(kind)s %(number)s") % {
            "kind": self.get_kind_display(),
            "number": self.instrument_no or self.name,
        }

    @property
    def runs_to(self) -> date | None:
        """The last day it covers, an early end counted in; none = until further notice."""
        if self.ended_on is None:
            return self.valid_to
        last = self.ended_on - timedelta(days=1)
        return last if self.valid_to is None else min(self.valid_to, last)

    def state_on(self, day: date) -> PeriodState:
        """Planned, active or ended: derived from the dates. One withdrawn before its start was never active."""
        last = self.runs_to
        if last is not None and last < max(day, self.valid_from):
            return PeriodState.ENDED
        return PeriodState.PLANNED if day < self.valid_from else PeriodState.ACTIVE

    @cached_property
    def unit_paths(self) -> tuple[str, ...]:
        """Paths of the units it is for; none: the whole agency."""
        return tuple(unit.path for unit in self.units.all())
