"""Which valid place a position fits, how near, and how far that can be trusted. Plain values only.

The valid places are a set per person and date; nothing here refuses an entry. Figures are the agency's (regulation 8
`presence.radius_m`, `presence.max_accuracy_m`); bands and grades are DESIGN.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

EARTH_M = 6_371_000
PLACEMENT, OTHER_OFFICE, HOME, HOME_UNCONFIRMED = "placement", "other_office", "home", "home_unconfirmed"
GRANTED, ELSEWHERE, UNKNOWN = "granted", "elsewhere", "unknown"
INSIDE, NEAR, FAR = "inside", "near", "far"
HIGH, MEDIUM, LOW = "high", "medium", "low"
# Where two places fit equally well, the one that says most about the day counts.
_RANK = {place: number for number, place in enumerate((PLACEMENT, OTHER_OFFICE, HOME, HOME_UNCONFIRMED))}


@dataclass(frozen=True)
class Position:
    """Degrees (WGS 84) and the radius in metres that the device itself claims; in memory and sealed only."""

    latitude: float
    longitude: float
    accuracy_m: int | None = None


@dataclass(frozen=True)
class Place:
    """A valid place with its point; `site_id` where it is an office."""

    kind: str
    latitude: float
    longitude: float
    site_id: int | None = None


@dataclass(frozen=True)
class ValidPlaces:
    """Where somebody may be on a date. Two kinds have no point to compare with.

    `home_without_point`: works at home that day, but no point of the home was ever set.
    `granted_in_words`: a granted place or field task that is only described.
    """

    places: tuple[Place, ...] = field(default_factory=tuple)
    home_without_point: bool = False
    granted_in_words: bool = False


@dataclass(frozen=True)
class Match:
    """What is kept with an entry instead of its position."""

    place: str = UNKNOWN
    band: str = UNKNOWN
    confidence: str = UNKNOWN
    accuracy_m: int | None = None
    site_id: int | None = None


def metres_between(one: Position | Place, other: Position | Place) -> float:
    """Distance along the surface (haversine)."""
    lat_1, lat_2 = math.radians(one.latitude), math.radians(other.latitude)
    half_lat = (lat_2 - lat_1) / 2
    half_lon = math.radians(other.longitude - one.longitude) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(min(1.0, chord)))


def match(position: Position | None, valid: ValidPlaces, *, radius_m: int, max_accuracy_m: int) -> Match:
    """The nearest valid place within twice the radius; else what the day itself tells, or "elsewhere"."""
    if position is None:
        return Match()
    found = _nearest(position, valid.places, radius_m)
    if found is not None:
        place, band = found
        confidence = _confidence(position.accuracy_m, band, max_accuracy_m)
        return Match(place.kind, band, confidence, position.accuracy_m, place.site_id)
    if valid.home_without_point:
        return Match(HOME_UNCONFIRMED, UNKNOWN, LOW, position.accuracy_m)
    if valid.granted_in_words:
        return Match(GRANTED, UNKNOWN, LOW, position.accuracy_m)
    return Match(ELSEWHERE, FAR, _confidence(position.accuracy_m, INSIDE, max_accuracy_m), position.accuracy_m)


def _nearest(position: Position, places: Iterable[Place], radius_m: int) -> tuple[Place, str] | None:
    """The place that fits best, with its band: within the radius goes before near, then the kind, then the metres."""
    fitting = []
    for place in places:
        metres = metres_between(position, place)
        if metres <= 2 * radius_m:
            band = INSIDE if metres <= radius_m else NEAR
            fitting.append((band == NEAR, _RANK[place.kind], metres, place.site_id or 0, place, band))
    if not fitting:
        return None
    *_order, place, band = min(fitting, key=lambda item: item[:4])
    return place, band


def _confidence(accuracy_m: int | None, band: str, max_accuracy_m: int) -> str:
    """High: within the radius, by a good fix. Medium: one of the two is only near. Low: everything else."""
    if accuracy_m is None or accuracy_m > 2 * max_accuracy_m:
        return LOW
    if accuracy_m <= max_accuracy_m:
        return HIGH if band == INSIDE else MEDIUM
    return MEDIUM if band == INSIDE else LOW
