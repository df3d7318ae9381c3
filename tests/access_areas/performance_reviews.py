"""Rows of the access table: reviews of reports and outputs, feedback, and a leader's figures."""

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
    mixed,
    page,
)

LEAD = SUPERVISOR | HEAD
READ = EMPLOYEE | LEAD | HR | AUDITOR
SAY = EMPLOYEE | LEAD
WHY = {"reason": "Bukti belum ada.", "version": "1"}
RATING = {"rating": "meets", "reason": "Sesuai.", "replaces": "0"}

ROWS: dict[str, Row] = {
    "performance:review_list": page(LEAD),
    "performance:review_accept_many": act(LEAD, body={"ids": "@report key"}),
    "performance:review_figures": page(LEAD),
    "performance:report": page(READ, hidden=STRANGERS, at="report"),
    "performance:report_accept": act(LEAD, hidden=STRANGERS, at="report", body={"version": "1"}),
    "performance:report_return": act(LEAD, hidden=STRANGERS, at="report", body=WHY),
    "performance:report_reopen": act(LEAD, hidden=STRANGERS, at="report", body=WHY),
    "performance:report_comment": act(SAY, hidden=STRANGERS, at="report", body={"text": "Bagus."}),
    "performance:output_review_list": page(LEAD),
    "performance:output": page(READ, hidden=STRANGERS, at="due output"),
    "performance:output_rate": act(LEAD, hidden=STRANGERS, at="due output", body=RATING),
    "performance:output_record": act(LEAD, hidden=STRANGERS, at="due output", body={"amount": "1", "on": "2026-01-05"}),
    "performance:output_comment": act(SAY, hidden=STRANGERS, at="due output", body={"text": "Bagus."}),
    "api:report-review-list": page(EVERYBODY),
    "api:report-review-detail": page(READ, hidden=STRANGERS, at="report"),
    "api:report-review-accept-many": act(EVERYBODY, body={"ids": ["@report"]}),
    "api:report-review-send-back": act(LEAD, hidden=STRANGERS, at="report", body={"reason": "Bukti belum ada."}),
    "api:report-review-reopen": act(LEAD, hidden=STRANGERS, at="report", body={"reason": "Bukti belum ada."}),
    "api:report-review-feedback": mixed(
        "report", GET=May(READ, STRANGERS), POST=May(SAY, STRANGERS, body={"text": "Bagus."})
    ),
    "api:output-review-list": page(EVERYBODY),
    "api:output-review-detail": page(READ, hidden=STRANGERS, at="due output"),
    "api:output-review-rate": act(LEAD, hidden=STRANGERS, at="due output", body=RATING),
    "api:output-review-record": act(LEAD, hidden=STRANGERS, at="due output", body={"amount": "1", "on": "2026-01-05"}),
    "api:output-review-feedback": mixed(
        "due output", GET=May(READ, STRANGERS), POST=May(SAY, STRANGERS, body={"text": "Bagus."})
    ),
    "api:work-review-list": page(EVERYBODY),
}
