"""Sealed points of homes: closed by default, opened by POST by the named officer, with every look on record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.filters_presence import HomePointFilter
from attendance.models import HomePoint, LocationAccess
from attendance.places import Position
from attendance.services.locations import HOME, open_home
from attendance.views.locations import BROKEN, UNPROCESSABLE, people_served
from organization.http import UserRequest
from organization.sealing import SealBroken
from organization.views.pages import paginate, render_list, require_permission


def _openable(request: UserRequest) -> QuerySet[HomePoint]:
    """Points still kept of people whom the evidence officer serves. Raises PermissionDenied for everybody else."""
    require_permission(request, "attendance.open_location")
    rows = HomePoint.objects.filter(position__isnull=False, employee__in=people_served(request))
    return rows.select_related("employee", "domicile").defer("position").order_by("employee__name", "-set_at", "pk")


@require_safe
@never_cache
def home_points(request: UserRequest) -> HttpResponse:
    """Evidence officer: whose point is kept, for which address; not where it is."""
    found = HomePointFilter(request.GET, queryset=_openable(request), request=request)
    context = {"filter": found, "page_obj": paginate(request, found.qs), "crumbs": _crumbs()}
    return render_list(request, "attendance/home_points.html", "attendance/partials/home_point_table.html", context)


def _crumbs(last: str = "") -> list[tuple[str, str]]:
    points = [(_("Points of homes"), reverse("attendance:home_points") if last else "")]
    return [(_("Sealed positions"), reverse("attendance:location_list")), *points, *([(last, "")] if last else [])]


@require_safe
@never_cache
def home_point(request: UserRequest, pk: int) -> HttpResponse:
    """One point, closed, with who looked before."""
    return _page(request, get_object_or_404(_openable(request), pk=pk))


@require_POST
@never_cache
def home_point_open(request: UserRequest, pk: int) -> HttpResponse:
    """Show the point, in this answer only; the look is on record first and the employee is told."""
    home = get_object_or_404(_openable(request), pk=pk)
    reason = request.POST.get("reason", "")
    try:
        opened = open_home(by=request.user, home_id=home.pk, reason=reason)
    except ValidationError as error:
        return _page(request, home, reason=reason, problem=" ".join(error.messages), status=UNPROCESSABLE)
    except SealBroken:
        text = _("The sealed point does not fit its employee any more and is not shown. Tell the administrator.")
        return _page(request, home, problem=text, status=BROKEN)
    return _page(request, home, reason=reason, opened=opened)


def _page(
    request: UserRequest,
    home: HomePoint,
    *,
    reason: str = "",
    problem: str = "",
    opened: Position | None = None,
    status: int = 200,
) -> HttpResponse:
    looks = LocationAccess.objects.filter(employee=home.employee_id, what=HOME).select_related("opened_by")
    context = {
        "home": home,
        "accesses": looks,
        "reason": reason,
        "problem": problem,
        "opened": opened,
        "crumbs": _crumbs(home.employee.name),
    }
    return render(request, "attendance/home_point.html", context, status=status)
