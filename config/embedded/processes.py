"""Small facts about processes and sockets that the servers and the supervisor share."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

from config.embedded.paths import Account, EmbeddedError

PR_SET_PDEATHSIG = 1
LEAST_FREE_BYTES = 100 * 1024 * 1024


def listener(path: Path) -> int | None:
    """Return the process id that listens on a Unix socket, or None when nobody answers there.

    The kernel tells the id, so no pid file has to be believed.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except OSError:
            return None
        credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        pid: int = struct.unpack("3i", credentials)[0]
        return pid


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and is only not yet collected counts as ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    """Wait until a condition holds; return False when the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def terminate(pid: int, sign: signal.Signals, seconds: float) -> None:
    """Ask one process to end and insist when it does not."""
    for attempt, patience in ((sign, seconds), (signal.SIGKILL, 5.0)):
        try:
            os.kill(pid, attempt)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), patience):
            return


def end_with_parent() -> None:
    """Make the kernel end this child when its parent dies, also by SIGKILL (called between fork and exec)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log, indented for a terminal."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - 16_384))
            text = stream.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def require_space(folder: Path, needed: int = LEAST_FREE_BYTES) -> None:
    """Refuse to start where the disk is as good as full."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise EmbeddedError(
            f"Only {free // 1_048_576} MB are free under {existing}, {needed // 1_048_576} MB are needed. "
            "Free some space, or use another disk: DATA_DIR=/other/disk make run"
        )


def open_log(path: Path, account: Account | None = None, limit: int = 5_000_000) -> int:
    """Open a log for appending and return its descriptor; a long one is kept once as ``.1``."""
    if path.exists() and path.stat().st_size > limit:
        path.replace(path.with_suffix(path.suffix + ".1"))
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    if account and account.is_other:
        os.fchown(descriptor, account.uid, account.gid)
    return descriptor
