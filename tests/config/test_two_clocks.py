"""A second clock, by mistake or while one is replaced: whatever it starts again changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.celery import app
from fwa.models import Step
from fwa.services.requests import save_draft, submit_request
from fwa.tasks import escalate_overdue_steps
from organization import tasks
from organization.models import OutboxMessage
from tests.fwa.racing import pair
from tests.world import draft, make_world

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("races")]


@pytest.fixture
def overdue(settings, tmp_path):
    """Requests that wait too long at several desks, one with mail under way."""
    settings.LEDGER_ANCHOR_DIR = tmp_path
    world = make_world()
    for name in ("emp", "col1", "col2"):
        submit_request(by=world.users[name], request_id=save_draft(by=world.users[name], data=draft()).pk)
    Step.objects.filter(status="current").update(due_on=timezone.localdate() - timedelta(days=9))
    return world


def rows() -> dict[str, int]:
    """Rows of every table: what a task did shows in one of them, by the history if nowhere else."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()[0]
    return found


def start(entry: dict[str, Any]) -> Any:
    return app.tasks[entry["task"]](*entry.get("args", ()), **entry.get("kwargs", {}))


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_a_task_that_ran_changes_nothing_when_it_runs_again(overdue, name):
    app.loader.import_default_modules()
    entry = settings.CELERY_BEAT_SCHEDULE[name]
    start(entry)
    before = rows()
    start(entry)

    assert rows() == before


def test_two_clocks_at_the_same_moment_escalate_once(overdue):
    with pair() as racers:
        results = racers.run(escalate_overdue_steps, escalate_overdue_steps)
    after = rows()
    escalate_overdue_steps()

    assert sum(results) == 3
    assert rows() == after


def test_two_relays_at_the_same_moment_hand_each_message_over_once(overdue, monkeypatch):
    delivered: list[int] = []
    monkeypatch.setattr(tasks.deliver_message, "delay", delivered.append)
    waiting = [OutboxMessage(topic="test", payload={}, key=f"test:{n}", available_at=timezone.now()) for n in range(60)]
    OutboxMessage.objects.bulk_create(waiting)
    with pair() as racers:
        handed = racers.run(tasks.relay_outbox, tasks.relay_outbox)

    assert sum(handed) == len(delivered) == len(set(delivered)) == len(waiting)
