"""The fair rotation: limits kept, as many days as possible, evenly shared, the same every time, with reasons."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwa import rotation_week
from fwa.day_checks import week_of
from fwa.rotation import RotationLimit, RotationPerson, SolverMissing, rotate

MONDAY = date(2027, 1, 4)
MON, TUE, WED, THU, FRI = (MONDAY + timedelta(days=offset) for offset in range(5))


def workdays(weeks=1, start=MONDAY):
    return [start + timedelta(days=n) for n in range(7 * weeks) if (start + timedelta(days=n)).weekday() < 5]


def person(pk, days, **more):
    return RotationPerson(pk, frozenset(days), **more)


def quota(room, people, days, unit="Hukum", kind="quota", group=""):
    return [RotationLimit(day, room, frozenset(people), unit, kind, group) for day in days]


def turn(people, limits=(), *, per_week=2, weeks=1, first=MONDAY, **more):
    last = more.pop("last", MONDAY + timedelta(days=7 * weeks - 1))
    return rotate(people, limits, days_per_week=per_week, first=first, last=last, **more)


def totals(found):
    return {pk: len(days) for pk, days in found.days.items()}


def assert_kept(found, people, limits, per_week):
    """No limit, weekly cap or closed day is broken."""
    for limit in limits:
        away = sum(limit.day in found.days[pk] for pk in limit.people if pk in found.days)
        assert away <= max(0, limit.room), limit
    for one in people:
        days = found.days[one.id]
        assert set(days) <= one.open_days
        for week, count in Counter(week_of(day) for day in days).items():
            assert count <= min(per_week, one.weekly_room.get(week, per_week))


def unit_of_60(weeks=26):
    """Sixty people, a quota of half, a minimum for the counter, some leave, two rooms below."""
    days = workdays(weeks)
    leave = {pk: set(days[pk * 3 : pk * 3 + 8]) for pk in (4, 17, 33)}
    people = [
        person(pk, set(days) - leave.get(pk, set()), closed=dict.fromkeys(leave.get(pk, ()), "absent"))
        for pk in range(60)
    ]
    limits = [
        *quota(20, range(60), days),
        *quota(8, range(20), days, unit="Loket", kind="minimum", group="counter"),
        *quota(9, range(20, 45), days, unit="Arsip"),
    ]
    return people, limits


def test_a_unit_of_60_keeps_every_limit_and_spreads_days_evenly():
    people, limits = unit_of_60()
    found = turn(people, limits, weeks=26)
    assert_kept(found, people, limits, 2)
    assert sum(totals(found).values()) == 20 * 5 * 26  # every place of every day is used
    assert found.most - found.least <= 1
    assert max(totals(found).values()) - min(totals(found).values()) <= 1  # who was on leave caught up
    assert found.solver.startswith("HiGHS")


def test_weekdays_are_shared_out():
    people, limits = unit_of_60()
    found = turn(people, limits, weeks=26)
    for pk, days in found.days.items():
        counts = Counter(day.weekday() for day in days)
        assert max(counts[n] for n in range(5)) - min(counts[n] for n in range(5)) <= 4, pk
    fridays = [sum(day.weekday() == 4 for day in days) for days in found.days.values()]
    assert max(fridays) - min(fridays) <= 3


def test_the_same_question_has_the_same_answer_and_another_seed_another_order():
    people, limits = unit_of_60(4)
    first = turn(people, limits, weeks=4)
    again = turn(list(reversed(people)), limits, weeks=4)
    assert (first.days, first.short) == (again.days, again.short)
    other = turn(people, limits, weeks=4, seed=7)
    assert other.days != first.days
    assert sum(totals(other).values()) == sum(totals(first).values())


def test_without_limits_everybody_has_every_day():
    found = turn([person(pk, workdays(3)) for pk in range(5)], weeks=3)
    assert set(totals(found).values()) == {6}
    assert found.short == {}
    assert (found.least, found.most) == (6, 6)


def test_nobody_at_all():
    found = turn([])
    assert (found.days, found.short, found.least, found.most) == ({}, {}, 0, 0)


def test_an_impossible_rotation_is_empty_with_reasons():
    people = [person(pk, workdays()) for pk in range(3)]
    found = turn(people, quota(-2, range(3), workdays()))
    assert set(totals(found).values()) == {0}
    assert {short.code for (short,) in found.short.values()} == {"unit_full"}


ABSENT = dict.fromkeys((MON, TUE, WED, THU), "absent")


@pytest.mark.parametrize(
    ("one", "limits", "expected"),
    [
        pytest.param(person(1, [FRI], closed=ABSENT), [], (1, "absent", "", {"days": 4}), id="leave"),
        pytest.param(
            person(1, [], closed=dict.fromkeys(workdays(), "not_placed")), [], (2, "not_placed", "", {"days": 5}),
            id="left-the-agency",
        ),
        pytest.param(
            person(1, [], closed={MON: "clash", TUE: "clash", WED: "clash", THU: "holiday", FRI: "absent"}), [],
            (2, "clash", "", {"days": 3}), id="most-days-decide",
        ),
        pytest.param(
            person(1, [MON], closed=dict.fromkeys((TUE, WED, THU, FRI, FRI + timedelta(days=1)), "holiday")), [],
            (1, "holiday", "", {"days": 4}), id="holidays",
        ),
        pytest.param(
            person(1, workdays(), weekly_room={MONDAY: 1}), [], (1, "over_cap", "", {"room": 1}), id="cap-used-before"
        ),
        pytest.param(
            person(1, workdays()), quota(0, [1], workdays()),
            (2, "unit_full", "Hukum", {"day": "2027-01-04", "room": 0, "sharing": 1, "days": 5, "group": ""}),
            id="quota",
        ),
        pytest.param(
            person(1, workdays()), quota(0, [1], (MON, TUE, WED, THU), kind="minimum", group="nurse"),
            (1, "below_minimum", "Hukum", {"day": "2027-01-04", "room": 0, "sharing": 1, "days": 4, "group": "nurse"}),
            id="minimum",
        ),
        pytest.param(
            person(1, workdays()),
            [*quota(0, [1], (MON, TUE, WED, THU), kind="minimum"), *quota(0, [1], [FRI], unit="Kota")],
            (2, "below_minimum", "Hukum", {"day": "2027-01-04", "room": 0, "sharing": 1, "days": 5, "group": ""}),
            id="limit-that-closes-most-days",
        ),
    ],
)  # fmt: skip
def test_reason_of_a_week_with_fewer_days(one, limits, expected):
    found = turn([one], limits)
    (short,) = found.short[1]
    assert (short.week, short.missing, short.code, short.unit, dict(short.detail)) == (MONDAY, *expected)


def test_a_part_of_a_week_asks_for_no_more_than_it_has():
    found = turn([person(1, [FRI])], first=FRI)
    assert found.days == {1: (FRI,)}
    assert found.short == {}
    assert (found.least, found.most) == (1, 1)


def test_days_outside_the_period_are_not_given():
    found = turn([person(1, workdays(3))], first=MONDAY + timedelta(days=7), last=MONDAY + timedelta(days=13))
    assert all(MONDAY + timedelta(days=7) <= day <= MONDAY + timedelta(days=13) for day in found.days[1])


def test_who_was_absent_does_not_count_for_the_least():
    people = [person(1, workdays(2)), person(2, workdays(2)[:6], closed=dict.fromkeys(workdays(2)[6:], "absent"))]
    found = turn(people, weeks=2)
    assert totals(found) == {1: 4, 2: 3}
    assert (found.least, found.most) == (4, 4)


def test_weeks_the_solver_does_not_finish_are_dealt_out_by_turns():
    people, limits = unit_of_60(4)
    found = turn(people, limits, weeks=4, time_limit=0)
    assert_kept(found, people, limits, 2)
    assert found.solver.endswith("turns")
    assert sum(totals(found).values()) == 20 * 5 * 4
    assert found.most - found.least <= 2


def test_without_the_solver_it_says_so(monkeypatch):
    monkeypatch.setattr(rotation_week, "INSTALLED", False)
    with pytest.raises(SolverMissing):
        turn([person(1, workdays())])


# Properties


@st.composite
def worlds(draw, most_people=9, most_weeks=3):
    """A small agency: nested units, position groups across them, absences, caps used before."""
    weeks = draw(st.integers(1, most_weeks))
    days = workdays(weeks)
    count = draw(st.integers(1, most_people))
    units = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count))
    groups = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    people = [
        person(
            pk,
            set(days) - draw(st.sets(st.sampled_from(days), max_size=4)),
            weekly_room=draw(st.dictionaries(st.sampled_from([week_of(day) for day in days]), st.integers(0, 2))),
        )
        for pk in range(count)
    ]
    sets = [set(range(count)), *({pk for pk in range(count) if units[pk] == unit} for unit in range(3))]
    sets += [{pk for pk in range(count) if groups[pk]}, {pk for pk in range(count) if groups[pk] and units[pk] == 0}]
    limits = []
    for members in sets:
        if members and draw(st.booleans()):
            limits += quota(draw(st.integers(-1, len(members))), members, days)
    return people, limits, weeks


@settings(max_examples=60, deadline=None)
@given(world=worlds(), per_week=st.integers(1, 3))
def test_limits_caps_and_closed_days_are_always_kept(world, per_week):
    people, limits, weeks = world
    found = turn(people, limits, per_week=per_week, weeks=weeks)
    assert_kept(found, people, limits, per_week)
    assert found.days == turn(people, limits, per_week=per_week, weeks=weeks).days
    for one in people:  # what is missing is told, and nothing else
        assert sum(s.missing for s in found.short.get(one.id, ())) == per_week * weeks - len(found.days[one.id])


@settings(max_examples=40, deadline=None)
@given(
    count=st.integers(2, 14),
    room=st.integers(0, 14),
    below=st.integers(0, 7),
    per_week=st.integers(1, 4),
    weeks=st.integers(1, 5),
)
def test_people_with_the_same_limits_differ_by_one_at_most(count, room, below, per_week, weeks):
    people = [person(pk, workdays(weeks)) for pk in range(count)]
    half = range(count // 2)
    limits = [*quota(room, range(count), workdays(weeks)), *quota(below, half, workdays(weeks))]
    found = totals(turn(people, limits, per_week=per_week, weeks=weeks))
    for members in (half, range(count // 2, count)):
        had = [found[pk] for pk in members]
        assert not had or max(had) - min(had) <= 1


def best_by_trying(people, limits, per_week):
    """Most days, then most even, of one week: every combination of days of every person."""
    choices = []
    for one in people:
        room = min(per_week, one.weekly_room.get(MONDAY, per_week))
        choices.append([set(days) for size in range(room + 1) for days in combinations(sorted(one.open_days), size)])
    best = (0, 0)
    for picked in product(*choices):
        away = dict(zip((one.id for one in people), picked, strict=True))
        if all(sum(limit.day in away[pk] for pk in limit.people) <= max(0, limit.room) for limit in limits):
            best = max(best, (sum(map(len, picked)), -sum(len(days) ** 2 for days in picked)))
    return best


@settings(max_examples=25, deadline=None)
@given(world=worlds(most_people=4, most_weeks=1))
def test_a_small_week_is_as_good_as_trying_everything(world):
    people, limits, _ = world
    found = totals(turn(people, limits))
    assert (sum(found.values()), -sum(n * n for n in found.values())) == best_by_trying(people, limits, 2)
