"""One day or one person of a roster, as a form that works without JavaScript; the way to edit on a phone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from attendance.enums import RosterStatus
from attendance.forms.rosters import CellKey, CellsForm
from attendance.models import Roster
from attendance.roster_facts import RosterFacts, facts_of
from attendance.roster_grid import cell_text, cells_by_person, finding_rows, grid_of, legend
from attendance.services.roster_publish import change_cells
from attendance.services.rosters import set_cells
from attendance.views.rosters import MANAGE, crumbs_of, find_roster, oversees, period_word
from organization.http import UserRequest
from organization.views.pages import add_errors, require_permission

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_day(request: UserRequest, pk: int, day: str) -> HttpResponse:
    """Everybody on one day; whoever makes the roster chooses their shifts here."""
    shown = find_roster(request, pk)
    on = _day(shown, day)
    facts = facts_of(shown)
    by_person = cells_by_person(facts)
    present = [person for person in facts.people if by_person[person.id].get(on)]
    keys = [CellKey(person.id, on) for person in present]
    url = reverse("attendance:roster_day", args=[pk, on.isoformat()])
    form, done = _form(request, facts, keys, [person.name for person in present], url)
    if done is not None:
        return done
    sees_why = oversees(request.user, shown)
    found = [row for row in facts.findings() if row.day == on] if sees_why else []
    context = _context(request, shown, form) | {
        "day": on,
        "previous": on - timedelta(days=1) if on > shown.starts_on else None,
        "following": on + timedelta(days=1) if on < shown.ends_on else None,
        "lines": _lines(facts, present, on),
        "needs": [(row.label, row.cells[(on - shown.starts_on).days]) for row in _needs(facts)],
        "findings": finding_rows(found, facts),
        "legend": legend(facts),
        "crumbs": crumbs_of(shown, last=date_format(on, "j F")),
    }
    return render(request, "attendance/roster_day.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_person(request: UserRequest, pk: int, employee_pk: int) -> HttpResponse:
    """All days of one person, for whoever makes the roster."""
    shown = find_roster(request, pk)
    require_permission(request, MANAGE, shown.unit)
    facts = facts_of(shown)
    person = next((row for row in facts.people if row.id == employee_pk), None)
    if person is None:
        raise Http404
    cells = cells_by_person(facts)[employee_pk]
    keys = [CellKey(employee_pk, day) for day in facts.sheet.days() if day in cells]
    labels = [date_format(key.day, "D j F") for key in keys]
    form, done = _form(request, facts, keys, labels, reverse("attendance:roster", args=[pk]))
    if done is not None:
        return done
    found = [row for row in facts.findings() if row.employee_id == employee_pk]
    notes: dict[date, list[Any]] = {key.day: [] for key in keys}
    general: list[Any] = []
    for row in finding_rows(found, facts):
        notes.get(row.day, general).append(row)
    context = _context(request, shown, form) | {
        "person": person,
        "rows": [
            (key.day, first, second, notes[key.day], facts.holidays.get(key.day, ""))
            for key, first, second in form.rows()
        ]
        if form
        else [],
        "legend": legend(facts),
        "crumbs": crumbs_of(shown, last=person.name),
    }
    return render(request, "attendance/roster_person.html", context, status=_status(form))


def _day(shown: Roster, text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not shown.starts_on <= day <= shown.ends_on:
        raise Http404
    return day


def _needs(facts: RosterFacts) -> list[Any]:
    return grid_of(facts, today=timezone.localdate(), with_findings=False).needs


def _lines(facts: RosterFacts, people: list[Any], on: date) -> list[tuple[Any, str]]:
    by_person = cells_by_person(facts)
    return [(person, cell_text(facts, by_person[person.id].get(on, []))) for person in people]


def _status(form: CellsForm | None) -> int:
    return UNPROCESSABLE if form is not None and form.is_bound and form.errors else 200


def _context(request: UserRequest, shown: Roster, form: CellsForm | None) -> dict[str, Any]:
    return {
        "roster": shown,
        "title": period_word(shown),
        "form": form,
        "is_draft": shown.status == RosterStatus.DRAFT,
    }


def _form(
    request: UserRequest, facts: RosterFacts, keys: list[CellKey], labels: list[str], url: str
) -> tuple[CellsForm | None, HttpResponse | None]:
    """The form of whoever makes the roster, and the answer once it was sent and saved."""
    may_manage = request.user.has_perm(MANAGE, facts.roster.unit)
    if request.method != "POST":
        return (CellsForm(facts=facts, keys=keys, labels=labels) if may_manage else None), None
    if not may_manage:
        raise PermissionDenied(_("Your role does not allow this."))
    form = CellsForm(request.POST, facts=facts, keys=keys, labels=labels)
    if form.is_valid():
        try:
            _save(request, facts.roster, form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return form, redirect(url)
    return form, None


def _save(request: UserRequest, roster: Roster, form: CellsForm) -> None:
    cells = form.cells()
    if roster.status == RosterStatus.DRAFT:
        changed = set_cells(by=request.user, roster_id=roster.pk, cells=cells) if cells else 0
    else:
        reason = form.cleaned_data["reason"]
        changed = len(change_cells(by=request.user, roster_id=roster.pk, cells=cells, reason=reason)) if cells else 0
    if changed:
        messages.success(request, _("Saved. %(count)s cells changed.") % {"count": changed})
    else:
        messages.info(request, _("Nothing was changed."))
