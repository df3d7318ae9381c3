"""What was granted, day by day. Coverage, cap, quota and clash all count these rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.enums import AssignmentStatus, DayStatus, Facet
from eligibility.enums import FlexKind, PlaceKind
from organization.models import User
from organization.models.base import Dated, period_in_order
from organization.querysets import DatedQuerySet


class AssignmentQuerySet(DatedQuerySet):
    def in_force(self) -> Self:
        """Granted arrangements, also those that were ended early: active, ended, expired follow from the dates."""
        return self.filter(status__in=[AssignmentStatus.IN_FORCE, AssignmentStatus.ENDED])

    def running_on(self, day: date) -> Self:
        return self.in_force().active_on(day).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))

    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))


@pghistory.track(exclude=["place_label"])
class Assignment(Dated):
    """A granted (or held) flexible arrangement of one employee."""

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(
        "organization.Unit", on_delete=models.PROTECT, related_name="+", help_text=_("unit when it was granted")
    )
    reference = models.CharField(_("request"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=14, choices=FlexKind.choices)
    place_kind = models.CharField(_("place"), max_length=12, choices=PlaceKind.choices, blank=True)
    place_label = models.CharField(_("place, in words"), max_length=300, blank=True)
    site = models.ForeignKey("organization.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    starts_at = models.TimeField(_("start of work"), null=True, blank=True)
    ends_at = models.TimeField(_("end of work"), null=True, blank=True)
    status = models.CharField(_("state"), max_length=8, choices=AssignmentStatus.choices, default=AssignmentStatus.HELD)
    granted_at = models.DateTimeField(null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, help_text=_("first day without it"))
    end_reason = models.CharField(_("reason for ending"), max_length=300, blank=True)
    suspended_from = models.DateField(_("suspended from"), null=True, blank=True)
    suspended_to = models.DateField(
        _("suspended until"), null=True, blank=True, help_text=_("last day; empty: until it is lifted")
    )

    objects: ClassVar = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "pk"]
        indexes = [models.Index(fields=["employee", "valid_from"])]
        constraints = [
            period_in_order("assignment_period_in_order"),
            models.CheckConstraint(name="assignment_has_an_end", condition=Q(valid_to__isnull=False)),
            models.CheckConstraint(
                name="assignment_ended_has_date",
                condition=Q(status="ended", ended_on__isnull=False) | (~Q(status="ended") & Q(ended_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="assignment_in_force_has_stamp",
                condition=Q(status="held") | Q(granted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_suspension_in_order",
                condition=Q(suspended_from__isnull=True, suspended_to__isnull=True)
                | (
                    ~Q(status="held")
                    & Q(suspended_from__isnull=False)
                    & (Q(suspended_to__isnull=True) | Q(suspended_to__gte=F("suspended_from")))
                ),
            ),
        ]

    @property
    def last_day(self) -> date:
        """`valid_to`; unlike other dated rows an arrangement never runs until further notice."""
        if self.valid_to is None:
            raise ValueError("an arrangement has an end")
        return self.valid_to

    @property
    def runs_to(self) -> date:
        """The last day it covers, an early end counted in."""
        return self.last_day if self.ended_on is None else min(self.last_day, self.ended_on - timedelta(days=1))

    @property
    def is_suspended_today(self) -> bool:
        return self.is_suspended_on(timezone.localdate())

    def is_suspended_on(self, day: date) -> bool:
        """Whether it rests that day; its days are then ordinary working days."""
        if self.suspended_from is None or day < self.suspended_from:
            return False
        return (self.suspended_to is None or day <= self.suspended_to) and day <= self.runs_to


class AssignmentDay(models.Model):
    """One row per employee, date and facet. `unit` is the employee's unit that day, for quota and coverage.

    `is_away`: not at the office of placement. `counts_toward_cap`: takes one of the weekly days (Art 13).
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="days")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="assignment_days")
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("date"))
    facet = models.CharField(max_length=8, choices=Facet.choices)
    status = models.CharField(max_length=9, choices=DayStatus.choices, default=DayStatus.HELD)
    is_away = models.BooleanField(default=False)
    counts_toward_cap = models.BooleanField(default=False)

    class Meta:
        ordering = ["day", "pk"]
        indexes = [
            models.Index(fields=["day", "unit"], name="assignment_day_by_unit", include=["employee", "facet"]),
            models.Index(fields=["day", "employee"], name="assignment_day_away", condition=Q(is_away=True)),
            models.Index(fields=["day", "id"], name="assignment_day_in_order"),  # the order of the list
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "day", "facet"],
                name="assignment_day_one_per_facet",
                violation_error_message=_("Another arrangement covers that day."),
            ),
            models.CheckConstraint(
                name="assignment_day_suspended_counts_nowhere",
                condition=~Q(status="suspended") | Q(is_away=False, counts_toward_cap=False),
            ),
        ]
