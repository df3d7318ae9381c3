"""Rows of the access table: contracts of outputs and changes of them."""

from __future__ import annotations

from tests.access_words import AUDITOR, EMPLOYEE, EVERYBODY, HEAD, HR, STRANGERS, SUPERVISOR, Row, act, form, page

LEAD = SUPERVISOR | HEAD
READ = EMPLOYEE | LEAD | HR | AUDITOR
SIDES = EMPLOYEE | LEAD
PROPOSAL = {"reason": "Data terlambat.", "changes": [{"kind": "add", "title": "Paparan", "measure": "berkas",
            "target": "1", "due_on": "2100-01-01"}]}  # fmt: skip
DECLINE = {"action": "decline", "answer": "Belum perlu."}
SAY_NO = {"agree": False, "answer": "Belum perlu."}

ROWS: dict[str, Row] = {
    "performance:contract_list": page(EVERYBODY),
    "performance:contract": page(READ, hidden=STRANGERS, at="contract"),
    "performance:amendment_new": form(SIDES, hidden=STRANGERS, at="contract"),
    "performance:amendment_answer": act(LEAD, hidden=STRANGERS, at="own change", body=DECLINE),
    "performance:amendment_withdraw": act(LEAD, hidden=STRANGERS, at="leader's change"),
    "api:output-contract-list": page(EVERYBODY),
    "api:output-contract-detail": page(READ, hidden=STRANGERS, at="contract"),
    "api:output-contract-propose": act(SIDES, hidden=STRANGERS, at="contract", body=PROPOSAL),
    "api:output-contract-answer": act(LEAD, hidden=STRANGERS, at="contract with own change", body=SAY_NO),
    "api:output-contract-withdraw": act(LEAD, hidden=STRANGERS, at="contract with leader's change"),
}
