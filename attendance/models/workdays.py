"""One row per employee and day: where and when expected, what happened, what follows. Built set-based, never edited.

The row is a projection of dated facts: building it again from the same facts changes nothing. It has no history.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import DayState, Source, Whereabouts
from organization.models import User


class WorkDayQuerySet(models.QuerySet):
    def between(self, start: object, end: object) -> Self:
        return self.filter(day__gte=start, day__lte=end)

    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))


class WorkDay(models.Model):
    """A day of an employee. Minutes are whole minutes; times are instants, `zone` is the unit's that day.

    Expected: `source` is the highest one that speaks, whether or not it brings work; `first_*` and
    `second_*` are the parts of work (two shifts, or one). A half absence is cut off the parts and named in `absence`
    and `absence_part`; a whole one names the same kind as `source`, and where the two differ each took a half.
    `expected_min` is net of breaks.
    Happened: the entries that count, per part, after approved corrections; `place` is where they fit.
    References are not checked by the database: each row is written from rows that are there, a million at a time.
    Verdict: minutes late, early and short; `excused`: an outage lies over what is missing, which then counts nothing.
    """

    employee = models.ForeignKey(
        "organization.Employee",
        on_delete=models.CASCADE,
        related_name="work_days",
        db_index=False,  # the unique constraint begins with it
        db_constraint=False,
    )
    day = models.DateField(_("date"))
    unit = models.ForeignKey(
        "organization.Unit", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    site = models.ForeignKey(
        "organization.Site", on_delete=models.CASCADE, null=True, related_name="+", db_index=False, db_constraint=False
    )
    zone = models.CharField(max_length=20)

    source = models.CharField(_("decided by"), max_length=12, choices=Source.choices)
    whereabouts = models.CharField(_("expected"), max_length=12, choices=Whereabouts.choices)
    assignment = models.ForeignKey(
        "attendance.Assignment",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    absence = models.CharField(max_length=8, blank=True, default="")
    absence_part = models.CharField(max_length=6, blank=True, default="")
    is_dynamic = models.BooleanField(default=False)
    first_shift = models.ForeignKey(
        "attendance.Shift", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    first_start = models.DateTimeField(null=True)
    first_end = models.DateTimeField(null=True)
    first_break_at = models.DateTimeField(null=True)
    first_break_min = models.PositiveSmallIntegerField(default=0)
    second_shift = models.ForeignKey(
        "attendance.Shift", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False, db_constraint=False
    )
    second_start = models.DateTimeField(null=True)
    second_end = models.DateTimeField(null=True)
    second_break_at = models.DateTimeField(null=True)
    second_break_min = models.PositiveSmallIntegerField(default=0)
    expected_min = models.PositiveSmallIntegerField(_("expected minutes"), default=0)

    first_in = models.DateTimeField(null=True)
    first_out = models.DateTimeField(null=True)
    second_in = models.DateTimeField(null=True)
    second_out = models.DateTimeField(null=True)
    place = models.CharField(max_length=16, blank=True, default="")
    is_corrected = models.BooleanField(default=False)
    worked_min = models.PositiveSmallIntegerField(_("worked minutes"), default=0)

    state = models.CharField(_("state"), max_length=10, choices=DayState.choices, default=DayState.PLANNED)
    late_min = models.PositiveSmallIntegerField(_("minutes late"), default=0)
    early_min = models.PositiveSmallIntegerField(_("minutes early"), default=0)
    short_min = models.PositiveSmallIntegerField(_("minutes short"), default=0)
    missing_in = models.PositiveSmallIntegerField(_("check-ins missing"), default=0)
    missing_out = models.PositiveSmallIntegerField(_("check-outs missing"), default=0)
    is_unexcused = models.BooleanField(_("absent without a reason"), default=False)
    is_excused = models.BooleanField(_("excused by an outage"), default=False)
    built_at = models.DateTimeField()

    objects: ClassVar = WorkDayQuerySet.as_manager()

    class Meta:
        ordering = ["day", "employee"]
        indexes = [
            models.Index(fields=["day", "unit"], name="work_day_by_unit", include=["employee", "whereabouts"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["employee", "day"], name="work_day_once"),
            models.CheckConstraint(
                name="work_day_parts_have_both_ends",
                condition=Q(first_start__isnull=True, first_end__isnull=True)
                | Q(first_start__isnull=False, first_end__isnull=False),
            ),
        ]


class StaleDay(models.Model):
    """Days of an employee that have to be built again, both ends inclusive; the worker takes them in batches.

    Only ever added and taken away: a row that is there may be in the worker's hands already, so it never stands for a
    change that came later.
    """

    employee = models.ForeignKey("organization.Employee", on_delete=models.CASCADE, related_name="+", db_index=False)
    first = models.DateField()
    last = models.DateField()
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="stale_day_in_order", condition=Q(last__gte=models.F("first")))]
