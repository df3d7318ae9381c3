"""Statements written down once give what Django's own give."""

from __future__ import annotations

from datetime import timedelta

import pghistory
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from attendance.models import AttendanceTerms, OutageWindow
from config.prepared import ask, select
from organization.models import Employee, User
from tests.world import make_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [User, Employee, AttendanceTerms, Session])
def test_an_object_is_as_django_reads_it(model):
    user = make_world().users["emp"]
    Client().force_login(user)

    for found in select(model, "TRUE", []):
        known = model.objects.get(pk=found.pk)
        assert {field.attname: getattr(found, field.attname) for field in model._meta.concrete_fields} == {
            field.attname: getattr(known, field.attname) for field in model._meta.concrete_fields
        }
        assert not found._state.adding


def test_a_session_that_is_over_is_nobody():
    client = Client()
    client.force_login(make_world().users["emp"])
    assert client.get("/api/v1/presence-events/").status_code == 200

    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert client.get("/api/v1/presence-events/").status_code == 401


def test_inside_a_context_of_history_the_statement_stays_as_it_is_and_the_next_is_tracked():
    with pghistory.context(user=None):
        before = list(connection.execute_wrappers)
        assert ask("WITH one AS (SELECT %s::int AS n) SELECT n FROM one", [1]) == [(1,)]
        assert connection.execute_wrappers == before != []


def test_a_model_without_rows_is_an_empty_list():
    assert select(OutageWindow, "id = %s", [0]) == []
