"""Publishing a roster, and changing a published one with a reason. Both judge it again under the locks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendance.enums import RosterStatus
from attendance.models import Roster, RosterChange, RosterEntry, ShiftSwap
from attendance.notifications_rosters import tell_below, tell_changed, tell_published
from attendance.roster_checks import BELOW_MINIMUM, HEAD, STOP, Cell, Finding, check, of_level, worsened
from attendance.roster_facts import RosterFacts, facts_of
from attendance.roster_words import full_sentence
from attendance.services.rosters import CellSpec, check_cells, locked_roster
from attendance.services.workdays import mark_stale
from organization.constraints import explained
from organization.guards import lock_employees
from organization.models import User

# Last week can still be put right, so that a night in which somebody stood in is not judged by the old roster. DESIGN.
CHANGE_BACK_DAYS = 7
SENTENCES = 12


class RosterRefused(ValidationError):
    """The roster breaks rules; `findings` says which, and the messages say them in words."""

    def __init__(self, findings: Sequence[Finding], facts: RosterFacts) -> None:
        self.findings = list(findings)
        sentences = [full_sentence(finding, facts) for finding in findings[:SENTENCES]]
        more = len(findings) - len(sentences)
        if more > 0:
            sentences.append(ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more})
        super().__init__(sentences)


@transaction.atomic
def publish_roster(*, by: User, roster_id: int, reason: str = "") -> Roster:
    """Publish a draft: open cells become days off, everybody on it is told, the days are built again.

    Below a minimum, or with too little rest, only the unit head does, with a reason that HR is told.
    Raises PermissionDenied, StateChanged (published already), RosterRefused, ValidationError.
    """
    roster = locked_roster(roster_id, by=by, status=RosterStatus.DRAFT)
    ids = set(roster.entries.order_by().values_list("employee_id", flat=True))
    if not ids:
        raise ValidationError(_("There is nobody on this roster yet."))
    lock_employees(ids)
    facts = facts_of(roster)
    _drop_days_of_others(roster, facts)
    findings = facts.findings()
    stops, below = of_level(findings, STOP), of_level(findings, HEAD)
    if stops:
        raise RosterRefused(stops, facts)
    if below:
        require_head(by, facts, below)
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is published all the same. HR reads it.")})
    roster.status, roster.published_by, roster.published_at = RosterStatus.PUBLISHED, by, timezone.now()
    roster.below_reason = reason.strip() if below else ""
    roster.save(update_fields=["status", "published_by", "published_at", "below_reason"])
    with explained(RosterEntry):
        roster.entries.update(is_published=True, is_fixed=True)
    mark_stale(employee_ids=ids, start=roster.starts_on, end=roster.ends_on)
    tell_published(roster, [person.user_id for person in facts.people])
    if below:
        tell_below(roster)
    return roster


def _drop_days_of_others(roster: Roster, facts: RosterFacts) -> None:
    """A day without a shift on which somebody serves elsewhere by now is not this roster's to call a day off."""
    people = {person.id: person for person in facts.sheet.people}
    rows = roster.entries.filter(shift__isnull=True).only("pk", "employee_id", "day")
    gone = [row.pk for row in rows if not people[row.employee_id].serves_on(row.day)]
    if gone:
        RosterEntry.objects.filter(pk__in=gone).delete()


def require_head(by: User, facts: RosterFacts, findings: Sequence[Finding]) -> None:
    """Below a minimum or with too little rest: the unit head alone. Raises PermissionDenied."""
    if not by.has_perm("attendance.publish_below_minimum", facts.roster.unit):
        first = full_sentence(findings[0], facts)
        raise PermissionDenied(_("Only the unit head may do this, with a reason. %(why)s.") % {"why": first})


# Changes of a published roster -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """A cell of a published roster and what it shall hold; `None`: a day off."""

    employee_id: int
    day: date
    slot: int
    before: int | None
    after: int | None


@transaction.atomic
def change_cells(*, by: User, roster_id: int, cells: Collection[CellSpec], reason: str) -> list[RosterChange]:
    """Change days of a published roster; each change is kept with its reason, and whoever it concerns is told.

    What a change breaks that was right before is refused; a minimum or rest only the unit head may leave.
    Raises PermissionDenied, StateChanged (a draft), RosterRefused, ValidationError.
    """
    roster = locked_roster(roster_id, by=by, status=RosterStatus.PUBLISHED)
    check_cells(roster, cells)
    earliest = timezone.localdate() - timedelta(days=CHANGE_BACK_DAYS)
    if any(cell.day < earliest for cell in cells):
        raise ValidationError(_("Days of more than a week ago are not changed any more; correct the attendance."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    lock_employees({cell.employee_id for cell in cells})
    moves = moves_of(roster, cells)
    if not moves:
        return []
    facts = facts_of(roster)
    worse = judge_moves(facts, moves)
    if of_level(worse, HEAD):
        require_head(by, facts, of_level(worse, HEAD))
    changes = carry_out(roster, moves, worse, by=by, reason=reason.strip())
    tell_changed(roster, changes)
    if any(change.is_below for change in changes):
        tell_below(roster, key=f"change:{changes[0].pk}")
    return changes


def moves_of(roster: Roster, cells: Collection[CellSpec]) -> list[Move]:
    """The cells that would hold something else."""
    rows = roster.entries.filter(employee_id__in={cell.employee_id for cell in cells})
    now = {(row.employee_id, row.day, row.slot): row.shift_id for row in rows}
    moves = []
    for cell in cells:
        before = now.get((cell.employee_id, cell.day, cell.slot))
        if before != cell.shift_id:
            moves.append(Move(cell.employee_id, cell.day, cell.slot, before, cell.shift_id))
    return moves


def judge_moves(facts: RosterFacts, moves: Collection[Move]) -> list[Finding]:
    """What the moves make worse. Raises RosterRefused where that cannot be."""
    after = facts.with_cells(Cell(move.employee_id, move.day, move.after, move.slot) for move in moves)
    worse = worsened(facts.findings(), check(after))
    stops = of_level(worse, STOP)
    if stops:
        raise RosterRefused(stops, facts)
    return worse


def carry_out(
    roster: Roster,
    moves: Collection[Move],
    worse: Collection[Finding],
    *,
    by: User,
    reason: str,
    swap: ShiftSwap | None = None,
) -> list[RosterChange]:
    """Write the moves and their records, and have the days built again. The caller holds the locks."""
    now = timezone.now()
    below = {(finding.day, finding.shift_id) for finding in worse if finding.code == BELOW_MINIMUM}
    for move in moves:
        _write(roster, move)
    changes = RosterChange.objects.bulk_create(
        RosterChange(
            roster=roster,
            employee_id=move.employee_id,
            day=move.day,
            slot=move.slot,
            before_id=move.before,
            after_id=move.after,
            reason=reason,
            is_below=(move.day, move.before) in below,
            swap=swap,
            changed_by=by,
            changed_at=now,
        )
        for move in moves
    )
    days = [move.day for move in moves]
    mark_stale(employee_ids={move.employee_id for move in moves}, start=min(days), end=max(days))
    return changes


def _write(roster: Roster, move: Move) -> None:
    key: dict[str, Any] = {"employee_id": move.employee_id, "day": move.day, "slot": move.slot}
    if move.after is None and move.slot > 1:
        roster.entries.filter(**key).delete()
        return
    with explained(RosterEntry):
        roster.entries.update_or_create(
            **key, defaults={"shift_id": move.after, "is_published": True, "is_fixed": True}
        )
