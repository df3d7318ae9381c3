"""Servers of a test of their own: a primary, a streaming replica of it, and PgBouncer in front."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from config.embedded import paths, postgres, processes
from config.embedded.paths import Home

POOL_SIZE = 2
POOLER = """\
[databases]
* = host={server} user=fleksibel
[pgbouncer]
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 100
listen_addr =
listen_port = 6432
unix_socket_dir = {sockets}
auth_type = any
auth_file = {folder}/users
logfile = {folder}/pgbouncer.log
pidfile = {folder}/pgbouncer.pid
"""


@contextmanager
def folders() -> Iterator[pytest.MonkeyPatch]:
    """Folders below which `Home("…")` keeps everything; the patch may change more of the environment."""
    base = Path(tempfile.mkdtemp(prefix="fleksibel-own-"))
    base.chmod(0o711)
    patch = pytest.MonkeyPatch()
    patch.setenv("DATA_DIR", str(base / "data"))
    patch.setattr(paths, "STATE_FOLDER", base / "state")
    if Home("primary").account.is_other:
        (base / "state").mkdir(mode=0o711)
    try:
        yield patch
    finally:
        patch.undo()
        shutil.rmtree(base)


def start_primary() -> Home:
    """A server that replicas may copy and follow."""
    home = Home("primary")
    postgres.start(home)
    with (home.postgres_data / "pg_hba.conf").open("a") as stream:
        stream.write("local replication all trust\n")
    os.kill(_pid(home), signal.SIGHUP)
    return home


def start_replica(primary: Home) -> Home:
    """A copy of the primary that follows it by streaming, made by pg_basebackup."""
    home = Home("replica")
    home.create()
    command = [
        str(postgres._runnable_programs(primary) / "pg_basebackup"), "--pgdata", str(home.postgres_data),
        "--host", str(primary.sockets), "--username", "fleksibel", "--write-recovery-conf", "--wal-method", "stream",
        "--checkpoint", "fast", "--no-sync",
    ]  # fmt: skip
    subprocess.run(command, check=True, cwd=home.root, **home.account.popen_options())  # type: ignore[call-overload]
    postgres.start(home)
    return home


@contextmanager
def pooler(server: Home) -> Iterator[str]:
    """PgBouncer in transaction mode in front of a server, with two connections to it; yields its DATABASE_URL."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        if os.environ.get("REQUIRE_PGBOUNCER"):
            pytest.fail("PgBouncer is not installed.")
        pytest.skip("PgBouncer is not installed.")
    home = Home("pooler")
    home.create()
    settings = POOLER.format(server=server.sockets, pool_size=POOL_SIZE, sockets=home.sockets, folder=home.root)
    for name, text in (("pgbouncer.ini", settings), ("users", '"fleksibel" ""\n')):
        (home.root / name).write_text(text)
        (home.root / name).chmod(0o644)
    child = subprocess.Popen(
        [program, str(home.root / "pgbouncer.ini")], cwd=home.root, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **home.account.popen_options(),
    )  # type: ignore[call-overload]  # fmt: skip
    try:
        socket = home.sockets / ".s.PGSQL.6432"
        log = home.root / "pgbouncer.log"
        assert processes.wait_until(lambda: processes.listener(socket) is not None, 10), processes.tail(log)
        yield home.database_url.removesuffix("/fleksibel") + ":6432/fleksibel"
    finally:
        child.terminate()
        child.wait(10)


def _pid(home: Home) -> int:
    pid = processes.listener(home.postgres_socket)
    assert pid is not None
    return pid
