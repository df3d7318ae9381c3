"""Units over time: founded, renamed, moved, closed; and their readiness. Limits: services/unit_limits.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organization import outbox
from organization.changes import facts_changed
from organization.constraints import check_period, save_checked
from organization.day_facts import days_changed
from organization.enums import ChangeCause, LimitSetter, ReadinessStatus
from organization.guards import ONE_DAY, end_after, require, require_hr_of_units
from organization.models import Employee, Placement, Site, Unit, UnitReadiness, UnitVersion, User
from organization.services.units import lock_units, rebuild_unit_index

INDEX_TOPIC = "organization.rebuild_unit_index"


@dataclass(frozen=True)
class UnitData:
    """What a unit is from a day on."""

    name: str
    parent: Unit | None
    zone: str
    is_direct_service: bool
    is_24x7: bool
    quota_pct: int | None
    site: Site | None

    @classmethod
    def of(cls, version: UnitVersion) -> UnitData:
        return cls(**{field: getattr(version, field) for field in cls.__dataclass_fields__})


@transaction.atomic
def create_unit(*, by: User, code: str, data: UnitData, valid_from: date) -> Unit:
    """Found a unit below another one."""
    if data.parent is None:
        raise ValidationError({"parent": _("Every unit stands below another one; only the agency itself does not.")})
    require_hr_of_units(by, data.parent)
    _require_open_parent(data.parent, valid_from)
    unit = save_checked(Unit(code=code.strip(), name=data.name, parent=data.parent))
    save_checked(UnitVersion(unit=unit, valid_from=valid_from, **data.__dict__))
    # In the index at once, also when it opens later: HR prepares placements before the day.
    rebuild_unit_index()
    _rebuild_on(valid_from)
    return unit


@transaction.atomic
def change_unit(*, by: User, unit_id: int, data: UnitData, valid_from: date) -> UnitVersion:
    """Rename, move or change a unit from a day on; the version before ends the day before.

    Raises PermissionDenied outside the user's part of the agency, ValidationError for dates and circles.
    """
    unit = Unit.objects.get(pk=unit_id)
    require(by, "organization.manage_unit", unit)
    lock_units(unit)
    if data.parent:
        require_hr_of_units(by, data.parent)
        _refuse_circle(unit, data.parent, valid_from)
        _require_open_parent(data.parent, valid_from)
    elif unit.depth > 1:
        raise ValidationError({"parent": _("Every unit stands below another one; only the agency itself does not.")})
    before = UnitVersion.objects.active_on(valid_from).filter(unit=unit).first()
    duties, days = _duties(before), _days(before)
    version = new_version(unit, data, valid_from)
    _rebuild_on(valid_from)
    if days != _days(version):
        days_changed(start=valid_from, end=None, unit_paths=[unit.path], key=f"unit:{version.pk}")
    if duties != _duties(version):
        unit_changed(unit, valid_from, f"unit:{version.pk}")
    return version


def _duties(version: UnitVersion | None) -> tuple[object, ...]:
    """What of a unit the rules look at: its duties, and what stands above it, whose readiness counts for it too."""
    return (version.is_direct_service, version.is_24x7, version.parent_id) if version else ()


def _days(version: UnitVersion | None) -> tuple[object, ...]:
    """What of a unit the days of its people rest on: duties, what stands above it, zone and office."""
    return (*_duties(version), version.zone, version.site_id) if version else ()


def changes_duties(unit: Unit, data: UnitData, on: date) -> bool:
    """Whether the change is one that rules look at."""
    current = UnitVersion.objects.active_on(on).filter(unit=unit).first()
    return _duties(current) != (data.is_direct_service, data.is_24x7, data.parent.pk if data.parent else None)


def people_of(unit: Unit, on: date) -> QuerySet[Employee]:
    """Everybody placed in the unit or below on a day."""
    placed = Placement.objects.active_on(on).filter(unit__path__startswith=unit.path)
    return Employee.objects.filter(pk__in=placed.order_by().values("employee_id"))


def unit_changed(unit: Unit, on: date, key: str) -> None:
    """Say that duties or readiness of the unit change for everybody in it and below."""
    ids = set(people_of(unit, on).values_list("pk", flat=True))
    facts_changed(cause=ChangeCause.UNIT, employee_ids=ids, on=on, key=key)


@dataclass(frozen=True)
class QuotaMark:
    """Who set the quota of a version, and how far a head may loosen it again; see UnitVersion."""

    quota_set_by: str = LimitSetter.AGENCY
    quota_set_at: Unit | None = None
    quota_ceiling_pct: int | None = None

    @classmethod
    def of(cls, version: UnitVersion) -> QuotaMark:
        return cls(version.quota_set_by, version.quota_set_at, version.quota_ceiling_pct)


def new_version(unit: Unit, data: UnitData, valid_from: date, mark: QuotaMark | None = None) -> UnitVersion:
    """What the unit is from a day on; the version of that day ends the day before.

    Without a `mark` an unchanged quota stays whose it was, and a changed one is the agency's.
    """
    versions = UnitVersion.objects.filter(unit=unit)
    following = versions.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    current = versions.active_on(valid_from).first()
    if current is None:
        raise ValidationError({"valid_from": _("The unit does not exist on that day.")})
    if mark is None:
        mark = QuotaMark.of(current) if data.quota_pct == current.quota_pct else QuotaMark()
    values = data.__dict__ | mark.__dict__
    if current.valid_from == valid_from:
        for field, value in values.items():
            setattr(current, field, value)
        return save_checked(current)
    end = following.valid_from - ONE_DAY if following else current.valid_to
    end_after(current, valid_from - ONE_DAY)
    return save_checked(UnitVersion(unit=unit, valid_from=valid_from, valid_to=end, **values))


def _require_open_parent(parent: Unit, on: date) -> None:
    if not UnitVersion.objects.active_on(on).filter(unit=parent).exists():
        raise ValidationError({"parent": _("This parent unit does not exist on that day.")})


def _refuse_circle(unit: Unit, parent: Unit, on: date) -> None:
    above = dict(UnitVersion.objects.active_on(on).values_list("unit_id", "parent_id"))
    above[unit.pk] = parent.pk
    seen: set[int] = set()
    step: int | None = unit.pk
    while step is not None:
        if step in seen:
            raise ValidationError({"parent": _("The parent unit stands below this unit, so it cannot be above it.")})
        seen.add(step)
        step = above.get(step)


def _rebuild_on(day: date) -> None:
    """Bring the index up to date now, or by itself on the morning of a later day."""
    if day <= timezone.localdate():
        rebuild_unit_index()
        return
    morning = timezone.make_aware(datetime.combine(day, time.min))
    outbox.add(INDEX_TOPIC, {}, key=f"units:{day}", delay=morning - timezone.now())


@transaction.atomic
def close_unit(*, by: User, unit_id: int, last_day: date) -> None:
    """Close a unit with `last_day`. People and units below it must have moved before."""
    unit = Unit.objects.get(pk=unit_id)
    require(by, "organization.manage_unit", unit)
    if unit.depth <= 1:
        raise ValidationError(_("The agency itself cannot be closed."))
    lock_units(unit)
    _refuse_still_used(unit, last_day)
    rows = UnitVersion.objects.filter(unit=unit).overlapping(last_day + ONE_DAY, None)
    if not rows.exists():
        raise ValidationError({"last_day": _("The unit is closed by then already.")})
    if (
        rows.filter(valid_from__gt=last_day).exists()
        and not UnitVersion.objects.filter(unit=unit, valid_from__lte=last_day).exists()
    ):
        raise ValidationError({"last_day": _("The unit does not exist on that day.")})
    for row in rows:
        end_after(row, last_day)
    _rebuild_on(last_day + ONE_DAY)


def _refuse_still_used(unit: Unit, last_day: date) -> None:
    people = Placement.objects.overlapping(last_day + ONE_DAY, None).filter(unit=unit).values("employee").distinct()
    below = UnitVersion.objects.overlapping(last_day + ONE_DAY, None).filter(parent=unit).values("unit").distinct()
    messages = []
    if count := people.count():
        text = ngettext(
            "%(count)s person is still placed here after that day.",
            "%(count)s people are still placed here after that day.",
            count,
        )
        messages.append(text % {"count": count})
    if count := below.count():
        text = ngettext(
            "%(count)s unit still stands below it after that day.",
            "%(count)s units still stand below it after that day.",
            count,
        )
        messages.append(text % {"count": count})
    if messages:
        raise ValidationError(messages)


@transaction.atomic
def declare_readiness(
    *,
    by: User,
    unit_id: int,
    technology: bool,
    supervision: bool,
    note: str,
    valid_from: date,
    valid_to: date | None = None,
) -> UnitReadiness:
    """The head says whether the unit can work flexibly; it counts once HR has confirmed it."""
    unit = Unit.objects.get(pk=unit_id)
    require(by, "organization.declare_readiness", unit)
    lock_units(unit)
    UnitReadiness.objects.filter(unit=unit, status=ReadinessStatus.DECLARED).delete()
    row = UnitReadiness(
        unit=unit,
        technology=technology,
        supervision=supervision,
        note=note.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
        declared_by=by,
        declared_at=timezone.now(),
    )
    check_period(row)
    return save_checked(row)


@transaction.atomic
def confirm_readiness(*, by: User, readiness_id: int) -> UnitReadiness:
    """HR confirms what the head declared; an earlier confirmation ends the day before. Two people are needed."""
    row = (
        UnitReadiness.objects.select_for_update(of=("self",))
        .select_related("unit")
        .filter(pk=readiness_id, status=ReadinessStatus.DECLARED)
        .first()
    )
    if row is None:
        raise ValidationError(_("This declaration was confirmed or replaced meanwhile."), code="gone")
    require(by, "organization.confirm_readiness", row.unit)
    if row.declared_by_id == by.pk:
        raise PermissionDenied(_("Somebody else confirms what you declared."))
    confirmed = UnitReadiness.objects.filter(unit=row.unit, status=ReadinessStatus.CONFIRMED)
    for earlier in confirmed.overlapping(row.valid_from, row.valid_to):
        end_after(earlier, row.valid_from - ONE_DAY)
    row.status, row.confirmed_by, row.confirmed_at = ReadinessStatus.CONFIRMED, by, timezone.now()
    save_checked(row)
    unit_changed(row.unit, row.valid_from, f"readiness:{row.pk}")
    return row
