"""Rows of the access table: reviews."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    STRANGERS,
    SUPERVISOR,
    Row,
    act,
    form,
    page,
)
from tests.organization.cast import days

DECIDE = HEAD | HR
# Everybody who oversees the employee, and the employee.
READ = EMPLOYEE | SUPERVISOR | DECIDE | AUDITOR | AUTHORITY
HIDDEN = STRANGERS
OVERSEE = SUPERVISOR | HEAD | ANY_HR | AUDITOR | AUTHORITY

ROWS: dict[str, Row] = {
    "fwa:review_list": page(OVERSEE),
    "fwa:review": page(READ, hidden=HIDDEN, at="review"),
    "fwa:review_respond": act(EMPLOYEE, hidden=HIDDEN, at="review", body={"response": "Sudah selesai."}),
    "fwa:review_decide": act(
        DECIDE, hidden=HIDDEN, at="review", body={"outcome": "continued", "reason": "Tetap dapat berjalan."}
    ),
    "fwa:suspension_lift": form(DECIDE, hidden=HIDDEN, at="suspended review"),
    "api:review-list": page(EVERYBODY),
    "api:review-detail": page(READ, hidden=HIDDEN, at="review"),
    "api:review-respond": act(EMPLOYEE, hidden=HIDDEN, at="review", body={"response": "Sudah selesai."}),
    "api:review-decide": act(
        DECIDE, hidden=HIDDEN, at="review", body={"outcome": "continued", "reason": "Tetap dapat berjalan."}
    ),
    "api:review-lift": act(DECIDE, hidden=HIDDEN, at="suspended review", body={"first": str(days(20))}),
}
