"""Rows of the access table: boards, people's days, absences, calendar addresses."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    PUBLIC,
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

LED = SUPERVISOR | HEAD
ABSENCE = {
    "employee": "@person",
    "kind": "leave",
    "reference": "A/9",
    "valid_from": str(days(80)),
    "valid_to": str(days(80)),
}

ROWS: dict[str, Row] = {
    "attendance:whereabouts": page(EVERYBODY),
    "attendance:my_days": page(EVERYBODY),
    "attendance:days_of": page(EMPLOYEE | SUPERVISOR | HEAD | HR | AUDITOR, hidden=STRANGERS, at="person"),
    "attendance:absence_list": page(ANY_HR),
    "attendance:absence_create": form(ANY_HR),
    "attendance:absence_edit": form(HR, hidden=STRANGERS, at="absence"),
    "attendance:absence_delete": form(HR, hidden=STRANGERS, at="absence"),
    "attendance:feeds": page(EVERYBODY),
    "attendance:feed_create": act(EVERYBODY, body={"scope": "person"}),
    "attendance:feed_revoke": act(EMPLOYEE, hidden=EVERYBODY - EMPLOYEE, at="feed"),
    "api:absence-list": mixed(GET=May(EVERYBODY), POST=May(ANY_HR, body=ABSENCE)),
    "api:absence-detail": mixed(
        "absence",
        GET=May(LED | HR | EMPLOYEE, hidden=EVERYBODY - LED - HR - EMPLOYEE),
        PUT=May(HR, hidden=EVERYBODY - LED - HR - EMPLOYEE),
        PATCH=May(HR, hidden=EVERYBODY - LED - HR - EMPLOYEE),
        DELETE=May(HR, hidden=EVERYBODY - LED - HR - EMPLOYEE),
    ),
    "api:work-day-list": page(EVERYBODY),
    "api:whereabouts-list": page(EVERYBODY),
    "attendance:feed": page(PUBLIC, at="feed address"),
}
