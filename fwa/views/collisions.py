"""Granted days that meet an absence, for unit heads and HR."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fwa.collisions import collisions_in_units, collisions_of_page
from fwa.models import Request
from organization.access import access_for
from organization.http import UserRequest
from organization.views.pages import paginate, require_permission


@require_safe
def collision_list(request: UserRequest) -> HttpResponse:
    """One line per arrangement whose days meet an absence; the absence goes first on them."""
    require_permission(request, "fwa.list_collisions")
    access = access_for(request.user)
    today = timezone.localdate()
    days = collisions_in_units(access.unit_paths, on=today)
    rows = Request.objects.filter(assignment__in=days.order_by().values("assignment")).select_related(
        "employee", "unit", "determination"
    )
    page = paginate(request, rows.order_by("employee__name", "pk"))
    context = {"page_obj": page, "lines": collisions_of_page(list(page), on=today)}
    return render(request, "fwa/collision_list.html", context)
