"""A ward for tests of rosters: the legal section of the cast works in three shifts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.utils import timezone

from attendance.models import Roster, RosterEntry, Shift, ShiftMinimum
from attendance.services.roster_publish import publish_roster
from attendance.services.rosters import CellSpec, create_roster, set_cells
from attendance.services.shifts import RotationSpec, ShiftSpec, create_rotation, create_shift, put_in_team
from attendance.services.swaps import SwapSpec, answer_swap, ask_swap
from organization.models import Employee, Unit, User
from tests.organization.cast import Cast, make_cast
from tests.world import SINCE


@dataclass(frozen=True)
class Ward:
    """`people`: emp, col1, col2 and sup of the legal section; `monday` is next Monday."""

    cast: Cast
    shifts: dict[str, Shift]
    monday: date

    @property
    def unit(self) -> Unit:
        return self.cast.law

    @property
    def head(self) -> User:
        return self.cast.users["head"]

    @property
    def hr(self) -> User:
        return self.cast.users["hr"]

    def person(self, name: str) -> Employee:
        return self.cast.employees[name]

    def day(self, offset: int) -> date:
        return self.monday + timedelta(days=offset)

    def cell(self, name: str, offset: int, code: str | None, slot: int = 1) -> CellSpec:
        shift_id = self.shifts[code].pk if code else None
        return CellSpec(self.person(name).pk, self.day(offset), shift_id, slot)

    def minimum(self, code: str, count: int, **values: object) -> ShiftMinimum:
        values.setdefault("valid_from", SINCE)
        return ShiftMinimum.objects.create(unit=self.unit, shift=self.shifts[code], count=count, **values)

    def draft(self, *cells: CellSpec, days: int = 7, names: tuple[str, ...] = ("emp", "col1", "col2")) -> Roster:
        roster = create_roster(
            by=self.head,
            unit_id=self.unit.pk,
            starts_on=self.monday,
            ends_on=self.day(days - 1),
            employee_ids=[self.person(name).pk for name in names],
        )
        if cells:
            set_cells(by=self.head, roster_id=roster.pk, cells=cells)
        return roster

    def published(self, *cells: CellSpec, days: int = 7) -> Roster:
        return publish_roster(by=self.head, roster_id=self.draft(*cells, days=days).pk)

    def shift_of(self, name: str, offset: int, slot: int = 1) -> str | None:
        """Code on the published roster: None is a day off."""
        entry = RosterEntry.objects.select_related("shift").get(
            employee=self.person(name), day=self.day(offset), slot=slot, is_published=True
        )
        return entry.shift.code if entry.shift else None


def make_ward(cast: Cast | None = None) -> Ward:
    cast = cast or make_cast()
    hours = {"P": (time(7, 30), 420), "S": (time(14), 420), "M": (time(21), 630)}
    shifts = {
        code: create_shift(
            by=cast.users["hr"],
            unit_id=cast.law.pk,
            spec=ShiftSpec(code, {"P": "Pagi", "S": "Siang", "M": "Malam"}[code], start, length, 60),
        )
        for code, (start, length) in hours.items()
    }
    return Ward(cast, shifts, make_monday())


def make_monday() -> date:
    """Next Monday."""
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def stage_rosters(cast: Cast) -> dict[str, tuple[object, ...]]:
    """The things that addresses of rosters lead to: a published roster of the legal section far ahead, a draft after
    it, a rotation with one member, and two swaps."""
    ward = replace(make_ward(cast), monday=make_monday() + timedelta(weeks=10))
    emp, colleague = ward.person("emp"), ward.person("col1")
    spec = RotationSpec("Dua hari", ward.monday, [[ward.shifts["P"].pk], []], [("Tim A", 0)])
    rotation = create_rotation(by=ward.head, unit_id=ward.unit.pk, spec=spec)
    team = rotation.teams.get()
    member = put_in_team(by=ward.head, team_id=team.pk, employee_id=emp.pk, valid_from=ward.monday)
    spare = create_shift(
        by=ward.hr, unit_id=ward.unit.pk, spec=ShiftSpec("X", "Cadangan", ward.shifts["P"].starts_at, 420)
    )
    published = ward.published(ward.cell("emp", 0, "P"), ward.cell("emp", 1, "P"), ward.cell("col1", 2, "S"))
    draft = replace(ward, monday=ward.day(7)).draft()
    swaps = [
        ask_swap(by=cast.users["emp"], spec=SwapSpec(ward.day(offset), colleague.pk, ward.day(2), "Keluarga."))
        for offset in (0, 1)
    ]
    answer_swap(by=cast.users["col1"], swap_id=swaps[1].pk, agrees=True)
    return {
        "roster": (published.pk,),
        "roster day": (published.pk, ward.monday.isoformat()),
        "rostered person": (published.pk, emp.pk),
        "person to join": (published.pk, ward.person("sup").pk),
        "draft roster": (draft.pk,),
        "drafted person": (draft.pk, emp.pk),
        "shift": (spare.pk,),
        "rotation": (rotation.pk,),
        "team": (team.pk,),
        "team member": (rotation.pk, member.pk),
        "swap": (swaps[0].pk,),
        "agreed swap": (swaps[1].pk,),
    }
