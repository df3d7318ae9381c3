"""Units and their dated versions, readiness, staffing minimum and offices."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.enums import LimitSetter, ReadinessStatus
from organization.models.base import Dated, no_overlap, period_in_order
from organization.querysets import UnitQuerySet

ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]


class Site(models.Model):
    """An office of the agency where people may work (kantor)."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("The point of the building; entries within the radius count as made there."),
    )
    open_to_others = models.BooleanField(_("open to employees of other offices"), default=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="site_point_is_whole",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                violation_error_message=_("Give both latitude and longitude, or neither."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """An organisational unit. `name`, `parent`, `path` and `depth` mirror today's version, for lists and scope.

    `path` is the ids from the root, "1/5/9/": a subtree is a prefix. It is rebuilt by one recursive UPDATE
    (services.rebuild_unit_index); any past day is read from the versions instead.
    """

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=400, default="", db_index=True, editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["path", "pk"]
        indexes = [models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name

    @property
    def path_ids(self) -> list[int]:
        """Ids from the root to this unit."""
        return [int(part) for part in self.path.split("/") if part]


@pghistory.track()
class UnitVersion(Dated):
    """What a unit is in a period: its name, parent, zone, service duties and quota."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions", verbose_name=_("unit"))
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("parent unit")
    )
    zone = models.CharField(_("time zone"), max_length=40, choices=ZONES, default="Asia/Makassar")
    is_direct_service = models.BooleanField(_("direct public service"), default=False)
    is_24x7 = models.BooleanField(_("works around the clock"), default=False)
    quota_pct = models.PositiveSmallIntegerField(
        _("quota, percent of active staff"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("Empty: the agency's percentage applies."),
    )
    quota_set_by = models.CharField(
        _("who set the quota"), max_length=1, choices=LimitSetter.choices, default=LimitSetter.AGENCY
    )
    quota_set_at = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("the unit whose head tightened it"),
    )
    quota_ceiling_pct = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("how far that head may loosen it again; empty: no percentage of its own")
    )
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office")
    )

    class Meta:
        ordering = ["unit", "-valid_from", "pk"]
        constraints = [
            period_in_order("unit_version_period_in_order"),
            no_overlap(
                "unit_id", name="unit_version_one_a_day", message=_("The unit has another version in that period.")
            ),
            models.CheckConstraint(name="unit_version_not_own_parent", condition=~Q(unit=F("parent"))),
            models.CheckConstraint(
                name="unit_version_quota_is_percent", condition=Q(quota_pct__isnull=True) | Q(quota_pct__lte=100)
            ),
            models.CheckConstraint(
                name="unit_version_head_only_tightens",
                condition=Q(quota_set_by="P", quota_set_at__isnull=True, quota_ceiling_pct__isnull=True)
                | (
                    Q(quota_set_by="U", quota_set_at__isnull=False, quota_pct__isnull=False)
                    & (Q(quota_ceiling_pct__isnull=True) | Q(quota_pct__lte=F("quota_ceiling_pct")))
                ),
                violation_error_message=_("A unit head can only lower the quota. Ask HR to raise it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"


class UnitReadiness(Dated):
    """Whether a unit can work flexibly: technology and supervision (conditions named by the Minister [S]).

    Declared by the unit head, confirmed by HR; only a confirmed row counts.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="readiness", verbose_name=_("unit"))
    technology = models.BooleanField(
        _("The work can be done and protected with the information technology at hand"), default=False
    )
    supervision = models.BooleanField(
        _("Supervisors plan outputs with their people and check them while they are away"), default=False
    )
    note = models.CharField(_("note"), max_length=500, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=ReadinessStatus.choices, default=ReadinessStatus.DECLARED
    )
    declared_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [
            period_in_order("readiness_period_in_order"),
            models.CheckConstraint(
                name="readiness_confirmed_has_confirmer",
                condition=Q(status="declared", confirmed_at__isnull=True)
                | Q(status="confirmed", confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            no_overlap(
                "unit_id",
                name="readiness_one_confirmed_a_day",
                message=_("A confirmed declaration covers that period already."),
                condition=Q(status="confirmed"),
            ),
        ]


@pghistory.track()
class StaffingMinimum(Dated):
    """How many people of a unit (with the units below it) must be on site on a weekday.

    `weekday` is ISO 1..7 or empty for every working day; `position_group` empty means anybody. Every row binds, so
    what a head sets beside a row of HR can only tighten it; `set_at` is the unit whose head set it.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="minimums", verbose_name=_("unit"))
    weekday = models.PositiveSmallIntegerField(
        _("weekday"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    position_group = models.CharField(_("position group"), max_length=60, blank=True)
    count = models.PositiveSmallIntegerField(_("people on site"))
    set_by = models.CharField(_("set by"), max_length=1, choices=LimitSetter.choices, default=LimitSetter.AGENCY)
    set_at = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["unit", "weekday", "pk"]
        indexes = [models.Index(fields=["unit", "valid_from"])]
        constraints = [
            period_in_order("staffing_minimum_period_in_order"),
            models.CheckConstraint(
                name="staffing_minimum_setter_is_known",
                condition=Q(set_by="P", set_at__isnull=True) | Q(set_by="U", set_at__isnull=False),
            ),
            models.CheckConstraint(
                name="staffing_minimum_weekday_is_iso",
                condition=Q(weekday__isnull=True) | Q(weekday__gte=1, weekday__lte=7),
            ),
        ]
