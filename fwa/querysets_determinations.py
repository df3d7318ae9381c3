"""Reads over group determinations and the people of their annexes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from fwa.enums import DeterminationStatus, MemberOutcome
from organization.access import access_for
from organization.enums import Role
from organization.querysets import under_paths_q

if TYPE_CHECKING:
    from organization.models import User


class DeterminationQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Those about units that the user heads, or oversees by a granted role."""
        return self.filter(under_paths_q(access_for(user).unit_paths, "unit__"))

    def decided(self) -> Self:
        return self.filter(status=DeterminationStatus.DECIDED)

    def waiting_for(self, user: User) -> Self:
        """Prepared ones over units for which the user (or an officer they stand in for) is the authority."""
        paths = access_for(user).paths_of_role(Role.AUTHORITY)
        return self.filter(under_paths_q(paths, "unit__"), status=DeterminationStatus.PREPARED)

    def for_list(self) -> Self:
        """With what a line shows; the figures of the plan come along, its coverage does not."""
        return (
            self.select_related("unit", "amends__decree", "created_by", "decree")
            .defer("coverage", "difference", "reason", "work_plan")
            .annotate(member_count=models.Count("members"))
            .order_by("-created_at", "-pk")
        )

    def for_detail(self) -> Self:
        return self.select_related(
            "unit", "site", "amends__decree", "created_by", "asked_by", "decided_by", "acting_for", "decree", "bundle"
        ).defer("coverage")


class MemberQuerySet(models.QuerySet):
    def planned(self) -> Self:
        """People who get days by the plan."""
        return self.filter(included=True, outcome=MemberOutcome.PLANNED)

    def for_list(self) -> Self:
        return self.select_related("employee", "unit", "position", "request__assignment", "ends_request").order_by(
            models.F("line").asc(nulls_last=True), "employee__name", "pk"
        )
