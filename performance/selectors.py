"""What is on record about somebody's outputs and predicate, for the person who decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, JSONObject

from organization.models import Employee
from performance.enums import Predicate
from performance.models import OfficialPredicate, Output, WorkResult


@dataclass(frozen=True)
class TrackRecord:
    """Outputs due in the twelve months before the day, those on time, and the last official predicate if any."""

    due: int
    on_time: int
    predicate: Predicate | None
    period_end: date | None


def track_record(*, employee_id: int, on: date) -> TrackRecord:
    """One query."""
    due = Output.objects.due().filter(
        contract__employee=OuterRef("pk"), due_on__lt=on, due_on__gte=on - relativedelta(months=12)
    )
    on_time = Q(delivered__gte=F("target"), delivered_on__lte=F("due_on"))
    counted = due.order_by().values("contract__employee").annotate(due=Count("pk"), on_time=Count("pk", filter=on_time))
    last = OfficialPredicate.objects.filter(employee=OuterRef("pk"), period_end__lte=on)
    last = last.order_by("-period_end", "quarter")
    row = Employee.objects.filter(pk=employee_id).values_list(
        Coalesce(Subquery(counted.values("due")), 0, output_field=IntegerField()),
        Coalesce(Subquery(counted.values("on_time")), 0, output_field=IntegerField()),
        Subquery(last.values("predicate")[:1]),
        Subquery(last.values("period_end")[:1]),
    )
    number, in_time, predicate, period_end = row.get()
    return TrackRecord(number, in_time, Predicate(predicate) if predicate else None, period_end)


def results_to_serve(on: date, *, employee: str = "pk") -> ArraySubquery:
    """Expression: work results of the plan that is not over on a day, each as {"pk", "number", "title", "ends_on"}.

    `employee`: leads from the queried model to the employee. `serving_choices` reads it.
    """
    rows = WorkResult.objects.filter(employee=OuterRef(employee), ends_on__gte=on, withdrawn_at__isnull=True)
    words = JSONObject(pk="pk", number="number", title="title", ends_on="ends_on")
    return ArraySubquery(rows.order_by("starts_on", "number").values(words=words))


def serving_choices(rows: Iterable[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """What `results_to_serve` found, as choices."""
    return [(row["pk"], f"{row['number']}. {row['title']}") for row in rows]
