"""Rows of the access table: task mapping."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    EMPLOYEE,
    HEAD,
    HR,
    HR_ELSEWHERE,
    STRANGERS,
    SUPERVISOR,
    May,
    Row,
    act,
    form,
    mixed,
    page,
)

READERS = HEAD | ANY_HR | AUDITOR
# Everybody for whom the proposal of the legal section does not exist.
WITHOUT = STRANGERS | EMPLOYEE | SUPERVISOR
CHOICE = {"action": "confirm", "ids": "@proposal"}

ROWS: dict[str, Row] = {
    "organization:task_mapping": page(READERS),
    "organization:task_mapping_export": page(READERS),
    "organization:task_mapping_edit": form(HR, status=302),  # nothing chosen: back to the list
    "organization:task_proposal_new": form(HEAD, status=302),
    "organization:task_proposal_list": page(READERS),
    "organization:task_proposal_bulk": act(HR, body=CHOICE),
    "organization:task_proposal": page(HEAD | HR | AUDITOR, at="proposal", hidden=HR_ELSEWHERE),
    "organization:task_proposal_confirm": act(HR, at="proposal"),
    "organization:task_proposal_decline": form(HR, at="proposal"),
    "organization:task_proposal_withdraw": act(HEAD, at="proposal", hidden=WITHOUT | AUTHORITY),
    "organization:task_type_delete": act(HR, at="task type"),
    "api:task-type-list": mixed(GET=May(HR | AUDITOR), POST=May(HR)),
    "api:task-type-detail": mixed("task type", GET=May(HR | AUDITOR), PUT=May(HR), PATCH=May(HR), DELETE=May(HR)),
    "api:task-mapping-list": page(READERS),
    "api:task-mapping-detail": page(READERS, at="position"),  # people of every unit hold it
    "api:task-mapping-preview": act(HR),
    "api:task-mapping-set": act(HR),
    "api:task-proposal-list": mixed(GET=May(READERS), POST=May(HEAD)),
    "api:task-proposal-detail": page(HEAD | HR | AUDITOR, at="proposal", hidden=HR_ELSEWHERE),
    "api:task-proposal-confirm": act(HR, at="proposal"),
    "api:task-proposal-decline": act(HR, at="proposal"),
    "api:task-proposal-withdraw": act(HEAD, at="proposal", hidden=HR_ELSEWHERE),
}
