"""Workbooks of a recap that were asked for."""

from __future__ import annotations

from typing import Any

from attendance.services import recap_exports
from organization import outbox


@outbox.handler(recap_exports.TOPIC)
def make_export(payload: dict[str, Any]) -> None:
    """{"export": id}."""
    recap_exports.make_export(payload["export"])
