"""Work days follow the facts: what changes is noted with the change, and built by the worker, and nothing else is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from attendance.enums import Facet
from attendance.models import StaleDay, WorkDay
from attendance.services import (
    AssignmentSpec,
    DaySpec,
    end_assignment,
    grant_assignment,
    grant_assignments,
    hold_assignment,
    resume_assignment,
    suspend_assignment,
)
from attendance.services import workdays as services
from attendance.services.workdays import build_workdays, drain_all, horizon, keep_built, mark_all_stale, mark_stale
from organization import outbox
from organization.models import Employee, Holiday, OutboxMessage, Placement, Position, Unit
from organization.services import calendar, national_periods, people, unit_admin
from organization.services.national_periods import PeriodData
from organization.services.people import PlacementData
from tests.world import make_world

pytestmark = pytest.mark.django_db
ONE = timedelta(days=1)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def monday() -> date:
    today = timezone.localdate()
    return today + timedelta(days=14 - today.weekday())


def work_through() -> None:
    """Deliver what waits in the outbox for days, then build what is stale."""
    for pk in OutboxMessage.objects.filter(topic=services.TOPIC, done_at=None).values_list("pk", flat=True):
        assert outbox.deliver(pk)
    drain_all()
    assert not StaleDay.objects.exists()


def built(start: date, end: date) -> None:
    build_workdays(start=start - ONE, end=end)
    StaleDay.objects.all().delete()
    OutboxMessage.objects.filter(topic=services.TOPIC).delete()


def whereabouts(employee: Employee, start: date, days: int = 5) -> list[str]:
    rows = WorkDay.objects.filter(employee=employee).between(start, start + (days - 1) * ONE).order_by("day")
    return list(rows.values_list("whereabouts", flat=True))


def written_since(moment: datetime) -> set[tuple[str, date]]:
    return set(WorkDay.objects.filter(built_at__gte=moment).values_list("employee__name", "day"))


def home(world, monday: date) -> tuple[AssignmentSpec, list[DaySpec]]:
    employee = world.employees["emp"]
    spec = AssignmentSpec(
        employee_id=employee.pk, unit_id=world.law.pk, reference="r1", kind="location", valid_from=monday,
        valid_to=monday + 4 * ONE, place_kind="home",
    )  # fmt: skip
    days = [DaySpec(monday + n * ONE, Facet.LOCATION, world.law.pk, True, True) for n in (1, 3)]
    return spec, days


def test_an_approved_arrangement_changes_the_schedule_by_itself(world, monday):
    employee = world.employees["emp"]
    built(monday, monday + 6 * ONE)
    spec, days = home(world, monday)
    assignment = hold_assignment(spec=spec, days=days)
    work_through()
    assert whereabouts(employee, monday) == ["office"] * 5  # only held
    moment = timezone.now()
    grant_assignment(assignment=assignment, at=moment, first_day=monday)
    work_through()
    assert whereabouts(employee, monday) == ["office", "home", "office", "home", "office"]
    assert written_since(moment) == {("emp", monday + ONE), ("emp", monday + 3 * ONE)}
    suspend_assignment(assignment=assignment, first=monday, last=monday + 2 * ONE)
    work_through()
    assert whereabouts(employee, monday) == ["office", "office", "office", "home", "office"]
    resume_assignment(assignment=assignment, first=monday, days=days[:1])
    work_through()
    assert whereabouts(employee, monday) == ["office", "home", "office", "home", "office"]
    end_assignment(assignment=assignment, ended_on=monday + 2 * ONE, reason="x")
    work_through()
    assert whereabouts(employee, monday) == ["office", "home", "office", "office", "office"]


def test_a_group_decree_changes_schedules_in_one_go(world, monday):
    built(monday, monday + 6 * ONE)
    grant_assignments([home(world, monday)], at=timezone.now())
    work_through()
    assert whereabouts(world.employees["emp"], monday) == ["office", "home", "office", "home", "office"]


def test_a_holiday_comes_moves_and_goes(world, monday):
    employee, hr = world.employees["emp"], world.users["hr"]
    Holiday.objects.all().delete()
    built(monday, monday + 6 * ONE)
    values = {"name": "Libur", "kind": "public", "source": "SKB", "is_estimate": False}
    moment = timezone.now()
    row = calendar.save_holiday(by=hr, holiday_id=None, day=monday, **values)
    work_through()
    assert whereabouts(employee, monday) == ["off", "office", "office", "office", "office"]
    assert {day for _name, day in written_since(moment)} == {monday}
    calendar.save_holiday(by=hr, holiday_id=row.pk, day=monday + ONE, **values)
    work_through()
    assert whereabouts(employee, monday) == ["office", "off", "office", "office", "office"]
    calendar.delete_holiday(by=hr, holiday_id=row.pk)
    work_through()
    assert whereabouts(employee, monday) == ["office"] * 5


def test_ramadan_shortens_the_days_it_covers(world, monday):
    Holiday.objects.all().delete()
    built(monday, monday + 6 * ONE)
    period = calendar.save_ramadan(
        by=world.users["hr"], period_id=None, year_hijri=1500, valid_from=monday, valid_to=monday + ONE, source="x"
    )
    work_through()
    minutes = WorkDay.objects.filter(employee=world.employees["emp"], day__range=(monday, monday + 4 * ONE)).order_by(
        "day"
    )
    assert list(minutes.values_list("expected_min", flat=True)) == [390, 390, 450, 450, 450]
    calendar.delete_ramadan(by=world.users["hr"], period_id=period.pk)
    work_through()
    assert list(minutes.values_list("expected_min", flat=True)) == [450] * 5


def test_an_emergency_sends_a_unit_home_and_ends(world, monday):
    Holiday.objects.all().delete()
    built(monday, monday + 6 * ONE)
    data = PeriodData(
        kind="emergency", name="Banjir", reason="Banjir", valid_from=monday, valid_to=monday + 3 * ONE, share_pct=100,
        units=(world.law,),
    )  # fmt: skip
    period = national_periods.enter_period(by=world.users["hr"], data=data)
    work_through()
    assert whereabouts(world.employees["emp"], monday) == ["home"] * 4 + ["office"]
    national_periods.end_period(by=world.users["hr"], period_id=period.pk, last_day=monday, reason="Surut")
    work_through()
    assert whereabouts(world.employees["emp"], monday) == ["office"] * 5


def test_a_move_to_another_zone_changes_the_hours_from_that_day(world, monday):
    hr, employee = world.users["hr"], world.employees["emp"]
    built(monday, monday + 6 * ONE)
    root = Unit.objects.get(code="R")
    data = unit_admin.UnitData(
        name="Jakarta", parent=root, zone="Asia/Jakarta", is_direct_service=False, is_24x7=False, quota_pct=None,
        site=None,
    )  # fmt: skip
    office = unit_admin.create_unit(by=hr, code="J", data=data, valid_from=date(2020, 1, 1))
    people.place_employee(
        by=hr, employee_id=employee.pk,
        data=PlacementData(
            unit=office, position=Position.objects.get(), supervisor=None, site=None, entry_reason="transfer",
            is_head=False, service_body="agency", valid_from=monday + 2 * ONE,
        ),
    )  # fmt: skip
    work_through()
    rows = WorkDay.objects.filter(employee=employee).between(monday, monday + 4 * ONE).order_by("day")
    assert [row.zone for row in rows] == ["Asia/Makassar"] * 2 + ["Asia/Jakarta"] * 3
    assert [row.first_start.hour for row in rows] == [23, 23, 0, 0, 0]  # 07.30 WITA, 07.30 WIB
    unit_admin.change_unit(
        by=hr, unit_id=office.pk, data=unit_admin.UnitData(**{**data.__dict__, "zone": "Asia/Jayapura"}),
        valid_from=monday + 4 * ONE,
    )  # fmt: skip
    work_through()
    assert [row.zone for row in rows.all()] == ["Asia/Makassar"] * 2 + ["Asia/Jakarta"] * 2 + ["Asia/Jayapura"]


def test_a_departure_takes_the_days_away(world, monday):
    built(monday, monday + 6 * ONE)
    people.record_departure(by=world.users["hr"], employee_id=world.employees["emp"].pk, left_on=monday)
    work_through()
    assert WorkDay.objects.filter(employee=world.employees["emp"], day__gte=monday).count() == 1


def test_days_before_anything_was_built_stay_without_rows(world):
    """A file of people reaches back years; nobody becomes absent for the time before the system was there."""
    employee = world.employees["emp"]
    Placement.objects.filter(employee=employee).update(valid_from=date(2019, 1, 1))
    people.days_changed(start=date(2019, 1, 1), end=None, employee_ids=[employee.pk], key="x")
    work_through()
    assert WorkDay.objects.earliest("day").day == timezone.localdate()
    assert WorkDay.objects.latest("day").day == horizon()[1]


def test_days_outside_the_horizon_are_not_marked(world):
    first, last = horizon()
    pk = world.employees["emp"].pk
    assert mark_stale(employee_ids=[pk], start=last + 2 * ONE, end=None) == 0
    assert mark_stale(employee_ids=[pk], start=first - 9 * ONE, end=first - 2 * ONE) == 0
    assert mark_stale(employee_ids=[], start=first, end=last) == 0
    mark_all_stale(start=last + 2 * ONE, end=None, key="x")
    assert not OutboxMessage.objects.filter(topic=services.TOPIC).exists()
    assert mark_stale(employee_ids=[pk, pk], start=first, end=None) == 1
    row = StaleDay.objects.get()
    assert (row.first, row.last) == (first, last)


def test_the_same_change_twice_is_two_messages(world, monday):
    """A message that is done must not swallow the next change of the same thing."""
    mark_all_stale(start=monday, end=monday, key="terms")
    work_through()
    mark_all_stale(start=monday, end=monday, key="terms")
    assert OutboxMessage.objects.filter(topic=services.TOPIC).count() == 2


def test_time_itself_builds_days_and_judges_them(world):
    today = timezone.localdate()
    assert keep_built() == 5 * 93  # today and the quarter ahead
    assert keep_built() == 0
    assert WorkDay.objects.filter(day=today + 92 * ONE).count() == 5
    later = today + 3 * ONE
    assert keep_built(on=later) >= 15
    assert WorkDay.objects.latest("day").day == later + 92 * ONE


def test_the_command_builds_a_unit_and_refuses_nonsense(world):
    out = StringIO()
    call_command("build_workdays", "--from", "2026-03-02", "--to", "2026-03-06", "--unit", "H", stdout=out)
    assert "25 days added, 0 changed, 0 removed" in out.getvalue()
    for words in (
        ["--from", "2026-03-06", "--to", "2026-03-02"],
        ["--from", "2026-03-02", "--to", "2026-03-02", "--unit", "?"],
    ):
        with pytest.raises(CommandError):
            call_command("build_workdays", *words)


@pytest.mark.parametrize("people", [1, 3])
def test_a_drain_is_a_fixed_number_of_questions(world, monday, people, django_assert_num_queries):
    ids = list(Employee.objects.values_list("pk", flat=True)[:people])
    mark_stale(employee_ids=ids, start=monday, end=monday + 30 * ONE)
    with django_assert_num_queries(9):
        assert services.drain_stale() == people
