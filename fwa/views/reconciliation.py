"""Plan, presence and output side by side: one's own month, a person's, and the week of the people one leads."""

from __future__ import annotations

from collections import Counter
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
from attendance.days import sight_on_days
from attendance.spans import month_of
from fwa.reconciliation import Weight
from fwa.reconciliation_reads import Side, sides_of
from organization.access import access_for
from organization.http import UserRequest
from organization.leading import led_by
from organization.models import Employee
from organization.views.pages import Crumbs, paginate, require_permission

FIRST_YEAR, LAST_YEAR = 2000, 2199
WEEK = 7
TAGS = {Weight.GAP: "stop", Weight.EXPLAINED: "info", Weight.NOTE: "n", Weight.OPEN: "warn"}


@require_safe
def own(request: UserRequest) -> HttpResponse:
    """The reader's own month."""
    own_id = access_for(request.user).own_employee_id
    if own_id is None:
        raise PermissionDenied(_("Your account has no employee record, so it has no days."))
    return _month(request, get_object_or_404(Employee, pk=own_id), Sight.ALL, crumbs=None)


@require_safe
def person(request: UserRequest, pk: int) -> HttpResponse:
    """The month of somebody one leads, looks after as HR, or audits."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    require_permission(request, "performance.view_work", employee)
    crumbs: Crumbs = [(_("Plan, presence and output"), reverse("fwa:reconciliation_team")), (employee.name, "")]
    return _month(request, employee, sight_on_days(request.user, employee) or Sight.PLACE, crumbs=crumbs)


def _month(request: UserRequest, employee: Employee, sight: Sight, *, crumbs: Crumbs | None) -> HttpResponse:
    today = timezone.localdate()
    start, end = month_of(_asked(request, "month", "%Y-%m", today.replace(day=1)))
    sides = list(sides_of([employee.pk], start, end, sight=sight).values())
    context: dict[str, Any] = {
        "employee": employee,
        "is_own": employee.user_id == request.user.pk,
        "crumbs": crumbs,
        "start": start,
        "previous": start - timedelta(days=1),
        "following": end + timedelta(days=1),
        "today": today,
        "lines": [_line(side) for side in sides if side.day <= today or side.found],
        "counts": _counts(sides),
    }
    return render(request, "fwa/reconciliation.html", context)


def _line(side: Side) -> dict[str, Any]:
    return {
        "side": side,
        "found": [(TAGS[row.weight], row.words, row.remedy) for row in side.found],
    }


def _counts(sides: list[Side]) -> dict[str, int]:
    """Days by the weightiest finding; "agree": days that are over without any."""
    counted = Counter(side.verdict for side in sides if side.facts.is_over)
    return {
        "agree": counted[None],
        "gap": counted[Weight.GAP],
        "explained": counted[Weight.EXPLAINED] + counted[Weight.NOTE],
        "open": counted[Weight.OPEN],
    }


@require_safe
def team(request: UserRequest) -> HttpResponse:
    """The people one leads by day of a week: where the three sides disagree, with the way to each."""
    people = led_by(request.user).order_by("name", "pk")
    access = access_for(request.user)
    if not (access.has_reports or access.unit_paths):
        raise PermissionDenied(_("This page is for whoever has people in their care."))
    today = timezone.localdate()
    asked = _asked(request, "week", "%Y-%m-%d", today)
    monday = asked - timedelta(days=asked.weekday())
    days = [monday + timedelta(days=offset) for offset in range(WEEK)]
    page = paginate(request, people)
    sides = sides_of([one.pk for one in page], days[0], days[-1])
    rows = [(one, [_cell(sides.get((one.pk, day))) for day in days]) for one in page]
    context = {
        "page_obj": page,
        "days": days,
        "rows": rows,
        "today": today,
        "previous": monday - timedelta(days=WEEK),
        "following": monday + timedelta(days=WEEK),
    }
    return render(request, "fwa/reconciliation_team.html", context)


def _cell(side: Side | None) -> dict[str, Any] | None:
    """How a day shows in the week: its verdict, and its findings as one sentence."""
    if side is None or (side.verdict is None and not side.facts.is_over):
        return None
    return {
        "kind": TAGS[side.verdict] if side.verdict else "ok",
        "count": len(side.found),
        "words": "; ".join(row.words for row in side.found),
        "day": side.day,
    }


def _asked(request: UserRequest, name: str, pattern: str, default: date) -> date:
    """The date of a query parameter; the default where it cannot be read or lies too far away."""
    try:
        found = datetime.strptime(request.GET.get(name, ""), pattern).date()  # noqa: DTZ007  (a date, no instant)
    except ValueError:
        return default
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else default
