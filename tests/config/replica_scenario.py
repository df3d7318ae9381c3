"""What happens to long reads while a replica keeps up, falls behind, goes away and is promoted; prints what it saw.

A process of its own, because its databases are other ones than the suite's. Run by test_replica.py.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

import django

from config.embedded import paths, postgres
from config.embedded.paths import Home


class Warnings(logging.Handler):
    """Why the replica was passed over, one entry per time."""

    def __init__(self) -> None:
        super().__init__()
        self.reasons: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.reasons.append(getattr(record, "reason", record.getMessage()))

    def take(self) -> list[str]:
        taken, self.reasons = self.reasons, []
        return taken


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from tests.world import make_world

    if sys.argv[1] == "prepare":
        call_command("migrate", verbosity=0, interactive=False)
        make_world()
        return
    warnings = Warnings()
    logging.getLogger("config.replica").addHandler(warnings)
    seen: dict[str, Any] = {}
    for step in (keeps_up, in_a_transaction, serves_a_run, behind, cancelled, away, back, promoted):
        seen[step.__name__] = {**step(), "reasons": warnings.take()}
    print(json.dumps(seen))


def keeps_up() -> dict[str, Any]:
    """Whatever was written a moment ago is read from the replica."""
    from config import replica
    from organization.models import Site

    found = []
    for number in range(30):
        Site.objects.create(code=f"s{number}", name="Kantor")
        source = replica.source()
        found.append(source.is_replica and Site.objects.using(source.alias).filter(code=f"s{number}").exists())
    return {"found": sum(found), "lag": replica.lag()}


def in_a_transaction() -> dict[str, Any]:
    from django.db import DatabaseError, transaction

    from config import replica
    from organization.models import Site

    with transaction.atomic():
        inside, told = replica.source().alias, replica.source(inside_transaction=True).alias
    try:
        Site.objects.using("replica").create(code="x", name="x")
        writable = True
    except DatabaseError:
        writable = False
    return {"inside": inside, "told": told, "writable": writable}


def _run() -> dict[str, Any]:
    """A screening run; how often each database was asked about the people."""
    from django.db import connections
    from django.utils import timezone

    from eligibility.exports import export_rows
    from eligibility.services import perform_run, run_screening
    from organization.models import User

    before = timezone.now()
    order = run_screening(by=User.objects.get(username="hr"), policy_code="location", as_of=timezone.localdate())
    asked = {"default": 0, "replica": 0}

    def count(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        asked[context["connection"].alias] += "disciplinecase" in sql
        return execute(sql, params, many, context)

    with connections["default"].execute_wrapper(count), connections["replica"].execute_wrapper(count):
        run = perform_run(order.pk)
        exported = [row.verdict for row in export_rows(run)]
    return {
        "asked": asked,
        "people": run.counts["people"],
        "stored": run.screenings.count(),
        "exported": len(exported),
        "facts_are_new": before <= run.facts_at <= timezone.now(),
    }


def serves_a_run() -> dict[str, Any]:
    return _run()


def behind() -> dict[str, Any]:
    from django.db import connections

    from config import replica
    from organization.models import Site

    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_wal_replay_pause()")
    Site.objects.create(code="later", name="Kantor")
    answer = {"lag": replica.lag(), **_run()}
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_wal_replay_resume()")
    return answer


def cancelled() -> dict[str, Any]:
    """The replica drops a run's connection while it is being read."""
    from django.db import connections

    from eligibility.services import screenings

    original = screenings._batches
    times: list[int] = []

    def broken(results: Any) -> Any:
        for batch in original(results):
            yield batch
            if not times:
                times.append(1)
                with connections["replica"].cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    screenings._batches = broken
    try:
        return _run()
    finally:
        screenings._batches = original


def away() -> dict[str, Any]:
    from config import replica

    postgres.stop(Home("replica"))
    return {"lag": replica.lag(), **_run()}


def back() -> dict[str, Any]:
    from config import replica

    postgres.start(Home("replica"))
    return {"lag": replica.lag(), **_run()}


def promoted() -> dict[str, Any]:
    """A replica that became a primary of its own goes its own way: nothing is read from it."""
    from django.db import connections

    from config import replica

    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT pg_promote()")
    return {"alias": replica.source().alias, "lag": replica.lag()}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.config.fault_settings")
    paths.STATE_FOLDER = Path(os.environ["OWN_STATE_FOLDER"])
    main()
