"""Two things at once, many times: two threads with connections of their own, and rows put back between rounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.utils import translation

ROUNDS = 100
SECONDS = 20

# What commands write; the ledger stays as it is, since it is append-only.
_TABLES = (
    "fwa_request",
    "fwa_step",
    "fwa_requestdate",
    "fwa_request_screenings",
    "fwa_decision",
    "attendance_assignment",
    "attendance_assignmentday",
    "attendance_absence",
    "eligibility_screening",
    "organization_notice",
    "organization_outboxmessage",
)

Action = Callable[[], Any]


class Pair:
    """Two threads that start their actions at the same moment."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._line = threading.Barrier(2)

    def run(self, first: Action, second: Action, *, head_start: float = 0) -> list[Any]:
        """What each returned or raised, in the order given.

        `head_start`: seconds by which the first one is ahead (negative: behind), so that each side wins some rounds.
        """
        waits = (max(0, -head_start), max(0, head_start))
        started = [self._pool.submit(self._go, *one) for one in zip((first, second), waits, strict=True)]
        return [future.result(SECONDS) for future in started]

    def _go(self, action: Action, wait: float) -> Any:
        self._line.wait(SECONDS)
        time.sleep(wait)
        try:
            with translation.override("en"):  # the language belongs to a thread
                return action()
        except Exception as error:
            return error


@contextmanager
def pair() -> Iterator[Pair]:
    """Two threads; their connections are closed at the end."""
    with ThreadPoolExecutor(2) as pool:
        racers = Pair(pool)
        try:
            yield racers
        finally:
            racers.run(*[lambda: connection.close()] * 2)  # each thread has its own


class Rows:
    """The rows that commands write, as they are now; `restore` puts them back. Foreign keys are looked at on commit."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"DROP TABLE IF EXISTS before_{table}")
                cursor.execute(f"CREATE TEMP TABLE before_{table} AS SELECT * FROM {table}")

    @transaction.atomic
    def restore(self) -> None:
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM before_{table}")
