"""The first page after login: where one works today, what waits, and what one has."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance.models import Assignment
from fwa.home import SHOWN, duty_lines, own_requests, own_week, returned_lines
from fwa.home_reviews import waiting_reviews
from fwa.models import Step
from fwa.presentation import TAG_OF_STATUS, working_days_left
from organization.access import access_for
from organization.http import UserRequest


@require_safe
def home(request: UserRequest) -> HttpResponse:
    """Today's place, the week, what waits for the user, own requests and running arrangements."""
    user = request.user
    today = timezone.localdate()
    employee_id = access_for(user).own_employee_id
    waiting: QuerySet[Any, Any] = Step.objects.decidable_by(user).for_inbox().with_holidays(today)
    steps = list(waiting[: SHOWN + 1])
    context: dict[str, object] = {
        "today": today,
        "steps": [(step, working_days_left(step.due_on, today, step.holidays)) for step in steps[:SHOWN]],
        "more_steps": len(steps) > SHOWN,
        "duties": duty_lines(user),
        "reviews": waiting_reviews(user),
        "is_employee": employee_id is not None,
    }
    if employee_id is not None:
        week = own_week(employee_id, today)
        context["week"] = week
        context["today_line"] = next((day for day in week if day.is_today), None)
        own = own_requests(user)
        context["returned"] = returned_lines(own.returned)
        context["arrangements"] = _running(employee_id, today)
        context["requests"] = [(row, TAG_OF_STATUS[row.status]) for row in own.newest]
    return render(request, "fwa/home.html", context)


def _running(employee_id: int, today: date) -> list[Assignment]:
    """Arrangements that run or will; one that was ended early runs to the day before its end."""
    rows = Assignment.objects.in_force().filter(employee_id=employee_id, valid_to__gte=today)
    return list(rows.exclude(ended_on__lte=today).order_by("valid_from", "pk")[:SHOWN])
