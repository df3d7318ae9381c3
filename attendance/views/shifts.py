"""What a unit that works in shifts is made of: shifts, minimums, rotations and their teams."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance.forms.shifts import MemberForm, RotationForm, ShiftForm, ShiftMinimumForm
from attendance.models import RotationPattern, Shift, ShiftMinimum, TeamMember
from attendance.roster_grid import shift_times
from attendance.services import shifts as commands
from organization.access import access_for
from organization.forms.base import LastDayForm
from organization.http import UserRequest
from organization.models import Employee, Unit
from organization.querysets import under_paths_q
from organization.views.pages import Crumbs, FormPage, do, handle_form, require_permission

MANAGE = "attendance.manage_roster"


def _unit(request: UserRequest, pk: int) -> Unit:
    unit: Unit = get_object_or_404(Unit.objects.visible_to(request.user), pk=pk)
    return unit


def _managed(request: UserRequest, pk: int) -> Unit:
    unit = _unit(request, pk)
    require_permission(request, MANAGE, unit)
    return unit


def _url(unit: Unit) -> str:
    return reverse("attendance:unit_shifts", args=[unit.pk])


def _crumbs(unit: Unit, last: str = "") -> Crumbs:
    crumbs: Crumbs = [(_("Rosters"), reverse("attendance:roster_list")), (unit.name, _url(unit) if last else "")]
    return [*crumbs, (last, "")] if last else crumbs


def _shifts(unit: Unit) -> list[Shift]:
    return list(Shift.objects.filter(unit_id__in=unit.path_ids, is_active=True).order_by("starts_at", "code"))


@require_safe
def unit_shifts(request: UserRequest, pk: int) -> HttpResponse:
    """Shifts, minimums and rotations that a unit has or has from above."""
    unit = _unit(request, pk)
    today = timezone.localdate()
    near = Q(unit_id__in=unit.path_ids) | Q(unit__path__startswith=unit.path)
    shifts = Shift.objects.filter(near).select_related("unit").order_by("-is_active", "starts_at", "code", "pk")
    minimums = (
        ShiftMinimum.objects.filter(near)
        .overlapping(today, None)
        .select_related("shift", "unit", "set_at")
        .order_by("shift__starts_at", "weekday", "position_group", "valid_from")
    )
    rotations = RotationPattern.objects.filter(near).select_related("unit").prefetch_related("teams")
    context = {
        "unit": unit,
        "shifts": [(shift, shift_times(shift)) for shift in shifts],
        "minimums": [(row, WEEKDAYS[row.weekday - 1] if row.weekday else _("every day")) for row in minimums],
        "rotations": rotations.order_by("-is_active", "name", "pk"),
        "may_manage": request.user.has_perm(MANAGE, unit),
        "crumbs": _crumbs(unit),
    }
    return render(request, "attendance/unit_shifts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def shift_create(request: UserRequest, pk: int) -> HttpResponse:
    """A new shift of the unit and the units below."""
    unit = _managed(request, pk)
    form = ShiftForm(request.POST or None)
    page = FormPage(
        title=_("New shift of %(unit)s") % {"unit": unit.name},
        submit=_("Save the shift"),
        cancel_url=_url(unit),
        crumbs=_crumbs(unit, _("New shift")),
        intro=_("In the unit's local time. A shift in use is not changed: take it out of use and make another."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: commands.create_shift(by=request.user, unit_id=pk, spec=form.spec()),
        done=_("The shift is saved."),
        done_url=_url(unit),
    )


@require_POST
def shift_retire(request: UserRequest, pk: int) -> HttpResponse:
    """Take a shift out of use."""
    paths = access_for(request.user).unit_paths
    shift = get_object_or_404(Shift.objects.filter(under_paths_q(paths, "unit__")).select_related("unit"), pk=pk)
    require_permission(request, MANAGE, shift.unit)
    return do(
        request,
        lambda: commands.retire_shift(by=request.user, shift_id=pk),
        done=_("The shift is out of use. Published rosters keep it."),
        back=_url(shift.unit),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def shift_minimum(request: UserRequest, pk: int) -> HttpResponse:
    """How many must be on a shift, by weekday and position group, from a day on."""
    unit = _managed(request, pk)
    initial: dict[str, Any] = {}
    row_id = request.GET.get("row", "")
    row = ShiftMinimum.objects.filter(unit=unit, pk=row_id).first() if row_id.isdecimal() else None
    if row:
        initial = {
            "shift_id": row.shift_id,
            "weekday": row.weekday or "",
            "position_group": row.position_group,
            "count": row.count,
        }
    form = ShiftMinimumForm(request.POST or None, shifts=_shifts(unit), initial=initial)
    page = FormPage(
        title=_("Minimum on a shift of %(unit)s") % {"unit": unit.name},
        submit=_("Save the minimum"),
        cancel_url=_url(unit),
        crumbs=_crumbs(unit, _("Minimum on a shift")),
        intro=_("A unit head can raise it and undo that again; HR can also lower it."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: commands.set_shift_minimum(by=request.user, unit_id=pk, **form.cleaned_data),
        done=_("The minimum is saved."),
        done_url=_url(unit),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def rotation_create(request: UserRequest, pk: int) -> HttpResponse:
    """A new rotation with its teams."""
    unit = _managed(request, pk)
    form = RotationForm(request.POST or None, shifts=_shifts(unit), initial={"starts_on": timezone.localdate()})
    page = FormPage(
        title=_("New rotation of %(unit)s") % {"unit": unit.name},
        submit=_("Save the rotation"),
        cancel_url=_url(unit),
        crumbs=_crumbs(unit, _("New rotation")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: commands.create_rotation(by=request.user, unit_id=pk, spec=form.spec()),
        done=_("The rotation is saved. Put people into its teams next."),
        done_url=lambda made: reverse("attendance:rotation", args=[made.pk]),
    )


def _rotation(request: UserRequest, pk: int) -> RotationPattern:
    paths = access_for(request.user).unit_paths
    rows = RotationPattern.objects.filter(under_paths_q(paths, "unit__")).select_related("unit")
    rotation: RotationPattern = get_object_or_404(rows, pk=pk)
    return rotation


@require_safe
def rotation(request: UserRequest, pk: int) -> HttpResponse:
    """The cycle and who is in which team, from today on."""
    shown = _rotation(request, pk)
    steps: dict[int, list[str]] = {}
    for step in shown.steps.select_related("shift"):
        steps.setdefault(step.position, []).append(step.shift.code)
    members: dict[int, list[TeamMember]] = {}
    rows = TeamMember.objects.filter(team__rotation=shown).overlapping(timezone.localdate(), None)
    for row in rows.select_related("employee").order_by("employee__name", "valid_from"):
        members.setdefault(row.team_id, []).append(row)
    context = {
        "rotation": shown,
        "cycle": ["+".join(steps.get(number, ["–"])) for number in range(shown.cycle_days)],
        "teams": [(team, members.get(team.pk, [])) for team in shown.teams.all()],
        "may_manage": request.user.has_perm(MANAGE, shown.unit),
        "crumbs": _crumbs(shown.unit, shown.name),
    }
    return render(request, "attendance/rotation.html", context)


@require_POST
def rotation_retire(request: UserRequest, pk: int) -> HttpResponse:
    """Take a rotation out of use."""
    shown = _rotation(request, pk)
    require_permission(request, MANAGE, shown.unit)
    return do(
        request,
        lambda: commands.retire_rotation(by=request.user, rotation_id=pk),
        done=_("The rotation is out of use. Rosters made from it stay."),
        back=_url(shown.unit),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: UserRequest, pk: int) -> HttpResponse:
    """Put somebody into a team."""
    shown = _rotation(request, pk)
    require_permission(request, MANAGE, shown.unit)
    people = Employee.objects.in_subtree_on(shown.unit, timezone.localdate())
    form = MemberForm(
        request.POST or None,
        teams=shown.teams.all(),
        people=people,
        initial={"team_id": request.GET.get("team", "")},
    )
    back = reverse("attendance:rotation", args=[pk])
    page = FormPage(
        title=_("Into a team of %(rotation)s") % {"rotation": shown.name},
        submit=_("Put into the team"),
        cancel_url=back,
        crumbs=[*_crumbs(shown.unit, shown.name)[:-1], (shown.name, back), (_("Into a team"), "")],
        intro=_("A team they are in ends the day before. Rosters that exist stay as they are."),
    )

    def command() -> TeamMember:
        data = form.cleaned_data
        return commands.put_in_team(
            by=request.user,
            team_id=data["team_id"],
            employee_id=data["employee"].pk,
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
        )

    return handle_form(request, form, page, command, done=_("Saved."), done_url=back)


@require_http_methods(["GET", "HEAD", "POST"])
def member_end(request: UserRequest, pk: int, member_pk: int) -> HttpResponse:
    """Let somebody leave a team after a day."""
    shown = _rotation(request, pk)
    require_permission(request, MANAGE, shown.unit)
    rows = TeamMember.objects.filter(team__rotation=shown).select_related("employee", "team")
    member = get_object_or_404(rows, pk=member_pk)
    form = LastDayForm(request.POST or None)
    back = reverse("attendance:rotation", args=[pk])
    page = FormPage(
        title=_("%(name)s leaves %(team)s") % {"name": member.employee.name, "team": member.team.name},
        submit=_("Leave the team"),
        cancel_url=back,
        crumbs=[*_crumbs(shown.unit, shown.name)[:-1], (shown.name, back), (member.employee.name, "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: commands.end_membership(by=request.user, member_id=member_pk, last_day=form.cleaned_data["last_day"]),
        done=_("Saved."),
        done_url=back,
    )
