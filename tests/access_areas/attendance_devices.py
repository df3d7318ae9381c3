"""Rows of the access table: terminals, outages and flags."""

from __future__ import annotations

from tests.access_words import (
    AUDITOR,
    AUTHORITY,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    STRANGERS,
    SUPERVISOR,
    May,
    Row,
    act,
    form,
    mixed,
    page,
)

READ = EMPLOYEE | SUPERVISOR | HEAD | HR | AUDITOR | AUTHORITY
ANSWER, JUDGE = {"answer": "Ponsel baru."}, {"verdict": "dismiss", "reason": "Ponsel baru."}

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
    "attendance:flag_list": page(EVERYBODY),
    "attendance:flag": page(READ, at="flag", hidden=STRANGERS),
    "attendance:flag_answer": act(EMPLOYEE, at="flag", hidden=STRANGERS, body=ANSWER),
    "attendance:flag_judge": act(SUPERVISOR | HEAD | HR, at="flag", hidden=STRANGERS, body=JUDGE),
    "api:integrity-flag-list": page(EVERYBODY),
    "api:integrity-flag-detail": page(READ, at="flag", hidden=STRANGERS),
    "api:integrity-flag-answer": act(EMPLOYEE, at="flag", hidden=STRANGERS, body=ANSWER),
    "api:terminal-list": mixed(GET=May(HR | AUDITOR), POST=May(HR)),
    "api:terminal-detail": mixed("terminal", GET=May(HR | AUDITOR), PUT=May(HR)),
    "api:terminal-pins": mixed("terminal", GET=May(HR | AUDITOR), POST=May(HR)),
    "api:terminal-entries": act(
        HR, at="terminal", body={"entries": [{"pin": "1", "at": "2026-10-01T07:30:00", "key": "in"}]}
    ),
    "api:outage-list": mixed(GET=May(EVERYBODY), POST=May(HR)),
    "api:outage-detail": page(EVERYBODY, at="outage"),
    "api:outage-withdraw": act(HR, at="outage"),
}
