"""Working hours of units: weekly patterns for offices, shifts and rotations for units that roster."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import PatternKind
from organization.enums import LimitSetter
from organization.models.base import Dated, no_overlap, period_in_order

DAY_MINUTES = 24 * 60


class WorkPattern(models.Model):
    """A week of working hours, in the unit's local time. One pattern is the agency's default."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=PatternKind.choices)
    is_default = models.BooleanField(_("default of the agency"), default=False)
    decree_no = models.CharField(_("decree number"), max_length=120, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="work_pattern_one_default"
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class PatternHours(Dated):
    """Hours of one weekday of a pattern in a period, in Ramadan or outside it. A weekday without a row is off.

    `work_min` is net: from start to end without the break. The break stands between `break_at` and its length later.
    """

    pattern = models.ForeignKey(WorkPattern, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), validators=[MinValueValidator(1), MaxValueValidator(7)], help_text=_("ISO 1..7")
    )
    in_ramadan = models.BooleanField(_("in Ramadan"), default=False)
    starts_at = models.TimeField(_("start"))
    work_min = models.PositiveSmallIntegerField(_("working minutes without the break"))
    break_at = models.TimeField(_("break begins"))
    break_min = models.PositiveSmallIntegerField(_("break, minutes"))

    class Meta:
        ordering = ["pattern", "in_ramadan", "weekday", "-valid_from", "pk"]
        constraints = [
            period_in_order("pattern_hours_period_in_order"),
            models.CheckConstraint(name="pattern_hours_weekday_is_iso", condition=Q(weekday__gte=1, weekday__lte=7)),
            models.CheckConstraint(name="pattern_hours_within_a_day", condition=Q(work_min__gte=1, work_min__lte=720)),
            *(
                no_overlap(
                    "pattern_id",
                    "weekday",
                    name=f"pattern_hours_one_a_day_{name}",
                    message=_("The weekday has other hours in that period."),
                    condition=Q(in_ramadan=in_ramadan),
                )
                for name, in_ramadan in (("usual", False), ("ramadan", True))
            ),
        ]


@pghistory.track()
class UnitPattern(Dated):
    """The pattern of a unit and of every unit below it that has none of its own."""

    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="patterns")
    pattern = models.ForeignKey(WorkPattern, on_delete=models.PROTECT, related_name="units")

    class Meta:
        ordering = ["unit", "-valid_from", "pk"]
        constraints = [
            period_in_order("unit_pattern_period_in_order"),
            no_overlap(
                "unit_id", name="unit_pattern_one_a_day", message=_("The unit has another pattern in that period.")
            ),
        ]


@pghistory.track()
class Shift(models.Model):
    """A shift of a unit and the units below it, in local time; it belongs to the date on which it starts.

    `duration_min` counts the break. A shift over midnight ends on the next date. Past rosters keep the shift they had:
    a shift in use is not changed but retired, and a new one takes its place.
    """

    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="shifts")
    code = models.CharField(_("code"), max_length=6)
    name = models.CharField(_("name"), max_length=80)
    starts_at = models.TimeField(_("start"))
    duration_min = models.PositiveSmallIntegerField(
        _("length with the break, minutes"), validators=[MinValueValidator(30), MaxValueValidator(DAY_MINUTES)]
    )
    break_min = models.PositiveSmallIntegerField(_("break, minutes"), default=0)
    break_after_min = models.PositiveSmallIntegerField(_("break begins after minutes"), default=240)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["unit", "starts_at", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "code"],
                condition=Q(is_active=True),
                name="shift_code_once_per_unit",
                violation_error_message=_("The unit has another shift with this code."),
            ),
            models.CheckConstraint(
                name="shift_break_inside",
                condition=Q(break_min=0) | Q(duration_min__gte=models.F("break_after_min") + models.F("break_min")),
                violation_error_message=_("The break must lie within the shift."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def work_min(self) -> int:
        return self.duration_min - self.break_min


@pghistory.track()
class ShiftMinimum(Dated):
    """How many people of a unit (with the units below) must be on a shift; `position_group` empty: anybody.

    Every row binds, so what a head sets beside a row of HR can only tighten it; `set_at` is the unit whose head set it.
    """

    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="shift_minimums")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="minimums")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    position_group = models.CharField(_("position group"), max_length=60, blank=True)
    count = models.PositiveSmallIntegerField(_("people on the shift"))
    set_by = models.CharField(_("set by"), max_length=1, choices=LimitSetter.choices, default=LimitSetter.AGENCY)
    set_at = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["unit", "shift", "weekday", "pk"]
        constraints = [
            period_in_order("shift_minimum_period_in_order"),
            models.CheckConstraint(
                name="shift_minimum_setter_is_known",
                condition=Q(set_by="P", set_at__isnull=True) | Q(set_by="U", set_at__isnull=False),
            ),
            models.CheckConstraint(
                name="shift_minimum_weekday_is_iso",
                condition=Q(weekday__isnull=True) | Q(weekday__gte=1, weekday__lte=7),
            ),
        ]


class RotationPattern(models.Model):
    """A cycle of shifts and days off that teams of a unit go through, each team at its own offset."""

    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="rotations")
    name = models.CharField(_("name"), max_length=80)
    starts_on = models.DateField(_("first day of the cycle"))
    cycle_days = models.PositiveSmallIntegerField(
        _("days of the cycle"), validators=[MinValueValidator(1), MaxValueValidator(366)]
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["unit", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class RotationStep(models.Model):
    """The shift of one day of the cycle (0-based); days without a row are off. `slot` 2: a second shift that day."""

    rotation = models.ForeignKey(RotationPattern, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    slot = models.PositiveSmallIntegerField(default=1)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["rotation", "position", "slot"]
        constraints = [
            models.UniqueConstraint(fields=["rotation", "position", "slot"], name="rotation_step_once"),
            models.CheckConstraint(name="rotation_step_slot", condition=Q(slot__in=[1, 2])),
        ]


class RotationTeam(models.Model):
    """A team of a rotation; `offset` days ahead of the cycle's first day."""

    rotation = models.ForeignKey(RotationPattern, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("name"), max_length=60)
    offset = models.PositiveSmallIntegerField(_("days ahead"), default=0)

    class Meta:
        ordering = ["rotation", "offset", "pk"]
        constraints = [models.UniqueConstraint(fields=["rotation", "name"], name="rotation_team_name_once")]


@pghistory.track()
class TeamMember(Dated):
    """Who belongs to which team, in a period."""

    team = models.ForeignKey(RotationTeam, on_delete=models.CASCADE, related_name="members")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="teams")

    class Meta:
        ordering = ["team", "employee", "-valid_from"]
        constraints = [
            period_in_order("team_member_period_in_order"),
            no_overlap(
                "employee_id",
                name="team_member_one_a_day",
                message=_("The employee is in another team in that period."),
            ),
        ]
