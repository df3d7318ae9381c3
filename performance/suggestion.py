"""What rating of the results the outputs of a period suggest, with the arithmetic that leads there. Pure values.

The rule (DESIGN, its limits are terms): of the outputs due in the period, the share delivered on time.
- `below` where the share is under `meets_from_pct`, or more than half of what is due was rated below expectation;
- `above` where the share reaches `above_from_pct`, one output at least was rated above and none below;
- `meets` otherwise; nothing at all where no output was due: a leader then judges without a suggestion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from statistics import median_low

from performance.enums import Rating

RATING_ORDER = {Rating.BELOW: 0, Rating.MEETS: 1, Rating.ABOVE: 2}


@dataclass(frozen=True)
class OutputFigures:
    """An output as the arithmetic sees it; amounts in its own measure."""

    due_on: date
    target: Decimal
    delivered: Decimal
    delivered_on: date | None
    rating: str = ""


@dataclass(frozen=True)
class Arithmetic:
    """Outputs of a period, counted. `due` = `on_time` + `late` + `missing`."""

    due: int
    on_time: int
    late: int
    missing: int
    rated_above: int
    rated_meets: int
    rated_below: int
    above_from_pct: int
    meets_from_pct: int

    @property
    def on_time_pct(self) -> int | None:
        """Whole percent, rounded down, so that a limit is reached only when it really is."""
        return self.on_time * 100 // self.due if self.due else None

    def as_json(self) -> dict[str, int | None]:
        return {**asdict(self), "on_time_pct": self.on_time_pct}


def count(outputs: Iterable[OutputFigures], *, until: date, above_from_pct: int, meets_from_pct: int) -> Arithmetic:
    """What was due by `until`, the last day that counts; what is due later does not count yet."""
    fates: Counter[str] = Counter()
    ratings: Counter[str] = Counter()
    for output in outputs:
        if output.due_on > until:
            continue
        fates[_fate(output, until)] += 1
        ratings[output.rating] += 1
    return Arithmetic(
        due=fates.total(),
        on_time=fates["on_time"],
        late=fates["late"],
        missing=fates["missing"],
        rated_above=ratings[Rating.ABOVE],
        rated_meets=ratings[Rating.MEETS],
        rated_below=ratings[Rating.BELOW],
        above_from_pct=above_from_pct,
        meets_from_pct=meets_from_pct,
    )


def _fate(output: OutputFigures, until: date) -> str:
    reached = output.delivered >= output.target and output.delivered_on is not None
    if not reached or output.delivered_on is None or output.delivered_on > until:
        return "missing"
    return "on_time" if output.delivered_on <= output.due_on else "late"


def suggested(figures: Arithmetic) -> Rating | None:
    """The rule of this module; None without outputs."""
    share = figures.on_time_pct
    if share is None:
        return None
    if share < figures.meets_from_pct or figures.rated_below * 2 > figures.due:
        return Rating.BELOW
    if share >= figures.above_from_pct and figures.rated_above and not figures.rated_below:
        return Rating.ABOVE
    return Rating.MEETS


def behaviour_of(ratings: Iterable[str]) -> Rating:
    """The middle one of the ratings of the seven values (DESIGN). ValueError without any."""
    values = [RATING_ORDER[Rating(rating)] for rating in ratings]
    if not values:
        raise ValueError("no rating of behaviour")
    middle = median_low(values)
    return next(rating for rating, place in RATING_ORDER.items() if place == middle)
