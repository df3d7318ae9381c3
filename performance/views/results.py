"""Work results: a person's plan of a year with what it serves, the list of plans in reach, one result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import FormPage, add_errors, paginate, render_form, render_list, require_permission
from performance.alignment import results_of_year, serving, supportable_results, tree_of
from performance.enums import ResultKind
from performance.errors import StateChanged
from performance.filters_results import WorkResultFilter, people_read_by, results_read_by
from performance.forms.results import FIRST_YEAR, LAST_YEAR, PARTS, ResultForm, ResultPeriodForm
from performance.models import WorkResult
from performance.periods import result_period_words
from performance.services import results as commands

CONFLICT = 409
IMPORT = "organization.import_files"


def _year(request: UserRequest) -> int:
    asked, today = request.GET.get("year", ""), timezone.localdate().year
    return int(asked) if asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR else today


@require_safe
@never_cache
def my_results(request: UserRequest) -> HttpResponse:
    """The user's own plan."""
    employee = getattr(request.user, "employee", None)
    if employee is None:
        raise PermissionDenied(_("Your account has no employee record, so it has no work results."))
    return _plan(request, employee)


@require_safe
@never_cache
def person_results(request: UserRequest, pk: int) -> HttpResponse:
    """The plan of somebody whose work the user may see."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    require_permission(request, "performance.view_work", employee)
    return _plan(request, employee)


def _plan(request: UserRequest, employee: Employee) -> HttpResponse:
    year, user = _year(request), request.user
    results = list(results_of_year(employee, year))
    planned = [row for row in results if row.withdrawn_at is None]
    is_own = employee.user_id == user.pk
    leads = people_read_by(user).exists()
    context = {
        "employee": employee,
        "is_own": is_own,
        "year": year,
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < LAST_YEAR else None,
        "tree": tree_of(planned, serving(planned, user)),
        "rows": [(row, result_period_words(row.starts_on, row.ends_on)) for row in planned],
        "withdrawn": [row for row in results if row.withdrawn_at is not None],
        "alone": [row for row in planned if row.supports_id is None and row.kind == ResultKind.MAIN],
        "may_write": user.has_perm(commands.PERMISSION, employee),
        "reads_others": leads,
        "crumbs": [
            *([(_("Work results of others"), reverse("performance:result_list"))] if leads and not is_own else []),
            (_("Work results") if is_own else employee.name, ""),
        ],
    }
    return render(request, "performance/results.html", context)


@require_safe
def result_list(request: UserRequest) -> HttpResponse:
    """Results of the people whose work the user reads."""
    if not people_read_by(request.user).exists():
        raise PermissionDenied(_("Only whoever leads people, HR and auditors read the plans of others."))
    rows = results_read_by(request.user).select_related("employee", "supports__employee")
    found = WorkResultFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, result_period_words(row.starts_on, row.ends_on)) for row in page],
        "may_import": request.user.has_perm(IMPORT),
    }
    return render_list(request, "performance/result_list.html", "performance/partials/result_table.html", context)


# ---------------------------------------------------------------------- write
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def result_create(request: UserRequest, pk: int) -> HttpResponse:
    """Add a result: first the period (it decides what can be served), then what it says."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    require_permission(request, commands.PERMISSION, employee)
    period_form = ResultPeriodForm(request.GET if "year" in request.GET else None, initial=_this_period())
    context: dict[str, Any] = {"employee": employee, "period_form": period_form, "back": _plan_url(employee, request)}
    if not period_form.is_valid():
        context["crumbs"] = _crumbs(request, employee, _("Add a result"))
        return render(request, "performance/result_period.html", context)
    start, end = period_form.dates()
    candidates = supportable_results(employee, start, end, on=timezone.localdate())
    form = ResultForm(request.POST if request.method == "POST" else None, candidates=candidates)
    if request.method == "POST" and form.is_valid():
        try:
            commands.add_result(by=request.user, employee=employee, starts_on=start, ends_on=end, data=form.data_of())
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _done(request, _("The result is in the plan."), _plan_url(employee, request, start.year))
    page = FormPage(
        title=_("Add a result"),
        submit=_("Add the result"),
        intro=_("%(name)s · %(period)s") % {"name": employee.name, "period": result_period_words(start, end)},
        cancel_url=_plan_url(employee, request),
        crumbs=_crumbs(request, employee, _("Add a result")),
        template="performance/result_form.html",
        context={"keep": f"result-new-{employee.pk}-{start:%Y%m}"},
    )
    return render_form(request, form, page)


def _this_period() -> dict[str, Any]:
    return {"year": timezone.localdate().year, "quarter": PARTS[0][0]}


def _result(request: UserRequest, public_id: UUID) -> WorkResult:
    rows = WorkResult.objects.visible_to(request.user).select_related("employee", "supports__employee")
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def result(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Change a result of the plan."""
    shown = _result(request, public_id)
    require_permission(request, commands.PERMISSION, shown.employee)
    if shown.withdrawn_at is not None:
        raise StateChanged(_("This result is withdrawn already."))
    candidates = supportable_results(shown.employee, shown.starts_on, shown.ends_on, on=timezone.localdate())
    if shown.supports_id is not None:  # kept, also where that superior has left
        candidates = candidates | WorkResult.objects.filter(pk=shown.supports_id).select_related("employee")
    form = ResultForm(
        request.POST if request.method == "POST" else None,
        instance=shown,
        candidates=candidates,
        initial={"seen": shown.recorded_at.isoformat()},
    )
    page = FormPage(
        title=_("Change the result"),
        submit=_("Save"),
        intro=_("%(name)s · %(period)s")
        % {"name": shown.employee.name, "period": result_period_words(shown.starts_on, shown.ends_on)},
        cancel_url=_plan_url(shown.employee, request, shown.starts_on.year),
        crumbs=_crumbs(request, shown.employee, _("Change the result")),
        template="performance/result_form.html",
        context={"keep": f"result-{shown.public_id}", "withdraws": shown},
    )
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_result(
                by=request.user, public_id=public_id, data=form.data_of(), seen=form.cleaned_data["seen"]
            )
        except StateChanged as error:
            form.add_error(None, str(error))
            answer = render_form(request, form, page)
            answer.status_code = CONFLICT
            return answer
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _done(request, _("Saved."), page.cancel_url)
    return render_form(request, form, page)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def result_withdraw(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Ask once more, then take the result out of the plan."""
    shown = _result(request, public_id)
    require_permission(request, commands.PERMISSION, shown.employee)
    url = _plan_url(shown.employee, request, shown.starts_on.year)
    if request.method == "POST":
        commands.withdraw_result(by=request.user, public_id=public_id)
        return _done(request, _("Taken out of the plan. What pointed to it keeps it."), url)
    context = {
        "result": shown,
        "cancel_url": url,
        "serving": shown.supported_by.filter(withdrawn_at__isnull=True).count(),
        "crumbs": _crumbs(request, shown.employee, _("Take out of the plan")),
    }
    return render(request, "performance/result_withdraw.html", context)


def _done(request: UserRequest, text: str, url: str) -> HttpResponse:
    messages.success(request, text)
    return redirect(url)


def _plan_url(employee: Employee, request: UserRequest, year: int | None = None) -> str:
    is_own = employee.user_id == request.user.pk
    url = reverse("performance:my_results") if is_own else reverse("performance:person_results", args=[employee.pk])
    return f"{url}?year={year}" if year else url


def _crumbs(request: UserRequest, employee: Employee, last: str) -> list[tuple[Any, str]]:
    is_own = employee.user_id == request.user.pk
    return [(_("Work results") if is_own else employee.name, _plan_url(employee, request)), (last, "")]
