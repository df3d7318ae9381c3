"""Loading the demo: deterministic, set-based, on any day, and never over an agency that is not a demo."""

from __future__ import annotations

import hashlib
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from attendance.models import AssignmentDay
from fwa import ledger
from fwa.demo.build import Plan, load_demo
from fwa.demo.people import Inventor
from fwa.demo.reset import NotADemo
from fwa.demo.units import CORE_SEATS, SMALLEST, filler
from fwa.models import Letter, Request, Step
from organization import outbox
from organization.models import AgencyProfile, Employee, Placement, Unit, User

AS_OF = date(2026, 11, 24)
SMALL = Plan(employees=SMALLEST, months=1, seed=1, as_of=AS_OF)


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch):
    """No letters are made."""
    monkeypatch.setattr(outbox, "wake", lambda: None)


def digest():
    """What must be the same twice: ids, names and states; tokens and seals are random on purpose."""
    tables = [
        Unit.objects.order_by("pk").values_list("pk", "code", "name", "path"),
        Employee.objects.order_by("pk").values_list("pk", "nip", "name", "kind", "grade", "email", "user_id"),
        Placement.objects.order_by("pk").values_list("pk", "employee_id", "supervisor_id", "valid_from", "is_head"),
        Request.objects.order_by("pk").values_list("pk", "number", "status", "valid_from", "submitted_at", "reason"),
        Step.objects.order_by("pk").values_list("pk", "role", "holder_id", "status", "due_on", "decided_at"),
        AssignmentDay.objects.order_by("pk").values_list("pk", "employee_id", "day", "status"),
        Letter.objects.order_by("pk").values_list("pk", "number", "decided_on"),
    ]
    return hashlib.sha256("\n".join(repr(list(table)) for table in tables).encode()).hexdigest()


def test_the_same_seed_and_day_make_the_same_agency_and_leave_nothing_of_the_one_before(
    db, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.LEDGER_ANCHOR_DIR = tmp_path
    load_demo(SMALL)
    first, old = digest(), set(Request.objects.values_list("public_id", flat=True))
    anchor = ledger.write_anchor(AS_OF)

    with django_capture_on_commit_callbacks(execute=True):
        load_demo(SMALL)

    assert digest() == first
    assert not Request.objects.filter(public_id__in=old).exists()
    assert not anchor.exists()
    assert ledger.verify() == []


def test_another_seed_makes_other_people():
    def invented(seed):
        inventor = Inventor(seed=seed, as_of=AS_OF, settled_by=date(2025, 6, 1))
        return [(person.nip, person.name) for person in inventor.people(CORE_SEATS)]

    assert invented(1) == invented(1)
    assert invented(1) != invented(2)


@pytest.mark.parametrize("as_of", ["2026-03-19", "2027-01-03"])
def test_it_loads_on_any_day(db, as_of):
    """The week of Idulfitri, a Sunday at the turn of a year."""
    answer = StringIO()
    call_command("demo", employees=SMALLEST, months=1, as_of=date.fromisoformat(as_of), stdout=answer)

    assert f"{SMALLEST} employees" in answer.getvalue()
    assert ledger.verify() == []


class Statements:
    """Counts statements; the log of the connection forgets the first ones of so many."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def test_more_people_mean_more_rows_and_hardly_more_questions(db):
    """Sets, not loops: the number of statements does not grow with the number of people."""
    asked = []
    for employees in (150, 300):
        statements = Statements()
        with connection.execute_wrapper(statements):
            summary = load_demo(Plan(employees=employees, months=1, seed=1, as_of=AS_OF))
        asked.append(statements.count)
        assert summary.employees == employees == Employee.objects.count()

    assert asked[1] - asked[0] < 20


def test_units_and_seats_are_made_for_any_number_of_people():
    for people in (0, 1, 460, 5000):
        units, seats = filler(people)
        assert len(seats) == len({seat.key for seat in seats}) == people
        assert {seat.unit for seat in seats} <= {unit.code for unit in units}


def test_it_refuses_in_production(db, settings):
    settings.DEMO = settings.DEBUG = False

    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")

    assert not Employee.objects.exists()


@pytest.mark.parametrize("options", [{"employees": SMALLEST - 1}, {"months": 0}, {"months": 37}])
def test_it_says_what_it_cannot_make(db, options):
    with pytest.raises(CommandError):
        call_command("demo", **options)


def test_it_never_replaces_a_real_agency(db):
    call_command("setup_agency", stdout=StringIO())

    with pytest.raises(CommandError, match="not the demo"):
        call_command("demo", employees=SMALLEST)

    assert AgencyProfile.objects.get().is_demo is False
    assert User.objects.filter(username="admin").exists()


def test_a_database_with_accounts_but_no_agency_is_left_alone(db):
    User.objects.create(username="root")

    with pytest.raises(NotADemo):
        load_demo(SMALL)
