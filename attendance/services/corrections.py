"""Commands over corrections: an employee asks, the supervisor decides, the employee takes it back (regulation 3)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.enums import CorrectionReason, CorrectionStatus
from attendance.errors import StateChanged
from attendance.models import Correction, WorkDay
from attendance.notifications_corrections import tell_decided, tell_submitted
from attendance.services.thresholds import TOPIC
from attendance.services.workdays import mark_stale
from attendance.typed_times import entry_instants
from organization import outbox
from organization.constraints import save_checked
from organization.guards import lock_employee, require
from organization.leading import acting_officer
from organization.models import Employee, Placement, User

LONGEST_DAY = timedelta(hours=24)
REASON_LENGTH = 300


@dataclass(frozen=True)
class CorrectionData:
    """What is asked for; times are clock times of the unit's zone, None leaves an entry as it is."""

    day: date
    reason: str
    explanation: str
    check_in: time | None = None
    check_out: time | None = None
    part: int = 1
    evidence_link: str = ""


@dataclass(frozen=True)
class Decided:
    """What became of one of many: `ok`, or the words that say why not."""

    correction_id: int
    name: str
    day: date
    ok: bool
    message: str = ""


@transaction.atomic
def submit_correction(*, by: User, data: CorrectionData) -> Correction:
    """Ask for other times on one of the own days; there is no last day to do so (DESIGN).

    Raises PermissionDenied (no record of one's own), ValidationError (times, day, reason, or one is open already).
    """
    employee: Employee | None = getattr(by, "employee", None)
    require(by, "attendance.ask_correction", employee)
    if employee is None:
        raise PermissionDenied
    lock_employee(employee.pk)
    now = timezone.now()
    zone, start, end = day_frame(employee, data.day, data.part)
    _check_words(data)
    entered, left = entry_instants(
        data.day, zone, check_in=data.check_in, check_out=data.check_out, start=start, end=end
    )
    _check_times(entered, left, now)
    correction = save_checked(
        Correction(
            employee=employee,
            day=data.day,
            part=data.part,
            check_in=entered,
            check_out=left,
            reason=data.reason,
            explanation=data.explanation.strip(),
            evidence_link=data.evidence_link.strip(),
            submitted_at=now,
            submitted_by=by,
        )
    )
    tell_submitted(correction)
    return correction


def day_frame(employee: Employee, day: date, part: int) -> tuple[str, datetime | None, datetime | None]:
    """Zone of the employee's unit on a day, and start and end of that part of work where there is one.

    Raises ValidationError for a day on which the employee serves nowhere, and for a second part that is not there.
    """
    built = WorkDay.objects.filter(employee=employee, day=day).first()
    if built is not None:
        if part == 2 and built.second_start is None:
            raise ValidationError({"part": _("That day has one part of work only.")})
        second = part == 2
        return (
            built.zone,
            built.second_start if second else built.first_start,
            built.second_end if second else built.first_end,
        )
    placed = Placement.objects.active_on(day).filter(employee=employee)
    zone = (
        placed.filter(
            unit__versions__valid_from__lte=day,
        )
        .order_by("-unit__versions__valid_from")
        .values_list("unit__versions__zone", flat=True)
        .first()
    )
    if zone is None:
        raise ValidationError({"day": _("You did not serve in any unit on that day.")})
    if part == 2:
        raise ValidationError({"part": _("That day has one part of work only.")})
    return zone, None, None


def _check_words(data: CorrectionData) -> None:
    errors: dict[str, str] = {}
    if data.reason not in CorrectionReason.values:
        errors["reason"] = _("Choose the reason.")
    if not data.explanation.strip():
        errors["explanation"] = _("Explain what happened; whoever decides reads it.")
    if data.evidence_link.strip():
        try:
            URLValidator(schemes=["http", "https"])(data.evidence_link.strip())
        except ValidationError:
            errors["evidence_link"] = _("Give a full address that begins with https://.")
    if errors:
        raise ValidationError(errors)


def _check_times(entered: datetime | None, left: datetime | None, now: datetime) -> None:
    if entered is None and left is None:
        raise ValidationError({"check_in": _("Give the time of the check-in, of the check-out, or both.")})
    for name, instant in (("check_in", entered), ("check_out", left)):
        if instant is not None and instant > now:
            raise ValidationError({name: _("That time is still to come.")})
    if entered is not None and left is not None and left - entered > LONGEST_DAY:
        raise ValidationError({"check_out": _("Between check-in and check-out lie more than 24 hours.")})


def _locked(correction_id: int) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",)).select_related("employee__user")
    return rows.get(pk=correction_id)


def _require_open(correction: Correction) -> None:
    if correction.status != CorrectionStatus.SUBMITTED:
        raise StateChanged(_("This correction is decided already. The page shows how it stands now."))


@transaction.atomic
def decide_correction(*, by: User, correction_id: int, approve: bool, reason: str = "") -> Correction:
    """Approve, so that its times count instead of the entries', or refuse with a reason.

    Raises PermissionDenied, StateChanged (decided already), ValidationError (no reason).
    """
    correction = _locked(correction_id)
    if not by.has_perm("attendance.decide_correction", correction):
        raise PermissionDenied
    _require_open(correction)
    if not approve and not reason.strip():
        raise ValidationError({"reason": _("Give the reason; the employee reads it.")})
    officer = acting_officer(by, correction.employee)
    correction.status = CorrectionStatus.APPROVED if approve else CorrectionStatus.REFUSED
    correction.acting_for_id = officer.user_id if officer else None
    _close(correction, by=by, reason=reason)
    if approve:
        mark_stale(employee_ids=[correction.employee_id], start=correction.day, end=correction.day)
        payload = {"employee": correction.employee_id, "day": correction.day.isoformat()}
        outbox.add(TOPIC, payload, key=f"thresholds:correction:{correction.pk}")
    tell_decided(correction)
    return correction


def _close(correction: Correction, *, by: User, reason: str) -> None:
    correction.decided_by, correction.decided_at = by, timezone.now()
    correction.decision_reason = reason.strip()[:REASON_LENGTH]
    correction.save(update_fields=["status", "decided_by", "decided_at", "decision_reason", "acting_for"])


@transaction.atomic
def withdraw_correction(*, by: User, correction_id: int) -> Correction:
    """The employee takes back what nobody has decided yet. Raises PermissionDenied, StateChanged."""
    correction = _locked(correction_id)
    if not by.has_perm("attendance.withdraw_correction", correction):
        raise PermissionDenied
    _require_open(correction)
    correction.status = CorrectionStatus.WITHDRAWN
    _close(correction, by=by, reason="")
    return correction


def approve_corrections(*, by: User, correction_ids: Collection[int], reason: str = "") -> list[Decided]:
    """Approve several, each in its own transaction; every row says what became of it.

    What `by` may not see is not answered at all, so that a guessed id tells nothing.
    """
    seen = Correction.objects.visible_to(by).filter(pk__in=set(correction_ids)).select_related("employee")
    done = []
    for row in seen.order_by("day", "pk"):
        try:
            decide_correction(by=by, correction_id=row.pk, approve=True, reason=reason)
        except PermissionDenied:
            done.append(Decided(row.pk, row.employee.name, row.day, False, _("You may not decide this correction.")))
        except StateChanged as error:
            done.append(Decided(row.pk, row.employee.name, row.day, False, str(error)))
        else:
            done.append(Decided(row.pk, row.employee.name, row.day, True))
    return done
