"""Drafts of rosters: made from a rotation or the last roster, filled cell by cell, deleted.

Locks in fixed order, as for places (design 4): units root to leaf, then the roster, then employees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.enums import DayPart, RosterStatus
from attendance.errors import StateChanged
from attendance.models import Absence, Roster, RosterEntry, RotationPattern, Shift, TeamMember
from attendance.roster_facts import shifts_of
from organization.constraints import explained, save_checked
from organization.guards import ONE_DAY, require
from organization.models import Employee, Placement, Unit, User
from organization.services.units import lock_units

LONGEST_DAYS = 100  # a quarter and a week; a year of 200 people would be no page any more
BATCH = 2000


@dataclass(frozen=True)
class CellSpec:
    """What a cell shall hold. No shift: a day off. `is_open`: nobody decided; a proposal may fill it."""

    employee_id: int
    day: date
    shift_id: int | None = None
    slot: int = 1
    is_open: bool = False


# Making one ------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_roster(
    *,
    by: User,
    unit_id: int,
    starts_on: date,
    ends_on: date,
    rotation_id: int | None = None,
    copy_last: bool = False,
    employee_ids: Collection[int] = (),
) -> Roster:
    """A draft for a period: by a rotation, copied forward from the unit's last roster, or with open cells.

    `employee_ids`: further people, with open cells. Whoever is absent a whole day has a cell without a shift.
    Raises PermissionDenied, ValidationError per field.
    """
    unit = Unit.objects.filter(pk=unit_id).first()
    if unit is None:
        raise ValidationError({"unit": _("Choose a unit.")})
    require(by, "attendance.manage_roster", unit)
    lock_units(unit)
    if ends_on < starts_on:
        raise ValidationError({"ends_on": _("The end date must not be before the start date.")})
    if (ends_on - starts_on).days >= LONGEST_DAYS:
        raise ValidationError({"ends_on": _("A roster covers at most %(days)s days.") % {"days": LONGEST_DAYS}})
    rotation = _rotation(unit, rotation_id)
    last = _last_roster(unit, starts_on) if copy_last else None
    if copy_last and last is None:
        raise ValidationError({"source": _("The unit has no earlier roster to copy.")})
    roster = Roster(unit=unit, starts_on=starts_on, ends_on=ends_on, created_by=by)
    roster.rotation = rotation or (last.rotation if last else None)
    _require_serving(roster, set(employee_ids))
    save_checked(roster)
    cells = list(cells_by_rotation(roster, rotation)) if rotation else list(_copied(roster, last)) if last else []
    known = {cell.employee_id for cell in cells}
    people = known | set(employee_ids)
    cells += [CellSpec(pk, day, is_open=True) for pk in people - known for day in days_between(starts_on, ends_on)]
    _insert(roster, cells)
    return roster


def _require_serving(roster: Roster, employee_ids: set[int]) -> None:
    """Only people of the unit and those below stand on its roster; nothing is told of anybody else."""
    strangers = employee_ids - served_days(roster, employee_ids).keys()
    if strangers:
        text = ngettext(
            "%(count)s of the people does not serve in the unit in that period. Choose people of the unit.",
            "%(count)s of the people do not serve in the unit in that period. Choose people of the unit.",
            len(strangers),
        )
        raise ValidationError({"employee_ids": text % {"count": len(strangers)}})


def _rotation(unit: Unit, rotation_id: int | None) -> RotationPattern | None:
    if rotation_id is None:
        return None
    rows = RotationPattern.objects.filter(pk=rotation_id, unit_id__in=unit.path_ids, is_active=True)
    rotation = rows.first()
    if rotation is None:
        raise ValidationError({"source": _("Choose a rotation of the unit.")})
    return rotation


def _last_roster(unit: Unit, before: date) -> Roster | None:
    rows = Roster.objects.filter(unit=unit, ends_on__lt=before).select_related("rotation")
    return rows.order_by("-ends_on").first()


def cells_by_rotation(roster: Roster, rotation: RotationPattern, employee_id: int | None = None) -> Iterator[CellSpec]:
    """Each member's cells (or one's) of the days on which they are in a team; the cycle goes on without end."""
    steps: dict[int, list[tuple[int, int]]] = {}
    for step in rotation.steps.all():
        steps.setdefault(step.position, []).append((step.slot, step.shift_id))
    members = TeamMember.objects.filter(team__rotation=rotation).select_related("team")
    if employee_id is not None:
        members = members.filter(employee_id=employee_id)
    for member in members.overlapping(roster.starts_on, roster.ends_on):
        first = max(member.valid_from, roster.starts_on)
        for day in days_between(first, min(member.valid_to or roster.ends_on, roster.ends_on)):
            position = ((day - rotation.starts_on).days + member.team.offset) % rotation.cycle_days
            for slot, shift_id in steps.get(position, [(1, 0)]):
                yield CellSpec(member.employee_id, day, shift_id or None, slot)


def _copied(roster: Roster, last: Roster) -> Iterator[CellSpec]:
    """The last roster laid end to end: by its rotation where it has one, else by whole weeks, so weekdays agree."""
    if last.rotation is not None and last.rotation.is_active:
        yield from cells_by_rotation(roster, last.rotation)
        return
    weeks = max((last.ends_on - last.starts_on).days + 1, 7) // 7
    length = timedelta(days=7 * weeks)
    entries: dict[date, list[RosterEntry]] = {}
    for entry in last.entries.all():
        entries.setdefault(entry.day, []).append(entry)
    people = {entry.employee_id for rows in entries.values() for entry in rows}
    for day in days_between(roster.starts_on, roster.ends_on):
        source = day - length * -(-(day - last.ends_on).days // length.days)
        rows = {(row.employee_id, row.slot): row for row in entries.get(source, [])}
        for employee_id in people:
            row = rows.get((employee_id, 1))
            yield CellSpec(employee_id, day, row.shift_id if row else None, is_open=row is None)
            if (employee_id, 2) in rows:
                yield CellSpec(employee_id, day, rows[employee_id, 2].shift_id, 2)


def _insert(roster: Roster, cells: Iterable[CellSpec]) -> None:
    """Write cells of people on days they serve in the unit; whoever is absent has no shift."""
    cells = list(cells)
    ids = {cell.employee_id for cell in cells}
    serving = served_days(roster, ids)
    absent = absent_days(roster, ids)
    usable = set(Shift.objects.filter(shifts_of(roster), is_active=True).values_list("pk", flat=True))
    rows = []
    for cell in cells:
        if cell.day not in serving.get(cell.employee_id, ()):
            continue
        gone = (cell.employee_id, cell.day) in absent or (cell.shift_id is not None and cell.shift_id not in usable)
        if gone and cell.slot > 1:
            continue
        rows.append(
            RosterEntry(
                roster=roster,
                employee_id=cell.employee_id,
                day=cell.day,
                slot=cell.slot,
                shift_id=None if gone else cell.shift_id,
                is_fixed=not (cell.is_open or gone),
            )
        )
    RosterEntry.objects.bulk_create(rows, batch_size=BATCH)


def served_days(roster: Roster, ids: set[int]) -> dict[int, set[date]]:
    """Days on which each of the people is placed in the roster's unit or below."""
    served: dict[int, set[date]] = {}
    rows = Placement.objects.overlapping(roster.starts_on, roster.ends_on).in_subtree(roster.unit)
    for pk, start, end in rows.filter(employee_id__in=ids).values_list("employee_id", "valid_from", "valid_to"):
        days = days_between(max(start, roster.starts_on), min(end or roster.ends_on, roster.ends_on))
        served.setdefault(pk, set()).update(days)
    return served


def absent_days(roster: Roster, ids: set[int]) -> set[tuple[int, date]]:
    rows = Absence.objects.overlapping(roster.starts_on, roster.ends_on).filter(employee_id__in=ids, part=DayPart.WHOLE)
    return {
        (pk, day)
        for pk, start, end in rows.values_list("employee_id", "valid_from", "valid_to")
        for day in days_between(max(start, roster.starts_on), min(end or roster.ends_on, roster.ends_on))
    }


def days_between(start: date, end: date) -> Iterator[date]:
    return (start + ONE_DAY * offset for offset in range((end - start).days + 1))


# Changing a draft ------------------------------------------------------------------------------------------------


def locked_roster(roster_id: int, *, by: User, status: str) -> Roster:
    """The roster under the locks of its units and its own, in the state that is asked for.

    Raises PermissionDenied, StateChanged.
    """
    unit = Unit.objects.get(rosters=roster_id)
    require(by, "attendance.manage_roster", unit)
    return lock_roster(roster_id, unit, status=status)


def lock_roster(roster_id: int, unit: Unit, *, status: str) -> Roster:
    lock_units(unit)
    Roster.objects.select_for_update(no_key=True).only("pk").get(pk=roster_id)
    roster: Roster = Roster.objects.select_related("unit", "rotation").get(pk=roster_id)
    if roster.status != status:
        if status == RosterStatus.DRAFT:
            raise StateChanged(_("This roster is published already. Changes now need a reason each."))
        raise StateChanged(_("This roster is still a draft."))
    return roster


@transaction.atomic
def set_cells(*, by: User, roster_id: int, cells: Collection[CellSpec]) -> int:
    """Put cells of a draft as given; returns how many changed. A second slot without a shift is taken away.

    Raises ValidationError for days outside the roster, people not on it or a shift that the unit does not have.
    """
    roster = locked_roster(roster_id, by=by, status=RosterStatus.DRAFT)
    check_cells(roster, cells)
    wanted = {(cell.employee_id, cell.day, cell.slot): cell for cell in cells}
    rows = roster.entries.filter(employee_id__in={cell.employee_id for cell in cells})
    existing = {(row.employee_id, row.day, row.slot): row for row in rows}
    changed, new, gone = [], [], []
    for key, cell in wanted.items():
        row = existing.get(key)
        fixed = not cell.is_open
        if row is not None and (row.shift_id, row.is_fixed) == (cell.shift_id, fixed):
            continue
        if row is not None and cell.slot > 1 and cell.shift_id is None:
            gone.append(row.pk)
        elif row is not None:
            row.shift_id, row.is_fixed = cell.shift_id, fixed
            changed.append(row)
        elif cell.slot == 1 or cell.shift_id is not None:
            new.append(RosterEntry(roster=roster, employee_id=key[0], day=key[1], slot=key[2],
                                   shift_id=cell.shift_id, is_fixed=fixed))  # fmt: skip
    RosterEntry.objects.filter(pk__in=gone).delete()
    RosterEntry.objects.bulk_update(changed, ["shift", "is_fixed"], batch_size=BATCH)
    RosterEntry.objects.bulk_create(new, batch_size=BATCH)
    return len(changed) + len(new) + len(gone)


def check_cells(roster: Roster, cells: Iterable[CellSpec]) -> None:
    """Refuse cells that cannot be: outside the period, of somebody not on the roster, with a foreign shift."""
    cells = list(cells)
    on_it = set(roster.entries.values_list("employee_id", flat=True).distinct())
    usable = set(Shift.objects.filter(shifts_of(roster), is_active=True).values_list("pk", flat=True))
    for cell in cells:
        if not roster.starts_on <= cell.day <= roster.ends_on:
            raise ValidationError(_("The roster does not cover that day."))
        if cell.employee_id not in on_it:
            raise ValidationError(_("This person is not on the roster. Add them first."))
        if cell.shift_id is not None and cell.shift_id not in usable:
            raise ValidationError(_("Choose a shift of the unit."))
        if cell.slot not in (1, 2):
            raise ValidationError(_("A day has at most two shifts."))


@transaction.atomic
def add_person(*, by: User, roster_id: int, employee_id: int) -> int:
    """Put somebody on a draft, with open cells on the days they serve in the unit; returns the number of cells."""
    roster = locked_roster(roster_id, by=by, status=RosterStatus.DRAFT)
    if roster.entries.filter(employee_id=employee_id).exists():
        raise ValidationError({"employee": _("This person is on the roster already.")})
    if employee_id not in served_days(roster, {employee_id}):
        raise ValidationError({"employee": _("This person does not serve in the unit in that period.")})
    _insert(
        roster, [CellSpec(employee_id, day, is_open=True) for day in days_between(roster.starts_on, roster.ends_on)]
    )
    return roster.entries.filter(employee_id=employee_id).count()


@transaction.atomic
def remove_person(*, by: User, roster_id: int, employee_id: int) -> int:
    """Take somebody off a draft; returns the number of cells that went."""
    roster = locked_roster(roster_id, by=by, status=RosterStatus.DRAFT)
    gone, _of_model = roster.entries.filter(employee_id=employee_id).delete()
    return gone


@transaction.atomic
def delete_draft(*, by: User, roster_id: int) -> None:
    """Delete a draft; a published roster stays."""
    roster = locked_roster(roster_id, by=by, status=RosterStatus.DRAFT)
    with explained(Roster):
        roster.delete()


def people_to_add(roster: Roster, *, since: date | None = None) -> list[Employee]:
    """Who serves in the unit in that period (from `since` on) and is not on the roster."""
    start = max(since or roster.starts_on, roster.starts_on)
    rows = Placement.objects.overlapping(start, roster.ends_on).in_subtree(roster.unit)
    on_it = roster.entries.filter(day__gte=start).values("employee_id")
    return list(Employee.objects.filter(pk__in=rows.values("employee_id")).exclude(pk__in=on_it).order_by("name", "pk"))
