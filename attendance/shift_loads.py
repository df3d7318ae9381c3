"""Who is on which shift of a unit, against what the shift needs: by published rosters, per position group and day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from attendance.models import Absence, RosterEntry, Shift, ShiftMinimum
from organization.models import Placement


@dataclass(frozen=True)
class ShiftNeed:
    """People a shift needs on a day; `group` empty: anybody counts. `unit`: whose minimum it is."""

    unit_id: int
    unit: str
    group: str
    minimum: int
    on_shift: int

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.on_shift)


@dataclass(frozen=True)
class ShiftLoad:
    """One shift on one day: everybody of the unit (with those below) who is on it and not absent."""

    day: date
    shift_id: int
    code: str
    name: str
    on_shift: int
    groups: dict[str, int]
    needs: tuple[ShiftNeed, ...]

    @property
    def missing(self) -> int:
        """People missing for the need that is farthest from met."""
        return max((need.missing for need in self.needs), default=0)


def shift_loads(path: str, start: date, end: date) -> dict[date, list[ShiftLoad]]:
    """Shifts of the unit with that path from start to end, by day in order of their start; three queries.

    Days without anybody on shift and without a need are left out. Somebody absent, also for half the day, does not
    count; an arrangement does not matter, since a published shift goes before it.
    """
    minimums = list(
        ShiftMinimum.objects.overlapping(start, end)
        .filter(unit__path__startswith=path)
        .select_related("unit")
        .order_by("unit__depth", "unit_id", "position_group", "pk")
    )
    paths = {row.unit_id: row.unit.path for row in minimums}
    counts = _counts(path, start, end)
    shift_ids = {row.shift_id for row in minimums} | {shift for _, shift in counts}
    shifts = Shift.objects.filter(pk__in=shift_ids).order_by("starts_at", "code", "pk")
    found: dict[date, list[ShiftLoad]] = defaultdict(list)
    for shift in shifts:
        own = [row for row in minimums if row.shift_id == shift.pk]
        for offset in range((end - start).days + 1):
            day = start + timedelta(days=offset)
            here = counts.get((day, shift.pk), {})
            needs = tuple(_needs(own, day, here, paths))
            if not here and not needs:
                continue
            groups: dict[str, int] = defaultdict(int)
            for (_, group), number in here.items():
                groups[group] += number
            total = sum(groups.values())
            found[day].append(ShiftLoad(day, shift.pk, shift.code, shift.name, total, dict(groups), needs))
    return dict(found)


def _counts(path: str, start: date, end: date) -> dict[tuple[date, int], dict[tuple[str, str], int]]:
    """(day, shift) -> (unit path, position group) -> people of published rosters who are there."""
    absent = Absence.objects.filter(
        employee=OuterRef("employee"), valid_from__lte=OuterRef("day"), valid_to__gte=OuterRef("day")
    )
    placed = Q(employee__placements__valid_from__lte=F("day")) & (
        Q(employee__placements__valid_to__isnull=True) | Q(employee__placements__valid_to__gte=F("day"))
    )
    people = Placement.objects.overlapping(start, end).filter(unit__path__startswith=path)
    rows = (
        RosterEntry.objects.filter(
            placed,
            is_published=True,
            shift__isnull=False,
            day__gte=start,
            day__lte=end,
            employee__in=people.order_by().values("employee"),
            employee__placements__unit__path__startswith=path,
        )
        .filter(~Exists(absent))
        .order_by()
        .values("day", "shift_id", "employee__placements__unit__path", "employee__placements__position__group")
        .annotate(number=Count("employee", distinct=True))
    )
    counts: dict[tuple[date, int], dict[tuple[str, str], int]] = defaultdict(dict)
    for day, shift, unit, group, number in rows.values_list(
        "day",
        "shift_id",
        "employee__placements__unit__path",
        "employee__placements__position__group",
        "number",
    ):
        counts[day, shift][unit, group or ""] = number
    return counts


def _needs(
    minimums: list[ShiftMinimum], day: date, here: dict[tuple[str, str], int], paths: dict[int, str]
) -> list[ShiftNeed]:
    """Of several rows for one unit and group the highest counts, as when a roster is judged."""
    highest: dict[tuple[int, str], ShiftMinimum] = {}
    for row in minimums:
        in_period = row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
        if not in_period or row.weekday not in (None, day.isoweekday()):
            continue
        key = (row.unit_id, row.position_group)
        if key not in highest or highest[key].count < row.count:
            highest[key] = row
    return [
        ShiftNeed(
            unit_id=unit_id,
            unit=row.unit.name,
            group=group,
            minimum=row.count,
            on_shift=sum(
                number
                for (unit_path, of_group), number in here.items()
                if unit_path.startswith(paths[unit_id]) and group in ("", of_group)
            ),
        )
        for (unit_id, group), row in highest.items()
    ]
