"""The monthly recap: figures of the people in reach, what was locked, locking, and workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.forms.recaps import RecapFilterForm, this_month
from attendance.models import RecapExport, RecapMonth
from attendance.recap import COLUMNS, Figures, editions_of, last_day, locked_figures, people_of_month, recap_figures
from attendance.recap_xlsx import headings
from attendance.services.recap_exports import ask_export, edition_words, progress_of
from attendance.services.recaps import lock_recap
from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import do, paginate, render_list, require_permission

PERMISSION, LOCK = "attendance.view_recaps", "attendance.lock_recap"
SHOWN_EXPORTS = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The columns of the page; the workbook has all.
SHOWN = (
    "work_days", "present_days", "home_days", "field_days", "leave_days", "sick_days", "travel_days", "late_min",
    "early_min", "missing_in", "missing_out", "converted_min", "unexcused_days", "pending_corrections",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A figure, and what was locked where that differs; `label` is its column."""

    label: str
    value: Any
    locked: Any = None


@dataclass(frozen=True)
class Line:
    """One employee's month; `is_changed`: another figure was locked, or none."""

    employee: Employee
    unit: str
    cells: tuple[Cell, ...]
    is_changed: bool


def labels() -> list[str]:
    """The words of the shown columns."""
    words = dict(zip(COLUMNS[1:], headings()[3:], strict=True))
    return [words[name] for name in SHOWN]


def lines_of(people: Sequence[Employee], month: date, *, on: date, is_locked: bool) -> Iterator[Line]:
    """The figures of these people beside what was locked; two queries."""
    ids = [person.pk for person in people]
    figures = recap_figures(month, on=on, employee_ids=ids)
    locked = locked_figures(month, employee_ids=ids) if is_locked else {}
    names = labels()
    for person in people:
        now, then = figures.get(person.pk), locked.get(person.pk)
        if now is None:
            continue
        cells = tuple(
            Cell(label, _plain(getattr(now, name)), _differs(now, then, name))
            for label, name in zip(names, SHOWN, strict=True)
        )
        yield Line(person, getattr(person, "month_unit", ""), cells, is_locked and now != then)


def _plain(value: Any) -> Any:
    """Half days with their half, whole ones without."""
    return int(value) if value == int(value) else value


def _differs(now: Figures, then: Figures | None, name: str) -> Any:
    if then is None or getattr(then, name) == getattr(now, name):
        return None
    return _plain(getattr(then, name))


@require_safe
@never_cache
def recap_list(request: UserRequest) -> HttpResponse:
    """The month of the people in reach; where HR has locked it, what changed since stands beside it."""
    require_permission(request, PERMISSION)
    form = RecapFilterForm(request.GET, user=request.user)
    given = form.cleaned_data if form.is_valid() else {}
    month, unit = given.get("month") or this_month(), given.get("unit")
    editions = list(editions_of(month))
    page = paginate(request, people_of_month(request.user, month, unit=unit, name=given.get("name", "")))
    exports = RecapExport.objects.filter(asked_by=request.user).select_related("unit", "recap")
    context = {
        "filter_form": form,
        "month": month,
        "unit": unit,
        "page_obj": page,
        "labels": labels(),
        "rows": list(lines_of(list(page), month, on=timezone.localdate(), is_locked=bool(editions))),
        "editions": [(row, edition_words(row)) for row in editions],
        "exports": [(row, _progress(row)) for row in exports.order_by("-asked_at", "-pk")[:SHOWN_EXPORTS]],
        "is_over": last_day(month) < timezone.localdate(),
        "may_lock": request.user.has_perm(LOCK),
    }
    return render_list(request, "attendance/recap_list.html", "attendance/partials/recap_table.html", context)


def _back(month: date) -> str:
    return f"{reverse('attendance:recap_list')}?month={month:%Y-%m}"


def _month(text: str) -> date:
    """The month of an address. Raises Http404."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def recap_lock(request: UserRequest, month: str) -> HttpResponse:
    """Ask once more, then lock the month, or what changed in it since."""
    require_permission(request, LOCK)
    first = _month(month)
    back = _back(first)
    newest = editions_of(first).last()
    if request.method == "POST":

        def lock() -> None:
            recap = lock_recap(by=request.user, month=first)
            text = ngettext("Locked: %(count)s employee.", "Locked: %(count)s employees.", recap.people)
            messages.info(request, text % {"count": recap.people})

        return do(request, lock, done=_("The month is locked."), back=back)
    name = date_format(first, "F Y")
    context = {
        "month": first,
        "newest": edition_words(newest) if newest else "",
        "cancel_url": back,
        "crumbs": [(_("Attendance recap"), back), (_("Lock %(month)s") % {"month": name}, "")],
    }
    return render(request, "attendance/recap_lock.html", context)


@require_POST
def recap_export(request: UserRequest) -> HttpResponse:
    """Have a workbook made."""
    require_permission(request, PERMISSION)
    form = RecapFilterForm(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, _("Choose a month first."))
        return redirect("attendance:recap_list")
    month = form.cleaned_data["month"]
    asked = request.POST.get("recap", "")
    recap = RecapMonth.objects.filter(pk=asked, month=month).first() if asked.isdecimal() and len(asked) < 19 else None
    return do(
        request,
        lambda: ask_export(
            by=request.user, month=month, unit=form.cleaned_data["unit"], recap_id=recap.pk if recap else None
        ),
        done=_("The workbook is being made. It stands below in a moment."),
        back=_back(month),
    )


def _progress(export: RecapExport) -> dict[str, Any] | None:
    """How far the worker is; nothing for a workbook that is there."""
    if export.file:
        return None
    done, total = progress_of(export.pk) or (0, 0)
    text = _("%(done)s of %(total)s people") % {"done": done, "total": total} if total else _("waits for the worker")
    url = reverse("attendance:recap_export_progress", args=[export.pk])
    return {"value": done, "max": total or 1, "text": text, "poll_url": url}


@require_safe
@never_cache
def recap_export_progress(request: UserRequest, pk: int) -> HttpResponse:
    """The line of a workbook of one's own, asked for again while it is being made."""
    require_permission(request, PERMISSION)
    rows = RecapExport.objects.filter(asked_by=request.user).select_related("unit")
    export = get_object_or_404(rows, pk=pk)
    context = {"export": export, "progress": _progress(export)}
    return render(request, "attendance/partials/recap_export.html", context)


@require_safe
@never_cache
def recap_file(request: UserRequest, pk: int) -> FileResponse:
    """A workbook that the user asked for."""
    require_permission(request, PERMISSION)
    export = get_object_or_404(RecapExport.objects.filter(asked_by=request.user).exclude(file=""), pk=pk)
    try:
        opened = export.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"rekap-presensi-{export.month:%Y-%m}.xlsx"
    return FileResponse(opened, as_attachment=True, filename=name, content_type=XLSX)
