"""This week on a person's page: where they work, the balance where hours are dynamic, and the year in short."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from attendance.board import rows_of
from attendance.day_words import Row, Sight, cell_of
from attendance.days import DynamicWeek, dynamic_week, sight_on_days, week_of_rows
from attendance.enums import Whereabouts
from attendance.terms import attendance_terms_on
from attendance.year_short import year_in_short, year_short_of
from organization.extensions import PersonPanel, register_person_panel
from organization.models import Employee, User

WEEK = timedelta(days=6)
SATURDAY = 5


@register_person_panel
def days_panel(user: User, employee: Employee) -> PersonPanel | None:
    """For whoever reads the person's days, the year for who leads them and HR; nothing where no day is built."""
    sight = sight_on_days(user, employee)
    if sight is None:
        return None
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    sees_all = sight == Sight.ALL
    also = {"year": year_in_short(employee, today)} if sees_all else {}
    rows = rows_of([employee.pk], monday, monday + WEEK, **also)[employee.pk]
    if not rows:
        return None
    context = {
        "employee": employee,
        "days": [(day, cell_of(rows[day], sight), day == today) for day in sorted(rows) if _is_shown(rows[day])],
        "week": _balance(employee, rows, monday, today),
        "year": year_short_of(next(iter(rows.values()))["year"], employee, today) if sees_all else None,
    }
    return PersonPanel("attendance/partials/person_days.html", context, order=25)


def _balance(employee: Employee, rows: dict[date, Row], monday: date, today: date) -> DynamicWeek | None:
    """Of a week of dynamic hours; earlier weeks are read only where minutes are carried over."""
    if not any(row["is_dynamic"] for row in rows.values()):
        return None
    terms = attendance_terms_on(today)
    if terms.carry_over_max_min:
        return dynamic_week(employee.pk, today, terms, today=today)
    return week_of_rows(rows.values(), monday, terms, today=today)


def _is_shown(row: Row) -> bool:
    """A weekend only where it is worked."""
    return bool(row["whereabouts"] != Whereabouts.OFF or row["day"].weekday() < SATURDAY)
