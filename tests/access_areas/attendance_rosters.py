"""Rows of the access table: shifts, rotations, rosters and swaps."""

from __future__ import annotations

from tests.access_words import (
    ANY_HR,
    AUDITOR,
    AUTHORITY,
    COLLEAGUE,
    EMPLOYEE,
    EVERYBODY,
    HEAD,
    HR,
    HR_ELSEWHERE,
    OFFICER,
    OUTSIDER,
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

MAKE = HEAD | HR
OVERSEE = MAKE | AUDITOR | AUTHORITY
ON_IT = EMPLOYEE | COLLEAGUE
# A published roster is there for whoever stands on it; a draft only for whoever has the unit.
NOT_ON_IT = SUPERVISOR | OUTSIDER | HR_ELSEWHERE | OFFICER
WITHOUT_UNIT = STRANGERS | EMPLOYEE | SUPERVISOR
ELSEWHERE = OUTSIDER | HR_ELSEWHERE | OFFICER

ROWS: dict[str, Row] = {
    "attendance:roster_list": page(EVERYBODY),
    "attendance:roster_create": form(HEAD | ANY_HR),
    "attendance:roster": page(OVERSEE | ON_IT, at="roster", hidden=NOT_ON_IT),
    "attendance:roster_file": page(OVERSEE | ON_IT, at="roster", hidden=NOT_ON_IT),
    "attendance:roster_changes": page(OVERSEE, at="roster", hidden=NOT_ON_IT),
    "attendance:roster_day": mixed(
        "roster day", GET=May(OVERSEE | ON_IT, NOT_ON_IT), POST=May(MAKE, NOT_ON_IT, body={"reason": "Ganti."})
    ),
    "attendance:roster_person": form(MAKE, at="rostered person", hidden=NOT_ON_IT),
    "attendance:roster_import": form(MAKE, at="roster", hidden=NOT_ON_IT),
    "attendance:roster_people": form(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "attendance:roster_remove": act(MAKE, at="drafted person", hidden=WITHOUT_UNIT),
    "attendance:roster_join": form(MAKE, at="person to join", hidden=NOT_ON_IT),
    "attendance:roster_leave": form(MAKE, at="rostered person", hidden=NOT_ON_IT),
    "attendance:roster_publish": form(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "attendance:roster_delete": form(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "attendance:unit_shifts": page(OVERSEE, at="unit", hidden=WITHOUT_UNIT),
    "attendance:shift_create": form(MAKE, at="unit", hidden=WITHOUT_UNIT),
    "attendance:shift_minimum": form(MAKE, at="unit", hidden=WITHOUT_UNIT),
    "attendance:shift_retire": act(MAKE, at="shift", hidden=WITHOUT_UNIT),
    "attendance:rotation_create": form(MAKE, at="unit", hidden=WITHOUT_UNIT),
    "attendance:rotation": page(OVERSEE, at="rotation", hidden=WITHOUT_UNIT),
    "attendance:rotation_retire": act(MAKE, at="rotation", hidden=WITHOUT_UNIT),
    "attendance:team_member_add": form(MAKE, at="rotation", hidden=WITHOUT_UNIT),
    "attendance:team_member_end": form(MAKE, at="team member", hidden=WITHOUT_UNIT),
    "attendance:my_roster": page(EVERYBODY),
    "attendance:swap_list": page(EVERYBODY),
    "attendance:swap_create": form(STAFF),
    "attendance:swap": page(OVERSEE | ON_IT | SUPERVISOR, at="swap", hidden=ELSEWHERE),
    "attendance:swap_answer": act(COLLEAGUE, at="swap", hidden=ELSEWHERE, body={"action": "agree"}),
    "attendance:swap_withdraw": act(EMPLOYEE, at="swap", hidden=ELSEWHERE),
    "attendance:swap_decide": act(
        SUPERVISOR | MAKE, at="agreed swap", hidden=ELSEWHERE, body={"action": "refuse", "reason": "Tidak bisa."}
    ),
    "api:shift-list": page(EVERYBODY),
    "api:shift-detail": page(OVERSEE, at="shift", hidden=WITHOUT_UNIT),
    "api:rotation-list": page(EVERYBODY),
    "api:rotation-detail": page(OVERSEE, at="rotation", hidden=WITHOUT_UNIT),
    "api:roster-list": mixed("", GET=May(EVERYBODY), POST=May(HEAD | ANY_HR)),
    "api:roster-detail": mixed("draft roster", GET=May(OVERSEE, WITHOUT_UNIT), DELETE=May(MAKE, WITHOUT_UNIT)),
    "api:roster-findings": page(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "api:roster-cells": act(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "api:roster-join": act(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "api:roster-leave": act(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "api:roster-publish": act(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "api:roster-entry-list": page(EVERYBODY),
    "api:shift-swap-list": mixed("", GET=May(EVERYBODY), POST=May(STAFF)),
    "api:shift-swap-detail": page(OVERSEE | ON_IT | SUPERVISOR, at="swap", hidden=ELSEWHERE),
    "api:shift-swap-answer": act(COLLEAGUE, at="swap", hidden=ELSEWHERE, body={"agrees": True}),
    "api:shift-swap-withdraw": act(EMPLOYEE, at="swap", hidden=ELSEWHERE),
    "api:shift-swap-decide": act(
        SUPERVISOR | MAKE, at="agreed swap", hidden=ELSEWHERE, body={"approve": False, "reason": "Tidak bisa."}
    ),
}
