"""Days of absence without a reason, and the steps of the law at which the supervisor must be told. Plain values.

The system only tells; what follows is decided by people (PP 94/2021 Art 26(1) [S]: the supervisor calls and examines).

Source: PP 94/2021 [S: GoRiau, Kompas]; severe steps Art 11(2)(d) [Q]; Arts 9(2) and 10(2) for the others (unverified).
Minutes late and early add up, 7 h 30 min to a day (unverified, so a setting); the year is January to December
(unverified).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Rung:
    """A step of a ladder: reached with `days` days in the year, or with so many in a row."""

    days: int
    label: str | Promise
    is_consecutive: bool = False


#: Kinds of employee whose ladder is law; the others follow the agency's own steps.
LEGAL_KINDS: Final = ("pns", "cpns")

LADDER_PNS: Final = (
    Rung(3, _("light: verbal reprimand (PP 94/2021 Art 9(2))")),
    Rung(4, _("light: written reprimand (PP 94/2021 Art 9(2))")),
    Rung(7, _("light: written statement of dissatisfaction (PP 94/2021 Art 9(2))")),
    Rung(11, _("medium: allowance cut by a quarter for 6 months (PP 94/2021 Art 10(2))")),
    Rung(14, _("medium: allowance cut by a quarter for 9 months (PP 94/2021 Art 10(2))")),
    Rung(17, _("medium: allowance cut by a quarter for 12 months (PP 94/2021 Art 10(2))")),
    Rung(21, _("severe: demotion for 12 months (PP 94/2021 Art 11(2)(d))")),
    Rung(25, _("severe: relieved of the position for 12 months (PP 94/2021 Art 11(2)(d))")),
    Rung(28, _("severe: honourable dismissal (PP 94/2021 Art 11(2)(d))")),
    Rung(10, _("severe: 10 days in a row (PP 94/2021 Arts 11(2)(d), 15(2))"), is_consecutive=True),
)


@dataclass(frozen=True)
class Tally:
    """What a year has brought: days without a reason, minutes, the longest run of such days in a row."""

    absent_days: int
    minutes: int
    run_days: int = 0

    def days(self, minutes_per_day: int) -> int:
        """Days that count: whole days, and one for every full `minutes_per_day` minutes."""
        return self.absent_days + self.minutes // minutes_per_day

    def rest(self, minutes_per_day: int) -> int:
        """Minutes that do not make a day yet."""
        return self.minutes % minutes_per_day


def reached(tally: Tally, ladder: Iterable[Rung], *, minutes_per_day: int) -> list[Rung]:
    """The highest step reached by days in the year, and the highest by days in a row; minutes make no day in a row."""
    days = tally.days(minutes_per_day)
    by_year = [rung for rung in ladder if not rung.is_consecutive and rung.days <= days]
    in_row = [rung for rung in ladder if rung.is_consecutive and rung.days <= tally.run_days]
    return [max(rungs, key=lambda rung: rung.days) for rungs in (by_year, in_row) if rungs]


def next_rung(tally: Tally, ladder: Sequence[Rung], *, minutes_per_day: int) -> Rung | None:
    """The next step by days in the year; none above the last."""
    days = tally.days(minutes_per_day)
    above = [rung for rung in ladder if not rung.is_consecutive and rung.days > days]
    return min(above, key=lambda rung: rung.days, default=None)


def longest_run(days: Iterable[bool]) -> int:
    """The longest row of days without a reason, over the working days in order."""
    longest = current = 0
    for is_unexcused in days:
        current = current + 1 if is_unexcused else 0
        longest = max(longest, current)
    return longest
