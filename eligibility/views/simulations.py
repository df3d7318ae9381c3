"""Simulations: started from a draft, figures by unit, post, kind, sex and rule, and the names behind each of them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eligibility.enums import RunStatus, VersionStatus
from eligibility.exports_simulation import csv_lines, xlsx_file
from eligibility.filters_simulations import SimulationFilter, SimulationRowFilter
from eligibility.forms_simulations import SimulationForm
from eligibility.models import PolicyVersion, Simulation
from eligibility.presentation import version_label
from eligibility.presentation_simulation import (
    GROUPS,
    filter_words,
    group_lines,
    group_titles,
    is_stale,
    person_line,
    running_words,
    stats,
    unit_lines,
    whole_agency,
)
from eligibility.services import start_simulation
from eligibility.views.screenings import XLSX_TYPE
from organization.http import UserRequest
from organization.models import Unit
from organization.views.pages import Crumbs, paginate, render_list, require_permission


def find_simulation(request: UserRequest, pk: int) -> Simulation:
    """403 for those who oversee nothing, 404 for those who do not oversee the whole agency."""
    require_permission(request, "eligibility.view_simulations")
    rows = Simulation.objects.visible_to(request.user).select_related("version__policy", "base", "created_by")
    return get_object_or_404(rows, pk=pk)


def version_page(version: PolicyVersion) -> str:
    name = "draft" if version.status == VersionStatus.DRAFT else "policy_version"
    return reverse(f"eligibility:{name}", args=[version.policy.code, version.number])


def _crumbs(simulation: Simulation, *more: str) -> Crumbs:
    version = simulation.version
    first: Crumbs = [
        (_("Policies"), reverse("eligibility:policy_list")),
        (version_label(version), version_page(version)),
    ]
    if not more:
        return [*first, (_("Simulation"), "")]
    return [
        *first,
        (_("Simulation"), reverse("eligibility:simulation", args=[simulation.pk])),
        *((w, "") for w in more),
    ]


@require_safe
def simulation_list(request: UserRequest) -> HttpResponse:
    """Every simulation, the newest first."""
    require_permission(request, "eligibility.view_simulations")
    rows = Simulation.objects.visible_to(request.user).for_list()
    filterset = SimulationFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "crumbs": [(_("Policies"), reverse("eligibility:policy_list")), (_("Simulations"), "")],
    }
    return render_list(
        request, "eligibility/simulation_list.html", "eligibility/partials/simulation_table.html", context
    )


@require_POST
def simulation_start(request: UserRequest, code: str, number: int) -> HttpResponse:
    """Simulate the version as of a day; the worker does it. `next=publish` leads back to publishing."""
    require_permission(request, "eligibility.simulate")
    version = get_object_or_404(PolicyVersion.objects.select_related("policy"), policy__code=code, number=number)
    back = version_page(version)
    if request.POST.get("next") == "publish" and version.status == VersionStatus.DRAFT:
        back = reverse("eligibility:publish", args=[code, number])
    form = SimulationForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(fault) for fault in form.errors["as_of"]))
        return redirect(back)
    made = start_simulation(by=request.user, policy_code=code, number=number, as_of=form.cleaned_data["as_of"])
    messages.success(request, _("The simulation has started."))
    return redirect(back) if version.status == VersionStatus.DRAFT else redirect("eligibility:simulation", made.pk)


@require_safe
def simulation(request: UserRequest, pk: int) -> HttpResponse:
    """The figures, and one breakdown at a time; `?by=` chooses it, `?under=` goes down the units."""
    found = find_simulation(request, pk)
    group = request.GET.get("by", "unit")
    if group not in GROUPS:
        raise Http404
    context = {
        "simulation": found,
        "version": found.version,
        "title": _("Simulation of %(version)s") % {"version": version_label(found.version)},
        "is_done": found.status == RunStatus.DONE,
        "is_draft": found.version.status == VersionStatus.DRAFT,
        "may_simulate": request.user.has_perm("eligibility.simulate"),
        "crumbs": _crumbs(found),
    }
    if found.status == RunStatus.DONE:
        context |= _figures(request, found, group)
    return render(request, "eligibility/simulation.html", context)


def _figures(request: UserRequest, found: Simulation, group: str) -> dict[str, object]:
    under = _under(request) if group == "unit" else None
    lines = unit_lines(found, under) if group == "unit" else group_lines(found, group)
    titles = group_titles()
    return {
        "is_stale": is_stale(found, found.version),
        "stats": stats(found),
        "total": whole_agency(found),
        "running_words": running_words(found),
        "groups": [(code, titles[code], code == group) for code in GROUPS],
        "group": group,
        "group_title": titles[group],
        "under": under,
        "page_obj": paginate(request, cast(Any, lines)),  # a list is cut into pages as rows are
    }


def _under(request: UserRequest) -> Unit | None:
    asked = request.GET.get("under", "")
    if not asked:
        return None
    if not asked.isdecimal():
        raise Http404
    return get_object_or_404(Unit.objects.select_related("parent"), pk=asked)


@require_safe
def simulation_state(request: UserRequest, pk: int) -> HttpResponse:
    """The fragment that a waiting page asks for; once the simulation is done the page loads anew."""
    found = find_simulation(request, pk)
    response = render(request, "eligibility/partials/simulation_waiting.html", {"simulation": found})
    if found.status == RunStatus.DONE:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def simulation_people(request: UserRequest, pk: int) -> HttpResponse:
    """The names behind a figure."""
    found = find_simulation(request, pk)
    rows = found.rows.visible_to(request.user).for_list()
    filterset = SimulationRowFilter(request.GET, queryset=rows, request=request)
    page_obj = paginate(request, filterset.qs)
    page_obj.object_list = [person_line(row) for row in page_obj]
    context = {
        "simulation": found,
        "title": _("Names"),
        "filter": filterset,
        "chosen": filter_words(filterset),
        "page_obj": page_obj,
        "may_export": request.user.has_perm("eligibility.simulate"),
        "crumbs": _crumbs(found, _("Names")),
    }
    return render_list(
        request, "eligibility/simulation_people.html", "eligibility/partials/simulation_people.html", context
    )


@require_safe
def simulation_export(request: UserRequest, pk: int, file_format: str) -> HttpResponseBase:
    """XLSX: figures and the names of each change. CSV: whom the filters leave. Both name NIPs, so HR only."""
    found = find_simulation(request, pk)
    require_permission(request, "eligibility.simulate")
    if file_format not in ("csv", "xlsx") or found.status != RunStatus.DONE:
        raise Http404
    version = found.version
    name = f"simulation-{found.pk}-{version.policy.code}-{version.number}-{found.as_of.isoformat()}.{file_format}"
    if file_format == "xlsx":
        return FileResponse(xlsx_file(found), as_attachment=True, filename=name, content_type=XLSX_TYPE)
    rows = SimulationRowFilter(request.GET, queryset=found.rows.visible_to(request.user), request=request).qs
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
