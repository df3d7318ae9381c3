"""One's own days, and those of the people one leads: a month in words, its sums, and the week's balance."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from attendance.day_words import Sight
from attendance.days import dynamic_week, month_lines, sight_on_days, sums_of
from attendance.spans import month_of
from attendance.terms import attendance_terms_on
from organization.access import access_for
from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import Crumbs

FIRST_YEAR, LAST_YEAR = 2000, 2199


@require_safe
def my_days(request: UserRequest) -> HttpResponse:
    """The reader's own month."""
    own_id = access_for(request.user).own_employee_id
    if own_id is None:
        return render(request, "attendance/days.html", {"employee": None, "is_own": True, "crumbs": None})
    return _month(request, get_object_or_404(Employee, pk=own_id), Sight.ALL, is_own=True)


@require_safe
def days_of(request: UserRequest, pk: int) -> HttpResponse:
    """The month of somebody one leads, looks after as HR, or audits; the kind of an absence is not for auditors."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    sight = sight_on_days(request.user, employee)
    if sight is None:
        raise PermissionDenied(_("Your role does not allow this."))
    is_own = employee.user_id == request.user.pk
    crumbs: Crumbs = [(_("Who is where"), reverse("attendance:whereabouts")), (employee.name, "")]
    return _month(request, employee, sight, is_own=is_own, crumbs=crumbs)


def _month(
    request: UserRequest, employee: Employee, sight: Sight, *, is_own: bool, crumbs: Crumbs | None = None
) -> HttpResponse:
    today = timezone.localdate()
    start, end = month_of(asked_month(request, today))
    counted = min(end, today)
    terms = attendance_terms_on(today)
    context: dict[str, Any] = {
        "employee": employee,
        "is_own": is_own,
        "crumbs": crumbs,
        "start": start,
        "previous": start - timedelta(days=1),
        "following": end + timedelta(days=1),
        "is_this_month": start <= today <= end,
        "lines": month_lines(employee.pk, start, end, sight=sight, today=today),
        "sums": sums_of(employee.pk, start, counted) if start <= today else None,
        "year": sums_of(employee.pk, date(counted.year, 1, 1), counted) if start <= today else None,
        "week": dynamic_week(employee.pk, today, terms, today=today) if start <= today <= end else None,
        "today": today,
    }
    return render(request, "attendance/days.html", context)


def asked_month(request: UserRequest, today: date) -> date:
    """The first day of `?month=YYYY-MM`; this month where that cannot be read."""
    try:
        asked = datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007  (a month, no instant)
    except ValueError:
        return today.replace(day=1)
    return asked if FIRST_YEAR <= asked.year <= LAST_YEAR else today.replace(day=1)
