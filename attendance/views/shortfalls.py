"""A day on which a unit has too few people: what is short, and who could come in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from attendance.models import Roster
from attendance.shortfalls import AWAY, could_come_in, shortfalls
from config.paging import BoundedPaginator
from organization.access import access_for
from organization.http import UserRequest
from organization.models import Unit
from organization.views.pages import require_permission

PERMISSION = "attendance.view_shortfall"
PAGE_SIZE = 50


@require_safe
@never_cache
def shortfall(request: UserRequest, pk: int, day: str) -> HttpResponse:
    """Names only within the user's scope; the kind of an absence is never told."""
    on = _day(day)
    unit = _unit(request, pk)
    short = shortfalls(unit, on, on)
    found = could_come_in(unit, on, short, access_for(request.user).employees_q("employee__"))
    page_obj = BoundedPaginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rosters = Roster.objects.visible_to(request.user).published().filter(starts_on__lte=on, ends_on__gte=on)
    context: dict[str, Any] = {
        "unit": unit,
        "day": on,
        "short": short,
        "page_obj": page_obj,
        "rows": [(row, row.why == AWAY) for row in page_obj],
        "roster": rosters.filter(unit=unit).first(),
        "previous": on - timedelta(days=1),
        "next": on + timedelta(days=1),
        "crumbs": [
            (unit.name, reverse("organization:unit", args=[pk])),
            (date_format(on, "DATE_FORMAT"), ""),
        ],
    }
    return render(request, "attendance/shortfall.html", context)


def _unit(request: UserRequest, pk: int) -> Unit:
    """A supervisor of somebody in the unit may look at it here, though not at the unit's own pages."""
    unit: Unit = get_object_or_404(Unit, pk=pk)
    if not request.user.has_perm(PERMISSION, unit):
        get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
        require_permission(request, PERMISSION, unit)
    return unit


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404(_("No such day.")) from error
