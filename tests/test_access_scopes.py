"""Every address of the API with a token of every scope, as a system with HR's role and as one that audits.

What a token of the right scope may see there is the role's, as in ``tests/test_access_table.py``; here it only must not
stop at the scope. With any other token, the address is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from config.scopes import ANY, SCOPES, scope_for
from tests.access_lasting import lasting_stage
from tests.access_stage import Stage
from tests.access_table import TABLE
from tests.access_words import May
from tests.systems import connect, token_of
from tests.test_access_table import METHODS, Visitor

NO_SCOPE = {"not_for_systems", "insufficient_scope", "invalid_token"}
ADDRESSES = sorted(name for name in TABLE if name.startswith("api:") and name != "api:letter-check")


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), lasting_stage(tmp_path_factory.mktemp("media")) as stage:
        yield stage


@pytest.fixture
def stage(built: Stage, db: None, settings: Any) -> Stage:
    settings.API_CALLS_PER_MINUTE = 100_000
    return built


class System(Visitor):
    """A connection with one scope that tries every address."""

    def __init__(self, stage: Stage, role: str, scope: str) -> None:
        super().__init__(stage, "nobody")
        hr = stage.users["hr"]
        assert hr
        self.scope = scope
        token = token_of(*connect(hr, scope, role=role, name=f"{role} {scope}"))
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    def faults_of_scope(self, name: str, method: str) -> list[str]:
        who = TABLE[name].methods.get(method)
        path = self._path(name, TABLE[name].at)
        status, writes, code = self._asked(method, path, who)
        needed = scope_for(name, method)
        where = f"{method} {path} with {self.scope}: {status} {code}"
        if needed is None:
            right = (status, code) == (403, "not_for_systems")
        elif needed not in (ANY, self.scope):
            right = (status, code) == (403, "insufficient_scope")
        else:
            right = status < 500 and code not in NO_SCOPE
        faults = [] if right else [where]
        if writes and (method == "GET" or status >= 400):
            faults.append(f"{where} wrote {writes[0][:100]}")
        return faults

    def _asked(self, method: str, path: str, who: May | None) -> tuple[int, list[str], str]:
        answers: list[Any] = []
        ask = getattr(self.client, method.lower())

        def kept(*args: Any, **kwargs: Any) -> Any:
            answers.append(ask(*args, **kwargs))
            return answers[-1]

        setattr(self.client, method.lower(), kept)
        status, _location, writes, _queries = self.ask(method, path, who)
        setattr(self.client, method.lower(), ask)
        is_problem = answers[0]["Content-Type"] == "application/problem+json" if status >= 400 else False
        return status, writes, answers[0].json()["code"] if is_problem else ""


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("role", ["hr_admin", "auditor"])
def test_a_token_opens_what_its_scope_says(stage: Stage, role: str, scope: str) -> None:
    asking = System(stage, role, scope)

    faults = [fault for name in ADDRESSES for method in METHODS for fault in asking.faults_of_scope(name, method)]

    assert not faults, "\n".join(["", *faults])
