"""Days of whole units that have to be built again."""

from __future__ import annotations

from datetime import date
from typing import Any

from attendance.services import workdays
from attendance.services.site_days import mark_site
from organization import outbox
from organization.day_facts import DaysChange, on_days_changed


@outbox.handler(workdays.TOPIC)
def mark_days(payload: dict[str, Any]) -> None:
    """{"start", "end": ISO dates, "paths": paths of units or null for everybody, "site": an office's id or null}."""
    start, end = date.fromisoformat(payload["start"]), date.fromisoformat(payload["end"])
    if payload.get("site"):
        mark_site(start=start, end=end, site_id=payload["site"])
    else:
        workdays.mark_units(start=start, end=end, unit_paths=payload["paths"])


@on_days_changed
def note_days(change: DaysChange) -> None:
    """Facts of the organisation change: the days that are built already are built again.

    A file of people may reach back years; days of the time before anything was built stay without rows.
    """
    first = workdays.first_built_day()
    start = max(change.start, first + workdays.BESIDE)  # the day beside it is built too
    if change.employee_ids is not None:
        workdays.mark_stale(employee_ids=change.employee_ids, start=start, end=change.end)
    elif change.end is None or change.end >= first:
        workdays.mark_all_stale(start=start, end=change.end, unit_paths=change.unit_paths, key=change.key)
