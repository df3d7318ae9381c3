"""Evaluations per period: results x behaviour -> predicate. Ours is advisory, e-Kinerja's is official."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from performance.enums import Behaviour, EvaluationStatus, PeriodKind, Predicate, Rating
from performance.matrix import MATRIX
from performance.models.querysets import OfEmployeeQuerySet

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


def _predicate_follows_matrix() -> Q:
    condition = Q(predicate="")
    for (results, behaviour), predicate in MATRIX.items():
        condition |= Q(results_rating=str(results), behaviour_rating=str(behaviour), predicate=str(predicate))
    return condition


@pghistory.track(exclude=["objection", "objection_answer", "summary"])
class Evaluation(models.Model):
    """The evaluation of an employee for a period by who leads them.

    `suggested_rating` and `arithmetic` (frozen when the draft is made and again when it is shared): outputs due, on
    time, late, not delivered, ratings, percent, the limits of the terms. A rating that differs needs `rating_reason`.
    Closing locks the row (trigger).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="evaluations")
    kind = models.CharField(_("period"), max_length=7, choices=PeriodKind.choices)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    contract = models.ForeignKey(
        "performance.OutputContract", on_delete=models.PROTECT, null=True, blank=True, related_name="evaluations"
    )
    status = models.CharField(
        _("state"), max_length=12, choices=EvaluationStatus.choices, default=EvaluationStatus.DRAFT
    )
    evaluator = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    suggested_rating = models.CharField(_("suggested rating"), max_length=5, choices=Rating.choices, blank=True)
    arithmetic = models.JSONField(default=dict)
    results_rating = models.CharField(_("results"), max_length=5, choices=Rating.choices, blank=True)
    rating_reason = models.CharField(_("why it differs from the suggestion"), max_length=500, blank=True)
    behaviour_rating = models.CharField(_("behaviour"), max_length=5, choices=Rating.choices, blank=True)
    predicate = models.CharField(_("predicate"), max_length=16, choices=Predicate.choices, blank=True)
    summary = models.TextField(_("summary"), blank=True, max_length=4000)
    shared_at = models.DateTimeField(null=True, blank=True)
    answer_by_on = models.DateField(_("answer by"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    objection = models.TextField(_("objection"), blank=True, max_length=4000)
    objection_answer = models.TextField(_("answer to the objection"), blank=True, max_length=4000)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "pk"]
        indexes = [models.Index(fields=["-ends_on", "-id"], name="evaluation_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["employee", "kind", "starts_on"],
                name="evaluation_once_a_period",
                violation_error_message=_("There is an evaluation of this period already."),
            ),
            models.CheckConstraint(name="evaluation_period_in_order", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="evaluation_follows_matrix", condition=_predicate_follows_matrix()),
            models.CheckConstraint(
                name="evaluation_shared_is_whole",
                condition=Q(status="draft") | ~Q(predicate="") & Q(shared_at__isnull=False, answer_by_on__isnull=False),
            ),
            models.CheckConstraint(
                name="evaluation_answered_has_stamp",
                condition=~Q(status__in=["acknowledged", "objected"]) | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="evaluation_objected_says_why", condition=~Q(status="objected") | ~Q(objection="")
            ),
            models.CheckConstraint(
                name="evaluation_closed_has_stamp",
                condition=Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(status="closed") & Q(closed_at__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="evaluation_closed_is_locked",
                operation=APPEND_ONLY,
                condition=pgtrigger.Q(old__status="closed"),
            )
        ]


@pghistory.track()
class BehaviourRating(models.Model):
    """One of the seven values BerAKHLAK in an evaluation."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="behaviours")
    value = models.CharField(_("value"), max_length=24, choices=Behaviour.choices)
    rating = models.CharField(_("rating"), max_length=5, choices=Rating.choices)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "value"], name="behaviour_once")]


class DialogueNote(models.Model):
    """A note of the performance dialogue (dialog kinerja); rows are only added."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    author = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(name="dialogue_note_says_something", condition=~Q(text=""))]
        triggers = [pgtrigger.Protect(name="dialogue_note_is_append_only", operation=APPEND_ONLY)]
