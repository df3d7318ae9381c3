"""Rows of the access table: proposals for rosters, and days on which people are missing."""

from __future__ import annotations

from tests.access_areas.attendance_rosters import MAKE, WITHOUT_UNIT
from tests.access_words import AUDITOR, AUTHORITY, EVERYBODY, SUPERVISOR, May, Row, act, mixed, page

NOT_MAKING = WITHOUT_UNIT | AUDITOR | AUTHORITY

ROWS: dict[str, Row] = {
    "attendance:proposal_ask": act(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "attendance:proposal": page(MAKE, at="roster proposal", hidden=WITHOUT_UNIT),
    "attendance:proposal_progress": page(MAKE, at="roster proposal", hidden=WITHOUT_UNIT, status=302),
    "attendance:proposal_take_back": act(MAKE, at="roster proposal", hidden=WITHOUT_UNIT),
    "api:roster-proposal-list": mixed(
        GET=May(EVERYBODY), POST=May(MAKE, WITHOUT_UNIT, body={"roster": "@draft roster"})
    ),
    "api:roster-proposal-detail": page(MAKE, at="roster proposal", hidden=NOT_MAKING),
    "api:roster-proposal-take-back": act(MAKE, at="roster proposal", hidden=NOT_MAKING),
    "api:unit-shortfalls": page(MAKE | SUPERVISOR, at="unit", hidden=WITHOUT_UNIT - SUPERVISOR),
    "attendance:shortfall": page(MAKE | SUPERVISOR, at="short day", hidden=WITHOUT_UNIT - SUPERVISOR),
}
