"""Rows of the access table: boards, people's days, calendar addresses."""

from __future__ import annotations

from tests.access_words import (
    AUDITOR,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    PUBLIC,
    STRANGERS,
    SUPERVISOR,
    Row,
    act,
    page,
)

ROWS: dict[str, Row] = {
    "attendance:whereabouts": page(EVERYBODY),
    "attendance:my_days": page(EVERYBODY),
    "attendance:days_of": page(EMPLOYEE | SUPERVISOR | HEAD | HR | AUDITOR, hidden=STRANGERS, at="person"),
    "attendance:feeds": page(EVERYBODY),
    "attendance:feed_create": act(EVERYBODY, body={"scope": "person"}),
    "attendance:feed_revoke": act(EMPLOYEE, hidden=EVERYBODY - EMPLOYEE, at="feed"),
    "attendance:feed": page(PUBLIC, at="feed address"),
}
