"""Ask the pages and the API of agencies of several sizes, under the real web server, as people would.

    python -m benchmarks.bench_pages --sizes 1000,10000,50000 [--requests 60] [--keep] [--only TEXT] [--json FILE]

DATABASE_URL names the server; on it a database per size is made, filled by `manage.py demo`, and dropped at the end
(`--keep`: kept, and used again next time). Per agency one gunicorn answers on a free port of this machine. Four users
ask at the same time without a pause, each through all pages in an order of their own; the agencies take turns, so that
whatever else the machine does meets all of them. The time is the server's own, from gunicorn's log.
Bar (design 8): 95th percentile 100 ms, and 1.3 times the same page at 1,000 employees, on 2 cores.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import platform
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

USERS_AT_ONCE = 4
BAR_MS, BAR_RATIO = 100, 1.3
START_SECONDS = 60
ROUNDS_ALONE = 9
DEMO_PASSWORD = "fleksibel-demo"
EMPLOYEE, SUPERVISOR, HEAD, HR, AUDITOR = "pegawai", "atasan", "pimpinan", "kepegawaian", "pengawas"
DEMO_USERS = (EMPLOYEE, SUPERVISOR, HEAD, HR, AUDITOR)
OK, FOUND = 200, 302
CHOSEN = ("radio", "checkbox", "submit", "file")  # inputs that are sent only when somebody chose them
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
Data = list[tuple[str, str]] | dict[str, Any] | None
NAN = float("nan")


class Fields(HTMLParser):
    """What a browser would send of the forms of a page as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect hidden and text inputs, chosen boxes and options."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.values.append((self._select, value))
        elif tag == "input" and name and (given.get("type") not in CHOSEN or "checked" in given):
            self.values.append((name, value))


@dataclass
class Client:
    """One browser: a kept connection and its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    request_id: str = ""

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method: str, path: str, data: Data = None) -> tuple[int, str]:
        """Send a request; return status and text. A list is sent as a form, anything else as JSON."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if data is not None:
            is_form = isinstance(data, list)
            body = urlencode(data) if is_form else json.dumps(data)
            headers |= {"Content-Type": FORM if is_form else JSON, "X-CSRFToken": self.token}
        try:
            response = self._send(method, path, body, headers)
        except ConnectionError:  # an idle connection was closed by the server; nothing asked here is kept
            self._connection.close()
            response = self._send(method, path, body, headers)
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or ():
            name, _is, rest = line.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        self.request_id = response.headers.get("X-Request-ID", "")
        return response.status, text

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        self._connection.request(method, path, body, headers)
        return self._connection.getresponse()

    def fields(self, path: str) -> list[tuple[str, str]]:
        """The fields of a page as they stand."""
        found = Fields()
        found.feed(self.ask("GET", path)[1])
        self.token = dict(found.values).get("csrfmiddlewaretoken", self.token)
        return found.values

    def log_in(self, name: str, password: str) -> Client:
        """Log in by the form. Raises RuntimeError when the server refuses."""
        typed = {**dict(self.fields("/accounts/login/")), "login": name, "password": password}
        status, _text = self.ask("POST", "/accounts/login/", list(typed.items()))
        if status != FOUND:
            raise RuntimeError(f"Logging in as {name} answered {status}.")
        self.fields("/profile/")
        return self

    def rows(self, path: str) -> list[dict[str, Any]]:
        """The entries of an API list."""
        rows: list[dict[str, Any]] = json.loads(self.ask("GET", path)[1])["results"]
        return rows


@dataclass(frozen=True)
class Page:
    """A page as one user asks for it; with `data` it is a POST."""

    name: str
    user: str
    path: str
    data: Data = None


def pages_of(users: dict[str, Client]) -> list[Page]:
    """The pages that are measured, with the ids of this agency."""
    fixed = [
        ("login page", "", "/accounts/login/"),
        ("home, employee", EMPLOYEE, "/"),
        ("home, unit head", HEAD, "/"),
        ("home, HR", HR, "/"),
        ("requests, employee", EMPLOYEE, "/requests/"),
        ("requests, unit head", HEAD, "/requests/"),
        ("requests, HR", HR, "/requests/"),
        ("requests, auditor", AUDITOR, "/requests/"),
        ("new request", EMPLOYEE, "/requests/new/"),
        ("inbox, supervisor", SUPERVISOR, "/inbox/"),
        ("inbox, unit head", HEAD, "/inbox/"),
        ("inbox, HR", HR, "/inbox/"),
        ("policies", EMPLOYEE, "/policies/"),
        ("am I eligible", EMPLOYEE, "/screening/me/"),
        ("people, HR", HR, "/people/"),
        ("people, HR, last page", HR, "/people/?page=999999"),
        ("people by name, HR", HR, "/people/?name=sari"),
        ("people, unit head", HEAD, "/people/"),
        ("accounts, HR", HR, "/accounts-hr/"),
        ("units, HR", HR, "/units/"),
        ("letters, HR", HR, "/letters/"),
        ("ledger, auditor", AUDITOR, "/ledger/"),
        ("notices", EMPLOYEE, "/notices/"),
        ("positions, HR", HR, "/positions/"),
        ("task mapping, HR", HR, "/task-mapping/"),
        ("screening runs, HR", HR, "/screening/"),
        ("simulations, HR", HR, "/simulations/"),
        ("group determinations, HR", HR, "/determinations/"),
        ("capacity of the unit, unit head", HEAD, "/units/capacity/"),
        ("reviews, HR", HR, "/reviews/"),
        ("collisions, HR", HR, "/collisions/"),
        ("delegations, HR", HR, "/delegations/"),
        ("API requests, HR", HR, "/api/v1/requests/"),
        ("API steps, HR", HR, "/api/v1/steps/"),
        ("API employees, HR", HR, "/api/v1/employees/"),
        ("API units, HR", HR, "/api/v1/units/"),
        ("API assignment days, HR", HR, "/api/v1/assignment-days/"),
        ("API letters, HR", HR, "/api/v1/letters/"),
    ]
    pages = [Page(*entry) for entry in fixed]
    draft = _draft(users[EMPLOYEE])
    pages.append(Page("request preview", EMPLOYEE, "/requests/preview/", draft))
    typed = {name: value for name, value in draft if name in ("kind", "basis", "valid_from", "valid_to", "place_kind")}
    pages.append(Page("API preview", EMPLOYEE, "/api/v1/requests/preview/", typed | {"weekdays": [2, 4]}))
    for name, user in (("supervisor", SUPERVISOR), ("unit head", HEAD), ("HR", HR)):
        for step in users[user].rows("/api/v1/steps/")[:1]:
            pages.append(Page(f"decision, {name}", user, f"/inbox/{step['request']['id']}/"))
            pages.append(Page(f"API coverage, {name}", user, f"/api/v1/steps/{step['id']}/coverage/"))
    request = users[EMPLOYEE].rows("/api/v1/requests/")[0]
    pages.append(Page("one request", EMPLOYEE, f"/requests/{request['id']}/"))
    pages.append(Page("API one request", EMPLOYEE, f"/api/v1/requests/{request['id']}/"))
    unit, person = users[HR].rows("/api/v1/units/")[0], users[HR].rows("/api/v1/employees/")[0]
    pages.append(Page("one unit (the agency), HR", HR, f"/units/{unit['id']}/"))
    pages.append(Page("people of the agency's unit, HR", HR, f"/people/?unit={unit['id']}"))
    pages.append(Page("one person, HR", HR, f"/people/{person['id']}/"))
    return pages + pages_of_days(users, unit["id"], person["id"])


def pages_of_days(users: dict[str, Client], agency_id: int, person_id: int) -> list[Page]:
    """Boards, days and rosters; the board of HR is that of the whole agency."""
    today = date.today()  # noqa: DTZ011  (the demo's day)
    month = f"start={today.replace(day=1)}&end={today}"
    pages = [
        Page("who is where, employee", EMPLOYEE, "/whereabouts/"),
        Page("who is where, supervisor", SUPERVISOR, "/whereabouts/"),
        Page("who is where, month, unit head", HEAD, "/whereabouts/?view=month"),
        Page("who is where, agency, HR", HR, f"/whereabouts/?unit={agency_id}"),
        Page("who is where, agency, month, HR", HR, f"/whereabouts/?unit={agency_id}&view=month"),
        Page("who is where, away today, HR", HR, f"/whereabouts/?unit={agency_id}&view=day&presence=away"),
        Page("my days", EMPLOYEE, "/days/"),
        Page("days of a person, HR", HR, f"/days/{person_id}/"),
        Page("absences, HR", HR, "/absences/"),
        Page("calendar addresses", EMPLOYEE, "/feeds/"),
        Page("rosters, HR", HR, "/rosters/"),
        Page("API work days of today, HR", HR, f"/api/v1/work-days/?start={today}&end={today}"),
        Page("API work days of a person, HR", HR, f"/api/v1/work-days/?employee={person_id}&{month}"),
        Page("API whereabouts, HR", HR, f"/api/v1/whereabouts/?unit={agency_id}"),
    ]
    found = re.search(r"/rosters/\d+/", users[HR].ask("GET", "/rosters/")[1])
    return pages + ([Page("roster of a month, HR", HR, found[0])] if found else [])


def _draft(employee: Client) -> list[tuple[str, str]]:
    """The form as it is proposed, with two days a week at home."""
    unlike = ("weekdays", "csrfmiddlewaretoken")  # the token of the browser that asks goes into the header
    fields = [(name, value) for name, value in employee.fields("/requests/new/") if name not in unlike]
    typed = {name: value for name, value in fields if value}
    return [*({"kind": "location", "basis": "task"} | typed).items(), ("weekdays", "2"), ("weekdays", "4")]


@dataclass
class Agency:
    """One database and the web server in front of it."""

    employees: int
    database_url: str
    folder: Path
    port: int = 0
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    alone: dict[str, float] = field(default_factory=dict)
    asked: dict[str, str] = field(default_factory=dict)
    clients: list[dict[str, Client]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / f"access-{self.employees}.log"

    def environment(self) -> dict[str, str]:
        """Settings for `manage.py` and gunicorn."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATABASE_URL": self.database_url,
            "DEBUG": "0",
            "DEMO": "1",
            "STATIC_ROOT": str(self.folder / "static"),
            "WEB_BIND": f"127.0.0.1:{self.port}",
            "WEB_WORKERS": "2",
            "WEB_THREADS": "4",
            "LOG_LEVEL": "ERROR",
        }

    def manage(self, *words: str) -> None:
        """Run a management command. Raises CalledProcessError when it fails."""
        subprocess.run([sys.executable, "manage.py", *words], env=self.environment(), check=True)

    def log_in(self, password: str) -> None:
        """Four browsers per demo user, and the pages of this agency."""
        for _number in range(USERS_AT_ONCE):
            users = {name: Client(self.port).log_in(name, password) for name in DEMO_USERS}
            self.clients.append(users | {"": Client(self.port)})
        self.pages = pages_of(self.clients[0])

    def walk(self, users: dict[str, Client], order: list[Page]) -> None:
        """One user asks for every page once."""
        for page in order:
            client = users[page.user]
            status, text = client.ask("GET" if page.data is None else "POST", page.path, page.data)
            if status != OK:
                raise RuntimeError(f"{page.name}: {page.path} answered {status}: {text[:300]}")
            self.asked[client.request_id] = page.name

    def round(self, pool: ThreadPoolExecutor, only: str) -> None:
        """Four users walk at the same time, each in an order of their own."""
        chosen = [page for page in self.pages if only in page.name]
        orders = [random.sample(chosen, len(chosen)) for _client in self.clients]
        list(pool.map(self.walk, self.clients, orders))

    def measure_alone(self, rounds: int, only: str) -> None:
        """The best time of each page with nobody else asking: what it takes, whatever the machine does besides."""
        self.asked.clear()
        for _round in range(rounds):
            self.walk(self.clients[0], [page for page in self.pages if only in page.name])
        found: dict[str, list[float]] = defaultdict(list)
        for name, milliseconds in self.logged():
            found[name].append(milliseconds)
        self.alone = {name: min(times) for name, times in found.items()}

    def read_times(self) -> None:
        """Take the times of what was asked by all at once."""
        for name, milliseconds in self.logged():
            self.times[name].append(milliseconds)

    def logged(self) -> Iterator[tuple[str, float]]:
        """Pages that were asked, and their time from the log of gunicorn: request id and microseconds per line."""
        for line in self.log.read_text().splitlines():
            request_id, _blank, microseconds = line.partition(" ")
            if request_id in self.asked:
                yield self.asked[request_id], int(microseconds) / 1000


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def database(server_url: str, name: str, *, keep: bool) -> Iterator[tuple[str, bool]]:
    """A database of that name and whether it is new; dropped at the end unless it is to be kept."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known and not keep:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            known = None
        if not known:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        parts = urlsplit(server_url)
        try:
            yield urlunsplit(parts._replace(path=f"/{name}")), not known
        finally:
            if not keep:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def web_server(agency: Agency) -> Iterator[None]:
    """Gunicorn as in production, 2 processes of 4 threads, logging request ids and microseconds."""
    agency.port = free_port()
    agency.log.unlink(missing_ok=True)
    words = ["-m", "gunicorn", "-c", "config/gunicorn.py", "--access-logformat", "%({x-request-id}o)s %(D)s"]
    words += ["--access-logfile", str(agency.log), "--log-level", "error", "config.wsgi"]
    server = subprocess.Popen([sys.executable, *words], env=agency.environment())
    try:
        wait_for(lambda: answers(agency.port), server)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def answers(port: int) -> bool:
    """Whether the web server answers already."""
    try:
        return Client(port).ask("GET", "/healthz")[0] == OK
    except OSError:
        return False


def wait_for(check: Callable[[], bool], server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises RuntimeError when it ended or does not answer in time."""
    end = time.monotonic() + START_SECONDS
    while not check():
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError("The web server does not answer.")
        time.sleep(0.2)


def fill(agency: Agency, months: int) -> None:
    """The demo of the asked size, and its statistics."""
    agency.manage("migrate", "--verbosity", "0")
    agency.manage("demo", "--employees", str(agency.employees), "--months", str(months))
    first = date.today().replace(day=1)  # noqa: DTZ011  (the demo's day)
    last = (first + timedelta(days=62)).replace(day=1) - timedelta(days=1)  # of the next month
    agency.manage("build_workdays", "--from", first.isoformat(), "--to", last.isoformat())
    with psycopg.connect(agency.database_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def p50_p95(times: list[float]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    cuts = quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94]


def measured(agencies: list[Agency]) -> dict[str, dict[int, tuple[float, float, float]]]:
    """Median and 95th percentile of all at once, and the best alone, per page and size."""
    found: dict[str, dict[int, tuple[float, float, float]]] = defaultdict(dict)
    for agency in agencies:
        for name, times in agency.times.items():
            found[name][agency.employees] = (*p50_p95(times), agency.alone[name])
    return found


def report(found: dict[str, dict[int, tuple[float, float, float]]], sizes: list[int]) -> None:
    """Print the table, the slowest page first, and what is over the bar."""
    nothing = (NAN, NAN, NAN)
    heads = "".join(f" {f'{word} {size}':>11}" for size in sizes for word in ("p50", "p95", "alone"))
    print(f"\n{'page':34}{heads} {'p95 ratio':>10} {'alone':>6}")
    over = 0
    for name, figures in sorted(found.items(), key=lambda item: -item[1].get(sizes[-1], nothing)[1]):
        small, large = figures.get(sizes[0], nothing), figures.get(sizes[-1], nothing)
        cells = "".join(f" {value:11.1f}" for size in sizes for value in figures.get(size, nothing))
        ratio = large[1] / small[1]
        print(f"{name:34}{cells} {ratio:10.2f} {large[2] / small[2]:6.2f}")
        over += large[1] > BAR_MS or ratio > BAR_RATIO
    print(f"{len(found)} pages, {over} over {BAR_MS} ms or {BAR_RATIO} times at the 95th percentile")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,50000", help="employees of each agency, the smallest first")
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--requests", type=int, default=60, help="per page and agency")
    parser.add_argument("--only", default="", help="pages whose name holds this text")
    parser.add_argument("--keep", action="store_true", help="keep the databases for the next time")
    parser.add_argument("--json", type=Path, help="write median and 95th percentile per page and size here")
    options = parser.parse_args()
    password = os.environ.setdefault("DEMO_PASSWORD", DEMO_PASSWORD)
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {load:.1f} at the start")
    random.seed(1)
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        agencies = []
        for employees in sizes:
            made = database(os.environ["DATABASE_URL"], f"bench_pages_{employees}", keep=options.keep)
            url, is_new = stack.enter_context(made)
            agency = Agency(employees, url, folder)
            agencies.append(agency)
            if is_new:
                fill(agency, options.months)
            else:
                agency.manage("migrate", "--verbosity", "0")
        agencies[0].manage("collectstatic", "--no-input", "--verbosity", "0")
        pool = stack.enter_context(ThreadPoolExecutor(USERS_AT_ONCE))
        for agency in agencies:
            stack.enter_context(web_server(agency))
            agency.log_in(password)
            agency.round(pool, options.only)
            agency.asked.clear()  # the first look fills caches and connections
        for _round in range(max(1, options.requests // USERS_AT_ONCE)):
            for agency in agencies:
                agency.round(pool, options.only)
        print(f"load {os.getloadavg()[0]:.1f} at the end")
        for agency in agencies:
            agency.read_times()
            agency.measure_alone(ROUNDS_ALONE, options.only)
        found = measured(agencies)
        report(found, sizes)
        if options.json:
            options.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
