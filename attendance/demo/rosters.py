"""Rosters of the demo: units around the clock have three shifts and four teams, rosters of last and this month, a draft
of the next, and one swap that waits. A few units only, whatever the size of the agency; always the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from attendance.enums import DayPart, RosterStatus, SwapStatus
from attendance.models import (
    Absence,
    Roster,
    RosterEntry,
    RotationPattern,
    RotationStep,
    RotationTeam,
    Shift,
    ShiftMinimum,
    ShiftSwap,
    TeamMember,
)
from attendance.spans import month_of
from organization.models import Placement, Unit, User

UNITS = 1
SMALLEST_TEAM = 4  # one person per team
CYCLE = ("P", "S", "M", "")
# code: name, start, length with the break, break (minutes); net 6, 6 and 9 hours, 36 h 45 min a week on the average
SHIFTS = {
    "P": ("Pagi", time(7, 30), 420, 60),
    "S": ("Siang", time(14), 420, 60),
    "M": ("Malam", time(21), 630, 90),
}
TEAMS = ("Regu A", "Regu B", "Regu C", "Regu D")
ONE_DAY = timedelta(days=1)
PUBLISHED_BEFORE = timedelta(days=7)
SWAP_REASON = "Mengantar anak ke sekolah."
BATCH = 2000


@dataclass(frozen=True)
class _Ward:
    unit: Unit
    head: User
    people: list[int]
    shifts: dict[str, Shift]
    rotation: RotationPattern
    offsets: dict[int, int]

    def shift_on(self, employee_id: int, day: date) -> Shift | None:
        position = ((day - self.rotation.starts_on).days + self.offsets[employee_id]) % len(CYCLE)
        return self.shifts.get(CYCLE[position])


def save_rosters(*, as_of: date, fallback: User) -> int:
    """Give the first units around the clock their rosters; returns how many. `fallback` stands where nobody heads."""
    this_month = month_of(as_of)
    last_month = month_of(this_month[0] - ONE_DAY)
    next_month = month_of(this_month[1] + ONE_DAY)
    since = last_month[0] - timedelta(days=90)
    wards = list(_wards(as_of, since, fallback))
    for ward in wards:
        for start, end in (last_month, this_month):
            _roster(ward, start, end, published_at=_moment(start - PUBLISHED_BEFORE, 9))
        _roster(ward, *next_month, published_at=None)
    if wards:
        _swap(wards[0], as_of, this_month[1])
    return len(wards)


def _moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _wards(as_of: date, since: date, fallback: User) -> Iterator[_Ward]:
    units = Unit.objects.open_on(as_of).filter(versions__is_24x7=True).distinct().order_by("code")
    made = 0
    for unit in units.iterator():
        placed = Placement.objects.active_on(as_of).filter(unit=unit)
        rows = list(placed.order_by("employee__name", "employee_id").values_list("employee_id", "is_head"))
        people = [pk for pk, is_head in rows if not is_head]
        if len(people) < SMALLEST_TEAM:
            continue
        head = User.objects.filter(employee__placements__in=placed.heads()).first() or fallback
        yield _ward(unit, head, people, since)
        made += 1
        if made == UNITS:
            return


def _ward(unit: Unit, head: User, people: list[int], since: date) -> _Ward:
    shifts = {
        code: Shift.objects.create(
            unit=unit, code=code, name=name, starts_at=start, duration_min=length, break_min=rest, break_after_min=180
        )
        for code, (name, start, length, rest) in SHIFTS.items()
    }
    per_team = len(people) // len(TEAMS)
    for shift in shifts.values():
        ShiftMinimum.objects.create(unit=unit, shift=shift, count=max(per_team - 1, 1), valid_from=since)
    rotation = RotationPattern.objects.create(unit=unit, name="Empat regu", starts_on=since, cycle_days=len(CYCLE))
    RotationStep.objects.bulk_create(
        RotationStep(rotation=rotation, position=position, shift=shifts[code])
        for position, code in enumerate(CYCLE)
        if code
    )
    teams = [RotationTeam.objects.create(rotation=rotation, name=name, offset=n) for n, name in enumerate(TEAMS)]
    offsets = {pk: number % len(teams) for number, pk in enumerate(people)}
    TeamMember.objects.bulk_create(
        TeamMember(team=teams[offset], employee_id=pk, valid_from=since) for pk, offset in offsets.items()
    )
    return _Ward(unit, head, people, shifts, rotation, offsets)


def _roster(ward: _Ward, start: date, end: date, *, published_at: datetime | None) -> Roster:
    """From the rotation; in a draft whoever is absent has an open cell, as when the page makes one."""
    is_published = published_at is not None
    roster = Roster.objects.create(
        unit=ward.unit,
        starts_on=start,
        ends_on=end,
        rotation=ward.rotation,
        created_by=ward.head,
        status=RosterStatus.PUBLISHED if is_published else RosterStatus.DRAFT,
        published_by=ward.head if is_published else None,
        published_at=published_at,
    )
    absent = set() if is_published else _absent(ward, start, end)
    served = _served(ward, start, end)
    days = [start + ONE_DAY * offset for offset in range((end - start).days + 1)]
    RosterEntry.objects.bulk_create(
        (
            RosterEntry(
                roster=roster,
                employee_id=pk,
                day=day,
                shift=None if (pk, day) in absent else ward.shift_on(pk, day),
                is_published=is_published,
                is_fixed=(pk, day) not in absent,
            )
            for pk in ward.people
            for day in days
            if any(a <= day and (b is None or day <= b) for a, b in served.get(pk, ()))
        ),
        batch_size=BATCH,
    )
    return roster


def _served(ward: _Ward, start: date, end: date) -> dict[int, list[tuple[date, date | None]]]:
    """Periods in which each person serves in the unit: nobody stands on a roster before they came."""
    found: dict[int, list[tuple[date, date | None]]] = {}
    rows = Placement.objects.overlapping(start, end).filter(unit=ward.unit, employee_id__in=ward.people)
    for pk, first, last in rows.values_list("employee_id", "valid_from", "valid_to"):
        found.setdefault(pk, []).append((first, last))
    return found


def _absent(ward: _Ward, start: date, end: date) -> set[tuple[int, date]]:
    rows = Absence.objects.overlapping(start, end).filter(employee_id__in=ward.people, part=DayPart.WHOLE)
    return {
        (row.employee_id, row.valid_from + ONE_DAY * offset)
        for row in rows
        for offset in range(((row.valid_to or end) - row.valid_from).days + 1)
    }


def _swap(ward: _Ward, as_of: date, last: date) -> None:
    """Morning against afternoon of one day: agreed between the two, and waiting for whoever leads them."""
    day = as_of + ONE_DAY
    while day <= last:
        on = {shift.code: pk for pk in reversed(ward.people) if (shift := ward.shift_on(pk, day))}
        gone = {pk for pk, absent_on in _absent(ward, day, day) if absent_on == day}
        if {"P", "S"} <= set(on) and not {on["P"], on["S"]} & gone:
            ShiftSwap.objects.create(
                applicant_id=on["P"],
                colleague_id=on["S"],
                own_day=day,
                other_day=day,
                reason=SWAP_REASON,
                status=SwapStatus.AGREED,
                asked_at=_moment(as_of - ONE_DAY, 9),
                agreed_at=_moment(as_of - ONE_DAY, 16),
            )
            return
        day += ONE_DAY
