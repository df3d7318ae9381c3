"""The zone in which people serve: their unit's on a day; the agency's where nobody is placed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from organization.models import Placement
from organization.querysets import active_on_q


@dataclass(frozen=True)
class LocalDays:
    """Which day it was where somebody serves."""

    zones: dict[int, str]

    def of(self, employee_id: int, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zones.get(employee_id, settings.TIME_ZONE))).date()


def agency_day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def local_days(employee_ids: Collection[int], on: date) -> LocalDays:
    """The zones of these people's units as they are on a day; one query."""
    rows = Placement.objects.active_on(on).filter(
        active_on_q(on, "unit__versions__"), employee_id__in=set(employee_ids)
    )
    return LocalDays(dict(rows.order_by().values_list("employee_id", "unit__versions__zone")))
