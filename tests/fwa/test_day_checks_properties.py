"""What holds for any dates, limits and order of applicants: cap, quota and minimum are never exceeded."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fwa.day_checks import LimitOn, PersonFacts, check_days, week_of

TODAY = date(2026, 12, 14)  # four weeks over the end of the month and the year
FACTS = PersonFacts(today=TODAY, last_day=date(2027, 6, 13))
HERE = ("location",)
SPAN = 28

days = st.integers(0, SPAN - 1).map(lambda offset: TODAY + timedelta(days=offset))
some_days = st.frozensets(days, max_size=10)
many_days = st.frozensets(days, min_size=1, max_size=SPAN)
relaxed = settings(deadline=None)  # the suite shares its cores


@st.composite
def facts_of_one(draw):
    """A person with leave, arrangements and days of the cap taken, in a unit with limits on some days."""
    limits = {
        day: (
            LimitOn(unit="Hukum", away=draw(st.integers(0, 3)), quota=draw(st.integers(0, 3))),
            LimitOn(unit="Kota", on_site=draw(st.integers(0, 4)), minimum=draw(st.integers(0, 4))),
        )
        for day in draw(some_days)
    }
    return replace(
        FACTS,
        holidays=dict.fromkeys(draw(some_days), "libur"),
        absent=dict.fromkeys(draw(some_days), "leave"),
        taken={(day, "location"): "FW-1" for day in draw(some_days)},
        cap=draw(st.integers(0, 2)),
        cap_days=draw(some_days),
        exempt=((TODAY + timedelta(days=7), TODAY + timedelta(days=13)),) if draw(st.booleans()) else (),
        limits=limits,
        every_day=draw(some_days),
    )


def passing(checks):
    return [check.day for check in checks if not check.problem]


def is_exempt(day, facts):
    return any(start <= day <= end for start, end in facts.exempt)


@relaxed
@given(asked=many_days, facts=facts_of_one())
def test_no_week_holds_more_than_the_cap_also_over_the_end_of_the_year(asked, facts):
    granted = passing(check_days(asked, HERE, facts))

    used = Counter(week_of(day) for day in facts.cap_days)
    for day in granted:
        used[week_of(day)] += 1
        if not is_exempt(day, facts):
            assert used[week_of(day)] <= facts.cap


@relaxed
@given(asked=many_days, facts=facts_of_one())
def test_what_passes_is_one_s_own_to_work_and_within_every_limit(asked, facts):
    for check in check_days(asked, HERE, facts):
        if check.problem:
            continue
        assert check.day in facts.every_day or (check.day.weekday() < 5 and check.day not in facts.holidays)
        assert check.day not in facts.absent
        assert (check.day, "location") not in facts.taken
        for limit in facts.limits.get(check.day, ()):
            assert limit.quota is None or limit.away + 1 <= limit.quota
            assert limit.minimum is None or limit.on_site - 1 >= limit.minimum


@relaxed
@given(asked=many_days, facts=facts_of_one())
def test_every_alternative_passes_beside_what_was_granted(asked, facts):
    checks = check_days(asked, HERE, facts)
    granted = passing(checks)

    for check in checks:
        assert not (check.alternatives and not check.problem)
        for day in check.alternatives:
            assert day not in asked
            assert abs((day - check.day).days) <= 7
            assert passing(check_days([*granted, day], HERE, facts)) == sorted([*granted, day])


@relaxed
@given(asked=many_days, facts=facts_of_one(), start=days, length=st.integers(0, 14))
def test_alternatives_stay_in_the_period(asked, facts, start, length):
    period = (start, start + timedelta(days=length))

    for check in check_days(asked, HERE, replace(facts, period=period)):
        assert all(period[0] <= day <= period[1] for day in check.alternatives)


@relaxed
@given(asked=many_days, facts=facts_of_one())
def test_asking_again_for_what_passed_passes_whole(asked, facts):
    granted = passing(check_days(asked, HERE, facts))

    assert passing(check_days(granted, HERE, facts)) == granted


@relaxed
@given(asked=many_days, facts=facts_of_one())
def test_exact_means_that_one_more_person_would_not_pass(asked, facts):
    for check in check_days(asked, HERE, facts):
        if check.problem:
            continue
        fuller = {
            day: tuple(replace(limit, away=limit.away + 1, on_site=limit.on_site - 1) for limit in limits)
            for day, limits in facts.limits.items()
        }
        (again,) = check_days([check.day], HERE, replace(facts, limits=fuller, cap=2, cap_days=frozenset()))
        assert check.exact == (again.problem in ("unit_full", "below_minimum"))


@relaxed
@given(
    applicants=st.lists(many_days, min_size=1, max_size=6),
    quota=st.integers(0, 3),
    minimum=st.integers(0, 6),
)
def test_whoever_comes_first_granted_never_exceeds_quota_and_never_breaks_the_minimum(applicants, quota, minimum):
    staff = 6
    away = Counter()
    for asked in applicants:
        limits = {
            TODAY + timedelta(days=offset): (
                LimitOn(unit="Hukum", away=away[TODAY + timedelta(days=offset)], quota=quota),
                LimitOn(unit="Hukum", on_site=staff - away[TODAY + timedelta(days=offset)], minimum=minimum),
            )
            for offset in range(SPAN)
        }
        away.update(passing(check_days(asked, HERE, replace(FACTS, limits=limits))))

    assert all(count <= quota and staff - count >= minimum for count in away.values() if count)


@relaxed
@given(asked=many_days, facts=facts_of_one())
def test_hours_look_at_neither_cap_nor_limits(asked, facts):
    free = replace(facts, limits={}, cap=0, taken={})

    for check in check_days(asked, ("time",), replace(facts, taken={})):
        assert check.problem in ("", "holiday", "absent")
    assert passing(check_days(asked, ("time",), replace(facts, taken={}))) == passing(
        check_days(asked, ("time",), free)
    )
