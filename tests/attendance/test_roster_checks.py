"""The judgement of a roster, as a truth table over plain values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance import roster_checks as checks
from attendance.enums import DayPart
from attendance.roster_checks import Cell, DayAbsence, Minimum, Person, Sheet, ShiftTimes, check

START = date(2026, 11, 2)  # a Monday
MORNING = ShiftTimes(1, 450, 420, 360)  # 07.30-14.30
EVENING = ShiftTimes(2, 840, 420, 360)  # 14.00-21.00
NIGHT = ShiftTimes(3, 1260, 630, 540)  # 21.00-07.30 of the next day
SHIFTS = {shift.id: shift for shift in (MORNING, EVENING, NIGHT)}


def day(offset: int) -> date:
    return START + timedelta(days=offset)


def sheet(*rows: tuple[int, int, int | None], days: int = 7, **extra) -> Sheet:
    """A roster of people 1..9; a row is (person, day, shift)."""
    cells = [Cell(person, day(offset), shift) for person, offset, shift in rows]
    people = extra.pop("people", [Person(number) for number in range(1, 10)])
    return Sheet(START, day(days - 1), people, SHIFTS, cells, **extra)


def codes(found: list[checks.Finding], *, without: str = checks.HOURS_UNDER) -> list[tuple[str, date, int | None]]:
    return [(row.code, row.day, row.employee_id) for row in found if row.code != without]


def test_part_of_a_day_is_spelt_like_the_enum() -> None:
    assert DayPart.WHOLE == checks.WHOLE


@pytest.mark.parametrize(
    ("first", "second", "gap_days", "expected"),
    [
        (1, 1, 1, None),  # 17 h
        (2, 1, 1, None),  # 21.00 to 07.30: 10 h 30
        (3, 1, 1, checks.REST),  # 07.30 to 07.30: none
        (3, 2, 1, checks.REST),  # 6 h 30
        (3, 3, 1, None),  # 13 h 30
        (3, 1, 2, None),
    ],
)
def test_rest_between_two_shifts(first: int, second: int, gap_days: int, expected: str | None) -> None:
    found = codes(check(sheet((1, 0, first), (1, gap_days, second))))
    assert found == ([(expected, day(gap_days), 1)] if expected else [])


def test_rest_is_a_setting() -> None:
    rows = ((1, 0, 2), (1, 1, 1))
    assert codes(check(sheet(*rows, rest_min=11 * 60))) == [(checks.REST, day(1), 1)]


def test_two_shifts_of_one_day_need_no_rest_but_must_not_overlap() -> None:
    split = replace(sheet(), cells=[Cell(1, START, 1), Cell(1, START, 3, slot=2)])
    assert codes(check(split)) == []
    double = replace(sheet(), cells=[Cell(1, START, 1), Cell(1, START, 2, slot=2)])  # 14.00 before 14.30
    assert codes(check(double)) == [(checks.OVERLAP, START, 1)]


def test_rest_reaches_over_both_edges_of_the_roster_and_names_its_own_cell() -> None:
    before = [Cell(1, day(-1), 3, roster_id=8)]
    found = check(sheet((1, 0, 1), outside=before))
    assert codes(found) == [(checks.REST, START, 1)]
    assert found[0].params["other_day"] == day(-1)
    after = [Cell(1, day(7), 1, roster_id=9)]
    assert codes(check(sheet((1, 6, 3), outside=after))) == [(checks.REST, day(6), 1)]


def test_edges_of_other_rosters_are_not_this_ones_fault() -> None:
    outside = [Cell(1, day(-2), 3), Cell(1, day(-1), 1)]
    assert codes(check(sheet((1, 3, 1), outside=outside))) == []


@pytest.mark.parametrize(
    ("part", "expected"), [("whole", checks.ABSENT), ("first", checks.ABSENT_HALF), ("second", checks.ABSENT_HALF)]
)
def test_absence_on_a_shift(part: str, expected: str) -> None:
    absences = [DayAbsence(1, START, "sick", part)]
    assert codes(check(sheet((1, 0, 1), absences=absences))) == [(expected, START, 1)]
    assert codes(check(sheet((1, 0, None), absences=absences))) == []


def test_two_published_rosters_also_on_a_day_off() -> None:
    outside = [Cell(1, START, None, roster_id=8)]
    found = check(sheet((1, 0, 1), outside=outside))
    assert codes(found) == [(checks.ELSEWHERE, START, 1)]
    assert found[0].params == {"roster_id": 8}


def test_arrangement_is_only_said() -> None:
    found = check(sheet((1, 0, 1), arrangements=frozenset({(1, START)})))
    assert [(row.code, row.level) for row in found if row.code != checks.HOURS_UNDER] == [
        (checks.ARRANGEMENT, checks.NOTE)
    ]


def test_person_who_left_and_shift_of_another_unit() -> None:
    people = [Person(1, serves=((day(-10), day(1)),)), Person(2)]
    found = check(sheet((1, 1, 1), (1, 2, 1), people=people))
    assert codes(found) == [(checks.NOT_SERVING, day(2), 1)]
    foreign = replace(sheet((1, 0, 1)), shifts=SHIFTS | {1: replace(MORNING, is_own=False)})
    assert codes(check(foreign)) == [(checks.SHIFT_UNKNOWN, START, 1)]
    assert codes(check(sheet((1, 0, 99)))) == [(checks.SHIFT_UNKNOWN, START, 1)]


def test_minimum_of_a_shift_by_weekday_group_and_period() -> None:
    people = [Person(1, "nurse"), Person(2, "nurse"), Person(3, "doctor")]
    rows = ((1, 0, 1), (2, 0, 1), (3, 0, 1), (1, 1, 1))
    minimums = [
        Minimum(1, 3, weekday=1),
        Minimum(1, 2, weekday=2, valid_from=day(1)),
        Minimum(1, 1, weekday=1, group="doctor", unit_id=5),
        Minimum(1, 9, weekday=3, valid_to=day(1)),  # over before its Wednesday
    ]
    found = [row for row in check(sheet(*rows, people=people, minimums=minimums)) if row.code == checks.BELOW_MINIMUM]
    assert [(row.day, row.shift_id, row.params["count"], row.params["minimum"]) for row in found] == [(day(1), 1, 1, 2)]


def test_highest_of_several_minimums_counts_once() -> None:
    minimums = [Minimum(1, 1), Minimum(1, 2, weekday=1), Minimum(1, 2)]
    found = check(sheet(days=1, minimums=minimums))
    assert [row.params["minimum"] for row in found] == [2]


def test_absent_people_do_not_count_and_people_of_other_rosters_do() -> None:
    minimum = Minimum(1, 2)
    rows = ((1, 0, 1), (2, 0, 1))
    assert codes(check(sheet(*rows, days=1, minimums=[minimum]))) == []
    half = [DayAbsence(2, START, part="first")]
    below = (checks.BELOW_MINIMUM, START, None)
    assert below in codes(check(sheet(*rows, days=1, minimums=[minimum], absences=half)))
    with_others = replace(minimum, others={START: 1})
    assert below not in codes(check(sheet(*rows, days=1, minimums=[with_others], absences=half)))


def test_minimum_of_a_unit_below_counts_only_its_people() -> None:
    people = [Person(1, unit_path="1/2/"), Person(2, unit_path="1/3/")]
    minimum = Minimum(1, 1, unit_id=3, unit_path="1/3/")
    found = check(sheet((1, 0, 1), days=1, people=people, minimums=[minimum]))
    assert codes(found) == [(checks.BELOW_MINIMUM, START, None)]


def test_hours_are_averaged_over_the_cycle() -> None:
    """Four days: morning, evening, night, off are 1,260 of 1,285 minutes; a morning instead of the day off is over."""
    cycle = [(1, 0, 1), (1, 1, 2), (1, 2, 3), (1, 3, None)]
    fitting = sheet(*cycle, days=4, average_days=4, average_from=START, rest_min=0)
    assert check(fitting) == []
    over = check(replace(fitting, cells=[*fitting.cells[:3], Cell(1, day(3), 2)]))
    assert [(row.code, row.day, row.params["minutes"], row.params["norm_min"]) for row in over] == [
        (checks.HOURS_OVER, day(3), 1620, 1285)
    ]
    under = check(replace(fitting, cells=fitting.cells[:2]))
    assert [row.code for row in under] == [checks.HOURS_UNDER]


def test_hours_in_ramadan_and_with_leave_ask_for_less() -> None:
    week = [(1, offset, 1) for offset in range(6)]  # 2,160 of 2,250
    base = sheet(*week, average_days=7, average_from=START)
    assert check(base) == []
    fasting = check(replace(base, ramadan=frozenset(base.days())))
    assert [(row.code, row.params["norm_min"]) for row in fasting] == [(checks.HOURS_OVER, 1950)]
    on_leave = check(replace(base, absences=[DayAbsence(1, day(6)), DayAbsence(1, day(5))]))
    assert [row.code for row in on_leave if row.code.startswith("hours")] == [checks.HOURS_OVER]  # 1,800 of 1,607


def test_window_over_the_edge_is_judged_once_all_of_it_is_known() -> None:
    base = sheet(*[(1, offset, 2) for offset in range(7)], average_days=14, average_from=day(-7))
    assert checks.average_windows(base) == [(START, day(6))]
    known = replace(base, known=[(day(-7), day(-1))])
    assert checks.average_windows(known) == [(day(-7), day(6))]
    assert [row.code for row in check(known) if row.code.startswith("hours")] == [checks.HOURS_UNDER]


def test_worsened_names_only_what_a_change_brought() -> None:
    minimum = Minimum(1, 3)
    before = check(sheet((1, 0, 1), (2, 0, 1), days=1, minimums=[minimum]))
    same = check(sheet((1, 0, 1), (3, 0, 1), days=1, minimums=[minimum]))
    worse = check(sheet((1, 0, 1), days=1, minimums=[minimum]))
    below = [checks.BELOW_MINIMUM]
    assert [row.code for row in checks.worsened(before, same) if row.code in below] == []
    assert [row.code for row in checks.worsened(before, worse) if row.code in below] == below


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9), st.sampled_from([1, 2, 3, None])), max_size=30))
def test_no_order_of_cells_changes_the_judgement(rows: list[tuple[int, int, int | None]]) -> None:
    unique = list({(person, offset): (person, offset, shift) for person, offset, shift in rows}.values())
    forth = check(sheet(*unique, days=10, minimums=[Minimum(1, 1)]))
    back = check(sheet(*reversed(unique), days=10, minimums=[Minimum(1, 1)]))
    assert [(row.key, dict(row.params)) for row in forth] == [(row.key, dict(row.params)) for row in back]
