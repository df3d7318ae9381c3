"""Somebody's own days: one page a day for plan and report, the list of days, and the copy of a routine day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import add_errors, paginate, render_list
from performance.enums import ReportStatus
from performance.errors import StateChanged
from performance.filters_reports import ReportFilter
from performance.forms.reports import DayForms, serves_choices
from performance.models import DailyReport, ReportLine
from performance.review_page import risks_of, state_tag
from performance.services.evidence import attach_file, attach_link, check_file, check_link, remove_evidence
from performance.services.reports import copy_day, save_plan, save_report, with_carried
from performance.work_log import DayPage, asked_days, day_page, today_of

UNPROCESSABLE, CONFLICT = 422, 409
PLAN, REPORT = "plan", "report"


def _employee(request: UserRequest) -> Employee:
    employee: Employee | None = getattr(request.user, "employee", None)
    if employee is None:
        raise PermissionDenied(_("Your account has no employee record, so it has no days to report."))
    return employee


@require_safe
@never_cache
def day_list(request: UserRequest) -> HttpResponse:
    """Days in reach, the newest first; above them the flexible days that ask for a plan or a report."""
    employee: Employee | None = getattr(request.user, "employee", None)
    rows = DailyReport.objects.visible_to(request.user).select_related("employee").order_by("-day", "-pk")
    query = request.GET.copy()
    if employee is not None:
        query.setdefault("show", "own")
    found = ReportFilter(query, queryset=rows, request=request)
    page = paginate(request, found.qs)
    lines = [
        (row, state_tag(row), risks_of(row, on=timezone.localdate()), row.employee.user_id == request.user.pk)
        for row in page
    ]
    context = {
        "filter": found,
        "page_obj": page,
        "rows": lines,
        "is_employee": employee is not None,
        "asked": asked_days(employee, now=timezone.now()) if employee and not getattr(request, "htmx", False) else [],
    }
    return render_list(request, "performance/day_list.html", "performance/partials/day_table.html", context)


@require_safe
def today(request: UserRequest) -> HttpResponse:
    """Leads to today's page, today where the employee works."""
    return redirect("performance:day", day=today_of(_employee(request), timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def day(request: UserRequest, day: date) -> HttpResponse:
    """Plan and report of one of the own days."""
    employee = _employee(request)
    try:
        page = day_page(employee, day, now=timezone.now())
    except ValidationError as error:
        return _nowhere(request, day, error)
    forms = _forms(page, employee, request if request.method == "POST" else None)
    if request.method != "POST":
        return _render(request, page, forms)
    try:
        if forms.is_valid() and _saved(request, page, employee, forms):
            messages.success(request, _done(request))
            return redirect("performance:day", day=day)
    except StateChanged as error:
        return _render(request, day_page(employee, day, now=timezone.now()), forms, conflict=str(error))
    return _render(request, page, forms, status=UNPROCESSABLE)


def _done(request: UserRequest) -> str:
    if request.POST.get("action") == REPORT:
        return _("Your report is with your supervisor.")
    return _("Your plan is saved.")


def _saved(request: UserRequest, page: DayPage, employee: Employee, forms: DayForms) -> bool:
    """Save the page with its evidence in one transaction; what is refused stands in the forms, and nothing is saved."""
    if not _evidence_is_fine(page, forms):
        return False
    clean = forms.day.cleaned_data
    rows = [line for _form, line in forms.rows()]
    save = save_report if request.POST.get("action") == REPORT else save_plan
    try:
        with transaction.atomic():
            report = save(
                employee=employee,
                day=page.frame.day,
                lines=with_carried(employee, page.frame.day, rows, set(clean.get("carry") or ())),
                by=request.user,
                version=clean.get("version") or 0,
                note=clean.get("note") or "",
                is_extra=bool(clean.get("is_extra")),
            )
            if removed := forms.removed():
                remove_evidence(by=request.user, report=report, public_ids=removed)
            _attach(request, report, forms)
    except ValidationError as error:
        add_errors(forms.day, error)
        return False
    return True


def _evidence_is_fine(page: DayPage, forms: DayForms) -> bool:
    """Judge every file and link before anything is saved; a file that is refused is named beside its line."""
    fine = True
    for form, _client_id, upload, link in forms.uploads():
        try:
            if upload is not None:
                form.checked_file = check_file(upload, max_mb=page.frame.terms.evidence_max_mb)
            if link:
                check_link(link)
        except ValidationError as error:
            add_errors(form, error)
            fine = False
    return fine


def _attach(request: UserRequest, report: DailyReport, forms: DayForms) -> None:
    uploads = forms.uploads()
    if not uploads:
        return
    lines: dict[Any, ReportLine] = {line.client_id: line for line in report.lines.select_related("report__employee")}
    for form, client_id, upload, link in uploads:
        if upload is not None:
            attach_file(by=request.user, line=lines[client_id], checked=form.checked_file)
        if link:
            attach_link(by=request.user, line=lines[client_id], link=link)


@require_POST
def day_copy(request: UserRequest, day: date) -> HttpResponse:
    """One tap: the lines of the last day as the plan of this one."""
    employee = _employee(request)
    version = request.POST.get("version", "")
    try:
        copy_day(
            employee=employee,
            day=day,
            by=request.user,
            version=int(version) if version.isdecimal() and len(version) < 10 else None,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Copied as your plan. Change what is different today."))
    return redirect("performance:day", day=day)


def _forms(page: DayPage, employee: Employee, request: UserRequest | None) -> DayForms:
    report = page.report
    return DayForms(
        request=request,
        employee_id=employee.pk,
        day=page.frame.day,
        stored=page.lines,
        evidence=page.evidence,
        day_options={
            "offered": page.offered,
            "asks_extra": not page.frame.fact.is_worked,
        },
        line_options={
            "choices": serves_choices(page.outputs, page.results, page.lines),
            "plan_only": page.frame.is_future,
            "plan_is_fixed": page.plan_is_fixed,
            "max_mb": page.frame.terms.evidence_max_mb,
        },
        initial={
            "version": report.version if report else 0,
            "note": report.note if report else "",
            "is_extra": bool(report and report.is_extra),
            "carry": [] if report else [line.pk for line in page.offered],
        },
    )


def _render(
    request: UserRequest, page: DayPage, forms: DayForms, *, status: int = 200, conflict: str = ""
) -> HttpResponse:
    frame, report = page.frame, page.report
    if conflict:
        status = CONFLICT
        forms.show_again(version=report.version if report else 0)
    context: dict[str, Any] = {
        "page": page,
        "frame": frame,
        "report": report,
        "version": report.version if report else 0,
        "forms": forms,
        "tag": state_tag(report) if report else None,
        "risks": risks_of(report, on=frame.today) if report else [],
        "conflict": conflict,
        "typed": [line for _form, line in forms.rows()] if conflict and page.is_closed else [],
        "returned_for": _returned_for(report),
        "previous": frame.day - timedelta(days=1),
        "following": frame.day + timedelta(days=1),
        "crumbs": [(_("Daily reports"), reverse("performance:day_list")), (date_format(frame.day, "j F Y"), "")],
    }
    return render(request, "performance/day.html", context, status=status)


def _returned_for(report: DailyReport | None) -> str:
    is_returned = report is not None and report.status == ReportStatus.RETURNED
    return str(getattr(report, "returned_for", None) or "") if is_returned else ""


def _nowhere(request: UserRequest, day: date, error: ValidationError) -> HttpResponse:
    context = {
        "day": day,
        "problem": " ".join(error.messages),
        "crumbs": [(_("Daily reports"), reverse("performance:day_list")), (date_format(day, "j F Y"), "")],
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "performance/day_nowhere.html", context, status=status)
