"""Quota and minimum on site of a unit: entered, looked at where granted days would go beyond, then saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organization.extensions import NewLimit, OverLimit, over_limit
from organization.forms.units import MinimumForm, QuotaForm
from organization.http import UserRequest
from organization.models import StaffingMinimum, Unit, UnitVersion
from organization.services import unit_limits
from organization.views.pages import FormPage, add_errors, render_form, require_permission

SHOWN_DAYS = 40


def _unit(request: UserRequest, pk: int) -> Unit:
    unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    require_permission(request, "organization.tighten_unit", unit)
    return unit


def _page(unit: Unit, *, title: str, intro: str, submit: str, last: str) -> FormPage:
    back = reverse("organization:unit", args=[unit.pk])
    return FormPage(
        title=title,
        intro=intro,
        submit=submit,
        cancel_url=back,
        crumbs=[(_("Units"), reverse("organization:unit_list")), (unit.name, back), (last, "")],
        template="organization/unit_limit.html",
        context={"over": [], "hidden": 0, "confirmed": ""},
    )


def _handle(
    request: UserRequest,
    form: forms.Form,
    page: FormPage,
    command: Callable[[], Any],
    limit: Callable[[], NewLimit],
    done: str,
) -> HttpResponse:
    """Save; where granted days go beyond the new limit, only once the list of them was seen."""
    if request.method != "POST" or not form.is_valid():
        return render_form(request, form, page)
    entered = repr(sorted(form.cleaned_data.items(), key=lambda item: item[0]))
    over: list[OverLimit] = []
    try:
        with transaction.atomic():
            command()  # refuses before anything is shown
            if request.POST.get("confirmed") != entered:
                over = over_limit(request.user, limit())
                transaction.set_rollback(bool(over))
    except ValidationError as error:
        add_errors(form, error)
        return render_form(request, form, page)
    if over:
        page.context.update(over=over[:SHOWN_DAYS], hidden=max(len(over) - SHOWN_DAYS, 0), confirmed=entered)
        return render_form(request, form, page)
    messages.success(request, done)
    return redirect(page.cancel_url)


@require_http_methods(["GET", "HEAD", "POST"])
def quota_edit(request: UserRequest, pk: int) -> HttpResponse:
    """The unit's own percentage from a day on."""
    shown = _unit(request, pk)
    today = timezone.localdate()
    current = UnitVersion.objects.active_on(today).filter(unit=shown).first()
    initial = {"valid_from": today, "quota_pct": current.quota_pct if current else None}
    form = QuotaForm(request.POST or None, initial=initial)
    page = _page(
        shown,
        title=_("Quota of %(unit)s") % {"unit": shown.name},
        intro=_(
            "How many of the active staff may be away on one day (Art 13). A unit head can lower it and undo that"
            " again; HR can also raise it."
        ),
        submit=_("Save the quota"),
        last=_("Quota"),
    )
    return _handle(
        request,
        form,
        page,
        lambda: unit_limits.set_quota(by=request.user, unit_id=pk, **form.cleaned_data),
        lambda: NewLimit(shown, form.cleaned_data["valid_from"], quota_pct=form.cleaned_data["quota_pct"]),
        _("The quota is saved."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def minimum_edit(request: UserRequest, pk: int) -> HttpResponse:
    """How many must be on site, by weekday and position group, from a day on."""
    shown = _unit(request, pk)
    initial: dict[str, Any] = {"valid_from": timezone.localdate()}
    row_id = request.GET.get("row", "")
    row = StaffingMinimum.objects.filter(unit=shown, pk=row_id).first() if row_id.isdigit() else None
    if row:
        initial |= {"weekday": row.weekday or "", "position_group": row.position_group, "count": row.count}
    form = MinimumForm(request.POST or None, initial=initial)
    page = _page(
        shown,
        title=_("Minimum on site in %(unit)s") % {"unit": shown.name},
        intro=_(
            "Counted over the unit and all units below it. A unit head can raise it and undo that again; HR can also"
            " lower it."
        ),
        submit=_("Save the minimum"),
        last=_("Minimum on site"),
    )
    return _handle(
        request,
        form,
        page,
        lambda: unit_limits.set_minimum(by=request.user, unit_id=pk, **form.cleaned_data),
        lambda: NewLimit(shown, **form.cleaned_data),
        _("The minimum is saved."),
    )
