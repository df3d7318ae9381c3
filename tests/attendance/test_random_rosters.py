"""Rosters, absences and approvals at random, also at once: no arrangement ever takes the last one that is needed.

`RANDOM_STEPS=20000 make test TARGET=tests/attendance/test_random_rosters.py` goes on for longer.
"""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from attendance.models import AssignmentDay
from attendance.roster_checks import (
    BELOW_MINIMUM,
    HEAD,
    STOP,
    Cell,
    DayAbsence,
    Minimum,
    Person,
    Sheet,
    ShiftTimes,
    check,
    of_level,
)
from attendance.roster_proposal import propose
from fwa.errors import NoDateLeft
from fwa.services.holds import hold_places
from fwa.services.requests import save_draft, submit_request
from organization.models import User
from tests.attendance.random_rosters import (
    arrange,
    assert_kept,
    be_absent,
    change_roster,
    end_one,
    make,
    on_site,
    publish,
)
from tests.world import draft, make_world

STEPS = int(os.environ.get("RANDOM_STEPS", "300"))
SHEETS = max(12, STEPS // 40)


@pytest.mark.django_db
def test_no_arrangement_takes_the_last_one_that_is_needed():
    bureau = make(make_world())
    chance = random.Random(STEPS)
    granted = refused = 0
    for _ in range(STEPS):
        action = chance.choices([arrange, be_absent, publish, change_roster, end_one], [70, 9, 6, 9, 6])[0]
        if action is not arrange:
            action(bureau, chance)
            continue
        employee = chance.choice(bureau.people)
        days = sorted({bureau.day(chance) for _ in range(chance.randrange(1, 5))})
        checks = arrange(bureau, employee, days)
        kept = assert_kept(bureau, employee, checks)
        granted, refused = granted + kept, refused + len(checks) - kept
    assert granted > STEPS // 10  # otherwise nothing was tried
    assert refused > STEPS // 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(2))
def test_approvals_at_once_keep_every_minimum(seed):
    """Everybody asks for days of the same two weeks; eight heads agree at the same time."""
    bureau = make(make_world(), round_the_clock=False)
    User.objects.update(email="")
    chance = random.Random(seed)
    for _ in range(6):
        be_absent(bureau, chance)
    publish(bureau, chance)
    requests = [row for person in bureau.people if (row := sent(bureau, person, chance)) is not None]
    assert len(requests) > len(bureau.people) // 2

    with ThreadPoolExecutor(8) as pool:
        held = sum(pool.map(agree, requests))

    days = set(AssignmentDay.objects.filter(is_away=True).values_list("day", flat=True))
    assert held == AssignmentDay.objects.filter(is_away=True).count() > 0
    for day in days:
        for path, group, count in bureau.minimums:
            away = AssignmentDay.objects.filter(day=day, is_away=True).values_list("employee_id", flat=True)
            if any(group in ("", bureau.groups[one]) for one in away):
                assert on_site(path, group, day) >= count, (day, path, group)


def sent(bureau, person, chance):
    """A request for a few days; None where the person has an absence or a shift on one of them."""
    first = bureau.start
    days = tuple(sorted({first + timedelta(days=chance.choice([0, 1, 2, 7, 8])) for _ in range(3)}))
    wish = draft(valid_from=first, valid_to=first + timedelta(days=13), weekdays=(), single_dates=days)
    row = save_draft(by=person.user, data=replace(wish, outputs=wish.outputs[:1]))
    try:
        return submit_request(by=person.user, request_id=row.pk)
    except ValidationError:
        return None


def agree(fwa_request):
    try:
        return hold_places(fwa_request).held
    except NoDateLeft:
        return 0
    finally:
        connection.close()


@pytest.mark.parametrize("seed", range(SHEETS))
def test_every_proposal_passes_its_own_checks(seed):
    """Whatever stands in the draft already: what the proposal adds breaks no rest, no absence and nobody's own day."""
    sheet, still_open = a_sheet(random.Random(seed))
    before = {row.key for row in of_level(check(sheet), STOP, HEAD) if row.code != BELOW_MINIMUM}
    found = propose(
        sheet, open_cells=still_open, nights=frozenset({3}), free_days=frozenset(), time_limit=4.0, seed=seed
    )

    given = {(cell.employee_id, cell.day): cell for cell in found.cells}
    assert set(given) == set(still_open)
    cells = [
        given.get((cell.employee_id, cell.day), cell) if cell.slot == 1 else cell
        for cell in sheet.cells
    ]  # fmt: skip
    faults = of_level(check(replace(sheet, cells=cells)), STOP, HEAD)
    assert [row for row in faults if row.code != BELOW_MINIMUM and row.key not in before] == []
    assert {row.key for row in faults if row.code == BELOW_MINIMUM} == {row.key for row in found.unmet}


def a_sheet(chance: random.Random) -> tuple[Sheet, list[tuple[int, date]]]:
    """Seven to ten people, one to two weeks, with absences, fixed cells, shifts elsewhere and minimums at random."""
    start = date(2026, 12, 1) + timedelta(days=chance.randrange(60))
    days = [start + timedelta(days=offset) for offset in range(chance.randrange(5, 15))]
    people = [Person(number, chance.choice(["nurse", "nurse", "doctor"])) for number in range(chance.randrange(5, 11))]
    shifts = {
        1: ShiftTimes(1, 450, 420, 420),
        2: ShiftTimes(2, 840, 420, 420),
        3: ShiftTimes(3, 1260, 630, 570),
        4: ShiftTimes(4, 480, 1440, 1320),
    }
    cells, still_open, outside, absences = [], [], [], []
    for person in people:
        for day in days:
            kind = chance.random()
            if kind < 0.15:
                cells.append(Cell(person.id, day, chance.choice([1, 2, 3, None])))
            else:
                cells.append(Cell(person.id, day, None))
                still_open.append((person.id, day))
            if chance.random() < 0.06:
                absences.append(DayAbsence(person.id, day, "leave", chance.choice(["whole", "first", "second"])))
        outside.append(Cell(person.id, start - timedelta(days=1), chance.choice([1, 2, 3, 4]), 1, 9))
    minimums = [Minimum(shift, chance.randrange(3), unit_id=1) for shift in (1, 2, 3)]
    minimums.append(Minimum(chance.choice([1, 3]), 1, group="doctor", unit_id=1, weekday=chance.choice([None, 3])))
    sheet = Sheet(
        start, days[-1], people, shifts, cells, outside=outside, minimums=minimums, absences=absences,
        rest_min=chance.choice([480, 600, 720]), average_days=14, average_from=start,
    )  # fmt: skip
    return sheet, still_open
