"""The approval chain as data, the steps of a request, and the decisions taken."""

from __future__ import annotations

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fwa.enums import DecisionKind, RefusalGround, StepRole, StepStatus
from fwa.querysets import StepQuerySet
from organization.models.base import Dated, no_overlap, period_in_order


@pghistory.track()
class ChainStage(Dated):
    """One level of the chain for requests by one policy, with its clock in working days (DESIGN, mark P)."""

    policy = models.ForeignKey("eligibility.Policy", on_delete=models.PROTECT, related_name="chain_stages")
    order = models.PositiveSmallIntegerField(_("order"))
    role = models.CharField(_("level"), max_length=10, choices=StepRole.choices)
    due_days = models.PositiveSmallIntegerField(
        _("working days to decide"), default=3, validators=[MinValueValidator(1)]
    )
    decree_no = models.CharField(_("decree number"), max_length=120, blank=True)

    class Meta:
        ordering = ["policy", "order", "pk"]
        constraints = [
            period_in_order("chain_stage_period_in_order"),
            no_overlap(
                "policy_id", "order", name="chain_stage_order_once", message=_("Another level stands at that place.")
            ),
        ]


class Step(models.Model):
    """One level for one request. A step without `holder` belongs to everybody with the role in scope.

    `roles`: all levels that this step stands for, when levels with the same holder were merged.
    """

    request = models.ForeignKey("fwa.Request", on_delete=models.CASCADE, related_name="steps")
    round = models.PositiveSmallIntegerField(default=1, help_text=_("1 at first; one more each time it is sent again"))
    order = models.PositiveSmallIntegerField()
    role = models.CharField(_("level"), max_length=10, choices=StepRole.choices)
    roles = models.JSONField(default=list)
    holder = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="steps_held")
    status = models.CharField(_("state"), max_length=9, choices=StepStatus.choices, default=StepStatus.WAITING)
    due_days = models.PositiveSmallIntegerField(default=3)
    opened_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["round", "order", "pk"]
        indexes = [
            models.Index(fields=["holder", "due_on"], name="step_inbox", condition=Q(status="current")),
            models.Index(fields=["role", "due_on"], name="step_pool", condition=Q(status="current", holder=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "order"], name="step_order_once"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(status="current"), name="step_one_current_per_request"
            ),
            models.CheckConstraint(
                name="step_current_has_clock",
                condition=~Q(status="current") | Q(opened_at__isnull=False, due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="step_decided_has_stamp",
                condition=~Q(status__in=["approved", "returned", "rejected"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    @property
    def holds_places(self) -> bool:
        """The unit head's level is where places are taken under lock (design 4)."""
        return StepRole.UNIT_HEAD in self.roles


class Decision(models.Model):
    """What somebody decided; the text lives here (erasable), the ledger keeps codes only."""

    request = models.ForeignKey("fwa.Request", on_delete=models.CASCADE, related_name="decisions")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, null=True, related_name="decisions")
    kind = models.CharField(max_length=14, choices=DecisionKind.choices)
    decided_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=16, choices=RefusalGround.choices, blank=True)
    note = models.TextField(blank=True, max_length=2000)
    dates_granted = models.PositiveSmallIntegerField(null=True)
    dates_refused = models.PositiveSmallIntegerField(null=True)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "pk"]
