"""Integrity flags: raised by the system, answered by the employee, judged by a person. They never touch a work day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import FlagStatus
from attendance.errors import StateChanged
from attendance.models import IntegrityFlag
from attendance.notifications_flags import tell_answered, tell_judged, tell_raised
from attendance.terms import attendance_terms_on
from organization.models import Holiday, User
from organization.working_hours import add_working_days

BATCH = 1000
ANSWER_LENGTH, REASON_LENGTH = 2000, 300


@dataclass(frozen=True)
class NewFlag:
    """A signal of one day. `detail`: figures that explain it, never a coordinate and nobody's name."""

    employee_id: int
    day: date
    kind: str
    detail: dict[str, Any] = field(default_factory=dict)
    event_id: int | None = None


@transaction.atomic
def raise_flags(flags: Iterable[NewFlag], *, now: datetime | None = None) -> int:
    """Raise what is not raised yet, one per person, day and kind, and tell the people; returns how many are new."""
    at = now or timezone.now()
    wanted = {(flag.employee_id, flag.day, flag.kind): flag for flag in flags}
    rows = IntegrityFlag.objects.filter(
        employee_id__in={key[0] for key in wanted}, day__in={key[1] for key in wanted}
    ).order_by()
    known = set(rows.values_list("employee_id", "day", "kind"))
    made = [
        IntegrityFlag(
            employee_id=flag.employee_id,
            day=flag.day,
            kind=flag.kind,
            detail=flag.detail,
            event_id=flag.event_id,
            raised_at=at,
        )
        for key, flag in wanted.items()
        if key not in known
    ]
    if not made:
        return 0
    IntegrityFlag.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)
    tell_raised({flag.employee_id for flag in made}, on=timezone.localdate(at))
    return len(made)


def raise_flag(
    *, employee_id: int, day: date, kind: str, detail: dict[str, Any], event: int | None = None
) -> IntegrityFlag:
    """One flag, once per person, day and kind; the one that stands is returned."""
    raise_flags([NewFlag(employee_id, day, kind, detail, event)])
    return IntegrityFlag.objects.get(employee_id=employee_id, day=day, kind=kind)


def _locked(flag_id: int) -> IntegrityFlag:
    return IntegrityFlag.objects.select_for_update(of=("self",)).select_related("employee__user").get(pk=flag_id)


@transaction.atomic
def answer_flag(*, by: User, flag_id: int, text: str) -> IntegrityFlag:
    """The employee answers, once; also late, as long as nobody has judged.

    Raises PermissionDenied (not one's own), StateChanged (answered or judged), ValidationError (empty).
    """
    flag = _locked(flag_id)
    if not by.has_perm("attendance.answer_flag", flag):
        raise PermissionDenied
    if flag.status != FlagStatus.OPEN:
        raise StateChanged(_("This flag was answered or judged already. The page shows how it stands now."))
    if not text.strip():
        raise ValidationError({"answer": _("Write your answer.")})
    flag.status, flag.answer, flag.answered_at = FlagStatus.ANSWERED, text.strip(), timezone.now()
    flag.save(update_fields=["status", "answer", "answered_at"])
    tell_answered(flag)
    return flag


def answer_by(flag: IntegrityFlag) -> date:
    """The last day of the time to answer; afterwards a flag may be upheld without an answer. DESIGN, a setting."""
    raised = timezone.localtime(flag.raised_at).date()
    holidays = set(Holiday.objects.filter(day__gte=raised).values_list("day", flat=True))
    return add_working_days(raised, attendance_terms_on(raised).flag_answer_days, holidays)


def may_uphold(flag: IntegrityFlag, *, on: date) -> bool:
    """Once there is an answer, or the time for it is over."""
    return flag.status == FlagStatus.ANSWERED or on > answer_by(flag)


@transaction.atomic
def judge_flag(*, by: User, flag_id: int, uphold: bool, reason: str) -> IntegrityFlag:
    """Uphold or dismiss, with a reason. Upheld only after the answer, or after the time for it; nothing follows by
    itself, and no work day changes.

    Raises PermissionDenied, StateChanged (judged already), ValidationError (no reason, too early).
    """
    flag = _locked(flag_id)
    if not by.has_perm("attendance.judge_flag", flag):
        raise PermissionDenied
    if flag.status not in (FlagStatus.OPEN, FlagStatus.ANSWERED):
        raise StateChanged(_("This flag is judged already. The page shows how it stands now."))
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    now = timezone.now()
    if uphold and not may_uphold(flag, on=timezone.localdate()):
        raise ValidationError({"verdict": _("It can be upheld once the employee has answered, or the time is over.")})
    flag.status = FlagStatus.UPHELD if uphold else FlagStatus.DISMISSED
    flag.judged_by, flag.judged_at, flag.judgement = by, now, reason.strip()
    flag.save(update_fields=["status", "judged_by", "judged_at", "judgement"])
    tell_judged(flag)
    return flag
