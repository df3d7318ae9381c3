"""The first page after login: where one works today, what waits, and what one has."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance.models import Assignment
from attendance.selectors import days_by_employee
from fwa.models import Request, Step
from fwa.presentation import TAG_OF_STATUS
from organization.access import access_for
from organization.models import AgencyProfile, User

SHOWN = 5


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Today's place, steps that wait for the user, own requests and running arrangements."""
    user: User = request.user  # type: ignore[assignment]
    today = timezone.localdate()
    employee_id = access_for(user).own_employee_id
    waiting = Step.objects.decidable_by(user).select_related("request__employee").order_by("due_on", "pk")
    context: dict[str, object] = {
        "today": today,
        "waiting": waiting[:SHOWN],
        "waiting_count": waiting.count(),
        "is_employee": employee_id is not None,
        "set_up_open": user.has_perm("organization.set_up_agency")
        and AgencyProfile.objects.filter(setup_completed_at=None).exists(),
    }
    if employee_id is not None:
        days = days_by_employee(employee_ids=[employee_id], start=today, end=today).get(employee_id, [])
        context["today_place"] = next((day.assignment for day in days if day.is_away), None)
        context["arrangements"] = Assignment.objects.in_force().filter(employee_id=employee_id, valid_to__gte=today)[
            :SHOWN
        ]
        own = Request.objects.of_user(user).for_list()[:SHOWN]
        context["requests"] = [(row, TAG_OF_STATUS[row.status]) for row in own]
    return render(request, "fwa/home.html", context)
