"""Many threads on two connections of a pooler in transaction mode: commands, history, long reads; prints what it saw.

A process of its own, because its database is another one than the suite's. Run by test_pooler.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import django

ROUNDS, THREADS = 8, 6


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from organization.models import User
    from tests.world import make_world

    # The database comes migrated, but migrating works behind the pooler, too: one table goes and comes again.
    call_command("migrate", "sessions", "zero", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)
    make_world()
    users = list(User.objects.order_by("pk"))
    seen = {
        "history": at_once(write_history, users),
        "requests": at_once(ask_and_withdraw, [user for user in users if user.username in ("emp", "col1", "col2")]),
        "runs": at_once(screen, [user for user in users if user.username == "hr"] * THREADS),
        "sessions": at_once(look_at_session, users),
    }
    print(json.dumps(seen))


def at_once(work: Callable[[Any, int], Any], users: list[Any]) -> list[Any]:
    """What each thread returned; whatever one raises ends the scenario."""
    from django.db import connections

    def go(user: Any, number: int) -> Any:
        try:
            return [work(user, number * ROUNDS + count) for count in range(ROUNDS)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(go, users, range(len(users))))


def write_history(user: Any, number: int) -> bool:
    """Whether the history names the one who wrote, in a transaction and on its own."""
    import pghistory
    from django.apps import apps
    from django.db import transaction

    from organization.models import Holiday

    with pghistory.context(user=user.pk):
        with transaction.atomic():
            row = Holiday.objects.create(day=date(2030, 1, 1) + timedelta(days=number), name="a", kind="public")
            Holiday.objects.filter(pk=row.pk).update(name="b")
        Holiday.objects.filter(pk=row.pk).update(name="c")
    events = apps.get_model("organization", "HolidayEvent").objects.filter(pgh_obj_id=row.pk)
    return [event.pgh_context.metadata["user"] for event in events.select_related("pgh_context")] == [user.pk] * 3


def ask_and_withdraw(user: Any, number: int) -> str:
    """A request from draft to withdrawal."""
    from fwa.services.requests import save_draft, submit_request, withdraw_request
    from tests.world import draft

    made = save_draft(by=user, data=draft())
    submit_request(by=user, request_id=made.pk)
    return str(withdraw_request(by=user, request_id=made.pk).status)


def screen(user: Any, number: int) -> int:
    """A screening run; returns the stored verdicts."""
    from django.utils import timezone

    from eligibility.exports import export_rows
    from eligibility.services import perform_run, run_screening

    run = perform_run(run_screening(by=user, policy_code="location", as_of=timezone.localdate()).pk)
    return len(list(export_rows(run)))


def look_at_session(user: Any, number: int) -> str:
    """The time zone of the connection, which Django sets once per session."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW TimeZone")
        zone: str = cursor.fetchone()[0]
    return zone


if __name__ == "__main__":
    main()
