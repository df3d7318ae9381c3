"""Group determinations (penetapan kolektif): one decree for many people, its annex, and its numbered amendments.

Source: Perpres 21/2023 Art 8(3) [Q], PermenPANRB 4/2025 Arts 12-13 and 23-25 [Q].
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin, transition

from eligibility.enums import LOCATION_KINDS, TIME_KINDS, FlexKind, PlaceKind, RunStatus, Verdict
from fwa.enums import (
    OPEN_DETERMINATIONS,
    DeterminationStatus,
    MemberChange,
    MemberOutcome,
    MemberSource,
    Pattern,
)
from fwa.models.letters import LetterFile
from fwa.querysets_determinations import DeterminationQuerySet, MemberQuerySet


@pghistory.track(exclude=["reason", "work_plan", "coverage", "summary", "difference", "place_address"])
class Determination(FSMModelMixin, models.Model):
    """One decree in the making or decided. `amends`: it changes the annex of that one.

    `summary`, `coverage`: figures of the plan as it was computed. `difference`: what no longer passed under lock.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    title = models.CharField(_("title"), max_length=200)
    amends = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    amendment_no = models.PositiveSmallIntegerField(_("number of the amendment"), null=True, blank=True)
    status = FSMField(
        _("state"), default=DeterminationStatus.DRAFT, choices=DeterminationStatus.choices, protected=True
    )

    kind = models.CharField(_("kind of flexibility"), max_length=14, choices=FlexKind.choices)
    place_kind = models.CharField(_("place"), max_length=12, choices=PlaceKind.choices, blank=True)
    site = models.ForeignKey(
        "organization.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    place_address = models.CharField(_("address"), max_length=300, blank=True)
    starts_at = models.TimeField(_("start of work"), null=True, blank=True)
    ends_at = models.TimeField(_("end of work"), null=True, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))
    pattern = models.CharField(_("days"), max_length=8, choices=Pattern.choices, default=Pattern.FIXED)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True, verbose_name=_("weekdays"))
    days_per_week = models.PositiveSmallIntegerField(
        _("days a week"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reason = models.TextField(_("reason"), max_length=4000)
    work_plan = models.TextField(_("work plan"), max_length=4000)

    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    planned_at = models.DateTimeField(_("planned at"), null=True, blank=True)
    plan_digest = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict, blank=True)
    coverage = models.JSONField(default=list, blank=True)
    difference = models.JSONField(default=list, blank=True)
    message = models.CharField(max_length=500, blank=True)

    asked_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_number = models.CharField(_("number of the decree"), max_length=90, blank=True)
    asked_date = models.DateField(_("date of the decree"), null=True, blank=True)
    decided_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="determination_newest_first")]
        constraints = [
            models.CheckConstraint(
                name="determination_period_in_order",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The end date must not be before the start date."),
            ),
            models.CheckConstraint(
                name="determination_pattern_is_whole",
                condition=Q(pattern="fixed", weekdays__len__gt=0) | Q(pattern="rotation", days_per_week__gte=1),
                violation_error_message=_("Choose the weekdays, or how many days a week."),
            ),
            models.CheckConstraint(
                name="determination_planned_has_stamp",
                condition=Q(status__in=["draft", "discarded"]) | Q(planned_at__isnull=False) & ~Q(plan_digest=""),
            ),
            models.CheckConstraint(
                name="determination_decided_has_stamp",
                condition=~Q(status="decided") | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="determination_amendment_number",
                condition=Q(amendment_no__isnull=True) | Q(amends__isnull=False, status="decided", amendment_no__gte=1),
            ),
            models.UniqueConstraint(fields=["amends", "amendment_no"], name="determination_amendment_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def has_place(self) -> bool:
        return self.kind in LOCATION_KINDS

    @property
    def has_hours(self) -> bool:
        return self.kind in TIME_KINDS

    @property
    def is_open(self) -> bool:
        """Whether people and plan may still be changed."""
        return self.status in OPEN_DETERMINATIONS

    @transition(field=status, source=list(OPEN_DETERMINATIONS), target=DeterminationStatus.DRAFT)
    def reopen(self) -> None:
        """Something was changed: the plan has to be computed again."""
        self.planned_at, self.plan_digest = None, ""

    @transition(
        field=status,
        source=[*OPEN_DETERMINATIONS, DeterminationStatus.DECIDING],
        target=DeterminationStatus.PREPARED,
    )
    def prepare(self, *, at: datetime, digest: str) -> None:
        self.planned_at, self.plan_digest = at, digest

    @transition(
        field=status,
        source=[DeterminationStatus.PREPARED, DeterminationStatus.FAILED],
        target=DeterminationStatus.DECIDING,
    )
    def ask(self, *, at: datetime) -> None:
        self.asked_at = at

    @transition(field=status, source=DeterminationStatus.DECIDING, target=DeterminationStatus.DECIDED)
    def decide(self, *, at: datetime) -> None:
        self.decided_at = at

    @transition(field=status, source=DeterminationStatus.DECIDING, target=DeterminationStatus.FAILED)
    def fail(self, *, message: str) -> None:
        self.message = message

    @transition(field=status, source=list(OPEN_DETERMINATIONS), target=DeterminationStatus.DISCARDED)
    def discard(self) -> None:
        """Given up before it was decided; kept, so that its address says so."""


class DeterminationOutput(models.Model):
    """An output (keluaran) that everybody of the annex promises (Art 30 [Q])."""

    determination = models.ForeignKey(Determination, on_delete=models.CASCADE, related_name="outputs")
    title = models.CharField(_("output"), max_length=200)
    measure = models.CharField(_("measure"), max_length=60)
    target = models.DecimalField(
        _("target"), max_digits=10, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    due_on = models.DateField(_("due on"))

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="determination_output_target_is_positive", condition=Q(target__gt=0))
        ]


class DeterminationMember(models.Model):
    """One person of the annex with the plan for them, and the request that the decision made.

    `failed`: the rules not met, as a screening stores them. `problems`: ISO date -> {"code", "detail"} of each date
    of the pattern that does not pass. `reasons`: what a rotation fell short of, per week. `ends_request`: the
    arrangement that an amendment ends with `ends_on`, its first day without.
    """

    determination = models.ForeignKey(Determination, on_delete=models.CASCADE, related_name="members")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    position = models.ForeignKey("organization.Position", on_delete=models.PROTECT, null=True, related_name="+")
    line = models.PositiveIntegerField(_("line of the annex"), null=True)
    included = models.BooleanField(_("included"), default=True)
    source = models.CharField(_("chosen by"), max_length=8, choices=MemberSource.choices)
    change = models.CharField(_("change"), max_length=6, choices=MemberChange.choices, default=MemberChange.ADD)
    ends_request = models.ForeignKey("fwa.Request", on_delete=models.PROTECT, null=True, related_name="+")
    ends_on = models.DateField(_("first day without it"), null=True, blank=True)

    outcome = models.CharField(_("outcome"), max_length=12, choices=MemberOutcome.choices, blank=True)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices, blank=True)
    failed = models.JSONField(default=list, blank=True)
    wanted = models.PositiveSmallIntegerField(default=0)
    days = ArrayField(models.DateField(), default=list, blank=True)
    problems = models.JSONField(default=dict, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    request = models.OneToOneField(
        "fwa.Request", on_delete=models.PROTECT, null=True, blank=True, related_name="determination_member"
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["line", "employee__name", "pk"]
        indexes = [models.Index(fields=["determination", "outcome"], name="determination_member_outcome")]
        constraints = [
            models.UniqueConstraint(fields=["determination", "employee"], name="determination_member_once"),
            models.CheckConstraint(
                name="determination_member_end_is_whole",
                condition=Q(change="add", ends_request__isnull=True, ends_on__isnull=True)
                | Q(change__in=["remove", "change"], ends_request__isnull=False, ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="determination_member_request_has_line",
                condition=Q(request__isnull=True) | Q(line__isnull=False),
            ),
        ]


class Decree(LetterFile):
    """The decree (keputusan) of a determination with its annex: frozen content, final bytes, public check token."""

    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="decree")

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="decree_rendered_has_hash",
                condition=Q(status__in=["queued", "failed"])
                | Q(sha256__regex=r"^[0-9a-f]{64}$", rendered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="decree_signed_has_hash", condition=~Q(status="signed") | Q(signed_sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]


class LetterBundle(models.Model):
    """All personal excerpts (petikan) of a decree as one file, made by the worker when somebody asks."""

    determination = models.OneToOneField(Determination, on_delete=models.PROTECT, related_name="bundle")
    status = models.CharField(max_length=8, choices=RunStatus.choices, default=RunStatus.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.FileField(upload_to="letters/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="letter_bundle_done_has_file",
                condition=~Q(status="done") | ~Q(file="") & Q(sha256__regex=r"^[0-9a-f]{64}$"),
            )
        ]
