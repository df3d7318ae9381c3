"""Rows of the access table: task mapping."""

from __future__ import annotations

from tests.access_words import Row

ROWS: dict[str, Row] = {}
