"""Commands over a day's plan and report: save the plan, send the report, copy a routine day (regulation 5.1).

Late is kept and marked, never refused. Every save carries the whole page; whoever saves a page that was changed
elsewhere meanwhile is told so (409), unless it says the same: a page sent twice is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organization.guards import lock_employee, require
from organization.models import Employee, User
from organization.selectors import holidays_between
from performance.deadlines import LOOK_AROUND, review_dates
from performance.enums import LineStatus, ReportStatus
from performance.errors import StateChanged
from performance.models import DailyReport, ReportLine
from performance.report_frame import DayFrame, frame_of
from performance.report_lines import (
    NOTE_LENGTH,
    PLAN_LENGTH,
    LineInput,
    carried,
    check_lines,
    outputs_for,
    routine_before,
    unfinished_before,
    work_results_for,
)

__all__ = ["LineInput", "copy_day", "save_plan", "save_report", "unfinished_before"]

PERMISSION = "performance.write_report"
WAITING = (ReportStatus.REPORTED, ReportStatus.RETURNED)
LINE_FIELDS = ("plan", "done", "status", "output_id", "work_result_id", "amount", "position")


@dataclass
class _Page:
    """A day under lock: what is stored of it, what the day asks, and who writes when."""

    employee: Employee
    frame: DayFrame
    report: DailyReport | None
    lines: dict[Any, ReportLine]
    now: datetime

    @property
    def plan_is_fixed(self) -> bool:
        """What was planned stays as it was once the day is over or reported."""
        is_reported = self.report is not None and self.report.status != ReportStatus.PLANNED
        return self.frame.is_past or is_reported


@transaction.atomic
def save_plan(
    *,
    employee: Employee,
    day: date,
    lines: Sequence[LineInput],
    by: User,
    version: int | None = None,
    note: str = "",
    is_extra: bool = False,
    now: datetime | None = None,
) -> DailyReport:
    """Keep what is planned for a day, until the day is over. `version`: the page's when it was shown, 0 for a new one.

    Raises PermissionDenied (somebody else's day), ValidationError (day, lines, is_extra), StateChanged.
    """
    page = _open(employee, day, by=by, now=now)
    written = _written(page, lines)
    if _is_repeated(page, written, version, note=note, sends=False):
        return _stored(page)
    _require_version(page, version)
    if page.frame.is_past:
        raise ValidationError({"day": _("That day is over; report what was done.")})
    if page.report is not None and page.report.status != ReportStatus.PLANNED:
        raise StateChanged(_("This day is reported already. The page shows how it stands now."))
    if not written:
        raise ValidationError({"lines": _("Write at least one line.")})
    report = _report(page, is_extra=is_extra)
    _stamp_plan(page, report)
    _save(page, report, written, note)
    return report


@transaction.atomic
def save_report(
    *,
    employee: Employee,
    day: date,
    lines: Sequence[LineInput],
    by: User,
    version: int | None = None,
    note: str = "",
    is_extra: bool = False,
    now: datetime | None = None,
) -> DailyReport:
    """Send what was done to whoever leads the employee; again after it was returned, or to put it right until it is
    accepted. What was planned stays on the page, also when `lines` leave it out.

    Raises PermissionDenied (somebody else's day), ValidationError (day, lines, is_extra), StateChanged.
    """
    page = _open(employee, day, by=by, now=now)
    written = _written(page, lines)
    if _is_repeated(page, written, version, note=note, sends=True):
        return _stored(page)
    _require_version(page, version)
    _require_reportable(page)
    if not any(line.done or line.status != LineStatus.OPEN for line in written):
        raise ValidationError({"lines": _("Say of at least one line what was done.")})
    report = _report(page, is_extra=is_extra)
    if not page.plan_is_fixed and any(line.plan for line in written):
        _stamp_plan(page, report)
    _stamp_report(page, report)
    _save(page, report, written, note)
    return report


@transaction.atomic
def copy_day(
    *,
    employee: Employee,
    day: date,
    by: User,
    from_day: date | None = None,
    version: int | None = None,
    is_extra: bool = False,
    now: datetime | None = None,
) -> DailyReport:
    """Plan a routine day with the lines of the last one (or of `from_day`); lines that are there already stay one.

    Raises PermissionDenied, ValidationError (no such day, nothing to copy), StateChanged.
    """
    require(by, PERMISSION, employee)
    source = (
        routine_before(employee, day)
        if from_day is None
        else DailyReport.objects.filter(employee=employee, day=from_day).exclude(day=day).first()
    )
    if source is None:
        raise ValidationError({"day": _("There is no earlier day with lines to copy.")})
    existing = list(ReportLine.objects.filter(report__employee=employee, report__day=day))
    there = {(line.plan or line.done).casefold() for line in existing}
    note = DailyReport.objects.filter(employee=employee, day=day).values_list("note", flat=True).first() or ""
    copies = [
        LineInput(plan=text, output_id=line.output_id, work_result_id=line.work_result_id)
        for line in source.lines.exclude(status=LineStatus.DROPPED)
        if (text := (line.plan or line.done)[:PLAN_LENGTH]).casefold() not in there
    ]
    return save_plan(
        employee=employee,
        day=day,
        lines=[*map(as_input, existing), *_still_serving(employee, day, copies)],
        by=by,
        version=version,
        note=note,
        is_extra=is_extra,
        now=now,
    )


def with_carried(employee: Employee, day: date, lines: Sequence[LineInput], line_ids: set[int]) -> list[LineInput]:
    """The lines of a page and, at their end, the unfinished ones of earlier days that were chosen."""
    offered = [line for line in unfinished_before(employee, day) if line.pk in line_ids]
    return [*lines, *_still_serving(employee, day, carried(reversed(offered)))]


def as_input(line: ReportLine) -> LineInput:
    """A stored line as it would be typed."""
    return LineInput(
        client_id=line.client_id,
        plan=line.plan,
        done=line.done,
        status=line.status,
        output_id=line.output_id,
        work_result_id=line.work_result_id,
        amount=line.amount,
        carried_from_id=line.carried_from_id,
    )


def _still_serving(employee: Employee, day: date, lines: Sequence[LineInput]) -> list[LineInput]:
    """Copies without an output or work result that the day no longer has."""
    outputs = set(outputs_for(employee, day).values_list("pk", flat=True))
    results = set(work_results_for(employee, day).values_list("pk", flat=True))
    return [
        replace(
            line,
            output_id=line.output_id if line.output_id in outputs else None,
            work_result_id=line.work_result_id if line.work_result_id in results else None,
        )
        for line in lines
    ]


def _open(employee: Employee, day: date, *, by: User, now: datetime | None) -> _Page:
    """The page of the day, locked: two saves of one person wait for each other."""
    require(by, PERMISSION, employee)
    lock_employee(employee.pk)
    moment = now or timezone.now()
    report = DailyReport.objects.select_for_update(of=("self",)).filter(employee=employee, day=day).first()
    lines = {line.client_id: line for line in report.lines.all()} if report else {}
    return _Page(employee, frame_of(employee, day, now=moment), report, lines, moment)


def _written(page: _Page, lines: Sequence[LineInput]) -> list[LineInput]:
    """What stands on the page after this save; with a fixed plan nothing planned changes or disappears."""
    written = check_lines(page.employee, page.frame.day, lines, list(page.lines.values()))
    if not page.plan_is_fixed:
        return written
    given = {line.client_id for line in written}
    kept = [as_input(line) for line in page.lines.values() if line.plan and line.client_id not in given]
    fixed = [
        replace(line, plan=page.lines[line.client_id].plan)
        if line.client_id in page.lines
        else replace(line, plan="", done=line.done or line.plan)
        for line in written
    ]
    return [line for line in [*kept, *fixed] if line.plan or line.done]


def _is_repeated(page: _Page, written: Sequence[LineInput], version: int | None, *, note: str, sends: bool) -> bool:
    """The page was saved like this already by an answer that got lost, or by a second tap."""
    report = page.report
    if report is None or version is None or version >= report.version:
        return False
    same = {line.client_id: _values(line) for line in written} == {
        key: _values(line) for key, line in page.lines.items()
    }
    is_sent = report.status == ReportStatus.REPORTED
    return same and report.note == note.strip() and is_sent == sends and report.status != ReportStatus.ACCEPTED


def _values(line: LineInput | ReportLine) -> tuple[Any, ...]:
    return (line.plan, line.done, line.status, line.output_id, line.work_result_id, line.amount)


def _stored(page: _Page) -> DailyReport:
    if page.report is None:
        raise ValueError("nothing is stored for the day")
    return page.report


def _require_version(page: _Page, version: int | None) -> None:
    if page.report is not None and page.report.status == ReportStatus.ACCEPTED:
        raise StateChanged(_("This day is accepted and closed. Ask your supervisor to open it again."))
    if version is not None and version != (page.report.version if page.report else 0):
        raise StateChanged(_("This day was saved elsewhere meanwhile. The page shows how it stands now."))


def _require_reportable(page: _Page) -> None:
    frame = page.frame
    if frame.is_future:
        raise ValidationError({"day": _("That day is still to come; plan it now and report it on the day.")})
    was_sent = page.report is not None and page.report.status in WAITING
    if frame.is_too_old and not was_sent:
        text = ngettext(
            "A day can be reported for %(count)s day; this one is older.",
            "A day can be reported for %(count)s days; this one is older.",
            frame.terms.report_open_days,
        )
        raise ValidationError({"day": text % {"count": frame.terms.report_open_days}})


def _report(page: _Page, *, is_extra: bool) -> DailyReport:
    """The stored page or a new one. Raises ValidationError where no work is expected and nobody says there was some."""
    fact = page.frame.fact
    if not fact.is_worked and not is_extra:
        words = {"day": date_format(page.frame.day, "l, j F Y"), "kind": fact.words or fact.kind.label}
        text = _("%(day)s is no working day of yours (%(kind)s). If you worked all the same, say so.")
        raise ValidationError({"is_extra": text % words})
    report = page.report or DailyReport(
        employee=page.employee,
        day=page.frame.day,
        plan_due_at=page.frame.deadlines.plan_due_at,
        report_due_at=page.frame.deadlines.report_due_at,
        version=0,
    )
    report.is_extra = not fact.is_worked
    return report


def _stamp_plan(page: _Page, report: DailyReport) -> None:
    """The first plan counts for the deadline; where no work was expected none was asked for."""
    if report.planned_at is None:
        report.planned_at = page.now
        report.is_plan_late = not report.is_extra and page.now > report.plan_due_at


def _stamp_report(page: _Page, report: DailyReport) -> None:
    """The first report counts for the deadline; the review begins anew with each one that was not waiting."""
    if report.reported_at is None:
        report.reported_at = page.now
        report.is_report_late = not report.is_extra and page.now > report.report_due_at
    if report.status != ReportStatus.REPORTED:
        dates = review_dates(page.frame.today, terms=page.frame.terms, holidays=_holidays_from(page.frame))
        report.review_due_on, report.escalate_on = dates
        report.escalated_at = report.reviewed_by = report.reviewed_at = None
        report.status = ReportStatus.REPORTED


def _holidays_from(frame: DayFrame) -> dict[date, str]:
    """Days off around today, which a late report leaves the day itself far behind."""
    return frame.holidays | holidays_between(frame.today, frame.today + 2 * LOOK_AROUND)


def _save(page: _Page, report: DailyReport, written: Sequence[LineInput], note: str) -> None:
    if len(note.strip()) > NOTE_LENGTH:
        raise ValidationError({"note": _("At most %(count)d characters.") % {"count": NOTE_LENGTH}})
    report.note = note.strip()
    report.version += 1
    report.save()
    given = {line.client_id for line in written}
    gone = [line.pk for key, line in page.lines.items() if key not in given]
    if gone:
        ReportLine.objects.filter(pk__in=gone).delete()
    made, changed = [], []
    for position, line in enumerate(written):
        row = page.lines.get(line.client_id)
        values = {**{name: getattr(line, name) for name in LINE_FIELDS[:-1]}, "position": position}
        if row is None:
            carried_from = line.carried_from_id
            made.append(ReportLine(report=report, client_id=line.client_id, carried_from_id=carried_from, **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            changed.append(row)
    ReportLine.objects.bulk_create(made)
    ReportLine.objects.bulk_update(changed, [name.removesuffix("_id") for name in LINE_FIELDS])
