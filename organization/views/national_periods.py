"""National and emergency periods: everybody reads them, HR enters and ends them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organization.access import access_for
from organization.enums import PositionKind
from organization.enums_periods import NationalPeriodKind, PeriodState
from organization.filters_periods import NationalPeriodFilter
from organization.forms.national_periods import EmergencyForm, EndPeriodForm, NationalPeriodForm
from organization.http import UserRequest
from organization.importing.reports import safe_cell
from organization.models import NationalPeriod
from organization.national_periods import (
    counting_day,
    covered_by_unit,
    covered_employees,
    covered_placements,
    scope_placements,
)
from organization.services import national_periods as services
from organization.views.pages import Crumbs, FormPage, handle_form, paginate, render_list, require_permission

TAGS = {PeriodState.PLANNED: "info", PeriodState.ACTIVE: "ok", PeriodState.ENDED: "n"}
SHOWN_UNITS = 3


def weekdays_in_words(period: NationalPeriod) -> str:
    if not period.weekdays:
        return _("every working day")
    return get_text_list([str(WEEKDAYS[day - 1]) for day in period.weekdays], _("and"))


def scope_in_words(period: NationalPeriod) -> str:
    names = [unit.name for unit in period.units.all()]
    if not names:
        return _("the whole agency")
    more = len(names) - SHOWN_UNITS
    shown = ", ".join(names[:SHOWN_UNITS])
    return _("%(units)s and %(more)s more") % {"units": shown, "more": more} if more > 0 else shown


def _entry(period: NationalPeriod) -> dict[str, Any]:
    state = period.state_on(timezone.localdate())
    return {
        "period": period,
        "state": state,
        "tag": "warn" if state == PeriodState.ACTIVE and period.kind == NationalPeriodKind.EMERGENCY else TAGS[state],
        "days": weekdays_in_words(period),
        "scope": scope_in_words(period),
    }


@require_safe
def national_period_list(request: UserRequest) -> HttpResponse:
    """All periods, newest first."""
    filterset = NationalPeriodFilter(request.GET, queryset=NationalPeriod.objects.for_list(), request=request)
    page_obj = paginate(request, filterset.qs)
    context = {
        "filter": filterset,
        "page_obj": page_obj,
        "entries": [_entry(period) for period in page_obj],
        "may_enter": request.user.has_perm("organization.enter_national_periods"),
        "may_switch_on": request.user.has_perm(services.MANAGE),
    }
    return render_list(
        request, "organization/national_period_list.html", "organization/partials/national_period_table.html", context
    )


@require_safe
def national_period(request: UserRequest, pk: int) -> HttpResponse:
    """One period: what it says, how many people it affects, unit by unit."""
    period = get_object_or_404(NationalPeriod.objects.for_list(), pk=pk)
    on = counting_day(period, timezone.localdate())
    people = covered_placements(period, on).order_by().values("employee_id").distinct().count()
    in_scope = scope_placements(period, on).order_by().values("employee_id").distinct().count()
    may_manage = request.user.has_perm(services.MANAGE, period)
    entry = _entry(period)
    context = entry | {
        "on": on,
        "people": people,
        "left_out": in_scope - people,
        "excluded": [str(PositionKind(kind).label) for kind in period.excluded_kinds],
        "page_obj": paginate(request, covered_by_unit(period, on)),
        "may_change": may_manage and entry["state"] == PeriodState.PLANNED,
        "may_end": may_manage and entry["state"] != PeriodState.ENDED and period.ended_on is None,
        "may_see_people": request.user.has_perm("organization.view_affected_people"),
        "crumbs": [(_("National periods"), reverse("organization:national_period_list")), (period.name, "")],
    }
    return render(request, "organization/national_period.html", context)


def _crumbs(last: str, period: NationalPeriod | None = None) -> Crumbs:
    crumbs: Crumbs = [(_("National periods"), reverse("organization:national_period_list"))]
    if period is not None:
        crumbs.append((period.name, _at(period)))
    return [*crumbs, (last, "")]


def _at(period: NationalPeriod) -> str:
    return reverse("organization:national_period", args=[period.pk])


@require_http_methods(["GET", "HEAD", "POST"])
def national_period_create(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.enter_national_periods")
    form = NationalPeriodForm(request.POST or None, by=request.user)
    title = _("New national period")
    page = FormPage(
        title=title,
        intro=_("Arrangements of single people stay as they are and say the place again afterwards."),
        submit=_("Save the period"),
        cancel_url=reverse("organization:national_period_list"),
        crumbs=_crumbs(title),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.enter_period(by=request.user, data=form.data_for_service()),
        done=_("Saved. Everybody affected is told when it begins."),
        done_url=_at,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def emergency_create(request: UserRequest) -> HttpResponse:
    """Emergency mode from today: open, give the reason, switch on."""
    require_permission(request, services.MANAGE)
    form = EmergencyForm(request.POST or None, by=request.user)
    title = _("Switch on emergency mode")
    page = FormPage(
        title=title,
        intro=_(
            "From today. Units of direct public service and units that work around the clock keep their schedule. "
            "Nobody's arrangement is changed."
        ),
        submit=_("Switch on now"),
        cancel_url=reverse("organization:national_period_list"),
        crumbs=_crumbs(title),
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.enter_period(by=request.user, data=form.data_for_service()),
        done=_("Emergency mode is on. Everybody affected is told."),
        done_url=_at,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def national_period_edit(request: UserRequest, pk: int) -> HttpResponse:
    """Change a period that has not begun; afterwards it can only be ended (409)."""
    period = get_object_or_404(NationalPeriod.objects.for_list(), pk=pk)
    require_permission(request, services.MANAGE, period)
    if period.state_on(timezone.localdate()) != PeriodState.PLANNED:
        raise services.PeriodBegun
    form = NationalPeriodForm(request.POST or None, by=request.user, period=period)
    title = _("Change")
    page = FormPage(
        title=_("Change %(name)s") % {"name": period.name},
        submit=_("Save the period"),
        cancel_url=_at(period),
        crumbs=_crumbs(title, period),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.change_period(by=request.user, period_id=pk, data=form.data_for_service()),
        done=_("Saved. Everybody affected is told when it begins."),
        done_url=_at,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def national_period_end(request: UserRequest, pk: int) -> HttpResponse:
    """End a running period early, or withdraw a planned one; one that is over says so (409)."""
    period = get_object_or_404(NationalPeriod.objects.for_list(), pk=pk)
    require_permission(request, services.MANAGE, period)
    state = period.state_on(timezone.localdate())
    if state == PeriodState.ENDED or period.ended_on is not None:
        raise services.PeriodOver
    has_begun = state == PeriodState.ACTIVE
    form = EndPeriodForm(request.POST or None, has_begun=has_begun)
    page = FormPage(
        title=(_("End %(name)s early") if has_begun else _("Withdraw %(name)s")) % {"name": period.name},
        intro=_("Everybody affected is told. From the next day on arrangements and offices apply again by themselves.")
        if has_begun
        else _("It has not begun, so nobody was told."),
        submit=_("End it") if has_begun else _("Withdraw it"),
        cancel_url=_at(period),
        crumbs=_crumbs(_("End early") if has_begun else _("Withdraw"), period),
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.end_period(
            by=request.user,
            period_id=pk,
            last_day=form.cleaned_data.get("last_day") or timezone.localdate(),
            reason=form.cleaned_data["reason"],
        ),
        done=_("It ends with that day. Everybody affected is told.") if has_begun else _("Withdrawn."),
        done_url=_at,
    )


def _affected(request: UserRequest, period: NationalPeriod) -> QuerySet[Any, Any]:
    """People affected, as far as the reader looks after them."""
    on = counting_day(period, timezone.localdate())
    rows = covered_employees(period, on).filter(access_for(request.user).employees_q()).with_placement_on(on)
    names = {"unit_name": F("current__unit__name"), "position_name": F("current__position__name")}
    return rows.annotate(**names).order_by("current__unit__path", "name", "pk")


@require_safe
def national_period_people(request: UserRequest, pk: int) -> HttpResponse:
    """Names of those affected, for HR of the units."""
    require_permission(request, "organization.view_affected_people")
    period = get_object_or_404(NationalPeriod.objects.for_list(), pk=pk)
    context = {
        "period": period,
        "on": counting_day(period, timezone.localdate()),
        "page_obj": paginate(request, _affected(request, period)),
        "crumbs": _crumbs(_("People"), period),
    }
    return render_list(
        request,
        "organization/national_period_people.html",
        "organization/partials/national_period_people_table.html",
        context,
    )


@require_safe
def national_period_export(request: UserRequest, pk: int) -> StreamingHttpResponse:
    """The same names as a CSV file, for the note of the unit head or the attendance system."""
    require_permission(request, "organization.view_affected_people")
    period = get_object_or_404(NationalPeriod.objects.for_list(), pk=pk)
    rows = _affected(request, period).values_list("unit_name", "name", "position_name")
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="masa-nasional-{period.pk}.csv"'
    return response


def _csv(rows: QuerySet[Any, Any]) -> Iterator[str]:
    """As spreadsheets with Indonesian settings open it: semicolons, byte order mark."""
    yield "\ufeff" + _line((_("Unit"), _("Name"), _("Position")))
    for row in rows.iterator(chunk_size=2000):
        yield _line(row)


def _line(values: tuple[str, ...]) -> str:
    return ";".join('"' + safe_cell(value).replace('"', '""') + '"' for value in values) + "\r\n"
