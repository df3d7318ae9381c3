"""Clock times as instants: shifts across midnight, both sides of it, and days about which nothing is known."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from attendance.typed_times import at, entry_instants

DAY = date(2026, 11, 23)
WITA = "Asia/Makassar"


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(WITA))


OFFICE = (on(23, 7, 30), on(23, 16))
NIGHT = (on(23, 21), on(24, 7))
EARLY = (on(23, 0, 0), on(23, 8))
LATE = (on(23, 16), on(24, 0))


@pytest.mark.parametrize(
    ("shift", "check_in", "check_out", "expected"),
    [
        (OFFICE, time(7, 25), time(16, 5), (on(23, 7, 25), on(23, 16, 5))),
        (OFFICE, time(7, 25), None, (on(23, 7, 25), None)),
        (OFFICE, None, time(0, 20), (None, on(24, 0, 20))),  # worked late into the night
        (NIGHT, time(20, 55), time(7, 10), (on(23, 20, 55), on(24, 7, 10))),
        (NIGHT, time(0, 15), None, (on(24, 0, 15), None)),  # came late, after midnight
        (NIGHT, None, time(6, 58), (None, on(24, 6, 58))),
        (NIGHT, None, time(23, 30), (None, on(23, 23, 30))),  # left early, before midnight
        (EARLY, time(23, 50), time(8, 5), (on(22, 23, 50), on(23, 8, 5))),  # came before midnight
        (LATE, time(15, 50), time(0, 3), (on(23, 15, 50), on(24, 0, 3))),
        ((None, None), time(8), time(17), (on(23, 8), on(23, 17))),
        ((None, None), time(22), time(6), (on(23, 22), on(24, 6))),
        ((None, None), None, time(6), (None, on(23, 6))),
    ],
)
def test_a_clock_time_is_the_one_nearest_to_its_shift(shift, check_in, check_out, expected):
    start, end = shift
    assert entry_instants(DAY, WITA, check_in=check_in, check_out=check_out, start=start, end=end) == expected


def test_a_check_out_never_lies_before_the_check_in():
    entered, left = entry_instants(DAY, WITA, check_in=time(8), check_out=time(8), start=OFFICE[0], end=OFFICE[1])
    assert (entered, left) == (on(23, 8), on(24, 8))


@pytest.mark.parametrize(("zone", "utc_hour"), [("Asia/Jakarta", 0), ("Asia/Makassar", 23), ("Asia/Jayapura", 22)])
def test_the_zone_is_the_units(zone, utc_hour):
    assert at(DAY, time(7), zone).astimezone(ZoneInfo("UTC")).hour == utc_hour
