"""Results x behaviour -> predicate: the matrix of PermenPANRB 6/2022. Pure values.

Source: regulation 4; the cell values are widely used but (unverified). Mark L: they change only with the regulation.
What comes out is Fleksibel's own and advisory; the official predicate is e-Kinerja's.
"""

from __future__ import annotations

from performance.enums import Predicate, Rating

MATRIX: dict[tuple[str, str], Predicate] = {
    (Rating.ABOVE, Rating.ABOVE): Predicate.VERY_GOOD,
    (Rating.ABOVE, Rating.MEETS): Predicate.GOOD,
    (Rating.ABOVE, Rating.BELOW): Predicate.POOR,
    (Rating.MEETS, Rating.ABOVE): Predicate.GOOD,
    (Rating.MEETS, Rating.MEETS): Predicate.GOOD,
    (Rating.MEETS, Rating.BELOW): Predicate.POOR,
    (Rating.BELOW, Rating.ABOVE): Predicate.NEEDS_IMPROVEMENT,
    (Rating.BELOW, Rating.MEETS): Predicate.NEEDS_IMPROVEMENT,
    (Rating.BELOW, Rating.BELOW): Predicate.VERY_POOR,
}


def predicate_of(*, results: str, behaviour: str) -> Predicate:
    """The cell of the matrix. KeyError for anything that is no rating."""
    return MATRIX[(results, behaviour)]
