"""Rows of the access table: corrections, accumulated minutes, flags of the ladder."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
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

LEAD = SUPERVISOR | HEAD
DECIDE = LEAD | HR
READ = EMPLOYEE | DECIDE | AUDITOR | AUTHORITY
OVERSEE = SUPERVISOR | HEAD | ANY_HR | AUDITOR | AUTHORITY
ASKED = {"day": str(days(-5)), "check_in": "07:30", "reason": "forgotten", "explanation": "Lupa."}
DECISION = {"approve": "yes", "reason": "Sesuai."}

ROWS: dict[str, Row] = {
    "attendance:correction_list": page(EVERYBODY),
    "attendance:correction_create": form(STAFF, body=ASKED),
    "attendance:correction_approve_many": act(EVERYBODY, body={"ids": "@correction"}),
    "attendance:correction": page(READ, hidden=STRANGERS, at="correction"),
    "attendance:correction_decide": act(DECIDE, hidden=STRANGERS, at="correction", body=DECISION),
    "attendance:correction_withdraw": act(EMPLOYEE, hidden=STRANGERS, at="correction"),
    "api:correction-list": mixed(GET=May(EVERYBODY), POST=May(STAFF, body=ASKED)),
    "api:correction-detail": page(READ, hidden=STRANGERS, at="correction"),
    "api:correction-decide": act(DECIDE, hidden=STRANGERS, at="correction", body={"approve": True}),
    "api:correction-withdraw": act(EMPLOYEE, hidden=STRANGERS, at="correction"),
    "api:correction-approve-many": act(EVERYBODY),
    "attendance:contact_list": page(EVERYBODY),
    "attendance:contact_create": form(LEAD, body={"employee": "emp", "message": "Mohon dijawab."}),
    "attendance:recall_create": form(LEAD, body={"employee": "emp", "message": "Rapat.", "day": str(days(1))}),
    "attendance:contact": page(READ, hidden=STRANGERS, at="contact"),
    "attendance:contact_delivered": act(EMPLOYEE, hidden=STRANGERS, at="contact"),
    "attendance:contact_answer": act(EMPLOYEE, hidden=STRANGERS, at="contact", body={"answer": "Siap."}),
    "attendance:contact_attempt": act(LEAD, hidden=STRANGERS, at="contact", body={"reached": "no"}),
    "attendance:contact_withdraw": act(LEAD, hidden=STRANGERS, at="contact"),
    "api:contact-list": mixed(GET=May(EVERYBODY), POST=May(LEAD, body={"employee": "@person", "message": "Halo."})),
    "api:contact-detail": page(READ, hidden=STRANGERS, at="contact"),
    "api:contact-delivered": act(EMPLOYEE, hidden=STRANGERS, at="contact"),
    "api:contact-answer": act(EMPLOYEE, hidden=STRANGERS, at="contact", body={"answer": "Siap."}),
    "api:contact-attempt": act(LEAD, hidden=STRANGERS, at="contact", body={"reached": False}),
    "api:contact-withdraw": act(LEAD, hidden=STRANGERS, at="contact"),
    "attendance:recap_list": page(OVERSEE),
    "attendance:recap_export": act(OVERSEE, body={"month": f"{days(0):%Y-%m}"}),
    "attendance:recap_file": page(HR, hidden=OVERSEE - HR, at="recap file"),
    "attendance:recap_export_progress": page(HR, hidden=OVERSEE - HR, at="recap file"),
    "attendance:recap_lock": form(HR, at="recap month"),
    "api:recap-list": page(OVERSEE),
    "api:recap-month-list": mixed(GET=May(OVERSEE), POST=May(HR, body={"month": "2020-01-01"})),
    "api:recap-month-detail": page(OVERSEE, at="recap"),
    "api:recap-month-rows": page(OVERSEE, at="recap"),
    "attendance:accumulated": page(STAFF),
    "attendance:person_accumulated": page(READ, hidden=STRANGERS, at="person"),
    "attendance:threshold_list": page(OVERSEE),
    "attendance:threshold": page(READ, hidden=STRANGERS, at="threshold"),
    "attendance:threshold_acknowledge": act(
        SUPERVISOR | HEAD, hidden=STRANGERS, at="threshold", body={"note": "Sudah dipanggil."}
    ),
    "attendance:ladder_list": page(HR),
    "attendance:ladder_create": form(HR),
    "attendance:ladder_end": form(HR, at="ladder step"),
    "api:threshold-list": page(EVERYBODY),
    "api:threshold-detail": page(READ, hidden=STRANGERS, at="threshold"),
    "api:threshold-acknowledge": act(
        SUPERVISOR | HEAD, hidden=STRANGERS, at="threshold", body={"note": "Sudah dipanggil."}
    ),
    "api:employee-accumulated": page(READ, hidden=STRANGERS, at="person"),
}
