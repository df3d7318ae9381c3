"""Proposals of unit heads for the task mapping: proposed, confirmed or declined by HR, withdrawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from organization.access import access_for
from organization.constraints import explained
from organization.enums import ProposalStatus, Role
from organization.guards import refuse_past, require
from organization.models import (
    Placement,
    Position,
    RoleGrant,
    TaskMappingProposal,
    TaskMappingProposalLine,
    Unit,
    User,
)
from organization.querysets import under_paths_q
from organization.services.notices import notify
from organization.services.task_mapping import check_day, full_shares, lay_shares, lock_positions

NAMED = 5


class ProposalDecided(TransitionNotAllowed):
    """Somebody decided or withdrew the proposal a moment ago; a normal outcome with its own words (409)."""

    for_people = True


@transaction.atomic
def propose_mapping(
    *, by: User, position_ids: Collection[int], shares: Mapping[int, int], valid_from: date, note: str = ""
) -> list[TaskMappingProposal]:
    """Propose the same shares for positions of the units that `by` heads, one proposal per position; HR is told.

    Raises PermissionDenied for a position that none of the units has, ValidationError where one waits already.
    """
    require(by, "organization.propose_tasks")
    refuse_past(valid_from)
    wanted = full_shares(shares)
    positions = lock_positions(position_ids)
    units = proposing_units(by, [row.pk for row in positions])
    if len(units) != len(positions):
        raise PermissionDenied(_("You can propose only for positions of the units that you head."))
    _refuse_second(positions)
    check_day(positions, valid_from)
    now = timezone.now()
    proposals = [
        TaskMappingProposal(
            position=row,
            unit_id=units[row.pk],
            valid_from=valid_from,
            note=note.strip(),
            proposed_by=by,
            proposed_at=now,
        )
        for row in positions
    ]
    with explained(TaskMappingProposal):
        TaskMappingProposal.objects.bulk_create(proposals)
    lines = [
        TaskMappingProposalLine(proposal=row, task_type_id=pk, share_pct=share)
        for row in proposals
        for pk, share in wanted.items()
    ]
    TaskMappingProposalLine.objects.bulk_create(lines)
    _tell_hr(proposals)
    return proposals


def proposing_units(by: User, position_ids: Iterable[int]) -> dict[int, int]:
    """Position id -> the unit headed by `by` (the highest one) where somebody holds the position today."""
    access = access_for(by)
    placed = Placement.objects.active_on(access.on).filter(position__in=position_ids)
    held = placed.filter(under_paths_q(access.headed_paths, "unit__")).order_by().distinct()
    found: dict[int, str] = {}
    for position_id, path in held.values_list("position", "unit__path"):
        highest = min((own for own in access.headed_paths if path.startswith(own)), key=len)
        found[position_id] = min(found.get(position_id, highest), highest, key=len)
    units = dict(Unit.objects.filter(path__in=set(found.values())).values_list("path", "pk"))
    return {position_id: units[path] for position_id, path in found.items()}


def _refuse_second(positions: Collection[Position]) -> None:
    waiting = TaskMappingProposal.objects.waiting().filter(position__in=positions)
    names = list(waiting.order_by("position__name").values_list("position__name", flat=True)[: NAMED + 1])
    if names:
        text = _("A proposal waits for HR already: %(positions)s")
        raise ValidationError(text % {"positions": ", ".join(names[:NAMED])}, code="waits")


@transaction.atomic
def confirm_proposal(*, by: User, proposal_id: int) -> TaskMappingProposal:
    """Confirm a proposal: the mapping changes from its day on, or from today where that day has passed.

    Raises ProposalDecided when somebody was faster, ValidationError when a mapping of a later day is in the way.
    """
    require(by, "organization.decide_proposals")
    proposal, position = _lock(proposal_id)
    _require_waiting(proposal)
    proposal.valid_from = max(proposal.valid_from, timezone.localdate())
    check_day([position], proposal.valid_from)
    lay_shares([position.pk], full_shares(proposal.shares()), proposal.valid_from)
    proposal.confirm(by=by, at=timezone.now())
    proposal.save(update_fields=["status", "decided_by", "decided_at", "valid_from"])
    _tell_proposer(proposal, "task_mapping.confirmed")
    return proposal


@transaction.atomic
def decline_proposal(*, by: User, proposal_id: int, reason: str) -> TaskMappingProposal:
    """Decline a proposal and say why. Raises ProposalDecided when somebody was faster."""
    require(by, "organization.decide_proposals")
    if not reason.strip():
        raise ValidationError({"reason": _("A declined proposal says why.")})
    proposal, _position = _lock(proposal_id)
    _require_waiting(proposal)
    proposal.decline(by=by, at=timezone.now(), reason=reason.strip())
    proposal.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    _tell_proposer(proposal, "task_mapping.declined")
    return proposal


@transaction.atomic
def withdraw_proposal(*, by: User, proposal_id: int) -> TaskMappingProposal:
    """Take a proposal back before HR decides; for who proposed it and for heads of its unit."""
    proposal, _position = _lock(proposal_id)
    require(by, "organization.withdraw_proposal", proposal)
    _require_waiting(proposal)
    proposal.withdraw(by=by, at=timezone.now())
    proposal.save(update_fields=["status", "decided_by", "decided_at"])
    return proposal


def _lock(proposal_id: int) -> tuple[TaskMappingProposal, Position]:
    """Position first, then the proposal: the order of every command on the mapping."""
    position_id = TaskMappingProposal.objects.values_list("position", flat=True).get(pk=proposal_id)
    position = lock_positions([position_id])[0]
    rows = TaskMappingProposal.objects.select_for_update(of=("self",)).select_related("unit", "position", "proposed_by")
    return rows.prefetch_related("lines").get(pk=proposal_id), position


def _require_waiting(proposal: TaskMappingProposal) -> None:
    if proposal.status != ProposalStatus.WAITING:
        text = _("The proposal for %(position)s was %(state)s meanwhile.")
        raise ProposalDecided(text % {"position": proposal.position, "state": proposal.get_status_display()})


@dataclass(frozen=True)
class BulkRow:
    """What became of one proposal: done, or why not."""

    proposal: TaskMappingProposal
    done: bool
    text: str = ""


def decide_many(*, by: User, proposal_ids: Iterable[int], confirm: bool, reason: str = "") -> list[BulkRow]:
    """Decide several, each on its own: one that fails leaves the others. Proposals out of reach have no row."""
    require(by, "organization.decide_proposals")
    if not confirm and not reason.strip():
        raise ValidationError({"reason": _("A declined proposal says why.")})
    rows = TaskMappingProposal.objects.visible_to(by).filter(pk__in=set(proposal_ids)).select_related("position")
    done = []
    for row in rows.order_by("position", "pk"):
        try:
            if confirm:
                confirm_proposal(by=by, proposal_id=row.pk)
            else:
                decline_proposal(by=by, proposal_id=row.pk, reason=reason)
        except (ValidationError, ProposalDecided) as error:
            words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            done.append(BulkRow(row, done=False, text=words))
        else:
            done.append(BulkRow(row, done=True))
    return done


def _tell_hr(proposals: list[TaskMappingProposal]) -> None:
    """One notice for all positions of one proposal to every HR admin of the whole agency."""
    first = proposals[0]
    grants = RoleGrant.objects.active_on(timezone.localdate()).filter(role=Role.HR_ADMIN, unit=None)
    notify(
        user_ids=grants.values_list("user", flat=True),
        code="task_mapping.proposed",
        context={"unit": Unit.objects.get(pk=first.unit_id).name, "count": len(proposals)},
        url=reverse("organization:task_proposal_list"),
        key=f"task-proposal:{first.pk}",
    )


def _tell_proposer(proposal: TaskMappingProposal, code: str) -> None:
    notify(
        user_ids=[proposal.proposed_by_id],
        code=code,
        context={
            "position": proposal.position.name,
            "valid_from_on": proposal.valid_from.isoformat(),
            "reason": proposal.reason,
        },
        url=reverse("organization:task_proposal", args=[proposal.pk]),
        key=f"{code}:{proposal.pk}",
    )
