"""Rows of the access table: policies."""

from __future__ import annotations

from tests.access_words import Row

ROWS: dict[str, Row] = {}
