"""The words of the access table: roles, and how a row is written. See ``tests/access_table.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Roles = frozenset[str]


def _roles(*names: str) -> Roles:
    return frozenset(names)


NONE = _roles()
NOBODY = _roles("nobody")
EMPLOYEE = _roles("employee")
COLLEAGUE = _roles("colleague")
OUTSIDER = _roles("outsider")
SUPERVISOR = _roles("supervisor")
HEAD = _roles("head")
HR = _roles("hr")
HR_ELSEWHERE = _roles("hr elsewhere")
AUDITOR = _roles("auditor")
AUTHORITY = _roles("authority")
OFFICER = _roles("evidence officer")

STAFF = EMPLOYEE | COLLEAGUE | OUTSIDER | SUPERVISOR | HEAD
ANY_HR = HR | HR_ELSEWHERE
EVERYBODY = STAFF | ANY_HR | AUDITOR | AUTHORITY | OFFICER
PUBLIC = EVERYBODY | NOBODY

# Who has nothing to do with the employee: same unit without a say, another unit, HR of another unit, evidence only.
STRANGERS = COLLEAGUE | OUTSIDER | HR_ELSEWHERE | OFFICER
# Who follows a request of the employee besides the employee.
IN_CHAIN = SUPERVISOR | HEAD | HR | AUTHORITY
READERS = EMPLOYEE | IN_CHAIN | AUDITOR


NO_BODY: Mapping[str, Any] = {}


@dataclass(frozen=True)
class May:
    """Who may with one method. `status` is what they get for a GET; a command may succeed or complain of its input."""

    may: Roles
    hidden: Roles = NONE
    status: int = 200
    body: Mapping[str, Any] = field(default_factory=lambda: NO_BODY)
    #: Those who are led elsewhere (302) instead of refused: the address exists for them, the act is not theirs.
    led_on: Roles = NONE


@dataclass(frozen=True)
class Row:
    at: str
    methods: Mapping[str, May]


def page(may: Roles, *, hidden: Roles = NONE, at: str = "", status: int = 200, led_on: Roles = NONE) -> Row:
    return Row(at, {"GET": May(may, hidden, status, led_on=led_on)})


def form(
    may: Roles,
    *,
    hidden: Roles = NONE,
    at: str = "",
    status: int = 200,
    led_on: Roles = NONE,
    body: Mapping[str, Any] = NO_BODY,
) -> Row:
    return Row(at, {"GET": May(may, hidden, status, led_on=led_on), "POST": May(may, hidden, 200, body, led_on)})


def act(
    may: Roles, *, hidden: Roles = NONE, at: str = "", led_on: Roles = NONE, body: Mapping[str, Any] = NO_BODY
) -> Row:
    return Row(at, {"POST": May(may, hidden, body=body, led_on=led_on)})


def mixed(at: str = "", **methods: May) -> Row:
    return Row(at, methods)
