"""Commands over reports that wait for review: accept (many at once), return, open again (regulation 5.1).

Each judgement locks its reports first, so of two reviewers one wins and the other is told; each leaves a row of the
history. Nobody reviews their own work, nor through a delegation that of the officer they stand in for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.guards import require
from organization.models import User
from performance.enums import Rating, ReportStatus, ReviewAction
from performance.errors import StateChanged
from performance.models import DailyReport, ReportLine, Review
from performance.notifications_reviews import tell_accepted, tell_sent_back
from performance.review_reach import officers_of, placements_led
from performance.services.deliveries import recount

PERMISSION = "performance.review_work"
REASON_LENGTH = 1000
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Judged:
    """What became of one report of many: `ok`, or the words that say why not."""

    report_id: int
    name: str
    day: date
    ok: bool
    message: str = ""


@transaction.atomic
def accept(
    *,
    report_ids: Collection[int],
    by: User,
    rating: str = "",
    versions: Mapping[int, int] | None = None,
    now: datetime | None = None,
) -> list[Judged]:
    """Accept reports that wait, with the same rating or none; their amounts count toward the outputs from then on.

    `versions`: as the reviewer saw them; what was changed meanwhile stays waiting. A report that cannot be accepted
    holds up no other one. Ids that `by` may not see are not answered, so that a guessed id tells nothing. A constant
    number of statements.

    Raises PermissionDenied (a connected system), ValidationError (rating, too many).
    """
    if by.is_service:
        raise PermissionDenied
    _check_rating(rating)
    if len(set(report_ids)) > MOST_AT_ONCE:
        raise ValidationError(_("At most %(count)d reports at once.") % {"count": MOST_AT_ONCE})
    rows = _locked(by, report_ids)
    led = set(
        placements_led(by).filter(employee__in=[row.employee_id for row in rows]).values_list("employee_id", flat=True)
    )
    refusals = {row.pk: _refusal(row, led, versions or {}) for row in rows}
    accepted = [row for row in rows if not refusals[row.pk]]
    _write(accepted, by, ReviewAction.ACCEPT, rating=rating, now=now)
    tell_accepted(accepted, by=by)
    return [Judged(row.pk, row.employee.name, row.day, not refusals[row.pk], refusals[row.pk]) for row in rows]


@transaction.atomic
def return_report(
    *, report: DailyReport, by: User, reason: str, version: int | None = None, now: datetime | None = None
) -> DailyReport:
    """Give a waiting report back to its author with a reason; it can be sent again, whatever its age.

    Raises PermissionDenied, ValidationError (reason), StateChanged.
    """
    return _sent_back(report, by, ReviewAction.RETURN, reason, version, now)


@transaction.atomic
def reopen(
    *, report: DailyReport, by: User, reason: str, version: int | None = None, now: datetime | None = None
) -> DailyReport:
    """Open an accepted day again for its author; what it delivered counts no longer until it is accepted anew.

    Raises PermissionDenied, ValidationError (reason), StateChanged.
    """
    return _sent_back(report, by, ReviewAction.REOPEN, reason, version, now)


def _sent_back(
    report: DailyReport, by: User, action: ReviewAction, reason: str, version: int | None, now: datetime | None
) -> DailyReport:
    rows = DailyReport.objects.select_for_update(of=("self",)).select_related("employee__user")
    row = rows.get(pk=report.pk)
    require(by, PERMISSION, row.employee)
    if version is not None and version != row.version:
        raise StateChanged(_("This report was changed meanwhile. The page shows how it stands now."))
    wanted = ReportStatus.REPORTED if action == ReviewAction.RETURN else ReportStatus.ACCEPTED
    if row.status != wanted:
        raise StateChanged(not_possible(row, action))
    check_reason(reason)
    _write([row], by, action, reason=reason.strip(), now=now)
    tell_sent_back(row, action)
    return row


def not_possible(report: DailyReport, action: ReviewAction) -> str:
    """Why a report in its state cannot be judged so."""
    if action == ReviewAction.REOPEN:
        return _("Only an accepted report can be opened again; this one is not.")
    words = {
        ReportStatus.PLANNED: _("This day is planned only; there is no report to review yet."),
        ReportStatus.RETURNED: _("This report was returned already and is with its author."),
        ReportStatus.ACCEPTED: _("This report was accepted already."),
    }
    return words.get(ReportStatus(report.status), "")


def _locked(by: User, report_ids: Collection[int]) -> list[DailyReport]:
    """Those of the reports that `by` may see, locked in one order, so that two reviewers never wait in a ring."""
    seen = DailyReport.objects.visible_to(by).filter(pk__in=set(report_ids)).order_by().values("pk")
    rows = DailyReport.objects.filter(pk__in=list(seen.values_list("pk", flat=True))).select_related("employee")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _refusal(row: DailyReport, led: set[int], versions: Mapping[int, int]) -> str:
    if row.employee_id not in led:
        return _("You do not review the work of this person.")
    if row.status != ReportStatus.REPORTED:
        return not_possible(row, ReviewAction.ACCEPT)
    if versions.get(row.pk, row.version) != row.version:
        return _("It was changed after you opened the page; look at it again.")
    return ""


STATE_AFTER = {
    ReviewAction.ACCEPT: ReportStatus.ACCEPTED,
    ReviewAction.RETURN: ReportStatus.RETURNED,
    ReviewAction.REOPEN: ReportStatus.RETURNED,
}


def _write(
    rows: list[DailyReport],
    by: User,
    action: ReviewAction,
    *,
    rating: str = "",
    reason: str = "",
    now: datetime | None = None,
) -> None:
    """Set the state of locked reports, add the history, and count again what they deliver."""
    if not rows:
        return
    moment = now or timezone.now()
    ids = [row.pk for row in rows]
    officers = officers_of(by, [row.employee_id for row in rows])
    values = {"status": STATE_AFTER[action], "rating": rating, "reviewed_by": by, "reviewed_at": moment}
    DailyReport.objects.filter(pk__in=ids).update(version=F("version") + 1, **values)
    Review.objects.bulk_create(
        Review(
            report=row,
            action=action,
            rating=rating,
            reason=reason,
            by=by,
            acting_for_id=officers.get(row.employee_id),
            at=moment,
            report_version=row.version,
        )
        for row in rows
    )
    for row in rows:
        row.version += 1
        for name, value in values.items():
            setattr(row, name, value)
    delivering = ReportLine.objects.filter(report__in=ids, output__isnull=False, amount__gt=0)
    recount(set(delivering.values_list("output_id", flat=True)))


def _check_rating(rating: str) -> None:
    if rating and rating not in Rating.values:
        raise ValidationError({"rating": _("Choose above, meets or below expectation.")})


def check_reason(reason: str) -> None:
    """Raise ValidationError (`reason`) when it is missing or too long."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; the employee reads it.")})
    if len(reason.strip()) > REASON_LENGTH:
        raise ValidationError({"reason": _("At most %(count)d characters.") % {"count": REASON_LENGTH}})
