"""Policies, verdicts and runs by REST."""

from datetime import date

import pytest
from django.utils import timezone

from eligibility.models import ArrangementTerms, CircumstanceKind, PolicyVersion, Screening
from eligibility.screening import ask_of_policy, screen_employee, version_in_force
from eligibility.services import perform_run, run_screening, store_screening
from organization.models import DisciplineCase, RoleGrant, Unit
from tests.api import client_of, get, problem
from tests.world import SINCE, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def stored(world, name="emp"):
    today = timezone.localdate()
    version = version_in_force("location", today)
    result = screen_employee(world.employees[name], version, on=today, ask=ask_of_policy("location"))
    return store_screening(result=result, by=None)


def done_run(world):
    return perform_run(
        run_screening(by=world.users["hr"], policy_code="location", as_of=timezone.localdate(), unit=world.law).pk
    )


def test_everybody_reads_by_what_they_are_judged(world):
    listed = get(world.users["emp"], "policies/")["results"]
    found = get(world.users["emp"], "policies/location/")
    version = get(world.users["emp"], "policies/location/versions/1/")

    assert [(row["code"], row["in_force"]["number"]) for row in listed] == [
        ("location", 1),
        ("shift", 1),
        ("dynamic", 1),
    ]
    assert [row["number"] for row in found["versions"]] == [1]
    rule = next(row for row in version["rules"] if row["criterion"] == "not_examined")
    assert (rule["mark"], rule["severity"]) == ("L", "block")
    assert "25" in rule["legal_basis"]
    assert all(row["sentence"] for row in version["rules"])


def test_a_draft_is_not_there(world):
    PolicyVersion.objects.create(
        policy=PolicyVersion.objects.get(policy__code="location").policy, number=2, valid_from=date(2030, 1, 1)
    )
    client = client_of(world.users["hr"])

    problem(client.get("/api/v1/policies/location/versions/2/"), 404, "not_found")
    problem(client.get("/api/v1/policies/nothing/"), 404, "not_found")
    assert len(get(world.users["hr"], "policies/location/")["versions"]) == 1


def test_terms_are_read_or_404(world):
    assert get(world.users["emp"], "terms/")["max_days_per_week"] == 2
    ArrangementTerms.objects.all().delete()
    problem(client_of(world.users["emp"]).get("/api/v1/terms/"), 404, "not_found")


def test_kinds_of_circumstance_in_use(world):
    CircumstanceKind.objects.update(is_active=False)
    CircumstanceKind.objects.update_or_create(code="hamil", defaults={"name": "Hamil", "is_active": True})

    assert [row["code"] for row in get(world.users["emp"], "circumstance-kinds/")["results"]] == ["hamil"]


def test_ones_own_verdict_names_every_rule_and_stores_nothing(world):
    DisciplineCase.objects.create(
        employee=world.employees["emp"], reference="P-1", status="examination", opened_on=timezone.localdate()
    )

    found = get(world.users["emp"], "screenings/me/", policy="location", place_kind="home")

    (verdict,) = found["verdicts"]
    version = PolicyVersion.objects.get(policy__code="location")
    assert verdict["verdict"] == "not_eligible"
    assert len(verdict["rules"]) == version.rules.count()
    assert [row["criterion"] for row in verdict["rules"] if row["outcome"] == "failed"] == ["not_examined"]
    assert not Screening.objects.exists()


def test_somebody_without_record_has_no_verdict(world):
    problem(client_of(world.users["hr"]).get("/api/v1/screenings/me/"), 403, "permission_denied")
    answer = client_of(world.users["emp"]).get("/api/v1/screenings/me/?place_kind=moon")
    assert problem(answer, 400, "invalid")["errors"][0]["field"] == "place_kind"


@pytest.mark.parametrize(("name", "status"), [("emp", 200), ("hr", 200), ("sup", 403), ("head", 403), ("col1", 404)])
def test_a_stored_verdict_is_for_oneself_and_hr(world, name, status):
    screening = stored(world)

    assert client_of(world.users[name]).get(f"/api/v1/screenings/{screening.pk}/").status_code == status


@pytest.mark.parametrize(("name", "count"), [("emp", 1), ("hr", 2), ("sup", 1), ("head", 0), ("boss", 0)])
def test_the_list_of_verdicts_holds_no_row_that_may_not_be_opened(world, name, count):
    stored(world, "emp")
    stored(world, "sup")

    assert get(world.users[name], "screenings/")["count"] == count


def test_a_stored_verdict_is_replayed(world):
    screening = stored(world)

    found = get(world.users["emp"], f"screenings/{screening.pk}/")
    Screening.objects.filter(pk=screening.pk).update(verdict="not_eligible")
    forged = get(world.users["emp"], f"screenings/{screening.pk}/")

    assert found["replays_identically"]
    assert [row["criterion"] for row in found["observed"]] == [row["criterion"] for row in found["verdict"]["rules"]]
    assert not forged["replays_identically"]


def test_hr_starts_a_run_and_reads_it(world):
    client = client_of(world.users["hr"])

    answer = client.post("/api/v1/screening-runs/", {"policy": "location", "unit_id": world.law.pk})
    run = answer.json()
    perform_run(run["id"])

    assert (answer.status_code, run["status"], run["unit"]["name"]) == (202, "queued", "Hukum")
    assert get(world.users["hr"], f"screening-runs/{run['id']}/")["counts"]["people"] == 5
    results = get(world.users["hr"], f"screening-runs/{run['id']}/results/", name="col")
    assert [(row["employee"]["name"], row["unit"]) for row in results["results"]] == [
        ("col1", "Hukum"),
        ("col2", "Hukum"),
    ]


@pytest.mark.parametrize("name", ["emp", "sup", "head", "boss"])
def test_runs_are_for_hr_and_auditors(world, name):
    run = done_run(world)
    client = client_of(world.users[name])

    for path in ("", f"{run.pk}/", f"{run.pk}/results/"):
        problem(client.get(f"/api/v1/screening-runs/{path}"), 403, "permission_denied")
    problem(client.post("/api/v1/screening-runs/", {"policy": "location"}), 403, "permission_denied")


def test_hr_of_a_unit_does_not_run_the_agency(world):
    RoleGrant.objects.create(user=world.users["col1"], role="hr_admin", unit=world.law, valid_from=SINCE)
    client = client_of(world.users["col1"])
    root = Unit.objects.get(code="R")

    problem(client.post("/api/v1/screening-runs/", {"policy": "location"}), 403, "permission_denied")
    answer = client.post("/api/v1/screening-runs/", {"policy": "location", "unit_id": root.pk})
    assert problem(answer, 400, "invalid")["errors"][0]["field"] == "unit_id"
    assert client.post("/api/v1/screening-runs/", {"policy": "shift", "unit_id": world.law.pk}).status_code == 202


def test_a_day_without_policy_is_refused_in_words(world):
    answer = client_of(world.users["hr"]).post("/api/v1/screening-runs/", {"policy": "shift", "as_of": "2019-01-01"})

    assert problem(answer, 400, "invalid")["errors"][0]["field"] == "non_field_errors"


@pytest.mark.parametrize(
    ("path", "queries"),
    [("policies/", 5), ("policies/location/versions/1/", 5), ("screenings/", 5), ("screening-runs/", 5)],
)
def test_lists_ask_a_constant_number_of_questions(world, path, queries, django_assert_num_queries):
    client = client_of(world.users["hr"])
    stored(world)
    done_run(world)
    for _ in range(2):
        with django_assert_num_queries(queries):
            assert client.get(f"/api/v1/{path}").status_code == 200
        for name in ("sup", "col1"):
            stored(world, name)
            done_run(world)


def test_details_ask_few_questions(world, django_assert_num_queries):
    screening, run = stored(world), done_run(world)
    client = client_of(world.users["hr"])

    for path, queries in (
        (f"screenings/{screening.pk}/", 7),
        (f"screening-runs/{run.pk}/", 4),
        (f"screening-runs/{run.pk}/results/", 6),
    ):
        with django_assert_num_queries(queries):
            client.get(f"/api/v1/{path}")
    client.force_login(world.users["emp"])
    with django_assert_num_queries(6):
        client.get("/api/v1/screenings/me/")
