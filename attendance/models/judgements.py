"""What people judge and decide: outages, corrections, flags, thresholds, contacts."""

from __future__ import annotations

from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import ContactKind, CorrectionReason, CorrectionStatus, FlagKind, FlagStatus, OutageCause
from organization.models import User


class OfEmployeeQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))


@pghistory.track()
class OutageWindow(models.Model):
    """A time in which entries could not be made: everywhere, at an office, or at a terminal. It only excuses."""

    cause = models.CharField(_("cause"), max_length=8, choices=OutageCause.choices)
    site = models.ForeignKey("organization.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    terminal = models.ForeignKey(
        "attendance.Terminal", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=300)
    entered_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="outage_in_order",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                name="outage_names_its_place",
                condition=Q(cause="system", site__isnull=True, terminal__isnull=True)
                | Q(cause="site", site__isnull=False, terminal__isnull=True)
                | Q(cause="terminal", terminal__isnull=False),
            ),
        ]


class Heartbeat(models.Model):
    """The last time the system was seen working, one row; a gap becomes an outage."""

    name = models.CharField(max_length=20, unique=True)
    at = models.DateTimeField()


@pghistory.track()
class Correction(models.Model):
    """A request to correct entries of a day; once approved, its times stand instead of the entries' (regulation 3).

    Empty times are left as they are. `part` 2: the second shift of the day. `decided_*` also tell who withdrew it.
    """

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="corrections")
    day = models.DateField(_("date"))
    part = models.PositiveSmallIntegerField(default=1)
    check_in = models.DateTimeField(_("check-in"), null=True, blank=True)
    check_out = models.DateTimeField(_("check-out"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=14, choices=CorrectionReason.choices)
    explanation = models.TextField(_("explanation"))
    evidence_link = models.URLField(_("link to evidence"), blank=True)
    status = models.CharField(
        _("state"), max_length=9, choices=CorrectionStatus.choices, default=CorrectionStatus.SUBMITTED
    )
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)
    acting_for = models.ForeignKey(
        "organization.User", on_delete=models.PROTECT, null=True, related_name="+", help_text=_("officer stood in for")
    )

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["employee", "day"], name="correction_by_day"),
            models.Index(fields=["-submitted_at", "-id"], name="correction_newest"),  # the order of the list
        ]
        constraints = [
            models.CheckConstraint(
                name="correction_says_something",
                condition=Q(check_in__isnull=False) | Q(check_out__isnull=False),
                violation_error_message=_("Give the time of the check-in, of the check-out, or both."),
            ),
            models.CheckConstraint(
                name="correction_in_order",
                condition=Q(check_in__isnull=True) | Q(check_out__isnull=True) | Q(check_out__gt=F("check_in")),
                violation_error_message=_("The check-out must be after the check-in."),
            ),
            models.UniqueConstraint(
                fields=["employee", "day", "part"],
                condition=Q(status="submitted"),
                name="correction_one_open",
                violation_error_message=_("A correction of this day is being decided already."),
            ),
            models.CheckConstraint(name="correction_part", condition=Q(part__in=[1, 2])),
            models.CheckConstraint(
                name="correction_decided_has_stamp",
                condition=~Q(status__in=["approved", "refused"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
        ]


@pghistory.track()
class IntegrityFlag(models.Model):
    """A signal about entries, for a person to judge. `detail`: figures that explain it, never a coordinate."""

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="integrity_flags")
    day = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=13, choices=FlagKind.choices)
    event = models.ForeignKey("attendance.PresenceEvent", on_delete=models.PROTECT, null=True, related_name="flags")
    detail = models.JSONField(default=dict)
    status = models.CharField(_("state"), max_length=9, choices=FlagStatus.choices, default=FlagStatus.OPEN)
    raised_at = models.DateTimeField()
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True, blank=True)
    judgement = models.CharField(_("reason"), max_length=300, blank=True)

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [
            models.Index(
                fields=["employee"], name="integrity_flag_under_way", condition=Q(status__in=["open", "answered"])
            ),
            models.Index(fields=["-raised_at", "-id"], name="integrity_flag_in_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["employee", "day", "kind"], name="integrity_flag_once_a_day"),
            models.CheckConstraint(
                name="integrity_flag_judged_has_stamp",
                condition=Q(status__in=["open", "answered"], judged_at__isnull=True, judged_by__isnull=True)
                | Q(status__in=["upheld", "dismissed"], judged_at__isnull=False, judged_by__isnull=False),
            ),
            models.CheckConstraint(
                name="integrity_flag_answered_has_answer",
                condition=~Q(status="answered") | Q(answered_at__isnull=False),
            ),
        ]


@pghistory.track()
class ThresholdFlag(models.Model):
    """Unexcused days of a year reached a step of the ladder: the supervisor is told and acknowledges. No sanction.

    `absent_days` are whole days; `minutes` are late and early minutes not yet making a day.
    """

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="threshold_flags")
    year = models.PositiveSmallIntegerField(_("year"))
    days = models.PositiveSmallIntegerField(_("days"))
    is_consecutive = models.BooleanField(default=False)
    label = models.CharField(max_length=200)
    absent_days = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveIntegerField(default=0)
    raised_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("what was done"), max_length=500, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True, help_text=_("figures fell below it after a correction"))

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        indexes = [models.Index(fields=["-raised_at", "-id"], name="threshold_flag_newest")]
        constraints = [
            models.UniqueConstraint(fields=["employee", "year", "days", "is_consecutive"], name="threshold_flag_once")
        ]


@pghistory.track()
class Contact(models.Model):
    """A supervisor asks for a reply, or recalls somebody to the office for a day (regulation 5.1, 5.2).

    Only a contact that was delivered (`delivered_at`: shown to the person) can be missed.
    """

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(_("kind"), max_length=6, choices=ContactKind.choices)
    message = models.CharField(_("message"), max_length=500)
    day = models.DateField(_("day in the office"), null=True, blank=True)
    asked_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(_("minutes to answer"))
    delivered_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    counted_toward_cap = models.BooleanField(
        default=False, help_text=_("recall: the place that it freed counted toward the weekly days")
    )

    objects: ClassVar = OfEmployeeQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="contact_newest"),
            models.Index(
                fields=["delivered_at"],
                name="contact_waits",
                condition=Q(answered_at__isnull=True, missed_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="contact_recall_has_day",
                condition=Q(kind="reply", day__isnull=True) | Q(kind="recall", day__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["employee", "day"],
                condition=Q(kind="recall", withdrawn_at__isnull=True),
                name="contact_recalled_once_a_day",
                violation_error_message=_("The employee is recalled to the office that day already."),
            ),
        ]


class ContactAttempt(models.Model):
    """A telephone call, noted by hand."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    reached = models.BooleanField(_("reached"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    noted_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
