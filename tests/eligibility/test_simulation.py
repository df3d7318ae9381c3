"""A simulation says of everybody what both versions say, and says the same again."""

import csv
import json
from datetime import timedelta

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eligibility.models import CircumstanceKind, Policy, PolicyVersion, Rule, Simulation
from eligibility.screening import ask_of_policy, screen_many, version_in_force
from eligibility.services import perform_simulation, start_simulation
from eligibility.services.drafts import discard_draft
from eligibility.simulation import rules_digest, store_rows, tally
from organization import outbox
from organization.models import DisciplineCase, Employee, OutboxMessage, Placement, UnitReadiness, UnitVersion
from tests.eligibility.simulating import (
    arrange,
    change,
    changes,
    draft_of,
    in_days,
    make_simulating_world,
    promote,
    simulate,
    soften,
)
from tests.organization.cast import make_unit
from tests.world import SINCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_simulating_world()


def judged(version, on):
    """Verdict and rules not met of everybody who serves, by the engine itself."""
    if version is None:
        return {}
    people = Employee.objects.serving_on(on)
    found = screen_many(people, version, on=on, ask=ask_of_policy(version.policy.code))
    return {item.employee_id: (str(item.verdict), [each.rule.criterion for each in item.failed]) for item in found}


def stored(simulation, side):
    rows = simulation.rows.values_list("employee_id", f"verdict_{side}", f"failed_{side}")
    return {pk: (verdict, failed) for pk, verdict, failed in rows}


def test_it_names_who_loses_and_who_gains(world):
    simulation = simulate(world, draft_of(world))

    assert changes(simulation) == {"col1": "gained", "emp": "lost"}
    figures = {"people": 5, "now": 4, "then": 4, "gained": 1, "lost": 1, "shifted": 0, "running": 0}
    assert simulation.counts == figures
    lost = simulation.rows.get(change="lost")
    assert (lost.failed_before, lost.failed_after) == ([], ["not_new_in_post"])
    gained = simulation.rows.get(change="gained")
    assert (gained.failed_before, gained.failed_after) == (["location_tasks"], [])


def test_who_loses_by_one_rule_and_meets_another_now_is_the_same_in_the_end(world):
    promote(world.employees["col1"], in_days(-240))

    simulation = simulate(world, draft_of(world))

    row = simulation.rows.get(employee=world.employees["col1"])
    assert (row.change, row.failed_before, row.failed_after) == ("same", ["location_tasks"], ["not_new_in_post"])


def _severity(criterion, severity):
    return lambda world, draft: soften(draft, criterion, severity)


def _params(criterion, **params):
    return lambda world, draft: Rule.objects.filter(version=draft, criterion=criterion).update(params=params)


def _without(criterion):
    def remove(world, draft):
        rule = draft.rules.get(criterion=criterion)
        rule.waivable_by.clear()
        rule.delete()

    return remove


def _waived(world, draft):
    draft.rules.get(criterion="not_new_in_post").waivable_by.set(CircumstanceKind.objects.all())


EDITS = {
    "as it is": lambda world, draft: None,
    "a person checks the unit": _severity("unit_service", "manual"),
    "readiness only warns": _severity("unit_ready", "warn"),
    "outputs block": _severity("outputs_delivered", "block"),
    "new is waived for some": _waived,
    "no readiness": _without("unit_ready"),
    "other kinds": _params("employee_kind", kinds=["cpns"]),
    "posts out": _params("excluded_post", kinds=["fungsional"]),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_both_verdicts_are_those_of_a_screening(world, edit):
    busy = make_unit("L", "Loket", parent=world.law.parent)
    UnitVersion.objects.filter(unit=busy).update(is_direct_service=True)
    Placement.objects.filter(employee=world.employees["sup"]).update(unit=busy)
    UnitReadiness.objects.filter(unit=world.law).update(unit=world.law.parent)
    DisciplineCase.objects.create(
        employee=world.employees["col2"], reference="P-1", status="examination", opened_on=in_days(-1)
    )
    draft = draft_of(world)
    edit(world, draft)

    simulation = simulate(world, draft)

    draft = PolicyVersion.objects.select_related("policy").get(pk=draft.pk)
    assert stored(simulation, "after") == judged(draft, simulation.as_of)
    assert stored(simulation, "before") == judged(version_in_force("location", simulation.as_of), simulation.as_of)


def test_whom_a_person_checks_stays_eligible_and_is_told_apart(world):
    UnitVersion.objects.filter(unit=world.law).update(is_direct_service=True)
    draft = draft_of(world, months=6, share=60)
    soften(draft, "unit_service", "manual")

    simulation = simulate(world, draft)

    assert set(changes(simulation).values()) == {"gained"}
    assert set(simulation.rows.filter(change="gained").values_list("verdict_after", flat=True)) == {"needs_person"}
    assert simulation.counts["then"] == 4


def test_a_check_that_comes_or_goes_is_no_loss(world):
    draft = draft_of(world, months=6, share=60)
    UnitReadiness.objects.all().delete()
    soften(draft, "unit_ready", "manual")
    first = simulate(world, draft)
    assert first.counts["gained"] == 4

    # The same draft beside one that only warned: both let them in, one with a check.
    with pgtrigger.ignore("eligibility.Rule:published_rule_is_frozen"):
        of_the_first = Rule.objects.filter(version__number=1, version__policy__code="location")
        of_the_first.filter(criterion="unit_ready").update(severity="warn")
    again = simulate(world, draft)

    assert (again.counts["shifted"], again.counts["lost"], again.counts["gained"]) == (4, 0, 0)


def test_without_a_version_in_force_nobody_was_eligible(world):
    draft = draft_of(world, valid_from=in_days(30))
    PolicyVersion.objects.filter(policy__code="location", number=1).update(valid_to=in_days(20))

    simulation = simulate(world, draft)

    assert simulation.base is None
    assert (simulation.counts["now"], simulation.counts["gained"]) == (0, 4)


def test_a_policy_with_no_version_at_all_is_simulated(world):
    policy = Policy.objects.get(code="location")
    number = 9
    draft = PolicyVersion.objects.create(policy=policy, number=number, valid_from=in_days(1))

    simulation = simulate(world, draft)

    assert simulation.counts["then"] == 5  # no rule keeps anybody out; publishing refuses such a version


def test_everybody_who_serves_on_the_day_is_asked_and_nobody_else(world):
    Placement.objects.filter(employee=world.employees["col2"]).update(valid_to=in_days(9))
    draft = draft_of(world, valid_from=in_days(10))

    later = simulate(world, draft)
    today = simulate(world, draft, as_of=in_days(0))

    assert (later.counts["people"], today.counts["people"]) == (4, 5)
    assert later.as_of == in_days(10)


def test_a_day_to_come_is_judged_by_what_holds_then(world):
    promote(world.employees["col2"], in_days(5))
    draft = draft_of(world, valid_from=in_days(10))

    assert changes(simulate(world, draft)) == {"col1": "gained", "emp": "lost"}  # col2 is new by both
    assert simulate(world, draft).rows.get(employee=world.employees["col2"]).failed_before == ["not_new_in_post"]


def test_running_arrangements_of_the_policy_are_counted(world):
    emp, law = world.employees["emp"], world.law
    arrange(emp, law)
    arrange(emp, law, kind="location_time", since=-4)
    arrange(emp, law, kind="shift")
    arrange(world.employees["col2"], law)
    arrange(world.employees["sup"], law, days=-1, since=-30)  # over

    simulation = simulate(world, draft_of(world))

    running = dict(simulation.rows.values_list("employee__name", "running"))
    assert running == {"emp": 2, "col2": 1, "sup": 0, "head": 0, "col1": 0}
    assert simulation.counts["running"] == 1  # of those who lose


def test_the_figures_are_those_of_the_rows(world):
    arrange(world.employees["emp"], world.law)
    simulation = simulate(world, draft_of(world))

    unit, root = str(world.law.pk), str(world.law.parent_id)
    line = [4, 4, 1, 1, 1]
    assert simulation.breakdown["unit"] == {unit: line, root: line}
    assert simulation.breakdown["unit_itself"] == {unit: line}
    assert simulation.breakdown["sex"] == {"1": line}
    assert simulation.breakdown["kind"] == {"pns": line}
    assert sorted(simulation.breakdown["position"].values()) == [[0, 1, 1, 0, 0], [4, 3, 0, 1, 1]]
    assert simulation.breakdown["rule"] == {"location_tasks": [1, 0, 1, 0, 0], "not_new_in_post": [0, 1, 0, 1, 1]}


def test_the_same_facts_give_the_same_rows(world):
    draft = draft_of(world)

    first, second = simulate(world, draft), simulate(world, draft)
    promote(world.employees["sup"], in_days(-1))
    third = simulate(world, draft)

    assert first.rows_digest == second.rows_digest != third.rows_digest
    assert first.pk != second.pk


def test_doing_it_twice_changes_nothing(world):
    simulation = simulate(world, draft_of(world))
    before = list(simulation.rows.order_by("pk").values_list("pk", flat=True))

    perform_simulation(simulation.pk)

    assert list(simulation.rows.order_by("pk").values_list("pk", flat=True)) == before


def test_an_edit_of_a_rule_makes_it_old_and_a_note_does_not(world):
    draft = draft_of(world)
    simulation = simulate(world, draft)
    draft = PolicyVersion.objects.get(pk=draft.pk)
    PolicyVersion.objects.filter(pk=draft.pk).update(note="Masa percobaan.", revision=9)
    assert simulation.rules_digest == rules_digest(PolicyVersion.objects.get(pk=draft.pk))

    change(world, draft, "location_tasks", {"min_share_pct": 50})

    assert simulation.rules_digest != rules_digest(PolicyVersion.objects.get(pk=draft.pk))


def test_it_judges_the_rules_as_they_stand_when_the_worker_comes(world):
    draft = draft_of(world)
    queued = start_simulation(by=world.users["hr"], policy_code="location", number=draft.number)
    change(
        world, draft, "not_new_in_post", {"months": 6, "triggers": ["recruitment", "promotion", "transfer", "rotation"]}
    )

    done = perform_simulation(queued.pk)

    assert changes(done) == {"col1": "gained"}
    assert done.rules_digest == rules_digest(PolicyVersion.objects.get(pk=draft.pk))


def test_the_worker_does_it_by_the_outbox(world):
    draft = draft_of(world)
    made = start_simulation(by=world.users["hr"], policy_code="location", number=draft.number)

    message = OutboxMessage.objects.get(topic="eligibility.simulate")
    assert message.payload == {"simulation": made.pk}
    assert outbox.deliver(message.pk)

    made.refresh_from_db()
    assert made.status == "done"


def test_a_discarded_draft_takes_its_simulations_along(world):
    draft = draft_of(world)
    simulate(world, draft)
    queued = start_simulation(by=world.users["hr"], policy_code="location", number=draft.number)
    draft.refresh_from_db()

    discard_draft(by=world.users["hr"], version_id=draft.pk, revision=draft.revision)

    assert not Simulation.objects.exists()
    assert perform_simulation(queued.pk) is None


@pytest.mark.parametrize("name", ["emp", "sup", "head", "boss"])
def test_only_hr_of_the_agency_simulates(world, name):
    draft = draft_of(world)

    with pytest.raises(PermissionDenied):
        start_simulation(by=world.users[name], policy_code="location", number=draft.number)


def test_a_version_that_is_not_there_is_refused(world):
    with pytest.raises(ValidationError):
        start_simulation(by=world.users["hr"], policy_code="location", number=77)


@pytest.mark.parametrize("more", [0, 300])
def test_one_statement_whatever_the_number_of_people(world, more):
    people = [
        Employee(nip=f"{199001012020000000 + number}", name=f"p{number}", kind="pns", sex="2", birth_date=SINCE)
        for number in range(more)
    ]
    Employee.objects.bulk_create(people)
    post = Placement.objects.filter(employee=world.employees["emp"]).first()
    Placement.objects.bulk_create(
        Placement(employee=each, unit=world.law, position=post.position, entry_reason="recruitment", valid_from=SINCE)
        for each in people
    )
    draft = draft_of(world)
    made = Simulation.objects.select_related("version__policy", "base").get(pk=simulate(world, draft).pk)
    made.pk, made._state.adding, made.rows_digest = None, True, "0"
    made.save()
    version = PolicyVersion.objects.with_rules().get(pk=draft.pk)
    made.version, made.base = version, version_in_force("location", made.as_of)

    with CaptureQueriesContext(connection) as storing:
        store_rows(made)
    with CaptureQueriesContext(connection) as counting:
        found = tally(made)

    assert (len(storing), len(counting)) == (1, 4)
    assert found.counts["people"] == 5 + more


def test_the_command_writes_both_verdicts_and_stores_nothing(world, tmp_path):
    arrange(world.employees["emp"], world.law)
    draft = draft_of(world)
    arguments = ["simulate", "--policy", "location", "--version", str(draft.number)]

    call_command(*arguments, "--out", str(tmp_path / "s.csv"))
    call_command(*arguments, "--format", "json", "--out", str(tmp_path / "s.json"))

    with (tmp_path / "s.csv").open(newline="") as stream:
        rows = {row["name"]: row for row in csv.DictReader(stream)}
    assert {name: row["change"] for name, row in rows.items() if row["change"] != "same"} == {
        "emp": "lost",
        "col1": "gained",
    }
    assert (rows["emp"]["failed_after"], rows["emp"]["running"]) == ("not_new_in_post", "1")
    found = json.loads((tmp_path / "s.json").read_text())
    assert len(found) == 5
    assert {row["name"] for row in found if row["change"] == "lost"} == {"emp"}
    assert not Simulation.objects.exists()


def test_the_command_says_which_version_is_missing(world):
    with pytest.raises(CommandError, match="77"):
        call_command("simulate", "--policy", "location", "--version", "77")


def test_the_command_takes_a_day(world, tmp_path):
    draft = draft_of(world)
    out = tmp_path / "s.csv"

    call_command("simulate", "--policy", "location", "--version", str(draft.number), "--as-of",
                 str(timezone.localdate() + timedelta(days=400)), "--out", str(out))  # fmt: skip

    assert "lost" not in out.read_text()  # by then emp has the twelve months
