"""What a day asks of somebody: what kind of day it is, by when plan and report are due, and what may still be written.

Source: plan the working day before, report the same day, regulation 5.1; the figures are terms (DESIGN). All times
are the local time of the unit where the person serves on the day (regulation 7.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from organization.models import Employee, Placement
from organization.selectors import holidays_between
from performance.day_facts import DayFact, DayKind, day_facts
from performance.deadlines import LOOK_AROUND, Deadlines, deadlines_of
from performance.models import PerformanceTerms
from performance.terms import performance_terms_on


@dataclass(frozen=True)
class DayFrame:
    """`today` is the date at the unit when it was asked; `holidays` reach LOOK_AROUND to both sides of the day."""

    day: date
    today: date
    zone: str
    fact: DayFact
    terms: PerformanceTerms
    deadlines: Deadlines
    holidays: dict[date, str]

    @property
    def is_future(self) -> bool:
        return self.day > self.today

    @property
    def is_past(self) -> bool:
        return self.day < self.today

    @property
    def is_too_old(self) -> bool:
        """No longer open to a first report; one that was returned can always be answered."""
        return self.day < self.today - timedelta(days=self.terms.report_open_days)

    @property
    def asks_for_plan(self) -> bool:
        """Flexible days need a plan and a report where the terms say so."""
        return self.terms.plan_required and self.fact.kind == DayKind.FLEXIBLE


def frame_of(employee: Employee, day: date, *, now: datetime) -> DayFrame:
    """The frame of one day; five queries at most. Raises ValidationError (`day`) where the person serves nowhere."""
    zone = zone_on(employee, day)
    if zone is None:
        raise ValidationError({"day": _("You did not serve in any unit on that day.")})
    terms = performance_terms_on(day)
    holidays = holidays_between(day - LOOK_AROUND, day + LOOK_AROUND)
    return DayFrame(
        day=day,
        today=now.astimezone(ZoneInfo(zone)).date(),
        zone=zone,
        fact=day_facts([employee.pk], day, day, holidays=holidays)[employee.pk, day],
        terms=terms,
        deadlines=deadlines_of(day, zone=zone, terms=terms, holidays=holidays),
        holidays=holidays,
    )


def zone_on(employee: Employee, day: date) -> str | None:
    """Name of the time zone of the unit where the employee serves on a day."""
    placed = Placement.objects.active_on(day).filter(employee=employee, unit__versions__valid_from__lte=day)
    zone: str | None = (
        placed.order_by("-unit__versions__valid_from").values_list("unit__versions__zone", flat=True).first()
    )
    return zone
