"""Whether somebody's place elsewhere can be taken again on a day: quota, minimum on site and weekly cap.

The caller holds the locks (units root to leaf, then the employee). The rules are those of a new date (Art 13 [Q]).
"""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from attendance.coverage import quota_places
from attendance.limits import quota_on
from attendance.models import AssignmentDay
from attendance.selectors import Loads, unit_loads
from eligibility.enums import QuotaBasis
from eligibility.models import ArrangementTerms
from eligibility.selectors import terms_on
from organization.models import Placement, Unit
from organization.units_above import UnitAbove, units_of_path


def what_forbids(*, employee_id: int, unit: Unit, day: date, counts: bool, reference: str) -> str:
    """The reason in words, or nothing; five queries whatever the size. `reference`: the arrangement the place is of."""
    terms = terms_on(day)
    if terms is not None and counts and _is_week_used(employee_id, day, reference, terms.max_days_per_week):
        return _("the weekly days are used by other dates.")
    above = units_of_path(unit, day, day)
    group = (
        Placement.objects.active_on(day).filter(employee_id=employee_id).values_list("position__group", flat=True)
    ).first() or ""
    groups = sorted({row.position_group for one in above for row in one.minimums if row.position_group})
    loads = unit_loads(
        paths=[one.path for one in above], groups=groups, start=day, end=day, exclude_employee_id=employee_id
    )
    for one in above:
        why = _in_unit(one, day, terms, loads, group, is_own=one.pk == unit.pk)
        if why:
            return why
    return ""


def _is_week_used(employee_id: int, day: date, reference: str, cap: int) -> bool:
    """Whether other arrangements took the week's days meanwhile; the own ones were within the cap, or exempt of it."""
    monday = day - timedelta(days=day.weekday())
    rows = AssignmentDay.objects.filter(
        employee_id=employee_id, day__gte=monday, day__lte=monday + timedelta(days=6), counts_toward_cap=True
    ).exclude(day=day)
    found = set(rows.values_list("day", "assignment__reference"))
    has_others = any(other != reference for _day, other in found)
    return has_others and len({counted for counted, _other in found}) >= cap


def _in_unit(
    one: UnitAbove, day: date, terms: ArrangementTerms | None, loads: Loads, group: str, *, is_own: bool
) -> str:
    load = loads.on(one.path, day)
    pct = quota_on(one, day, terms, is_own=is_own)
    # A quota of holders is not touched: the arrangement was held all the time.
    if terms is not None and pct is not None and terms.quota_basis == QuotaBasis.PER_DAY:
        places = quota_places(load.staff, pct, terms.quota_rounding)
        if load.away + 1 > places:
            return _("%(unit)s is full, %(count)s of %(places)s are away.") % {
                "unit": one.name,
                "count": load.away,
                "places": places,
            }
    for row in one.minimums:
        if not row.binds(day) or row.position_group not in ("", group):
            continue
        on_site = loads.on(one.path, day, row.position_group).on_site
        if on_site - 1 < row.count:
            return _("%(unit)s needs %(count)s people on site.") % {"unit": one.name, "count": row.count}
    return ""
