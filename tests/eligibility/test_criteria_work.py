"""Truth tables of the criteria over agency, tasks, unit, place and performance (Arts 12, 23, 24, 26)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from eligibility.criteria.base import Ask
from organization.models import (
    AgencyDecree,
    Domicile,
    PositionTask,
    TaskType,
    Unit,
    UnitReadiness,
    UnitVersion,
)
from organization.services.units import rebuild_unit_index
from performance.enums import PREDICATE_RANK
from performance.models import OfficialPredicate, Output, OutputContract
from tests.eligibility.engine import outcomes, version_with, words
from tests.world import LOCATION_CRITERIA, SINCE, make_world

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 15)
DAYS = (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1))
MET, NOT_MET = "passed", "failed"


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def emp(world):
    return world.employees["emp"]


# The agency's decree


def test_the_decree_counts_from_its_first_to_its_last_day(emp):
    AgencyDecree.objects.update(valid_from=DAY, valid_to=DAY + timedelta(days=1))
    days = [*DAYS, DAY + timedelta(days=2)]

    assert outcomes(emp, version_with("agency_decree"), *days) == [NOT_MET, MET, MET, NOT_MET]


def test_the_decree_is_named(emp):
    AgencyDecree.objects.update(valid_to=DAY)
    version = version_with("agency_decree")

    assert words(emp, version, DAY).observed == "Decree 1/2020"
    assert words(emp, version, DAYS[2]).observed == "no decree in force on that day"
    assert words(emp, version, DAYS[2]).remedy == "HR records the decree of the appointing authority."


# Arts 23-24: the tasks of the position


@pytest.mark.parametrize("missing", sorted(LOCATION_CRITERIA))
def test_each_of_the_five_location_criteria_is_needed_art_23(emp, missing):
    TaskType.objects.update(**{missing: False})

    assert outcomes(emp, version_with("location_tasks", {"min_share_pct": 1}), DAY) == [NOT_MET]


@pytest.mark.parametrize(
    ("criterion", "flag"),
    [
        ("shift_tasks", "over_510_min_a_day"),
        ("shift_tasks", "over_5_days_and_2250_min"),
        ("dynamic_tasks", "not_bound_to_office_hours"),
    ],
)
def test_each_time_ground_suffices_art_24(emp, criterion, flag):
    TaskType.objects.update(not_bound_to_office_hours=False)
    version = version_with(criterion, {"min_share_pct": 80})

    assert outcomes(emp, version, DAY) == [NOT_MET]
    TaskType.objects.update(**{flag: True})
    assert outcomes(emp, version, DAY) == [MET]


@pytest.mark.parametrize(("share", "outcome"), [(79, MET), (80, MET), (81, NOT_MET)])
def test_the_share_of_time_is_enough_up_to_the_threshold(emp, share, outcome):
    version = version_with("location_tasks", {"min_share_pct": share})

    assert outcomes(emp, version, DAY) == [outcome]


def test_shares_of_several_tasks_add_up_and_others_do_not(emp):
    position = PositionTask.objects.get().position
    PositionTask.objects.update(share_pct=50)
    more = TaskType.objects.create(code="T2", name="Telaah", **LOCATION_CRITERIA)
    desk = TaskType.objects.create(code="T3", name="Loket")
    PositionTask.objects.create(position=position, task_type=more, share_pct=10, valid_from=SINCE)
    PositionTask.objects.create(position=position, task_type=desk, share_pct=40, valid_from=SINCE)

    assert outcomes(emp, version_with("location_tasks", {"min_share_pct": 60}), DAY) == [MET]
    assert outcomes(emp, version_with("location_tasks", {"min_share_pct": 61}), DAY) == [NOT_MET]


def test_a_task_counts_while_the_mapping_holds(emp):
    PositionTask.objects.update(valid_from=DAY, valid_to=DAY)

    assert outcomes(emp, version_with("location_tasks", {"min_share_pct": 60}), *DAYS) == [NOT_MET, MET, NOT_MET]


def test_position_share_and_threshold_are_named(emp):
    explanation = words(emp, version_with("location_tasks", {"min_share_pct": 90}), DAY)

    assert explanation.observed == "Analis Kebijakan: 80 % of the time"
    assert explanation.required == "at least 90 %"
    assert "task mapping" in explanation.remedy


# Perpres 21/2023 Art 7: service duties of the unit


@pytest.mark.parametrize("flag", ["is_direct_service", "is_24x7"])
def test_a_service_duty_blocks_while_the_unit_has_it(world, emp, flag):
    old = UnitVersion.objects.get(unit=world.law)
    old.valid_to = DAYS[0]
    old.save()
    duty = {"name": "Hukum", "parent": old.parent, flag: True}
    UnitVersion.objects.create(unit=world.law, valid_from=DAY, valid_to=DAY, **duty)
    UnitVersion.objects.create(unit=world.law, valid_from=DAYS[2], **(duty | {flag: False}))

    assert outcomes(emp, version_with("unit_service"), *DAYS) == [MET, NOT_MET, MET]


def test_the_duties_of_the_unit_are_named(world, emp):
    UnitVersion.objects.filter(unit=world.law).update(is_direct_service=True, is_24x7=True)

    explanation = words(emp, version_with("unit_service"), DAY)

    assert explanation.observed == "Hukum: direct public service, works around the clock"
    assert explanation.required == "no direct service, not around the clock"
    assert explanation.remedy


def test_a_unit_that_closed_does_not_allow(world, emp):
    UnitVersion.objects.filter(unit=world.law).update(valid_to=DAY)

    assert outcomes(emp, version_with("unit_service"), *DAYS) == [MET, MET, NOT_MET]
    assert words(emp, version_with("unit_service"), DAYS[2]).observed == "no unit in operation on that day"


# Readiness of the unit


def test_readiness_counts_from_its_first_to_its_last_day(emp):
    UnitReadiness.objects.update(valid_from=DAY, valid_to=DAY)

    assert outcomes(emp, version_with("unit_ready"), *DAYS) == [NOT_MET, MET, NOT_MET]


@pytest.mark.parametrize(
    "change",
    [
        {"technology": False},
        {"supervision": False},
        {"status": "declared", "confirmed_at": None, "confirmed_by": None},
    ],
)
def test_technology_supervision_and_confirmation_are_all_needed(emp, change):
    UnitReadiness.objects.update(**change)

    assert outcomes(emp, version_with("unit_ready"), DAY) == [NOT_MET]


def test_the_readiness_of_the_unit_above_covers_those_below(world, emp):
    UnitReadiness.objects.update(unit=Unit.objects.get(code="R"))

    assert outcomes(emp, version_with("unit_ready"), DAY) == [MET]


def test_the_readiness_of_a_unit_beside_or_below_covers_nobody(world, emp):
    other = Unit.objects.create(code="X", name="Lain")
    below = Unit.objects.create(code="HB", name="Bantuan Hukum")
    UnitVersion.objects.create(unit=other, name="Lain", parent=Unit.objects.get(code="R"), valid_from=SINCE)
    UnitVersion.objects.create(unit=below, name="Bantuan Hukum", parent=world.law, valid_from=SINCE)
    rebuild_unit_index()

    for unit in (other, below):
        UnitReadiness.objects.update(unit=unit)
        assert outcomes(emp, version_with("unit_ready"), DAY) == [NOT_MET]


def test_missing_readiness_says_who_fills_it_in(emp):
    UnitReadiness.objects.all().delete()

    explanation = words(emp, version_with("unit_ready"), DAY)

    assert (explanation.observed, explanation.required) == (
        "no confirmed declaration for that day",
        "declared and confirmed",
    )
    assert explanation.remedy == "The unit head fills in the readiness checklist and HR confirms it."


# Art 12: places


@pytest.mark.parametrize(
    ("place", "outcome"), [("", MET), ("home", MET), ("other_office", MET), ("other", NOT_MET), ("field", NOT_MET)]
)
def test_only_the_determined_places_are_allowed(emp, place, outcome):
    version = version_with("place_allowed", {"kinds": ["home", "other_office"]})

    assert outcomes(emp, version, DAY, ask=Ask(place_kind=place)) == [outcome]


def test_the_place_and_the_allowed_ones_are_named(emp):
    explanation = words(emp, version_with("place_allowed", {"kinds": ["home"]}), DAY, Ask(place_kind="other"))

    assert (explanation.observed, explanation.required) == ("Another place", "Home")
    assert explanation.remedy == "Choose a place that is allowed."


def test_home_is_met_while_a_verified_address_is_on_record_art_12_3(emp):
    Domicile.objects.filter(employee=emp).update(valid_from=DAY, valid_to=DAY)
    version = version_with("home_registered")

    assert outcomes(emp, version, *DAYS, ask=Ask(place_kind="home")) == [NOT_MET, MET, NOT_MET]
    assert outcomes(emp, version, DAYS[2]) == [NOT_MET]  # in general, home is looked at
    assert outcomes(emp, version, DAYS[2], ask=Ask(place_kind="other_office")) == [MET]


def test_an_address_that_hr_has_not_verified_is_none(emp):
    Domicile.objects.filter(employee=emp).update(verified_at=None, verified_by=None)
    version, ask = version_with("home_registered"), Ask(place_kind="home")

    assert outcomes(emp, version, DAY, ask=ask) == [NOT_MET]
    assert words(emp, version, DAY, ask).observed == "no verified address on record"
    assert words(emp, version, DAY, ask).remedy == "Report your address on your profile; HR verifies it."


def test_after_a_move_the_old_address_is_not_home_any_more(emp):
    old = Domicile.objects.get(employee=emp)
    old.valid_to = DAYS[0]
    old.save()
    new = Domicile.objects.create(
        employee=emp, address="Jl. Baru 1", valid_from=DAY, verified_at=timezone.now(), verified_by=emp.user
    )
    version = version_with("home_registered")

    assert outcomes(emp, version, *DAYS, ask=Ask(place_kind="home", domicile_id=old.pk)) == [MET, NOT_MET, NOT_MET]
    assert outcomes(emp, version, *DAYS, ask=Ask(place_kind="home", domicile_id=new.pk)) == [NOT_MET, MET, MET]
    said = words(emp, version, DAY, Ask(place_kind="home", domicile_id=old.pk))
    assert (said.observed, said.remedy) == ("the address on record has changed since", "Choose the place again.")


# Art 26: the last official predicate


def rated(employee, year, predicate, quarter=0, period_end=None):
    return OfficialPredicate.objects.create(
        employee=employee, year=year, quarter=quarter, predicate=predicate, rank=PREDICATE_RANK[predicate],
        period_end=period_end or date(year, 12, 31),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("predicate", "outcome"),
    [
        ("sangat_baik", MET),
        ("baik", MET),
        ("butuh_perbaikan", NOT_MET),
        ("kurang", NOT_MET),
        ("sangat_kurang", NOT_MET),
    ],
)
def test_a_predicate_is_enough_from_the_lowest_one_up(emp, predicate, outcome):
    rated(emp, 2025, predicate)

    assert outcomes(emp, version_with("min_predicate", {"minimum": "baik"}), DAY) == [outcome]


def test_a_predicate_counts_from_the_end_of_its_period_and_the_last_one_only(emp):
    rated(emp, 2025, "baik")
    rated(emp, 2026, "kurang", quarter=2, period_end=DAY)

    assert outcomes(emp, version_with("min_predicate", {"minimum": "baik"}), *DAYS) == [MET, NOT_MET, NOT_MET]


def test_the_year_goes_before_its_last_quarter(emp):
    rated(emp, 2025, "kurang", quarter=4)
    rated(emp, 2025, "baik", quarter=0)

    assert outcomes(emp, version_with("min_predicate", {"minimum": "baik"}), DAY) == [MET]


def test_predicate_year_and_lowest_one_are_named(emp):
    version = version_with("min_predicate", {"minimum": "baik"})
    without = words(emp, version, DAY)
    rated(emp, 2025, "kurang")
    with_one = words(emp, version, DAY)

    assert outcomes(emp, version, date(2025, 12, 30)) == [NOT_MET]
    assert (without.observed, without.required) == ("no official predicate on record", "at least Good")
    assert without.remedy == "HR imports the predicates from e-Kinerja."
    assert with_one.observed == "Poor (misconduct), 2025"
    assert with_one.remedy == "Met again with the next period's predicate."


# Promised outputs


def promised(employee, *due, **fields):
    contract = OutputContract.objects.create(
        employee=employee,
        reference=f"FW-{OutputContract.objects.count()}",
        valid_from=SINCE,
        valid_to=date(2030, 1, 1),
    )
    return [
        Output.objects.create(contract=contract, title="Naskah", measure="bab", target=4, due_on=day, **fields)
        for day in due
    ]


def delivery(min_pct=80, months=12):
    return version_with("outputs_delivered", {"min_pct": min_pct, "months": months})


def test_no_history_passes(emp):
    assert outcomes(emp, delivery(), DAY) == [MET]
    assert words(emp, delivery(), DAY).observed == "no promised outputs due yet"


def test_an_output_counts_from_the_day_after_it_is_due(emp):
    promised(emp, DAY)

    assert outcomes(emp, delivery(), *DAYS) == [MET, MET, NOT_MET]


def test_an_output_counts_as_long_as_the_rule_looks_back(emp):
    promised(emp, date(2025, 6, 15))

    assert outcomes(emp, delivery(), *DAYS) == [NOT_MET, NOT_MET, MET]


def test_a_delivery_counts_from_its_day_and_whole_only(emp):
    (output,) = promised(emp, date(2026, 6, 1), delivered=Decimal(4), delivered_on=DAY)

    assert outcomes(emp, delivery(), *DAYS) == [NOT_MET, MET, MET]
    output.delivered = Decimal("3.99")
    output.save()
    assert outcomes(emp, delivery(), DAY) == [NOT_MET]


@pytest.mark.parametrize(("min_pct", "outcome"), [(66, MET), (67, NOT_MET)])
def test_two_of_three_outputs_are_66_percent(emp, min_pct, outcome):
    promised(emp, date(2026, 5, 1), date(2026, 5, 2), delivered=4, delivered_on=date(2026, 5, 1))
    promised(emp, date(2026, 5, 3))

    assert outcomes(emp, delivery(min_pct), DAY) == [outcome]


def test_outputs_due_and_delivered_are_named(emp):
    promised(emp, date(2026, 5, 1), date(2026, 5, 2))

    explanation = words(emp, delivery(), DAY)

    assert (explanation.observed, explanation.required) == ("0 of 2 outputs on record", "at least 80 %")
    assert explanation.remedy == "Deliver what is due; your supervisor records it."
