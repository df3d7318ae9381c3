"""The time of the story. The services take the moment from `django.utils.timezone`; while the demo is loaded, this
process lets it tell the moment at which each thing happened."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from organization import outbox
from organization.working_hours import add_working_days, is_working_day

Case = Iterator[datetime]  # a case waits at each `yield` until that moment has come


@dataclass(frozen=True)
class Days:
    """Days as the story counts them: from `as_of`, in working days and weeks."""

    as_of: date
    holidays: frozenset[date]

    def back(self, count: int) -> date:
        """The `count`-th working day before `as_of`."""
        day = self.as_of
        while count:
            day -= timedelta(days=1)
            count -= is_working_day(day, self.holidays)
        return day

    def forward(self, count: int) -> date:
        return add_working_days(self.as_of, count, self.holidays)

    def before(self, day: date, count: int) -> date:
        """The `count`-th working day before another day."""
        return Days(day, self.holidays).back(count)

    def monday(self, week: int) -> date:
        """Monday of the `week`-th week from now; 0 is this week."""
        return self.as_of - timedelta(days=self.as_of.weekday()) + timedelta(weeks=week)

    def weekday(self, week: int, iso: int) -> date:
        """The first working day on that ISO weekday in the `week`-th week from now or after it."""
        day = self.monday(week) + timedelta(days=iso - 1)
        while not is_working_day(day, self.holidays):
            day += timedelta(weeks=1)
        return day

    def working(self, start: date, end: date, weekdays: Sequence[int]) -> list[date]:
        """Working days on those ISO weekdays, both ends inclusive."""
        span = (timedelta(days=offset) for offset in range((end - start).days + 1))
        days = (start + offset for offset in span)
        return [day for day in days if day.isoweekday() in weekdays and is_working_day(day, self.holidays)]


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in the time zone of the installation."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


class StoryClock:
    """Tells the moment the story has reached."""

    def __init__(self, start: datetime) -> None:
        self.at = start

    def now(self) -> datetime:
        return self.at

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let `timezone.now` tell the story's moment, and leave the worker alone until the story is told."""
        real_now, real_wake = timezone.now, outbox.wake
        timezone.now = self.now
        outbox.wake = lambda: None  # one message per case; the caller wakes the worker once
        try:
            yield
        finally:
            timezone.now, outbox.wake = real_now, real_wake

    def play(self, cases: Sequence[Case]) -> None:
        """Let all cases happen side by side, each step at its own moment."""
        waiting: list[tuple[datetime, int, Case]] = []
        for number, case in enumerate(cases):
            _wait(waiting, number, case)
        while waiting:
            at, number, case = heapq.heappop(waiting)
            self.at = at
            _wait(waiting, number, case)


def at_moment(at: datetime) -> AbstractContextManager[None]:
    """Let a moment be now for what happens inside."""
    return StoryClock(at).running()


def _wait(waiting: list[tuple[datetime, int, Case]], number: int, case: Case) -> None:
    at = next(case, None)
    if at is not None:
        heapq.heappush(waiting, (at, number, case))
