"""The embedded servers: first start, second start, killed servers, closed folders, several users at once.

Each test runs servers of its own below a folder of its own, as this account; the cases of root run only as root.
"""

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from config.embedded import ctl, paths, postgres, processes, redis, run, servers
from config.embedded.paths import REPOSITORY, EmbeddedError, Home

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("servers")]


@pytest.fixture
def home(monkeypatch):
    """A pair of servers of its own, with the quick settings of the suite."""
    # Not below pytest's folder: that is closed to the account which the servers of root run under.
    base = Path(tempfile.mkdtemp(prefix="fleksibel-suite-"))
    base.chmod(0o711)
    monkeypatch.setenv("DATA_DIR", str(base / "data"))
    monkeypatch.setattr(paths, "STATE_FOLDER", base / "state")
    found = Home("test")
    if found.account.is_other:
        (base / "state").mkdir(mode=0o711)
    yield found
    servers.stop(found)
    shutil.rmtree(base)


def ask(home, sql):
    with psycopg.connect(host=str(home.sockets), user="fleksibel", dbname="fleksibel") as connection:
        return connection.execute(sql).fetchone()[0]


def test_first_and_second_start_keep_the_data(home):
    assert postgres.start(home) == []
    with psycopg.connect(host=str(home.sockets), user="fleksibel", dbname="fleksibel") as connection:
        connection.execute("CREATE TABLE kept (value int)")
    assert ask(home, "SHOW server_encoding") == "UTF8"
    assert ask(home, "SHOW listen_addresses") == ""
    assert postgres.start(home) == []
    postgres.stop(home)
    assert not postgres.is_running(home)
    assert postgres.start(home) == []
    assert ask(home, "SELECT count(*) FROM kept") == 0


def test_killed_servers_come_back_with_a_clear_line(home):
    postgres.start(home)
    redis.start(home)
    for socket in (home.postgres_socket, home.redis_socket):
        os.kill(processes.listener(socket), signal.SIGKILL)
    assert processes.wait_until(lambda: not postgres.is_running(home) and not redis.is_running(home), 5)
    assert "killed last time" in postgres.start(home)[0]
    assert "killed last time" in redis.start(home)[0]
    assert ask(home, "SELECT 1") == 1
    assert redis_client.Redis(unix_socket_path=str(home.redis_socket)).ping()


def test_lock_whose_number_another_process_has_now_is_removed(home):
    postgres.start(home)
    postgres.stop(home)
    (home.postgres_data / "postmaster.pid").write_text(f"{os.getpid()}\n{home.postgres_data}\n")
    assert "lock is removed" in postgres.start(home)[0]
    assert ask(home, "SELECT 1") == 1


def test_interrupted_first_start_is_begun_again(home):
    home.create()
    (home.root / "postgres.new").mkdir()
    (home.root / "postgres.new" / "PG_VERSION").write_text("18\n")
    postgres.start(home)
    assert ask(home, "SELECT 1") == 1


def test_folders_are_private_and_no_other_folder_changes(home, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    before = {folder: folder.stat().st_mode for folder in (closed, tmp_path, Path("/tmp"), REPOSITORY)}
    postgres.start(home)
    assert {folder: folder.stat().st_mode for folder in before} == before
    for folder in (home.root, home.sockets, home.postgres_data):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.stat().st_uid == home.account.uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops rights")
def test_programs_below_a_closed_folder_are_copied_once(home, monkeypatch, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = postgres.programs().parent.parent
    (closed / package.name).symlink_to(package)
    original = closed / package.name / "pginstall18" / "bin"
    monkeypatch.setattr(postgres, "can_run", lambda _home, program: "state" in program.parts)
    postgres.start(home)
    running = Path(os.readlink(f"/proc/{processes.listener(home.postgres_socket)}/exe"))
    assert running.is_relative_to(home.shared)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert original.exists()


def test_long_folder_gets_short_sockets(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / ("long" * 30)))
    found = Home("test")
    assert len(os.fsencode(found.postgres_socket)) < 100
    monkeypatch.setenv("DATA_DIR", str(tmp_path / ("other" * 30)))
    assert Home("test").sockets != found.sockets


def test_two_clones_never_share_a_folder(monkeypatch, tmp_path):
    roots = set()
    for name in ("one", "two"):
        monkeypatch.setenv("DATA_DIR", str(tmp_path / name))
        roots.add((Home().root, Home().sockets))
    assert len({part for pair in roots for part in pair}) == 4


def test_full_disk_is_one_clear_line(tmp_path):
    with pytest.raises(EmbeddedError, match="Free some space"):
        processes.require_space(tmp_path / "not" / "there", needed=2**60)


def test_taken_port_names_the_next_one(monkeypatch):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("HOST", "127.0.0.1")
        with pytest.raises(EmbeddedError, match=f"PORT={port + 1} make run"):
            run.check_port()


def start_user(home):
    """Start another command that uses the servers until it is told to end."""
    code = (
        "import sys; from config.embedded import paths, servers; from pathlib import Path;"
        f"paths.STATE_FOLDER = Path({str(paths.STATE_FOLDER)!r});"
        f"servers._ensure_guardian = lambda home: None; lease = servers.lease(paths.Home({home.name!r}));"
        "print('ready', flush=True); sys.stdin.read()"
    )
    user = subprocess.Popen(
        [sys.executable, "-c", code], cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout.readline() == "ready\n"
    return user


def test_last_user_stops_the_servers_also_after_a_kill(home):
    first, second = start_user(home), start_user(home)
    assert servers.stop_unused(home) is False
    first.stdin.close()
    first.wait(10)
    first.stdout.close()
    assert servers.stop_unused(home) is False
    assert ask(home, "SELECT 1") == 1
    second.kill()
    second.wait(10)
    second.stdin.close()
    second.stdout.close()
    assert servers.stop_unused(home) is True
    assert not postgres.is_running(home)


def test_pinned_servers_stay(home):
    ctl.start(home, ["redis"], keep=True)
    assert servers.stop_unused(home) is False
    ctl.stop(home, ["redis"])
    assert ctl.held_back(home, "redis")
    assert not redis.is_running(home)
