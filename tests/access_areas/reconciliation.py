"""Rows of the access table: plan, presence and output side by side."""

from __future__ import annotations

from tests.access_words import ANY_HR, AUDITOR, AUTHORITY, EMPLOYEE, HEAD, HR, STAFF, STRANGERS, SUPERVISOR, Row, page

LEAD = SUPERVISOR | HEAD

ROWS: dict[str, Row] = {
    "fwa:reconciliation": page(STAFF),
    "fwa:reconciliation_team": page(LEAD | ANY_HR | AUDITOR | AUTHORITY),
    "fwa:reconciliation_person": page(EMPLOYEE | LEAD | HR | AUDITOR, hidden=STRANGERS, at="person"),
}
