"""Rows of the access table: determinations."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    COLLEAGUE,
    EMPLOYEE,
    HEAD,
    HR,
    HR_ELSEWHERE,
    OFFICER,
    OUTSIDER,
    SUPERVISOR,
    May,
    Row,
    act,
    form,
    mixed,
    page,
)

PREPARE = HEAD | HR
LOOK = PREPARE | AUTHORITY
READ = LOOK | AUDITOR
# The people of an annex read their own request and letter, never the list of all names.
HIDDEN = EMPLOYEE | COLLEAGUE | OUTSIDER | SUPERVISOR | HR_ELSEWHERE | OFFICER

# By REST everybody without a say anywhere is refused; only HR of elsewhere, who has one, finds nothing.
NOT_HERE = HR_ELSEWHERE

ROWS: dict[str, Row] = {
    "fwa:collision_list": page(READ | ANY_HR),
    "fwa:determination_list": page(READ | ANY_HR),
    "fwa:determination_new": form(HEAD | ANY_HR),
    "fwa:determination_detail": page(READ, hidden=HIDDEN, at="determination"),
    "fwa:determination_edit": form(PREPARE, hidden=HIDDEN, at="determination"),
    "fwa:determination_people": form(PREPARE, hidden=HIDDEN, at="determination"),
    "fwa:determination_members": act(PREPARE, hidden=HIDDEN, at="determination"),
    "fwa:determination_plan": act(LOOK, hidden=HIDDEN, at="determination"),
    "fwa:determination_coverage": page(READ, hidden=HIDDEN, at="determination"),
    "fwa:determination_leave_out": act(AUTHORITY, hidden=HIDDEN, at="determination"),
    "fwa:determination_discard": form(PREPARE, hidden=HIDDEN, at="determination"),
    "fwa:determination_state": page(READ, hidden=HIDDEN, at="determination"),
    "fwa:determination_decide": form(AUTHORITY, hidden=HIDDEN, at="determination"),
    "fwa:determination_amend": form(PREPARE, hidden=HIDDEN, at="decided"),
    "fwa:decree_download": page(READ, hidden=HIDDEN, at="decided", status=302),  # to the page, while it is being made
    "fwa:decree_sign": form(PREPARE, hidden=HIDDEN, at="decided"),
    "fwa:bundle_ask": act(LOOK, hidden=HIDDEN, at="decided"),
    "fwa:bundle_download": page(LOOK, hidden=HIDDEN, at="decided", status=302),
    "api:determination-list": mixed(GET=May(READ | ANY_HR), POST=May(HEAD | ANY_HR)),
    "api:determination-detail": mixed(
        "determination", GET=May(READ, NOT_HERE), PUT=May(PREPARE, NOT_HERE), DELETE=May(PREPARE, NOT_HERE)
    ),
    "api:determination-members": mixed("determination", GET=May(READ, NOT_HERE), POST=May(PREPARE, NOT_HERE)),
    "api:determination-change-members": act(PREPARE, hidden=NOT_HERE, at="determination"),
    "api:determination-plan": act(LOOK, hidden=NOT_HERE, at="determination"),
    "api:determination-coverage": page(READ, hidden=NOT_HERE, at="determination"),
    "api:determination-decide": act(AUTHORITY, hidden=NOT_HERE, at="determination"),
    "api:determination-progress": page(READ, hidden=NOT_HERE, at="determination"),
    "api:determination-amendments": act(PREPARE, hidden=NOT_HERE, at="decided"),
}
