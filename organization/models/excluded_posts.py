"""Single posts that the agency's decree leaves out of flexible work, beside the kinds of post named in a policy."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models.base import Dated, no_overlap, period_in_order
from organization.models.posts import Position


@pghistory.track()
class ExcludedPost(Dated):
    """A post that may not work flexibly in a period. Source: regulation 8 `emp.excluded_positions` (mark P)."""

    position = models.ForeignKey(
        Position, on_delete=models.PROTECT, related_name="exclusions", verbose_name=_("position")
    )
    decree_no = models.CharField(_("decree number"), max_length=120)

    class Meta:
        ordering = ["position__name", "-valid_from", "pk"]
        indexes = [models.Index(fields=["position", "valid_from"])]
        constraints = [
            period_in_order("excluded_post_period_in_order"),
            models.CheckConstraint(
                name="excluded_post_has_decree",
                condition=~models.Q(decree_no=""),
                violation_error_message=_("The number of the decree is required."),
            ),
            no_overlap(
                "position_id",
                name="excluded_post_once_a_day",
                message=_("The post is excluded in that period already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.position)
