"""The engine: one person and all are one expression, what not meeting a rule means, and replay of stored verdicts."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eligibility.criteria.base import Ask
from eligibility.models import CircumstanceKind, PolicyVersion, Screening
from eligibility.registry import all_criteria
from eligibility.screening import (
    replay,
    replays_identically,
    screen_by_versions,
    screen_employee,
    screen_many,
    stored_results,
    version_in_force,
    versions_in_force,
)
from eligibility.services import store_screening
from organization.models import (
    AgencyDecree,
    DisciplineCase,
    Domicile,
    Employee,
    Placement,
    PositionTask,
    UnitReadiness,
    UnitVersion,
)
from performance.enums import PREDICATE_RANK
from performance.models import OfficialPredicate, Output, OutputContract
from tests.eligibility.engine import ARTICLE, judge, version_with
from tests.world import make_world

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 15)


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def under_examination(world):
    employee = world.employees["emp"]
    DisciplineCase.objects.create(employee=employee, reference="P-1", status="examination", opened_on=DAY)
    return employee


# What it means not to meet a rule


@pytest.mark.parametrize(
    ("severity", "outcome", "verdict"),
    [
        ("block", "failed", "not_eligible"),
        ("warn", "warned", "eligible"),
        ("manual", "manual", "needs_person"),
    ],
)
def test_each_severity_has_its_own_outcome_and_verdict(under_examination, severity, outcome, verdict):
    result = judge(under_examination, version_with("not_examined", severity=severity), DAY)

    assert (result.outcomes, result.verdict) == ((outcome,), verdict)
    assert [item.rule.criterion for item in result.failed] == (["not_examined"] if severity == "block" else [])


@pytest.mark.parametrize("severity", ["block", "warn", "manual"])
def test_the_severity_does_not_matter_to_who_meets_the_rule(world, severity):
    result = judge(world.employees["emp"], version_with("not_examined", severity=severity), DAY)

    assert (result.outcomes, result.verdict) == (("passed",), "eligible")


@pytest.mark.parametrize(
    ("circumstance", "outcome"),
    [(None, "failed"), ("pregnancy", "waived"), ("illness", "failed"), ("unknown", "failed")],
)
def test_only_a_kind_that_the_rule_names_waives_it(under_examination, circumstance, outcome):
    version = version_with("not_examined", waivable_by=CircumstanceKind.objects.filter(code="pregnancy"))

    assert judge(under_examination, version, DAY, circumstance=circumstance).outcomes == (outcome,)


def test_a_rule_that_is_met_is_not_waived(world):
    version = version_with("not_examined", waivable_by=CircumstanceKind.objects.all())

    assert judge(world.employees["emp"], version, DAY, circumstance="pregnancy").outcomes == ("passed",)


def test_every_rule_is_returned_with_its_article_and_not_only_the_first_that_fails(world):
    employee = world.employees["emp"]
    DisciplineCase.objects.create(employee=employee, reference="P-1", status="examination", opened_on=DAY)
    Domicile.objects.filter(employee=employee).delete()
    AgencyDecree.objects.all().delete()

    result = screen_employee(employee, version_in_force("location", DAY), on=DAY, ask=Ask(place_kind="home"))

    assert len(result.results) == result.version.rules.count() == 13
    assert {item.rule.criterion: item.rule.legal_basis for item in result.failed} == {
        "agency_decree": "Perpres 21/2023 Ps. 8(3)",
        "not_examined": "PermenPANRB 4/2025 Ps. 25(1)",
        "home_registered": "PermenPANRB 4/2025 Ps. 12(3)",
    }


def test_the_article_is_the_one_of_the_rule(under_examination):
    (result,) = judge(under_examination, version_with("not_examined"), DAY).results

    assert result.rule.legal_basis == ARTICLE


# One person and all


NAMES = ("head", "sup", "emp", "col1", "col2")
OFFSETS = st.integers(-400, 60)
PERIODS = st.tuples(OFFSETS, st.none() | st.integers(0, 300))


@st.composite
def facts_of_a_person(draw):
    return {
        "kind": draw(st.sampled_from(["pns", "cpns", "pppk", "pppk_part_time"])),
        "placement": draw(st.none() | PERIODS),
        "reason": draw(st.sampled_from(["recruitment", "promotion", "transfer", "rotation", "renaming"])),
        "body": draw(st.sampled_from(["agency", "agency", "tni"])),
        "examined": draw(st.none() | OFFSETS),
        "sanction": draw(st.none() | PERIODS),
        "home": draw(st.none() | PERIODS),
        "verified": draw(st.booleans()),
        "predicate": draw(st.none() | st.sampled_from(sorted(PREDICATE_RANK))),
        "outputs": draw(st.lists(st.tuples(OFFSETS, st.none() | OFFSETS), max_size=3)),
    }


def day_at(offset):
    return DAY + timedelta(days=offset)


def period(drawn):
    start, length = drawn
    return {"valid_from": day_at(start), "valid_to": None if length is None else day_at(start + length)}


def put_on_record(world, name, facts):
    employee = world.employees[name]
    Employee.objects.filter(pk=employee.pk).update(kind=facts["kind"])
    row = Placement.objects.filter(employee=employee)
    if facts["placement"] is None:
        row.delete()
    else:
        row.update(entry_reason=facts["reason"], service_body=facts["body"], **period(facts["placement"]))
    Domicile.objects.filter(employee=employee).delete()
    if facts["home"]:
        verified = {"verified_at": timezone.now(), "verified_by": employee.user} if facts["verified"] else {}
        Domicile.objects.create(employee=employee, address="Jl. A", **period(facts["home"]), **verified)
    if facts["examined"] is not None:
        DisciplineCase.objects.create(
            employee=employee, reference="P-1", status="examination", opened_on=day_at(facts["examined"])
        )
    if facts["sanction"]:
        dates = period(facts["sanction"])
        DisciplineCase.objects.create(
            employee=employee, reference="P-2", status="sanctioned", level="light", opened_on=date(2024, 1, 1),
            decided_on=date(2024, 1, 2), sanction_from=dates["valid_from"], sanction_to=dates["valid_to"],
        )  # fmt: skip
    if facts["predicate"]:
        OfficialPredicate.objects.create(
            employee=employee, year=2025, predicate=facts["predicate"], rank=PREDICATE_RANK[facts["predicate"]],
            period_end=date(2025, 12, 31),
        )  # fmt: skip
    promise(employee, facts["outputs"])


def promise(employee, outputs):
    contract = OutputContract.objects.create(
        employee=employee, reference=f"FW-{employee.pk}", valid_from=date(2024, 1, 1), valid_to=date(2028, 1, 1)
    )
    for due, delivered in outputs:
        done = {} if delivered is None else {"delivered": 4, "delivered_on": day_at(delivered)}
        Output.objects.create(contract=contract, title="x", measure="x", target=4, due_on=day_at(due), **done)


def every_rule():
    """A version of each policy, and one with the rules that the agency may add."""
    return [
        *(version_in_force(code, DAY) for code in ("location", "shift", "dynamic")),
        version_with("min_predicate", {"minimum": "baik"}),
    ]


# Hypothesis draws many small agencies inside one test: each is undone before the next.
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.fixed_dictionaries({name: facts_of_a_person() for name in NAMES}),
    place=st.sampled_from(["", "home", "other_office"]),
    offset=st.integers(-5, 5),
)
def test_screening_one_person_equals_screening_all_and_replays(world, people, place, offset):
    on, ask = day_at(offset), Ask(place_kind=place)
    with transaction.atomic():
        Placement.objects.update(supervisor=None, is_head=False)
        for name, facts in people.items():
            put_on_record(world, name, facts)
        for version in every_rule():
            together = {row.employee_id: row for row in screen_many(Employee.objects.all(), version, on=on, ask=ask)}
            for employee in world.employees.values():
                alone = screen_employee(employee, version, on=on, ask=ask)
                assert [item.as_json() for item in alone.results] == [
                    item.as_json() for item in together[employee.pk].results
                ]
                assert alone.verdict == together[employee.pk].verdict
                assert replays_identically(store_screening(result=alone, by=None))
        transaction.set_rollback(True)


def test_screening_asks_the_same_number_of_questions_for_any_number_of_people(world):
    version = version_in_force("location", DAY)

    def questions(people):
        with CaptureQueriesContext(connection) as captured:
            assert len(list(screen_many(people, version, on=DAY, ask=Ask()))) == people.count()
        return len(captured) - 1  # the count

    one, all_of_them = Employee.objects.filter(pk=world.employees["emp"].pk), Employee.objects.all()
    assert questions(one) == questions(all_of_them) == 1


def test_a_person_without_any_fact_is_screened_and_not_lost(world):
    Employee.objects.create(nip="199001012010011009", name="baru", kind="pns", sex="1", birth_date=date(1990, 1, 1))
    version = version_in_force("location", DAY)

    results = list(screen_many(Employee.objects.all(), version, on=DAY, ask=Ask()))

    assert len(results) == 6
    assert results[-1].verdict == "not_eligible"


def test_all_criteria_are_known():
    assert sorted(all_criteria()) == [
        "agency_decree", "attendance_record", "contract_agreed", "dynamic_tasks", "employee_kind", "excluded_body",
        "excluded_post", "home_registered", "location_tasks", "min_predicate", "no_open_flag", "no_overdue_reviews",
        "not_examined", "not_new_in_post", "not_sanctioned", "outputs_delivered", "outputs_on_time", "place_allowed",
        "roster_covers", "shift_tasks", "unit_ready", "unit_service",
    ]  # fmt: skip


# Replay


def corrected(world):
    """Every fact that the verdict looked at is corrected or gone."""
    DisciplineCase.objects.all().delete()
    Domicile.objects.all().delete()
    UnitReadiness.objects.all().delete()
    UnitVersion.objects.update(is_direct_service=True)
    PositionTask.objects.all().delete()
    AgencyDecree.objects.all().delete()
    OfficialPredicate.objects.all().delete()
    Employee.objects.update(kind="cpns")
    Placement.objects.update(entry_reason="promotion", service_body="tni")


def test_a_stored_verdict_replays_identically_after_all_facts_were_corrected(world):
    employee = world.employees["emp"]
    DisciplineCase.objects.create(
        employee=employee, reference="P-1", status="sanctioned", level="light", opened_on=date(2026, 1, 5),
        decided_on=date(2026, 2, 2), sanction_from=date(2026, 3, 2), sanction_to=date(2026, 9, 1),
    )  # fmt: skip
    stored, before = [], []
    for version in every_rule():
        result = screen_employee(employee, version, on=DAY, ask=Ask(place_kind="home"))
        stored.append(store_screening(result=result, by=world.users["hr"]).pk)
        before.append([(str(item.outcome), item.explanation) for item in result.results])

    corrected(world)

    again = list(Screening.objects.filter(pk__in=stored).order_by("pk"))
    assert all(replays_identically(screening) for screening in again)
    assert [
        [(item.outcome, item.explanation) for item in stored_results(screening)] for screening in again
    ] == before  # also the words: dates and names as they were seen
    assert again[0].failed == ["not_sanctioned"]
    now = screen_employee(employee, version_in_force("location", DAY), on=DAY, ask=Ask(place_kind="home"))
    assert len(now.failed) > 5  # the facts of today say something else


@pytest.mark.parametrize("severity", ["block", "warn", "manual"])
def test_each_outcome_replays(under_examination, severity):
    kinds = CircumstanceKind.objects.filter(code="pregnancy")
    version = version_with("not_examined", severity=severity, waivable_by=kinds)
    for circumstance in (None, "pregnancy"):
        result = judge(under_examination, version, DAY, circumstance=circumstance)

        assert replays_identically(store_screening(result=result, by=None))


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"outcome": "passed"}, id="outcome"),
        pytest.param({"observed": {"examined": False}}, id="observed-value"),
        pytest.param(None, id="rule-missing"),
    ],
)
def test_a_verdict_that_was_tampered_with_does_not_replay(under_examination, forged):
    screening = store_screening(result=judge(under_examination, version_with("not_examined"), DAY), by=None)
    screening.results = [] if forged is None else [screening.results[0] | forged]
    screening.save()

    assert not replays_identically(screening)


def test_a_verdict_that_does_not_follow_from_its_rules_does_not_replay(under_examination):
    screening = store_screening(result=judge(under_examination, version_with("not_examined"), DAY), by=None)
    screening.verdict = "eligible"
    screening.save()

    assert not replays_identically(screening)


def test_several_versions_say_together_what_each_says_alone(world, django_assert_num_queries):
    employee, ask = world.employees["emp"], Ask(kind="location_time", place_kind="home")
    with django_assert_num_queries(1):
        versions = versions_in_force(DAY, ["location", "dynamic"])
    assert [version.policy.code for version in versions] == ["location", "dynamic"]
    with django_assert_num_queries(1):
        together = screen_by_versions(employee, [(version, ask) for version in versions], on=DAY)

    alone = [screen_employee(employee, PolicyVersion.objects.get(pk=v.pk), on=DAY, ask=ask) for v in versions]
    assert [result.as_json() for one in together for result in one.results] == [
        result.as_json() for one in alone for result in one.results
    ]
    assert [len(one.outcomes) for one in together] == [version.rules.count() for version in versions]


def test_a_replay_reads_once_whatever_the_number_of_rules(world, django_assert_num_queries):
    version = version_in_force("location", DAY)
    result = screen_employee(world.employees["emp"], version, on=DAY, ask=Ask())
    screening = Screening.objects.for_detail().get(pk=store_screening(result=result, by=None).pk)

    with django_assert_num_queries(1):
        assert [passed for _item, passed in replay(screening)] == [True] * 13
