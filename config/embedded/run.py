"""``make run``: servers, migrations, demo or empty agency, web, worker and clock, until Ctrl-C."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import http.client
import os
import socket
import sys
import time
from pathlib import Path

from config.embedded import processes, servers
from config.embedded.paths import REPOSITORY, EmbeddedError, Home, data_dir, make_private
from config.embedded.supervisor import Program, Supervisor, complain, say

ANSWER_SECONDS = 60
CLAIM_SECONDS = 5


def main() -> int:
    """Run everything; return 0 after Ctrl-C and 1 after a failure."""
    started = time.monotonic()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ["PORT"] = os.environ.get("PORT") or "8000"
    os.environ["HOST"] = os.environ.get("HOST") or "127.0.0.1"
    home = Home()
    supervisor = lease = None
    try:
        folder = make_private(data_dir())
        processes.require_space(folder)
        alone = claim(folder)  # kept open until this process ends
        check_port()
        supervisor = build_supervisor(home, folder)
        supervisor.listen_for_signals()
        lease = servers.lease_for_process(home)
        for line in lease.told if lease else []:
            say(line)
        prepare(folder)
        if not supervisor.asked_to_stop:
            supervisor.start()
        if supervisor.wait_until_answering(answers, ANSWER_SECONDS):
            welcome(time.monotonic() - started, folder)
            supervisor.watch()
        say("\nStopping …")
        code = 0
    except (EmbeddedError, OSError) as error:
        code = complain(error if isinstance(error, EmbeddedError) else explain(error))
        alone = -1
    finally:
        if supervisor:
            supervisor.stop()
        if lease and not lease.release_and_stop():
            say("The database stays up: another command still uses it, and stops it when it ends.")
    if alone >= 0:
        say("Stopped.")
    return code


def explain(error: OSError) -> EmbeddedError:
    """Say in one line what a person can do about a full disk or a file of another user."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return EmbeddedError("The disk is full. Free some space, or use another disk: DATA_DIR=/other/disk make run")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return EmbeddedError(
            f"No right to use {error.filename}. It belongs to another user (was this started as root before?). "
            "Run as that user, or use a folder of yours: DATA_DIR=/path make run"
        )
    return EmbeddedError(f"{error.filename or 'The operating system'}: {error.strerror or error}")


def claim(folder: Path) -> int:
    """Take the lock that one `make run` per clone holds; return its descriptor.

    The kernel drops it with the process, so a killed run leaves nothing behind.
    """
    descriptor = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    # A run that has just been told to stop needs a few seconds for it.
    if not processes.wait_until(lambda: servers.try_lock(descriptor, fcntl.LOCK_EX), CLAIM_SECONDS):
        other = os.read(descriptor, 200).decode(errors="replace").strip()
        os.close(descriptor)
        raise EmbeddedError(
            f"This clone runs already ({other}). Stop that run with Ctrl-C, "
            "or use other data beside it: DATA_DIR=.local2 PORT=8001 make run"
        )
    os.truncate(descriptor, 0)
    os.write(descriptor, f"process {os.getpid()}, {address()}".encode())
    return descriptor


def address() -> str:
    """Return the address to open in a browser."""
    return f"http://{os.environ['HOST']}:{os.environ['PORT']}/"


def check_port() -> None:
    """Refuse a port that is taken, before anything starts."""
    port = os.environ["PORT"]
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise EmbeddedError(f"PORT={port} is no port number. Use one such as PORT=8001 make run")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((os.environ["HOST"], int(port)))
        except OSError as error:
            raise EmbeddedError(
                f"Port {port} on {os.environ['HOST']} cannot be used ({error.strerror}). "
                f"Use another one: PORT={int(port) + 1} make run"
            ) from error


def build_supervisor(home: Home, folder: Path) -> Supervisor:
    """Return the supervisor of web, worker and clock."""
    logs = make_private(folder / "logs")
    metrics = make_private(folder / "metrics")
    for old in metrics.glob("*.db"):
        old.unlink(missing_ok=True)
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(metrics), "PYTHONUNBUFFERED": "1"}
    environment["WEB_BIND"] = f"{os.environ['HOST']}:{os.environ['PORT']}"
    python = [sys.executable, "-m"]
    programs = [
        Program("The web server", [*python, "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"], logs / "web.log"),
        Program("The worker", [*python, "celery", "-A", "config", "worker", "-l", "INFO"], logs / "worker.log"),
        Program("The clock", [*python, "celery", "-A", "config", "beat", "-l", "INFO"], logs / "beat.log"),
    ]
    watched = [
        name
        for name, variable in (("postgres", "DATABASE_URL"), ("redis", "REDIS_URL"))
        if not os.environ.get(variable)
    ]
    return Supervisor(programs, environment, home, watched)


def prepare(folder: Path) -> None:
    """Bring messages, database, data and static files up to date; each step only where something changed."""
    from config import messages  # these need the settings, which need the servers' addresses

    messages.compile_all(REPOSITORY / "locale")

    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection, connections
    from django.db.migrations.executor import MigrationExecutor

    make_private(Path(settings.MEDIA_ROOT))
    make_private(settings.LEDGER_ANCHOR_DIR)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date …")
        call_command("migrate", interactive=False, verbosity=0)
    load_agency()
    collect_static(folder)
    connections.close_all()


def load_agency() -> None:
    """Load the demo agency once, or set an empty agency up, as DEMO says."""
    from django.apps import apps
    from django.conf import settings
    from django.core.management import CommandError, call_command

    try:
        if not settings.DEMO:
            call_command("setup_agency", if_empty=True)
        elif not apps.get_model("organization", "Employee").objects.exists():
            say("Loading the demo agency …")
            call_command("demo")
    except CommandError as error:
        raise EmbeddedError(str(error)) from error


def collect_static(folder: Path) -> None:
    """Collect static files when one of them changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
    stamp = folder / "static.stamp"
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and (folder / "static").is_dir():
        return
    say("Collecting static files …")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest.hexdigest())


def answers() -> bool:
    """Tell whether the web server answers."""
    connection = http.client.HTTPConnection(os.environ["HOST"], int(os.environ["PORT"]), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(seconds: float, folder: Path) -> None:
    """Print where the system is and how to get in."""
    from django.conf import settings

    say(f"\nFleksibel is ready after {seconds:.0f} s:  {address()}")
    if settings.DEMO:
        say("  log in as  pegawai, perawat, atasan, pimpinan, kepegawaian, penerbit or pengawas")
        say(f"  with the password  {settings.DEMO_PASSWORD}")
    say(f"  logs and mail: {folder}/logs, {folder}/mail")
    say("  stop with Ctrl-C; the data is kept")


if __name__ == "__main__":
    sys.exit(main())
