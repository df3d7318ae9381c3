"""Deciding a group determination (penetapan kolektif): asked for on a page, done by the worker, all or nothing.

Locks in fixed order (design 4): the determination, requests whose arrangements end, units root to leaf, employees.
Under them every day is checked again; if one does not pass any more, nothing at all is granted, the plan is computed
anew and the difference is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import structlog
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import AssignmentStatus
from fwa.enums import DeterminationStatus, MemberOutcome
from fwa.errors import AlreadyDecided
from fwa.group_plan import Moved, recheck
from fwa.models import Determination, DeterminationMember, Request
from fwa.notifications_determinations import tell_asker
from fwa.services.determination_grant import grant
from fwa.services.determination_plan import compute_plan, facets_of_determination, look_at, members_of
from fwa.services.determinations import locked_determination
from fwa.services.letters import typed_number
from organization import outbox
from organization.access import ActingFor, access_for
from organization.enums import Role
from organization.guards import lock_employees
from organization.models import User
from organization.services.units import lock_units_above

log = structlog.get_logger(__name__)

DECIDE_TOPIC = "fwa.decide_determination"
PROGRESS_SECONDS = 3600
PHASES = ("waiting", "checking", "granting", "recording", "letters")
NUMBER_LENGTH = 90  # leaves room for the line of an excerpt
ENDED = "ended"


@transaction.atomic
def ask_decision(
    *, by: User, determination_id: int, digest: str, number: str = "", decided_on: date | None = None
) -> Determination:
    """Decide: the worker does it, with progress. `digest`: of the plan that was looked at.

    `number` and `decided_on`: from the agency's own mail register; empty takes the next number and today.
    Raises PermissionDenied (no authority, or for oneself), AlreadyDecided, ValidationError.
    """
    determination = locked_determination(determination_id)
    _require_authority(by, determination)
    if determination.status not in (DeterminationStatus.PREPARED, DeterminationStatus.FAILED):
        raise AlreadyDecided(_("This determination does not wait for a decision any more."))
    if digest != determination.plan_digest:
        raise AlreadyDecided(_("The plan was computed again meanwhile. Look at it, then decide."))
    if not determination.members.filter(outcome__in=[MemberOutcome.PLANNED, MemberOutcome.ENDS]).exists():
        raise ValidationError(_("The plan gives nobody a day; there is nothing to determine."), "nobody")
    determination.asked_number = _number(number)
    determination.asked_date = _date(decided_on)
    determination.asked_by = by
    determination.difference, determination.message = [], ""
    determination.ask(at=timezone.now())
    determination.save()
    asked = determination.asked_at.isoformat() if determination.asked_at else ""
    payload = {"determination": determination.pk, "asked": asked}
    outbox.add(DECIDE_TOPIC, payload, key=f"{DECIDE_TOPIC}:{determination.pk}:{asked}")
    return determination


def _require_authority(by: User, determination: Determination) -> None:
    if by.has_perm("fwa.determine_group", determination):
        return
    if by.has_perm("fwa.view_determination_plan", determination):
        raise PermissionDenied(
            _("Only the authority determines, and nobody decides for themself or for an officer of the annex.")
        )
    raise PermissionDenied(_("Your role does not allow this."))


def _number(number: str) -> str:
    number = typed_number(number)
    if len(number) > NUMBER_LENGTH:
        raise ValidationError({"number": _("At most %(count)s characters.") % {"count": NUMBER_LENGTH}})
    return number


def _date(decided_on: date | None) -> date:
    today = timezone.localdate()
    if decided_on is not None and decided_on > today:
        raise ValidationError({"decided_on": _("The decree cannot be dated after today.")})
    if decided_on is not None and (today - decided_on).days > 366:
        raise ValidationError({"decided_on": _("The date of the decree lies more than a year back.")})
    return decided_on or today


def perform_decision(determination_id: int, asked: str) -> None:
    """The worker's part; doing it twice changes nothing. A lost database is left to the outbox, which tries again."""
    try:
        with transaction.atomic():
            _perform(determination_id, asked)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # whatever went wrong, nothing was granted, and whoever asked must see it
        log.error("determination.failed", determination_id=determination_id, exc_info=error)
        _note_failure(determination_id, asked, error)
    finally:
        cache.delete(_progress_key(determination_id))


def _perform(determination_id: int, asked: str) -> None:
    determination = locked_determination(determination_id)
    if not _is_asked(determination, asked) or determination.asked_by_id is None:
        return
    by = User.objects.get(pk=determination.asked_by_id)
    _require_authority(by, determination)
    show_progress(determination_id, "checking", 1)
    members = members_of(determination)
    concerned = [one for one in members if one.outcome in (MemberOutcome.PLANNED, MemberOutcome.ENDS)]
    _lock(determination, concerned)
    keeping = {one.employee_id: one.outcome for one in members if one not in concerned}
    facts, wishes = look_at(determination, members, keeping)
    of_member = {wish.employee_id: wish for wish in wishes}
    planned = [(of_member[one.employee_id], one.days) for one in concerned if one.outcome == MemberOutcome.PLANNED]
    moved = _lost_endings(concerned)
    moved += recheck(
        planned=planned,
        facts=facts,
        facets=facets_of_determination(determination),
        scope_path=determination.unit.path,
    )
    if moved:
        _ask_again(determination, moved)
        return
    acting_for = _officer(by, determination)
    grant(
        determination=determination,
        members=concerned,
        facts=facts,
        screened={wish.employee_id: wish.screened for wish in wishes},
        by=by,
        acting_for=acting_for,
        progress=lambda phase: show_progress(determination_id, phase, PHASES.index(phase)),
    )
    tell_asker(determination, "fwa.determination_decided")


def _is_asked(determination: Determination, asked: str) -> bool:
    """Whether the message is about the decision asked for last, in whatever time zone its moment is written."""
    return determination.status == DeterminationStatus.DECIDING and determination.asked_at == datetime.fromisoformat(
        asked
    )


def _lock(determination: Determination, members: Sequence[DeterminationMember]) -> None:
    ending = [one.ends_request_id for one in members if one.ends_request_id is not None]
    if ending:
        rows = Request.objects.filter(pk__in=ending).order_by("pk").select_for_update(of=("self",))
        list(rows.values_list("pk", flat=True))
    units = {one.unit_id for one in members if one.unit_id is not None} | {determination.unit_id}
    lock_units_above(units)
    lock_employees({one.employee_id for one in members})


def _lost_endings(members: Sequence[DeterminationMember]) -> list[Moved]:
    """Arrangements to end that are not in force any more, or whose last day has come nearer."""
    today = timezone.localdate()
    ending = [one.ends_request_id for one in members if one.ends_request_id is not None]
    running = {
        fwa_request.pk: fwa_request.assignment
        for fwa_request in Request.objects.filter(pk__in=ending).select_related("assignment")
    }
    moved = []
    for one in members:
        if one.ends_request_id is None or one.ends_on is None:
            continue
        assignment = running.get(one.ends_request_id)
        is_running = assignment is not None and assignment.status == AssignmentStatus.IN_FORCE
        if not is_running or assignment is None or one.ends_on < today or one.ends_on > assignment.last_day:
            moved.append(Moved(one.employee_id, ENDED, one.ends_on))
    return moved


def _ask_again(determination: Determination, moved: Sequence[Moved]) -> None:
    """Nothing is granted: the plan of now takes the place of the old one, and the difference is kept beside it."""
    determination.difference = [one.as_json() for one in moved]
    compute_plan(determination)
    tell_asker(determination, "fwa.determination_moved")


def _note_failure(determination_id: int, asked: str, error: Exception) -> None:
    with transaction.atomic():
        determination = locked_determination(determination_id)
        if not _is_asked(determination, asked):
            return
        words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        is_ours = isinstance(error, ValidationError | PermissionDenied)
        determination.fail(message=(words if is_ours else _("An error of the system; nothing was granted."))[:500])
        determination.save(update_fields=["status", "message", "updated_at"])
        tell_asker(determination, "fwa.determination_failed")


def _officer(by: User, determination: Determination) -> User | None:
    """The officer in whose place the decision is taken; none when it is in the decider's own right."""
    officer = officer_of(by, determination)
    return User.objects.get(pk=officer.user_id) if officer else None


def officer_of(by: User, determination: Determination) -> ActingFor | None:
    return access_for(by).officer_with_role(Role.AUTHORITY, determination.unit.path)


def _progress_key(determination_id: int) -> str:
    return f"determination-progress:{determination_id}"


def show_progress(determination_id: int, phase: str, done: int) -> None:
    """Seen while the transaction still runs; without a cache nobody sees it, and nothing else changes."""
    cache.set(_progress_key(determination_id), {"phase": phase, "done": done, "total": len(PHASES)}, PROGRESS_SECONDS)


def progress_of(determination_id: int) -> dict[str, object]:
    found: dict[str, object] | None = cache.get(_progress_key(determination_id))
    return found or {"phase": PHASES[0], "done": 0, "total": len(PHASES)}
