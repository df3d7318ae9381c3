"""Simulations: a draft beside the version in force, for everybody who serves on a day; and drafts sent back."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eligibility.enums import Change, RunStatus, Verdict
from organization.enums import Role
from organization.models import User


class SimulationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """A simulation names people of the whole agency: for its HR admins and auditors only."""
        from organization.access import WHOLE_AGENCY, access_for  # access imports the models

        access = access_for(user)
        paths = (*access.paths_of_role(Role.HR_ADMIN), *access.paths_of_role(Role.AUDITOR))
        return self if WHOLE_AGENCY in paths else self.none()

    def done(self) -> Self:
        return self.filter(status=RunStatus.DONE)

    def for_list(self) -> Self:
        """Without the breakdowns, which only the page of one simulation shows."""
        return self.select_related("version__policy", "base", "created_by").defer("breakdown")


class Simulation(models.Model):
    """A version beside the one it would replace, judged on the facts as they stood at `cut_off_at`.

    `rules_digest`: the rules it judged, so that a simulation of an older edit shows as such. `rows_digest`: all its
    rows; the same facts give the same digest. `at_publication`: made by publishing itself, in its own transaction.
    """

    version = models.ForeignKey("eligibility.PolicyVersion", on_delete=models.CASCADE, related_name="simulations")
    base = models.ForeignKey(
        "eligibility.PolicyVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    as_of = models.DateField(_("as of"))
    rules_digest = models.CharField(max_length=64)
    rows_digest = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=8, choices=RunStatus.choices, default=RunStatus.QUEUED)
    at_publication = models.BooleanField(default=False)
    cut_off_at = models.DateTimeField(_("facts as of"), null=True, blank=True)
    counts = models.JSONField(default=dict)
    breakdown = models.JSONField(default=dict)
    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = SimulationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="simulation_done_is_whole",
                condition=~Q(status="done")
                | Q(cut_off_at__isnull=False, finished_at__isnull=False) & ~Q(rows_digest=""),
            ),
            models.UniqueConstraint(
                fields=["version"], condition=Q(at_publication=True), name="simulation_one_at_publication"
            ),
        ]


class SimulationRowQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))

    def for_list(self) -> Self:
        return self.select_related("employee", "unit", "position").order_by("employee__name", "pk")


class SimulationRow(models.Model):
    """One person of a simulation: where they serve on its day, both verdicts, and how many arrangements they run.

    Written by the hundred thousand and read by simulation only, so its keys carry no index of their own. Unit and
    position are never deleted, so theirs are not checked row by row either: that would cost more than the rows.
    """

    simulation = models.ForeignKey(Simulation, on_delete=models.CASCADE, db_index=False, related_name="rows")
    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey(
        "organization.Unit", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    position = models.ForeignKey(
        "organization.Position", on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.CharField(_("kind of employee"), max_length=15)
    sex = models.CharField(_("sex"), max_length=1)
    change = models.CharField(_("change"), max_length=8, choices=Change.choices)
    verdict_before = models.CharField(_("now"), max_length=12, choices=Verdict.choices)
    verdict_after = models.CharField(_("then"), max_length=12, choices=Verdict.choices)
    failed_before = ArrayField(models.CharField(max_length=40), help_text=_("Codes of the criteria not met."))
    failed_after = ArrayField(models.CharField(max_length=40), help_text=_("Codes of the criteria not met."))
    running = models.PositiveSmallIntegerField(_("running arrangements"))

    objects = SimulationRowQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["simulation", "employee"], name="simulation_row_once")]
        indexes = [
            models.Index(fields=["simulation", "unit"], name="simulation_row_changed", condition=~Q(change="same"))
        ]


class SentBack(models.Model):
    """The second person did not publish: the draft goes back to its editor with what has to be looked at again."""

    version = models.ForeignKey("eligibility.PolicyVersion", on_delete=models.CASCADE, related_name="returns")
    revision = models.PositiveIntegerField(_("edits"))
    note = models.TextField(_("what to look at again"), max_length=2000)
    sent_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [models.CheckConstraint(name="sent_back_has_note", condition=~Q(note=""))]
