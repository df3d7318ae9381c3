"""Rows of the access table: proposals for rosters."""

from __future__ import annotations

from tests.access_areas.attendance_rosters import MAKE, WITHOUT_UNIT
from tests.access_words import Row, act, page

ROWS: dict[str, Row] = {
    "attendance:proposal_ask": act(MAKE, at="draft roster", hidden=WITHOUT_UNIT),
    "attendance:proposal": page(MAKE, at="proposal", hidden=WITHOUT_UNIT),
    "attendance:proposal_progress": page(MAKE, at="proposal", hidden=WITHOUT_UNIT),
    "attendance:proposal_take_back": act(MAKE, at="proposal", hidden=WITHOUT_UNIT),
}
