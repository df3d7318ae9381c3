"""For any mix of sources the highest one is expected; building again, in parts, or later facts change nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.enums import SOURCE_ORDER, Source
from attendance.models import Absence, Correction, OutageWindow, PatternHours, UnitPattern, WorkDay, WorkPattern
from attendance.services.workdays import Built, build_workdays
from organization.models import Holiday, Placement, UnitVersion
from tests.attendance.reckoning import DAY, HOLIDAYS, MINUTE, Person, Shift, expected_of
from tests.attendance.workday_kit import ZONES, differences, make_stage, write

pytestmark = pytest.mark.django_db
START, END = date(2026, 3, 12), date(2026, 3, 26)  # Ramadan, holidays, joint leave and a weekend
AT = datetime(2026, 6, 1, tzinfo=ZoneInfo("UTC"))
DAYS = [START + n * DAY for n in range((END - START).days + 1)]
SHIFTS = [Shift("P", time(7), 420, 30), Shift("S", time(14), 420, 0), Shift("M", time(21), 600, 60)]
KINDS = ["leave", "sick", "travel", "training"]
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


class Undo(Exception):
    """Takes an example back, so that the next one begins with an empty database."""


def some(values):
    return st.dictionaries(st.sampled_from(DAYS), values, max_size=8)


@st.composite
def people(draw) -> Person:
    """Somebody with any mix of placements, absences, shifts, arrangements, periods, entries, outages, corrections."""
    halves = st.dictionaries(st.sampled_from(["first", "second"]), st.sampled_from(KINDS), min_size=1)
    zone, table = draw(st.sampled_from(ZONES)), draw(st.sampled_from(["five", "six"]))
    places = [(date(2020, 1, 1), None, zone, table)]
    if draw(st.booleans()):
        moves = draw(st.sampled_from(DAYS[1:]))
        places = [(date(2020, 1, 1), moves - DAY, zone, table), (moves, None, draw(st.sampled_from(ZONES)), table)]
    person = Person(
        places=places,
        absences=draw(some(halves)),
        places_granted=draw(some(st.sampled_from(["home", "field", "other"]))),
        hours_granted=draw(some(st.sampled_from(["dynamic", (time(10), time(18)), (time(20), time(4))]))),
        periods=draw(
            st.sets(st.sampled_from([day for day in DAYS if day.isoweekday() < 6 and day not in HOLIDAYS]), max_size=3)
        ),
    )
    if len(places) == 1 and draw(st.booleans()):
        person.roster = (START - DAY, END + DAY)
        person.shifts = draw(some(st.lists(st.sampled_from(SHIFTS), min_size=1, max_size=2, unique=True)))
    starts = st.datetimes(
        datetime.combine(START - DAY, time()),
        datetime.combine(END + 2 * DAY, time()),
        timezones=st.just(ZoneInfo("UTC")),
    )
    person.entries = draw(st.lists(st.tuples(st.sampled_from(["in", "out"]), starts), max_size=25))
    for day in draw(st.sets(st.sampled_from(DAYS), max_size=8)):
        expected = expected_of(person, day)
        for part in expected[1] if expected else []:
            late, early = draw(st.integers(-60, 120)), draw(st.integers(-120, 90))
            person.entries += [("in", part.start + late * MINUTE), ("out", part.end + early * MINUTE)]
    length = st.integers(5, 600)
    person.outages = [(start, start + n * MINUTE) for start, n in draw(st.lists(st.tuples(starts, length), max_size=3))]
    return person


def build(*, start=START, end=END, ids=None, at=AT) -> Built:
    return build_workdays(start=start, end=end, employee_ids=ids, at=at)


def rows(**conditions):
    return list(WorkDay.objects.filter(**conditions).order_by("employee", "day").values())


def undone(check):
    """Run one example and take it back."""
    try:
        with transaction.atomic():
            check()
            raise Undo
    except Undo:
        pass


@QUICK
@given(person=people())
def test_any_mix_equals_the_reckoning_and_stays(person):
    def check():
        employee = write(make_stage(), person)
        build()
        assert not differences(person, employee, DAYS)
        before = rows()
        assert build() == Built()
        assert rows() == before

    undone(check)


@QUICK
@given(person=people())
def test_the_highest_source_decides(person):
    """Whatever is there: the row names the highest of the sources that speak about the day."""

    def check():
        employee = write(make_stage(), person)
        build()
        for row in WorkDay.objects.filter(employee=employee):
            halves = person.absences.get(row.day, {})
            speaking = [Source.UNIT]
            speaking += [Source(kind) for kind in halves.values()] if len(halves) == 2 else []
            speaking += [Source.ROSTER] if person.roster else []
            speaking += [Source(HOLIDAYS[row.day])] if row.day in HOLIDAYS else []
            speaking += [Source.PERIOD] if row.day in person.periods else []
            speaking += [Source.ARRANGEMENT] if row.day in person.places_granted | person.hours_granted else []
            assert row.source == min(speaking, key=SOURCE_ORDER.__getitem__)

    undone(check)


@QUICK
@given(persons=st.lists(people(), min_size=2, max_size=3), data=st.data())
def test_a_part_equals_the_whole(persons, data):
    """One person's days, or some days, built alone are the rows that the build of everybody writes."""
    for person in persons[1:]:
        person.outages, person.periods = persons[0].outages, persons[0].periods

    def check():
        stage = make_stage()
        employees = [write(stage, person) for person in (persons[0], *(_without_shared(one) for one in persons[1:]))]
        build()
        kept = ("id", "built_at")
        whole = [{name: value for name, value in row.items() if name not in kept} for row in rows()]
        WorkDay.objects.all().delete()
        for employee in employees:
            cut = data.draw(st.sampled_from(DAYS))
            build(end=cut, ids=[employee.pk])
            build(start=cut, ids=[employee.pk])
        assert [{name: value for name, value in row.items() if name not in kept} for row in rows()] == whole

    undone(check)


def _without_shared(person: Person) -> Person:
    """Periods and outages are everybody's: they are written once; one unit has one roster."""
    return Person(
        places=person.places,
        absences=person.absences,
        places_granted=person.places_granted,
        hours_granted=person.hours_granted,
        entries=person.entries,
    )


@QUICK
@given(person=people())
def test_an_outage_never_makes_work_of_a_day_off(person):
    """Hours of outages over everything: what is expected stays, nobody is worse off, and days off stay off."""

    def check():
        write(make_stage(), Person(**{**person.__dict__, "outages": []}))
        build()
        before = {row["day"]: row for row in rows()}
        OutageWindow.objects.create(
            cause="system", starts_at=AT - timedelta(days=200), ends_at=AT, reason="x", entered_at=AT
        )
        build()
        for row in rows():
            old = before[row["day"]]
            for name in ("source", "whereabouts", "expected_min", "first_start", "first_end", "first_in", "first_out"):
                assert row[name] == old[name]
            for name in ("late_min", "early_min", "short_min", "missing_in", "missing_out", "is_unexcused"):
                assert row[name] <= old[name]
            assert row["worked_min"] >= old["worked_min"]
            if old["state"] in ("off", "away", "worked_off"):
                assert row["state"] == old["state"]

    undone(check)


@QUICK
@given(person=people())
def test_later_facts_leave_past_days_as_they_were(person):
    """A move, a unit's new zone and parent, new hours, leave: from a later day on, so earlier days do not change."""

    def check():
        stage = make_stage()
        employee = write(stage, person)
        build()
        before = rows()
        after = END + 3 * DAY
        for version in UnitVersion.objects.all():
            version.valid_to = after - DAY
            version.save()
            UnitVersion.objects.create(
                unit_id=version.unit_id, name="new", zone="Asia/Jayapura", is_24x7=True, valid_from=after
            )
        other = WorkPattern.objects.create(code="x", name="x", kind="every_day")
        PatternHours.objects.create(
            pattern=other, weekday=1, valid_from=after, starts_at=time(5), work_min=60, break_at=time(5), break_min=0
        )
        for unit in stage.units.values():
            UnitPattern.objects.filter(unit=unit).update(valid_to=after - DAY)
            UnitPattern.objects.create(unit=unit, pattern=other, valid_from=after)
        last = Placement.objects.filter(employee=employee).latest("valid_from")
        Placement.objects.filter(pk=last.pk).update(valid_to=after - DAY)
        Absence.objects.create(employee=employee, kind="leave", reference="later", valid_from=after, valid_to=after)
        Holiday.objects.create(day=after, name="later", kind="public")
        assert build() == Built()
        assert rows() == before

    undone(check)


def test_a_day_without_a_placement_goes():
    person = Person(places=[(date(2020, 1, 1), None, ZONES[0], "five")])
    employee = write(make_stage(), person)
    assert build() == Built(inserted=len(DAYS))
    Placement.objects.filter(employee=employee).update(valid_to=START + DAY)
    assert build() == Built(deleted=len(DAYS) - 2)


def test_a_refused_or_open_correction_says_nothing():
    person = Person(places=[(date(2020, 1, 1), None, ZONES[0], "five")])
    stage = make_stage()
    employee = write(stage, person)
    build()
    for status in ("submitted", "withdrawn"):
        Correction.objects.create(
            employee=employee, day=START, check_in=AT, reason="forgotten", explanation="x", status=status,
            submitted_at=AT, submitted_by=stage.user,
        )  # fmt: skip
    assert build() == Built()


@pytest.mark.parametrize(
    ("hour", "entered", "state"),
    [
        (6, False, "planned"),
        (8, False, "running"),
        (8, True, "running"),
        (17, True, "running"),
        (23, False, "no_entry"),
    ],
)
def test_a_day_under_way_is_not_judged(hour, entered, state):
    """Minutes late are known at once; what is missing only when no entry can come any more."""
    zone = ZoneInfo(ZONES[0])
    day = date(2026, 4, 7)
    person = Person(places=[(date(2020, 1, 1), None, ZONES[0], "five")])
    if entered:
        person.entries = [("in", datetime.combine(day, time(7, 40), zone))]
    write(make_stage(), person)
    build(start=day, end=day, at=datetime.combine(day, time(hour), zone))
    row = WorkDay.objects.get()
    assert (row.state, row.is_unexcused) == (state, state == "no_entry")
    assert row.late_min == (10 if entered else 0)
    assert (row.missing_in, row.missing_out, row.early_min) == (0, 0, 0)


def test_two_shifts_without_a_gap_are_one_stretch():
    """Morning and afternoon with one check-in and one check-out: nothing is missing in between."""
    zone, day = ZoneInfo(ZONES[0]), date(2026, 4, 7)
    person = Person(places=[(date(2020, 1, 1), None, ZONES[0], "five")], roster=(day, day))
    person.shifts = {day: SHIFTS[:2]}
    person.entries = [("in", datetime.combine(day, time(7, 5), zone)), ("out", datetime.combine(day, time(21), zone))]
    employee = write(make_stage(), person)
    build(start=day, end=day)
    row = WorkDay.objects.get()
    assert (row.state, row.late_min, row.early_min, row.missing_in, row.missing_out) == ("present", 5, 0, 0, 0)
    assert (row.expected_min, row.worked_min) == (810, 805)
    assert not differences(person, employee, [day])


def test_nothing_is_judged_before_entries_are_required():
    from attendance.models import AttendanceTerms

    AttendanceTerms.objects.all().delete()
    AttendanceTerms.objects.create(valid_from=date(2020, 1, 1), judged_from=date(2026, 4, 8))
    write(make_stage(), Person(places=[(date(2020, 1, 1), None, ZONES[0], "five")]))
    build(start=date(2026, 4, 7), end=date(2026, 4, 8))
    before, after = WorkDay.objects.order_by("day")
    assert (before.state, before.is_unexcused, before.short_min, before.expected_min) == ("no_entry", False, 0, 450)
    assert (after.state, after.is_unexcused, after.short_min) == ("no_entry", True, 450)


def test_the_law_holds_without_any_pattern():
    WorkPattern.objects.update(is_default=False)
    person = Person(places=[(date(2020, 1, 1), None, ZONES[1], "five")])
    employee = write(make_stage(), person)
    build()
    assert not differences(person, employee, DAYS)
