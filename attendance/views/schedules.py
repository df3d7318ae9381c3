"""The terms of attendance, the weeks of working hours, and which unit works by which."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from attendance.forms.schedules import (
    MODES,
    HoursForm,
    PatternForm,
    TermsForm,
    UnitPatternForm,
    later,
    term_groups,
)
from attendance.models import AttendanceTerms, PatternHours, UnitPattern, WorkPattern
from attendance.services import schedules as services
from attendance.terms import attendance_terms_on
from organization.forms.base import LastDayForm
from organization.http import UserRequest
from organization.views.pages import Crumbs, FormPage, handle_form, paginate, require_permission

VIEW, MANAGE = "attendance.view_terms", services.PERMISSION


def _value(terms: AttendanceTerms, name: str) -> Any:
    value = getattr(terms, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value is None else value


@require_safe
def terms_list(request: UserRequest) -> HttpResponse:
    """The figures in force, and the versions before and after."""
    require_permission(request, VIEW)
    today = timezone.localdate()
    terms = attendance_terms_on(today)
    labels = {field.name: field.verbose_name for field in AttendanceTerms._meta.concrete_fields}
    context = {
        "terms": terms,
        "groups": [(title, [(labels[name], _value(terms, name)) for name in names]) for title, names in term_groups()],
        "page_obj": paginate(request, AttendanceTerms.objects.order_by("-valid_from")),
        "today": today,
        "may_manage": request.user.has_perm(MANAGE),
    }
    return render(request, "attendance/terms_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def terms_create(request: UserRequest) -> HttpResponse:
    """A new version from a day on, beginning with the figures in force."""
    require_permission(request, MANAGE)
    back = reverse("attendance:terms_list")
    current = attendance_terms_on(timezone.localdate())
    fields = {field.name: getattr(current, field.name) for field in AttendanceTerms._meta.concrete_fields}
    form = TermsForm(request.POST or None, initial=fields)
    page = FormPage(
        title=_("New version of the terms"),
        submit=_("Save the version"),
        cancel_url=back,
        crumbs=[(_("Terms of attendance"), back), (_("New version"), "")],
        intro=_("It applies from its first day on; days before keep the version they had."),
        template="attendance/terms_form.html",
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.new_terms(by=request.user, valid_from=form.cleaned_data["valid_from"], values=form.values()),
        done=_("The version is saved; the days it touches are built again."),
        done_url=back,
    )


@require_safe
def pattern_list(request: UserRequest) -> HttpResponse:
    """The weeks of working hours, and the units that work by another one than the agency's."""
    require_permission(request, VIEW)
    today = timezone.localdate()
    now = Q(units__valid_from__lte=today) & (Q(units__valid_to__isnull=True) | Q(units__valid_to__gte=today))
    given = UnitPattern.objects.overlapping(today, None).select_related("unit", "pattern").order_by("unit__path", "pk")
    context = {
        "patterns": WorkPattern.objects.annotate(used=Count("units", filter=now)).order_by("-is_default", "name"),
        "page_obj": paginate(request, given),
        "today": today,
        "may_manage": request.user.has_perm(MANAGE),
    }
    return render(request, "attendance/pattern_list.html", context)


def _crumbs(*more: tuple[Any, str]) -> Crumbs:
    return [(_("Working hours"), reverse("attendance:pattern_list")), *more]


@require_safe
def pattern(request: UserRequest, pk: int) -> HttpResponse:
    """A week: the hours in force and those to come."""
    require_permission(request, VIEW)
    found = get_object_or_404(WorkPattern, pk=pk)
    today = timezone.localdate()
    versions: dict[Any, list[PatternHours]] = {}
    for row in PatternHours.objects.filter(pattern=found).overlapping(today, None).order_by("valid_from", "weekday"):
        versions.setdefault(row.valid_from, []).append(row)
    context = {
        "pattern": found,
        "versions": [(rows[0], [_table(rows, *mode) for mode in MODES]) for rows in versions.values()],
        "today": today,
        "may_manage": request.user.has_perm(MANAGE),
        "crumbs": _crumbs((found.name, "")),
    }
    return render(request, "attendance/pattern.html", context)


def _table(rows: list[PatternHours], mode: str, in_ramadan: bool, title: Any) -> dict[str, Any]:
    """One table of a week: weekdays with times in words; days off are left out."""
    own = [row for row in rows if row.in_ramadan == in_ramadan]
    lines = [
        {
            "day": WEEKDAYS[row.weekday - 1],
            "from": time_format(row.starts_at),
            "to": time_format(later(row.starts_at, row.work_min + row.break_min)),
            "break_from": time_format(row.break_at) if row.break_min else "",
            "break_min": row.break_min,
            "work_min": row.work_min,
        }
        for row in own
    ]
    return {"mode": mode, "title": title, "lines": lines, "week": sum(row.work_min for row in own)}


@require_http_methods(["GET", "HEAD", "POST"])
def pattern_create(request: UserRequest) -> HttpResponse:
    """A new week; it begins with the hours of the agency's default."""
    require_permission(request, MANAGE)
    back = reverse("attendance:pattern_list")
    form = PatternForm(request.POST or None, pattern=WorkPattern.objects.filter(is_default=True).first())
    page = FormPage(
        title=_("New working hours"),
        submit=_("Save the working hours"),
        cancel_url=back,
        crumbs=_crumbs((_("New"), "")),
        intro=_("A day without a start is off. Five and six days hold 2,250 minutes a week, 1,950 in Ramadan."),
        template="attendance/hours_form.html",
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.create_pattern(by=request.user, rows=form.hours, **form.values()),
        done=_("The working hours are saved."),
        done_url=lambda made: reverse("attendance:pattern", args=[made.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pattern_hours(request: UserRequest, pk: int) -> HttpResponse:
    """Other hours of a week from a day on."""
    require_permission(request, MANAGE)
    found = get_object_or_404(WorkPattern, pk=pk)
    back = reverse("attendance:pattern", args=[pk])
    form = HoursForm(request.POST or None, pattern=found)
    page = FormPage(
        title=_("Change the hours of %(name)s") % {"name": found.name},
        submit=_("Save the hours"),
        cancel_url=back,
        crumbs=_crumbs((found.name, back), (_("Change the hours"), "")),
        intro=_("A day without a start is off. Days before the first day keep the hours they had."),
        template="attendance/hours_form.html",
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.set_hours(
            by=request.user, pattern_id=pk, valid_from=form.cleaned_data["valid_from"], rows=form.hours
        ),
        done=_("The hours are saved; the days they touch are built again."),
        done_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unit_pattern_create(request: UserRequest) -> HttpResponse:
    """Let a unit and those below it work by a pattern."""
    require_permission(request, MANAGE)
    back = reverse("attendance:pattern_list")
    form = UnitPatternForm(request.POST or None)
    page = FormPage(
        title=_("Working hours of a unit"),
        submit=_("Save"),
        cancel_url=back,
        crumbs=_crumbs((_("Working hours of a unit"), "")),
        intro=_("Units below follow, unless they have working hours of their own."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.give_pattern(by=request.user, **form.cleaned_data),
        done=_("The unit works by these hours from that day on."),
        done_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def unit_pattern_end(request: UserRequest, pk: int) -> HttpResponse:
    """The unit returns to the hours above it."""
    require_permission(request, MANAGE)
    row = get_object_or_404(UnitPattern.objects.select_related("unit", "pattern"), pk=pk)
    back = reverse("attendance:pattern_list")
    form = LastDayForm(request.POST or None)
    page = FormPage(
        title=_("End the working hours of %(unit)s") % {"unit": row.unit.name},
        submit=_("End"),
        cancel_url=back,
        crumbs=_crumbs((_("End"), "")),
        intro=_("Afterwards the unit works by the hours of the unit above it, or of the agency."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.end_unit_pattern(by=request.user, unit_pattern_id=pk, last_day=form.cleaned_data["last_day"]),
        done=_("The working hours of the unit end on that day."),
        done_url=back,
    )
