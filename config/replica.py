"""Which database a long read goes to: the streaming replica where there is one and it keeps up, else the primary.

For reads over many rows only: screening runs, lists for export, reports. Pages and commands stay on the primary.
Nothing read is ever older than the question: before a read the replica has applied all that was committed when it was
asked for. A replica that is away, or does not get that far in time, is passed over with a warning in the log.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.utils import timezone

logger = logging.getLogger(__name__)

REPLICA: Final = "replica"
PAUSE_S: Final = 0.02
# Not the position of the last insert: what is not on the primary's disk yet is not committed for anybody.
_POSITION = "SELECT pg_current_wal_flush_lsn()::text, clock_timestamp()"
_APPLIED = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn WHERE pg_is_in_recovery()"


class NotUsableError(Exception):
    """Why the replica does not serve a read; the text is for the log."""


@dataclass(frozen=True)
class Source:
    """Where to read: an alias for `using()`, and the moment up to which everything committed is in what is read."""

    alias: str
    as_of: datetime

    @property
    def is_replica(self) -> bool:
        return self.alias == REPLICA


def primary() -> Source:
    """The primary, whatever there is besides."""
    return Source(alias=DEFAULT_DB_ALIAS, as_of=timezone.now())


def source(*, inside_transaction: bool = False) -> Source:
    """Where a long read of now goes.

    `inside_transaction`: the caller is in a transaction and does not need to read what it wrote itself; without it a
    transaction reads from the primary.
    """
    if REPLICA not in settings.DATABASES:
        return primary()
    if connections[DEFAULT_DB_ALIAS].in_atomic_block and not inside_transaction:
        return primary()
    try:
        return Source(alias=REPLICA, as_of=_wait_for_replica())
    except NotUsableError as reason:
        pass_over(str(reason))
        return primary()


def pass_over(reason: str) -> None:
    """Let go of the replica's connection and say in the log why the primary does its work."""
    connections[REPLICA].close()
    logger.warning("replica.passed_over", extra={"reason": reason})


def lag() -> str | None:
    """How the replica does, in one word for monitoring: "ok", "behind" or "away"; None where there is none."""
    if REPLICA not in settings.DATABASES:
        return None
    try:
        return "ok" if _has_applied(_position()[0]) else "behind"
    except NotUsableError:
        connections[REPLICA].close()
        return "away"


def _wait_for_replica() -> datetime:
    """Wait until the replica has all that is committed now; return this moment."""
    position, now = _position()
    deadline = time.monotonic() + settings.DATABASE_REPLICA_MAX_LAG_S
    while not _has_applied(position):
        if time.monotonic() >= deadline:
            raise NotUsableError(f"more than {settings.DATABASE_REPLICA_MAX_LAG_S} s behind")
        time.sleep(PAUSE_S)
    return now


def _position() -> tuple[str, datetime]:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(_POSITION)
        position, now = cursor.fetchone()
    return position, now


def _has_applied(position: str) -> bool:
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(_APPLIED, [position])
            row = cursor.fetchone()
    except Error as error:
        raise NotUsableError(f"away: {type(error).__name__}") from error
    if row is None:
        raise NotUsableError("no replica: it accepts writes")
    return bool(row[0])
