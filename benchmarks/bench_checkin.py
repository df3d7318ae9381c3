"""Check in at a steady rate under the real web server: none lost, none doubled, and quick.

    python -m benchmarks.bench_checkin [--seconds 600] [--rate 420] [--people 2000] [--clients 16] [--template NAME]

DATABASE_URL names the server; on it a database is made, filled with people who have an office, a read notice and a
session, and dropped at the end. One gunicorn answers on a free port. Entries with a position are sent as a phone sends
them (session, token, JSON), each at its own moment whether the one before was answered or not; the time is measured
from that moment, so that waiting in a queue counts. Then one entry is sent 100 times.
Bar (design 8): at least 400 a second for 10 minutes, 95th percentile 100 ms, none lost, none doubled, on 2 cores.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
from psycopg import sql

BAR_RATE, BAR_MS = 400, 100
DATABASE = "bench_checkin"
API = "/api/v1/presence-events/"
TOKEN = "b" * 32
START_SECONDS = 60
REPLAYS = 100


@dataclass
class Tally:
    """What came back. Milliseconds from the moment at which an entry was due."""

    millis: list[float] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def main() -> int:
    """Run the command line; return 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--rate", type=int, default=420, help="entries a second")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=16, help="connections that send")
    parser.add_argument("--template", default="template1", help="a migrated database without people, to save time")
    options = parser.parse_args()
    with _database(options.template) as address:
        environment = os.environ | {
            "DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "LOG_LEVEL": "WARNING",
        }
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)
        sessions = _people(environment, options.people)
        with _server(environment) as port:
            _warm(port, sessions)
            tally, seconds = _steady(port, sessions, options)
            replayed = _replay(port, sessions[0])
        return _verdict(tally, seconds, address, replayed, options)


@contextlib.contextmanager
def _database(template: str) -> Iterator[str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = sql.Identifier(DATABASE)
    # Not through the database itself, so that it can be the template.
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
        try:
            yield urlunsplit(parts._replace(path=f"/{DATABASE}"))
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _people(environment: dict[str, str], count: int) -> list[str]:
    """Make people who may check in; return the keys of their sessions."""
    words = [sys.executable, "-m", "benchmarks.bench_checkin_people", str(count)]
    made = subprocess.run(words, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return made.stdout.split()


@contextlib.contextmanager
def _server(environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "--access-logfile", "/dev/null"]
    settings = {"WEB_BIND": f"127.0.0.1:{port}", "STATIC_ROOT": "static"}
    with subprocess.Popen([*words, "--max-requests", "0"], env=environment | settings) as process:
        try:
            _until_it_answers(port)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def _until_it_answers(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.3)


def _post(connection: http.client.HTTPConnection, session: str, client_id: str, number: int) -> dict[str, Any]:
    entry = {
        "client_id": client_id,
        "direction": "in" if number % 2 else "out",
        "position": {"latitude": -1.21 - (number % 50) * 0.0001, "longitude": 116.8, "accuracy_m": 15},
        "device": session[:16],
    }
    headers = {
        "Content-Type": "application/json",
        "Cookie": f"sessionid={session}; csrftoken={TOKEN}; django_language=id",
        "X-CSRFToken": TOKEN,
    }
    connection.request("POST", API, json.dumps(entry), headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise OSError(f"{answer.status}: {content[:200]!r}")
    result: dict[str, Any] = json.loads(content)["results"][0]
    return result


def _warm(port: int, sessions: list[str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for number in range(40):
        _post(connection, sessions[number % len(sessions)], str(uuid4()), number)
    connection.close()


def _steady(port: int, sessions: list[str], options: argparse.Namespace) -> tuple[Tally, float]:
    """Send at the rate; each entry is put in line at its moment and its time counts from there."""
    line: queue.Queue[tuple[int, float] | None] = queue.Queue()
    tally = Tally()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while (item := line.get()) is not None:
            number, due = item
            client_id = str(uuid4())
            for _attempt in range(2):  # a connection that was closed while idle is opened again, with the same id
                try:
                    _post(connection, sessions[number % len(sessions)], client_id, number)
                    tally.sent.append(client_id)
                    tally.millis.append((time.perf_counter() - due) * 1000)
                    break
                except (OSError, http.client.HTTPException) as error:
                    connection.close()
                    problem = repr(error)
            else:
                tally.failed.append(problem)

    workers = [threading.Thread(target=work) for _client in range(options.clients)]
    for worker in workers:
        worker.start()
    start = time.perf_counter()
    for number in range(options.rate * options.seconds):
        due = start + number / options.rate
        wait = due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        line.put((number, due))
    for _worker in workers:
        line.put(None)
    for worker in workers:
        worker.join()
    return tally, time.perf_counter() - start


def _replay(port: int, session: str) -> tuple[str, set[int]]:
    """The same entry again and again: its id, and the row numbers that came back."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    client_id = str(uuid4())
    return client_id, {_post(connection, session, client_id, 1)["id"] for _time in range(REPLAYS)}


def _verdict(
    tally: Tally, seconds: float, address: str, replayed: tuple[str, set[int]], options: argparse.Namespace
) -> int:
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT client_id::text FROM attendance_presenceevent").fetchall()
    found = [row[0] for row in rows]
    lost = len(set(tally.sent) - set(found))
    doubled = len(found) - len(set(found)) + (found.count(replayed[0]) - 1) + (len(replayed[1]) - 1)
    cuts = quantiles(tally.millis, n=100)
    rate = len(tally.sent) / seconds
    print(
        f"check-in: {len(tally.sent)} entries in {seconds:.0f} s, {rate:.0f} a second, p50 {cuts[49]:.0f} ms, "
        f"p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms, lost {lost}, doubled {doubled}, failed {len(tally.failed)}; "
        f"one entry {REPLAYS} times: {found.count(replayed[0])} row"
    )
    for problem in tally.failed[:3]:
        print(f"  {problem}")
    is_met = rate >= min(BAR_RATE, options.rate * 0.98) and cuts[94] <= BAR_MS
    return 0 if is_met and not (lost or doubled or tally.failed) else 1


if __name__ == "__main__":
    sys.exit(main())
