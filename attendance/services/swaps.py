"""Two people swap shifts: one asks, the colleague agrees, whoever leads both approves; the roster is judged then.

On each of the two days both exchange what they have. Locks in fixed order: the swap, units root to leaf, rosters,
employees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import RosterStatus, SwapStatus
from attendance.errors import StateChanged
from attendance.models import Roster, RosterChange, RosterEntry, ShiftSwap
from attendance.notifications_rosters import (
    tell_swap_agreed,
    tell_swap_asked,
    tell_swap_decided,
    tell_swap_withdrawn,
)
from attendance.roster_checks import HEAD, Finding, of_level
from attendance.roster_facts import facts_of
from attendance.services.roster_publish import Move, RosterRefused, carry_out, judge_moves
from attendance.services.rosters import lock_roster
from organization.access import access_for
from organization.constraints import save_checked
from organization.guards import lock_employees
from organization.models import Employee, User


@dataclass(frozen=True)
class SwapSpec:
    """What is asked for: own day against the colleague's day (which may be the same one)."""

    own_day: date
    colleague_id: int
    other_day: date
    reason: str
    own_slot: int = 1
    other_slot: int = 1


@transaction.atomic
def ask_swap(*, by: User, spec: SwapSpec) -> ShiftSwap:
    """Ask a colleague. Refused at once where the roster would not allow it. Raises ValidationError, RosterRefused."""
    own_id = access_for(by).own_employee_id
    if not by.has_perm("attendance.ask_swap") or own_id is None:
        raise PermissionDenied
    if spec.colleague_id == own_id:
        raise ValidationError({"colleague": _("Choose a colleague.")})
    if not spec.reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    swap = ShiftSwap(
        applicant=Employee.objects.get(pk=own_id),
        colleague=Employee.objects.get(pk=spec.colleague_id),
        own_day=spec.own_day,
        own_slot=spec.own_slot,
        other_day=spec.other_day,
        other_slot=spec.other_slot,
        reason=spec.reason.strip(),
        asked_at=timezone.now(),
    )
    _judge(swap, _rosters_of(swap))
    save_checked(swap)
    tell_swap_asked(swap)
    return swap


def _locked(swap_id: int) -> ShiftSwap:
    ShiftSwap.objects.select_for_update(no_key=True).only("pk").get(pk=swap_id)
    swap: ShiftSwap = ShiftSwap.objects.select_related("applicant", "colleague").get(pk=swap_id)
    return swap


def _require_state(swap: ShiftSwap, *states: str) -> None:
    if swap.status not in states:
        raise StateChanged(_("This swap is %(state)s already.") % {"state": swap.get_status_display()})


@transaction.atomic
def answer_swap(*, by: User, swap_id: int, agrees: bool, reason: str = "") -> ShiftSwap:
    """The colleague agrees or declines. Raises PermissionDenied, StateChanged."""
    swap = _locked(swap_id)
    if not by.has_perm("attendance.answer_swap", swap):
        raise PermissionDenied
    _require_state(swap, SwapStatus.ASKED)
    now = timezone.now()
    if agrees:
        swap.status, swap.agreed_at = SwapStatus.AGREED, now
        swap.save(update_fields=["status", "agreed_at"])
        tell_swap_agreed(swap)
        return swap
    _close(swap, SwapStatus.REFUSED, by, reason)
    tell_swap_decided(swap, approved=False)
    return swap


@transaction.atomic
def withdraw_swap(*, by: User, swap_id: int) -> ShiftSwap:
    """The applicant does not want it any more. Raises PermissionDenied, StateChanged."""
    swap = _locked(swap_id)
    if not by.has_perm("attendance.withdraw_swap", swap):
        raise PermissionDenied
    _require_state(swap, SwapStatus.ASKED, SwapStatus.AGREED)
    _close(swap, SwapStatus.WITHDRAWN, by, "")
    tell_swap_withdrawn(swap)
    return swap


@transaction.atomic
def decide_swap(*, by: User, swap_id: int, approve: bool, reason: str = "") -> ShiftSwap:
    """Approve or refuse; approving judges both days again under the locks and writes them into the roster.

    Raises PermissionDenied, StateChanged (decided, past, or changed since), RosterRefused, ValidationError.
    """
    swap = _locked(swap_id)
    if not by.has_perm("attendance.decide_swap", swap):
        raise PermissionDenied
    _require_state(swap, SwapStatus.AGREED)
    if not approve:
        if not reason.strip():
            raise ValidationError({"reason": _("Say why.")})
        _close(swap, SwapStatus.REFUSED, by, reason)
        tell_swap_decided(swap, approved=False)
        return swap
    rosters = {pk: lock_roster(pk, row.unit, status=RosterStatus.PUBLISHED) for pk, row in _rosters_of(swap).items()}
    lock_employees([swap.applicant_id, swap.colleague_id])
    _require_unchanged(swap)
    moves = _judge(swap, rosters)
    _close(swap, SwapStatus.APPROVED, by, reason)
    for pk, roster in rosters.items():
        carry_out(roster, moves[pk], (), by=by, reason=swap.reason, swap=swap)
    tell_swap_decided(swap, approved=True)
    return swap


def _close(swap: ShiftSwap, status: SwapStatus, by: User, reason: str) -> None:
    swap.status, swap.decided_by, swap.decided_at = status, by, timezone.now()
    swap.decision_reason = reason.strip()[:300]
    swap.save(update_fields=["status", "decided_by", "decided_at", "decision_reason"])


def _require_unchanged(swap: ShiftSwap) -> None:
    """What the colleague agreed to must still be what is on the roster."""
    since = RosterChange.objects.filter(
        employee_id__in=[swap.applicant_id, swap.colleague_id],
        day__in=[swap.own_day, swap.other_day],
        changed_at__gt=swap.asked_at,
    )
    if since.exists():
        raise StateChanged(_("The roster of these days changed since it was asked. Please ask for the swap again."))


def _rosters_of(swap: ShiftSwap) -> dict[int, Roster]:
    """The rosters of the two days, one or two of one unit. Raises ValidationError where the two do not share them."""
    if min(swap.own_day, swap.other_day) < timezone.localdate():
        raise ValidationError(_("A day that is over cannot be swapped."))
    both = [swap.applicant_id, swap.colleague_id]
    found: dict[int, Roster] = {}
    for day in sorted({swap.own_day, swap.other_day}):
        rows = RosterEntry.objects.filter(employee_id__in=both, day=day, slot=1, is_published=True)
        rosters = set(rows.values_list("roster_id", flat=True))
        if len(rosters) != 1 or rows.count() != len(both):
            raise ValidationError(_("You both have to be on the same published roster on both days."))
        pk = rosters.pop()
        found[pk] = Roster.objects.select_related("unit", "rotation").get(pk=pk)
    if len({roster.unit_id for roster in found.values()}) > 1:
        raise ValidationError(_("You both have to be on the same published roster on both days."))
    return dict(sorted(found.items()))


def _moves(swap: ShiftSwap, rosters: dict[int, Roster]) -> dict[int, list[Move]]:
    """Per roster: on each day, both take what the other has."""
    cells = {(swap.own_day, swap.own_slot), (swap.other_day, swap.other_slot)}
    both = (swap.applicant_id, swap.colleague_id)
    rows = RosterEntry.objects.filter(employee_id__in=both, day__in={day for day, _slot in cells}, is_published=True)
    now = {(row.employee_id, row.day, row.slot): row.shift_id for row in rows}
    if now.get((swap.applicant_id, swap.own_day, swap.own_slot)) is None:
        raise ValidationError({"own_day": _("You have no shift on that day.")})
    if swap.own_day != swap.other_day and now.get((swap.colleague_id, swap.other_day, swap.other_slot)) is None:
        raise ValidationError({"other_day": _("Your colleague has no shift on that day.")})
    moves: dict[int, list[Move]] = {pk: [] for pk in rosters}
    for day, slot in sorted(cells):
        roster_id = next(pk for pk, row in rosters.items() if row.starts_on <= day <= row.ends_on)
        for person, other in (both, both[::-1]):
            before, after = now.get((person, day, slot)), now.get((other, day, slot))
            if before != after:
                moves[roster_id].append(Move(person, day, slot, before, after))
    return moves


def _judge(swap: ShiftSwap, rosters: dict[int, Roster]) -> dict[int, list[Move]]:
    """The moves, once nothing gets worse by them. Raises RosterRefused with every reason."""
    moves = _moves(swap, rosters)
    everything = [move for rows in moves.values() for move in rows]
    if not everything:
        raise ValidationError(_("You both have the same shift; there is nothing to swap."))
    for roster in rosters.values():
        facts = facts_of(roster)
        worse: list[Finding] = of_level(judge_moves(facts, everything), HEAD)
        if worse:
            raise RosterRefused(worse, facts)
    return moves
