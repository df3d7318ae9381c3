"""Checked dates as pages show them: a calendar with a word per date, and what to do about those that do not pass."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.enums import AbsenceKind
from fwa.day_checks import DayCheck, week_of
from fwa.enums import OWN_PROBLEMS, DateProblem
from fwa.selectors import Coverage, Preview, UnitCoverage

OFFICE_WEEK, FULL_WEEK = 5, 7
OPEN_MONTHS = 2
SHOWN_PROBLEMS = 5


@dataclass(frozen=True)
class CalendarDay:
    """One cell of `partials/day_calendar.html`."""

    state: str
    label: str
    text: str


@dataclass(frozen=True)
class CalendarMonth:
    label: str
    weeks: tuple[tuple[CalendarDay | None, ...], ...]


@dataclass(frozen=True)
class Calendar:
    weekdays: tuple[str, ...]
    months: tuple[CalendarMonth, ...]


@dataclass(frozen=True)
class Offer:
    """A date that would pass instead; `value` is what the form sends back."""

    label: str
    value: str


@dataclass(frozen=True)
class ProblemLine:
    """A date that does not pass, why, and the offers. `blocks`: it must be changed before sending."""

    label: str
    day: str
    why: str
    blocks: bool
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class PreviewPanel:
    """Everything `fwa/partials/preview.html` shows about dates."""

    kind: str
    word: str
    calendar: Calendar
    later: Calendar
    problems: tuple[ProblemLine, ...]
    more_problems: int
    failing: int


def why(check: DayCheck) -> str:
    """Why a date does not pass, with the figures that say so."""
    detail = check.detail
    if check.problem == DateProblem.UNIT_FULL:
        return _("unit full %(away)s/%(quota)s") % {"away": detail["away"], "quota": detail["quota"]}
    if check.problem == DateProblem.BELOW_MINIMUM:
        left = int(detail["on_site"]) - 1
        return _("%(left)d would be on site, minimum %(minimum)s") % {"left": left, "minimum": detail["minimum"]}
    if check.problem == DateProblem.OVER_CAP and detail.get("national"):
        return _("weekly limit of %(cap)s days; %(name)s counts") % {"cap": detail["cap"], "name": detail["national"]}
    if check.problem == DateProblem.HOLIDAY:
        return str(detail.get("name") or DateProblem.HOLIDAY.label)
    if check.problem == DateProblem.ABSENT:
        kind = str(detail.get("kind", ""))
        return str(AbsenceKind(kind).label) if kind in AbsenceKind.values else str(DateProblem.ABSENT.label)
    if check.problem == DateProblem.ROSTERED:
        shift = detail.get("shift")
        return _("on the roster: shift %(code)s") % {"code": shift} if shift else str(_("on the roster: day off"))
    if check.problem == DateProblem.CLASH:
        reference = detail.get("reference")
        return _("clashes with %(number)s") % {"number": reference} if reference else str(DateProblem.CLASH.label)
    return str(DateProblem(check.problem).label)


def _cell(day: date, check: DayCheck | None, holidays: Mapping[date, str]) -> CalendarDay:
    label = date_format(day, "j")
    if check is None:
        return CalendarDay("off", label, holidays.get(day, "–"))
    if check.problem == DateProblem.HOLIDAY:
        return CalendarDay("off", label, why(check))
    if check.problem:
        return CalendarDay("stop", label, why(check))
    if check.exact:
        return CalendarDay("exact", label, _("possible, exactly the limit"))
    if check.detail.get("national"):
        return CalendarDay("ok", label, _("possible; %(name)s, counts") % {"name": check.detail["national"]})
    return CalendarDay("ok", label, _("possible"))


def calendar_of(checks: Iterable[DayCheck], holidays: Mapping[date, str]) -> Calendar:
    """Weeks from the first to the last date asked for, by month; seven days wide where a weekend was asked for."""
    by_day = {check.day: check for check in checks}
    width = FULL_WEEK if any(day.isoweekday() > OFFICE_WEEK for day in by_day) else OFFICE_WEEK
    months = []
    for _month, days in groupby(_days_of_months(by_day), key=lambda day: (day.year, day.month)):
        month = [day for day in days if day.isoweekday() <= width]
        weeks = [
            _week({day.isoweekday(): _cell(day, by_day.get(day), holidays) for day in week}, width)
            for _monday, week in groupby(month, key=week_of)
        ]
        months.append(CalendarMonth(date_format(month[0], "F Y"), tuple(weeks)))
    return Calendar(tuple(str(WEEKDAYS_ABBR[day]) for day in range(width)), tuple(months))


def _week(cells: Mapping[int, CalendarDay], width: int) -> tuple[CalendarDay | None, ...]:
    return tuple(cells.get(weekday) for weekday in range(1, width + 1))


def _days_of_months(days: Collection[date]) -> Iterable[date]:
    """Every day from the Monday before the first of `days` to the Sunday after the last, without empty months."""
    wanted = {(day.year, day.month) for day in days}
    if not wanted:
        return
    day, end = week_of(min(days)), week_of(max(days)) + timedelta(days=6)
    while day <= end:
        if (day.year, day.month) in wanted:
            yield day
        day += timedelta(days=1)


def problem_line(check: DayCheck) -> ProblemLine:
    offers = tuple(
        Offer(label=date_format(day, "D j M"), value=f"{check.day.isoformat()}:{day.isoformat()}")
        for day in check.alternatives
    )
    return ProblemLine(
        label=date_format(check.day, "l, j F"),
        day=check.day.isoformat(),
        why=why(check),
        blocks=check.problem in OWN_PROBLEMS,
        offers=offers,
    )


def preview_panel(preview: Preview) -> PreviewPanel:
    """The dates of a draft: how many pass, the calendar, and each date that needs a change."""
    calendar = calendar_of(preview.checks, preview.holidays or {})
    failing = preview.failing
    return PreviewPanel(
        kind="ok" if not failing else "warn",
        word=_word(preview),
        calendar=Calendar(calendar.weekdays, calendar.months[:OPEN_MONTHS]),
        later=Calendar(calendar.weekdays, calendar.months[OPEN_MONTHS:]),
        problems=tuple(problem_line(check) for check in failing[:SHOWN_PROBLEMS]),
        more_problems=max(len(failing) - SHOWN_PROBLEMS, 0),
        failing=len(failing),
    )


def _word(preview: Preview) -> str:
    return _("%(passing)d of %(total)d dates possible") % {
        "passing": preview.passing,
        "total": len(preview.worked),
    }


@dataclass(frozen=True)
class GridCell:
    text: str
    state: str = ""


@dataclass(frozen=True)
class GridColumn:
    label: str
    today: bool = False


@dataclass(frozen=True)
class GridRow:
    label: str
    cells: tuple[GridCell, ...]
    note: str = ""
    total: bool = False


@dataclass(frozen=True)
class Grid:
    """Rows by date for `partials/coverage_grid.html`."""

    caption: str
    columns: tuple[GridColumn, ...]
    rows: tuple[GridRow, ...]


def coverage_rows(coverage: Coverage) -> Grid:
    """What agreeing would leave on site and use of the quota, per date; the figures the lock will check."""
    rows: list[GridRow] = []
    for limit in coverage.limits:
        if limit.is_quota:
            rows.append(GridRow(_("Quota, if agreed"), tuple(map(_quota_cell, limit.values)), note=limit.unit))
        else:
            rows.append(GridRow(_("On site, if agreed"), tuple(map(_minimum_cell, limit.values)), note=_group(limit)))
            rows.append(GridRow(_("Minimum"), tuple(GridCell(_number(value, 1)) for value in limit.values)))
    if coverage.national:
        cells = tuple(GridCell(_("yes") if day in coverage.national else "–") for day in coverage.days)
        names = ", ".join(sorted(set(coverage.national.values())))
        rows.append(GridRow(_("National or emergency period"), cells, note=names))
    columns = tuple(GridColumn(date_format(day, "j M")) for day in coverage.days)
    return Grid(_("Service coverage by date"), columns, tuple(rows))


def _group(limit: UnitCoverage) -> str:
    return f"{limit.unit} · {limit.group}" if limit.group else limit.unit


def _number(value: tuple[int, int] | None, index: int) -> str:
    return "–" if value is None else str(value[index])


def _quota_cell(value: tuple[int, int] | None) -> GridCell:
    if value is None:
        return GridCell("–")
    used, quota = value
    return GridCell(f"{used}/{quota}", "stop" if used > quota else "ok")


def _minimum_cell(value: tuple[int, int] | None) -> GridCell:
    if value is None:
        return GridCell("–")
    left, minimum = value
    return GridCell(str(left), "stop" if left < minimum else "warn" if left == minimum else "ok")
