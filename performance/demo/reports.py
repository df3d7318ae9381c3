"""Plans and reports of the demo: two weeks of one supervisor's team, accepted, returned, waiting and planned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from organization.leading import led_by
from organization.models import Employee, User
from organization.selectors import holidays_between
from performance.day_facts import day_facts
from performance.deadlines import LOOK_AROUND, deadlines_of, review_dates
from performance.enums import LineStatus, ReportStatus
from performance.models import DailyReport, Output, ReportLine
from performance.services.deliveries import recount
from performance.terms import performance_terms_on

LOOK_BACK = timedelta(days=14)
TEAM = 12
BATCH = 1000
WAITING_DAYS = 2
TASKS = (
    "Menyusun telaahan staf atas usulan perangkat daerah",
    "Memeriksa naskah rancangan keputusan wali kota",
    "Menyiapkan bahan rapat koordinasi dan notulanya",
    "Menelaah perjanjian kerja sama daerah",
    "Menjawab permohonan pendapat hukum dari dinas",
    "Memutakhirkan daftar produk hukum di JDIH",
)
NOTE = "Menunggu data dari dinas; sudah dihubungi dua kali."


@dataclass(frozen=True)
class _Calendar:
    """What all rows share."""

    as_of: date
    zone: str
    holidays: dict[date, str]
    reviewer: User

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(self.zone))


def save_reports(*, as_of: date, zone: str, supervisor: User, employee: User) -> None:
    """Call it when the days are built. The employee's own day was returned once and waits once; today is planned."""
    first = as_of - LOOK_BACK
    holidays = holidays_between(first - LOOK_AROUND, as_of + LOOK_AROUND)
    calendar = _Calendar(as_of, zone, holidays, supervisor)
    own = Employee.objects.get(user=employee)
    team = [own, *led_by(supervisor, with_hr=False).exclude(pk=own.pk).order_by("pk")[: TEAM - 1]]
    facts = day_facts([person.pk for person in team], first, as_of)
    outputs = _outputs([person.pk for person in team], as_of)
    reports: list[DailyReport] = []
    lines: list[ReportLine] = []
    for number, person in enumerate(team):
        worked = [day for day in _days(first, as_of) if facts[person.pk, day].is_worked]
        for back, day in enumerate(reversed(worked)):
            report = _report(calendar, person, day, back=back, number=number, is_own=person.pk == own.pk)
            reports.append(report)
            lines += _lines(report, outputs.get(person.pk), seed=number + day.toordinal())
    DailyReport.objects.bulk_create(reports, batch_size=BATCH)
    ReportLine.objects.bulk_create(lines, batch_size=BATCH)
    recount([output.pk for output in outputs.values()])


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _outputs(ids: list[int], as_of: date) -> dict[int, Output]:
    """The next output of each that is still to come, and to which their lines add."""
    rows = Output.objects.due().filter(
        contract__employee__in=ids, contract__valid_from__lte=as_of - LOOK_BACK, due_on__gt=as_of
    )
    return {row.contract.employee_id: row for row in rows.select_related("contract").order_by("-due_on", "-pk")}


def _report(calendar: _Calendar, person: Employee, day: date, *, back: int, number: int, is_own: bool) -> DailyReport:
    """`back`: worked days since; every fifth plan is late, every seventh report too."""
    terms = performance_terms_on(day)
    due = deadlines_of(day, zone=calendar.zone, terms=terms, holidays=calendar.holidays)
    plan_late, late = (number + back) % 5 == 4, (number + back) % 7 == 6 and day < calendar.as_of
    planned_at = calendar.at(day, 7, 35) if plan_late else due.plan_due_at.replace(hour=15, minute=40, second=0)
    report = DailyReport(
        employee=person,
        day=day,
        plan_due_at=due.plan_due_at,
        planned_at=planned_at,
        is_plan_late=planned_at > due.plan_due_at,
        report_due_at=due.report_due_at,
    )
    if day == calendar.as_of:
        return report
    came_in = day + timedelta(days=1) if late else day
    report.reported_at = calendar.at(came_in, 8, 10) if late else calendar.at(day, 16, 5)
    report.is_report_late = report.reported_at > due.report_due_at
    report.review_due_on, report.escalate_on = review_dates(came_in, terms=terms, holidays=calendar.holidays)
    report.status = ReportStatus.REPORTED
    if is_own and back == WAITING_DAYS:
        report.status, report.note = ReportStatus.RETURNED, NOTE
    elif back > WAITING_DAYS:
        report.status = ReportStatus.ACCEPTED
    if report.status != ReportStatus.REPORTED:
        report.reviewed_by, report.reviewed_at = calendar.reviewer, calendar.at(calendar.as_of, 8)
        report.reviewed_at = min(report.reviewed_at, calendar.at(came_in + timedelta(days=1), 9, 15))
    report.version = 2
    return report


def _lines(report: DailyReport, output: Output | None, *, seed: int) -> Iterator[ReportLine]:
    """Two lines a day; the first serves the promised output, the second is left open now and then."""
    is_done = report.status != ReportStatus.PLANNED
    first, second = TASKS[seed % len(TASKS)], TASKS[(seed + 2) % len(TASKS)]
    serves = output if output is not None and output.contract.valid_from <= report.day else None
    yield ReportLine(
        report=report,
        position=0,
        plan=first,
        done=f"{first}, selesai dan diserahkan" if is_done else "",
        status=LineStatus.DONE if is_done else LineStatus.OPEN,
        output=serves,
        amount=_amount(serves, seed) if is_done else None,
    )
    partly = seed % 4 == 0
    yield ReportLine(
        report=report,
        position=1,
        plan=second,
        done=("Setengah jalan, dilanjutkan besok" if partly else second) if is_done else "",
        status=(LineStatus.PARTLY if partly else LineStatus.DONE) if is_done else LineStatus.OPEN,
    )


def _amount(output: Output | None, seed: int) -> Decimal | None:
    """A little on every sixth day, so that the target is not reached before it is due."""
    return Decimal("0.25") if output is not None and seed % 6 == 0 else None
