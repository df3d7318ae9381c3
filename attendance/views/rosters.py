"""Rosters: the list, a new one, the grid, its people, publishing and what was changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attendance import roster_checks as checks
from attendance.enums import RosterStatus
from attendance.filters_rosters import RosterFilter
from attendance.forms.rosters import NewRosterForm, PublishForm, UnitForRosterForm, last_roster_exists
from attendance.models import Roster, RotationPattern
from attendance.roster_facts import RosterFacts, facts_of
from attendance.roster_grid import finding_rows, grid_of, legend
from attendance.services.roster_publish import publish_roster
from attendance.services.rosters import create_roster, delete_draft
from attendance.spans import month_of
from organization.access import access_for
from organization.enums import Role
from organization.http import UserRequest
from organization.models import Unit, User
from organization.querysets import under_paths_q
from organization.views.pages import (
    Crumbs,
    FormPage,
    add_errors,
    handle_form,
    paginate,
    render_list,
    require_permission,
)

UNPROCESSABLE = 422
MANAGE = "attendance.manage_roster"


def find_roster(request: UserRequest, pk: int) -> Roster:
    """The roster, if it exists for the user."""
    rows = Roster.objects.visible_to(request.user).select_related("unit", "rotation", "published_by", "created_by")
    roster: Roster = get_object_or_404(rows, pk=pk)
    return roster


def oversees(user: User, roster: Roster) -> bool:
    """Whether the user reads what is wrong: who makes the roster or oversees the unit, not a colleague on it."""
    return any(roster.unit.path.startswith(path) for path in access_for(user).unit_paths)


def crumbs_of(roster: Roster, *, last: str = "") -> Crumbs:
    url = reverse("attendance:roster", args=[roster.pk]) if last else ""
    crumbs: Crumbs = [(_("Rosters"), reverse("attendance:roster_list")), (period_word(roster), url)]
    return [*crumbs, (last, "")] if last else crumbs


def period_word(roster: Roster) -> str:
    """A whole month by its name, else from and to."""
    if (roster.starts_on, roster.ends_on) == month_of(roster.starts_on):
        return f"{roster.unit.name}, {date_format(roster.starts_on, 'F Y')}"
    return f"{roster.unit.name}, {date_format(roster.starts_on, 'j M')} – {date_format(roster.ends_on, 'j M Y')}"


def managed_units(user: User) -> QuerySet[Unit]:
    """Units whose rosters the user makes."""
    access = access_for(user)
    paths = (*access.headed_paths, *access.paths_of_role(Role.HR_ADMIN))
    return Unit.objects.open_on(timezone.localdate()).filter(under_paths_q(paths, "")).distinct()


@require_safe
def roster_list(request: UserRequest) -> HttpResponse:
    """Rosters in reach, the newest first."""
    rows = (
        Roster.objects.visible_to(request.user)
        .select_related("unit")
        .annotate(people=Count("entries__employee", distinct=True))
        .order_by("-starts_on", "unit__path", "pk")
    )
    found = RosterFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, period_word(row)) for row in page],
        "may_create": request.user.has_perm(MANAGE),
    }
    return render_list(request, "attendance/roster_list.html", "attendance/partials/roster_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def roster_create(request: UserRequest) -> HttpResponse:
    """A new roster: first the unit, then period and source."""
    require_permission(request, MANAGE)
    units = managed_units(request.user)
    form = UnitForRosterForm(request.GET if "unit" in request.GET else None, units=units)
    crumbs: Crumbs = [(_("Rosters"), reverse("attendance:roster_list")), (_("New roster"), "")]
    if not form.is_bound or not form.is_valid():
        context = {"form": form, "crumbs": crumbs}
        return render(request, "attendance/roster_unit.html", context, status=UNPROCESSABLE if form.errors else 200)
    unit: Unit = form.cleaned_data["unit"]
    rotations = RotationPattern.objects.filter(unit_id__in=unit.path_ids, is_active=True)
    start, end = _next_period(unit)
    new = NewRosterForm(
        request.POST or None,
        unit=unit,
        rotations=rotations,
        has_last=last_roster_exists(unit),
        initial={"starts_on": start, "ends_on": end},
    )
    page = FormPage(
        title=_("New roster of %(unit)s") % {"unit": unit.name},
        submit=_("Make the draft"),
        cancel_url=reverse("attendance:roster_list"),
        crumbs=crumbs,
        intro=_("A draft is seen by nobody on it. You can change everything until you publish it."),
        template="attendance/roster_form.html",
    )
    return handle_form(
        request,
        new,
        page,
        lambda: create_roster(by=request.user, unit_id=unit.pk, **new.values()),
        done=_("The draft is made."),
        done_url=lambda roster: reverse("attendance:roster", args=[roster.pk]),
    )


def _next_period(unit: Unit) -> tuple[date, date]:
    """The month after the last roster, else the next month."""
    last = Roster.objects.filter(unit=unit).order_by("-ends_on").values_list("ends_on", flat=True).first()
    first = last + timedelta(days=1) if last else month_of(timezone.localdate())[1] + timedelta(days=1)
    return first, month_of(first)[1]


@require_safe
@never_cache
def roster(request: UserRequest, pk: int) -> HttpResponse:
    """The grid: people by days, counts against minimums, and what is wrong."""
    shown = find_roster(request, pk)
    facts = facts_of(shown)
    today = timezone.localdate()
    sees_why = oversees(request.user, shown)
    context = {
        "roster": shown,
        "title": period_word(shown),
        "grid": grid_of(facts, today=today, with_findings=sees_why),
        "legend": legend(facts),
        "sees_why": sees_why,
        "may_manage": request.user.has_perm(MANAGE, shown.unit),
        "first_day": today if shown.starts_on <= today <= shown.ends_on else shown.starts_on,
        "open": _open_cells(facts),
        "crumbs": crumbs_of(shown),
    }
    return render(request, "attendance/roster.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_publish(request: UserRequest, pk: int) -> HttpResponse:
    """What is wrong, level by level, and the button."""
    shown = find_roster(request, pk)
    require_permission(request, MANAGE, shown.unit)
    form = PublishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            publish_roster(by=request.user, roster_id=pk, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The roster is published; everybody on it is told."))
            return redirect("attendance:roster", pk)
    return _publish_page(request, shown, form)


def _publish_page(request: UserRequest, shown: Roster, form: PublishForm) -> HttpResponse:
    facts = facts_of(shown)
    found = facts.findings()
    is_head = request.user.has_perm("attendance.publish_below_minimum", shown.unit)
    groups = {level: checks.of_level(found, level) for level in (checks.STOP, checks.HEAD, checks.NOTE)}
    is_draft = shown.status == RosterStatus.DRAFT
    context: dict[str, Any] = {
        "roster": shown,
        "title": period_word(shown),
        "form": form,
        "is_draft": is_draft,
        "groups": [(level, finding_rows(rows, facts)) for level, rows in groups.items() if rows],
        "stops": len(groups[checks.STOP]),
        "below": len(groups[checks.HEAD]),
        "open": _open_cells(facts),
        "may_publish": is_draft and not groups[checks.STOP] and (is_head or not groups[checks.HEAD]),
        "crumbs": crumbs_of(shown, last=_("Publish")),
    }
    return render(
        request,
        "attendance/roster_publish.html",
        context,
        status=UNPROCESSABLE if form.is_bound and form.errors else 200,
    )


def _open_cells(facts: RosterFacts) -> int:
    return sum(
        cell.slot == 1 and cell.shift_id is None and (cell.employee_id, cell.day, 1) not in facts.fixed
        for cell in facts.sheet.cells
    )


@require_http_methods(["GET", "HEAD", "POST"])
def roster_delete(request: UserRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    shown = find_roster(request, pk)
    require_permission(request, MANAGE, shown.unit)
    if request.method == "POST":
        delete_draft(by=request.user, roster_id=pk)
        messages.success(request, _("The draft is deleted."))
        return redirect("attendance:roster_list")
    context = {
        "title": _("Delete the draft?"),
        "text": _("%(roster)s: all its cells are gone then. Published rosters stay as they are.")
        % {"roster": period_word(shown)},
        "button": _("Delete the draft"),
        "danger": True,
        "cancel_url": reverse("attendance:roster", args=[pk]),
        "crumbs": crumbs_of(shown, last=_("Delete")),
    }
    return render(request, "attendance/confirm.html", context)


@require_safe
def roster_changes(request: UserRequest, pk: int) -> HttpResponse:
    """What was changed after publishing, why and by whom."""
    shown = find_roster(request, pk)
    if not oversees(request.user, shown):
        raise PermissionDenied(_("Your role does not allow this."))
    rows = shown.changes.select_related("employee", "before", "after", "changed_by").order_by("-changed_at", "-pk")
    page = paginate(request, rows)
    context = {
        "roster": shown,
        "title": period_word(shown),
        "page_obj": page,
        "crumbs": crumbs_of(shown, last=_("Changes")),
    }
    return render(request, "attendance/roster_changes.html", context)
