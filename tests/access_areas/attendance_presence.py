"""Rows of the access table: entries of presence."""

from __future__ import annotations

from uuid import UUID

from tests.access_words import EVERYBODY, PUBLIC, STAFF, May, Row, act, mixed, page

ENTRY = {"client_id": str(UUID(int=7)), "direction": "in"}

ROWS: dict[str, Row] = {
    "attendance:presence": page(STAFF),
    "attendance:presence_check": act(STAFF, body={"direction": "in"}),
    "attendance:notice_acknowledge": act(STAFF, body={"version": "1"}),
    "attendance:presence_session": page(STAFF),
    "attendance:presence_manifest": page(PUBLIC),
    "attendance:presence_offline": page(PUBLIC, at="language"),
    "attendance:presence_worker": page(PUBLIC, at="language"),
    "api:presence-event-list": mixed(GET=May(EVERYBODY), POST=May(STAFF, body=ENTRY)),
}
