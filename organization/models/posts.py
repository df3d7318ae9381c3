"""Positions, task types and the share of time a position spends on each (pemetaan tugas)."""

from __future__ import annotations

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.enums import PositionKind
from organization.models.base import Dated, no_overlap, period_in_order
from organization.querysets import PositionQuerySet


class Position(models.Model):
    """A post (jabatan) as the position dictionary knows it."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=PositionKind.choices)
    echelon = models.CharField(_("echelon"), max_length=6, blank=True)
    group = models.CharField(
        _("group for the staffing minimum"),
        max_length=60,
        blank=True,
        help_text=_("For example: nurse, counter clerk."),
    )

    objects = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class TaskType(models.Model):
    """A type of official task with the regulation's own criteria (PermenPANRB 4/2025 Arts 23-24 [Q])."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    outside_office = models.BooleanField(_("can be done outside the place of assignment"), default=False)
    no_special_room = models.BooleanField(_("needs no special room or equipment"), default=False)
    with_ict = models.BooleanField(_("can be done with information technology"), default=False)
    minimal_face_to_face = models.BooleanField(_("needs little face-to-face contact"), default=False)
    no_continuous_supervision = models.BooleanField(_("needs no continuous supervision"), default=False)
    is_field_task = models.BooleanField(
        _("must by its nature be done outside the office (exempt from the weekly cap, Art 13)"), default=False
    )
    over_510_min_a_day = models.BooleanField(_("runs more than 8 h 30 min in a day"), default=False)
    over_5_days_and_2250_min = models.BooleanField(
        _("needs more than 5 working days and more than 37.5 h a week"), default=False
    )
    not_bound_to_office_hours = models.BooleanField(_("not bound to office hours"), default=False)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    # All of the first, any of the second ("or" is our reading, unverified: regulation 1.4), the third.
    LOCATION_FIELDS = (
        "outside_office",
        "no_special_room",
        "with_ict",
        "minimal_face_to_face",
        "no_continuous_supervision",
    )
    SHIFT_FIELDS = ("over_510_min_a_day", "over_5_days_and_2250_min")
    DYNAMIC_FIELD = "not_bound_to_office_hours"

    @classmethod
    def location_q(cls, prefix: str = "") -> Q:
        """All five location criteria (Art 23 [Q], mark L)."""
        return Q(**{f"{prefix}{field}": True for field in cls.LOCATION_FIELDS})

    @classmethod
    def shift_q(cls, prefix: str = "") -> Q:
        """Either ground for shifts ("or" is our reading, unverified: regulation 1.4)."""
        day, week = cls.SHIFT_FIELDS
        return Q(**{f"{prefix}{day}": True}) | Q(**{f"{prefix}{week}": True})

    @classmethod
    def dynamic_q(cls, prefix: str = "") -> Q:
        return Q(**{f"{prefix}{cls.DYNAMIC_FIELD}": True})

    def meets(self, facet: str) -> bool:
        """Whether this row meets the criteria of "location", "shift" or "dynamic", as the conditions above say."""
        if facet == "location":
            return all(getattr(self, field) for field in self.LOCATION_FIELDS)
        if facet == "shift":
            return any(getattr(self, field) for field in self.SHIFT_FIELDS)
        return bool(getattr(self, self.DYNAMIC_FIELD))


@pghistory.track()
class PositionTask(Dated):
    """Share of working time (percent) that a position spends on a task type, in a period."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="tasks", verbose_name=_("position"))
    task_type = models.ForeignKey(
        TaskType, on_delete=models.PROTECT, related_name="positions", verbose_name=_("task type")
    )
    share_pct = models.PositiveSmallIntegerField(
        _("share of time, percent"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["position", "-share_pct", "pk"]
        indexes = [models.Index(fields=["position", "valid_from"])]
        constraints = [
            period_in_order("position_task_period_in_order"),
            models.CheckConstraint(
                name="position_task_share_is_percent", condition=Q(share_pct__gte=1, share_pct__lte=100)
            ),
            no_overlap(
                "position_id",
                "task_type_id",
                name="position_task_once_a_day",
                message=_("The position has this task type in that period already."),
            ),
        ]
