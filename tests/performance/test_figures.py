"""Work figures against a hand count, who may look, and pages that ask as often for one as for many."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from organization.models import Employee
from performance.figures import by_month, by_person, period_back
from performance.models import DailyReport, ReportLine
from performance.services.contracts import OutputSpec, create_output_contract
from tests.world import make_world

pytestmark = pytest.mark.django_db


def outputs(employee: Employee, *fates: tuple[date, int | None]) -> None:
    """One output per (due day, days after it when delivered)."""
    contract = create_output_contract(
        employee_id=employee.pk, reference=f"FW-{employee.pk}", valid_from=fates[0][0], valid_to=fates[-1][0],
        outputs=[OutputSpec("Kajian", "dokumen", Decimal(1), due) for due, _days in fates],
    )  # fmt: skip
    for output, (due, days) in zip(contract.outputs.order_by("pk"), fates, strict=True):
        if days is not None:
            output.delivered, output.delivered_on = Decimal(1), due + timedelta(days=days)
            output.save()


def report(employee: Employee, day: date, status: str = "accepted", *, late: bool = False, done: int = 1) -> None:
    now = timezone.now()
    made = DailyReport.objects.create(
        employee=employee, day=day, status=status, plan_due_at=now, planned_at=now, report_due_at=now,
        reported_at=None if status == "planned" else now, is_report_late=late,
        review_due_on=None if status == "planned" else day,
        reviewed_at=now if status in ("accepted", "returned") else None,
        reviewed_by=employee.user if status in ("accepted", "returned") else None,
    )  # fmt: skip
    for number in range(3):
        ReportLine.objects.create(report=made, plan=f"Baris {number}", status="done" if number < done else "open")


def test_figures_by_month_equal_a_count_by_hand() -> None:
    employee = make_world().employees["emp"]
    outputs(
        employee,
        (date(2026, 8, 3), 0), (date(2026, 8, 20), 4), (date(2026, 8, 31), None), (date(2026, 10, 1), -1),
        (date(2026, 10, 9), 0),
    )  # fmt: skip
    report(employee, date(2026, 8, 4))
    report(employee, date(2026, 8, 5), late=True, done=2)
    report(employee, date(2026, 9, 1), "planned", done=0)
    figures = by_month([employee.pk], date(2026, 8, 1), date(2026, 10, 8))
    seen = [
        (f"{one.start:%m}", one.due, one.on_time, one.late, one.missing, one.reports, one.reports_late, one.planned,
         one.done)
        for one in figures.months
    ]  # fmt: skip
    assert seen == [
        ("08", 3, 1, 1, 1, 2, 1, 6, 3),
        ("09", 0, 0, 0, 0, 0, 0, 3, 0),
        ("10", 1, 1, 0, 0, 0, 0, 0, 0),
    ]
    assert (figures.due, figures.on_time, figures.on_time_pct, figures.reports) == (4, 2, 50, 2)
    assert figures.months[1].on_time_pct is None


def test_sums_of_people_and_those_without_any() -> None:
    world = make_world()
    emp, col = world.employees["emp"], world.employees["col1"]
    outputs(emp, (date(2026, 8, 3), 0), (date(2026, 8, 20), 4))
    report(emp, date(2026, 8, 4))
    report(emp, date(2026, 8, 5), "returned", late=True)
    sums = by_person([emp.pk, col.pk], date(2026, 8, 1), date(2026, 8, 31))
    one = sums[emp.pk]
    assert (one.due, one.on_time, one.late, one.on_time_pct) == (2, 1, 1, 50)
    assert (one.reports, one.reports_late, one.accepted, one.returned) == (2, 1, 1, 1)
    assert (sums[col.pk].due, sums[col.pk].reports, sums[col.pk].on_time_pct) == (0, 0, None)


def test_a_period_back_begins_with_a_month() -> None:
    assert period_back(6, date(2026, 1, 15)) == (date(2025, 8, 1), date(2026, 1, 15))


def test_pages_show_the_figures_and_colleagues_see_none(client: Client) -> None:
    world = make_world()
    emp = world.employees["emp"]
    outputs(emp, (timezone.localdate() - timedelta(days=2), 0))
    one = reverse("performance:figures_person", args=[emp.pk])
    for user in ("emp", "sup", "head", "hr"):
        client.force_login(world.users[user])
        page = client.get(one)
        assert page.status_code == 200
        assert page.content.decode().count("<svg") >= 3
    client.force_login(world.users["col1"])
    assert client.get(one).status_code == 404
    assert client.get(reverse("performance:figures_team")).status_code == 403
    assert client.get(reverse("performance:figures"), {"months": "²"}).status_code == 200
    client.force_login(world.users["sup"])
    assert emp.name in client.get(reverse("performance:figures_team"), {"months": "3"}).content.decode()


def test_the_number_of_queries_does_not_grow(client: Client) -> None:
    world = make_world()
    today = timezone.localdate()
    client.force_login(world.users["head"])
    counts = []
    people = list(world.employees.values())
    for number, some in enumerate((people[:1], people[1:3], people[3:])):
        for one in some:
            outputs(one, (today - timedelta(days=1 + number), 0))
            report(one, today - timedelta(days=1 + number))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("performance:figures_team")).status_code == 200
        counts.append(len(caught))
    assert len(set(counts)) == 1
    assert counts[0] <= 15
