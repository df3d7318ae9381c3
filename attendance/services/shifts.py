"""Shifts, their minimums and rotations of a unit. A shift in use is never changed: it is retired and another made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from attendance.errors import StateChanged
from attendance.models import RotationPattern, RotationStep, RotationTeam, Shift, ShiftMinimum, TeamMember
from organization.constraints import save_checked
from organization.enums import LimitSetter
from organization.guards import ONE_DAY, end_after, lock_employee, refuse_past, require
from organization.models import Placement, Unit, User
from organization.services.unit_limits import head_level
from organization.services.units import lock_units

MANAGE = "attendance.manage_roster"


@dataclass(frozen=True)
class ShiftSpec:
    """A shift to make; times local, minutes with the break."""

    code: str
    name: str
    starts_at: time
    duration_min: int
    break_min: int = 0
    break_after_min: int = 240


@transaction.atomic
def create_shift(*, by: User, unit_id: int, spec: ShiftSpec) -> Shift:
    """A shift of a unit and the units below. Raises PermissionDenied, ValidationError per field.

    Source: hours of direct-service units are the agency's to set (Perpres 21/2023 Art 7 [Q]).
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, MANAGE, unit)
    lock_units(unit)
    code = spec.code.strip().upper()
    if Shift.objects.filter(unit_id__in=unit.path_ids, code=code, is_active=True).exists():
        raise ValidationError({"code": _("The unit, or one above it, has another shift with this code.")})
    return save_checked(
        Shift(
            unit=unit,
            code=code,
            name=spec.name.strip(),
            starts_at=spec.starts_at,
            duration_min=spec.duration_min,
            break_min=spec.break_min,
            break_after_min=min(spec.break_after_min, max(spec.duration_min - spec.break_min, 0)),
        )
    )


@transaction.atomic
def retire_shift(*, by: User, shift_id: int) -> Shift:
    """Take a shift out of use: published rosters keep it, new cells cannot have it. Raises StateChanged."""
    shift = Shift.objects.select_related("unit").get(pk=shift_id)
    require(by, MANAGE, shift.unit)
    lock_units(shift.unit)
    shift.refresh_from_db()
    if not shift.is_active:
        raise StateChanged(_("This shift is out of use already."))
    used = RotationPattern.objects.filter(is_active=True, steps__shift=shift).values_list("name", flat=True).first()
    if used:
        raise ValidationError(
            _("The rotation %(name)s uses this shift. Take the rotation out of use first.") % {"name": used}
        )
    shift.is_active = False
    shift.save(update_fields=["is_active"])
    return shift


@transaction.atomic
def set_shift_minimum(
    *,
    by: User,
    unit_id: int,
    shift_id: int,
    weekday: int | None,
    position_group: str,
    count: int,
    valid_from: date,
) -> ShiftMinimum | None:
    """Set how many must be on a shift from a day on; zero ends the rule.

    As on site: what a head sets stands beside the rows of HR and of higher heads, so it can only tighten (mark U,
    regulation 8). HR replaces every row. Raises PermissionDenied for less than that.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, MANAGE, unit)
    refuse_past(valid_from)
    lock_units(unit)
    if not Shift.objects.filter(pk=shift_id, unit_id__in=unit.path_ids, is_active=True).exists():
        raise ValidationError({"shift": _("Choose a shift of the unit.")})
    group = position_group.strip()
    same = ShiftMinimum.objects.filter(unit=unit, shift_id=shift_id, weekday=weekday, position_group=group)
    level = None if by.has_perm("organization.manage_unit", unit) else head_level(by, unit)
    rows = list(same.overlapping(valid_from, None))
    replaced = rows if level is None else [row for row in rows if row.set_at_id == level.pk]
    floor = max((row.count for row in rows if row not in replaced and row.valid_from <= valid_from), default=0)
    if count < floor:
        raise PermissionDenied(
            _("HR or a higher head set at least %(count)s here. Ask them to lower it.") % {"count": floor}
        )
    for row in replaced:
        end_after(row, valid_from - ONE_DAY)
    if count == 0 or (level is not None and count == floor):
        return None
    return save_checked(
        ShiftMinimum(
            unit=unit,
            shift_id=shift_id,
            weekday=weekday,
            position_group=group,
            count=count,
            valid_from=valid_from,
            set_by=LimitSetter.AGENCY if level is None else LimitSetter.UNIT,
            set_at=level,
        )
    )


# Rotations -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RotationSpec:
    """A rotation to make. `cycle`: per day the shifts (none: off, at most two); `teams`: name and days ahead."""

    name: str
    starts_on: date
    cycle: Sequence[Sequence[int]]
    teams: Sequence[tuple[str, int]]


@transaction.atomic
def create_rotation(*, by: User, unit_id: int, spec: RotationSpec) -> RotationPattern:
    """A cycle with its teams. Raises PermissionDenied, ValidationError per field."""
    unit = Unit.objects.get(pk=unit_id)
    require(by, MANAGE, unit)
    lock_units(unit)
    _check_rotation(unit, spec)
    rotation = save_checked(
        RotationPattern(unit=unit, name=spec.name.strip(), starts_on=spec.starts_on, cycle_days=len(spec.cycle))
    )
    RotationStep.objects.bulk_create(
        RotationStep(rotation=rotation, position=position, slot=slot, shift_id=shift_id)
        for position, shifts in enumerate(spec.cycle)
        for slot, shift_id in enumerate(shifts, start=1)
    )
    RotationTeam.objects.bulk_create(
        RotationTeam(rotation=rotation, name=name.strip(), offset=offset) for name, offset in spec.teams
    )
    return rotation


def _check_rotation(unit: Unit, spec: RotationSpec) -> None:
    errors: dict[str, str] = {}
    usable = set(Shift.objects.filter(unit_id__in=unit.path_ids, is_active=True).values_list("pk", flat=True))
    used = {shift_id for shifts in spec.cycle for shift_id in shifts}
    if not used:
        errors["cycle"] = _("The cycle needs at least one shift.")
    elif used - usable:
        errors["cycle"] = _("Choose shifts of the unit.")
    elif any(len(shifts) > 2 for shifts in spec.cycle):
        errors["cycle"] = _("A day has at most two shifts.")
    names = [name.strip() for name, _offset in spec.teams]
    if not names or not all(names) or len(set(names)) != len(names):
        errors["teams"] = _("Give every team a name of its own.")
    if any(not 0 <= offset < len(spec.cycle) for _name, offset in spec.teams):
        errors["teams"] = _("A team is at most one cycle ahead.")
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def retire_rotation(*, by: User, rotation_id: int) -> RotationPattern:
    """Take a rotation out of use; rosters made from it stay. Raises StateChanged."""
    rotation = RotationPattern.objects.select_related("unit").get(pk=rotation_id)
    require(by, MANAGE, rotation.unit)
    lock_units(rotation.unit)
    rotation.refresh_from_db()
    if not rotation.is_active:
        raise StateChanged(_("This rotation is out of use already."))
    rotation.is_active = False
    rotation.save(update_fields=["is_active"])
    return rotation


@transaction.atomic
def put_in_team(
    *, by: User, team_id: int, employee_id: int, valid_from: date, valid_to: date | None = None
) -> TeamMember:
    """Put somebody into a team from a day on; a team they are in ends the day before.

    Rosters that exist stay as they are. Raises PermissionDenied, ValidationError per field.
    """
    team = RotationTeam.objects.select_related("rotation__unit").get(pk=team_id)
    unit = team.rotation.unit
    require(by, MANAGE, unit)
    lock_units(unit)
    lock_employee(employee_id)
    if not Placement.objects.active_on(valid_from).in_subtree(unit).filter(employee_id=employee_id).exists():
        raise ValidationError({"employee": _("This person does not serve in the unit on that day.")})
    for row in TeamMember.objects.filter(employee_id=employee_id).overlapping(valid_from, valid_to):
        if row.valid_from < valid_from:
            end_after(row, valid_from - ONE_DAY)
        elif valid_to is None or row.valid_from <= valid_to:
            row.delete()
    return save_checked(TeamMember(team=team, employee_id=employee_id, valid_from=valid_from, valid_to=valid_to))


@transaction.atomic
def end_membership(*, by: User, member_id: int, last_day: date) -> TeamMember | None:
    """Let somebody leave a team after a day; a membership that had not begun is removed."""
    member = TeamMember.objects.select_related("team__rotation__unit").get(pk=member_id)
    require(by, MANAGE, member.team.rotation.unit)
    lock_employee(member.employee_id)
    member.refresh_from_db(fields=["valid_from", "valid_to"])
    if member.valid_to is not None and member.valid_to <= last_day:
        raise StateChanged(_("The membership ended already."))
    end_after(member, last_day)
    return member if member.pk else None
