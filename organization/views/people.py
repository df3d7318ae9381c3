"""People: list, one person, and HR's changes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.changes import Planned
from organization.enums import ChangeCause, Role
from organization.extensions import person_panels
from organization.filters import EmployeeFilter
from organization.forms.base import LastDayForm, NipLookupForm, ReasonForm
from organization.forms.people import ContactForm, DepartureForm, DomicileForm, PlacementForm
from organization.http import UserRequest
from organization.models import Domicile, Employee, Placement
from organization.nip import display_nip
from organization.panels import with_period_ahead
from organization.selectors import overseen_employees, people_for_list, with_report_count
from organization.services import domiciles, people
from organization.services.people import PlacementData
from organization.views.impact import handle_form_with_impact
from organization.views.pages import (
    Crumbs,
    FormPage,
    do,
    handle_form,
    paginate,
    render_list,
    require_permission,
)


@require_safe
def person_list(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.view_people")
    rows = people_for_list(request.user)
    filterset = EmployeeFilter(request.GET, queryset=rows, request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "lookup": NipLookupForm(),
        "today": timezone.localdate(),
    }
    return render_list(request, "organization/person_list.html", "organization/partials/person_table.html", context)


@require_POST
def person_find(request: UserRequest) -> HttpResponse:
    """Look a NIP up and lead to the person's page, whose address does not hold the number."""
    require_permission(request, "organization.view_people")
    form = NipLookupForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(problem) for problem in form.errors["nip"]))
        return redirect("organization:person_list")
    found = Employee.objects.visible_to(request.user).filter(nip=form.cleaned_data["nip"]).first()
    if found is None:
        messages.warning(request, _("Nobody with this NIP is in your reach."))
        return redirect("organization:person_list")
    return redirect("organization:person", pk=found.pk)


def _person(request: UserRequest, pk: int) -> Employee:
    """The employee, if in reach, with `report_count` and `has_period_ahead`."""
    today = timezone.localdate()
    rows = with_period_ahead(with_report_count(Employee.objects.visible_to(request.user), today), today)
    return get_object_or_404(rows.select_related("user"), pk=pk)


def _managed(request: UserRequest, pk: int) -> Employee:
    employee = _person(request, pk)
    require_permission(request, "organization.manage_people", employee)
    return employee


def _url(employee: Employee) -> str:
    return reverse("organization:person", args=[employee.pk])


def _crumbs(employee: Employee, last: str) -> Crumbs:
    return [(_("People"), reverse("organization:person_list")), (employee.name, _url(employee)), (last, "")]


@require_safe
def person(request: UserRequest, pk: int) -> HttpResponse:
    """One person: placements, address, and what other apps know about them."""
    require_permission(request, "organization.view_people")
    today = timezone.localdate()
    employee = _person(request, pk)
    placements = list(employee.placements.select_related("unit", "position", "supervisor", "site"))
    current = next(
        (row for row in placements if row.valid_from <= today and (not row.valid_to or row.valid_to >= today)), None
    )
    may_manage = request.user.has_perm("organization.manage_people", employee)
    sees_private = may_manage or request.user.has_perm("organization.view_discipline", employee)
    context = {
        "employee": employee,
        "nip": display_nip(employee.nip) if sees_private else "",
        "placements": placements,
        "current": current,
        "today": today,
        "may_manage": may_manage,
        "sees_private": sees_private,
        "homes": employee.domiciles.select_related("verified_by") if sees_private else (),
        "cases": employee.discipline_cases.all()
        if request.user.has_perm("organization.view_discipline", employee)
        else None,
        "panels": person_panels(request.user, employee),
        "reports": employee.report_count,  # type: ignore[attr-defined]  # see _person
    }
    return render(request, "organization/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def placement_create(request: UserRequest, pk: int) -> HttpResponse:
    """A new placement from a day on; the one before ends the day before."""
    employee = _managed(request, pk)
    today = timezone.localdate()
    current = Placement.objects.active_on(today).filter(employee=employee).select_related("supervisor").first()
    form = PlacementForm(request.POST or None, by=request.user, current=current)
    page = FormPage(
        title=_("New placement of %(name)s") % {"name": employee.name},
        intro=_("The placement before ends the day before. What was true until then stays as it was."),
        submit=_("Save the placement"),
        cancel_url=_url(employee),
        crumbs=_crumbs(employee, _("New placement")),
    )
    return handle_form_with_impact(
        request,
        form,
        page,
        lambda: people.place_employee(by=request.user, employee_id=pk, data=PlacementData(**form.cleaned_data)),
        planned=lambda: Planned(ChangeCause.PLACEMENT, Employee.objects.filter(pk=pk), form.cleaned_data["valid_from"]),
        done=_("The placement is saved."),
        done_url=_url(employee),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def placement_end(request: UserRequest, pk: int, placement_pk: int) -> HttpResponse:
    employee = _managed(request, pk)
    placement = get_object_or_404(employee.placements.select_related("unit"), pk=placement_pk)
    form = LastDayForm(request.POST or None)
    page = FormPage(
        title=_("End the placement in %(unit)s") % {"unit": placement.unit.name},
        intro=_("Without a placement the person counts nowhere as active staff and cannot ask for anything."),
        submit=_("End the placement"),
        cancel_url=_url(employee),
        crumbs=_crumbs(employee, _("End of placement")),
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: people.end_placement(by=request.user, placement_id=placement.pk, **form.cleaned_data),
        done=_("The placement ends."),
        done_url=_url(employee),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person_leave(request: UserRequest, pk: int) -> HttpResponse:
    """The employee leaves: placement, roles, delegations and account end."""
    employee = _managed(request, pk)
    form = DepartureForm(request.POST or None)
    reports = employee.report_count  # type: ignore[attr-defined]  # see _person
    intro = _("Placement, roles and delegations end with this day, then the account is switched off.")
    if reports:
        text = ngettext(
            "%(count)s person has this supervisor: give them another one.",
            "%(count)s people have this supervisor: give them another one.",
            reports,
        )
        intro = f"{intro} {text % {'count': reports}}"
    page = FormPage(
        title=_("%(name)s leaves the agency") % {"name": employee.name},
        intro=intro,
        submit=_("Record the departure"),
        cancel_url=_url(employee),
        crumbs=_crumbs(employee, _("Departure")),
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: people.record_departure(by=request.user, employee_id=pk, **form.cleaned_data),
        done=_("The departure is recorded."),
        done_url=_url(employee),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def contact_edit(request: UserRequest, pk: int) -> HttpResponse:
    employee = _managed(request, pk)
    form = ContactForm(request.POST or None, instance=employee)
    page = FormPage(
        title=_("How to reach %(name)s") % {"name": employee.name},
        submit=_("Save the contact"),
        cancel_url=_url(employee),
        crumbs=_crumbs(employee, _("Contact")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: people.change_contact(by=request.user, employee_id=pk, **form.cleaned_data),
        done=_("Saved."),
        done_url=_url(employee),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def domicile_create(request: UserRequest, pk: int) -> HttpResponse:
    employee = _managed(request, pk)
    form = DomicileForm(request.POST or None)
    page = FormPage(
        title=_("Registered address of %(name)s") % {"name": employee.name},
        intro=_("Working from home is lawful only at the registered domicile (Art 12(3))."),
        submit=_("Save the address"),
        cancel_url=_url(employee),
        crumbs=_crumbs(employee, _("Address")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: domiciles.record_domicile(by=request.user, employee_id=pk, **form.cleaned_data),
        done=_("The address is registered."),
        done_url=_url(employee),
    )


@require_safe
def domicile_list(request: UserRequest) -> HttpResponse:
    """Addresses that employees reported and HR has to verify."""
    require_permission(request, "organization.manage_people")
    today = timezone.localdate()
    overseen = overseen_employees(request.user, Role.HR_ADMIN)
    rows = Domicile.objects.filter(verified_at__isnull=True, employee__in=overseen).order_by("valid_from", "pk")
    page_obj = paginate(request, rows.select_related("employee"))
    homes = Domicile.objects.active_on(today).filter(
        verified_at__isnull=False, employee__in=[row.employee_id for row in page_obj]
    )
    registered = dict(homes.values_list("employee_id", "address"))
    entries = [{"row": row, "registered": registered.get(row.employee_id, "")} for row in page_obj]
    return render(request, "organization/domicile_list.html", {"page_obj": page_obj, "entries": entries})


def _waiting(request: UserRequest, pk: int) -> Domicile:
    require_permission(request, "organization.manage_people")
    overseen = overseen_employees(request.user, Role.HR_ADMIN)
    return get_object_or_404(Domicile.objects.filter(employee__in=overseen).select_related("employee"), pk=pk)


@require_POST
def domicile_verify(request: UserRequest, pk: int) -> HttpResponse:
    _waiting(request, pk)
    return do(
        request,
        lambda: domiciles.verify_domicile(by=request.user, domicile_id=pk),
        done=_("The address is registered; the employee was told."),
        back=reverse("organization:domicile_list"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def domicile_refuse(request: UserRequest, pk: int) -> HttpResponse:
    row = _waiting(request, pk)
    form = ReasonForm(request.POST or None)
    back = reverse("organization:domicile_list")
    page = FormPage(
        title=_("Refuse the address of %(name)s") % {"name": row.employee.name},
        intro=_("The registered address stays. The employee reads your reason."),
        submit=_("Refuse the address"),
        cancel_url=back,
        crumbs=[(_("Reported addresses"), back), (row.employee.name, "")],
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: domiciles.refuse_domicile(by=request.user, domicile_id=pk, **form.cleaned_data),
        done=_("Refused; the employee was told."),
        done_url=back,
    )
