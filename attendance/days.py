"""One person's days: a month in words with its sums, and the balance of a week of dynamic hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from attendance.balance import BalanceDay, WeekBalance, carried_into_next
from attendance.day_words import COLUMNS, Cell, Row, Sight, cell_of, hours, span, where
from attendance.enums import CorrectionStatus, DayState, FlagStatus, MatchedPlace
from attendance.models import AttendanceTerms, Correction, IntegrityFlag, WorkDay
from attendance.verdict_words import Remark, remarks_of
from organization.models import Employee, User

DAY_COLUMNS = (
    *COLUMNS, "place", "is_corrected", "late_min", "early_min", "short_min", "missing_in", "missing_out",
    "is_unexcused", "is_excused",
)  # fmt: skip
BALANCE_COLUMNS = ("day", "expected_min", "worked_min", "is_dynamic", "first_out")
WEEKDAYS = 7


@dataclass(frozen=True)
class DayLine:
    """A day of the month: what was expected, what happened, and what is to be said of it."""

    day: date
    cell: Cell
    expected: str
    hours: str
    is_dynamic: bool
    happened: str
    place: str
    remarks: tuple[Remark, ...]
    flags: tuple[str, ...]
    correction: str
    worked_min: int
    is_past: bool
    may_correct: bool


@dataclass(frozen=True)
class Sums:
    """Figures of a period. Minutes are whole minutes."""

    work_days: int
    present_days: int
    away_days: int
    expected_min: int
    worked_min: int
    late_min: int
    early_min: int
    unexcused_days: int


def sight_on_days(user: User, employee: Employee) -> Sight | None:
    """How much a user reads of somebody's days: all of them the person, who leads them, and their HR; auditors not of
    what kind an absence is; nobody else reads them."""
    if employee.user_id == user.pk:
        return Sight.ALL
    if user.has_perm("attendance.manage_absence", employee) or user.has_perm("attendance.lead_employee", employee):
        return Sight.ALL
    return Sight.PLACE if user.has_perm("attendance.view_days", employee) else None


def month_lines(employee_id: int, start: date, end: date, *, sight: Sight, today: date) -> list[DayLine]:
    """Every built day of a period, with corrections and flags; three queries."""
    rows = WorkDay.objects.filter(employee_id=employee_id).between(start, end).order_by("day").values(*DAY_COLUMNS)
    corrections = _corrections(employee_id, start, end)
    flags = _flags(employee_id, start, end)
    return [_line(row, sight, today, corrections.get(row["day"], ""), tuple(flags[row["day"]])) for row in rows]


def _line(row: Row, sight: Sight, today: date, correction: str, flags: tuple[str, ...]) -> DayLine:
    parts = [
        span(row["first_in"], row["first_out"], row["zone"]),
        span(row["second_in"], row["second_out"], row["zone"]),
    ]
    day = row["day"]
    return DayLine(
        day=day,
        cell=cell_of(row, sight),
        expected=where(row, sight),
        hours=hours(row),
        is_dynamic=row["is_dynamic"],
        happened=", ".join(filter(None, parts)),
        place=str(MatchedPlace(row["place"]).label) if row["place"] in MatchedPlace.values else "",
        remarks=remarks_of(row),
        flags=flags,
        correction=correction,
        worked_min=row["worked_min"],
        is_past=day < today,
        may_correct=day <= today and row["state"] not in (DayState.OFF, DayState.AWAY),
    )


def _corrections(employee_id: int, start: date, end: date) -> dict[date, str]:
    """The state of the latest correction of each day, in words."""
    rows = Correction.objects.filter(employee_id=employee_id, day__range=(start, end))
    rows = rows.exclude(status=CorrectionStatus.WITHDRAWN).order_by("submitted_at", "pk")
    return {day: str(CorrectionStatus(status).label) for day, status in rows.values_list("day", "status")}


def _flags(employee_id: int, start: date, end: date) -> dict[date, list[str]]:
    """Questions about a day that are open or were upheld; what was dismissed is gone."""
    found: dict[date, list[str]] = defaultdict(list)
    rows = IntegrityFlag.objects.filter(employee_id=employee_id, day__range=(start, end))
    for flag in rows.exclude(status=FlagStatus.DISMISSED).order_by("day", "pk").only("day", "kind", "status"):
        found[flag.day].append(f"{flag.get_kind_display()}: {flag.get_status_display()}")
    return found


def sums_of(employee_id: int, start: date, end: date) -> Sums:
    """The figures of a period up to its end; one query."""
    is_work = Q(expected_min__gt=0)
    happened = Q(state__in=[DayState.PRESENT, DayState.INCOMPLETE])
    rows = WorkDay.objects.filter(employee_id=employee_id).between(start, end)
    found: dict[str, Any] = rows.aggregate(
        work_days=Count("pk", filter=is_work),
        present_days=Count("pk", filter=happened),
        away_days=Count("pk", filter=Q(state=DayState.AWAY)),
        expected_min=Sum("expected_min", default=0),
        worked_min=Sum("worked_min", default=0),
        late_min=Sum("late_min", default=0),
        early_min=Sum("early_min", default=0),
        unexcused_days=Count("pk", filter=Q(is_unexcused=True)),
    )
    return Sums(**found)


# The balance of a week ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DynamicWeek:
    """A week with dynamic hours: its balance, and between which times one comes and goes."""

    monday: date
    balance: WeekBalance
    terms: AttendanceTerms

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=WEEKDAYS - 1)


def dynamic_week(employee_id: int, day: date, terms: AttendanceTerms, *, today: date) -> DynamicWeek | None:
    """The balance of the week of `day`; nothing where no day of it is dynamic. One query.

    With a carry-over, the weeks since the year began are read too: what one of them left over goes into the next.
    """
    monday = _monday_of(day)
    first = _monday_of(date(monday.year, 1, 1)) if terms.carry_over_max_min else monday
    rows = WorkDay.objects.filter(employee_id=employee_id).between(first, monday + timedelta(days=WEEKDAYS - 1))
    return week_of_rows(rows.order_by("day").values(*BALANCE_COLUMNS), monday, terms, today=today)


def week_of_rows(rows: Iterable[Row], monday: date, terms: AttendanceTerms, *, today: date) -> DynamicWeek | None:
    """The same from rows that are there already: those of the week and, with a carry-over, of the weeks before it."""
    weeks = _weeks(rows, today)
    days, is_dynamic = weeks.pop(monday, ((), False))
    if not is_dynamic:
        return None
    first = min(weeks, default=monday)
    before = [weeks[start][0] if start in weeks and weeks[start][1] else () for start in _mondays(first, monday)]
    carried = carried_into_next(before, most_min=terms.carry_over_max_min)
    return DynamicWeek(monday, WeekBalance(tuple(days), carried), terms)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _mondays(first: date, before: date) -> list[date]:
    return [first + timedelta(days=offset) for offset in range(0, (before - first).days, WEEKDAYS)]


def _weeks(rows: Iterable[Row], today: date) -> dict[date, tuple[Sequence[BalanceDay], bool]]:
    """Per Monday the days of the week, and whether one of them is dynamic."""
    found: dict[date, list[BalanceDay]] = defaultdict(list)
    dynamic: set[date] = set()
    for row in rows:
        day, start = row["day"], _monday_of(row["day"])
        is_open = day > today or (day == today and row["first_out"] is None)
        found[start].append(BalanceDay(day, row["expected_min"], row["worked_min"], is_open))
        if row["is_dynamic"]:
            dynamic.add(start)
    return {start: (days, start in dynamic) for start, days in found.items()}
