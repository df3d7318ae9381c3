"""Working hours of the demo: the weeks every agency begins with, a unit of direct service on six days, and terms."""

from __future__ import annotations

from datetime import date, time

from attendance.enums import PatternKind
from attendance.models import AttendanceTerms, PatternHours, UnitPattern, WorkPattern
from organization.models import Unit

FRIDAY = 5
DECREE, HOURS_DECREE = "800.1.6/21/BKPSDM", "800.1.6/22/BKPSDM"
SIX_DAY_UNIT = "DISDUKCAPIL"
# Days of the week, and minutes without the break: usual, in Ramadan.
_WEEKS = (
    ("lima-hari", "Lima hari kerja", PatternKind.FIVE_DAY, 5, 450, 390),
    ("enam-hari", "Enam hari kerja", PatternKind.SIX_DAY, 6, 375, 325),
    ("setiap-hari", "Setiap hari", PatternKind.EVERY_DAY, 7, 450, 390),
)


def save_patterns(*, since: date) -> None:
    """Everything holds from the first day of the demo's past."""
    AttendanceTerms.objects.create(valid_from=since, decree_no=DECREE)
    for code, name, kind, days, usual, ramadan in _WEEKS:
        is_default = kind == PatternKind.FIVE_DAY
        pattern = WorkPattern.objects.create(
            code=code, name=name, kind=kind, is_default=is_default, decree_no="" if is_default else HOURS_DECREE
        )
        PatternHours.objects.bulk_create(
            _hours(pattern, since, weekday, in_ramadan, ramadan if in_ramadan else usual)
            for weekday in range(1, days + 1)
            for in_ramadan in (False, True)
        )
        unit = Unit.objects.filter(code=SIX_DAY_UNIT).first()
        if kind == PatternKind.SIX_DAY and unit:
            UnitPattern.objects.create(unit=unit, pattern=pattern, valid_from=since)


def _hours(pattern: WorkPattern, since: date, weekday: int, in_ramadan: bool, minutes: int) -> PatternHours:
    """The breaks of the law (Perpres 21/2023 Art 4 [Q])."""
    is_friday = weekday == FRIDAY
    return PatternHours(
        pattern=pattern, weekday=weekday, in_ramadan=in_ramadan, valid_from=since,
        starts_at=time(8) if in_ramadan else time(7, 30), work_min=minutes,
        break_at=time(11, 30) if is_friday else time(12),
        break_min=(60 if is_friday else 30) if in_ramadan else (90 if is_friday else 60),
    )  # fmt: skip
