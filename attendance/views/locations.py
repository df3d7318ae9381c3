"""Sealed positions: closed by default, opened by POST by the named officer; and one's own data with who looked."""

from __future__ import annotations

import base64
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.filters_presence import LocationFilter
from attendance.models import LocationAccess, PresenceEvent, PresenceEvidence
from attendance.presentation_presence import entry_line
from attendance.services.locations import OpenedEntry, open_entry
from attendance.terms import attendance_terms_on
from attendance.views.presence import own_employee
from organization.access import access_for
from organization.enums import Role
from organization.http import UserRequest
from organization.models import Employee, Placement
from organization.querysets import under_paths_q
from organization.sealing import SealBroken
from organization.views.pages import paginate, render_list, require_permission

UNPROCESSABLE, BROKEN = 422, 409


def _with_evidence() -> QuerySet[PresenceEvent]:
    kept = PresenceEvidence.objects.filter(event=OuterRef("pk"))
    rows = PresenceEvent.objects.annotate(
        has_position=Exists(kept.filter(position__isnull=False)), has_selfie=Exists(kept.filter(selfie__isnull=False))
    )
    return rows.select_related("site", "employee").order_by("-occurred_at", "-pk")


@require_safe
@never_cache
def my_locations(request: UserRequest) -> HttpResponse:
    """The own entries with what is still kept of them, and everybody who looked, why and when."""
    employee = own_employee(request)
    page = paginate(request, _with_evidence().filter(employee=employee))
    accesses = LocationAccess.objects.filter(employee=employee).select_related("opened_by", "event")
    context = {
        "page_obj": page,
        "rows": [(entry_line(event, settings.TIME_ZONE), event) for event in page],
        "accesses": list(accesses[:50]),
        "terms": attendance_terms_on(access_for(request.user).on),
    }
    return render(request, "attendance/my_locations.html", context)


def people_served(request: UserRequest) -> QuerySet[Employee]:
    """Whom the evidence officer serves; never themselves."""
    access = access_for(request.user)
    paths = access.paths_of_role(Role.EVIDENCE_OFFICER)
    placed = Placement.objects.active_on(access.on).filter(under_paths_q(paths, "unit__"))
    return Employee.objects.filter(Exists(placed.filter(employee=OuterRef("pk")))).exclude(user=request.user)


def _openable(request: UserRequest) -> QuerySet[PresenceEvent]:
    """Entries of people whom the evidence officer serves, of which something is still kept; never the own ones."""
    kept = PresenceEvidence.objects.filter(event=OuterRef("pk"))
    return _with_evidence().filter(Exists(kept), employee__in=people_served(request))


@require_safe
@never_cache
def location_list(request: UserRequest) -> HttpResponse:
    """Evidence officer: entries that still have sealed evidence. Which place fitted, never where it was."""
    require_permission(request, "attendance.open_location")
    found = LocationFilter(request.GET, queryset=_openable(request), request=request)
    page = paginate(request, found.qs)
    rows = [(entry_line(event, settings.TIME_ZONE), event) for event in page]
    context = {"filter": found, "page_obj": page, "rows": rows}
    return render_list(request, "attendance/location_list.html", "attendance/partials/location_table.html", context)


def _event(request: UserRequest, pk: int) -> PresenceEvent:
    require_permission(request, "attendance.open_location")
    event = get_object_or_404(_with_evidence(), pk=pk)
    if not request.user.has_perm("attendance.open_location", event.employee):
        raise Http404
    return event


@require_safe
@never_cache
def location(request: UserRequest, pk: int) -> HttpResponse:
    """One entry, closed, with who looked before."""
    return _page(request, _event(request, pk))


@require_POST
@never_cache
def location_open(request: UserRequest, pk: int) -> HttpResponse:
    """Show what is sealed, in this answer only; the look is on record first and the employee is told."""
    event = _event(request, pk)
    reason = request.POST.get("reason", "")
    try:
        opened = open_entry(by=request.user, event_id=event.pk, reason=reason)
    except ValidationError as error:
        return _page(request, event, reason=reason, problem=" ".join(error.messages), status=UNPROCESSABLE)
    except SealBroken:
        text = _("The sealed data does not fit its entry any more and is not shown. Tell the administrator.")
        return _page(request, event, problem=text, status=BROKEN)
    return _page(request, event, reason=reason, opened=opened)


def _page(
    request: UserRequest,
    event: PresenceEvent,
    *,
    reason: str = "",
    problem: str = "",
    opened: OpenedEntry | None = None,
    status: int = 200,
) -> HttpResponse:
    day = event.occurred_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    context = {
        "event": event,
        "line": entry_line(event, settings.TIME_ZONE),
        "day": day,
        "accesses": LocationAccess.objects.filter(event=event).select_related("opened_by"),
        "reason": reason,
        "problem": problem,
        "opened": opened,
        "picture": base64.b64encode(opened.selfie).decode() if opened and opened.selfie else "",
    }
    return render(request, "attendance/location.html", context, status=status)
