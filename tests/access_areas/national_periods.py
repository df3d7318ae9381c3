"""Rows of the access table: national periods."""

from __future__ import annotations

from tests.access_words import Row

ROWS: dict[str, Row] = {}
