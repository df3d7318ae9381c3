"""Outages: everybody reads them, HR enters them and takes them back."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from attendance.filters_terminals import OutageFilter
from attendance.forms.outages import OutageForm
from attendance.models import OutageWindow
from attendance.services import outages as services
from organization.forms.base import PlainForm
from organization.http import UserRequest
from organization.views.pages import FormPage, handle_form, paginate, render_list, require_permission

WORK_BEGINS, WORK_ENDS = time(7, 0), time(17, 0)


@require_safe
def outage_list(request: UserRequest) -> HttpResponse:
    """Outages, the newest first; nothing personal stands in them."""
    rows = OutageWindow.objects.select_related("site", "terminal__site", "entered_by").order_by("-starts_at", "-pk")
    found = OutageFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": found,
        "page_obj": paginate(request, found.qs),
        "may_edit": request.user.has_perm("attendance.manage_outages"),
    }
    return render_list(request, "attendance/outage_list.html", "attendance/partials/outage_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def outage_enter(request: UserRequest) -> HttpResponse:
    """Enter an outage; a silent terminal and day may be given, to be checked and sent."""
    require_permission(request, "attendance.manage_outages")
    form = OutageForm(request.POST or None, initial=_suggested(request))
    back = reverse("attendance:outage_list")
    page = FormPage(
        title=_("Enter an outage"),
        submit=_("Save the outage"),
        cancel_url=back,
        crumbs=[(_("Outages"), back), (_("New"), "")],
        intro=_(
            "Entries that are late or missing because of it count nothing. It never makes a working day of a day off."
        ),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.enter_outage(by=request.user, data=form.data_of()),
        done=_("The outage is saved; the days it touches are built again."),
        done_url=back,
    )


def _suggested(request: UserRequest) -> dict[str, Any]:
    """The whole working time of a day at a terminal, as the list of terminals suggests it."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    terminal = request.GET.get("terminal", "")
    if day is None or not terminal.isdecimal():
        return {}
    return {
        "cause": "terminal",
        "terminal": terminal,
        "starts_at": datetime.combine(day, WORK_BEGINS),
        "ends_at": datetime.combine(day, WORK_ENDS),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def outage_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Ask, then take an outage back."""
    require_permission(request, "attendance.manage_outages")
    get_object_or_404(OutageWindow, pk=pk)
    back = reverse("attendance:outage_list")
    page = FormPage(
        title=_("Withdraw this outage"),
        submit=_("Withdraw"),
        cancel_url=back,
        crumbs=[(_("Outages"), back), (_("Withdraw"), "")],
        intro=_("It excuses nothing any more; the days it touched are built again. It stays on record."),
    )
    return handle_form(
        request,
        PlainForm(request.POST if request.method == "POST" else None),
        page,
        lambda: services.withdraw_outage(by=request.user, outage_id=pk),
        done=_("The outage is withdrawn."),
        done_url=back,
    )
