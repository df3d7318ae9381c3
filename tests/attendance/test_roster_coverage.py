"""Published rosters in coverage: days off are not on site, shifts go before arrangements, and meet their needs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from attendance.models import Absence, Assignment, AssignmentDay
from attendance.selectors import unit_loads
from attendance.shift_loads import shift_loads
from fwa.calendar import why
from fwa.capacity_reads import AWAY, OFF_DUTY, ON_SITE, people_on, unit_capacity
from fwa.day_checks import check_days
from fwa.facts import gather
from fwa.group_facts import gather_group
from organization.models import Position, StaffingMinimum, UnitVersion
from tests.attendance.rosters_kit import make_roster, make_shifts, need
from tests.world import SINCE, draft, make_world, next_monday

pytestmark = pytest.mark.django_db
MONDAY = next_monday()
HERE = ("location",)


@pytest.fixture
def world():
    made = make_world()
    UnitVersion.objects.filter(unit=made.law).update(is_24x7=True)
    return made


@pytest.fixture
def shifts(world):
    return make_shifts(world.law)


def send_away(world, name, *days):
    employee = world.employees[name]
    row = Assignment.objects.create(
        employee=employee, unit=world.law, reference=f"R-{name}", kind="location", place_kind="home", status="in_force",
        granted_at=timezone.now(), valid_from=min(days), valid_to=max(days),
    )  # fmt: skip
    for day in days:
        AssignmentDay.objects.create(
            assignment=row, employee=employee, unit=world.law, day=day, facet="location", is_away=True
        )


def published(world, **cells):
    return make_roster(world.law, world.users["head"], MONDAY, {world.employees[n]: row for n, row in cells.items()})


def load(world, day=MONDAY):
    loads = unit_loads(paths=[world.law.path], groups=[], start=day, end=day, exclude_employee_id=0)
    return loads.on(world.law.path, day)


def test_off_by_the_roster_is_not_on_site_and_a_shift_goes_before_an_arrangement(world, shifts):
    send_away(world, "col1", MONDAY)
    send_away(world, "col2", MONDAY)
    assert (load(world).away, load(world).on_site) == (2, 3)

    published(world, col1=[shifts["M"]], col2=[None], emp=[None])

    found = load(world)
    assert (found.away, found.off, found.on_site) == (0, 2, 3)


def test_a_draft_counts_nowhere(world, shifts):
    make_roster(world.law, world.users["head"], MONDAY, {world.employees["col1"]: [None]}, published=False)
    assert load(world).on_site == 5


def test_half_a_day_of_absence_counts_and_two_halves_count_once(world):
    for part in ("first", "second"):
        Absence.objects.create(
            employee=world.employees["col1"], kind="leave", reference=part, part=part, valid_from=MONDAY,
            valid_to=MONDAY,
        )  # fmt: skip
        assert (load(world).absent, load(world).on_site) == (1, 4)


def test_the_page_of_a_day_and_its_figures_agree(world, shifts):
    send_away(world, "head", MONDAY)
    published(world, col1=[shifts["P"]], col2=[None])

    assert [(row.employee.name, row.presence) for row in people_on(world.law, MONDAY)] == [
        ("head", AWAY), ("col2", OFF_DUTY), ("col1", ON_SITE), ("emp", ON_SITE), ("sup", ON_SITE),
    ]  # fmt: skip
    (day,) = unit_capacity(world.law, MONDAY, MONDAY).days
    assert (day.away, day.off, day.on_site) == (1, 1, 3)


@pytest.mark.parametrize(("code", "words"), [("M", "M"), ("", "libur")])
def test_a_rostered_day_cannot_be_worked_elsewhere(world, shifts, code, words):
    published(world, emp=[shifts.get(code), None])
    found = gather(employee=world.employees["emp"], draft=draft(), today=MONDAY).facts

    (check,) = check_days([MONDAY], HERE, found)
    assert (check.problem, check.detail) == ("rostered", {"shift": code})
    assert words in why(check)
    assert check_days([MONDAY], ("time",), found)[0].problem == ""
    assert check_days([MONDAY + timedelta(days=2)], HERE, found)[0].problem == ""
    ids = [world.employees["emp"].pk]
    group = gather_group(employee_ids=ids, draft=draft(), today=MONDAY)
    assert check_days([MONDAY], HERE, group.facts[ids[0]])[0].problem == "rostered"


def test_a_roster_takes_the_last_one_a_minimum_can_spare(world, shifts):
    StaffingMinimum.objects.create(unit=world.law, count=4, valid_from=SINCE)
    before = gather(employee=world.employees["emp"], draft=draft(), today=MONDAY).facts
    assert check_days([MONDAY], HERE, before)[0].problem == ""

    published(world, col1=[None])

    after = gather(employee=world.employees["emp"], draft=draft(), today=MONDAY).facts
    assert check_days([MONDAY], HERE, after)[0].problem == "below_minimum"


def test_each_shift_has_its_people_against_its_need(world, shifts):
    doctor = Position.objects.create(code="D", name="Dokter", kind="fungsional", group="doctor")
    world.employees["col2"].placements.update(position=doctor)
    need(world.law, shifts["P"], 3)
    need(world.law, shifts["P"], 1, position_group="doctor")
    need(world.law, shifts["M"], 1, weekday=1)
    published(
        world, emp=[shifts["P"], None], col1=[shifts["P"], shifts["P"]], col2=[shifts["P"], shifts["S"]],
        sup=[None, shifts["M"]],
    )  # fmt: skip
    Absence.objects.create(
        employee=world.employees["col1"], kind="sick", reference="s", part="second", valid_from=MONDAY, valid_to=MONDAY
    )

    found = shift_loads(world.law.path, MONDAY, MONDAY + timedelta(days=1))

    def said(day):
        return [
            (row.code, row.on_shift, [(need.group, need.on_shift, need.minimum) for need in row.needs])
            for row in found[day]
        ]

    assert said(MONDAY) == [("P", 2, [("", 2, 3), ("doctor", 1, 1)]), ("M", 0, [("", 0, 1)])]
    assert said(MONDAY + timedelta(days=1)) == [
        ("P", 1, [("", 1, 3), ("doctor", 0, 1)]), ("S", 1, []), ("M", 1, []),
    ]  # fmt: skip
    assert [row.missing for row in found[MONDAY]] == [1, 1]


@pytest.mark.parametrize("people", [["emp"], ["emp", "col1", "col2", "sup", "head"]])
def test_three_queries_for_any_number_of_shifts_and_people(world, shifts, people, django_assert_num_queries):
    published(world, **{name: [shifts["P"], shifts["S"]] for name in people})
    for shift in list(shifts.values())[: len(people)]:
        need(world.law, shift, 1)
    with django_assert_num_queries(3):
        shift_loads(world.law.path, MONDAY, MONDAY + timedelta(days=30))
