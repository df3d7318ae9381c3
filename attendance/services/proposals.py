"""Proposals for draft rosters: asked for on the page, calculated by the worker, filled into the open cells.

The calculation takes up to a minute and holds no lock. It is filled in under the locks of the roster, and only when
nothing it was calculated from has changed meanwhile; otherwise it is calculated once more.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, time
from typing import Any

import structlog
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import ProposalStatus, RosterStatus
from attendance.errors import StateChanged
from attendance.highs import SolverMissing
from attendance.models import Roster, RosterEntry, RosterProposal, Shift
from attendance.roster_facts import RosterFacts, facts_of, open_cells
from attendance.roster_proposal import Proposal, Spread, propose
from attendance.services.rosters import lock_roster, locked_roster
from attendance.terms import attendance_terms_on
from organization import outbox
from organization.guards import require
from organization.models import Unit, User
from organization.services.notices import notify

log = structlog.get_logger(__name__)

TOPIC = "attendance.propose_roster"
TIME_LIMIT = 40.0  # seconds of calculation; with reading and writing the worker stays under a minute
TRIES = 2
PROGRESS_SECONDS = 600
DAY_MIN = 24 * 60
# A shift counts as night when more than two of its hours lie in the night of the terms. DESIGN.
NIGHT_MIN = 120

CHANGED, NO_SOLVER, PUBLISHED, BROKEN = "changed", "no_solver", "published", "broken"


class Failed(Exception):
    """The proposal could not be made; `code` says why in `RosterProposal.result`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def ask_proposal(*, by: User, roster_id: int) -> RosterProposal:
    """Have the worker fill the open cells of a draft. Asking again while one is under way gives that one back.

    Raises PermissionDenied, StateChanged (published already), ValidationError (nothing open).
    """
    roster = locked_roster(roster_id, by=by, status=RosterStatus.DRAFT)
    waiting: RosterProposal | None = roster.proposals.filter(status=ProposalStatus.WAITING).first()
    if waiting is not None:
        return waiting
    if not roster.entries.filter(slot=1, shift__isnull=True, is_fixed=False).exists():
        raise ValidationError(_("No cell of this roster is open."))
    proposal: RosterProposal = roster.proposals.create(asked_by=by, asked_at=timezone.now())
    outbox.add(TOPIC, {"proposal": proposal.pk}, key=f"{TOPIC}:{proposal.pk}")
    return proposal


def perform_proposal(proposal_id: int) -> None:
    """The worker's part; doing it twice changes nothing. A lost database is left to the outbox, which tries again."""
    proposal = RosterProposal.objects.select_related("roster__unit", "asked_by").get(pk=proposal_id)
    if proposal.status != ProposalStatus.WAITING:
        return
    try:
        with transaction.atomic():
            result = _fill(proposal)
            _finish(proposal, ProposalStatus.DONE, result)
    except (OperationalError, InterfaceError):
        raise
    except Failed as error:
        _finish(proposal, ProposalStatus.FAILED, {"error": error.code})
    except SolverMissing:
        _finish(proposal, ProposalStatus.FAILED, {"error": NO_SOLVER})
    except Exception as error:  # whoever asked must see that nothing came of it
        log.error("proposal.failed", proposal_id=proposal_id, exc_info=error)
        _finish(proposal, ProposalStatus.FAILED, {"error": BROKEN})
    finally:
        cache.delete(_progress_key(proposal_id))


def _finish(proposal: RosterProposal, status: ProposalStatus, result: dict[str, Any]) -> None:
    proposal.status, proposal.result = status, result
    proposal.percent, proposal.finished_at = 100, timezone.now()
    proposal.save(update_fields=["status", "result", "percent", "finished_at"])
    if status == ProposalStatus.DONE:
        roster = proposal.roster
        context = {
            "unit": roster.unit.name,
            "start_on": roster.starts_on.isoformat(),
            "end_on": roster.ends_on.isoformat(),
        }
        notify(
            user_ids=[proposal.asked_by_id],
            code="attendance.proposal_done",
            context=context,
            url=reverse("attendance:proposal", args=[proposal.pk]),
            key=f"proposal:{proposal.pk}",
            mail=False,
        )


def _fill(proposal: RosterProposal) -> dict[str, Any]:
    """Calculate, then write under the locks; again when the roster was changed in between. Raises Failed."""
    roster = Roster.objects.select_related("unit", "rotation").get(pk=proposal.roster_id)
    for _number in range(TRIES):
        facts = facts_of(roster)
        if facts.roster.status != RosterStatus.DRAFT:
            raise Failed(PUBLISHED)
        found = _calculate(facts, proposal.pk)
        try:
            with transaction.atomic():
                locked = lock_roster(roster.pk, roster.unit, status=RosterStatus.DRAFT)
                if _told(facts_of(locked)) == _told(facts):
                    given = _write(locked, found)
                    return _result(found, facts, given)
        except StateChanged as error:
            raise Failed(PUBLISHED) from error
    raise Failed(CHANGED)


def _calculate(facts: RosterFacts, proposal_id: int) -> Proposal:
    sheet = facts.sheet
    free = frozenset(day for day in sheet.days() if day.isoweekday() >= 6 or day in facts.holidays)
    return propose(
        sheet,
        open_cells=open_cells(facts),
        nights=night_shifts(facts.shifts, facts.roster.starts_on),
        free_days=free,
        time_limit=TIME_LIMIT,
        seed=facts.roster.pk,
        progress=lambda percent: show_progress(proposal_id, percent),
    )


def night_shifts(shifts: dict[int, Shift], on: date) -> frozenset[int]:
    """Shifts with more than two hours between the beginning and the end of the night by the terms of the day."""
    terms = attendance_terms_on(on)
    begins, ends = _minute(terms.night_from), _minute(terms.night_to)
    if ends <= begins:
        ends += DAY_MIN
    found = set()
    for pk, shift in shifts.items():
        start = _minute(shift.starts_at)
        end = start + shift.duration_min
        overlap = sum(
            max(0, min(end, ends + offset) - max(start, begins + offset)) for offset in (-DAY_MIN, 0, DAY_MIN)
        )
        if overlap > NIGHT_MIN:
            found.add(pk)
    return frozenset(found)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _told(facts: RosterFacts) -> list[Any]:
    """What a reading of a roster says, to compare two of them; the order of rows says nothing."""
    sheet = facts.sheet
    rows = (sheet.people, sheet.cells, sheet.outside, sheet.minimums, sheet.absences)
    values = (sheet.shifts, sheet.known, sheet.arrangements, sheet.ramadan, sheet.rest_min, sheet.average_days)
    return [*(sorted(map(repr, row)) for row in rows), *values, facts.fixed]


def _write(roster: Roster, found: Proposal) -> list[list[Any]]:
    """Put the shifts into the open cells; returns [employee, ISO day, shift] of each."""
    given = {(cell.employee_id, cell.day): cell.shift_id for cell in found.cells if cell.shift_id is not None}
    rows = [
        row
        for row in roster.entries.filter(slot=1, shift__isnull=True, is_fixed=False)
        if (row.employee_id, row.day) in given
    ]
    for row in rows:
        row.shift_id = given[row.employee_id, row.day]
    RosterEntry.objects.bulk_update(rows, ["shift"], batch_size=1000)
    return [[row.employee_id, row.day.isoformat(), row.shift_id] for row in rows]


def _result(found: Proposal, facts: RosterFacts, given: list[list[Any]]) -> dict[str, Any]:
    def spreads(rows: tuple[Spread, ...]) -> list[dict[str, Any]]:
        return [asdict(row) for row in rows]

    unmet = [
        {
            "day": row.day.isoformat(),
            "shift": facts.shifts[row.shift_id].code if row.shift_id in facts.shifts else "",
            "group": row.params["group"],
            "count": row.params["count"],
            "minimum": row.params["minimum"],
        }
        for row in found.unmet
    ]
    return {
        "cells": given,
        "open": len(found.cells),
        "unmet": unmet,
        "nights": spreads(found.nights),
        "weekends": spreads(found.weekends),
        "hours": spreads(found.hours),
        "solver": found.solver,
        "seconds": round(found.seconds, 1),
    }


@transaction.atomic
def take_back_proposal(*, by: User, proposal_id: int) -> int:
    """Empty the cells that the proposal filled and nobody has touched since; returns how many.

    Raises PermissionDenied, StateChanged (the roster is published, or nothing was proposed).
    """
    proposal = RosterProposal.objects.get(pk=proposal_id)
    unit = Unit.objects.get(rosters=proposal.roster_id)
    require(by, "attendance.manage_roster", unit)
    roster = lock_roster(proposal.roster_id, unit, status=RosterStatus.DRAFT)
    if proposal.status != ProposalStatus.DONE:
        raise StateChanged(_("Nothing was proposed here."))
    given = {(employee, date.fromisoformat(day)): shift for employee, day, shift in proposal.result.get("cells", [])}
    rows = [
        row.pk
        for row in roster.entries.filter(slot=1, shift__isnull=False, is_fixed=False)
        if given.get((row.employee_id, row.day)) == row.shift_id
    ]
    return RosterEntry.objects.filter(pk__in=rows).update(shift=None)


# Progress --------------------------------------------------------------------------------------------------------


def _progress_key(proposal_id: int) -> str:
    return f"proposal-progress:{proposal_id}"


def show_progress(proposal_id: int, percent: int) -> None:
    """Seen while the calculation runs; without a cache nobody sees it, and nothing else changes."""
    cache.set(_progress_key(proposal_id), percent, PROGRESS_SECONDS)


def progress_of(proposal_id: int) -> int:
    """Percent done of a proposal under way."""
    found: int | None = cache.get(_progress_key(proposal_id))
    return found or 0
