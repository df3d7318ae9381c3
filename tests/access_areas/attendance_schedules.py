"""Rows of the access table: terms of attendance and working hours."""

from __future__ import annotations

from tests.access_words import AUDITOR, HR, May, Row, act, form, mixed, page

READERS = HR | AUDITOR

ROWS: dict[str, Row] = {
    "attendance:terms_list": page(READERS),
    "attendance:terms_create": form(HR),
    "attendance:pattern_list": page(READERS),
    "attendance:pattern_create": form(HR),
    "attendance:pattern": page(READERS, at="work pattern"),
    "attendance:pattern_hours": form(HR, at="work pattern"),
    "attendance:unit_pattern_create": form(HR),
    "attendance:unit_pattern_end": form(HR, at="unit pattern"),
    "api:attendance-terms-list": mixed(GET=May(READERS), POST=May(HR)),
    "api:attendance-terms-detail": page(READERS, at="attendance terms"),
    "api:work-pattern-list": mixed(GET=May(READERS), POST=May(HR)),
    "api:work-pattern-detail": page(READERS, at="work pattern"),
    "api:work-pattern-hours": act(HR, at="work pattern"),
    "api:unit-pattern-list": mixed(GET=May(READERS), POST=May(HR)),
    "api:unit-pattern-detail": page(READERS, at="unit pattern"),
    "api:unit-pattern-end": act(HR, at="unit pattern"),
}
