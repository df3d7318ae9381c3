"""What is on record about somebody's outputs and predicate, for the person who decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Count, F, Q

from performance.models import OfficialPredicate, Output


@dataclass(frozen=True)
class TrackRecord:
    """Outputs due in the twelve months before the day, those on time, and the last official predicate if any."""

    due: int
    on_time: int
    predicate: OfficialPredicate | None


def track_record(*, employee_id: int, on: date) -> TrackRecord:
    """Two queries."""
    on_time = Q(delivered__gte=F("target"), delivered_on__lte=F("due_on"))
    figures = Output.objects.filter(
        contract__employee_id=employee_id, due_on__lt=on, due_on__gte=on - relativedelta(months=12)
    ).aggregate(due=Count("pk"), on_time=Count("pk", filter=on_time))
    predicate = (
        OfficialPredicate.objects.filter(employee_id=employee_id, period_end__lte=on)
        .order_by("-period_end", "quarter")
        .first()
    )
    return TrackRecord(due=figures["due"], on_time=figures["on_time"], predicate=predicate)
