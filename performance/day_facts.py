"""What kind of day it is for somebody: asked of the app that knows schedules, answered by the calendar without one.

Performance imports neither attendance nor fwa (design 2): fwa registers the provider when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from organization.selectors import holidays_between
from organization.working_hours import is_working_day


class DayKind(TextChoices):
    WORK = "work", _("working day")
    FLEXIBLE = "flexible", _("flexible day")
    OFF = "off", _("day off")
    HOLIDAY = "holiday", _("holiday")
    ABSENT = "absent", _("absent")


# A plan and a report are expected on these.
WORKED = (DayKind.WORK, DayKind.FLEXIBLE)


@dataclass(frozen=True)
class DayFact:
    """What a day is; `words` say it to the person: "home", "official travel", the name of the holiday."""

    kind: DayKind
    words: str = ""

    @property
    def is_worked(self) -> bool:
        return self.kind in WORKED


# (employee ids, first day, last day) -> facts of the days it knows. A constant number of queries.
Provider = Callable[[Collection[int], date, date], Mapping[tuple[int, date], DayFact]]
_providers: list[Provider] = []


def register_day_facts(provider: Provider) -> Provider:
    """Decorator for the app that knows schedules."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def day_facts(
    employee_ids: Collection[int], start: date, end: date, *, holidays: Mapping[date, str] | None = None
) -> dict[tuple[int, date], DayFact]:
    """Every day of every person from `start` to `end`, both inclusive; what nobody knows is read off the calendar.

    `holidays` of those days, where the caller has them already.
    """
    holidays = holidays_between(start, end) if holidays is None else holidays
    facts: dict[tuple[int, date], DayFact] = {}
    day = start
    while day <= end:
        fact = _of_calendar(day, holidays)
        facts |= {(employee_id, day): fact for employee_id in employee_ids}
        day += timedelta(days=1)
    for provider in _providers:
        facts |= dict(provider(employee_ids, start, end))
    return facts


def _of_calendar(day: date, holidays: Mapping[date, str]) -> DayFact:
    if day in holidays:
        return DayFact(DayKind.HOLIDAY, holidays[day])
    return DayFact(DayKind.WORK if is_working_day(day, ()) else DayKind.OFF)
