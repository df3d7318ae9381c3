"""The year in short on a person's page: the figures of the page of the year, for who leads the person and HR."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.board import rows_of
from attendance.models import AttendanceTerms, LadderStep, ThresholdFlag
from attendance.year_figures import year_figures
from attendance.year_short import YearShort, year_in_short, year_short_of
from organization.models import Employee
from tests.attendance.days_kit import missed, work_day
from tests.organization.cast import Cast, make_cast
from tests.world import SINCE


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def short(employee: Employee) -> YearShort:
    today = timezone.localdate()
    rows = rows_of([employee.pk], today, today, year=year_in_short(employee, today))[employee.pk]
    return year_short_of(rows[today]["year"], employee, today)


def some_days(employee: Employee) -> None:
    today = timezone.localdate()
    work_day(employee, today, late_min=200, early_min=0, short_min=200)
    work_day(employee, today - timedelta(days=1), late_min=240, early_min=20, short_min=250)
    missed(employee, today - timedelta(days=2))
    work_day(employee, today.replace(month=1, day=1) - timedelta(days=1), late_min=99, early_min=99, short_min=99)


def test_the_figures_are_those_of_the_page_of_the_year(cast: Cast) -> None:
    employee = cast.employees["emp"]
    some_days(employee)
    found, whole = short(employee), year_figures(employee, timezone.localdate().year, on=timezone.localdate())

    assert (found.late_min, found.early_min, found.short_min) == (440, 20, 900)
    assert (found.days, found.rest, found.following) == (whole.days, whole.rest, whole.following)
    assert (found.absent_days, found.days, found.rest) == (1, 2, 10)


def test_terms_and_steps_of_the_agency_hold(cast: Cast) -> None:
    employee = cast.employees["emp"]
    some_days(employee)
    AttendanceTerms.objects.all().delete()
    AttendanceTerms.objects.create(valid_from=SINCE, decree_no="1", minutes_per_day=400)
    LadderStep.objects.create(days=5, label="Teguran", valid_from=SINCE)
    Employee.objects.filter(pk=employee.pk).update(kind="pppk")
    employee.refresh_from_db()
    found = short(employee)

    assert (found.days, found.rest) == (2, 60)
    assert found.following
    assert (found.following.days, found.following.label) == (5, "Teguran")


def test_nothing_on_record_is_zero(cast: Cast) -> None:
    work_day(cast.employees["emp"], timezone.localdate(), late_min=0, early_min=0, short_min=0)
    found = short(cast.employees["emp"])
    assert (found.late_min, found.days, found.steps) == (0, 0, ())


@pytest.mark.parametrize(("name", "sees"), [("head", True), ("hr", True), ("audit", False)])
def test_who_reads_it(client: Client, cast: Cast, name: str, sees: bool) -> None:
    employee = cast.employees["emp"]
    some_days(employee)
    now = timezone.now()
    for days, label, lifted in ((3, "Teguran lisan", None), (4, "Teguran tertulis", now)):
        ThresholdFlag.objects.create(
            employee=employee, year=timezone.localdate().year, days=days, label=label, raised_at=now, lifted_at=lifted
        )
    client.force_login(cast.users[name])
    answer = client.get(reverse("organization:person", args=[employee.pk]))
    page = answer.content.decode()

    assert answer.status_code == 200
    assert ('id="year-panel"' in page) == sees
    assert ("Teguran lisan" in page) == sees
    assert "Teguran tertulis" not in page
