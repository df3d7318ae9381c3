"""Periods of an evaluation, as dates and as words. Pure values."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from performance.enums import PeriodKind


def period_around(kind: str, day: date) -> tuple[date, date]:
    """First and last day of the month, quarter or year that holds `day`. ValueError for `first`: it has no calendar."""
    if kind == PeriodKind.MONTH:
        start = day.replace(day=1)
        return start, start + relativedelta(months=1) - timedelta(days=1)
    if kind == PeriodKind.QUARTER:
        start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        return start, start + relativedelta(months=3) - timedelta(days=1)
    if kind == PeriodKind.YEAR:
        return date(day.year, 1, 1), date(day.year, 12, 31)
    raise ValueError(f"a period of kind {kind} follows its arrangement, not the calendar")


def first_period(valid_from: date, months: int) -> tuple[date, date]:
    """The first `months` of an arrangement that began on `valid_from` (two by default, BKN [S])."""
    return valid_from, valid_from + relativedelta(months=months) - timedelta(days=1)


def last_closed_period(kind: str, today: date) -> tuple[date, date]:
    """The latest calendar period that lies wholly before `today`."""
    start, _end = period_around(kind, today)
    return period_around(kind, start - timedelta(days=1))


def period_words(kind: str, start: date, end: date) -> str:
    """ "October 2026", "quarter 4 of 2026", "2026", or both dates for the first review of an arrangement."""
    if kind == PeriodKind.MONTH:
        return date_format(start, "F Y")
    if kind == PeriodKind.QUARTER:
        return _("quarter %(quarter)d of %(year)d") % {"quarter": (start.month + 2) // 3, "year": start.year}
    if kind == PeriodKind.YEAR:
        return str(start.year)
    return _("%(start)s to %(end)s") % {"start": date_format(start, "j F Y"), "end": date_format(end, "j F Y")}


def result_period_words(start: date, end: date) -> str:
    """ "2026" or "quarter 4 of 2026" where the dates are those of a year or quarter, else both dates."""
    for kind in (PeriodKind.YEAR, PeriodKind.QUARTER):
        if (start, end) == period_around(kind, start):
            return period_words(kind, start, end)
    return period_words(PeriodKind.FIRST, start, end)


def dates_of(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a year (quarter 0) or of one of its quarters."""
    if not quarter:
        return period_around(PeriodKind.YEAR, date(year, 1, 1))
    return period_around(PeriodKind.QUARTER, date(year, 3 * quarter - 2, 1))
