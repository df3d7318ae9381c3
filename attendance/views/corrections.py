"""Corrections: the list, asking, one with its decision, and approving many at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.enums import CorrectionStatus
from attendance.filters_corrections import CorrectionFilter
from attendance.forms.corrections import BulkForm, CorrectionDayForm, CorrectionDecisionForm, CorrectionForm
from attendance.models import Correction, WorkDay
from attendance.presentation_corrections import tag_of, time_lines, way_of, zone_word
from attendance.services.corrections import (
    Decided,
    approve_corrections,
    day_frame,
    decide_correction,
    submit_correction,
    withdraw_correction,
)
from organization.http import UserRequest
from organization.leading import acting_officer, led_by
from organization.models import Employee
from organization.views.pages import add_errors, do, paginate, render_list, require_permission

UNPROCESSABLE = 422
MOST_AT_ONCE = 100
ID_DIGITS = 18


@require_safe
def correction_list(request: UserRequest) -> HttpResponse:
    """Corrections in reach, the newest first; those the user may decide have a checkbox."""
    rows = Correction.objects.visible_to(request.user).select_related("employee")
    found = CorrectionFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    waiting = [row.employee_id for row in page if row.status == CorrectionStatus.SUBMITTED]
    mine = set(led_by(request.user).filter(pk__in=waiting).values_list("pk", flat=True)) if waiting else set()
    lines = [(row, tag_of(row), row.status == CorrectionStatus.SUBMITTED and row.employee_id in mine) for row in page]
    context = {
        "filter": found,
        "page_obj": page,
        "rows": lines,
        "decides_some": any(decides for _row, _tag, decides in lines),
        "bulk_form": BulkForm(),
        "may_ask": getattr(request.user, "employee", None) is not None,
    }
    return render_list(request, "attendance/correction_list.html", "attendance/partials/correction_table.html", context)


@require_POST
def correction_approve_many(request: UserRequest) -> HttpResponse:
    """Approve the chosen ones; what cannot be approved is told row by row and holds up nobody else."""
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdecimal() and len(value) <= ID_DIGITS]
    form = BulkForm(request.POST)
    if not ids or not form.is_valid():
        messages.error(request, _("Choose at least one correction first."))
        return redirect("attendance:correction_list")
    done = approve_corrections(by=request.user, correction_ids=ids[:MOST_AT_ONCE], reason=form.cleaned_data["reason"])
    _tell(request, done)
    return redirect("attendance:correction_list")


def _tell(request: UserRequest, done: list[Decided]) -> None:
    approved = sum(row.ok for row in done)
    text = ngettext("%(count)s correction approved.", "%(count)s corrections approved.", approved)
    (messages.success if approved else messages.warning)(request, text % {"count": approved})
    for row in done:
        if not row.ok:
            line = {"name": row.name, "day": date_format(row.day, "DATE_FORMAT"), "why": row.message}
            messages.warning(request, _("%(name)s, %(day)s: %(why)s") % line)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def correction_create(request: UserRequest) -> HttpResponse:
    """Ask for other times on one of the own days; `day` in the address fills in the date."""
    employee = getattr(request.user, "employee", None)
    if employee is None:
        raise PermissionDenied(_("Your account has no employee record, so it has no days to correct."))
    crumbs = [(_("Corrections"), reverse("attendance:correction_list")), (_("Ask for a correction"), "")]
    asked = request.POST if request.method == "POST" else request.GET
    day_form = CorrectionDayForm(asked if "day" in asked else None)
    if not day_form.is_valid():
        status = UNPROCESSABLE if request.method == "POST" else 200
        return render(request, "attendance/correction_day.html", {"form": day_form, "crumbs": crumbs}, status=status)
    day: date = day_form.cleaned_data["day"]
    built = WorkDay.objects.filter(employee=employee, day=day).first()
    two_parts = built is not None and built.second_start is not None
    form = CorrectionForm(request.POST if request.method == "POST" else None, two_parts=two_parts, initial={"day": day})
    if request.method == "POST" and form.is_valid():
        try:
            correction = submit_correction(by=request.user, data=form.correction())
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your correction is with your supervisor. You are told what is decided."))
            return redirect("attendance:correction", correction.pk)
    context = {"form": form, "day": day, "built": built, "crumbs": crumbs, **_frame(employee, day, built)}
    return render(request, "attendance/correction_form.html", context, status=UNPROCESSABLE if form.errors else 200)


def _frame(employee: Employee, day: date, built: WorkDay | None) -> dict[str, Any]:
    """Zone and recorded times of the day, as far as known."""
    try:
        zone = built.zone if built else day_frame(employee, day, 1)[0]
    except ValidationError:
        return {"zone": "", "times": []}
    second = time_lines(day, zone, built, part=2) if built and built.second_start else []
    return {"zone": zone_word(zone), "times": time_lines(day, zone, built) if built else [], "second": second}


def _correction(request: UserRequest, pk: int) -> Correction:
    rows = Correction.objects.visible_to(request.user).select_related(
        "employee", "submitted_by", "decided_by", "acting_for"
    )
    return get_object_or_404(rows, pk=pk)


@require_safe
@never_cache
def correction(request: UserRequest, pk: int) -> HttpResponse:
    """One correction: what is recorded, what is asked for, and what the reader can do about it."""
    return _page(request, _correction(request, pk))


@require_POST
@never_cache
def correction_decide(request: UserRequest, pk: int) -> HttpResponse:
    """Approve or refuse; a page that grew old is told so and decides nothing."""
    shown = _correction(request, pk)
    require_permission(request, "attendance.decide_correction", shown)
    form = CorrectionDecisionForm(request.POST)
    if form.is_valid():
        try:
            decide_correction(by=request.user, correction_id=shown.pk, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Decided. The employee is told."))
            return redirect("attendance:correction", pk)
    return _page(request, shown, form=form)


@require_POST
def correction_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take back what nobody has decided yet."""
    shown = _correction(request, pk)
    require_permission(request, "attendance.withdraw_correction", shown)
    return do(
        request,
        lambda: withdraw_correction(by=request.user, correction_id=shown.pk),
        done=_("The correction is withdrawn."),
        back=reverse("attendance:correction", args=[pk]),
    )


def _page(request: UserRequest, shown: Correction, *, form: CorrectionDecisionForm | None = None) -> HttpResponse:
    user = request.user
    built = WorkDay.objects.filter(employee=shown.employee, day=shown.day).select_related("unit").first()
    is_open = shown.status == CorrectionStatus.SUBMITTED
    zone = built.zone if built else timezone.get_default_timezone_name()
    context: dict[str, Any] = {
        "correction": shown,
        "tag": tag_of(shown),
        "built": built,
        "zone": zone_word(zone),
        "times": time_lines(shown.day, zone, built, shown),
        "steps": way_of(shown),
        "is_own": shown.employee.user_id == user.pk,
        "may_withdraw": is_open and user.has_perm("attendance.withdraw_correction", shown),
        "crumbs": [
            (_("Corrections"), reverse("attendance:correction_list")),
            (date_format(shown.day, "DATE_FORMAT"), ""),
        ],
    }
    if is_open and user.has_perm("attendance.decide_correction", shown):
        officer = acting_officer(user, shown.employee)
        context |= {"form": form or CorrectionDecisionForm(initial={"approve": "yes"}), "acting_for": officer}
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "attendance/correction.html", context, status=status)
