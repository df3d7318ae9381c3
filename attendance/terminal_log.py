"""What the presses on a terminal mean: repeated ones, and wrong keys that can be understood. Plain values.

Every press keeps the direction of its key, unless one of these rules, and no other, tells that the wrong key was hit
(DESIGN; each is told with the import, and the key that was pressed stays in the row):

- *by the day*: of one part of work somebody pressed check-in only, twice or more, the last time not earlier before the
  end than the minutes that a missing check-out counts: the last one is the check-out. The same the other way round:
  check-out only, the first one not later after the start than a missing check-in counts, which then is the check-in.
  So nobody loses more by being understood than by a missing entry.
- *by the schedule*: the only press of a part is a check-in at or after its end, which is the check-out; or a check-out
  at or before its start, which is the check-in.

A press belongs to the part whose times are nearest, and to none outside the minutes before and after it that the terms
allow. Without a part (a day off, no placement) the key always stands.

A second press of the same key within the minutes of the terms is the same press. Of check-ins the first is kept, of
check-outs the last, so that nobody loses a minute by pressing twice.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

IN, OUT = "in", "out"
BY_DAY, BY_SCHEDULE = "day", "schedule"


@dataclass(frozen=True)
class Press:
    """One press of a person's. `line`: where it stands in the file; 0 for an entry that is on record already."""

    person: int
    at: datetime
    key: str
    line: int = 0

    @property
    def is_known(self) -> bool:
        return self.line == 0


@dataclass(frozen=True)
class Part:
    """A part of work, from `start` to `end`."""

    start: datetime
    end: datetime

    def distance(self, at: datetime) -> timedelta:
        """How far a moment lies outside the part."""
        return max(self.start - at, at - self.end, timedelta())


@dataclass(frozen=True)
class Limits:
    """From the terms: how long before and after a part its entries lie, and what a missing entry counts."""

    before: timedelta
    after: timedelta
    missing_in: timedelta
    missing_out: timedelta


@dataclass(frozen=True)
class Understood:
    """A wrong key: what it means, and by which rule."""

    direction: str
    rule: str


def repeated(presses: Iterable[Press], within: timedelta) -> set[int]:
    """Lines that repeat another press of the same person and key. Those on record are never among them."""
    found: set[int] = set()
    by_key: dict[tuple[int, str], list[Press]] = defaultdict(list)
    for press in presses:
        by_key[press.person, press.key].append(press)
    for (_person, key), own in by_key.items():
        # Check-ins from the first on, check-outs from the last back; at the same moment, what is on record goes first.
        sign = 1 if key == IN else -1
        kept: datetime | None = None
        for press in sorted(own, key=lambda one: (sign * one.at.timestamp(), one.line)):
            if not press.is_known and kept is not None and abs(press.at - kept) <= within:
                found.add(press.line)
            else:
                kept = press.at
    return found


def understand(presses: Iterable[Press], parts: Mapping[int, Sequence[Part]], limits: Limits) -> dict[int, Understood]:
    """Wrong keys by line. `presses` without repeated ones, those on record among them; `parts` per person, in order."""
    found: dict[int, Understood] = {}
    by_part: dict[tuple[int, int], list[Press]] = defaultdict(list)
    ends = {person: [part.end for part in own] for person, own in parts.items()}
    for press in presses:
        number = _part_of(press.at, parts.get(press.person, ()), ends.get(press.person, []), limits)
        if number is not None:
            by_part[press.person, number].append(press)
    for (person, number), own in by_part.items():
        own.sort(key=lambda one: (one.at, one.line))
        wrong = _wrong_key(own, parts[person][number], limits)
        if wrong is not None and not wrong[0].is_known:
            found[wrong[0].line] = wrong[1]
    return found


def _part_of(at: datetime, parts: Sequence[Part], ends: list[datetime], limits: Limits) -> int | None:
    """The nearest part whose minutes before and after hold the moment; of two as near, the one that ended."""
    first = bisect_left(ends, at)
    near = [
        number
        for number in range(max(first - 1, 0), min(first + 2, len(parts)))
        if parts[number].start - limits.before <= at <= parts[number].end + limits.after
    ]
    return min(near, key=lambda number: (parts[number].distance(at), number), default=None)


def _wrong_key(own: Sequence[Press], part: Part, limits: Limits) -> tuple[Press, Understood] | None:
    keys = {press.key for press in own}
    first, last = own[0], own[-1]
    if keys == {IN}:
        if len(own) > 1 and last.at >= part.end - limits.missing_out:
            return last, Understood(OUT, BY_DAY)
        if len(own) == 1 and last.at >= part.end:
            return last, Understood(OUT, BY_SCHEDULE)
    if keys == {OUT}:
        if len(own) > 1 and first.at <= part.start + limits.missing_in:
            return first, Understood(IN, BY_DAY)
        if len(own) == 1 and first.at <= part.start:
            return first, Understood(IN, BY_SCHEDULE)
    return None
