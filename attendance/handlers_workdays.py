"""Days of whole units that have to be built again."""

from __future__ import annotations

from datetime import date
from typing import Any

from attendance.services import workdays
from organization import outbox


@outbox.handler(workdays.TOPIC)
def mark_days(payload: dict[str, Any]) -> None:
    """{"start", "end": ISO dates, "paths": paths of units or null for everybody}."""
    workdays.mark_units(
        start=date.fromisoformat(payload["start"]),
        end=date.fromisoformat(payload["end"]),
        unit_paths=payload["paths"],
    )
