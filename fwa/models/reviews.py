"""The review of a running arrangement whose owner no longer meets a rule; nothing ends by itself (design 3)."""

from __future__ import annotations

import uuid
from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fwa.enums_reviews import UNDER_WAY, ReviewOutcome, ReviewStatus, RevocationGround
from fwa.querysets_reviews import ReviewQuerySet
from organization.enums import ChangeCause


@pghistory.track(exclude=["response", "reason"])
class ArrangementReview(models.Model):
    """One arrangement that a change put in question: the rules not met, the answer, and the decision.

    `rules`: list of {"rule": id, "criterion": code, "article": legal basis, "seen": [digest of what was observed]}; the
    observed values themselves lie in the stored screenings only. `unit`: where the employee served when it was opened.
    `holder`: the unit head who decides; without one HR does.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey("fwa.Request", on_delete=models.PROTECT, related_name="reviews")
    assignment = models.ForeignKey("attendance.Assignment", on_delete=models.PROTECT, related_name="reviews")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="reviews")
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, related_name="reviews_held", verbose_name=_("decides")
    )
    cause = models.CharField(_("cause"), max_length=16, choices=ChangeCause.choices)
    as_of = models.DateField(_("as of"), help_text=_("the day on which the rules are not met"))
    rules = models.JSONField(default=list)
    screenings = models.ManyToManyField("eligibility.Screening", related_name="reviews")
    status = models.CharField(_("state"), max_length=9, choices=ReviewStatus.choices, default=ReviewStatus.OPEN)
    opened_at = models.DateTimeField(_("opened at"))
    respond_by = models.DateField(_("answer by"))
    response = models.TextField(_("answer"), blank=True, max_length=4000)
    responded_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("decision"), max_length=9, choices=ReviewOutcome.choices, blank=True)
    ground = models.CharField(_("ground"), max_length=12, choices=RevocationGround.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    effective_from = models.DateField(_("from"), null=True, blank=True)
    effective_to = models.DateField(_("until"), null=True, blank=True)
    decided_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="review_newest_first"),
            models.Index(
                fields=["holder", "respond_by"], name="review_inbox", condition=Q(status__in=["open", "responded"])
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(status__in=["open", "responded"]),
                name="review_one_open_per_arrangement",
            ),
            models.CheckConstraint(
                name="review_closed_has_stamp",
                condition=Q(status__in=["open", "responded"], closed_at__isnull=True)
                | Q(status__in=["decided", "moot"], closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="review_decision_is_complete",
                condition=(Q(status="decided") & ~Q(outcome="") & ~Q(reason="") & Q(decided_by__isnull=False))
                | (~Q(status="decided") & Q(outcome="")),
                violation_error_message=_("A decision needs an outcome and a reason."),
            ),
            models.CheckConstraint(
                name="review_end_has_ground_and_day",
                condition=~Q(outcome__in=["suspended", "ended"]) | (~Q(ground="") & Q(effective_from__isnull=False)),
            ),
            models.CheckConstraint(
                name="review_suspension_in_order",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
            ),
            models.CheckConstraint(
                name="review_answer_has_stamp", condition=~Q(status="responded") | Q(responded_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} · {self.get_status_display()}"

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    def is_late(self, on: date) -> bool:
        """Whether the time to answer has passed without a decision; that ends nothing."""
        return self.is_under_way and self.respond_by < on

    @property
    def criteria(self) -> list[str]:
        return [rule["criterion"] for rule in self.rules]

    def seen_of(self, criterion: str) -> list[str]:
        """Digests of what was observed for a rule when the review was opened."""
        return next((rule["seen"] for rule in self.rules if rule["criterion"] == criterion), [])
