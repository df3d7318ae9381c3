"""The days that a board shows at once: one day, a week, two weeks, a month. Plain values, no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAY, WEEK, FORTNIGHT, MONTH = "day", "week", "fortnight", "month"
VIEWS = (DAY, WEEK, FORTNIGHT, MONTH)
_LENGTH = {WEEK: 7, FORTNIGHT: 14}


@dataclass(frozen=True)
class Span:
    """Days from `start` to `end`, both inclusive, around the day `anchor`."""

    view: str
    anchor: date
    start: date
    end: date

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=offset) for offset in range((self.end - self.start).days + 1)]

    @property
    def previous(self) -> date:
        """A day of the span before this one: its first day."""
        if self.view == MONTH:
            return (self.start - timedelta(days=1)).replace(day=1)
        return self.start - (self.end - self.start + timedelta(days=1))

    @property
    def following(self) -> date:
        """The first day of the span after this one."""
        return self.end + timedelta(days=1)


def span_of(view: str, anchor: date) -> Span:
    """The span of a view that holds `anchor`; weeks begin on Monday."""
    if view == MONTH:
        start, end = month_of(anchor)
    elif view in _LENGTH:
        start = anchor - timedelta(days=anchor.weekday())
        end = start + timedelta(days=_LENGTH[view] - 1)
    else:
        start = end = anchor
    return Span(view, anchor, start, end)


def month_of(day: date) -> tuple[date, date]:
    """First and last day of the month of `day`."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
