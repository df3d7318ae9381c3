"""Share the embedded servers between commands that come and go.

Every command that uses the servers holds a shared lock for as long as it lives; the kernel drops it however the
command ends. A small guardian process waits until it can have that lock alone, which means that nobody uses the
servers any more, and stops them. Starting and stopping happen under a second lock, so that nobody is handed a server
that is about to stop.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import postgres, redis
from config.embedded.paths import REPOSITORY, Home, make_private


@dataclass
class Lease:
    """The right to use the servers of a home; given back by ``release`` or by the end of the process."""

    home: Home
    told: list[str] = field(default_factory=list)
    descriptor: int = -1

    def release(self) -> None:
        """Give the lease back; the guardian stops the servers when it was the last one."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def release_and_stop(self) -> bool:
        """Give the lease back and stop the servers now; return False when others still use them."""
        self.release()
        return stop_unused(self.home)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(descriptor: int, kind: int) -> bool:
    """Take a lock without waiting; return whether that worked."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextmanager
def changing(home: Home) -> Iterator[None]:
    """Hold the lock under which servers of this home are started and stopped."""
    home.create()
    descriptor = _open(home.root / "change.lock")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_pinned(home: Home) -> bool:
    """Tell whether the servers were asked to stay (``config.embedded.ctl start``)."""
    return (home.root / "pinned").exists()


def start(home: Home, *, need_postgres: bool, need_redis: bool) -> list[str]:
    """Start what is needed and does not run; the caller holds ``changing``."""
    told = postgres.start(home) if need_postgres else []
    return told + (redis.start(home) if need_redis else [])


def lease(home: Home, *, need_postgres: bool = True, need_redis: bool = True) -> Lease:
    """Return the right to use running servers, starting them first where none run."""
    with changing(home):
        told = start(home, need_postgres=need_postgres, need_redis=need_redis)
        descriptor = _open(home.root / "users.lock")
        # Shared and blocking: the guardian holds it alone only while it also holds the lock of ``changing``.
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    if not is_pinned(home):
        _ensure_guardian(home)
    return Lease(home, told, descriptor)


def lease_for_process(home: Home) -> Lease | None:
    """Lease what DATABASE_URL and REDIS_URL leave open; None when both name servers of the user's own."""
    need_postgres = not os.environ.get("DATABASE_URL")
    need_redis = not os.environ.get("REDIS_URL")
    if not need_postgres and not need_redis:
        return None
    return lease(home, need_postgres=need_postgres, need_redis=need_redis)


def stop_unused(home: Home) -> bool:
    """Stop the servers if nobody uses them; return whether they are stopped."""
    with changing(home):
        descriptor = _open(home.root / "users.lock")
        try:
            if is_pinned(home) or not try_lock(descriptor, fcntl.LOCK_EX):
                return False
            stop(home)
            return True
        finally:
            os.close(descriptor)


def stop(home: Home) -> None:
    """Stop both servers, Redis first; the caller holds ``changing``."""
    redis.stop(home)
    postgres.stop(home)


def _ensure_guardian(home: Home) -> None:
    descriptor = _open(home.root / "guardian.lock")
    try:
        if not try_lock(descriptor, fcntl.LOCK_EX):
            return
    finally:
        os.close(descriptor)
    guardian = subprocess.Popen(
        [sys.executable, "-m", "config.embedded.guardian", home.name],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=REPOSITORY,
        start_new_session=True,
    )  # fmt: skip
    guardian.returncode = 0  # it outlives this process on purpose; no ResourceWarning


def guard(home: Home) -> None:
    """Wait until nobody uses the servers, then stop them (body of the guardian process)."""
    descriptor = _open(home.root / "guardian.lock")
    if not try_lock(descriptor, fcntl.LOCK_EX):
        return
    while True:
        users = _open(home.root / "users.lock")
        fcntl.flock(users, fcntl.LOCK_EX)
        os.close(users)
        if is_pinned(home):
            return
        with changing(home):
            users = _open(home.root / "users.lock")
            unused = try_lock(users, fcntl.LOCK_EX)
            if unused:
                stop(home)
                os.close(users)
                # Let go before others may start again, so that they see that a new guardian is needed.
                os.close(descriptor)
                return
            os.close(users)


def pin(home: Home) -> None:
    """Keep the servers running after the last command has ended."""
    make_private(home.root, home.account)
    (home.root / "pinned").touch()


def unpin(home: Home) -> None:
    """Undo ``pin``."""
    (home.root / "pinned").unlink(missing_ok=True)
