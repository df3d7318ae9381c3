"""Rows of the access table: evaluations."""

from __future__ import annotations

from tests.access_words import (
    AUDITOR,
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

LEAD = SUPERVISOR | HEAD
READ = EMPLOYEE | LEAD | HR | AUDITOR

ROWS: dict[str, Row] = {
    "performance:evaluation_list": page(EVERYBODY),
    "performance:evaluation_open": form(LEAD, body={"kind": "year", "year": "2026", "people": "@person"}),
    "performance:evaluation": mixed(
        GET=May(READ, hidden=STRANGERS),
        POST=May(LEAD, hidden=STRANGERS, body={"action": "save"}),
        at="evaluation",
    ),
    "performance:evaluation_acknowledge": act(EMPLOYEE, hidden=STRANGERS, at="evaluation"),
    "performance:evaluation_object": act(EMPLOYEE, hidden=STRANGERS, at="evaluation", body={"reason": "Tidak sesuai."}),
    "performance:evaluation_settle": act(
        HEAD | HR, hidden=STRANGERS, at="evaluation objected", body={"send_back": "no", "answer": "Sudah benar."}
    ),
    "performance:evaluation_close": act(LEAD, hidden=STRANGERS, at="evaluation"),
    "performance:evaluation_note": act(
        EMPLOYEE | LEAD, hidden=STRANGERS, at="evaluation", body={"text": "Dialog pertama."}
    ),
}
