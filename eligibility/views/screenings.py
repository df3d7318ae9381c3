"""One's own verdict, HR's runs over a unit or the agency, and stored verdicts with their replay."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from eligibility.enums import PlaceKind, RunStatus, Verdict
from eligibility.exports import csv_lines, export_rows, xlsx_file
from eligibility.filters import RunFilter, ScreeningFilter
from eligibility.forms import PlaceForm, RunForm
from eligibility.models import Screening, ScreeningRun
from eligibility.presentation import TAG_OF_VERDICT, stored_card, verdict_card, version_label
from eligibility.registry import get_criterion
from eligibility.screening import judge_replay, replay
from eligibility.selectors import compare_with, own_verdicts
from eligibility.services import run_screening
from organization.access import access_for
from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import FormPage, handle_form, paginate, render_list, require_permission

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def screening_me(request: UserRequest) -> HttpResponse:
    """ "Am I eligible?" for every policy, as of today. Looking stores nothing."""
    require_permission(request, "eligibility.screen_oneself")
    employee = get_object_or_404(Employee, pk=access_for(request.user).own_employee_id)
    form = PlaceForm({"place": request.GET.get("place") or PlaceKind.HOME})
    place = form.cleaned_data["place"] if form.is_valid() else PlaceKind.HOME
    results = own_verdicts(employee, on=timezone.localdate(), place_kind=place)
    cards = [(result.version.policy, verdict_card(result)) for result in results]
    return render(request, "eligibility/screening_me.html", {"form": form, "cards": cards})


@require_safe
def run_list(request: UserRequest) -> HttpResponse:
    require_permission(request, "eligibility.view_runs")
    rows = ScreeningRun.objects.visible_to(request.user).for_list()
    filterset = RunFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "may_run": bool(access_for(request.user).paths_of_role("hr_admin")),
    }
    return render_list(request, "eligibility/run_list.html", "eligibility/partials/run_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def run_create(request: UserRequest) -> HttpResponse:
    """Screen a unit or the agency as of a day; the worker does it."""
    require_permission(request, "eligibility.view_runs")
    if not access_for(request.user).paths_of_role("hr_admin"):
        require_permission(request, "eligibility.run_screening")
    form = RunForm(request.POST or None, by=request.user)
    page = FormPage(
        title=_("New screening"),
        intro=_("Everybody who serves in the unit and below it on that day. Nobody is notified."),
        submit=_("Start"),
        cancel_url=reverse("eligibility:run_list"),
        crumbs=[(_("Screening"), reverse("eligibility:run_list")), (_("New screening"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: run_screening(
            by=request.user,
            policy_code=form.cleaned_data["policy"],
            unit=form.cleaned_data["unit"],
            as_of=form.cleaned_data["as_of"],
        ),
        done=_("The screening has started."),
        done_url=lambda made: reverse("eligibility:run", args=[made.pk]),
    )


def _visible_run(request: UserRequest, pk: int) -> ScreeningRun:
    require_permission(request, "eligibility.view_runs")
    rows = ScreeningRun.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows.prefetch_related("version__rules__waivable_by"), pk=pk)


def _run_figures(found: ScreeningRun) -> dict[str, object]:
    counts = found.counts or {"people": 0, "verdicts": {}, "failed": {}}
    failed = sorted(counts["failed"].items(), key=lambda item: -item[1])
    return {
        "run": found,
        "is_done": found.status == RunStatus.DONE,
        "title": version_label(found.version),
        "verdicts": [
            {
                "value": counts["verdicts"].get(verdict.value, 0),
                "label": verdict.label,
                "code": verdict.value,
                "kind": TAG_OF_VERDICT[verdict],
            }
            for verdict in Verdict
        ],
        "failed": [{"code": code, "label": get_criterion(code).label, "count": count} for code, count in failed],
    }


@require_safe
def run(request: UserRequest, pk: int) -> HttpResponse:
    """Counts by verdict and by rule, leading to the people; filters and pages swap the list alone."""
    found = _visible_run(request, pk)
    rows = found.screenings.visible_to(request.user).with_placement(found.as_of)
    filterset = ScreeningFilter(request.GET, queryset=rows.select_related("employee"), request=request)
    page_obj = paginate(request, filterset.qs.order_by("employee__name", "pk"))
    for row in page_obj:
        row.tag = TAG_OF_VERDICT[Verdict(row.verdict)]
        row.failed_labels = [get_criterion(code).label for code in row.failed]
    context = {
        **_run_figures(found),
        "filter": filterset,
        "page_obj": page_obj,
        "may_export": request.user.has_perm("eligibility.run_screening", found.unit),
        "crumbs": [(_("Screening"), reverse("eligibility:run_list")), (version_label(found.version), "")],
    }
    return render_list(request, "eligibility/run.html", "eligibility/partials/run_people.html", context)


@require_safe
def run_state(request: UserRequest, pk: int) -> HttpResponse:
    """The fragment that a waiting page asks for; once the run is done the page loads anew."""
    found = _visible_run(request, pk)
    response = render(request, "eligibility/partials/run_waiting.html", {"run": found})
    if found.status == RunStatus.DONE:
        response["HX-Refresh"] = "true"
    return response


@require_safe
def run_export(request: UserRequest, pk: int, file_format: str) -> HttpResponseBase:
    """The whole run as CSV or XLSX, streamed. It names NIPs, so only HR of that unit gets it."""
    found = _visible_run(request, pk)
    require_permission(request, "eligibility.run_screening", found.unit)
    if file_format not in ("csv", "xlsx") or found.status != RunStatus.DONE:
        raise Http404
    name = f"screening-{found.pk}-{found.version.policy.code}-{found.as_of.isoformat()}.{file_format}"
    rows = export_rows(found)
    if file_format == "xlsx":
        return FileResponse(xlsx_file(rows), as_attachment=True, filename=name, content_type=XLSX_TYPE)
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def screening(request: UserRequest, pk: int) -> HttpResponse:
    """A stored verdict, its replay, and on demand what changed since. Nothing is written."""
    rows = Screening.objects.visible_to(request.user).for_detail()
    found = get_object_or_404(rows, pk=pk)
    require_permission(request, "eligibility.view_screening", found)
    replayed = replay(found)
    again = "again" in request.GET
    comparison = compare_with(found, timezone.localdate()) if again else None
    context = {
        "screening": found,
        "card": stored_card(found, [result for result, _passed in replayed]),
        "is_identical": judge_replay(found, replayed),
        "again": again,
        "comparison": comparison,
        "now": verdict_card(comparison.now) if comparison else None,
        "today": timezone.localdate(),
        "crumbs": _screening_crumbs(request, found),
    }
    return render(request, "eligibility/screening.html", context)


def _screening_crumbs(request: UserRequest, found: Screening) -> list[tuple[str, str]]:
    last = (found.employee.name, "")
    if not request.user.has_perm("eligibility.view_runs"):
        return [(_("Am I eligible?"), reverse("eligibility:screening_me")), last]
    crumbs = [(_("Screening"), reverse("eligibility:run_list"))]
    if found.run:
        crumbs.append((version_label(found.version), reverse("eligibility:run", args=[found.run_id])))
    return [*crumbs, last]
