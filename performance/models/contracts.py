"""The outputs (keluaran) promised for an arrangement, who agreed to them, and what changed since."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import ClassVar

import pghistory
from django.contrib.postgres.functions import RandomUUID
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from performance.enums import AmendmentStatus, OutputChangeKind, Rating
from performance.models.querysets import OfEmployeeQuerySet


@pghistory.track()
class OutputContract(models.Model):
    """The outputs promised for an arrangement; `reference` is the request number.

    `agreed_by`: the supervisor who recommended the request, or decided on it; with a group determination who decided.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="output_contracts")
    reference = models.CharField(max_length=40, unique=True)
    valid_from = models.DateField()
    valid_to = models.DateField()
    agreed_by = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("agreed by")
    )
    agreed_at = models.DateTimeField(_("agreed at"), null=True)

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "pk"]
        indexes = [
            models.Index(fields=["employee", "-valid_to"], name="output_contract_by_end"),
            models.Index(fields=["-valid_from", "id"], name="output_contract_newest"),
        ]

    def __str__(self) -> str:
        return self.reference


class OutputQuerySet(models.QuerySet):
    """Outputs of contracts."""

    def due(self) -> OutputQuerySet:
        """Those that are still promised."""
        return self.filter(dropped_at__isnull=True)


@pghistory.track()
class Output(models.Model):
    """One promised output: measure, target, due date.

    `recorded` is what the supervisor put on record by hand, `recorded_on` for which day; accepted report lines add to
    it. `delivered` is the sum, in `measure`; `delivered_on` the day on which it reached the target
    (services/deliveries.py keeps both).
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    contract = models.ForeignKey(OutputContract, on_delete=models.PROTECT, related_name="outputs")
    title = models.CharField(_("output"), max_length=200)
    measure = models.CharField(_("measure"), max_length=60)
    target = models.DecimalField(
        _("target"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    due_on = models.DateField(_("due on"))
    work_result = models.ForeignKey(
        "performance.WorkResult", on_delete=models.PROTECT, null=True, blank=True, related_name="outputs"
    )
    recorded = models.DecimalField(_("put on record"), max_digits=10, decimal_places=2, default=0)
    recorded_on = models.DateField(_("on record for"), null=True, blank=True)
    delivered = models.DecimalField(_("delivered"), max_digits=10, decimal_places=2, default=0)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    rating = models.CharField(_("rating"), max_length=5, choices=Rating.choices, blank=True)
    rated_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    rated_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(_("no longer due since"), null=True, blank=True)

    objects: ClassVar = OutputQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="output_target_is_positive", condition=Q(target__gt=0)),
            models.CheckConstraint(
                name="output_delivered_is_not_negative", condition=Q(delivered__gte=0, recorded__gte=0)
            ),
            models.CheckConstraint(
                name="output_rating_has_its_stamp",
                condition=Q(rating="") | Q(rated_by__isnull=False, rated_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_delivered(self) -> bool:
        return self.delivered >= self.target

    @property
    def is_on_time(self) -> bool:
        return self.is_delivered and self.delivered_on is not None and self.delivered_on <= self.due_on

    def is_rateable(self, on: date) -> bool:
        """Once it is delivered or due, as long as it is promised."""
        return self.dropped_at is None and (self.is_delivered or self.due_on <= on)


@pghistory.track()
class OutputAmendment(models.Model):
    """A numbered change of a contract; it counts once the other side has agreed, so both names stand on it.

    `proposed_by` is the employee or whoever leads them; the answer comes from the other side, never from the same
    person, nor through a delegation.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(OutputContract, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(
        _("state"), max_length=9, choices=AmendmentStatus.choices, default=AmendmentStatus.PROPOSED
    )
    reason = models.CharField(_("reason"), max_length=500)
    by_employee = models.BooleanField(_("proposed by the employee"))
    proposed_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    answer_by_on = models.DateField(_("answer by"))
    answered_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        ordering = ["contract_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="output_amendment_number"),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(status="proposed"),
                name="output_amendment_one_open",
                violation_error_message=_("A change of this contract is waiting for an answer already."),
            ),
            models.CheckConstraint(
                name="output_amendment_answer_has_its_stamp",
                condition=Q(status="proposed", answered_at__isnull=True)
                | ~Q(status="proposed") & Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="output_amendment_two_people",
                condition=~Q(status__in=["agreed", "declined"]) | ~Q(answered_by=F("proposed_by")),
            ),
        ]


class OutputChange(models.Model):
    """One line of an amendment: what is new, changed or dropped. The old values stay in the output's history."""

    amendment = models.ForeignKey(OutputAmendment, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=6, choices=OutputChangeKind.choices)
    output = models.ForeignKey(Output, on_delete=models.PROTECT, null=True, related_name="changes")
    title = models.CharField(_("output"), max_length=200, blank=True)
    measure = models.CharField(_("measure"), max_length=60, blank=True)
    target = models.DecimalField(_("target"), max_digits=10, decimal_places=2, null=True)
    due_on = models.DateField(_("due on"), null=True)
    old = models.JSONField(default=dict, help_text="title, measure, target and due date when it was proposed")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="output_change_is_whole",
                condition=Q(kind="add", output__isnull=True, target__gt=0, due_on__isnull=False) & ~Q(title="")
                | Q(kind="change", output__isnull=False, target__gt=0, due_on__isnull=False) & ~Q(title="")
                | Q(kind="drop", output__isnull=False),
            ),
        ]
