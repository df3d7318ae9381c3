"""Absences as HR keeps them: the list, and entering, changing and removing one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from attendance.filters_absences import AbsenceFilter
from attendance.forms.absences import AbsenceForm
from attendance.models import Absence
from attendance.services.absences import (
    PERMISSION,
    SavedAbsence,
    change_absence,
    enter_absence,
    met_in_words,
    remove_absence,
)
from organization.enums import Role
from organization.forms.base import PlainForm
from organization.http import UserRequest
from organization.selectors import overseen_employees
from organization.views.pages import Crumbs, FormPage, handle_form, paginate, render_list, require_permission

METHODS = ["GET", "HEAD", "POST"]


def absences_kept_by(request: UserRequest) -> QuerySet[Absence]:
    """Of the people the user looks after as HR; the kind of an absence is for nobody else here."""
    return Absence.objects.filter(employee__in=overseen_employees(request.user, Role.HR_ADMIN))


@require_safe
def absence_list(request: UserRequest) -> HttpResponse:
    require_permission(request, PERMISSION)
    rows = absences_kept_by(request).select_related("employee").order_by("-valid_from", "-pk")
    found = AbsenceFilter(request.GET, queryset=rows, request=request)
    context = {"filter": found, "page_obj": paginate(request, found.qs)}
    return render_list(request, "attendance/absence_list.html", "attendance/partials/absence_table.html", context)


@require_http_methods(METHODS)
def absence_create(request: UserRequest) -> HttpResponse:
    require_permission(request, PERMISSION)
    form = AbsenceForm(request.POST or None, people=overseen_employees(request.user, Role.HR_ADMIN))
    page = FormPage(
        title=_("New absence"),
        submit=_("Save the absence"),
        cancel_url=reverse("attendance:absence_list"),
        crumbs=_crumbs(_("New absence")),
        intro=_("Leave, sick leave, official travel or training as the letter says. It goes before flexible days."),
    )

    def command() -> SavedAbsence:
        employee = form.cleaned_data["employee"]
        return enter_absence(by=request.user, employee_id=employee.pk, data=form.data_entered())

    return handle_form(request, form, page, _telling(request, command), done=_("The absence is saved."), done_url=_list)


@require_http_methods(METHODS)
def absence_edit(request: UserRequest, pk: int) -> HttpResponse:
    absence = _absence(request, pk)
    initial = {name: getattr(absence, name) for name in ("kind", "reference", "valid_from", "valid_to", "part")}
    form = AbsenceForm(request.POST or None, initial=initial)
    page = FormPage(
        title=_("Absence of %(name)s") % {"name": absence.employee.name},
        submit=_("Save the absence"),
        cancel_url=reverse("attendance:absence_list"),
        crumbs=_crumbs(absence.employee.name),
    )

    def command() -> SavedAbsence:
        return change_absence(by=request.user, absence_id=pk, data=form.data_entered())

    return handle_form(request, form, page, _telling(request, command), done=_("The absence is saved."), done_url=_list)


@require_http_methods(METHODS)
def absence_delete(request: UserRequest, pk: int) -> HttpResponse:
    """The question before an absence goes that was entered wrongly."""
    absence = _absence(request, pk)
    page = FormPage(
        title=_("Remove the absence of %(name)s?") % {"name": absence.employee.name},
        submit=_("Remove the absence"),
        cancel_url=reverse("attendance:absence_list"),
        crumbs=_crumbs(absence.employee.name),
        intro=_("The days are planned as if it had never been entered. Its history stays."),
        danger=True,
    )
    return handle_form(
        request,
        PlainForm(request.POST if request.method == "POST" else None),
        page,
        lambda: remove_absence(by=request.user, absence_id=pk),
        done=_("The absence is removed."),
        done_url=_list,
    )


def _absence(request: UserRequest, pk: int) -> Absence:
    """What the user may not see is not there; what they see only, they may not change."""
    rows = Absence.objects.visible_to(request.user).select_related("employee")
    absence: Absence = get_object_or_404(rows, pk=pk)
    require_permission(request, PERMISSION, absence.employee)
    return absence


def _telling(request: UserRequest, command: Callable[[], SavedAbsence]) -> Callable[[], SavedAbsence]:
    """The command, followed by a word about granted days that the absence meets."""

    def run() -> SavedAbsence:
        saved = command()
        words = met_in_words(saved)
        if words:
            messages.warning(request, words)
        return saved

    return run


def _list(_result: Any) -> str:
    return reverse("attendance:absence_list")


def _crumbs(last: str) -> Crumbs:
    return [(_("Absences"), reverse("attendance:absence_list")), (last, "")]
