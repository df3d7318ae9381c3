"""Rosters of units that work in shifts: draft, published, changed with a reason, swapped between two people."""

from __future__ import annotations

from typing import ClassVar, Self

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.enums import ProposalStatus, RosterChangeKind, RosterStatus, SwapStatus
from organization.models import User
from organization.models.base import DateRange, IdRange


class RosterQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(status=RosterStatus.PUBLISHED)

    def visible_to(self, user: User) -> Self:
        """Rosters of units in reach, and published ones that the user stands on."""
        from organization.access import access_for  # access imports the models
        from organization.querysets import under_paths_q

        access = access_for(user)
        if access.reaches_all:
            return self.all()
        own = Q(status=RosterStatus.PUBLISHED, entries__employee__user_id__in=access.identity_ids)
        return self.filter(
            pk__in=self.model._default_manager.filter(under_paths_q(access.unit_paths, "unit__") | own).values("pk")
        )


@pghistory.track()
class Roster(models.Model):
    """The shifts of a unit's people from `starts_on` to `ends_on`, both inclusive.

    A person is on the roster when they have an entry; on the days of a published one, no entry with a shift is a day
    off. `below_reason`: why the unit head published it below a minimum; it is reported.
    """

    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, related_name="rosters")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    status = models.CharField(_("state"), max_length=9, choices=RosterStatus.choices, default=RosterStatus.DRAFT)
    rotation = models.ForeignKey(
        "attendance.RotationPattern", on_delete=models.SET_NULL, null=True, blank=True, related_name="rosters"
    )
    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    below_reason = models.CharField(_("why below the minimum"), max_length=500, blank=True)

    objects: ClassVar = RosterQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="roster_period_in_order",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The end date must not be before the start date."),
            ),
            ExclusionConstraint(
                name="roster_one_per_unit_a_day",
                expressions=[
                    (IdRange(F("unit"), F("unit"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                    (DateRange(F("starts_on"), F("ends_on"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The unit has another roster in that period."),
            ),
            models.CheckConstraint(
                name="roster_published_has_stamp",
                condition=Q(status="draft", published_at__isnull=True)
                | Q(status="published", published_at__isnull=False, published_by__isnull=False),
            ),
        ]


class RosterEntry(models.Model):
    """One person, day and slot of a roster. Without a shift: a day off. `is_published` follows the roster."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="entries")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="roster_entries")
    day = models.DateField(_("date"))
    slot = models.PositiveSmallIntegerField(default=1)
    shift = models.ForeignKey("attendance.Shift", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_published = models.BooleanField(default=False)
    is_fixed = models.BooleanField(default=False, help_text=_("entered by a person: a proposal leaves it as it is"))

    class Meta:
        ordering = ["day", "employee", "slot"]
        indexes = [
            models.Index(
                fields=["day", "employee"],
                name="roster_entry_by_day",
                include=["shift", "slot"],
                condition=Q(is_published=True),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["roster", "employee", "day", "slot"], name="roster_entry_once"),
            models.UniqueConstraint(
                fields=["employee", "day", "slot"],
                condition=Q(is_published=True),
                name="roster_entry_published_once",
                violation_error_message=_("Another published roster has this person on that day."),
            ),
            models.CheckConstraint(name="roster_entry_slot", condition=Q(slot__in=[1, 2])),
            models.CheckConstraint(
                name="roster_entry_second_slot_has_shift", condition=Q(slot=1) | Q(shift__isnull=False)
            ),
        ]


class RosterChange(models.Model):
    """A change of a published roster: who, which day, from what to what, and why. Never altered.

    Joined and left: `day` is the first day from which it holds. Whoever joined or left stands on the roster only on
    the days of their entries.
    """

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(_("what"), max_length=6, choices=RosterChangeKind.choices, default=RosterChangeKind.SHIFT)
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("date"))
    slot = models.PositiveSmallIntegerField(default=1)
    before = models.ForeignKey("attendance.Shift", on_delete=models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey("attendance.Shift", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    is_below = models.BooleanField(_("leaves less than the minimum"), default=False)
    swap = models.ForeignKey("attendance.ShiftSwap", on_delete=models.PROTECT, null=True, related_name="changes")
    changed_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "-pk"]


class SwapQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(status__in=[SwapStatus.ASKED, SwapStatus.AGREED])

    def visible_to(self, user: User) -> Self:
        """The two people's own, and those of people in reach."""
        from organization.access import access_for  # access imports the models

        access = access_for(user)
        return self.filter(access.employees_q("applicant__") | Q(colleague__user_id__in=access.identity_ids))


@pghistory.track()
class ShiftSwap(models.Model):
    """Two people of published rosters change one day each: colleague agrees, the supervisor approves."""

    applicant = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="swaps_asked")
    colleague = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="swaps_received")
    own_day = models.DateField(_("own day"))
    own_slot = models.PositiveSmallIntegerField(default=1)
    other_day = models.DateField(_("day of the colleague"))
    other_slot = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(_("reason"), max_length=300)
    status = models.CharField(_("state"), max_length=9, choices=SwapStatus.choices, default=SwapStatus.ASKED)
    asked_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)

    objects: ClassVar = SwapQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(name="shift_swap_of_two", condition=~Q(applicant=F("colleague"))),
            models.UniqueConstraint(
                fields=["applicant", "own_day", "own_slot"],
                condition=Q(status__in=["asked", "agreed"]),
                name="shift_swap_one_open",
                violation_error_message=_("A swap of this shift is being decided already."),
            ),
        ]


class RosterProposal(models.Model):
    """One calculation of a draft roster's open cells by the worker, with progress and what came of it."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="proposals")
    status = models.CharField(max_length=8, choices=ProposalStatus.choices, default=ProposalStatus.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True, help_text=_("figures of fairness, and what could not be met"))

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster"],
                condition=Q(status__in=["waiting", "running"]),
                name="roster_proposal_one_at_a_time",
            )
        ]
