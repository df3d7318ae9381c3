"""A published or draft roster for tests, straight into the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from attendance.models import Roster, RosterEntry, Shift, ShiftMinimum
from organization.models import Employee, Unit, User
from tests.world import SINCE


def make_shifts(unit: Unit) -> dict[str, Shift]:
    """Morning, afternoon and night of 7, 7 and 10.5 hours."""
    rows = [("P", "07:30", 420), ("S", "14:00", 420), ("M", "21:00", 630)]
    return {
        code: Shift.objects.create(unit=unit, code=code, name=f"Dinas {code}", starts_at=start, duration_min=length)
        for code, start, length in rows
    }


def need(unit: Unit, shift: Shift, count: int, **changes: Any) -> ShiftMinimum:
    values: dict[str, Any] = {"valid_from": SINCE, **changes}
    return ShiftMinimum.objects.create(unit=unit, shift=shift, count=count, **values)


def make_roster(
    unit: Unit,
    by: User,
    start: date,
    cells: Mapping[Employee, Sequence[Shift | None]],
    *,
    published: bool = True,
    fixed: bool = True,
) -> Roster:
    """One shift (or a day off) per person and day from `start` on."""
    length = max((len(shifts) for shifts in cells.values()), default=1)
    stamps = {"published_by": by, "published_at": timezone.now()} if published else {}
    roster = Roster.objects.create(
        unit=unit,
        starts_on=start,
        ends_on=start + timedelta(days=length - 1),
        status="published" if published else "draft",
        created_by=by,
        **stamps,
    )
    RosterEntry.objects.bulk_create(
        RosterEntry(
            roster=roster,
            employee=employee,
            day=start + timedelta(days=offset),
            shift=shift,
            is_published=published,
            is_fixed=fixed,
        )
        for employee, shifts in cells.items()
        for offset, shift in enumerate(shifts)
    )
    return roster
