"""Every address as everybody: the URL configuration is walked, and each answer compared with the table.

On the way two more promises are kept: opening a page writes nothing, and neither does a command that is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from organization.models import Notice
from tests.access_lasting import lasting_stage
from tests.access_stage import ROLES, Stage
from tests.access_table import TABLE
from tests.access_words import May

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# A command that somebody may give: it worked, leads on, or complains of its input or of the state.
ACCEPTED = {200, 201, 202, 204, 302, 400, 409, 410, 415, 422}
# Anywhere in a statement: the history's context goes before it. A lock (FOR UPDATE) is no write.
WRITE = re.compile(r'INSERT INTO|UPDATE (?!OF|SKIP|NOWAIT)["\w]|DELETE FROM|TRUNCATE|MERGE INTO')
# What a visit by itself may touch: the session, as in the set-up of the second step, which keeps its secret there.
SESSION = re.compile(r'"django_session"')
MAX_QUERIES = 15


def addresses(resolver: URLResolver | None = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The full name of every pattern of the URL configuration."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from addresses(pattern, inner)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern} has no name"
            yield ":".join((*spaces, pattern.name))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    names = list(addresses())

    assert sorted({name for name in names if names.count(name) > 1}) == [], "two addresses of one name"
    assert sorted(set(names) - set(TABLE)) == [], "addresses without a row in tests/access_table.py"
    assert sorted(set(TABLE) - set(names)) == [], "rows without an address"


def test_no_row_says_two_things_of_one_person() -> None:
    for name, row in TABLE.items():
        for method, who in row.methods.items():
            groups = [who.may, who.hidden, who.led_on]
            assert sum(map(len, groups)) == len(frozenset().union(*groups)), f"{method} {name}"


def test_what_writes_is_noticed(stage: Stage) -> None:
    visitor = Visitor(stage, "employee")

    _status, _location, writes, _queries = visitor.ask("POST", reverse("organization:notice_read_all"), None)

    assert writes
    assert Notice.objects.filter(user=stage.users["employee"], read_at=None).exists(), "and it is taken back"


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), lasting_stage(tmp_path_factory.mktemp("media")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage, db: None) -> Stage:
    return built


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(stage: Stage, role: str) -> None:
    visitor = Visitor(stage, role)

    faults = [fault for name in TABLE for method in METHODS for fault in visitor.faults(name, method)]

    assert not faults, "\n".join(["", *faults])


class Visitor:
    """Somebody who tries every address; whatever a command did is taken back."""

    def __init__(self, stage: Stage, role: str) -> None:
        self.stage, self.role, self.user = stage, role, stage.users[role]
        self.client = Client(REMOTE_ADDR="203.0.113.7", raise_request_exception=False)
        if self.user is not None:
            self.client.force_login(self.user)
        self.cookies = self.client.cookies.output(header="", sep="; ")

    def faults(self, name: str, method: str) -> Iterator[str]:
        """What differs from the table."""
        row = TABLE[name]
        path = self._path(name, row.at)
        who = row.methods.get(method)
        if who is None and method not in ("GET", "POST") and not path.startswith("/api/"):
            return
        status, location, writes, queries = self.ask(method, path, who)
        where = f"{method} {path} ({name}): "
        if status not in self._expected(path, method, who):
            yield f"{where}{status}, not {sorted(self._expected(path, method, who))}"
        if self._is_led_to_login(path, who) and not location.startswith("/accounts/login/?"):
            yield f"{where}leads to {location}, not to the login"
        if writes and (method == "GET" or not self._may(who)):
            yield f"{where}wrote: {writes[0][:120]}"
        if method == "GET" and queries > MAX_QUERIES:
            yield f"{where}{queries} queries"

    def _may(self, who: May | None) -> bool:
        return who is not None and self.role in who.may

    def _is_led_to_login(self, path: str, who: May | None) -> bool:
        known = who is not None and self.role in who.may | who.hidden | who.led_on
        return self.user is None and who is not None and not known and not path.startswith("/api/")

    def _expected(self, path: str, method: str, who: May | None) -> set[int]:
        is_api = path.startswith("/api/")
        if who is None:
            # Refusing the person may come before refusing the method; succeeding may not.
            return {302, 401, 404, 405} if self.user is None else {403, 404, 405}
        if self.role in who.may:
            return {who.status} if method == "GET" else ACCEPTED
        if self.role in who.led_on:
            return {302}
        if self.role in who.hidden:
            return {404}
        if self.user is None:
            return {401} if is_api else {302}
        return {403}

    def _path(self, name: str, at: str) -> str:
        args = self.stage.places[at] if at else ()
        try:
            return reverse(name, args=args)
        except NoReverseMatch as error:
            raise AssertionError(f"{name}: the stage has no fitting thing {at!r}") from error

    def ask(self, method: str, path: str, who: May | None) -> tuple[int, str, list[str], int]:
        self.client.cookies.load(self.cookies)  # an address before may have logged out
        point = transaction.savepoint()
        with CaptureQueriesContext(connection) as captured:
            answer = getattr(self.client, method.lower())(path, **self._body(method, path, who))
            if answer.streaming:
                b"".join(answer.streaming_content)
        transaction.savepoint_rollback(point)
        statements = [query["sql"] for query in captured.captured_queries]
        writes = [sql for sql in statements if WRITE.search(sql) and not SESSION.search(sql)]
        asked = [sql for sql in statements if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
        return answer.status_code, answer.get("Location", ""), writes, len(asked)

    def _body(self, method: str, path: str, who: May | None) -> dict[str, Any]:
        if method == "GET":
            return {}
        named = dict(who.body) if who else {}
        places = {f"@{name}": args[0] for name, args in self.stage.places.items()}
        values = {key: places.get(value, value) if isinstance(value, str) else value for key, value in named.items()}
        return _encoded(path, values)


def _encoded(path: str, values: dict[str, Any]) -> dict[str, Any]:
    if path.startswith("/api/") and not path.endswith("/circumstance/"):  # that one takes files
        return {"data": values, "content_type": "application/json"}
    return {"data": values | {"x": "1"}}
