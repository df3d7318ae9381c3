"""One page a day: what is planned, what was done, with evidence; and its review by who leads the person."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from performance.enums import LineStatus, Rating, ReportStatus, ReviewAction
from performance.models.querysets import OfEmployeeQuerySet

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


@pghistory.track(exclude=["note"])
class DailyReport(models.Model):
    """Laporan harian of one employee and day (regulation 5.1).

    `plan_due_at` and `report_due_at` are the deadlines as the terms had them when the page was first saved; late is
    kept and marked, never refused. `review_due_on`, `escalate_on`: by when the leader looks and when the next level is
    told. `version` grows with each save: a second open page cannot overwrite the first (409). `is_extra`: the person
    said that they worked although no work was expected.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="daily_reports")
    day = models.DateField(_("date"))
    status = models.CharField(_("state"), max_length=8, choices=ReportStatus.choices, default=ReportStatus.PLANNED)
    is_extra = models.BooleanField(_("worked on a day off"), default=False)
    plan_due_at = models.DateTimeField()
    planned_at = models.DateTimeField(_("planned at"), null=True, blank=True)
    is_plan_late = models.BooleanField(_("planned late"), default=False)
    report_due_at = models.DateTimeField()
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    is_report_late = models.BooleanField(_("reported late"), default=False)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    review_due_on = models.DateField(_("review due on"), null=True, blank=True)
    escalate_on = models.DateField(null=True, blank=True)
    escalated_at = models.DateTimeField(_("passed on at"), null=True, blank=True)
    rating = models.CharField(_("rating"), max_length=5, choices=Rating.choices, blank=True)
    reviewed_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-day", "pk"]
        indexes = [
            models.Index(fields=["-day", "-id"], name="daily_report_newest"),
            models.Index(
                fields=["employee", "review_due_on"], name="daily_report_waiting", condition=Q(status="reported")
            ),
            models.Index(
                fields=["review_due_on", "-is_report_late", "day", "id"],
                name="daily_report_oldest_waiting",
                condition=Q(status="reported"),
            ),
            models.Index(
                fields=["escalate_on"],
                name="daily_report_to_escalate",
                condition=Q(status="reported", escalated_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["employee", "day"], name="daily_report_once_a_day"),
            models.CheckConstraint(
                name="daily_report_reported_has_stamp",
                condition=Q(status="planned") | Q(reported_at__isnull=False, review_due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="daily_report_judged_has_stamp",
                condition=~Q(status__in=["accepted", "returned"])
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="daily_report_rated_when_accepted", condition=Q(rating="") | Q(status="accepted")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee_id} {self.day}"


@pghistory.track()
class ReportLine(models.Model):
    """One line: planned text, what was done, and the output or work result it serves.

    `amount`: units of the output's measure delivered on the day; they count toward the output once the day is accepted.
    `client_id` comes from the page, so that a line sent twice (dead network, two taps) is one.
    """

    report = models.ForeignKey(DailyReport, on_delete=models.CASCADE, related_name="lines")
    client_id = models.UUIDField(default=uuid.uuid4)
    position = models.PositiveSmallIntegerField(default=0)
    plan = models.CharField(_("planned"), max_length=500, blank=True)
    done = models.CharField(_("done"), max_length=1000, blank=True)
    status = models.CharField(_("state"), max_length=7, choices=LineStatus.choices, default=LineStatus.OPEN)
    output = models.ForeignKey(
        "performance.Output", on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    work_result = models.ForeignKey(
        "performance.WorkResult", on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    amount = models.DecimalField(
        _("delivered"), max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    carried_from = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="carried_to"
    )

    class Meta:
        ordering = ["report_id", "position", "pk"]
        indexes = [
            models.Index(fields=["output", "report"], name="report_line_of_output", condition=Q(output__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "client_id"], name="report_line_once"),
            models.CheckConstraint(name="report_line_says_something", condition=~Q(plan="") | ~Q(done="")),
            models.CheckConstraint(
                name="report_line_serves_one", condition=Q(output__isnull=True) | Q(work_result__isnull=True)
            ),
            models.CheckConstraint(
                name="report_line_amount_of_an_output",
                condition=Q(amount__isnull=True) | Q(output__isnull=False, amount__gte=0),
                violation_error_message=_("An amount belongs to an output: choose which."),
            ),
        ]


class LineEvidence(models.Model):
    """Bukti dukung of a line: a file (sealed, judged by its bytes, scanned) or a link."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(ReportLine, on_delete=models.CASCADE, related_name="evidence")
    link = models.URLField(_("link"), blank=True, max_length=500)
    name = models.CharField(_("file"), max_length=120, blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    sealed_content = models.BinaryField(null=True)
    uploaded_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="line_evidence_is_file_or_link",
                condition=~Q(link="") & Q(sealed_content__isnull=True)
                | Q(link="", sealed_content__isnull=False) & ~Q(name="") & ~Q(sha256=""),
            ),
            models.UniqueConstraint(
                fields=["line", "sha256"],
                condition=~Q(sha256=""),
                name="line_evidence_file_once",
                violation_error_message=_("This file is attached already."),
            ),
        ]


class Review(models.Model):
    """One judgement of a day's report or of an output; rows are only added, so the history is whole.

    `acting_for`: the officer in whose place `by` judged. Never oneself, never the officer one stands in for.
    """

    report = models.ForeignKey(DailyReport, on_delete=models.PROTECT, null=True, related_name="reviews")
    output = models.ForeignKey("performance.Output", on_delete=models.PROTECT, null=True, related_name="reviews")
    action = models.CharField(_("judgement"), max_length=6, choices=ReviewAction.choices)
    rating = models.CharField(_("rating"), max_length=5, choices=Rating.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    report_version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="review_of_one_thing",
                condition=Q(report__isnull=False, output__isnull=True) | Q(report__isnull=True, output__isnull=False),
            ),
            models.CheckConstraint(name="review_return_has_reason", condition=~Q(action="return") | ~Q(reason="")),
            models.CheckConstraint(name="review_rate_has_rating", condition=~Q(action="rate") | ~Q(rating="")),
        ]
        triggers = [pgtrigger.Protect(name="performance_review_is_append_only", operation=APPEND_ONLY)]


class FeedbackComment(models.Model):
    """Continuous feedback (umpan balik berkelanjutan) on a day or an output: a thread between the two sides."""

    report = models.ForeignKey(DailyReport, on_delete=models.PROTECT, null=True, related_name="comments")
    output = models.ForeignKey("performance.Output", on_delete=models.PROTECT, null=True, related_name="comments")
    text = models.TextField(_("comment"), max_length=2000)
    author = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="comment_on_one_thing",
                condition=Q(report__isnull=False, output__isnull=True) | Q(report__isnull=True, output__isnull=False),
            ),
            models.CheckConstraint(name="comment_says_something", condition=~Q(text="")),
        ]
        triggers = [pgtrigger.Protect(name="feedback_is_append_only", operation=APPEND_ONLY)]
