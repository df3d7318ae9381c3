"""Truth tables of the criteria over the employee: each flips on the very day its fact flips (Arts 25, 26, 38)."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from eligibility.criteria.employee import NEW_BY, latest_entry
from eligibility.registry import get_criterion
from organization.enums import EmployeeKind, PositionKind
from organization.models import DisciplineCase, Placement
from tests.eligibility.engine import outcomes, version_with, words
from tests.world import make_world

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 15)
DAYS = (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1))
MET, NOT_MET = "passed", "failed"
TRIGGERS = [str(reason) for reason in NEW_BY]


@pytest.fixture
def emp():
    return make_world().employees["emp"]


def move(employee, **changes):
    """The employee's placement changes on DAY."""
    old = Placement.objects.get(employee=employee)
    old.valid_to = DAY - timedelta(days=1)
    old.save()
    values = {"unit": old.unit, "position": old.position, "supervisor": old.supervisor, "entry_reason": "transfer"}
    return Placement.objects.create(employee=employee, valid_from=DAY, **(values | changes))


def case(employee, **fields):
    return DisciplineCase.objects.create(employee=employee, reference="P-1", **fields)


def sanction(employee, **fields):
    values = {"status": "sanctioned", "level": "light", "opened_on": date(2026, 1, 5), "decided_on": date(2026, 2, 2)}
    return case(employee, **(values | fields))


# Art 38: bodies outside the regulation


@pytest.mark.parametrize("body", ["tni", "polri", "mission_abroad"])
def test_assigned_to_another_body_is_out_from_the_day_it_begins(emp, body):
    move(emp, service_body=body)

    assert outcomes(emp, version_with("excluded_body"), *DAYS) == [MET, NOT_MET, NOT_MET]


def test_assigned_to_the_agency_again_is_in_from_that_day(emp):
    Placement.objects.filter(employee=emp).update(service_body="tni")
    move(emp)

    assert outcomes(emp, version_with("excluded_body"), *DAYS) == [NOT_MET, MET, MET]


def test_the_body_and_its_end_are_named(emp):
    move(emp, service_body="polri")

    explanation = words(emp, version_with("excluded_body"), DAY)

    assert (explanation.observed, explanation.required) == ("assigned in Polri", "this agency")
    assert explanation.remedy


@pytest.mark.parametrize(
    "criterion", ["excluded_body", "excluded_post", "location_tasks", "unit_service", "unit_ready"]
)
def test_without_a_placement_nothing_about_it_is_met(emp, criterion):
    Placement.objects.filter(employee=emp).update(valid_to=DAY)
    version = version_with(criterion, {"min_share_pct": 1} if criterion == "location_tasks" else {})

    assert outcomes(emp, version, *DAYS) == [MET, MET, NOT_MET]
    assert words(emp, version, DAYS[2]).remedy


# Excluded posts


@pytest.mark.parametrize("kind", PositionKind.values)
def test_only_the_excluded_kinds_of_post_are_out(emp, kind):
    position = Placement.objects.get(employee=emp).position
    position.kind = kind
    position.save()
    version = version_with("excluded_post", {"kinds": ["jpt_utama", "jpt_madya", "jpt_pratama"]})

    assert outcomes(emp, version, DAY) == [NOT_MET if kind.startswith("jpt") else MET]


def test_no_excluded_post_excludes_nobody(emp):
    assert outcomes(emp, version_with("excluded_post", {"kinds": []}), DAY) == [MET]


def test_the_excluded_post_is_named(emp):
    explanation = words(emp, version_with("excluded_post", {"kinds": ["fungsional"]}), DAY)

    assert explanation.observed == "Analis Kebijakan (Fungsional)"
    assert explanation.required == "not: Fungsional"
    assert explanation.remedy


# Art 25(1): disciplinary sanction


def test_a_sanction_counts_from_its_first_to_its_last_day(emp):
    first, last = date(2026, 3, 2), date(2026, 9, 1)
    sanction(emp, sanction_from=first, sanction_to=last)
    around = [first - timedelta(days=1), first, last, last + timedelta(days=1)]

    assert outcomes(emp, version_with("not_sanctioned"), *around) == [MET, NOT_MET, NOT_MET, MET]


def test_a_sanction_without_an_end_stays(emp):
    sanction(emp, sanction_from=DAY, sanction_to=None)

    assert outcomes(emp, version_with("not_sanctioned"), *DAYS, date(2050, 1, 1)) == [MET, NOT_MET, NOT_MET, NOT_MET]


def test_the_end_of_the_sanction_is_what_would_change_it(emp):
    sanction(emp, sanction_from=DAY, sanction_to=date(2026, 9, 1))

    explanation = words(emp, version_with("not_sanctioned"), DAY)

    assert explanation.observed == "a sanction until 1 September 2026"
    assert explanation.remedy == "Met from the day after 1 September 2026."


def test_a_sanction_without_an_end_names_a_way_too(emp):
    sanction(emp, sanction_from=DAY, sanction_to=None)

    assert words(emp, version_with("not_sanctioned"), DAY).remedy


def test_a_closed_case_is_no_sanction(emp):
    case(emp, status="closed", opened_on=date(2026, 1, 5), decided_on=DAY)

    assert outcomes(emp, version_with("not_sanctioned"), *DAYS) == [MET, MET, MET]


def test_the_sanction_of_another_person_counts_for_nobody_else(emp):
    other = Placement.objects.exclude(employee=emp).first().employee
    sanction(other, sanction_from=DAY)

    assert outcomes(emp, version_with("not_sanctioned"), DAY) == [MET]
    assert outcomes(other, version_with("not_sanctioned"), DAY) == [NOT_MET]


# Art 25(1): in the process of a sanction


def test_an_examination_counts_from_the_day_it_is_opened(emp):
    case(emp, status="examination", opened_on=DAY)

    assert outcomes(emp, version_with("not_examined"), *DAYS) == [MET, NOT_MET, NOT_MET]


def test_a_case_closed_without_a_sanction_is_over_on_the_day_of_the_decision(emp):
    case(emp, status="closed", opened_on=date(2026, 1, 5), decided_on=DAY)

    assert outcomes(emp, version_with("not_examined"), *DAYS) == [NOT_MET, MET, MET]


def test_between_decision_and_sanction_the_process_goes_on(emp):
    sanction(emp, decided_on=date(2026, 6, 1), sanction_from=DAY, sanction_to=date(2026, 12, 14))
    version = version_with("not_examined")

    assert outcomes(emp, version, date(2026, 5, 31), *DAYS) == [NOT_MET, NOT_MET, MET, MET]
    assert outcomes(emp, version_with("not_sanctioned"), *DAYS) == [MET, NOT_MET, NOT_MET]


def test_a_pending_examination_says_what_would_end_it(emp):
    case(emp, status="examination", opened_on=DAY)

    explanation = words(emp, version_with("not_examined"), DAY)

    assert explanation.observed == "an examination or its decision is pending"
    assert explanation.remedy == "Met once the examination is closed without a sanction."


# Art 25(1): new in the post


@pytest.mark.parametrize("reason", TRIGGERS)
def test_each_kind_of_entry_makes_new_until_the_months_are_over(emp, reason):
    move(emp, entry_reason=reason)
    version = version_with("not_new_in_post", {"months": 6, "triggers": TRIGGERS})
    over = date(2026, 12, 15)

    days = [*DAYS, over - timedelta(days=1), over, over + timedelta(days=1)]
    assert outcomes(emp, version, *days) == [MET, NOT_MET, NOT_MET, NOT_MET, MET, MET]


@pytest.mark.parametrize("reason", ["renaming", "administrative"])
def test_a_renaming_or_a_new_supervisor_makes_nobody_new(emp, reason):
    move(emp, entry_reason=reason)
    version = version_with("not_new_in_post", {"months": 6, "triggers": TRIGGERS})

    assert outcomes(emp, version, *DAYS) == [MET, MET, MET]


def test_a_renaming_does_not_end_being_new(emp):
    entered = move(emp, entry_reason="promotion")
    entered.valid_to = DAY + timedelta(days=30)
    entered.save()
    Placement.objects.create(
        employee=emp, unit=entered.unit, position=entered.position, entry_reason="renaming",
        valid_from=DAY + timedelta(days=31),
    )  # fmt: skip
    version = version_with("not_new_in_post", {"months": 6, "triggers": TRIGGERS})

    assert outcomes(emp, version, date(2026, 12, 14), date(2026, 12, 15)) == [NOT_MET, MET]


def test_an_entry_that_is_no_trigger_of_the_rule_does_not_count(emp):
    move(emp, entry_reason="rotation")

    assert outcomes(emp, version_with("not_new_in_post", {"months": 6, "triggers": ["promotion"]}), DAY) == [MET]


@pytest.mark.parametrize(
    ("entered", "months", "met_on"),
    [
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="end-of-august-to-february"),
        pytest.param(date(2027, 8, 31), 6, date(2028, 2, 29), id="to-a-leap-february"),
        pytest.param(date(2026, 5, 31), 1, date(2026, 6, 30), id="31-to-30"),
        pytest.param(date(2026, 2, 28), 2, date(2026, 4, 28), id="no-month-end-from-february"),
        pytest.param(date(2026, 6, 15), 0, date(2026, 6, 15), id="no-months"),
    ],
)
def test_months_end_where_the_calendar_ends_them(emp, entered, months, met_on):
    Placement.objects.filter(employee=emp).update(valid_from=entered)
    version = version_with("not_new_in_post", {"months": months, "triggers": TRIGGERS})

    assert outcomes(emp, version, met_on) == [MET]
    if months:
        assert outcomes(emp, version, met_on - timedelta(days=1)) == [NOT_MET]


@given(on=st.dates(date(2020, 1, 1), date(2040, 1, 1)), age=st.integers(0, 2000), months=st.integers(0, 60))
def test_the_latest_entry_agrees_with_counting_forward(on, age, months):
    entered = on - timedelta(days=age)

    assert (entered <= latest_entry(on, months)) == (entered + relativedelta(months=months) <= on)


def test_when_the_months_are_over_is_told(emp):
    move(emp, entry_reason="promotion")
    version = version_with("not_new_in_post", {"months": 6, "triggers": TRIGGERS})

    explanation = words(emp, version, DAYS[2])

    assert explanation.observed == "promotion on 15 June 2026"
    assert explanation.required == "at least 6 months"
    assert explanation.remedy == "Met from 15 December 2026."
    assert words(emp, version, date(2026, 12, 15)).remedy == ""


# Kinds of employee


@pytest.mark.parametrize("kind", EmployeeKind.values)
def test_only_the_allowed_kinds_of_employee_are_in(emp, kind):
    emp.kind = kind
    emp.save()
    version = version_with("employee_kind", {"kinds": ["pns", "pppk", "pppk_part_time"]})

    assert outcomes(emp, version, DAY) == [NOT_MET if kind == "cpns" else MET]


def test_the_kind_and_the_allowed_kinds_are_named(emp):
    emp.kind = "cpns"
    emp.save()

    explanation = words(emp, version_with("employee_kind", {"kinds": ["pns", "pppk"]}), DAY)

    assert (explanation.observed, explanation.required) == ("CPNS", "PNS, PPPK")
    assert explanation.remedy


@pytest.mark.parametrize(
    ("criterion", "params"),
    [
        ("not_new_in_post", {"months": -1, "triggers": ["promotion"]}),
        ("not_new_in_post", {"months": 61, "triggers": ["promotion"]}),
        ("not_new_in_post", {"months": 6, "triggers": ["renaming"]}),
        ("employee_kind", {"kinds": []}),
        ("employee_kind", {"kinds": ["volunteer"]}),
        ("excluded_post", {"kinds": ["mayor"]}),
        ("location_tasks", {"min_share_pct": -1}),
        ("location_tasks", {"min_share_pct": 101}),
        ("min_predicate", {"minimum": "cukup"}),
        ("outputs_delivered", {"min_pct": 101, "months": 12}),
        ("outputs_delivered", {"min_pct": 80, "months": 0}),
        ("place_allowed", {"kinds": ["beach"]}),
    ],
)
def test_parameters_outside_their_range_are_refused(criterion, params):
    with pytest.raises(ValidationError):
        get_criterion(criterion).clean_params(params)
