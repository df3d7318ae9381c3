"""Working days and hours against the figures of Perpres 21/2023 Art 4 and regulation 2."""

from datetime import date, time

import pytest

from organization.working_hours import add_working_days, day_minutes, standard_day, working_days_between

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("day", "ramadan", "start", "end", "break_min", "work_min"),
    [
        pytest.param(MONDAY, False, time(7, 30), time(16, 0), 60, 450, id="Mon"),
        pytest.param(FRIDAY, False, time(7, 30), time(16, 30), 90, 450, id="Fri"),
        pytest.param(MONDAY, True, time(8, 0), time(15, 0), 30, 390, id="Ramadan-Mon"),
        pytest.param(FRIDAY, True, time(8, 0), time(15, 30), 60, 390, id="Ramadan-Fri"),
    ],
)
def test_standard_day(day, ramadan, start, end, break_min, work_min):
    found = standard_day(day, ramadan=ramadan)

    assert (found.start, found.end, found.break_min, found.work_min) == (start, end, break_min, work_min)


def test_five_days_make_the_weekly_hours():
    assert (5 * day_minutes(ramadan=False), 5 * day_minutes(ramadan=True)) == (2250, 1950)


def test_working_days_step_over_weekends_and_holidays():
    holidays = {date(2026, 12, 24), date(2026, 12, 25)}

    assert add_working_days(date(2026, 12, 22), 3, holidays) == date(2026, 12, 29)
    assert working_days_between(date(2026, 12, 22), date(2026, 12, 29), holidays) == 3
    assert working_days_between(date(2026, 12, 29), date(2026, 12, 22), holidays) == -3


def test_a_clock_that_starts_on_a_weekend_starts_on_monday():
    assert add_working_days(date(2026, 11, 28), 0, set()) == date(2026, 11, 30)
