"""The limits of a unit: its quota and its minimum on site. HR sets them, heads tighten them and undo their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from organization.access import access_for
from organization.constraints import save_checked
from organization.enums import LimitSetter
from organization.guards import ONE_DAY, end_after, refuse_past, require
from organization.models import StaffingMinimum, Unit, UnitVersion, User
from organization.services.unit_admin import QuotaMark, UnitData, new_version
from organization.services.units import lock_units


def is_tighter(new: int | None, old: int | None) -> bool:
    """Whether a quota is at most as loose as another one.

    No own percentage is the loosest: then the agency's applies, and no unit can go above that.
    """
    if new is None:
        return old is None
    return old is None or new <= old


def head_level(by: User, unit: Unit) -> Unit:
    """The highest unit that `by` heads among the unit and those above it: whose tightening it is."""
    headed = [path for path in access_for(by).headed_paths if unit.path.startswith(path)]
    return Unit.objects.get(path=min(headed, key=len))


@transaction.atomic
def set_quota(*, by: User, unit_id: int, quota_pct: int | None, valid_from: date) -> UnitVersion:
    """Set the unit's own percentage from a day on.

    A head may only tighten it, and loosen it again up to what somebody else set (mark U, regulation 8); versions that
    are planned for later follow. HR sets what it wants. Raises PermissionDenied for more than that.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, "organization.tighten_unit", unit)
    refuse_past(valid_from)
    lock_units(unit)
    versions = list(
        UnitVersion.objects.filter(unit=unit)
        .overlapping(valid_from, None)
        .select_related("quota_set_at", "parent", "site")
        .order_by("valid_from")
    )
    if not versions or versions[0].valid_from > valid_from:
        raise ValidationError({"valid_from": _("The unit does not exist on that day.")})
    if by.has_perm("organization.manage_unit", unit):
        data = replace(UnitData.of(versions[0]), quota_pct=quota_pct)
        return new_version(unit, data, valid_from, QuotaMark())
    level = head_level(by, unit)
    if not is_tighter(quota_pct, _ceiling(versions[0], level)):
        raise PermissionDenied(_("A unit head can only lower the quota. Ask HR to raise it."))
    for later in reversed(versions[1:]):
        _tighten(later, level, quota_pct, later.valid_from)
    return _tighten(versions[0], level, quota_pct, valid_from)


def _ceiling(version: UnitVersion, level: Unit) -> int | None:
    """How loose the head of `level` may make the quota of a version: up to what HR or a higher head set."""
    mine = version.quota_set_at is not None and version.quota_set_at.path.startswith(level.path)
    return version.quota_ceiling_pct if mine else version.quota_pct


def _tighten(version: UnitVersion, level: Unit, quota_pct: int | None, valid_from: date) -> UnitVersion:
    """Give a version the head's percentage where that is tighter than the ceiling, and the ceiling where it is not."""
    ceiling = _ceiling(version, level)
    is_own = is_tighter(quota_pct, ceiling) and quota_pct != ceiling
    wanted = quota_pct if is_own else ceiling
    mark = QuotaMark(LimitSetter.UNIT, level, ceiling) if is_own else QuotaMark()
    if wanted == version.quota_pct:
        mark = QuotaMark.of(version)
    return new_version(version.unit, replace(UnitData.of(version), quota_pct=wanted), valid_from, mark)


@transaction.atomic
def set_minimum(
    *, by: User, unit_id: int, weekday: int | None, position_group: str, count: int, valid_from: date
) -> StaffingMinimum | None:
    """Set how many must be on site from a day on; zero ends the rule.

    What a head sets stands beside the rows of HR and of higher heads, so it can only tighten (mark U, regulation 8);
    lowering it again goes down to theirs. HR replaces every row. Raises PermissionDenied for less than that.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, "organization.tighten_unit", unit)
    refuse_past(valid_from)
    lock_units(unit)
    group = position_group.strip()
    same = StaffingMinimum.objects.filter(unit=unit, weekday=weekday, position_group=group)
    level = None if by.has_perm("organization.manage_unit", unit) else head_level(by, unit)
    rows = list(same.overlapping(valid_from, None))
    replaced = rows if level is None else [row for row in rows if row.set_at_id == level.pk]
    floor = max((row.count for row in rows if row not in replaced and row.valid_from <= valid_from), default=0)
    if count < floor:
        raise PermissionDenied(
            _("HR or a higher head set at least %(count)s here. Ask them to lower it.") % {"count": floor}
        )
    for row in replaced:
        end_after(row, valid_from - ONE_DAY)
    if count == 0 or (level is not None and count == floor):
        return None
    return save_checked(
        StaffingMinimum(
            unit=unit,
            weekday=weekday,
            position_group=group,
            count=count,
            valid_from=valid_from,
            set_by=LimitSetter.AGENCY if level is None else LimitSetter.UNIT,
            set_at=level,
        )
    )
