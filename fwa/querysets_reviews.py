"""Reads over reviews of running arrangements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from fwa.enums_reviews import UNDER_WAY
from organization.access import access_for
from organization.enums import Role
from organization.querysets import under_paths_q

if TYPE_CHECKING:
    from organization.models import User


class ReviewQuerySet(models.QuerySet):
    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)

    def visible_to(self, user: User) -> Self:
        """Own ones, those of people in reach, and those that this user holds."""
        access = access_for(user)
        return self.filter(
            Q(employee__user_id=user.pk) | access.employees_q("employee__") | Q(holder_id__in=access.identity_ids)
        )

    def to_decide(self, user: User) -> Self:
        """Reviews under way that wait for this user: held in person or for an officer, and those without a holder for
        HR of the unit. Never one's own."""
        access = access_for(user)
        hr = under_paths_q(access.paths_of_role(Role.HR_ADMIN), "unit__")
        waiting = Q(holder_id__in=access.identity_ids) | (Q(holder__isnull=True) & hr)
        return self.under_way().filter(waiting).exclude(employee__user_id=user.pk)

    def to_answer(self, user: User) -> Self:
        """The user's own reviews that may still be answered."""
        return self.under_way().filter(employee__user_id=user.pk, response="")

    def for_list(self) -> Self:
        return self.select_related("employee", "unit", "request", "holder").order_by("-opened_at", "-pk")

    def for_detail(self) -> Self:
        return self.select_related(
            "employee__user",
            "unit",
            "request__unit",
            "request__site",
            "request__employee__user",
            "request__circumstance",
            "request__domicile",
            "assignment",
            "holder",
            "decided_by",
            "acting_for",
        )
