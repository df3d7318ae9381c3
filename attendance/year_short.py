"""A person's year in short, for their page: minutes, days that count, steps reached. Read along with other rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, Expression, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import JSONObject

from attendance.ladder import LADDER_PNS, LEGAL_KINDS, Rung, Tally, next_rung
from attendance.models import AttendanceTerms, LadderStep, ThresholdFlag, WorkDay
from organization.models import Employee


@dataclass(frozen=True)
class StepReached:
    """A step of the ladder that stands."""

    pk: int
    label: str
    is_acknowledged: bool


@dataclass(frozen=True)
class YearShort:
    """Figures of a year up to a day. Minutes are whole minutes; `short_min`: worked less than expected."""

    year: int
    late_min: int
    early_min: int
    short_min: int
    absent_days: int
    days: int
    rest: int
    steps: tuple[StepReached, ...]
    following: Rung | None


def year_in_short(employee: Employee, on: date) -> Expression:
    """An expression that does not depend on the row it is read with, so that the database works it out once."""
    days = WorkDay.objects.filter(employee=employee, day__range=(date(on.year, 1, 1), on))
    sums = JSONObject(
        late=Sum("late_min"),
        early=Sum("early_min"),
        short=Sum("short_min"),
        absent=Count("pk", filter=Q(is_unexcused=True)),
    )
    flags = ThresholdFlag.objects.filter(employee=employee, year=on.year, lifted_at__isnull=True)
    flag = JSONObject(pk="pk", label="label", acknowledged=Q(acknowledged_at__isnull=False))
    step = JSONObject(days="days", label="label")
    terms = AttendanceTerms.objects.active_on(on).order_by("-valid_from").values("minutes_per_day")
    return JSONObject(
        sums=Subquery(_as_one(days, sums)),
        flags=Subquery(_as_one(flags, JSONBAgg(flag, order_by="-raised_at"))),
        ladder=Subquery(_as_one(LadderStep.objects.active_on(on), JSONBAgg(step, order_by="days"))),
        per_day=Subquery(terms[:1]),
    )


def _as_one(rows: QuerySet[Any], value: Any) -> QuerySet[Any, Any]:
    """One row of all of them."""
    return rows.order_by().values(one=Value(1)).annotate(together=value).values("together")


def year_short_of(found: Mapping[str, Any], employee: Employee, on: date) -> YearShort:
    """Put what the expression brought into figures."""
    sums: dict[str, int] = {name: value or 0 for name, value in (found["sums"] or {}).items()}
    per_day = found["per_day"] or AttendanceTerms._meta.get_field("minutes_per_day").get_default()
    tally = Tally(sums.get("absent", 0), sums.get("late", 0) + sums.get("early", 0))
    own = [Rung(row["days"], row["label"]) for row in found["ladder"] or ()]
    return YearShort(
        year=on.year,
        late_min=sums.get("late", 0),
        early_min=sums.get("early", 0),
        short_min=sums.get("short", 0),
        absent_days=tally.absent_days,
        days=tally.days(per_day),
        rest=tally.rest(per_day),
        steps=tuple(StepReached(row["pk"], row["label"], row["acknowledged"]) for row in found["flags"] or ()),
        following=next_rung(tally, LADDER_PNS if employee.kind in LEGAL_KINDS else own, minutes_per_day=per_day),
    )
