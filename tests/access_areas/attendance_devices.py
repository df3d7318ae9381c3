"""Rows of the access table: terminals, outages and flags."""

from __future__ import annotations

from tests.access_words import AUDITOR, EVERYBODY, HR, Row, act, form, page

ROWS: dict[str, Row] = {
    "attendance:terminal_list": page(HR | AUDITOR),
    "attendance:terminal_create": form(HR),
    "attendance:terminal": page(HR | AUDITOR, at="terminal"),
    "attendance:terminal_edit": form(HR, at="terminal"),
    "attendance:terminal_upload": form(HR, at="terminal"),
    "attendance:pin_assign": form(HR, at="terminal"),
    "attendance:pin_end": form(HR, at="terminal pin"),
    "attendance:outage_list": page(EVERYBODY),
    "attendance:outage_enter": form(HR),
    "attendance:outage_withdraw": form(HR, at="outage"),
    "api:terminal-list": page(HR | AUDITOR),
    "api:terminal-detail": page(HR | AUDITOR, at="terminal"),
    "api:terminal-pins": page(HR | AUDITOR, at="terminal"),
    "api:terminal-entries": act(
        HR, at="terminal", body={"entries": [{"pin": "1", "at": "2026-10-01T07:30:00", "key": "in"}]}
    ),
    "api:outage-list": page(EVERYBODY),
    "api:outage-detail": page(EVERYBODY, at="outage"),
    "api:outage-withdraw": act(HR, at="outage"),
}
