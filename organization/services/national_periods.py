"""National and emergency periods: entered by HR, told to those affected when they begin, over by themselves.

Arrangements of single people are never touched: they stay underneath and say the place again afterwards (design 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from organization import outbox
from organization.constraints import check_period, save_checked
from organization.day_facts import days_changed
from organization.enums_periods import NationalPeriodKind, PeriodState
from organization.guards import ONE_DAY, refuse_past, require, require_hr_of_units
from organization.models import NationalPeriod, Placement, Unit, User
from organization.national_periods import covered_placements, touching
from organization.services.notices import Told, notify_each

START_TOPIC, END_TOPIC = "organization.national_period_start", "organization.national_period_end"
OFFICE_WEEK = (1, 2, 3, 4, 5)
MANAGE = "organization.manage_national_periods"


class PeriodBegun(TransitionNotAllowed):
    """It has begun or is over; what it says can no longer be changed (409)."""

    def __str__(self) -> str:
        return _("The period has begun. It can only be ended early.")


class PeriodOver(TransitionNotAllowed):
    """It has ended or was ended a moment ago (409)."""

    def __str__(self) -> str:
        return _("The period has ended already.")


@dataclass(frozen=True)
class PeriodData:
    """A period as HR enters it; see `NationalPeriod`. No `units`: the whole agency."""

    kind: str
    name: str
    valid_from: date
    valid_to: date | None = None
    instrument_no: str = ""
    decree_no: str = ""
    weekdays: tuple[int, ...] = ()
    share_pct: int | None = None
    excluded_kinds: tuple[str, ...] = ()
    excludes_direct_service: bool = True
    excludes_24x7: bool = True
    counts_toward_cap: bool = False
    reason: str = ""
    units: tuple[Unit, ...] = ()


@transaction.atomic
def enter_period(*, by: User, data: PeriodData) -> NationalPeriod:
    """Plan a period, or switch it on for today. HR of some units only for an emergency of these units."""
    require(by, MANAGE)
    _require_reach(by, data.kind, data.units)
    refuse_past(data.valid_from)
    return _save(NationalPeriod(entered_by=by, entered_at=timezone.now()), data)


@transaction.atomic
def change_period(*, by: User, period_id: int, data: PeriodData) -> NationalPeriod:
    """Change a period that has not begun. Raises PeriodBegun."""
    period = _locked(by, period_id)
    if period.state_on(timezone.localdate()) != PeriodState.PLANNED:
        raise PeriodBegun
    _require_reach(by, data.kind, data.units)
    refuse_past(data.valid_from)
    return _save(period, data)


@transaction.atomic
def end_period(*, by: User, period_id: int, last_day: date, reason: str) -> NationalPeriod:
    """Let a period end early with `last_day`; one that has not begun is withdrawn. Raises PeriodOver."""
    period = _locked(by, period_id)
    today = timezone.localdate()
    state = period.state_on(today)
    if state == PeriodState.ENDED or period.ended_on is not None:
        raise PeriodOver
    if state == PeriodState.PLANNED:
        last_day = period.valid_from - ONE_DAY
    elif last_day < today:
        raise ValidationError({"last_day": _("The date must be today or later.")})
    elif period.valid_to is not None and last_day >= period.valid_to:
        raise ValidationError({"last_day": _("It ends by then anyway. Choose an earlier day.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it ends early.")})
    period.ended_on, period.ended_reason = last_day + ONE_DAY, reason.strip()
    period.ended_by, period.ended_at = by, timezone.now()
    _days_change(period)
    save_checked(period)
    if state == PeriodState.ACTIVE:
        outbox.add(END_TOPIC, {"period": period.pk}, key=f"national-period-end:{period.pk}")
    return period


def _locked(by: User, period_id: int) -> NationalPeriod:
    """One of the periods, locked; PermissionDenied where it is not the user's."""
    period = NationalPeriod.objects.select_for_update(of=("self",)).get(pk=period_id)
    require(by, MANAGE, period)
    return period


def _require_reach(by: User, kind: str, units: tuple[Unit, ...]) -> None:
    if by.has_perm("organization.enter_national_periods"):
        return
    if kind != NationalPeriodKind.EMERGENCY:
        raise ValidationError({"kind": _("HR of the whole agency enters national periods.")})
    if not units:
        raise ValidationError({"units": _("Choose units that you look after.")})
    require_hr_of_units(by, *units)


def _save(period: NationalPeriod, data: PeriodData) -> NationalPeriod:
    for name in PeriodData.__dataclass_fields__:
        if name not in ("units", "weekdays", "excluded_kinds"):
            value = getattr(data, name)
            setattr(period, name, value.strip() if isinstance(value, str) else value)
    period.weekdays, period.excluded_kinds = sorted(set(data.weekdays)), sorted(set(data.excluded_kinds))
    check_period(period)
    _refuse_missing(period)
    _refuse_overlap(period, data.units)
    if period.pk:
        _days_change(NationalPeriod.objects.get(pk=period.pk))
    save_checked(period)
    period.units.set(data.units)
    _days_change(period)
    begins = timezone.make_aware(datetime.combine(period.valid_from, time.min))
    payload = {"period": period.pk, "on": period.valid_from.isoformat()}
    delay = max(begins - timezone.now(), timedelta())
    outbox.add(START_TOPIC, payload, key=f"national-period-start:{period.pk}:{period.valid_from}", delay=delay)
    return period


def _days_change(period: NationalPeriod) -> None:
    """The days it covers, in the units it is for; an early end changes those behind it."""
    paths = period.units.values_list("path", flat=True)
    days_changed(start=period.valid_from, end=period.valid_to, unit_paths=list(paths), key=f"period:{period.pk}")


def _refuse_missing(period: NationalPeriod) -> None:
    """What each kind needs, beside its field; the database keeps it too."""
    needed = {
        NationalPeriodKind.NATIONAL: ("instrument_no", "decree_no"),
        NationalPeriodKind.EMERGENCY: ("reason", "valid_to"),
    }[NationalPeriodKind(period.kind)]
    missing = {name: _("This is needed.") for name in needed if not getattr(period, name)}
    if missing:
        raise ValidationError(missing)


def _refuse_overlap(period: NationalPeriod, units: tuple[Unit, ...]) -> None:
    """No two periods of a kind say something about the same unit on the same day; one transaction at a time asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('national-periods'))")
    others = NationalPeriod.objects.running_between(period.valid_from, period.valid_to).filter(kind=period.kind)
    own = [unit.path for unit in units]
    for other in others.exclude(pk=period.pk).prefetch_related("units"):
        days = set(period.weekdays or OFFICE_WEEK) & set(other.weekdays or OFFICE_WEEK)
        if days and touching(own, other.unit_paths):
            text = _("%(name)s covers the same units on the same days already.") % {"name": other.label}
            raise ValidationError({"valid_from": text})


def tell_start(*, period_id: int, on: date) -> int:
    """Tell everybody affected that the period begins; returns how many. A moved or withdrawn one says nothing."""
    period = NationalPeriod.objects.filter(pk=period_id, valid_from=on).prefetch_related("units").first()
    if period is None or period.state_on(timezone.localdate()) != PeriodState.ACTIVE:
        return 0
    context = {"label": period.label, "name": period.name, "start_on": on.isoformat()}
    return _tell(period, "national_period.started", context, on)


def tell_end(*, period_id: int) -> int:
    """Tell everybody affected that the period ends early; returns how many."""
    period = NationalPeriod.objects.prefetch_related("units").get(pk=period_id)
    if period.ended_on is None:
        return 0
    context = {"label": period.label, "name": period.name, "end_on": (period.ended_on - ONE_DAY).isoformat()}
    return _tell(period, "national_period.ended", context, max(period.valid_from, period.ended_on - ONE_DAY))


def _tell(period: NationalPeriod, code: str, context: dict[str, str], on: date) -> int:
    rows = covered_placements(period, on).filter(employee__user__isnull=False).select_related("employee__user")
    users: dict[int, User] = {row.employee.user_id: row.employee.user for row in rows if _has_user(row)}  # type: ignore[misc]
    url = f"/national-periods/{period.pk}/"
    notify_each(code, [Told(user, context, url, key=f"{code}:{period.pk}") for user in users.values()])
    return len(users)


def _has_user(row: Placement) -> bool:
    return row.employee.user is not None
