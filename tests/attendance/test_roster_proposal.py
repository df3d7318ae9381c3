"""A proposal fills open cells fairly, leaves what is fixed, names what cannot be met, and passes the checks itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from attendance.roster_checks import (
    BELOW_MINIMUM,
    HEAD,
    NOTE,
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
from attendance.roster_fairness import level_pools
from attendance.roster_proposal import propose

START = date(2026, 12, 7)
P, S, M = 1, 2, 3
SHIFTS = {
    P: ShiftTimes(P, 450, 420, 420),
    S: ShiftTimes(S, 840, 420, 420),
    M: ShiftTimes(M, 1260, 630, 570),
}


def sheet(people=12, days=14, minimums=((P, 3), (S, 3), (M, 2)), **changes):
    """Everybody open on every day."""
    staff = [Person(number, "doctor" if number % 4 == 0 else "nurse") for number in range(1, people + 1)]
    dates = [START + timedelta(days=offset) for offset in range(days)]
    values = {
        "start": START,
        "end": dates[-1],
        "people": staff,
        "shifts": SHIFTS,
        "cells": [Cell(person.id, day, None) for person in staff for day in dates],
        "minimums": [Minimum(shift, count, unit_id=1) for shift, count in minimums],
        "average_days": 14,
        "average_from": START,
    }
    return Sheet(**{**values, **changes})


def open_cells(of, but=()):
    return [(cell.employee_id, cell.day) for cell in of.cells if (cell.employee_id, cell.day) not in but]


def solved(of, but=(), **changes):
    free = frozenset(day for day in of.days() if day.weekday() >= 5)
    options = {"open_cells": open_cells(of, but), "nights": frozenset({M}), "free_days": free, "time_limit": 15.0}
    return propose(of, **{**options, **changes})


def filled(of, found):
    given = {(cell.employee_id, cell.day) for cell in found.cells}
    kept = [cell for cell in of.cells if (cell.employee_id, cell.day) not in given]
    return replace(of, cells=[*kept, *found.cells])


def faults(of, found):
    return of_level(check(filled(of, found)), STOP, HEAD)


def test_minimums_are_met_with_rest_and_burdens_are_even():
    of = sheet()
    found = solved(of)

    assert faults(of, found) == []
    assert found.unmet == ()
    assert len(found.cells) == 12 * 14
    (nights,), (weekends,) = found.nights, found.weekends
    assert nights.people == 12
    assert nights.most - nights.least <= 1
    assert weekends.most - weekends.least <= 1
    assert not [row for row in check(filled(of, found)) if row.level == NOTE and row.code == "hours_over"]


def test_nobody_works_more_than_six_days_in_a_row():
    of = sheet(people=6, minimums=((P, 2), (S, 2)))
    outside = [Cell(1, START - timedelta(days=offset), P) for offset in range(1, 6)]
    found = solved(replace(of, outside=outside))

    worked = {(cell.employee_id, cell.day) for cell in (*found.cells, *outside) if cell.shift_id}
    for person in of.people:
        for offset in range(-5, 8):
            stretch = [START + timedelta(days=offset + number) for number in range(7)]
            assert sum((person.id, day) in worked for day in stretch) <= 6


def test_what_is_fixed_stays_and_rest_is_kept_to_it():
    of = sheet(people=8, days=7, minimums=((P, 2), (M, 1)))
    fixed = {(1, START + timedelta(days=2)): M, (2, START + timedelta(days=2)): None}
    cells = [replace(cell, shift_id=fixed.get((cell.employee_id, cell.day), cell.shift_id)) for cell in of.cells]
    of = replace(of, cells=[*cells, Cell(1, START + timedelta(days=5), S, 2)])
    keep = {*fixed, (1, START + timedelta(days=5))}
    found = solved(of, but=keep)

    assert faults(of, found) == []
    assert not {(cell.employee_id, cell.day) for cell in found.cells} & keep


def test_nobody_absent_elsewhere_or_not_serving_is_given_a_shift():
    of = sheet(people=10, days=7, minimums=((P, 2), (S, 1), (M, 1)))
    people = [replace(of.people[0], serves=((START + timedelta(days=3), None),)), *of.people[1:]]
    absences = [
        DayAbsence(2, START, "leave"),
        DayAbsence(3, START, "sick", "first"),
        *(DayAbsence(4, day) for day in of.days()),
    ]
    outside = [Cell(5, START + timedelta(days=1), P, 1, 99)]
    cells = [cell for cell in of.cells if cell.employee_id != 1 or cell.day >= START + timedelta(days=3)]
    of = replace(of, people=people, absences=absences, outside=outside, cells=cells)
    found = solved(of)

    given = {(cell.employee_id, cell.day) for cell in found.cells if cell.shift_id}
    assert not given & {(2, START), (3, START), (5, START + timedelta(days=1))}
    assert 4 not in {employee for employee, _ in given}
    assert {row.code for row in faults(of, found)} <= {"elsewhere"}  # the cell that stood there before


def test_a_minimum_that_cannot_be_met_is_named_and_nothing_else_is_broken():
    of = sheet(people=5, days=7, minimums=((P, 2), (M, 1)))
    of = replace(of, minimums=[*of.minimums, Minimum(M, 1, group="doctor", unit_id=1)])
    found = solved(of)

    assert {row.code for row in faults(of, found)} == {BELOW_MINIMUM}
    assert faults(of, found) == list(found.unmet)
    assert all(row.params["group"] == "doctor" for row in found.unmet)  # one doctor cannot take every night
    assert 1 <= len(found.unmet) <= 2


def test_the_same_sheet_and_seed_give_the_same_answer():
    of = sheet(people=8, days=7, minimums=((P, 2), (M, 1)))
    assert solved(of).cells == solved(of).cells


def test_nothing_open_and_nobody_at_all():
    of = sheet(people=2, days=7, minimums=((P, 1),))
    assert solved(of, open_cells=()).cells == ()
    assert len(solved(of, open_cells=()).unmet) == 7
    assert solved(replace(of, people=[], cells=[])).cells == ()


def test_hours_of_those_who_were_away_are_not_made_up():
    of = sheet(people=9, minimums=((P, 2), (S, 2), (M, 1)))
    away = [DayAbsence(1, START + timedelta(days=offset)) for offset in range(7)]
    found = solved(replace(of, absences=away))

    shifts = Counter(cell.employee_id for cell in found.cells if cell.shift_id)
    assert shifts[1] <= min(shifts[number] for number in range(2, 10)) * 0.75


@pytest.mark.parametrize(
    ("own", "common", "sizes", "levels"),
    [
        pytest.param({}, 12, {"": 6}, {"": 2}, id="everybody-alike"),
        pytest.param({"d": 10}, 0, {"": 6, "d": 2}, {"": 0, "d": 5}, id="only-the-group"),
        pytest.param({"d": 10}, 12, {"": 6, "d": 2}, {"": 2, "d": 5}, id="group-has-more-than-its-share"),
        pytest.param({"d": 2}, 14, {"": 6, "d": 2}, {"": 2, "d": 2}, id="group-takes-of-the-rest"),
        pytest.param({}, 3, {}, {}, id="nobody"),
    ],
)
def test_a_group_with_a_need_of_its_own_takes_no_more_of_the_rest_than_others(own, common, sizes, levels):
    assert level_pools(own, common, sizes) == pytest.approx(levels)
