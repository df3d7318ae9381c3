"""Rows of the access table: reviews."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    EMPLOYEE,
    HEAD,
    HR,
    STRANGERS,
    SUPERVISOR,
    Row,
    act,
    form,
    page,
)

DECIDE = HEAD | HR
# Everybody who oversees the employee, and the employee. Who only determines has nothing to do with a review.
READ = EMPLOYEE | SUPERVISOR | DECIDE | AUDITOR
HIDDEN = STRANGERS | AUTHORITY
OVERSEE = SUPERVISOR | HEAD | ANY_HR | AUDITOR

ROWS: dict[str, Row] = {
    "fwa:review_list": page(OVERSEE),
    "fwa:review": page(READ, hidden=HIDDEN, at="review"),
    "fwa:review_respond": act(EMPLOYEE, hidden=HIDDEN, at="review", body={"response": "Sudah selesai."}),
    "fwa:review_decide": act(
        DECIDE, hidden=HIDDEN, at="review", body={"outcome": "continued", "reason": "Tetap dapat berjalan."}
    ),
    "fwa:suspension_lift": form(DECIDE, hidden=HIDDEN, at="suspended review"),
}
