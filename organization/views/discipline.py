"""Discipline cases, seen only by HR and auditors of the employee's part of the agency."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from organization.changes import Planned
from organization.enums import ChangeCause, Role
from organization.filters import DisciplineFilter
from organization.forms.people import CaseForm
from organization.http import UserRequest
from organization.models import DisciplineCase, Employee
from organization.selectors import overseen_employees
from organization.services import discipline
from organization.views.impact import handle_form_with_impact
from organization.views.pages import FormPage, paginate, render_list, require_permission


@require_safe
def case_list(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.view_discipline")
    people = overseen_employees(request.user, Role.HR_ADMIN, Role.AUDITOR)
    rows = DisciplineCase.objects.filter(employee__in=people).select_related("employee").order_by("-opened_on", "pk")
    filterset = DisciplineFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "may_edit": request.user.has_perm("organization.manage_people"),
    }
    return render_list(request, "organization/case_list.html", "organization/partials/case_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def case_edit(request: UserRequest, person_pk: int, pk: int | None = None) -> HttpResponse:
    """Open a case, or bring it up to date."""
    people = Employee.objects.visible_to(request.user)
    employee = get_object_or_404(people, pk=person_pk)
    require_permission(request, "organization.manage_people", employee)
    case = get_object_or_404(employee.discipline_cases, pk=pk) if pk else None
    form = CaseForm(request.POST or None, instance=case)
    back = reverse("organization:person", args=[employee.pk])
    page = FormPage(
        title=_("Case %(number)s") % {"number": case.reference} if case else _("New discipline case"),
        intro=_(
            "Somebody under examination or serving a sanction is not eligible (Art 25(1)). The system only records."
        ),
        submit=_("Save the case"),
        cancel_url=back,
        crumbs=[(_("Discipline"), reverse("organization:case_list")), (employee.name, back), (_("Case"), "")],
    )
    return handle_form_with_impact(
        request,
        form,
        page,
        lambda: discipline.save_case(
            by=request.user,
            employee_id=employee.pk,
            case_id=pk,
            values=form.cleaned_data,
        ),
        planned=lambda: Planned(ChangeCause.DISCIPLINE, Employee.objects.filter(pk=employee.pk), timezone.localdate()),
        done=_("The case is saved."),
        done_url=back,
    )
