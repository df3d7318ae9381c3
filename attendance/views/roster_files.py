"""The grid as a workbook, out and in; nothing is saved while one cell is wrong."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance.enums import RosterStatus
from attendance.forms.rosters import RosterFileForm
from attendance.models import Roster
from attendance.roster_checks import Cell, check, worsened
from attendance.roster_facts import RosterFacts, facts_of
from attendance.roster_files import ReadGrid, read_grid, write_grid
from attendance.roster_grid import finding_rows
from attendance.services.roster_publish import change_cells
from attendance.services.rosters import CellSpec, set_cells
from attendance.views.rosters import MANAGE, crumbs_of, find_roster, period_word
from organization.http import UserRequest
from organization.importing.files import check_size
from organization.importing.reasons import ImportFileError
from organization.views.pages import add_errors, require_permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNPROCESSABLE = 422
SHOWN_REJECTS = 200


@require_safe
@never_cache
def roster_file(request: UserRequest, pk: int) -> FileResponse:
    """The grid as XLSX."""
    shown = find_roster(request, pk)
    name = f"roster-{shown.unit.code}-{shown.starts_on.isoformat()}.xlsx"
    file = write_grid(facts_of(shown), period_word(shown))
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_import(request: UserRequest, pk: int) -> HttpResponse:
    """Check an edited grid, or take it; every cell that cannot be taken is named."""
    shown = find_roster(request, pk)
    require_permission(request, MANAGE, shown.unit)
    is_draft = shown.status == RosterStatus.DRAFT
    form = RosterFileForm(request.POST or None, request.FILES or None, is_draft=is_draft)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        facts = facts_of(shown)
        try:
            found = _read(form.cleaned_data["file"], facts)
            context = _result(facts, found)
            if request.POST.get("action") == "import" and not found.rejects:
                count = _save(request, shown, facts, found, form.cleaned_data.get("reason", ""))
                messages.success(request, _("Imported. Cells changed: %(count)s.") % {"count": count})
                return redirect("attendance:roster", pk)
        except ValidationError as error:
            add_errors(form, error)
    context |= {
        "roster": shown,
        "title": period_word(shown),
        "form": form,
        "crumbs": crumbs_of(shown, last=_("Import")),
    }
    bad = form.errors or context.get("rejects")
    status = UNPROCESSABLE if form.is_bound and bad else 200
    return render(request, "attendance/roster_import.html", context, status=status)


def _read(file: Any, facts: RosterFacts) -> ReadGrid:
    try:
        check_size(file.size, settings.IMPORT_MAX_BYTES)
        return read_grid(file, facts)
    except ImportFileError as error:
        raise ValidationError({"file": str(error)}) from error


def _different(facts: RosterFacts, found: ReadGrid) -> list[CellSpec]:
    """Cells that hold something else than the roster."""
    now = {(cell.employee_id, cell.day, cell.slot): cell.shift_id for cell in facts.sheet.cells}
    is_draft = facts.roster.status == RosterStatus.DRAFT
    changed = []
    for cell in found.cells:
        key = (cell.employee_id, cell.day, cell.slot)
        was_open = is_draft and cell.slot == 1 and now.get(key) is None and key not in facts.fixed
        if now.get(key) != cell.shift_id or (is_draft and cell.slot == 1 and was_open != cell.is_open):
            changed.append(cell)
    return changed


def _result(facts: RosterFacts, found: ReadGrid) -> dict[str, Any]:
    """What the file would change, and what would get worse by it."""
    if found.rejects:
        more = max(len(found.rejects) - SHOWN_REJECTS, 0)
        return {"rejects": found.rejects[:SHOWN_REJECTS], "more": more, "count": len(found.rejects)}
    changed = _different(facts, found)
    after = facts.with_cells(Cell(cell.employee_id, cell.day, cell.shift_id, cell.slot) for cell in changed)
    worse = worsened(facts.findings(), check(after))
    return {
        "checked": _changed(len(changed)) if changed else _("The file holds what the roster holds already."),
        "findings": finding_rows(worse, facts),
        "checked_at": timezone.now(),
    }


def _changed(count: int) -> str:
    return ngettext("%(count)s cell differs.", "%(count)s cells differ.", count) % {"count": count}


def _save(request: UserRequest, shown: Roster, facts: RosterFacts, found: ReadGrid, reason: str) -> int:
    changed = _different(facts, found)
    if not changed:
        return 0
    if shown.status == RosterStatus.DRAFT:
        return set_cells(by=request.user, roster_id=shown.pk, cells=changed)
    return len(change_cells(by=request.user, roster_id=shown.pk, cells=changed, reason=reason))
