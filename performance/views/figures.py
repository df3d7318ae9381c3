"""Work figures as pictures: one's own, a person's, and a team side by side for whoever leads it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organization.access import access_for
from organization.http import UserRequest
from organization.leading import led_by
from organization.models import Employee
from organization.views.pages import Crumbs, paginate, require_permission
from performance.charts import pictures_of, team_picture
from performance.figures import by_month, by_person, period_back

SPANS = (3, 6, 12)
DEFAULT_SPAN = 6


@require_safe
def own(request: UserRequest) -> HttpResponse:
    """The reader's own figures."""
    own_id = access_for(request.user).own_employee_id
    if own_id is None:
        raise PermissionDenied(_("Your account has no employee record, so it has no figures of work."))
    return _person(request, get_object_or_404(Employee, pk=own_id), crumbs=None)


@require_safe
def person(request: UserRequest, pk: int) -> HttpResponse:
    """Figures of somebody one leads, looks after as HR, or audits; never of a colleague."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    require_permission(request, "performance.view_work", employee)
    return _person(
        request, employee, crumbs=[(_("Work figures"), reverse("performance:figures_team")), (employee.name, "")]
    )


def _person(request: UserRequest, employee: Employee, *, crumbs: Crumbs | None) -> HttpResponse:
    months = _span(request)
    start, end = period_back(months, timezone.localdate())
    figures = by_month([employee.pk], start, end)
    context: dict[str, Any] = {
        "employee": employee,
        "is_own": employee.user_id == request.user.pk,
        "crumbs": crumbs,
        "spans": SPANS,
        "months": months,
        "start": start,
        "end": end,
        "figures": figures,
        "charts": [] if figures.is_empty else pictures_of(figures),
    }
    return render(request, "performance/figures.html", context)


@require_safe
def team(request: UserRequest) -> HttpResponse:
    """The people one leads side by side, and their figures together."""
    people = led_by(request.user).order_by("name", "pk")
    access = access_for(request.user)
    if not (access.has_reports or access.unit_paths):
        raise PermissionDenied(_("This page is for whoever has people in their care."))
    months = _span(request)
    start, end = period_back(months, timezone.localdate())
    page = paginate(request, people)
    shown = list(page)
    sums = by_person([one.pk for one in shown], start, end)
    rows = [(one, sums[one.pk]) for one in shown]
    context = {
        "page_obj": page,
        "rows": rows,
        "spans": SPANS,
        "months": months,
        "start": start,
        "end": end,
        "chart": team_picture([(one.name, row) for one, row in rows]) if any(row.due for _one, row in rows) else None,
    }
    return render(request, "performance/figures_team.html", context)


def _span(request: UserRequest) -> int:
    asked = request.GET.get("months", "")
    return int(asked) if asked.isdecimal() and asked.isascii() and int(asked[:3]) in SPANS else DEFAULT_SPAN
