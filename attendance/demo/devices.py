"""Terminals of the main offices with PINs, an outage that is over, and two flags, one of them answered."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from attendance.enums import FlagKind, OutageCause
from attendance.models import Terminal, TerminalPin
from attendance.services.flags import answer_flag, raise_flag
from attendance.services.outages import OutageData, enter_outage
from organization.leading import led_by
from organization.models import Employee, Placement, Site, UnitVersion, User

OFFICES, PEOPLE = 4, 40
REASON = "Jaringan gedung terputus karena perbaikan gardu listrik."
ANSWER = "Saya memakai ponsel baru; jamnya baru disetel sore hari itu."

At = Callable[[datetime], AbstractContextManager[None]]


def save_devices(*, as_of: date, at: At, supervisor: User, employee: User, hr: User) -> None:
    """Call it once people are placed. `at` lets a moment be now for what happens inside."""
    sites = list(Site.objects.filter(is_active=True).order_by("pk")[:OFFICES])
    if not sites:
        return
    terminals = Terminal.objects.bulk_create(
        Terminal(code=f"SJ-{number}", name=f"Sidik jari {site.name}", site=site, zone=settings.TIME_ZONE)
        for number, site in enumerate(sites, start=1)
    )
    _give_pins(terminals, as_of)
    day = _working_day(as_of - timedelta(days=5))
    with at(_clock(day, 15)):
        data = OutageData(OutageCause.SITE, _clock(day, 7), _clock(day, 9, 30), REASON, site=sites[0])
        enter_outage(by=hr, data=data)
    person = Employee.objects.get(user=employee)
    with at(_clock(day, 16)):
        flag = raise_flag(employee_id=person.pk, day=day, kind=FlagKind.CLOCK, detail={"minutes": 23})
    with at(_clock(day, 17)):
        answer_flag(by=employee, flag_id=flag.pk, text=ANSWER)
    colleague = led_by(supervisor, with_hr=False).exclude(pk=person.pk).order_by("pk").last()
    if colleague is not None:
        with at(_clock(_working_day(as_of - timedelta(days=2)), 16)):
            detail = {"entries": 9, "days": 30}
            raise_flag(employee_id=colleague.pk, day=day, kind=FlagKind.SAME_POINT, detail=detail)


def _give_pins(terminals: list[Terminal], as_of: date) -> None:
    """The first people of each office, by a running number."""
    for terminal in terminals:
        units = UnitVersion.objects.active_on(as_of).filter(site=terminal.site_id).values("unit")
        there = Q(site=terminal.site_id) | Q(site__isnull=True, unit__in=units)
        placed = Placement.objects.active_on(as_of).filter(there).order_by("employee_id")
        people = list(placed.values_list("employee_id", flat=True)[:PEOPLE])
        TerminalPin.objects.bulk_create(
            TerminalPin(terminal=terminal, pin=str(number), employee_id=pk, valid_from=as_of - timedelta(days=365))
            for number, pk in enumerate(people, start=1)
        )


def _working_day(day: date) -> date:
    """The day, or the Friday before."""
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _clock(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZoneInfo(settings.TIME_ZONE))
