"""Entries of presence and what is sealed beside them; terminals; homes; who looked."""

from __future__ import annotations

from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.contrib.postgres.fields.ranges import BigIntegerRangeField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import Channel, Confidence, Direction, DistanceBand, MatchedPlace
from organization.models import User
from organization.models.base import Dated, IdRange, no_overlap, period_expression, period_in_order
from organization.models.units import ZONES


class PresenceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))


class PresenceEvent(models.Model):
    """One check-in, check-out or confirmation, as it came; never changed, never refused for place or time.

    `client_id` makes it one row however often it is sent. `occurred_at` is the time that counts: the device's for an
    entry kept while offline, else the server's. No coordinates: only what they were matched to.
    """

    client_id = models.UUIDField(unique=True)
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="presence")
    direction = models.CharField(_("direction"), max_length=7, choices=Direction.choices)
    channel = models.CharField(_("came by"), max_length=8, choices=Channel.choices)
    occurred_at = models.DateTimeField(_("time"))
    client_at = models.DateTimeField(_("time of the device"), null=True)
    received_at = models.DateTimeField(_("received"))
    is_late_sync = models.BooleanField(_("sent later"), default=False)
    place = models.CharField(_("place"), max_length=16, choices=MatchedPlace.choices, default=MatchedPlace.UNKNOWN)
    site = models.ForeignKey("organization.Site", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    band = models.CharField(_("distance"), max_length=7, choices=DistanceBand.choices, default=DistanceBand.UNKNOWN)
    accuracy_m = models.PositiveIntegerField(_("accuracy, metres"), null=True)
    confidence = models.CharField(_("confidence"), max_length=7, choices=Confidence.choices, default=Confidence.UNKNOWN)
    device = models.CharField(max_length=32, blank=True, default="", help_text=_("keyed digest of the device"))
    terminal = models.ForeignKey(
        "attendance.Terminal", on_delete=models.PROTECT, null=True, related_name="entries", db_index=False
    )
    pressed = models.CharField(
        _("key pressed"),
        max_length=7,
        choices=Direction.choices,
        blank=True,
        default="",
        db_default="",
        help_text=_("of a terminal, where it was understood as the other direction"),
    )

    objects: ClassVar = PresenceQuerySet.as_manager()
    #: Set on what `record_event` returns: the entry was there already, and this was the same one again.
    is_repeat: bool = False

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        indexes = [
            models.Index(fields=["employee", "occurred_at"], name="presence_by_person"),
            BrinIndex(fields=["received_at"], name="presence_by_arrival", autosummarize=True),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class PresenceEvidence(models.Model):
    """Sealed position and selfie of an entry, each until its retention ends. Deleted by the purge; no history."""

    event = models.OneToOneField(PresenceEvent, on_delete=models.CASCADE, related_name="evidence")
    position = models.BinaryField(null=True)
    position_until = models.DateField(null=True)
    selfie = models.BinaryField(null=True)
    selfie_until = models.DateField(null=True)
    point = models.CharField(
        max_length=32, blank=True, default="", help_text=_("keyed digest of the point, for repeated points; purged too")
    )

    class Meta:
        indexes = [
            models.Index(fields=["position_until"], name="evidence_position_until"),
            models.Index(fields=["selfie_until"], name="evidence_selfie_until"),
        ]


class HomePoint(Dated):
    """The sealed point of a registered home, set by the employee at home and confirmed by HR."""

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="home_points")
    domicile = models.ForeignKey("organization.Domicile", on_delete=models.PROTECT, related_name="+")
    position = models.BinaryField(null=True)
    accuracy_m = models.PositiveIntegerField(null=True)
    set_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        ordering = ["-valid_from", "-pk"]
        constraints = [
            period_in_order("home_point_period_in_order"),
            no_overlap(
                "employee_id",
                name="home_point_one_a_day",
                message=_("Another point of the home covers that period."),
                condition=Q(refused_at__isnull=True),
            ),
        ]


class LocationAccess(models.Model):
    """Who opened whose position, selfie or home point, when and why; written before anything is shown."""

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="location_accesses")
    what = models.CharField(max_length=10)
    event = models.ForeignKey(PresenceEvent, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    opened_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-opened_at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


@pghistory.track()
class Terminal(models.Model):
    """A fingerprint or face terminal of an office; its clock runs in `zone`."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    site = models.ForeignKey("organization.Site", on_delete=models.PROTECT, related_name="terminals")
    zone = models.CharField(_("time zone"), max_length=20, choices=ZONES, default="Asia/Makassar")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class PinRange(Func):
    """A PIN as a range of one number, for "the same PIN" in an exclusion constraint."""

    template = "int8range(%(expressions)s::bigint, %(expressions)s::bigint, '[]')"
    output_field = BigIntegerRangeField()


@pghistory.track()
class TerminalPin(Dated):
    """Which employee a terminal means by a PIN, in a period."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="pins")
    pin = models.CharField("PIN", max_length=20)
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="terminal_pins")

    class Meta:
        ordering = ["terminal", "pin", "-valid_from"]
        constraints = [
            period_in_order("terminal_pin_period_in_order"),
            models.CheckConstraint(
                name="terminal_pin_is_a_number",
                condition=Q(pin__regex=r"^(0|[1-9][0-9]{0,17})$"),
                violation_error_message=_("A PIN is a number of at most 18 digits, without zeros in front."),
            ),
            ExclusionConstraint(
                name="terminal_pin_one_person_a_day",
                expressions=[
                    (IdRange(F("terminal"), F("terminal"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                    (PinRange(F("pin")), RangeOperators.OVERLAPS),
                    (period_expression(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The PIN belongs to somebody else in that period."),
            ),
        ]


class PresencePrompt(models.Model):
    """A random confirmation asked of somebody away from the office. Missed only when it was seen and not answered."""

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="prompts")
    day = models.DateField()
    asked_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    event = models.OneToOneField(PresenceEvent, on_delete=models.PROTECT, null=True, related_name="prompt")

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["day"], name="presence_prompt_by_day")]
        constraints = [models.UniqueConstraint(fields=["employee", "asked_at"], name="presence_prompt_once")]
