"""Who stands on a roster: onto a draft and off it at once; onto a published one and off it from a day on, checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from attendance import roster_checks as checks
from attendance.enums import RosterChangeKind, RosterStatus
from attendance.forms.rosters import MembershipForm, PersonToAddForm
from attendance.models import Roster
from attendance.roster_facts import facts_of
from attendance.roster_grid import finding_rows
from attendance.services import roster_people as commands
from attendance.services.rosters import add_person, people_to_add, remove_person
from attendance.views.rosters import MANAGE, crumbs_of, find_roster, period_word
from organization.guards import ONE_DAY
from organization.http import UserRequest
from organization.models import Employee
from organization.views.pages import add_errors, do, require_permission

UNPROCESSABLE = 422


def _managed(request: UserRequest, pk: int) -> Roster:
    shown = find_roster(request, pk)
    require_permission(request, MANAGE, shown.unit)
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
def roster_people(request: UserRequest, pk: int) -> HttpResponse:
    """Who stands on a roster; put somebody on it or take somebody off."""
    shown = _managed(request, pk)
    is_draft = shown.status == RosterStatus.DRAFT
    may_change = is_draft or shown.ends_on >= commands.earliest_day()
    since = None if is_draft else _first_day(shown)
    form = PersonToAddForm(request.POST or None, people=people_to_add(shown, since=since) if may_change else [])
    if request.method == "POST" and form.is_valid():
        employee_id = int(form.cleaned_data["employee"])
        if not is_draft:
            return redirect("attendance:roster_join", pk, employee_id)
        try:
            add_person(by=request.user, roster_id=pk, employee_id=employee_id)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The person is on the roster, with open cells."))
            return redirect("attendance:roster_people", pk)
    context = {
        "roster": shown,
        "title": period_word(shown),
        "form": form,
        "people": facts_of(shown).people,
        "is_draft": is_draft,
        "may_change": may_change,
        "crumbs": crumbs_of(shown, last=_("People")),
    }
    bad = form.is_bound and form.errors
    return render(request, "attendance/roster_people.html", context, status=UNPROCESSABLE if bad else 200)


@require_POST
def roster_remove(request: UserRequest, pk: int, employee_pk: int) -> HttpResponse:
    """Take somebody off a draft."""
    _managed(request, pk)
    return do(
        request,
        lambda: remove_person(by=request.user, roster_id=pk, employee_id=employee_pk),
        done=_("The person is off the roster."),
        back=reverse("attendance:roster_people", args=[pk]),
    )


def _first_day(roster: Roster) -> date:
    """Tomorrow, within the roster: what is suggested."""
    return min(max(timezone.localdate() + ONE_DAY, roster.starts_on), roster.ends_on)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_join(request: UserRequest, pk: int, employee_pk: int) -> HttpResponse:
    """What somebody would have on a published roster from a day on and what it breaks; then put them on it."""
    return _membership(request, pk, employee_pk, RosterChangeKind.JOINED)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def roster_leave(request: UserRequest, pk: int, employee_pk: int) -> HttpResponse:
    """Which shifts somebody would leave open from a day on; then take them off the published roster."""
    return _membership(request, pk, employee_pk, RosterChangeKind.LEFT)


def _membership(request: UserRequest, pk: int, employee_pk: int, kind: RosterChangeKind) -> HttpResponse:
    shown = _managed(request, pk)
    joins = kind == RosterChangeKind.JOINED
    person = _person(shown, employee_pk, joins=joins)
    checking = "check" in request.POST
    sent = request.POST if request.method == "POST" else None
    form = MembershipForm(sent, roster=shown, checking=checking, initial={"from_on": _first_day(shown)})
    if form.is_bound and form.is_valid() and not checking:
        command = commands.join_roster if joins else commands.leave_roster
        try:
            command(by=request.user, roster_id=pk, employee_id=employee_pk, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _done(request, shown, person, joins=joins)
    # The whole roster is judged only when somebody asks for a day.
    plan = (
        _plan(shown, form, employee_pk, commands.plan_joining if joins else commands.plan_leaving)
        if form.is_bound
        else None
    )
    return _page(request, shown, person, form, plan, joins=joins)


def _person(roster: Roster, pk: int, *, joins: bool) -> Employee:
    """Somebody of the unit, or on the roster; nobody else exists here."""
    if joins:
        found = next((one for one in people_to_add(roster, since=_first_day(roster)) if one.pk == pk), None)
    else:
        found = Employee.objects.filter(pk=pk, roster_entries__roster=roster).first()
    if found is None:
        raise Http404
    return found


def _plan(
    roster: Roster, form: MembershipForm, employee_id: int, plan: Callable[..., commands.Plan]
) -> commands.Plan | None:
    """What would come of it on the day that the form holds; None where that day cannot be."""
    day = form.cleaned_data.get("from_on")
    if day is None:
        return None
    try:
        return plan(roster, employee_id=employee_id, from_on=day)
    except ValidationError as error:
        if not form.errors:
            add_errors(form, error)
        return None


def _done(request: UserRequest, roster: Roster, person: Employee, *, joins: bool) -> HttpResponse:
    if joins:
        messages.success(request, _("%(name)s is on the roster. Choose the shifts.") % {"name": person.name})
        return redirect("attendance:roster_person", roster.pk, person.pk)
    messages.success(request, _("%(name)s is off the roster.") % {"name": person.name})
    return redirect("attendance:roster_people", roster.pk)


def _page(
    request: UserRequest,
    roster: Roster,
    person: Employee,
    form: MembershipForm,
    plan: commands.Plan | None,
    *,
    joins: bool,
) -> HttpResponse:
    words = _("Put %(name)s on the roster") if joins else _("Take %(name)s off the roster")
    below = bool(plan and checks.of_level(plan.worse, checks.HEAD))
    stops = bool(plan and checks.of_level(plan.worse, checks.STOP))
    context: dict[str, Any] = {
        "roster": roster,
        "title": words % {"name": person.name},
        "period": period_word(roster),
        "form": form,
        "joins": joins,
        "plan": plan,
        "shifts": _shift_words(plan) if plan else [],
        "findings": finding_rows(plan.worse, plan.facts) if plan else [],
        "stops": stops,
        "needs_head": below and not request.user.has_perm("attendance.publish_below_minimum", roster.unit),
        "crumbs": crumbs_of(roster, last=_("People")),
    }
    bad = form.is_bound and form.errors
    return render(request, "attendance/roster_membership.html", context, status=UNPROCESSABLE if bad else 200)


def _shift_words(plan: commands.Plan) -> list[tuple[str, str]]:
    """Day and shift, in order."""
    codes = plan.facts.shifts
    return [(date_format(cell.day, "D j M"), codes[cell.shift_id].code) for cell in plan.shifts if cell.shift_id]
