"""Accumulated minutes and days without a reason: the person's page, flags of the ladder, the agency's own steps."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.filters_thresholds import ThresholdFilter
from attendance.forms.thresholds import AcknowledgeForm, LadderStepForm
from attendance.models import LadderStep, ThresholdFlag
from attendance.services.ladder_steps import PERMISSION, add_step, end_step
from attendance.services.thresholds import acknowledge_threshold, ladder_of
from attendance.year_figures import FIRST_YEAR, year_figures
from organization.forms.base import LastDayForm
from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import FormPage, add_errors, handle_form, paginate, render_list, require_permission

UNPROCESSABLE = 422


def _year(request: UserRequest) -> int:
    """The year in the address, else this one."""
    today, asked = timezone.localdate().year, request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= today else today


@require_safe
@never_cache
def accumulated(request: UserRequest) -> HttpResponse:
    """The user's own year."""
    employee = getattr(request.user, "employee", None)
    if employee is None:
        raise PermissionDenied(_("Your account has no employee record, so it has no days."))
    return _year_page(request, employee, is_own=True)


@require_safe
@never_cache
def person_accumulated(request: UserRequest, pk: int) -> HttpResponse:
    """The year of somebody in reach."""
    employee = get_object_or_404(Employee.objects.visible_to(request.user), pk=pk)
    return _year_page(request, employee, is_own=employee.user_id == request.user.pk)


def _year_page(request: UserRequest, employee: Employee, *, is_own: bool) -> HttpResponse:
    year, today = _year(request), timezone.localdate()
    flags = ThresholdFlag.objects.filter(employee=employee, year=year).order_by("-days", "pk")
    oversees = request.user.has_perm("attendance.view_recaps")
    context = {
        "employee": employee,
        "figures": year_figures(employee, year, on=today),
        "flags": [(flag, tag_of(flag)) for flag in flags],
        "is_own": is_own,
        "before": year - 1 if year > FIRST_YEAR else None,
        "after": year + 1 if year < today.year else None,
        "crumbs": [
            *([(_("Steps reached"), reverse("attendance:threshold_list"))] if oversees and not is_own else []),
            (_("Accumulated minutes"), ""),
        ],
    }
    return render(request, "attendance/accumulated.html", context)


def tag_of(flag: ThresholdFlag) -> tuple[str, str]:
    """Colour and word of a flag's state."""
    if flag.lifted_at is not None:
        return "n", _("lifted")
    return ("ok", _("acknowledged")) if flag.acknowledged_at else ("warn", _("not acknowledged"))


@require_safe
def threshold_list(request: UserRequest) -> HttpResponse:
    """Steps reached by people in reach, the newest first."""
    require_permission(request, "attendance.view_recaps")
    rows = ThresholdFlag.objects.visible_to(request.user).select_related("employee")
    found = ThresholdFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, tag_of(row)) for row in page],
        "may_manage": request.user.has_perm(PERMISSION),
    }
    return render_list(request, "attendance/threshold_list.html", "attendance/partials/threshold_table.html", context)


def _flag(request: UserRequest, pk: int) -> ThresholdFlag:
    rows = ThresholdFlag.objects.visible_to(request.user).select_related("employee", "acknowledged_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
@never_cache
def threshold(request: UserRequest, pk: int) -> HttpResponse:
    """One flag: the figures behind it, and what was done."""
    return _flag_page(request, _flag(request, pk))


@require_POST
@never_cache
def threshold_acknowledge(request: UserRequest, pk: int) -> HttpResponse:
    """Note what was done."""
    shown = _flag(request, pk)
    require_permission(request, "attendance.acknowledge_threshold", shown)
    form = AcknowledgeForm(request.POST)
    if form.is_valid():
        try:
            acknowledge_threshold(by=request.user, flag_id=shown.pk, note=form.cleaned_data["note"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Noted."))
            return redirect("attendance:threshold", pk)
    return _flag_page(request, shown, form=form)


def notes_of(flag: ThresholdFlag) -> list[Any]:
    """Every note, the newest first, with who and when; kept by the row's history."""
    kept = apps.get_model("attendance", "ThresholdFlagEvent").objects.filter(pgh_obj_id=flag.pk)
    rows = kept.filter(acknowledged_at__isnull=False).exclude(note="").select_related("acknowledged_by")
    return list(rows.order_by("-acknowledged_at", "pgh_id").distinct("acknowledged_at"))


def _flag_page(request: UserRequest, shown: ThresholdFlag, *, form: AcknowledgeForm | None = None) -> HttpResponse:
    is_own = shown.employee.user_id == request.user.pk
    context: dict[str, Any] = {
        "flag": shown,
        "tag": tag_of(shown),
        "notes": notes_of(shown),
        "is_own": is_own,
        "figures": year_figures(shown.employee, shown.year, on=timezone.localdate()),
        "crumbs": [(_("Steps reached"), reverse("attendance:threshold_list")), (shown.employee.name, "")],
    }
    if shown.lifted_at is None and request.user.has_perm("attendance.acknowledge_threshold", shown):
        context["form"] = form or AcknowledgeForm()
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "attendance/threshold.html", context, status=status)


@require_safe
def ladder_list(request: UserRequest) -> HttpResponse:
    """The law's ladder, and the agency's own steps for the other kinds of employee."""
    require_permission(request, PERMISSION)
    today = timezone.localdate()
    steps = LadderStep.objects.order_by("-valid_from", "days", "pk")
    context = {
        "legal": ladder_of("pns", on=today),
        "page_obj": paginate(request, steps),
        "today": today,
        "crumbs": [(_("Steps reached"), reverse("attendance:threshold_list")), (_("Ladders"), "")],
    }
    return render(request, "attendance/ladder_list.html", context)


def _ladder_crumbs(last: str) -> list[tuple[Any, str]]:
    return [(_("Ladders"), reverse("attendance:ladder_list")), (last, "")]


@require_http_methods(["GET", "HEAD", "POST"])
def ladder_create(request: UserRequest) -> HttpResponse:
    """Add a step of the agency's own by decree."""
    require_permission(request, PERMISSION)
    form = LadderStepForm(
        request.POST if request.method == "POST" else None, initial={"valid_from": timezone.localdate()}
    )
    url = reverse("attendance:ladder_list")
    page = FormPage(
        title=_("Add a step"),
        submit=_("Add the step"),
        intro=_("For PPPK: from so many days without a reason in a year on, the supervisor is told."),
        cancel_url=url,
        crumbs=_ladder_crumbs(_("Add a step")),
    )
    return handle_form(
        request, form, page, lambda: add_step(by=request.user, **form.cleaned_data), done=_("Added."), done_url=url
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ladder_end(request: UserRequest, pk: int) -> HttpResponse:
    """Let a step of the agency's own end."""
    require_permission(request, PERMISSION)
    step = get_object_or_404(LadderStep, pk=pk)
    form = LastDayForm(request.POST if request.method == "POST" else None)
    url = reverse("attendance:ladder_list")
    page = FormPage(
        title=_("End the step of %(days)s days") % {"days": step.days},
        submit=_("End the step"),
        cancel_url=url,
        crumbs=_ladder_crumbs(_("End")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: end_step(by=request.user, step_id=step.pk, **form.cleaned_data),
        done=_("Ended."),
        done_url=url,
    )
