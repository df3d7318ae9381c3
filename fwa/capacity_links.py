"""What capacity adds to the organisation's pages of a unit: the button, and granted days beyond a new limit."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.coverage import quota_places
from attendance.selectors import unit_loads
from eligibility.selectors import terms_on
from fwa.capacity_reads import NOBODY, last_granted_day, names_away
from organization.access import access_for
from organization.extensions import (
    NewLimit,
    OverLimit,
    UnitLink,
    register_limit_effect,
    register_unit_link,
)
from organization.models import Unit, User

NAMED_DAYS = 60


@register_unit_link
def capacity_link(user: User, unit: Unit) -> UnitLink:
    """Whoever may open the unit's page may see how full it is."""
    return UnitLink(_("Capacity"), reverse("fwa:unit_capacity", args=[unit.pk]), "calendar-week")


@register_limit_effect
def granted_beyond(user: User, limit: NewLimit) -> list[OverLimit]:
    """Days with arrangements on which the new limit would be passed; the arrangements stay. Four queries."""
    start = max(limit.valid_from, timezone.localdate())
    end = last_granted_day(limit.unit, start)
    terms = terms_on(start)
    if end is None or terms is None:
        return []
    group = limit.position_group
    loads = unit_loads(
        paths=[limit.unit.path],
        groups=[group] if group else [],
        start=start,
        end=end,
        exclude_employee_id=NOBODY,
    )
    pct = terms.quota_pct if limit.quota_pct is None else min(limit.quota_pct, terms.quota_pct)
    found: list[tuple[OverLimit, bool]] = []
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        load = loads.on(limit.unit.path, day, group)
        if load.away == 0 or limit.weekday not in (None, day.isoweekday()):
            continue
        if limit.count is None:
            row = OverLimit(day, load.away, quota_places(load.staff, pct, terms.quota_rounding))
            found.append((row, row.figure > row.limit))
        else:
            row = OverLimit(day, load.on_site, limit.count)
            found.append((row, row.figure < row.limit))
    over = [row for row, is_over in found if is_over]
    names = names_away(limit.unit, [row.day for row in over[:NAMED_DAYS]], access_for(user).employees_q("employee__"))
    return [OverLimit(row.day, row.figure, row.limit, tuple(names.get(row.day, ()))) for row in over]
