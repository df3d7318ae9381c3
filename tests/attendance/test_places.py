"""Which place fits, which time counts: tables over plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attendance.entry_times import counted_time
from attendance.enums import Confidence, DistanceBand, MatchedPlace
from attendance.places import Place, ValidPlaces, match, metres_between
from tests.attendance.presence_kit import FAR_AT, HOME_AT, OFFICE_AT, near

OFFICE = Place("placement", *OFFICE_AT, site_id=1)
OTHER = Place("other_office", *OFFICE_AT, site_id=2)
HOME = Place("home", *HOME_AT)
WAITING = Place("home_unconfirmed", *HOME_AT)
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def found(position: Any, *places: Place, **valid: bool) -> tuple[str, str, str]:
    matched = match(position, ValidPlaces(places, **valid), radius_m=200, max_accuracy_m=100)
    assert matched.place in MatchedPlace.values
    assert matched.band in DistanceBand.values
    assert matched.confidence in Confidence.values
    return matched.place, matched.band, matched.confidence


def test_a_degree_is_as_long_as_it_is() -> None:
    assert metres_between(near(OFFICE_AT, 1000), OFFICE) == pytest.approx(1000, abs=0.2)
    assert metres_between(OFFICE, OFFICE) == 0


@pytest.mark.parametrize(
    ("metres", "accuracy", "band", "confidence"),
    [
        (0, 100, "inside", "high"),
        (199.5, 100, "inside", "high"),
        (199.5, 101, "inside", "medium"),
        (199.5, 200, "inside", "medium"),
        (199.5, 201, "inside", "low"),
        (199.5, None, "inside", "low"),
        (200.5, 100, "near", "medium"),
        (399.5, 101, "near", "low"),
    ],
)
def test_bands_and_grades(metres: float, accuracy: int | None, band: str, confidence: str) -> None:
    assert found(near(OFFICE_AT, metres, accuracy), OFFICE) == ("placement", band, confidence)


def test_beyond_twice_the_radius_it_is_elsewhere() -> None:
    assert found(near(OFFICE_AT, 400.5, 20), OFFICE) == ("elsewhere", "far", "high")
    assert found(near(FAR_AT, 0, 500), OFFICE) == ("elsewhere", "far", "low")


def test_without_a_position_nothing_is_known() -> None:
    assert found(None, OFFICE) == ("unknown", "unknown", "unknown")


def test_within_goes_before_near_and_the_own_office_before_another() -> None:
    beside = Place("other_office", OFFICE_AT[0] + 0.0027, OFFICE_AT[1], site_id=9)  # 300 m north
    assert found(near(OFFICE_AT, 290), OFFICE, beside)[:2] == ("other_office", "inside")
    assert found(near(OFFICE_AT), OTHER, OFFICE)[0] == "placement"
    assert found(near(HOME_AT), OFFICE, WAITING)[0] == "home_unconfirmed"
    assert found(near(HOME_AT), OFFICE, WAITING, HOME)[0] == "home"


def test_a_home_nobody_set_is_not_yet_confirmed_and_never_elsewhere() -> None:
    assert found(near(FAR_AT), OFFICE, home_without_point=True) == ("home_unconfirmed", "unknown", "low")
    assert found(near(OFFICE_AT), OFFICE, home_without_point=True)[0] == "placement"


def test_a_place_granted_in_words_has_no_point() -> None:
    assert found(near(FAR_AT), OFFICE, granted_in_words=True) == ("granted", "unknown", "low")


@pytest.mark.parametrize(
    ("made", "sent", "queued", "counts", "late"),
    [
        pytest.param(-MINUTE * 90, None, False, 0 * MINUTE, False, id="not queued: the server's time"),
        pytest.param(None, None, True, 0 * MINUTE, False, id="no time of the device"),
        pytest.param(-MINUTE * 90, None, True, -MINUTE * 90, True, id="queued for an hour and a half"),
        pytest.param(-MINUTE / 2, None, True, -MINUTE / 2, False, id="queued for seconds"),
        pytest.param(-DAY * 7, None, True, -DAY * 7, True, id="as old as allowed"),
        pytest.param(-DAY * 7 - MINUTE, None, True, 0 * MINUTE, True, id="too old: the server's time, marked"),
        pytest.param(MINUTE * 5, None, True, 0 * MINUTE, False, id="the future is not believed"),
        pytest.param(MINUTE / 2, None, True, 0 * MINUTE, False, id="half a minute ahead"),
        pytest.param(-MINUTE * 120, -MINUTE * 60, True, -MINUTE * 60, True, id="a clock an hour slow"),
        pytest.param(MINUTE * 30, MINUTE * 60, True, -MINUTE * 30, True, id="a clock an hour fast"),
        pytest.param(-MINUTE * 90, -MINUTE / 2, True, -MINUTE * 90, True, id="half a minute on the way"),
    ],
)
def test_the_time_that_counts(
    made: timedelta | None, sent: timedelta | None, queued: bool, counts: timedelta, late: bool
) -> None:
    at, is_late = counted_time(
        received_at=NOW,
        client_at=None if made is None else NOW + made,
        sent_at=None if sent is None else NOW + sent,
        was_queued=queued,
        late_sync_days=7,
    )
    assert (at - NOW, is_late) == (counts, late)
