"""Rows of the access table: plans, reports and evidence of somebody's days, and the terms of performance."""

from __future__ import annotations

from tests.access_words import (
    AUDITOR,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    STAFF,
    STRANGERS,
    SUPERVISOR,
    May,
    Row,
    act,
    form,
    mixed,
    page,
)
from tests.organization.cast import days

READ = EMPLOYEE | SUPERVISOR | HEAD | HR | AUDITOR
TYPED = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-done": "Rapat", "lines-0-status": "done"}
WRITTEN = {"version": 0, "lines": [{"done": "Rapat", "status": "done"}], "is_extra": True}
AS_JSON = {"client_id": "6d1f6c0e-8f0b-4b0e-9a5e-6b3b7a1f2c11", "link": "https://contoh.go.id/"}

ROWS: dict[str, Row] = {
    "performance:day_list": page(EVERYBODY),
    "performance:today": page(STAFF, status=302),
    "performance:day": form(STAFF, at="work day to report", body={**TYPED, "action": "report", "is_extra": "on"}),
    "performance:day_copy": act(STAFF, at="work day to report"),
    "performance:evidence_file": page(READ, hidden=STRANGERS, at="work evidence"),
    "performance:terms_list": page(HR | AUDITOR),
    "performance:terms_create": form(HR, body={"valid_from": str(days(1))}),
    "api:daily-report-list": page(EVERYBODY),
    "api:daily-report-detail": page(READ, hidden=STRANGERS, at="written day"),
    "api:daily-report-plan": mixed("work day to report", PUT=May(STAFF, body=WRITTEN)),
    "api:daily-report-send": mixed("work day to report", PUT=May(STAFF, body=WRITTEN)),
    "api:daily-report-copy": act(STAFF, at="work day to report"),
    "api:daily-report-unfinished": page(STAFF, at="work day to report"),
    "api:daily-report-evidence": act(EMPLOYEE, hidden=STRANGERS, at="written day", body=AS_JSON),
    "api:daily-report-evidence-file": mixed(
        "written day evidence", GET=May(READ, STRANGERS), DELETE=May(EMPLOYEE, STRANGERS)
    ),
    "api:performance-terms-list": mixed(GET=May(HR | AUDITOR), POST=May(HR, body={"valid_from": str(days(1))})),
    "api:performance-terms-detail": page(HR | AUDITOR, at="performance terms"),
}
