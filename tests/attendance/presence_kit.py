"""Offices, homes and acknowledgements around the employee of the test world."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.utils import timezone

from attendance import evidence
from attendance.models import AttendanceTerms, HomePoint, PresenceEvent, PrivacyAcknowledgement, PrivacyNotice
from attendance.places import Position
from attendance.services.presence import record_event
from organization.models import Domicile, Employee, Placement, Site

WITA = ZoneInfo("Asia/Makassar")
OFFICE_AT = (-1.265400, 116.831200)
HOME_AT = (-1.240123, 116.850456)
FAR_AT = (-6.175400, 106.827200)
METRE = 1 / 111_195  # degrees of latitude


def near(point: tuple[float, float], metres: float = 0, accuracy: int | None = 20) -> Position:
    """So many metres north of a point."""
    return Position(round(point[0] + metres * METRE, 6), point[1], accuracy)


def office_of(employee: Employee, code: str = "BK", at: tuple[float, float] = OFFICE_AT) -> Site:
    """An office with its point, in which the employee is placed."""
    site = make_site(code, at)
    Placement.objects.filter(employee=employee).update(site=site)
    return site


def make_site(code: str, at: tuple[float, float], **values: Any) -> Site:
    return Site.objects.create(
        code=code, name=code, latitude=Decimal(str(at[0])), longitude=Decimal(str(at[1])), **values
    )


def acknowledge(employee: Employee, version: int = 1) -> PrivacyNotice:
    """The newest notice, read by the employee."""
    notice, _made = PrivacyNotice.objects.get_or_create(
        version=version, defaults={"text_id": "Pemberitahuan.", "text_en": "Notice.", "published_at": timezone.now()}
    )
    assert employee.user
    PrivacyAcknowledgement.objects.create(notice=notice, user=employee.user, acknowledged_at=timezone.now())
    return notice


def set_home(employee: Employee, at: tuple[float, float] = HOME_AT, *, confirmed: bool = True) -> HomePoint:
    now = timezone.now()
    return HomePoint.objects.create(
        employee=employee,
        domicile=Domicile.objects.filter(employee=employee, verified_at__isnull=False).get(),
        position=evidence.seal_position(Position(*at, 15), owner=evidence.home_owner(employee.pk)),
        accuracy_m=15,
        set_at=now,
        valid_from=date(2020, 1, 1),
        confirmed_at=now if confirmed else None,
        confirmed_by=employee.user if confirmed else None,
    )


def terms(**values: Any) -> AttendanceTerms:
    """The terms in force; further changes go to the same row."""
    row = AttendanceTerms.objects.first() or AttendanceTerms(valid_from=date(2020, 1, 1))
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return row


def at(hour: int, minute: int = 0, *, back: int = 0) -> datetime:
    """A moment of today (or so many days ago) in WITA."""
    day = timezone.localdate() - timedelta(days=back)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=WITA)


def check(employee: Employee, direction: str = "in", **values: Any) -> PresenceEvent:
    return record_event(employee=employee, direction=direction, **({"client_id": uuid4()} | values))
