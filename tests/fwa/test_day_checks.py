"""Every reason why a date does not pass, its boundary, and alternatives that pass themselves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fwa.day_checks import LimitOn, PersonFacts, check_days, week_of

TODAY = date(2026, 11, 24)
TUESDAY, THURSDAY = date(2026, 12, 1), date(2026, 12, 3)
FACTS = PersonFacts(today=TODAY, last_day=date(2027, 5, 31))
HERE = ("location",)


def problem(day, facts=FACTS, facets=HERE):
    (check,) = check_days([day], facets, facts)
    return check.problem


def limited(**limit):
    return replace(FACTS, limits={TUESDAY: (LimitOn(unit="Bagian Hukum", **limit),)})


@pytest.mark.parametrize(
    ("day", "facts", "expected"),
    [
        pytest.param(TUESDAY, FACTS, "", id="free"),
        pytest.param(TODAY, FACTS, "", id="today"),
        pytest.param(TODAY - timedelta(days=1), FACTS, "past", id="yesterday"),
        pytest.param(date(2027, 5, 31), FACTS, "", id="last-day"),
        pytest.param(date(2027, 6, 1), FACTS, "too_far", id="after-last-day"),
        pytest.param(date(2026, 12, 5), FACTS, "holiday", id="saturday"),
        pytest.param(TUESDAY, replace(FACTS, holidays={TUESDAY: "x"}), "holiday", id="holiday"),
        pytest.param(TUESDAY, replace(FACTS, not_placed=frozenset({TUESDAY})), "not_placed", id="no-placement"),
        pytest.param(TUESDAY, replace(FACTS, absent={TUESDAY: "leave"}), "absent", id="leave"),
        pytest.param(TUESDAY, replace(FACTS, taken={(TUESDAY, "location"): "FW-1"}), "clash", id="same-facet"),
        pytest.param(TUESDAY, replace(FACTS, taken={(TUESDAY, "time"): "FW-1"}), "", id="other-facet"),
        pytest.param(
            TUESDAY,
            replace(FACTS, cap=1, cap_days=frozenset({THURSDAY}), national={THURSDAY: "SE 3"}),
            "over_cap",
            id="a-national-day-counts",
        ),
        pytest.param(
            THURSDAY,
            replace(FACTS, cap=1, cap_days=frozenset({THURSDAY}), national={THURSDAY: "SE 3"}),
            "",
            id="the-national-day-itself-takes-no-further-one",
        ),
        pytest.param(
            TUESDAY,
            replace(FACTS, cap=1, national={THURSDAY: "SE 3"}),
            "",
            id="a-national-day-that-does-not-count",
        ),
        pytest.param(TUESDAY, limited(away=2, quota=3), "", id="last-place-Art13"),
        pytest.param(TUESDAY, limited(away=3, quota=3), "unit_full", id="full-Art13"),
        pytest.param(TUESDAY, limited(on_site=8, minimum=7), "", id="exactly-at-minimum"),
        pytest.param(TUESDAY, limited(on_site=7, minimum=7), "below_minimum", id="one-below-minimum"),
    ],
)
def test_one_date(day, facts, expected):
    assert problem(day, facts) == expected


def test_a_third_day_of_the_week_is_over_the_cap_art_13():
    checks = check_days([TUESDAY, date(2026, 12, 2), THURSDAY], HERE, FACTS)

    assert [check.problem for check in checks] == ["", "", "over_cap"]


def test_the_cap_counts_over_the_end_of_a_year():
    taken = replace(FACTS, cap_days=frozenset({date(2026, 12, 29), date(2026, 12, 31)}))

    assert problem(date(2027, 1, 1), taken) == "over_cap"
    assert problem(date(2027, 1, 4), taken) == ""


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"exempt": ((TUESDAY, THURSDAY),)}, id="special-circumstance-Art13"),
        pytest.param({"counts_toward_cap": False}, id="field-task-Art13"),
    ],
)
def test_the_cap_does_not_bind_the_exempt(facts):
    days = [TUESDAY, date(2026, 12, 2), THURSDAY]

    assert [check.problem for check in check_days(days, HERE, replace(FACTS, **facts))] == ["", "", ""]


def test_hours_take_no_place_and_no_weekly_day():
    full = replace(limited(away=3, quota=3), cap_days=frozenset({date(2026, 11, 30), date(2026, 12, 2)}))

    assert problem(TUESDAY, full, ("time",)) == ""


def test_the_last_place_is_marked_exact():
    (check,) = check_days([TUESDAY], HERE, limited(away=2, quota=3))

    assert check.exact


def test_a_full_day_names_the_unit_and_its_figures():
    (check,) = check_days([TUESDAY], HERE, limited(away=3, quota=3))

    assert check.detail == {"unit": "Bagian Hukum", "away": 3, "quota": 3}


DAYS = st.sets(st.integers(0, 40).map(lambda offset: TODAY + timedelta(days=offset)), min_size=1, max_size=12)


@settings(deadline=None)  # the suite shares its cores
@given(asked=DAYS, full=DAYS, leave=DAYS, cap=st.integers(0, 2))
def test_the_cap_never_breaks_and_each_alternative_passes_itself(asked, full, leave, cap):
    limit = (LimitOn(unit="u", away=1, quota=1),)
    facts = replace(FACTS, cap=cap, absent=dict.fromkeys(leave, "leave"), limits=dict.fromkeys(full, limit))

    checks = check_days(asked, HERE, facts)

    passed = [check.day for check in checks if not check.problem]
    weeks = [week_of(day) for day in passed]
    assert all(weeks.count(week) <= cap for week in weeks)
    for check in checks:
        for day in check.alternatives:
            again = check_days([*passed, day], HERE, facts)
            assert day not in asked
            assert {row.problem for row in again} == {""}


def test_dates_offered_instead_lie_in_the_period():
    facts = replace(limited(away=3, quota=3), period=(TUESDAY, THURSDAY))

    (check,) = check_days([TUESDAY], HERE, facts)

    assert check.alternatives == (date(2026, 12, 2), THURSDAY)
