"""The calendar of the agency: holidays and joint leave seeded from a package, then HR's; Ramadan as announced.

Source: regulation 6; SKBs are amended in-year, and the date of Ramadan comes from sidang isbat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import holidays
from django.db import transaction

from organization.constraints import save_checked
from organization.day_facts import days_changed
from organization.enums import HolidayKind
from organization.guards import require
from organization.models import Holiday, RamadanPeriod, User

SEED_SOURCE = f"holidays {holidays.__version__}"
_ESTIMATE = re.compile(r"\s*\(perkiraan\)")
# The package's category "government" is joint leave (cuti bersama); a day in both is a public holiday.
_CATEGORIES = ((HolidayKind.JOINT_LEAVE, "government"), (HolidayKind.PUBLIC, "public"))


@dataclass(frozen=True)
class Seeded:
    """What seeding did: days added, days corrected, days removed."""

    added: int
    changed: int
    removed: int


def package_holidays(years: Iterable[int]) -> dict[date, Holiday]:
    """Unsaved rows for the years, one per day."""
    rows: dict[date, Holiday] = {}
    for kind, category in _CATEGORIES:
        found = holidays.country_holidays("ID", years=list(years), language="id", categories=(category,))
        for day, name in found.items():
            rows[day] = Holiday(
                day=day,
                name=_ESTIMATE.sub("", name),
                kind=kind,
                source=SEED_SOURCE,
                is_estimate=bool(_ESTIMATE.search(name)),
            )
    return rows


@transaction.atomic
def seed_holidays(*, years: Iterable[int]) -> Seeded:
    """Bring the rows that came from the package up to it; rows that HR entered or changed are left alone."""
    wanted_years = set(years)
    wanted = package_holidays(wanted_years)
    existing = {row.day: row for row in Holiday.objects.select_for_update().filter(day__year__in=wanted_years)}
    added = [row for day, row in wanted.items() if day not in existing]
    Holiday.objects.bulk_create(added)
    for row in added:
        _day_changed(row.day)
    changed = removed = 0
    for day, row in existing.items():
        if not row.source.startswith("holidays "):
            continue
        if day not in wanted:
            row.delete()
            removed += 1
        elif _differs(row, wanted[day]):
            wanted[day].pk = row.pk
            wanted[day].save(force_update=True)
            changed += 1
        else:
            continue
        _day_changed(day)
    return Seeded(added=len(added), changed=changed, removed=removed)


def _day_changed(day: date) -> None:
    days_changed(start=day, end=day, key=f"holiday:{day}")


def _differs(row: Holiday, other: Holiday) -> bool:
    return (row.name, row.kind, row.is_estimate) != (other.name, other.kind, other.is_estimate)


@transaction.atomic
def reseed_holidays(*, by: User, year: int) -> Seeded:
    """Load one year again on HR's word."""
    require(by, "organization.manage_calendar")
    return seed_holidays(years=[year])


@transaction.atomic
def save_holiday(
    *, by: User, holiday_id: int | None, day: date, name: str, kind: str, source: str, is_estimate: bool
) -> Holiday:
    """Add or change a day off. A changed row is HR's from then on: loading the year again leaves it alone."""
    require(by, "organization.manage_calendar")
    row = Holiday.objects.select_for_update().get(pk=holiday_id) if holiday_id else Holiday()
    for changed in {row.day or day, day}:
        _day_changed(changed)
    row.day, row.name, row.kind, row.is_estimate = day, name.strip(), kind, is_estimate
    row.source = "" if source.startswith("holidays ") else source.strip()
    return save_checked(row)


@transaction.atomic
def delete_holiday(*, by: User, holiday_id: int) -> None:
    """The day is a working day again."""
    require(by, "organization.manage_calendar")
    for row in Holiday.objects.select_for_update().filter(pk=holiday_id):
        _day_changed(row.day)
        row.delete()


@transaction.atomic
def save_ramadan(
    *, by: User, period_id: int | None, year_hijri: int, valid_from: date, valid_to: date, source: str
) -> RamadanPeriod:
    """Enter or correct first and last day of Ramadan; the shorter week of Perpres 21/2023 Art 4(2) applies then."""
    require(by, "organization.manage_calendar")
    row = RamadanPeriod.objects.select_for_update().get(pk=period_id) if period_id else RamadanPeriod()
    _ramadan_changed(row)
    row.year_hijri, row.valid_from, row.valid_to, row.source = year_hijri, valid_from, valid_to, source.strip()
    _ramadan_changed(row)
    return save_checked(row)


@transaction.atomic
def delete_ramadan(*, by: User, period_id: int) -> None:
    require(by, "organization.manage_calendar")
    for row in RamadanPeriod.objects.select_for_update().filter(pk=period_id):
        _ramadan_changed(row)
        row.delete()


def _ramadan_changed(row: RamadanPeriod) -> None:
    """The days it covers now; called before and after a change."""
    if row.valid_from:
        days_changed(start=row.valid_from, end=row.valid_to, key=f"ramadan:{row.year_hijri}:{row.valid_from}")
