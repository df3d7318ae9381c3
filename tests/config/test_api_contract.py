"""Whatever is sent to an endpoint, it answers as its schema says; made-up calls from the schema itself."""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, override_settings
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from zeal import zeal_ignore

from attendance.models import Assignment
from eligibility.models import Screening
from fwa.models import GrantExport, Letter, Request, Step
from fwa.services.exports import make_grant_export
from organization.models import Position, RoleGrant, TaskType
from tests.fwa.letters_kit import rendered, sent
from tests.systems import connect, token_of
from tests.world import SINCE, make_world

schemathesis = pytest.importorskip("schemathesis")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
CHECKS = [checks.status_code_conformance, checks.content_type_conformance, checks.response_schema_conformance]
# `API_CASES=100 make test TARGET=tests/config/test_api_contract.py` looks longer.
CASES = int(os.environ.get("API_CASES") or 2)
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]


@contextmanager
def one_connection():
    """Calls share the transaction of the test, so no call may close its connection."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def known(case, world):
    """Ids that are there, for what the path of a call names."""
    kind = case.path.split("/")[3]
    rows = {
        "assignments": Assignment.objects.first(),
        "grant-exports": GrantExport.objects.first(),
        "employees": world.employees["emp"],
        "positions": Position.objects.first(),
        "role-grants": RoleGrant.objects.first(),
        "screenings": Screening.objects.first(),
        "steps": Step.objects.first(),
        "task-types": TaskType.objects.first(),
        "units": world.law,
    }
    ids = {"public_id": str(Request.objects.earliest("pk").public_id), "token": Letter.objects.get().token}
    ids |= {"code": "location", "number": 1} if kind == "policies" else {}
    ids |= {"id": rows[kind].pk} if rows.get(kind) else {}
    return {name: value for name, value in ids.items() if name in case.path_parameters}


def make_rows():
    """One of most things; `emp` also has every role that a page may ask for."""
    world = make_world()
    rendered(world)
    sent(world, "col1", weekdays=(1,))
    for role in ("hr_admin", "auditor", "evidence_officer"):
        RoleGrant.objects.create(user=world.users["emp"], role=role, valid_from=SINCE)
    make_grant_export(on=timezone.localdate())
    return world


def person(world):
    """Headers and cookies of somebody who logged in."""
    client = Client()
    client.force_login(world.users["emp"])
    client.get("/profile/")
    cookies = {key: client.cookies[key].value for key in ("sessionid", "csrftoken")}
    return {"headers": {"X-CSRFToken": cookies["csrftoken"], "Accept": "application/json"}, "cookies": cookies}


def system(world):
    """Headers of a connection with every scope and HR's role."""
    token = token_of(*connect(world.users["hr"]))
    return {"headers": {"Authorization": f"Bearer {token}", "Accept": "application/json"}}


@pytest.mark.parametrize("caller", [person, system])
def test_answers_are_those_of_the_schema(caller, tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path, API_CALLS_PER_MINUTE=1_000_000):
        world = make_rows()
        asked = caller(world)
        reader = Client()
        reader.force_login(world.users["emp"])
        schema = schemathesis.openapi.from_dict(reader.get("/api/v1/schema/?format=json").json())
        schema.app = WSGIHandler()
        seen = walk(schema, world, asked)

    assert {200, 400, 404} <= seen


def walk(schema, world, asked):
    """Call every operation with made-up input; the statuses that came back."""
    seen = set()
    for found in schema.get_all_operations():
        quick = settings(
            max_examples=CASES,
            phases=[Phase.generate],
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )

        @quick
        @given(case=found.ok().as_strategy())
        def call(case):
            case.path_parameters |= known(case, world)
            response = case.call(**asked)
            seen.add(response.status_code)
            assert response.status_code < 500, (case.method, case.path, response.text)
            case.validate_response(response, checks=CHECKS)

        with one_connection(), zeal_ignore():  # queries are counted elsewhere
            call()
    return seen
