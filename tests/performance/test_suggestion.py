"""The arithmetic behind a suggested rating, the middle of the seven values, and all nine cells of the matrix."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.enums import PeriodKind, Predicate, Rating
from performance.matrix import MATRIX, predicate_of
from performance.periods import first_period, last_closed_period, period_around
from performance.suggestion import OutputFigures, behaviour_of, count, suggested

END = date(2026, 9, 30)


def output(days: int | None, rating: str = "", *, due: date = date(2026, 9, 10), amount: int = 5) -> OutputFigures:
    """Target 5; delivered `days` after it was due (negative: before), or not at all."""
    on = None if days is None else due + timedelta(days=days)
    return OutputFigures(due, Decimal(5), Decimal(amount if on else 0), on, rating)


def figures(*outputs: OutputFigures, until: date = END):
    return count(outputs, until=until, above_from_pct=100, meets_from_pct=80)


@pytest.mark.parametrize(
    ("results", "behaviour", "predicate"),
    [
        ("above", "above", "sangat_baik"),
        ("above", "meets", "baik"),
        ("above", "below", "kurang"),
        ("meets", "above", "baik"),
        ("meets", "meets", "baik"),
        ("meets", "below", "kurang"),
        ("below", "above", "butuh_perbaikan"),
        ("below", "meets", "butuh_perbaikan"),
        ("below", "below", "sangat_kurang"),
    ],
)
def test_each_cell_of_the_matrix(results: str, behaviour: str, predicate: str) -> None:
    assert predicate_of(results=results, behaviour=behaviour) == Predicate(predicate)
    assert len(MATRIX) == 9


def test_counts_by_hand() -> None:
    counted = figures(
        output(-1), output(0, Rating.ABOVE), output(3, Rating.BELOW), output(None), output(0, due=date(2026, 10, 5))
    )
    assert (counted.due, counted.on_time, counted.late, counted.missing) == (4, 2, 1, 1)
    assert (counted.rated_above, counted.rated_below, counted.on_time_pct) == (1, 1, 50)


@pytest.mark.parametrize(
    ("outputs", "rating"),
    [
        ((), None),
        ((output(0, due=date(2026, 12, 1)),), None),
        ((output(0),), Rating.MEETS),
        ((output(0, Rating.ABOVE),), Rating.ABOVE),
        ((output(0, Rating.ABOVE), output(0, Rating.BELOW)), Rating.MEETS),
        ((output(0),) * 4 + (output(1),), Rating.MEETS),
        ((output(0),) * 3 + (output(1),), Rating.BELOW),
        ((output(0, amount=4),), Rating.BELOW),
        ((output(None),), Rating.BELOW),
        ((output(0, Rating.BELOW), output(0, Rating.BELOW), output(0)), Rating.BELOW),
        ((output(0, Rating.BELOW), output(0)), Rating.MEETS),
    ],
)
def test_what_is_suggested(outputs: tuple[OutputFigures, ...], rating: Rating | None) -> None:
    assert suggested(figures(*outputs)) == rating


def test_what_came_after_the_last_day_is_not_there_yet() -> None:
    counted = figures(output(20), until=date(2026, 9, 20))
    assert (counted.late, counted.missing) == (0, 1)


@given(st.lists(st.sampled_from([-2, 0, 1, 40, None]), max_size=30))
def test_every_output_due_has_one_fate(days: list[int | None]) -> None:
    counted = figures(*(output(day) for day in days))
    assert counted.on_time + counted.late + counted.missing == counted.due == len(days)


@pytest.mark.parametrize(
    ("ratings", "middle"),
    [
        (["above"] * 4 + ["below"] * 3, "above"),
        (["above"] * 3 + ["meets"] + ["below"] * 3, "meets"),
        (["below"] * 4 + ["above"] * 3, "below"),
        (["meets"] * 7, "meets"),
    ],
)
def test_behaviour_is_the_middle_of_the_seven(ratings: list[str], middle: str) -> None:
    assert behaviour_of(ratings) == Rating(middle)


def test_behaviour_without_a_rating_is_refused() -> None:
    with pytest.raises(ValueError):
        behaviour_of([])


def test_periods() -> None:
    assert period_around(PeriodKind.MONTH, date(2028, 2, 10)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert period_around(PeriodKind.QUARTER, date(2026, 11, 24)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert period_around(PeriodKind.YEAR, date(2026, 11, 24)) == (date(2026, 1, 1), date(2026, 12, 31))
    assert last_closed_period(PeriodKind.QUARTER, date(2027, 1, 1)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert first_period(date(2026, 8, 31), 2) == (date(2026, 8, 31), date(2026, 10, 30))
    with pytest.raises(ValueError):
        period_around(PeriodKind.FIRST, date(2026, 1, 1))
