"""Run several processes as one: all start together, all stop together, and the first that dies is named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.embedded import ctl, processes
from config.embedded.paths import REPOSITORY, EmbeddedError, Home

STOP_SECONDS = 12.0
RESTARTS = 3
RESTART_WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class Program:
    """One child: its name for people, its command and its log."""

    name: str
    command: list[str]
    log: Path


@dataclass
class Supervisor:
    """Start programs, watch them, stop them in reverse order.

    A database or Redis that dies is started again (the pages recover by themselves); a program that dies ends the
    whole run, since half a system that looks alive is worse than none.
    """

    programs: list[Program]
    environment: Mapping[str, str]
    home: Home
    watched_servers: list[str]
    running: list[tuple[Program, subprocess.Popen[bytes]]] = field(default_factory=list)
    asked_to_stop: bool = False
    _restarts: dict[str, list[float]] = field(default_factory=dict)

    def listen_for_signals(self) -> None:
        """Take Ctrl-C, a closed terminal and ``kill`` as the wish to stop."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._ask_to_stop)

    def _ask_to_stop(self, *_signal: object) -> None:
        self.asked_to_stop = True

    def start(self) -> None:
        """Start every program in a session of its own, so that Ctrl-C reaches only this process."""
        for program in self.programs:
            descriptor = processes.open_log(program.log)
            child = subprocess.Popen(
                program.command, stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor, cwd=REPOSITORY,
                env=dict(self.environment), start_new_session=True, preexec_fn=processes.end_with_parent,
            )  # fmt: skip
            os.close(descriptor)
            self.running.append((program, child))

    def wait_until_answering(self, answers: Callable[[], bool], seconds: float) -> bool:
        """Wait for the web server; return False when told to stop. Raises EmbeddedError when a program dies."""
        deadline = time.monotonic() + seconds
        while not self.asked_to_stop:
            self._raise_for_dead()
            if answers():
                return True
            if time.monotonic() > deadline:
                web = self.programs[0]
                raise EmbeddedError(
                    f"The web server does not answer after {seconds:.0f} s. Its log, {web.log}:\n"
                    f"{processes.tail(web.log)}"
                )
            time.sleep(0.1)
        return False

    def watch(self) -> None:
        """Return when told to stop. Raises EmbeddedError when a program dies or a server cannot be kept alive."""
        while not self.asked_to_stop:
            self._raise_for_dead()
            for server in self.watched_servers:
                self._keep_alive(server)
            time.sleep(0.5)

    def _raise_for_dead(self) -> None:
        for program, child in self.running:
            code = child.poll()
            if code is not None and not self.asked_to_stop:
                how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
                raise EmbeddedError(
                    f"{program.name} has ended ({how}); everything else is stopped now. "
                    f"Its log, {program.log}:\n{processes.tail(program.log)}"
                )

    def _keep_alive(self, name: str) -> None:
        server = ctl.SERVERS[name]
        if server.is_running(self.home) or ctl.held_back(self.home, name):
            return
        recent = [at for at in self._restarts.get(name, []) if at > time.monotonic() - RESTART_WINDOW_SECONDS]
        log = self.home.root / f"{name}.log"
        if len(recent) >= RESTARTS:
            raise EmbeddedError(
                f"{name} ended {RESTARTS + 1} times within a minute; everything is stopped now. "
                f"Its log, {log}:\n{processes.tail(log)}"
            )
        self._restarts[name] = [*recent, time.monotonic()]
        say(f"{name} has ended and is started again; the pages recover by themselves. Its log: {log}")
        ctl.start(self.home, [name], keep=False)

    def stop(self) -> None:
        """Stop every program, the last started first, and insist after a while."""
        for program, child in reversed(self.running):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    say(f"{program.name} does not stop; it is ended now.")
            # Its own children share its session: none may outlive it.
            _kill_group(child.pid)
            child.wait()
        self.running.clear()


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)


def complain(error: EmbeddedError) -> int:
    """Print a failure for a person and return the exit code."""
    print(f"\n{error}", file=sys.stderr, flush=True)
    return 1
