"""Criteria over attendance: what is looked at, up to which day, and what the words say."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from attendance.models import IntegrityFlag, Roster
from eligibility.defaults import default_rules
from eligibility.enums import PolicyCode
from organization.models import Employee
from tests.attendance.days_kit import days_from, missed, work_day
from tests.eligibility.engine import outcomes, version_with, words
from tests.organization.cast import make_cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
MET, NOT_MET = "passed", "failed"
RECORD = {"max_days": 1, "max_minutes": 60, "months": 3}


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def emp(cast):
    return cast.employees["emp"]


@pytest.mark.parametrize(
    ("absent", "late", "early", "outcome"),
    [(0, 0, 0, MET), (1, 0, 0, MET), (2, 0, 0, NOT_MET), (0, 60, 0, MET), (0, 30, 31, NOT_MET), (1, 30, 30, MET),
     (2, 61, 0, NOT_MET)],
)  # fmt: skip
def test_days_and_minutes_at_their_limits(emp, absent, late, early, outcome):
    for day in days_from(date(2026, 5, 4), absent):
        missed(emp, day)
    work_day(emp, date(2026, 5, 20), late_min=late, early_min=early)
    assert outcomes(emp, version_with("attendance_record", RECORD), DAY) == [outcome]


@pytest.mark.parametrize(
    ("day", "outcome"),
    [(date(2026, 3, 14), MET), (date(2026, 3, 15), NOT_MET), (DAY - timedelta(days=1), NOT_MET), (DAY, MET)],
)
def test_only_the_months_before_the_day_count(emp, day, outcome):
    missed(emp, day)
    assert outcomes(emp, version_with("attendance_record", RECORD | {"max_days": 0}), DAY) == [outcome]


def test_the_record_of_nobody_else(cast, emp):
    for day in days_from(date(2026, 5, 4), 5):
        missed(cast.employees["col1"], day)
    assert outcomes(emp, version_with("attendance_record", RECORD), DAY) == [MET]


def test_the_words_of_the_record(emp):
    for day in days_from(date(2026, 5, 4), 2):
        missed(emp, day)
    said = words(emp, version_with("attendance_record", RECORD), DAY)
    assert said.observed == "2 days without a reason, 0 minutes late or early"
    assert said.required == "at most 1 days and 60 minutes in 3 months"
    assert said.remedy


def roster(cast, unit=None, **values) -> Roster:
    defaults = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 30), "status": "published"}
    defaults |= {"published_by": cast.users["head"], "published_at": timezone.now()}
    return Roster.objects.create(unit=unit or cast.law, created_by=cast.users["head"], **(defaults | values))


@pytest.mark.parametrize("bound", ["is_direct_service", "is_24x7"])
def test_a_bound_unit_needs_a_published_roster_on_the_day(cast, emp, bound):
    version = version_with("roster_covers")
    assert outcomes(emp, version, DAY) == [MET]
    cast.law.versions.update(**{bound: True})
    assert outcomes(emp, version, DAY) == [NOT_MET]
    row = roster(cast, status="draft", published_by=None, published_at=None)
    assert outcomes(emp, version, DAY) == [NOT_MET]
    row.delete()
    roster(cast)
    assert outcomes(emp, version, date(2026, 5, 31), DAY, date(2026, 6, 30), date(2026, 7, 1)) == [
        NOT_MET, MET, MET, NOT_MET,
    ]  # fmt: skip


def test_the_roster_of_another_unit_covers_nothing_and_that_of_one_above_does(cast, emp):
    version = version_with("roster_covers")
    cast.law.versions.update(is_24x7=True)
    roster(cast, cast.health)
    assert outcomes(emp, version, DAY) == [NOT_MET]
    roster(cast, cast.law.parent)
    assert outcomes(emp, version, DAY) == [MET]


def test_who_serves_nowhere_is_covered_by_nothing(cast):
    nobody = Employee.objects.create(nip="199001012010011099", name="x", kind="pns", sex="1", birth_date=DAY)
    assert outcomes(nobody, version_with("roster_covers"), DAY) == [NOT_MET]


@pytest.mark.parametrize(
    ("status", "day", "outcome"),
    [("open", DAY, NOT_MET), ("open", DAY + timedelta(days=1), MET), ("answered", DAY, MET), ("upheld", DAY, MET),
     ("dismissed", DAY, MET)],
)  # fmt: skip
def test_a_flag_blocks_until_it_is_answered(cast, emp, status, day, outcome):
    version = version_with("no_open_flag")
    assert outcomes(emp, version, DAY) == [MET]
    now, values = timezone.now(), {}
    if status != "open":
        values = {"answer": "Jam ponsel keliru.", "answered_at": now}
    if status in ("upheld", "dismissed"):
        values |= {"judged_by": cast.users["sup"], "judged_at": now, "judgement": "Sesuai."}
    IntegrityFlag.objects.create(employee=emp, day=day, kind="clock", status=status, raised_at=now, **values)
    assert outcomes(emp, version, DAY) == [outcome]


def test_all_are_off_by_default():
    rules = [default_rules(code, min_predicate=None, coordination_no="") for code in PolicyCode.values]
    used = {spec.criterion for specs in rules for spec in specs}
    assert not used & {"attendance_record", "roster_covers", "no_open_flag"}
