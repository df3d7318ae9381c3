"""The point of the own home, and HR's list of points to confirm."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.forms.homes import HomePointForm
from attendance.models import HomePoint
from attendance.services import homes
from attendance.services.privacy import newest_notice
from attendance.views.presence import PERMISSIONS_POLICY, own_employee
from organization.enums import Role
from organization.http import UserRequest
from organization.selectors import overseen_employees
from organization.views.pages import do, paginate, render_list, require_permission


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def my_home(request: UserRequest) -> HttpResponse:
    """Set the point of the own home, at home; and what became of it."""
    employee = own_employee(request)
    problem = ""
    if request.method == "POST":
        form = HomePointForm(request.POST)
        if form.is_valid():
            try:
                homes.set_home_point(by=request.user, position=form.position())
            except ValidationError as error:
                problem = " ".join(error.messages)
            else:
                messages.success(request, _("Set. HR confirms it; until then entries there are not yet confirmed."))
                return redirect("attendance:my_home")
        else:
            problem = form.problem
    notice = newest_notice()
    context = {
        "home": HomePoint.objects.filter(employee=employee).order_by("-set_at").first(),
        "has_read": notice is not None and notice.acknowledgements.filter(user=request.user).exists(),
        "problem": problem,
    }
    response = render(request, "attendance/my_home.html", context, status=422 if problem else 200)
    response["Permissions-Policy"] = PERMISSIONS_POLICY
    return response


@require_safe
def home_list(request: UserRequest) -> HttpResponse:
    """HR: points that wait. Who, which address, how accurate; not where."""
    require_permission(request, "attendance.confirm_home")
    rows = HomePoint.objects.filter(confirmed_at__isnull=True, refused_at__isnull=True)
    rows = rows.filter(employee__in=overseen_employees(request.user, Role.HR_ADMIN)).exclude(
        employee__user=request.user
    )
    page = paginate(request, rows.select_related("employee", "domicile").order_by("set_at", "pk"))
    context = {"page_obj": page}
    return render_list(request, "attendance/home_list.html", "attendance/partials/home_table.html", context)


@require_POST
def home_decide(request: UserRequest, pk: int) -> HttpResponse:
    """Confirm or refuse one point."""
    require_permission(request, "attendance.confirm_home")
    if request.POST.get("decision") == "confirm":
        return do(
            request,
            lambda: homes.confirm_home_point(by=request.user, home_id=pk),
            done=_("Confirmed."),
            back="attendance:home_list",
        )
    return do(
        request,
        lambda: homes.refuse_home_point(by=request.user, home_id=pk, reason=request.POST.get("reason", "")),
        done=_("Refused. The employee is told."),
        back="attendance:home_list",
    )
