"""Rows of the access table: work figures."""

from __future__ import annotations

from tests.access_words import ANY_HR, AUDITOR, AUTHORITY, EMPLOYEE, HEAD, HR, STAFF, STRANGERS, SUPERVISOR, Row, page

LEAD = SUPERVISOR | HEAD

ROWS: dict[str, Row] = {
    "performance:figures": page(STAFF),
    "performance:figures_team": page(LEAD | ANY_HR | AUDITOR | AUTHORITY),
    "performance:figures_person": page(EMPLOYEE | LEAD | HR | AUDITOR, hidden=STRANGERS, at="person"),
}
