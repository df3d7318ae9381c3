"""Faults under the real web server, worker and clock: the database restarts, Redis goes away, the worker is killed.

One system of its own for the whole file: PostgreSQL, Redis, gunicorn; worker and clock where a test is about them.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from config.embedded import paths, postgres, processes, redis, servers
from config.embedded.paths import REPOSITORY, Home
from tests.template import fill
from tests.world import next_monday

pytestmark = [pytest.mark.servers, pytest.mark.worker, pytest.mark.slow, pytest.mark.xdist_group("servers")]

PASSWORD = "kata-sandi-uji-2026"
ANSWER_SECONDS = 3.0  # an error page comes within this time
RECOVERY_SECONDS = 30.0


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Show a redirect instead of following it."""

    def redirect_request(self, *_args):
        return None


@dataclass
class Answer:
    status: int
    text: str
    seconds: float
    headers: dict = field(default_factory=dict)


class Person:
    """A browser of one person: cookies, forms with their token, and how long an answer took."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies), NoRedirect)

    def ask(self, path: str, data: dict | bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        body = urllib.parse.urlencode(data, doseq=True).encode() if isinstance(data, dict) else data
        started = time.monotonic()
        try:
            with self._opener.open(
                urllib.request.Request(self.address + path, body, headers or {}), timeout=20
            ) as answer:
                return Answer(answer.status, answer.read().decode(), time.monotonic() - started, dict(answer.headers))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), time.monotonic() - started, dict(error.headers))

    def send(self, path: str, data: dict, *, form: str | None = None) -> Answer:
        """Post a form with the token of the page that holds it (default: the same address)."""
        return self.ask(path, {"csrfmiddlewaretoken": self._token(form or path), **data})

    def tell(self, path: str, data: dict, *, form: str) -> Answer:
        """Post JSON as a script of the page `form` does."""
        headers = {"Content-Type": "application/json", "X-CSRFToken": self._token(form)}
        return self.ask(path, json.dumps(data).encode(), headers)

    def _token(self, form: str) -> str:
        page = self.ask(form)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, (page.status, page.text[:500])
        return token.group(1)


@dataclass
class System:
    """The servers of this file and the programs on top of them."""

    home: Home
    folder: Path
    environment: dict[str, str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rows(self, sql: str, *values: object) -> list[tuple]:
        with psycopg.connect(host=str(self.home.sockets), user="fleksibel", dbname="fleksibel") as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def one(self, sql: str, *values: object) -> Any:
        return self.rows(sql, *values)[0][0]

    def run(self, code: str) -> None:
        """Some lines of Python with the models at hand, in a process of their own."""
        lines = f"import django; django.setup()\n{code}"
        subprocess.run([sys.executable, "-c", lines], cwd=REPOSITORY, env=self.environment, check=True)

    @contextmanager
    def program(self, name: str, *command: str):
        """A program that runs while the block does; killed with its children at the end."""
        with (self.folder / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=REPOSITORY, env=self.environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        try:
            yield child
        finally:
            kill(child)

    def worker(self):
        return self.program("worker", "celery", "-A", "config", "worker", "-l", "INFO", "-c", "1", "--without-mingle")

    def clock(self):
        schedule = str(self.folder / "schedule")
        return self.program("clock", "celery", "-A", "config", "beat", "-l", "INFO", "-s", schedule)

    def logged_in(self, name: str) -> Person:
        person = Person(self.address)
        answer = person.send("/accounts/login/", {"login": name, "password": PASSWORD})
        assert answer.status == 302, answer.text[:2000]
        return person

    def mails(self) -> list[str]:
        """Two mails of one second may share a file; a line of dashes ends each."""
        files = (path.read_text() for path in (self.folder / "mail").glob("*"))
        return sorted(mail.strip() for text in files for mail in text.split("-" * 79 + "\n") if mail.strip())


def kill(child: subprocess.Popen) -> None:
    """End a program and its children at once, as a power cut would."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    child.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def system(template_name):
    base = Path(tempfile.mkdtemp(prefix="fleksibel-faults-"))
    base.chmod(0o711)
    patch = pytest.MonkeyPatch()
    patch.setenv("DATA_DIR", str(base / "data"))
    patch.setattr(paths, "STATE_FOLDER", base / "state")
    home = Home("faults")
    if home.account.is_other:
        (base / "state").mkdir(mode=0o711)
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PROMETHEUS_MULTIPROC_DIR", "PORT")
    } | {
        "DJANGO_SETTINGS_MODULE": "tests.config.fault_settings",
        "DATA_DIR": str(base / "data"),
        "DATABASE_URL": home.database_url,
        "DATABASE_CONN_MAX_AGE": "60",
        "REDIS_URL": home.redis_url,
        "EMAIL_URL": f"filemail://{base / 'mail'}",
        "BASE_URL": f"http://127.0.0.1:{port}",
        "WEB_BIND": f"127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "FAULT_PASSWORD": PASSWORD,
        "DEBUG": "0",
    }
    made = System(home, base, environment, port)
    try:
        servers.start(home, need_postgres=True, need_redis=True)
        fill(home, template_name)
        subprocess.run([sys.executable, "-m", "tests.config.fault_world"], cwd=REPOSITORY, env=environment, check=True)
        with made.program("web", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"):
            assert processes.wait_until(lambda: is_up(made), 30), (base / "web.log").read_text()[-3000:]
            yield made
    finally:
        servers.stop(home)
        shutil.rmtree(base)
        patch.undo()


def is_up(system: System) -> bool:
    try:
        return Person(system.address).ask("/healthz").status == 200
    except OSError:
        return False


@pytest.fixture(autouse=True)
def _both_servers_run(system):
    yield
    servers.start(system.home, need_postgres=True, need_redis=True)


def assert_not_ready(answer: Answer) -> None:
    """The page of a database that is away: quick, in Indonesian, and with when to come back."""
    assert answer.status == 503
    assert answer.seconds < ANSWER_SECONDS
    assert '<html lang="id"' in answer.text
    assert "Kami belum siap saat ini" in answer.text
    assert answer.headers["Retry-After"]


def test_the_database_stops_and_comes_back_under_the_web_server(system):
    person = system.logged_in("emp")
    assert person.ask("/requests/").status == 200

    postgres.stop(system.home)
    for path in ("/requests/", "/", "/inbox/", "/accounts/login/", "/requests/"):
        assert_not_ready(person.ask(path))
    problem = person.ask("/api/v1/requests/")
    assert (problem.status, problem.headers["Content-Type"]) == (503, "application/problem+json")
    assert Person(system.address).ask("/healthz").status == 200

    postgres.start(system.home)
    again = [person.ask("/requests/") for _count in range(12)]  # more than there are connections to the old server
    assert [answer.status for answer in again] == [200] * 12
    assert max(answer.seconds for answer in again) < ANSWER_SECONDS


def test_the_database_is_killed_and_comes_back_under_the_web_server(system):
    person = system.logged_in("emp")
    os.kill(processes.listener(system.home.postgres_socket), signal.SIGKILL)
    assert processes.wait_until(lambda: not postgres.is_running(system.home), 5)

    assert_not_ready(person.ask("/requests/"))

    postgres.start(system.home)
    assert [person.ask("/requests/").status for _count in range(12)] == [200] * 12


def what_is_asked() -> dict:
    """The fields of the request form as a browser sends them."""
    monday = next_monday()
    return {
        "kind": "location", "basis": "task", "valid_from": monday.isoformat(),
        "valid_to": (monday + timedelta(days=27)).isoformat(), "weekdays": ["2", "4"], "place_kind": "home",
        "reason": "Menyusun naskah akademik.", "work_plan": "Menulis bab satu sampai empat.",
        "dates-TOTAL_FORMS": "0", "dates-INITIAL_FORMS": "0", "outputs-TOTAL_FORMS": "1",
        "outputs-INITIAL_FORMS": "0", "outputs-0-title": "Naskah akademik", "outputs-0-measure": "bab",
        "outputs-0-target": "4", "outputs-0-due_on": (monday + timedelta(days=20)).isoformat(), "action": "submit",
    }  # fmt: skip


def decide(system: System, name: str, public_id: str) -> None:
    """Log in, open the decision page, agree."""
    person = system.logged_in(name)
    step = system.one(
        "SELECT s.id FROM fwa_step s JOIN fwa_request r ON r.id = s.request_id"
        " WHERE r.public_id = %s AND s.status = 'current'",
        public_id,
    )
    answer = person.send(f"/inbox/{public_id}/act/", {"step": step, "action": "approve"}, form=f"/inbox/{public_id}/")
    assert answer.status == 302, answer.text[:3000]


def waiting(system: System) -> int:
    return system.one("SELECT count(*) FROM organization_outboxmessage WHERE done_at IS NULL")


def test_without_redis_people_log_in_send_and_decide_and_afterwards_each_message_is_done_once(system):
    # Whatever other tests of this file left behind is done, and counted out.
    assert waiting(system) == 0
    mailed = "SELECT count(*) FROM organization_outboxmessage WHERE topic = 'organization.mail'"
    ready = "SELECT count(*) FROM organization_notice WHERE code = 'fwa.letter_ready'"
    earlier_mails, mailed_earlier, ready_earlier = system.mails(), system.one(mailed), system.one(ready)
    earlier = [public_id for (public_id,) in system.rows("SELECT public_id::text FROM fwa_request")]
    redis.stop(system.home)

    assert system.logged_in("emp").send("/requests/new/", what_is_asked()).status == 302
    requests = system.rows("SELECT public_id::text, number FROM fwa_request")
    ((public_id, number),) = [row for row in requests if row[0] not in earlier]
    for name in ("sup", "head", "hr", "boss"):
        decide(system, name, public_id)
    assert system.one("SELECT status FROM fwa_request WHERE public_id = %s", public_id) == "approved"
    messages = waiting(system)
    topics = dict(
        system.rows("SELECT topic, count(*) FROM organization_outboxmessage WHERE done_at IS NULL GROUP BY 1")
    )
    assert topics["fwa.render_letter"] == 1
    assert topics["organization.mail"] >= 6  # sent, four levels opened, approved
    assert system.mails() == earlier_mails

    with system.worker(), system.clock():  # they start while Redis is away, and wait for it
        time.sleep(1)
        redis.start(system.home)
        assert processes.wait_until(lambda: waiting(system) == 0, RECOVERY_SECONDS), log_of(system, "worker")
        time.sleep(2.5)  # two more rounds of the clock find nothing to do

    assert messages == sum(topics.values())
    assert system.rows("SELECT topic FROM organization_outboxmessage WHERE attempts > 0") == []
    mails = [mail for mail in system.mails() if mail not in earlier_mails]
    # The letter's own message comes when it is made, and tells the applicant by mail too.
    assert len(mails) == system.one(mailed) - mailed_earlier
    assert len({re.sub(r"(Date|Message-ID): .*", "", mail) for mail in mails}) == len(mails)
    assert all(number in mail for mail in mails)
    letters = "SELECT l.status FROM fwa_letter l JOIN fwa_request r ON r.id = l.request_id WHERE r.public_id = %s"
    assert system.rows(letters, public_id) == [("awaiting_signature",)]
    assert system.one(ready) == ready_earlier + 1


def test_without_redis_and_worker_entries_are_taken_and_their_day_is_built_afterwards(system):
    employee = system.one("SELECT id FROM organization_employee WHERE name = 'emp'")
    entries = f"SELECT direction FROM attendance_presenceevent WHERE employee_id = {employee} ORDER BY id"
    stale = f"SELECT count(*) FROM attendance_staleday WHERE employee_id = {employee}"
    # Earlier tests of this file may have had days built; only what comes from now on counts.
    began = system.one("SELECT clock_timestamp()").isoformat()
    built = f"SELECT count(*) FROM attendance_workday WHERE employee_id = {employee} AND built_at > '{began}'"
    assert system.rows(entries) == []
    redis.stop(system.home)

    person = system.logged_in("emp")
    entry = {"client_id": str(uuid4()), "direction": "in", "device": "ponsel"}
    answers = [person.tell("/api/v1/presence-events/", entry, form="/presence/") for _again in range(2)]
    outcomes = [json.loads(answer.text)["results"][0]["outcome"] for answer in answers]
    assert ([answer.status for answer in answers], outcomes) == ([200, 200], ["recorded", "repeated"])
    pressed = person.send("/presence/check/", {"direction": "out", "client_id": str(uuid4())}, form="/presence/")
    assert pressed.status == 302
    assert max(answer.seconds for answer in (*answers, pressed)) < ANSWER_SECONDS
    assert person.ask("/presence/").status == 200
    assert system.rows(entries) == [("in",), ("out",)]
    assert system.one(stale) > 0
    assert system.one(built) == 0

    with system.worker(), system.clock():
        redis.start(system.home)
        assert processes.wait_until(lambda: system.one(stale) == 0, RECOVERY_SECONDS), log_of(system, "worker")
    assert system.one(built) > 0


def log_of(system: System, name: str) -> str:
    return (system.folder / f"{name}.log").read_text()[-3000:]


RUNS = 40

MANY_RUNS = f"""
from django.utils import timezone
from eligibility.services import run_screening
from organization.models import User
for _ in range({RUNS}):
    run_screening(by=User.objects.get(username="hr"), policy_code="location", as_of=timezone.localdate())
"""


def test_a_worker_killed_in_the_middle_leaves_nothing_out_and_nothing_doubled(system):
    system.run(MANY_RUNS)
    done = "SELECT count(*) FROM eligibility_screeningrun WHERE status = 'done'"
    assert system.one(done) == 0

    with system.worker() as first, system.clock():
        assert processes.wait_until(lambda: system.one(done) >= 3, RECOVERY_SECONDS, pause=0.005)
        kill(first)
        assert 0 < system.one(done) < RUNS
        # What the killed worker had taken with it is handed out again when its lease is over; that time passes here.
        system.rows("UPDATE organization_outboxmessage SET available_at = now() WHERE done_at IS NULL")
        with system.worker():
            assert processes.wait_until(lambda: waiting(system) == 0, RECOVERY_SECONDS), log_of(system, "worker")

    assert system.one(done) == RUNS
    verdicts = "SELECT count(*), count(DISTINCT employee_id) FROM eligibility_screening WHERE run_id IS NOT NULL"
    assert system.rows(f"{verdicts} GROUP BY run_id") == [(5, 5)] * RUNS


RUNNING = """
from types import SimpleNamespace
from organization.models import User
from tests.fwa.letters_kit import determined
determined(SimpleNamespace(users={user.username: user for user in User.objects.all()}), "col2", weekdays=(1,))
"""


def test_a_discipline_case_is_a_notice_and_a_review_within_a_minute(system):
    system.run(RUNNING)
    employee = system.one("SELECT id FROM organization_employee WHERE name = 'col2'")
    status = "SELECT a.status FROM attendance_assignment a WHERE a.employee_id = %s"
    days = "SELECT count(*) FROM attendance_assignmentday WHERE status = 'in_force' AND employee_id = %s"
    before = system.one(days, employee)
    hr, path = system.logged_in("hr"), f"/people/{employee}/discipline/"
    case = {"reference": "K-RAHASIA", "status": "examination", "opened_on": time.strftime("%Y-%m-%d")}

    with system.worker():
        shown = hr.send(path, case)
        confirmed = re.search(r'name="confirmed" value="([^"]+)"', shown.text)
        assert confirmed, shown.text[:2000]
        assert hr.send(path, case | {"confirmed": confirmed.group(1)}).status == 302
        entered = time.monotonic()
        told = "SELECT n.context::text FROM organization_notice n WHERE n.code = 'fwa.review_opened'"
        assert processes.wait_until(lambda: system.rows(told), 60)
        assert time.monotonic() - entered < 60
        assert processes.wait_until(lambda: waiting(system) == 0, RECOVERY_SECONDS), log_of(system, "worker")

    assert "RAHASIA" not in system.one(told)
    assert system.one("SELECT status FROM fwa_arrangementreview WHERE employee_id = %s", employee) == "open"
    assert system.one(status, employee) == "in_force"
    assert system.one(days, employee) == before
    command = [sys.executable, "manage.py", "verify_ledger"]
    subprocess.run(command, cwd=REPOSITORY, env=system.environment, check=True)
