"""What the agency decides about presence, rosters and dynamic hours: one dated row, edited by HR on a page."""

from __future__ import annotations

from datetime import time

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.models.base import Dated, no_overlap, period_in_order


@pghistory.track()
class AttendanceTerms(Dated):
    """Figures of attendance in force in a period. Minutes, metres and days as the names say.

    Source: regulation 8 (`roster.*`, `dinamis.*`, `presence.*`, `integrity.*`, `response.*`, `discipline.*`,
    `privacy.retention`); nothing here is a legal constant, every default is DESIGN or the practice of an agency.
    """

    rest_hours = models.PositiveSmallIntegerField(
        _("rest between two shifts, hours"), default=10, validators=[MaxValueValidator(24)]
    )
    averaging_weeks = models.PositiveSmallIntegerField(
        _("weeks over which rostered hours are averaged"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(26)],
        help_text=_("Used where the roster follows no rotation; a rotation averages over its cycle."),
    )
    night_from = models.TimeField(_("night begins"), default=time(22))
    night_to = models.TimeField(_("night ends"), default=time(5))

    dynamic_earliest_start = models.TimeField(_("earliest start"), default=time(6, 30))
    dynamic_latest_start = models.TimeField(_("latest start"), default=time(9))
    dynamic_earliest_end = models.TimeField(_("earliest end"), default=time(15))
    dynamic_latest_end = models.TimeField(_("latest end"), default=time(19))
    dynamic_core_from = models.TimeField(_("core hours from"), default=time(9))
    dynamic_core_to = models.TimeField(_("core hours to"), default=time(15))
    dynamic_daily_min = models.PositiveSmallIntegerField(
        _("least minutes a day"), default=300, validators=[MaxValueValidator(600)]
    )
    carry_over_max_min = models.PositiveSmallIntegerField(
        _("minutes carried into the next week at most"), default=0, help_text=_("0: each week stands alone.")
    )

    missing_in_min = models.PositiveSmallIntegerField(_("missing check-in counts as minutes late"), default=90)
    missing_out_min = models.PositiveSmallIntegerField(_("missing check-out counts as minutes early"), default=90)
    early_entry_min = models.PositiveSmallIntegerField(
        _("entries belong to a day from so many minutes before its start"), default=180
    )
    late_entry_min = models.PositiveSmallIntegerField(
        _("entries belong to a day until so many minutes after its end"), default=360
    )
    double_press_min = models.PositiveSmallIntegerField(_("minutes within which a second press is the same"), default=5)
    minutes_per_day = models.PositiveSmallIntegerField(
        _("minutes that make one day of absence"), default=450, validators=[MinValueValidator(1)]
    )

    geotag = models.BooleanField(_("entries ask for the position"), default=True)
    selfie = models.BooleanField(_("entries ask for a selfie"), default=False)
    radius_m = models.PositiveSmallIntegerField(_("radius of a place, metres"), default=200)
    max_accuracy_m = models.PositiveSmallIntegerField(_("accuracy that is good enough, metres"), default=100)
    location_retention_days = models.PositiveSmallIntegerField(
        _("days a position is kept"), default=90, validators=[MinValueValidator(1)]
    )
    selfie_retention_days = models.PositiveSmallIntegerField(
        _("days a selfie is kept"), default=90, validators=[MinValueValidator(1)]
    )
    judged_from = models.DateField(
        _("entries are required from"),
        null=True,
        blank=True,
        help_text=_("Days before are shown but never judged. Empty: every day of this version is."),
    )
    prompts_per_day = models.PositiveSmallIntegerField(
        _("random confirmations a day away from the office"), default=0, validators=[MaxValueValidator(4)]
    )
    prompt_minutes = models.PositiveSmallIntegerField(_("minutes to confirm"), default=30)

    late_sync_days = models.PositiveSmallIntegerField(
        _("days within which an entry made offline may be sent"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("A later one is kept too, with the time at which it arrived."),
    )

    clock_skew_min = models.PositiveSmallIntegerField(_("minutes a clock may be off"), default=10)
    max_speed_kmh = models.PositiveSmallIntegerField(_("speed that is possible, km/h"), default=250)
    same_point_entries = models.PositiveSmallIntegerField(_("identical points that raise a flag"), default=8)
    shared_point_people = models.PositiveSmallIntegerField(_("people at one point that raise a flag"), default=3)
    shared_point_m = models.PositiveSmallIntegerField(_("metres within which it is one point"), default=5)
    shared_point_days = models.PositiveSmallIntegerField(_("days looked back"), default=30)
    poor_accuracy_entries = models.PositiveSmallIntegerField(
        _("entries of a week with poor accuracy that raise a flag"), default=3, validators=[MinValueValidator(1)]
    )
    shared_device_people = models.PositiveSmallIntegerField(_("people with one device that raise a flag"), default=3)

    flag_answer_days = models.PositiveSmallIntegerField(
        _("working days to answer a flag before it may be upheld without an answer"), default=5
    )
    outage_gap_min = models.PositiveSmallIntegerField(
        _("minutes without a sign of life of this system that make an outage"),
        default=3,
        validators=[MinValueValidator(2)],
    )

    response_minutes = models.PositiveSmallIntegerField(_("minutes to answer a supervisor"), default=30)
    missed_contacts = models.PositiveSmallIntegerField(_("contacts without an answer that raise a flag"), default=3)

    decree_no = models.CharField(_("decree number"), max_length=120, blank=True)

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [
            period_in_order("attendance_terms_period_in_order"),
            no_overlap(name="attendance_terms_one_in_force", message=_("Other terms are in force in that period.")),
            models.CheckConstraint(
                name="attendance_terms_window_in_order",
                condition=Q(
                    dynamic_earliest_start__lte=F("dynamic_latest_start"),
                    dynamic_latest_start__lte=F("dynamic_core_from"),
                    dynamic_core_from__lt=F("dynamic_core_to"),
                    dynamic_core_to__lte=F("dynamic_earliest_end"),
                    dynamic_earliest_end__lte=F("dynamic_latest_end"),
                ),
                violation_error_message=_(
                    "The times must follow each other: earliest start, latest start, core hours, earliest end, "
                    "latest end."
                ),
            ),
        ]


@pghistory.track()
class LadderStep(Dated):
    """A number of unexcused days in a year at which the supervisor is told, for kinds of employee without a legal one.

    The ladder of PNS and CPNS is law (`attendance/ladder.py`); PPPK follow the agency's own (PP 49/2018 Art 51 [S]).
    """

    days = models.PositiveSmallIntegerField(_("days"), validators=[MinValueValidator(1), MaxValueValidator(366)])
    label = models.CharField(_("what the decree provides"), max_length=200)
    decree_no = models.CharField(_("decree number"), max_length=120, blank=True)

    class Meta:
        ordering = ["days", "-valid_from", "pk"]
        constraints = [period_in_order("ladder_step_period_in_order")]


class PrivacyNotice(models.Model):
    """What people are told before they check in, as a version that is acknowledged (UU PDP, regulation 7.4)."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    text_id = models.TextField(_("text, Indonesian"))
    text_en = models.TextField(_("text, English"))
    published_at = models.DateTimeField()
    published_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-version"]


class PrivacyAcknowledgement(models.Model):
    """Who has read which notice, and when."""

    notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT, related_name="acknowledgements")
    user = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="privacy_acknowledgements")
    acknowledged_at = models.DateTimeField()

    class Meta:
        ordering = ["-acknowledged_at"]
        constraints = [models.UniqueConstraint(fields=["notice", "user"], name="privacy_acknowledged_once")]
