"""Units: the tree, one unit with its history, and changes by HR or its head."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.changes import Impact, Planned, impact_of
from organization.enums import ChangeCause, ReadinessStatus
from organization.extensions import unit_links
from organization.filters import UnitListFilter
from organization.forms.base import LastDayForm, PlainForm
from organization.forms.units import ReadinessForm, UnitForm
from organization.http import UserRequest
from organization.models import StaffingMinimum, Unit, UnitReadiness, UnitVersion
from organization.selectors import active_staff_under, staff_under, unit_for_page, units_for_list
from organization.services import unit_admin
from organization.services.unit_admin import UnitData
from organization.views.impact import CONFIRMED, figure, handle_form_with_impact
from organization.views.pages import (
    Crumbs,
    FormPage,
    do,
    handle_form,
    paginate,
    render_form,
    render_list,
    require_permission,
)

UNITS_A_PAGE = 50


@require_safe
def unit_list(request: UserRequest) -> HttpResponse:
    """The tree of units in the user's reach, with staff, quota and service duties."""
    require_permission(request, "organization.view_people")
    today = timezone.localdate()
    filterset = UnitListFilter(request.GET, queryset=units_for_list(request.user, today), request=request)
    page_obj = paginate(request, filterset.qs, UNITS_A_PAGE)
    staff = active_staff_under(page_obj.object_list, today)
    context = {
        "filter": filterset,
        "page_obj": page_obj,
        "entries": [{"unit": unit, "staff": staff[unit.pk], "level": min(unit.depth, 6)} for unit in page_obj],
        "may_create": request.user.has_perm("organization.manage_unit"),
    }
    return render_list(request, "organization/unit_list.html", "organization/partials/unit_table.html", context)


def _unit(request: UserRequest, pk: int) -> Unit:
    return get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)


def _url(unit: Unit) -> str:
    return reverse("organization:unit", args=[unit.pk])


def _crumbs(unit: Unit, last: str) -> Crumbs:
    return [(_("Units"), reverse("organization:unit_list")), (unit.name, _url(unit)), (last, "")]


@require_safe
def unit(request: UserRequest, pk: int) -> HttpResponse:
    """One unit: what it is today, what it was, who heads it, its limits and its readiness."""
    today = timezone.localdate()
    shown = get_object_or_404(unit_for_page(request.user, today), pk=pk)
    below = Unit.objects.filter(parent=shown, pk__in=Unit.objects.open_on(today)).order_by("name", "pk")
    versions = list(shown.versions.select_related("parent", "site", "quota_set_at"))
    current = next(
        (row for row in versions if row.valid_from <= today and (not row.valid_to or row.valid_to >= today)), None
    )
    context = {
        "unit": shown,
        "current": current,
        "versions": versions,
        "staff": staff_under(shown, today),
        "ancestors": Unit.objects.ancestors(shown, include_self=False),
        "page_obj": paginate(request, below),
        "minimums": _minimums(shown),
        "links": unit_links(request.user, shown),
        "readiness": list(shown.readiness.select_related("declared_by", "confirmed_by")[:5]),
        "ready_above": _ready_above(shown, today),
        "today": today,
        "may_manage": request.user.has_perm("organization.manage_unit", shown),
        "may_tighten": request.user.has_perm("organization.tighten_unit", shown),
        "may_declare": request.user.has_perm("organization.declare_readiness", shown),
        "may_confirm": request.user.has_perm("organization.confirm_readiness", shown),
    }
    return render(request, "organization/unit.html", context)


def _ready_above(shown: Unit, today: date) -> UnitReadiness | None:
    """A confirmed declaration of a unit above, which counts for this one too."""
    rows = UnitReadiness.objects.active_on(today).filter(unit__in=shown.path_ids[:-1])
    confirmed = rows.filter(status=ReadinessStatus.CONFIRMED, technology=True, supervision=True)
    return confirmed.select_related("unit").order_by("-unit__depth").first()


def _minimums(shown: Unit) -> list[dict[str, object]]:
    rows = StaffingMinimum.objects.filter(unit=shown).overlapping(timezone.localdate(), None).select_related("set_at")
    return [
        {"row": row, "day": _("Every working day") if row.weekday is None else capfirst(WEEKDAYS[row.weekday - 1])}
        for row in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def unit_create(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.manage_unit")
    parent = request.GET.get("parent", "")
    initial = {"parent": parent} if parent.isdigit() else {}
    form = UnitForm(request.POST or None, by=request.user, initial=initial)
    back = reverse("organization:unit_list")
    page = FormPage(
        title=_("New unit"),
        submit=_("Found the unit"),
        cancel_url=back,
        crumbs=[(_("Units"), back), (_("New unit"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: unit_admin.create_unit(
            by=request.user,
            code=form.cleaned_data["code"],
            data=form.data_for_service(),
            valid_from=form.cleaned_data["valid_from"],
        ),
        done=_("The unit is founded."),
        done_url=_url,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unit_change(request: UserRequest, pk: int) -> HttpResponse:
    """Rename, move or change a unit from a day on."""
    shown = _unit(request, pk)
    require_permission(request, "organization.manage_unit", shown)
    versions = UnitVersion.objects.filter(unit=shown).select_related("parent", "site")
    version = versions.order_by("-valid_from").first()
    form = UnitForm(request.POST or None, by=request.user, version=version)
    page = FormPage(
        title=_("Change %(unit)s") % {"unit": shown.name},
        intro=_("The change applies from the day you choose; what the unit was before stays readable."),
        submit=_("Save the change"),
        cancel_url=_url(shown),
        crumbs=_crumbs(shown, _("Change")),
    )
    return handle_form_with_impact(
        request,
        form,
        page,
        lambda: unit_admin.change_unit(
            by=request.user,
            unit_id=pk,
            data=form.data_for_service(),
            valid_from=form.cleaned_data["valid_from"],
        ),
        planned=lambda: _planned_change(shown, form.data_for_service(), form.cleaned_data["valid_from"]),
        done=_("The change is saved."),
        done_url=_url(shown),
    )


def _planned_change(shown: Unit, data: UnitData, on: date) -> Planned:
    """For the people of the unit and below, where its duties change; a new name or quota hits nobody."""
    people = unit_admin.people_of(shown, on)
    if not unit_admin.changes_duties(shown, data, on):
        people = people.none()
    return Planned(ChangeCause.UNIT, people, on)


@require_http_methods(["GET", "HEAD", "POST"])
def unit_close(request: UserRequest, pk: int) -> HttpResponse:
    shown = _unit(request, pk)
    require_permission(request, "organization.manage_unit", shown)
    form = LastDayForm(request.POST or None)
    page = FormPage(
        title=_("Close %(unit)s") % {"unit": shown.name},
        intro=_("People and units below it must be somewhere else after the last day."),
        submit=_("Close the unit"),
        cancel_url=_url(shown),
        crumbs=_crumbs(shown, _("Close")),
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: unit_admin.close_unit(by=request.user, unit_id=pk, **form.cleaned_data),
        done=_("The unit closes."),
        done_url=reverse("organization:unit_list"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def readiness_declare(request: UserRequest, pk: int) -> HttpResponse:
    shown = _unit(request, pk)
    require_permission(request, "organization.declare_readiness", shown)
    form = ReadinessForm(request.POST or None, initial={"valid_from": timezone.localdate()})
    page = FormPage(
        title=_("Is %(unit)s ready?") % {"unit": shown.name},
        intro=_("Tick what is true. The Minister names both as conditions; HR confirms your declaration."),
        submit=_("Declare"),
        cancel_url=_url(shown),
        crumbs=_crumbs(shown, _("Readiness")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: unit_admin.declare_readiness(by=request.user, unit_id=pk, **form.cleaned_data),
        done=_("Declared. It counts once HR has confirmed it."),
        done_url=_url(shown),
    )


@require_POST
def readiness_confirm(request: UserRequest, pk: int, readiness_pk: int) -> HttpResponse:
    shown = _unit(request, pk)
    require_permission(request, "organization.confirm_readiness", shown)
    row = get_object_or_404(UnitReadiness, unit=shown, pk=readiness_pk)
    planned = Planned(ChangeCause.UNIT, unit_admin.people_of(shown, row.valid_from), row.valid_from)
    impact = Impact() if row.technology and row.supervision else impact_of(request.user, planned)
    if impact and request.POST.get(CONFIRMED) != figure(impact):
        page = FormPage(
            title=_("Confirm that %(unit)s is not ready") % {"unit": shown.name},
            submit=_("Confirm"),
            cancel_url=_url(shown),
            crumbs=_crumbs(shown, _("Readiness")),
            context={"impact": impact, "confirmed": figure(impact)},
        )
        return render_form(request, PlainForm(), page)
    return do(
        request,
        lambda: unit_admin.confirm_readiness(by=request.user, readiness_id=row.pk),
        done=_("Confirmed."),
        back=_url(shown),
    )


@require_safe
def readiness_list(request: UserRequest) -> HttpResponse:
    """Declarations that wait for HR."""
    require_permission(request, "organization.confirm_readiness")
    rows = (
        UnitReadiness.objects.filter(status=ReadinessStatus.DECLARED)
        .filter(unit__in=Unit.objects.visible_to(request.user))
        .select_related("unit", "declared_by")
        .order_by("declared_at", "pk")
    )
    return render(request, "organization/readiness_list.html", {"page_obj": paginate(request, rows)})
