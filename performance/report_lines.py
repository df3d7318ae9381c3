"""What somebody writes on a line of a day, and what of it can stand: plain checks before anything is saved."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from organization.models import Employee
from performance.enums import LineStatus
from performance.models import DailyReport, Output, ReportLine, WorkResult

MOST_LINES = 40
PLAN_LENGTH, DONE_LENGTH, NOTE_LENGTH = 500, 1000, 2000
MOST_AMOUNT = Decimal(10) ** 8
# What was left open longer ago is no longer offered (DESIGN).
OFFERED_FOR = timedelta(days=14)
MOST_OFFERED = 10
UNFINISHED = (LineStatus.OPEN, LineStatus.PARTLY)


@dataclass(frozen=True)
class LineInput:
    """A line as it was typed; `client_id` names it, so that the same line sent twice is one.

    `amount`: units of the output's measure delivered on the day. `carried_from_id`: the unfinished line it continues.
    """

    client_id: uuid.UUID = field(default_factory=uuid.uuid4)
    plan: str = ""
    done: str = ""
    status: str = LineStatus.OPEN
    output_id: int | None = None
    work_result_id: int | None = None
    amount: Decimal | None = None
    carried_from_id: int | None = None


def outputs_for(employee: Employee, day: date) -> QuerySet[Output]:
    """Outputs that work of the day can serve: promised by then, and running, undelivered or due later."""
    running = Q(contract__valid_to__gte=day) | Q(due_on__gte=day) | Q(delivered__lt=F("target"))
    return (
        Output.objects.due()
        .filter(running, contract__employee=employee, contract__valid_from__lte=day)
        .order_by("due_on", "pk")
    )


def work_results_for(employee: Employee, day: date) -> QuerySet[WorkResult]:
    """Results of the employee's plan whose period holds the day."""
    rows = WorkResult.objects.filter(employee=employee, withdrawn_at__isnull=True)
    return rows.filter(starts_on__lte=day, ends_on__gte=day).order_by("number", "pk")


def unfinished_before(employee: Employee, day: date) -> list[ReportLine]:
    """Lines of the last two weeks before the day that are not done and not taken over yet; the newest first."""
    rows = ReportLine.objects.filter(
        report__employee=employee,
        report__day__lt=day,
        report__day__gte=day - OFFERED_FOR,
        status__in=UNFINISHED,
        carried_to__isnull=True,
    )
    return list(
        rows.select_related("report", "output", "work_result").order_by("-report__day", "position")[:MOST_OFFERED]
    )


def routine_before(employee: Employee, day: date) -> DailyReport | None:
    """The last earlier day with lines, which one tap copies."""
    rows = DailyReport.objects.filter(employee=employee, day__lt=day, lines__isnull=False)
    return rows.order_by("-day").distinct().first()


def carried(lines: Iterable[ReportLine]) -> list[LineInput]:
    """New lines that continue unfinished ones."""
    return [
        LineInput(
            plan=line.plan or line.done[:PLAN_LENGTH],
            output_id=line.output_id,
            work_result_id=line.work_result_id,
            carried_from_id=line.pk,
        )
        for line in lines
    ]


def check_lines(
    employee: Employee, day: date, lines: Sequence[LineInput], existing: Iterable[ReportLine]
) -> list[LineInput]:
    """The lines that say something, trimmed. Raises ValidationError (`lines`) with every problem, named by its line."""
    known = {line.client_id: (line.output_id, line.work_result_id) for line in existing}
    written = [_trimmed(line) for line in lines if line.plan.strip() or line.done.strip()]
    problems: list[str] = []
    if len(written) > MOST_LINES:
        problems.append(_("At most %(count)d lines a day.") % {"count": MOST_LINES})
    outputs = set(outputs_for(employee, day).values_list("pk", flat=True))
    results = set(work_results_for(employee, day).values_list("pk", flat=True))
    earlier = _carriable(employee, day, {line.carried_from_id for line in written if line.carried_from_id})
    for number, line in enumerate(written, start=1):
        stays = known.get(line.client_id) == (line.output_id, line.work_result_id)
        found = _problem(line) or ("" if stays else _serves_nothing(line, outputs, results))
        if not found and line.carried_from_id and line.carried_from_id not in earlier:
            found = _("it continues a line that is not yours or not of an earlier day.")
        if found:
            problems.append(_("Line %(number)d: %(problem)s") % {"number": number, "problem": found})
    if len({line.client_id for line in written}) < len(written):
        problems.append(_("Two lines carry the same mark; load the page again."))
    if problems:
        raise ValidationError({"lines": problems})
    return written


def _problem(line: LineInput) -> str:
    if len(line.plan) > PLAN_LENGTH or len(line.done) > DONE_LENGTH:
        return _("it is too long.")
    if line.status not in LineStatus.values:
        return _("choose how far it is.")
    if line.output_id and line.work_result_id:
        return _("choose an output or a work result, not both.")
    if line.amount is not None and not 0 <= line.amount < MOST_AMOUNT:
        return _("the amount cannot be below zero or so large.")
    if line.amount is not None and not line.output_id:
        return _("an amount belongs to an output: choose which.")
    return ""


def _serves_nothing(line: LineInput, outputs: set[int], results: set[int]) -> str:
    if line.output_id and line.output_id not in outputs:
        return _("this output is not promised by you for that day.")
    if line.work_result_id and line.work_result_id not in results:
        return _("this work result is not in your plan for that day.")
    return ""


def _carriable(employee: Employee, day: date, ids: set[int]) -> set[int]:
    if not ids:
        return set()
    rows = ReportLine.objects.filter(pk__in=ids, report__employee=employee, report__day__lt=day)
    return set(rows.values_list("pk", flat=True))


def _trimmed(line: LineInput) -> LineInput:
    return LineInput(
        client_id=line.client_id,
        plan=line.plan.strip(),
        done=line.done.strip(),
        status=line.status,
        output_id=line.output_id,
        work_result_id=line.work_result_id,
        amount=line.amount,
        carried_from_id=line.carried_from_id,
    )
