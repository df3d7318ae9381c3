"""Terminals: the list, one with its PINs, and files of entries."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from attendance.filters_terminals import TerminalFilter, TerminalPinFilter
from attendance.forms.terminals import PinForm, TerminalFileForm, TerminalForm
from attendance.models import Terminal, TerminalPin
from attendance.selectors_terminals import people_by_terminal, silences, terminals_for_list
from attendance.services import terminals as services
from organization.forms.base import LastDayForm
from organization.http import UserRequest
from organization.importing.reasons import ImportFileError
from organization.services.imports import create_run
from organization.views.pages import (
    UNPROCESSABLE,
    Crumbs,
    FormPage,
    handle_form,
    paginate,
    render_list,
    require_permission,
)

SILENCES_SHOWN = 5


def _crumbs(*tail: tuple[str, str]) -> Crumbs:
    return [(_("Terminals"), reverse("attendance:terminal_list")), *tail]


@require_safe
def terminal_list(request: UserRequest) -> HttpResponse:
    """Every terminal with how many people have a PIN there, and days on which one was silent."""
    require_permission(request, "attendance.view_terminals")
    today = timezone.localdate()
    found = TerminalFilter(request.GET, queryset=terminals_for_list(), request=request)
    page = paginate(request, found.qs)
    people = people_by_terminal(list(page), today)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(terminal, people.get(terminal.pk, 0)) for terminal in page],
        "silences": silences(list(page), on=today)[:SILENCES_SHOWN],
        "may_edit": request.user.has_perm("attendance.manage_terminals"),
        "may_enter_outages": request.user.has_perm("attendance.manage_outages"),
    }
    return render_list(request, "attendance/terminal_list.html", "attendance/partials/terminal_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def terminal_edit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    require_permission(request, "attendance.manage_terminals")
    terminal = get_object_or_404(Terminal, pk=pk) if pk else None
    form = TerminalForm(request.POST or None, instance=terminal)
    back = reverse("attendance:terminal", args=[pk]) if pk else reverse("attendance:terminal_list")
    title = terminal.name if terminal else _("New terminal")
    page = FormPage(
        title=title,
        submit=_("Save the terminal"),
        cancel_url=back,
        crumbs=_crumbs(*([(title, back), (_("Change"), "")] if terminal else [(title, "")])),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.save_terminal(by=request.user, terminal_id=pk, values=form.cleaned_data),
        done=_("The terminal is saved."),
        done_url=lambda saved: reverse("attendance:terminal", args=[saved.pk]),
    )


@require_safe
def terminal(request: UserRequest, pk: int) -> HttpResponse:
    """One terminal and whom its PINs mean."""
    require_permission(request, "attendance.view_terminals")
    shown = get_object_or_404(terminals_for_list(), pk=pk)
    pins = TerminalPin.objects.filter(terminal=shown).select_related("employee").order_by("employee__name", "pk")
    found = TerminalPinFilter(request.GET, queryset=pins, request=request)
    context = {
        "terminal": shown,
        "filter": found,
        "page_obj": paginate(request, found.qs),
        "may_edit": request.user.has_perm("attendance.manage_terminals"),
        "today": timezone.localdate(),
        "crumbs": _crumbs((shown.name, "")),
    }
    return render_list(request, "attendance/terminal.html", "attendance/partials/pin_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def pin_assign(request: UserRequest, pk: int) -> HttpResponse:
    """Say whom a PIN means."""
    require_permission(request, "attendance.manage_terminals")
    shown = get_object_or_404(Terminal, pk=pk)
    form = PinForm(request.POST or None)
    back = reverse("attendance:terminal", args=[pk])
    page = FormPage(
        title=_("A PIN of %(name)s") % {"name": shown.name},
        submit=_("Save the PIN"),
        cancel_url=back,
        crumbs=_crumbs((shown.name, back), (_("New PIN"), "")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.assign_pin(by=request.user, terminal_id=pk, **form.cleaned_data),
        done=_("The PIN is saved."),
        done_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def pin_end(request: UserRequest, pk: int, pin: int) -> HttpResponse:
    """Let a PIN mean nobody any more."""
    require_permission(request, "attendance.manage_terminals")
    row = get_object_or_404(TerminalPin.objects.select_related("terminal", "employee"), pk=pin, terminal=pk)
    form = LastDayForm(request.POST or None)
    back = reverse("attendance:terminal", args=[pk])
    page = FormPage(
        title=_("End PIN %(pin)s of %(name)s") % {"pin": row.pin, "name": row.employee.name},
        submit=_("End the PIN"),
        cancel_url=back,
        crumbs=_crumbs((row.terminal.name, back), (_("End"), "")),
        intro=_("Entries until that day stay with this person; later ones are rejected until the PIN means somebody."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.end_pin(by=request.user, pin_id=pin, last_day=form.cleaned_data["last_day"]),
        done=_("The PIN is ended."),
        done_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def terminal_upload(request: UserRequest, pk: int) -> HttpResponse:
    """Upload entries or a list of PINs; the file is checked, and its page asks before anything is saved."""
    require_permission(request, "attendance.manage_terminals")
    shown = get_object_or_404(Terminal, pk=pk)
    initial = {"kind": request.GET.get("kind") or "presence"}
    form = TerminalFileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            run = create_run(by=request.user, kind=kind, file=file, name=file.name, parameter=shown.code)
        except ImportFileError as error:
            form.add_error("file", str(error))
        else:
            return redirect("organization:import_detail" if run.mapping else "organization:import_columns", run.pk)
    context = {
        "terminal": shown,
        "form": form,
        "crumbs": _crumbs((shown.name, reverse("attendance:terminal", args=[pk])), (_("Upload"), "")),
    }
    return render(request, "attendance/terminal_upload.html", context, status=UNPROCESSABLE if form.errors else 200)
