"""The expected distribution of predicates by the achievement of a unit, beside the real one. Information only.

Nobody's predicate follows from a curve. Source: annex 4 to PermenPANRB 6/2022 draws the curves without figures [P]; the
figures here are DESIGN, and an agency puts its own in their place by dated rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from performance.enums import Achievement, Predicate
from performance.models import ExpectedShare

# Fewer people are told apart too easily.
FEWEST = 5
WHOLE = 100

Shares = dict[str, int]

_COLUMNS = (Predicate.VERY_GOOD, Predicate.GOOD, Predicate.NEEDS_IMPROVEMENT, Predicate.POOR, Predicate.VERY_POOR)
DEFAULTS: dict[str, Shares] = {
    str(achievement): dict(zip(map(str, _COLUMNS), shares, strict=True))
    for achievement, shares in {
        Achievement.SPECIAL: (60, 35, 5, 0, 0),
        Achievement.GOOD: (20, 65, 10, 3, 2),
        Achievement.NEEDS_IMPROVEMENT: (10, 25, 45, 15, 5),
        Achievement.POOR: (5, 15, 25, 45, 10),
        Achievement.VERY_POOR: (0, 5, 15, 35, 45),
    }.items()
}


@dataclass(frozen=True)
class Curve:
    """Expected percent by predicate for one achievement; `valid_from` is empty for the figures of the design."""

    achievement: str
    shares: Shares
    valid_from: date | None = None

    @property
    def word(self) -> str:
        return str(Achievement(self.achievement).label)


@dataclass(frozen=True)
class Distribution:
    """How many people have which predicate. `is_shown`: there are enough of them."""

    counts: Mapping[str, int]

    @property
    def people(self) -> int:
        return sum(self.counts.values())

    @property
    def is_shown(self) -> bool:
        return self.people >= FEWEST

    def pct(self, predicate: str) -> float | None:
        """Percent with one decimal; None for a small group."""
        return round(self.counts.get(predicate, 0) * 100 / self.people, 1) if self.is_shown else None


def curves_on(day: date) -> list[Curve]:
    """The curve of each achievement in force on a day; one query."""
    own: dict[str, Shares] = {}
    since: dict[str, date] = {}
    for row in ExpectedShare.objects.active_on(day):
        own.setdefault(row.achievement, {})[row.predicate] = row.pct
        since[row.achievement] = row.valid_from
    return [
        Curve(code, own[code], since[code]) if sum(own.get(code, {}).values()) == WHOLE else Curve(code, default)
        for code, default in DEFAULTS.items()
    ]


def curve_of(achievement: str, day: date) -> Curve:
    """The curve of one achievement in force on a day."""
    return next(curve for curve in curves_on(day) if curve.achievement == achievement)


def counted(predicates: Iterable[tuple[str, int]]) -> Distribution:
    """From pairs of predicate and number."""
    return Distribution({predicate: number for predicate, number in predicates if predicate})
