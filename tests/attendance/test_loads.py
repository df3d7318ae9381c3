"""Figures of the agency as a whole are those that looking at everybody one by one gives."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from attendance.models import Absence, Assignment, AssignmentDay, Roster, RosterEntry, Shift
from attendance.selectors import unit_loads
from organization.models import Employee, Placement, Position, Unit, UnitVersion, User
from organization.services.units import rebuild_unit_index

pytestmark = pytest.mark.django_db
START, END = date(2026, 11, 2), date(2026, 12, 6)
SINCE = date(2020, 1, 1)


def units() -> list[Unit]:
    """A tree of three, and one that is in no tree today."""
    made = [Unit.objects.create(code=code, name=code) for code in ("A", "AB", "ABC", "Z")]
    for unit, parent in zip(made[:3], [None, *made[:2]], strict=True):
        UnitVersion.objects.create(unit=unit, name=unit.name, parent=parent, valid_from=SINCE)
    rebuild_unit_index(START)
    return list(Unit.objects.order_by("pk"))


def day_of(chance: random.Random) -> date:
    return START + timedelta(days=chance.randrange(-10, 45))


def populate(chance: random.Random, places: list[Unit]) -> list[Employee]:
    """People who come, move, leave with days still granted, are ill on days away, rostered, or were never placed."""
    position = Position.objects.create(code="p", name="p", kind="pelaksana")
    people = []
    for number in range(40):
        person = Employee.objects.create(
            nip=f"{number:018}", name=f"P{number}", kind="pns", sex="1", birth_date=SINCE, nip_exception_reason="test"
        )
        people.append(person)
        for start, end in periods(chance):
            Placement.objects.create(
                employee=person, unit=chance.choice(places), position=position, entry_reason="rotation",
                valid_from=start, valid_to=end,
            )  # fmt: skip
        if chance.random() < 0.6:
            first = day_of(chance)
            assignment = Assignment.objects.create(
                employee=person, unit=places[0], reference=f"r{number}", kind="location", valid_from=first,
                valid_to=first + timedelta(days=30),
            )  # fmt: skip
            AssignmentDay.objects.bulk_create(
                AssignmentDay(
                    assignment=assignment, employee=person, unit=places[0], day=first + timedelta(days=offset),
                    facet=facet, is_away=chance.random() < 0.8,
                )
                for offset in range(0, 30, chance.randrange(1, 5))
                for facet in chance.sample(["location", "time"], chance.randrange(1, 3))
            )  # fmt: skip
        if chance.random() < 0.5:
            first = day_of(chance)
            for part in chance.choice([["whole"], ["whole"], ["first"], ["first", "second"]]):
                Absence.objects.create(
                    employee=person, kind="leave", reference=f"c{part}", valid_from=first, part=part,
                    valid_to=first + timedelta(days=chance.randrange(20)),
                )  # fmt: skip
    roster(chance, places[0], chance.sample(people, 15))
    return people


def roster(chance: random.Random, unit: Unit, people: list[Employee]) -> None:
    """A published roster with nights, days off and second shifts, and a draft that counts nowhere."""
    by = User.objects.create(username="r")
    night = Shift.objects.create(unit=unit, code="M", name="m", starts_at="21:00", duration_min=600)
    for status, first in (("published", START), ("draft", START + timedelta(days=21))):
        stamps = {"published_at": "2026-10-01T00:00Z", "published_by": by} if status == "published" else {}
        made = Roster.objects.create(
            unit=unit, starts_on=first, ends_on=first + timedelta(days=20), status=status, created_by=by, **stamps
        )
        RosterEntry.objects.bulk_create(
            RosterEntry(
                roster=made, employee=person, day=first + timedelta(days=offset), slot=slot,
                shift=night if slot == 2 or chance.random() < 0.5 else None, is_published=status == "published",
            )
            for person in people
            for offset in range(21)
            for slot in ([1, 2] if chance.random() < 0.1 else [1])
        )  # fmt: skip


def periods(chance: random.Random) -> list[tuple[date, date | None]]:
    kind = chance.randrange(5)
    change = day_of(chance)
    if kind == 0:
        return [(SINCE, change), (change + timedelta(days=chance.choice([1, 1, 6])), None)]
    others: dict[int, list[tuple[date, date | None]]] = {
        1: [(SINCE, change)],
        2: [(change, None)],
        3: [],
        4: [(SINCE, None)],
    }
    return others[kind]


@pytest.mark.parametrize("seed", range(25))
def test_the_whole_agency_counts_as_one_by_one(seed):
    chance = random.Random(seed)
    places = units()
    people = populate(chance, places)
    paths = [unit.path for unit in places if unit.path]
    asked = {
        "start": START + timedelta(days=chance.randrange(5)), "end": END - timedelta(days=chance.randrange(20)),
        "exclude_employee_id": chance.choice(people).pk, "with_holders": chance.random() < 0.3,
    }  # fmt: skip
    chosen = [paths[0], *chance.sample(paths[1:], chance.randrange(3))]
    chance.shuffle(chosen)

    quick = unit_loads(paths=chosen, groups=[], **asked)
    thorough = unit_loads(paths=chosen, groups=["a group nobody is in"], **asked)

    for path in chosen:
        for offset in range((asked["end"] - asked["start"]).days + 1):
            day = asked["start"] + timedelta(days=offset)
            assert quick.on(path, day) == thorough.on(path, day), (path, day)
            assert quick.on(path, day) == by_hand(path, day, asked), (path, day)


def by_hand(path, day, asked):
    """The definition, person by person."""
    from attendance.coverage import Load

    placed = set(
        Placement.objects.active_on(day).filter(unit__path__startswith=path).values_list("employee", flat=True)
    )
    others = placed - {asked["exclude_employee_id"]}
    entries = RosterEntry.objects.filter(day=day, is_published=True)
    rostered = others & set(entries.values_list("employee", flat=True))
    off = rostered - set(entries.filter(shift__isnull=False).values_list("employee", flat=True))
    granted = set(AssignmentDay.objects.filter(day=day, is_away=True).values_list("employee", flat=True))
    away = (others & granted) - rostered
    absent = others & set(Absence.objects.active_on(day).values_list("employee", flat=True))
    held = Assignment.objects.active_on(day).filter(unit__path__startswith=path, kind="location")
    holders = set(held.values_list("employee", flat=True)) - {asked["exclude_employee_id"]}
    held = len(holders) if asked["with_holders"] else 0
    return Load(len(placed), len(away), len(absent - away - off), held, len(off))


def test_one_query_for_any_number_of_units(django_assert_num_queries):
    paths = [unit.path for unit in units() if unit.path]
    for chosen in (paths[:1], paths):
        with django_assert_num_queries(1):
            unit_loads(paths=chosen, groups=[], start=START, end=END, exclude_employee_id=0)
