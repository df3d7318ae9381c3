"""Running arrangements, counted for whoever changes a policy."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from attendance.models import Assignment
from eligibility.affected import register_running
from eligibility.enums import POLICIES_OF_KIND


@register_running
def running_assignments(on: date, policy_code: str) -> Any:
    """How many arrangements of the employee run on the day and need that policy."""
    kinds = [kind for kind, codes in POLICIES_OF_KIND.items() if policy_code in codes]
    running = Assignment.objects.running_on(on).filter(employee=OuterRef("pk"), kind__in=kinds)
    counted = running.order_by().values("employee").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
