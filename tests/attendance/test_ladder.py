"""The ladder of PP 94/2021 at each of its edges, and minutes that add up to days."""

import pytest

from attendance.ladder import LADDER_PNS, Rung, Tally, longest_run, next_rung, reached

# The table of the law as it is printed: days from, days until, the sanction it names.
PRINTED = [
    (3, 3, "verbal"), (4, 6, "written reprimand"), (7, 10, "dissatisfaction"), (11, 13, "6 months"),
    (14, 16, "9 months"), (17, 20, "12 months"), (21, 24, "demotion"), (25, 27, "relieved"), (28, 400, "dismissal"),
]  # fmt: skip


def words(tally: Tally, per_day: int = 450) -> list[str]:
    from django.utils import translation

    with translation.override("en"):
        return [str(rung.label) for rung in reached(tally, LADDER_PNS, minutes_per_day=per_day)]


@pytest.mark.parametrize("days", range(32))
def test_every_number_of_days_reaches_the_step_of_the_printed_table(days):
    expected = next((word for first, last, word in PRINTED if first <= days <= last), None)
    found = words(Tally(days, 0))
    assert len(found) == (expected is not None)
    assert expected is None or expected in found[0]


@pytest.mark.parametrize(
    ("absent", "minutes", "per_day", "days", "rest"),
    [(0, 449, 450, 0, 449), (0, 450, 450, 1, 0), (2, 449, 450, 2, 449), (2, 450, 450, 3, 0), (0, 1350, 450, 3, 0),
     (1, 1000, 510, 2, 490), (0, 0, 450, 0, 0)],
)  # fmt: skip
def test_minutes_add_up_to_days(absent, minutes, per_day, days, rest):
    tally = Tally(absent, minutes)
    assert (tally.days(per_day), tally.rest(per_day)) == (days, rest)
    assert bool(words(tally, per_day)) == (days >= 3)


@pytest.mark.parametrize(("run", "steps"), [(9, 1), (10, 2), (11, 2)])
def test_ten_days_in_a_row_are_a_step_of_their_own(run, steps):
    assert len(words(Tally(run, 0, run))) == steps


def test_minutes_make_no_day_in_a_row():
    assert words(Tally(0, 9 * 450, 9)) == words(Tally(9, 0))


@pytest.mark.parametrize(
    ("days", "run"),
    [("", 0), ("x", 1), ("xx.x", 2), ("x.xxx", 3), (".", 0), ("xxxxxxxxxx", 10)],
)
def test_a_row_is_broken_by_a_day_that_is_not_without_a_reason(days, run):
    assert longest_run(day == "x" for day in days) == run


@pytest.mark.parametrize(("days", "following"), [(0, 3), (3, 4), (6, 7), (27, 28), (28, None)])
def test_the_next_step(days, following):
    rung = next_rung(Tally(days, 0), LADDER_PNS, minutes_per_day=450)
    assert (rung.days if rung else None) == following


def test_an_agency_without_steps_of_its_own_has_none():
    assert reached(Tally(30, 0, 30), [], minutes_per_day=450) == []
    assert next_rung(Tally(1, 0), [Rung(5, "teguran")], minutes_per_day=450).days == 5
