"""Verdicts: stored whole, with the facts as they were seen, so that a replay is identical."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from eligibility.enums import RunStatus, Verdict
from organization.enums import Role
from organization.models import User
from organization.querysets import active_on_q, under_paths_q


class ScreeningQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ScreeningQuerySet:
        from organization.access import access_for  # access imports the models

        return self.filter(access_for(user).employees_q("employee__"))

    def for_detail(self) -> ScreeningQuerySet:
        """With the rules of the version, so that replay and page read them once."""
        return self.select_related("employee", "version__policy", "run__unit").prefetch_related(
            "version__rules__waivable_by"
        )

    def with_placement(self, on: date) -> ScreeningQuerySet:
        """Adds unit, position and tree path of the employee on that day."""
        current = models.FilteredRelation("employee__placements", condition=active_on_q(on, "employee__placements__"))
        return self.annotate(current=current).annotate(
            unit_name=models.F("current__unit__name"), position_name=models.F("current__position__name")
        )


class Screening(models.Model):
    """One verdict: employee x policy version x day, with observed values per rule and the outcome of every rule.

    `results`: list of {"rule": id, "criterion": code, "outcome": ..., "observed": {name: value}, "on": ISO date}.
    Which kind of special circumstance waived a rule is never stored here: that is sealed with the request.
    """

    employee = models.ForeignKey("organization.Employee", on_delete=models.PROTECT, related_name="screenings")
    version = models.ForeignKey("eligibility.PolicyVersion", on_delete=models.PROTECT, related_name="screenings")
    as_of = models.DateField(_("as of"))
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict.choices)
    results = models.JSONField()
    failed = ArrayField(models.CharField(max_length=40), default=list, help_text=_("Codes of the criteria not met."))
    run = models.ForeignKey(
        "eligibility.ScreeningRun", on_delete=models.CASCADE, null=True, blank=True, related_name="screenings"
    )
    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["employee", "-created_at"]),
            models.Index(fields=["run", "verdict"], name="screening_of_run", condition=models.Q(run__isnull=False)),
        ]


class ScreeningRunQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ScreeningRunQuerySet:
        """Runs over units that the user oversees as HR admin or auditor; agency-wide runs need the whole agency."""
        from organization.access import WHOLE_AGENCY, access_for  # access imports the models

        access = access_for(user)
        paths = (*access.paths_of_role(Role.HR_ADMIN), *access.paths_of_role(Role.AUDITOR))
        if WHOLE_AGENCY in paths:
            return self
        return self.filter(unit__isnull=False).filter(under_paths_q(paths, "unit__"))

    def for_list(self) -> ScreeningRunQuerySet:
        return self.select_related("version__policy", "unit", "created_by")


class ScreeningRun(models.Model):
    """HR screens a unit or the agency: one row for the run, one `Screening` per person."""

    version = models.ForeignKey("eligibility.PolicyVersion", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("organization.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    as_of = models.DateField(_("as of"))
    status = models.CharField(max_length=8, choices=RunStatus.choices, default=RunStatus.QUEUED)
    counts = models.JSONField(default=dict)
    facts_at = models.DateTimeField(
        _("facts as of"), null=True, help_text=_("All that was recorded by then was looked at.")
    )
    message = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ScreeningRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
