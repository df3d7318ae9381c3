"""Who comes onto a published roster or leaves it, from a day on, with a reason; judged under the locks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import RosterChangeKind, RosterStatus
from attendance.models import Roster, RosterChange, RosterEntry, Shift
from attendance.notifications_rosters import tell_below, tell_membership
from attendance.roster_checks import BELOW_MINIMUM, HEAD, STOP, Cell, Finding, Sheet, check, of_level, worsened
from attendance.roster_facts import RosterFacts, facts_of, shifts_of
from attendance.services.roster_publish import CHANGE_BACK_DAYS, RosterRefused, require_head
from attendance.services.rosters import absent_days, cells_by_rotation, locked_roster, served_days
from attendance.services.workdays import mark_stale
from organization.constraints import explained
from organization.guards import lock_employees
from organization.models import Employee, User

BATCH = 2000


@dataclass(frozen=True)
class Plan:
    """Somebody's cells that come or go, and what of the roster gets worse by it."""

    kind: str
    employee_id: int
    from_on: date
    cells: list[Cell]
    worse: list[Finding]
    facts: RosterFacts

    @property
    def shifts(self) -> list[Cell]:
        """The cells that hold a shift, day by day."""
        rows = (cell for cell in self.cells if cell.shift_id is not None)
        return sorted(rows, key=lambda cell: (cell.day, cell.slot))


def plan_joining(roster: Roster, *, employee_id: int, from_on: date) -> Plan:
    """What somebody would have from a day on: the shifts of their team where the roster has a rotation, else days off.

    Raises ValidationError: not serving in the unit from then on, or on the roster already.
    """
    _check_day(roster, from_on)
    serves = {day for day in served_days(roster, {employee_id}).get(employee_id, ()) if day >= from_on}
    if not serves:
        raise ValidationError({"employee": _("This person does not serve in the unit in that period.")})
    taken = set(roster.entries.filter(employee_id=employee_id).values_list("day", flat=True))
    days = sorted(serves - taken)
    if not days:
        raise ValidationError({"employee": _("This person is on the roster already.")})
    cells = _cells_of(roster, employee_id, days)
    facts = facts_of(roster, also=[employee_id])
    return _planned(RosterChangeKind.JOINED, employee_id, from_on, cells, facts, facts.with_cells(cells))


def _cells_of(roster: Roster, employee_id: int, days: Sequence[date]) -> list[Cell]:
    absent = absent_days(roster, {employee_id})
    usable = set(Shift.objects.filter(shifts_of(roster), is_active=True).values_list("pk", flat=True))
    wanted: dict[tuple[date, int], int] = {}
    if roster.rotation is not None and roster.rotation.is_active:
        for cell in cells_by_rotation(roster, roster.rotation, employee_id):
            if cell.shift_id in usable and (employee_id, cell.day) not in absent:
                wanted[cell.day, cell.slot] = cell.shift_id
    first = [Cell(employee_id, day, wanted.get((day, 1))) for day in days]
    return first + [Cell(employee_id, day, wanted[day, 2], 2) for day in days if (day, 2) in wanted]


def plan_leaving(roster: Roster, *, employee_id: int, from_on: date) -> Plan:
    """What goes with somebody from a day on. Raises ValidationError: not on the roster then."""
    _check_day(roster, from_on)
    facts = facts_of(roster)
    gone = [cell for cell in facts.sheet.cells if cell.employee_id == employee_id and cell.day >= from_on]
    if not gone:
        raise ValidationError({"employee": _("This person is not on the roster from that day on.")})
    stay = [cell for cell in facts.sheet.cells if cell.employee_id != employee_id or cell.day < from_on]
    return _planned(RosterChangeKind.LEFT, employee_id, from_on, gone, facts, replace(facts.sheet, cells=stay))


def _planned(kind: str, employee_id: int, from_on: date, cells: list[Cell], facts: RosterFacts, after: Sheet) -> Plan:
    worse = worsened(facts.findings(), check(after))
    if kind == RosterChangeKind.LEFT:  # the hours of who leaves are not this roster's any more
        worse = [row for row in worse if row.employee_id != employee_id]
    return Plan(kind, employee_id, from_on, cells, worse, facts)


def _check_day(roster: Roster, from_on: date) -> None:
    if not roster.starts_on <= from_on <= roster.ends_on:
        raise ValidationError({"from_on": _("The roster does not cover that day.")})
    if from_on < earliest_day():
        text = _("Days of more than a week ago are not changed any more; correct the attendance.")
        raise ValidationError({"from_on": text})


def earliest_day() -> date:
    """The first day of published rosters that can still be changed."""
    return timezone.localdate() - timedelta(days=CHANGE_BACK_DAYS)


@transaction.atomic
def join_roster(*, by: User, roster_id: int, employee_id: int, from_on: date, reason: str) -> list[RosterChange]:
    """Put somebody on a published roster from a day on; the record of it comes first in the answer.

    Raises PermissionDenied, StateChanged (a draft), RosterRefused, ValidationError.
    """
    roster = _locked(roster_id, employee_id, by=by, reason=reason)
    plan = plan_joining(roster, employee_id=employee_id, from_on=from_on)
    _require_allowed(plan, by)
    with explained(RosterEntry):
        RosterEntry.objects.bulk_create(
            (
                RosterEntry(
                    roster=roster,
                    employee_id=employee_id,
                    day=cell.day,
                    slot=cell.slot,
                    shift_id=cell.shift_id,
                    is_published=True,
                    is_fixed=True,
                )
                for cell in plan.cells
            ),
            batch_size=BATCH,
        )
    return _recorded(roster, plan, by=by, reason=reason)


@transaction.atomic
def leave_roster(*, by: User, roster_id: int, employee_id: int, from_on: date, reason: str) -> list[RosterChange]:
    """Take somebody off a published roster from a day on; the unit's usual hours hold then. Shifts before stay.

    Raises as `join_roster` does; below a minimum only the unit head does it, and HR is told.
    """
    roster = _locked(roster_id, employee_id, by=by, reason=reason)
    plan = plan_leaving(roster, employee_id=employee_id, from_on=from_on)
    _require_allowed(plan, by)
    roster.entries.filter(employee_id=employee_id, day__gte=from_on).delete()
    return _recorded(roster, plan, by=by, reason=reason)


def _locked(roster_id: int, employee_id: int, *, by: User, reason: str) -> Roster:
    roster = locked_roster(roster_id, by=by, status=RosterStatus.PUBLISHED)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if not Employee.objects.filter(pk=employee_id).exists():
        raise ValidationError({"employee": _("This person does not serve in the unit in that period.")})
    lock_employees({employee_id})
    return roster


def _require_allowed(plan: Plan, by: User) -> None:
    stops, below = of_level(plan.worse, STOP), of_level(plan.worse, HEAD)
    if stops:
        raise RosterRefused(stops, plan.facts)
    if below:
        require_head(by, plan.facts, below)


def _recorded(roster: Roster, plan: Plan, *, by: User, reason: str) -> list[RosterChange]:
    """The change itself, and each shift that came or went with it; the days are built again, and people are told."""
    changes = RosterChange.objects.bulk_create(_records(roster, plan, by=by, reason=reason.strip()))
    mark_stale(employee_ids=[plan.employee_id], start=plan.from_on, end=roster.ends_on)
    tell_membership(roster, changes[0])
    if of_level(plan.worse, HEAD):
        tell_below(roster, key=f"change:{changes[0].pk}")
    return changes


def _records(roster: Roster, plan: Plan, *, by: User, reason: str) -> list[RosterChange]:
    below = _below(plan.worse)
    left = plan.kind == RosterChangeKind.LEFT
    now = timezone.now()
    whole = Cell(plan.employee_id, plan.from_on, None)
    kinds = [(plan.kind, whole), *((RosterChangeKind.SHIFT, cell) for cell in plan.shifts)]
    return [
        RosterChange(
            roster=roster,
            kind=kind,
            employee_id=cell.employee_id,
            day=cell.day,
            slot=cell.slot,
            before_id=cell.shift_id if left else None,
            after_id=None if left else cell.shift_id,
            reason=reason,
            is_below=left and (cell.day, cell.shift_id) in below,
            changed_by=by,
            changed_at=now,
        )
        for kind, cell in kinds
    ]


def _below(worse: Collection[Finding]) -> set[tuple[date, int | None]]:
    return {(row.day, row.shift_id) for row in worse if row.code == BELOW_MINIMUM}
