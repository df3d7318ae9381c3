"""What performance is told about a day, read off the work days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.models import Assignment, AssignmentDay
from organization.models import Holiday
from performance.day_facts import DayKind, day_facts
from tests.attendance.board_kit import work_day
from tests.world import make_world

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("whereabouts", "values", "kind"),
    [
        ("office", {}, DayKind.WORK),
        ("shift", {"source": "roster"}, DayKind.WORK),
        ("home", {"source": "arrangement"}, DayKind.FLEXIBLE),
        ("other_office", {"source": "arrangement"}, DayKind.FLEXIBLE),
        ("field", {"source": "arrangement"}, DayKind.FLEXIBLE),
        ("leave", {"source": "leave"}, DayKind.ABSENT),
        ("sick", {"source": "sick"}, DayKind.ABSENT),
        ("travel", {"source": "travel"}, DayKind.ABSENT),
        ("off", {"source": "holiday"}, DayKind.HOLIDAY),
        ("off", {"source": "joint_leave"}, DayKind.HOLIDAY),
        ("off", {"source": "roster"}, DayKind.OFF),
        ("home", {"source": "arrangement", "absence": "leave", "absence_part": "first"}, DayKind.FLEXIBLE),
    ],
)
def test_a_work_day_says_what_kind_it_is(whereabouts: str, values: dict[str, str], kind: DayKind) -> None:
    employee = make_world().employees["emp"]
    work_day(employee, MONDAY, whereabouts, **values)
    fact = day_facts([employee.pk], MONDAY, MONDAY)[employee.pk, MONDAY]
    assert fact.kind == kind
    assert fact.words


def test_flexible_hours_in_the_office_are_a_flexible_day() -> None:
    world = make_world()
    employee = world.employees["emp"]
    work_day(employee, MONDAY)
    work_day(employee, MONDAY + timedelta(days=1))
    assignment = Assignment.objects.create(
        employee=employee,
        unit=world.law,
        reference="FW-1",
        kind="dynamic",
        status="in_force",
        valid_from=MONDAY,
        valid_to=MONDAY,
        granted_at=timezone.now(),
    )
    AssignmentDay.objects.create(
        unit=world.law, assignment=assignment, employee=employee, day=MONDAY, facet="time", status="in_force"
    )
    facts = day_facts([employee.pk], MONDAY, MONDAY + timedelta(days=1))
    assert [fact.kind for fact in facts.values()] == [DayKind.FLEXIBLE, DayKind.WORK]


def test_a_day_that_is_not_built_is_read_off_the_calendar() -> None:
    employee = make_world().employees["emp"]
    Holiday.objects.create(day=MONDAY, name="Hari Uji", kind="national")
    facts = day_facts([employee.pk], MONDAY - timedelta(days=1), MONDAY + timedelta(days=1))
    assert [fact.kind for fact in facts.values()] == [DayKind.OFF, DayKind.HOLIDAY, DayKind.WORK]
    assert facts[employee.pk, MONDAY].words == "Hari Uji"


def test_the_number_of_queries_does_not_grow() -> None:
    people = list(make_world().employees.values())
    counts = []
    for some in (people[:1], people[:3], people):
        for employee in some:
            if not employee.work_days.exists():
                work_day(employee, MONDAY)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            day_facts([one.pk for one in some], MONDAY, MONDAY + timedelta(days=30))
        counts.append(len(caught))
    assert counts == [3, 3, 3]
