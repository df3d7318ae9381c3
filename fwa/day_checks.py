"""Whether a date can be granted, and which nearby dates can: plain values, no database, no clock.

The same function serves the preview while typing, the check on sending, and the decision under lock.
Order of telling: PermenPANRB 4/2025 Art 13 [Q] for the cap and the quota; the rest DESIGN (regulation 8).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

LOCATION = "location"
# Codes of fwa.enums.DateProblem, which needs Django.
PAST, TOO_FAR, HOLIDAY, NOT_PLACED, ABSENT, CLASH = "past", "too_far", "holiday", "not_placed", "absent", "clash"
UNIT_CLOSED, OVER_CAP, UNIT_FULL, BELOW_MINIMUM = "unit_closed", "over_cap", "unit_full", "below_minimum"
ROSTERED = "rostered"

NEARBY_DAYS = 7
MAX_ALTERNATIVES = 2


@dataclass(frozen=True)
class LimitOn:
    """What a unit (or one above it) allows on a day, before this person is counted.

    `away` of `quota` places are taken (none: no quota); `on_site` people are expected, `minimum` must be
    (none: no minimum); `group` names the position group that the minimum is about.
    """

    unit: str
    away: int = 0
    quota: int | None = None
    on_site: int = 0
    minimum: int | None = None
    group: str = ""


@dataclass(frozen=True)
class PersonFacts:
    """Everything about one person and their units that the checks look at.

    `taken`: (day, facet) -> reference of the arrangement or request there. `absent`: day -> kind of absence.
    `cap_days`: days that take one of the weekly days already. `placed`: days with a placement (none: always).
    `period`: the days asked for lie in it, and so do the dates offered instead (none: anywhere near).
    `exempt`: periods in which the weekly cap does not bind (special circumstance, Art 13 [Q]).
    `rostered`: days on a published roster -> code of the shift (empty: off); the roster goes before a place elsewhere.
    `unit_closed`: days on which the unit of the placement is not in operation any more, or not yet.
    `every_day`: days on which the person's unit works around the clock; weekends and holidays are working days there.
    `national`: days of a national or emergency period that affects the person -> its name; those that count toward the
    cap are among `cap_days`, and asking for one of them takes no further day of the week.
    """

    today: date
    last_day: date
    holidays: Mapping[date, str] = field(default_factory=dict)
    not_placed: frozenset[date] = frozenset()
    absent: Mapping[date, str] = field(default_factory=dict)
    taken: Mapping[tuple[date, str], str] = field(default_factory=dict)
    cap: int = 2
    cap_days: frozenset[date] = frozenset()
    counts_toward_cap: bool = True
    exempt: tuple[tuple[date, date], ...] = ()
    limits: Mapping[date, tuple[LimitOn, ...]] = field(default_factory=dict)
    period: tuple[date, date] | None = None
    every_day: frozenset[date] = frozenset()
    unit_closed: frozenset[date] = frozenset()
    national: Mapping[date, str] = field(default_factory=dict)
    rostered: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DayCheck:
    """One date: passes (`problem` empty) or not and why; `exact` = passes with not one person to spare."""

    day: date
    problem: str = ""
    exact: bool = False
    detail: dict[str, str | int] = field(default_factory=dict)
    alternatives: tuple[date, ...] = ()


def week_of(day: date) -> date:
    """Monday of the week (Mon-Sun: `loc.week_definition`, DESIGN)."""
    return day - timedelta(days=day.weekday())


def _is_working_day(day: date, facts: PersonFacts) -> bool:
    """Monday to Friday without holidays; round-the-clock units have days of their own (Perpres 21/2023 Art 7)."""
    return day in facts.every_day or (day.weekday() < 5 and day not in facts.holidays)


def _own_problem(day: date, facets: Iterable[str], facts: PersonFacts) -> DayCheck | None:
    if day < facts.today:
        return DayCheck(day, PAST)
    if day > facts.last_day:
        return DayCheck(day, TOO_FAR, detail={"last_day": facts.last_day.isoformat()})
    if not _is_working_day(day, facts):
        return DayCheck(day, HOLIDAY, detail={"name": facts.holidays.get(day, "")})
    if day in facts.not_placed:
        return DayCheck(day, NOT_PLACED)
    if day in facts.unit_closed:
        return DayCheck(day, UNIT_CLOSED)
    if day in facts.absent:
        return DayCheck(day, ABSENT, detail={"kind": facts.absent[day]})
    if day in facts.rostered and LOCATION in facets:
        return DayCheck(day, ROSTERED, detail={"shift": facts.rostered[day]})
    for facet in facets:
        reference = facts.taken.get((day, facet))
        if reference is not None:
            return DayCheck(day, CLASH, detail={"reference": reference})
    return None


def _cap_problem(day: date, used: Mapping[date, int], facts: PersonFacts) -> DayCheck | None:
    if not facts.counts_toward_cap or any(start <= day <= end for start, end in facts.exempt):
        return None
    if used.get(week_of(day), 0) < facts.cap or _is_counted(day, facts):
        return None
    detail: dict[str, str | int] = {"cap": facts.cap}
    week = (week_of(day) + timedelta(days=offset) for offset in range(7))
    name = next((facts.national[other] for other in week if _is_counted(other, facts)), "")
    return DayCheck(day, OVER_CAP, detail=detail | {"national": name} if name else detail)


def _is_counted(day: date, facts: PersonFacts) -> bool:
    """Whether a national or emergency period takes a weekly day for this date already."""
    return day in facts.national and day in facts.cap_days


def _limit_problem(day: date, facts: PersonFacts) -> DayCheck | None:
    for limit in facts.limits.get(day, ()):
        if limit.quota is not None and limit.away + 1 > limit.quota:
            return DayCheck(day, UNIT_FULL, detail={"unit": limit.unit, "away": limit.away, "quota": limit.quota})
        if limit.minimum is not None and limit.on_site - 1 < limit.minimum:
            detail: dict[str, str | int] = {
                "unit": limit.unit,
                "on_site": limit.on_site,
                "minimum": limit.minimum,
                "group": limit.group,
            }
            return DayCheck(day, BELOW_MINIMUM, detail=detail)
    return None


def _is_exact(day: date, facts: PersonFacts) -> bool:
    return any(
        (limit.quota is not None and limit.away + 1 == limit.quota)
        or (limit.minimum is not None and limit.on_site - 1 == limit.minimum)
        for limit in facts.limits.get(day, ())
    )


def _check(day: date, facets: tuple[str, ...], facts: PersonFacts, used: Mapping[date, int]) -> DayCheck:
    """One date against everything, with `used` weekly days so far."""
    own = _own_problem(day, facets, facts)
    if own is not None or LOCATION not in facets:
        return own or DayCheck(day)
    problem = _cap_problem(day, used, facts) or _limit_problem(day, facts)
    if problem:
        return problem
    detail: dict[str, str | int] = {"national": facts.national[day]} if _is_counted(day, facts) else {}
    return DayCheck(day, exact=_is_exact(day, facts), detail=detail)


def check_days(
    days: Iterable[date], facets: tuple[str, ...], facts: PersonFacts, *, offer: bool = True
) -> list[DayCheck]:
    """Check the requested days in order; each passing day takes one of its week. Failing ones get alternatives,
    where they are asked for (`offer`)."""
    used: dict[date, int] = defaultdict(int)
    for day in facts.cap_days:
        used[week_of(day)] += 1
    requested = sorted(set(days))
    checks = []
    for day in requested:
        check = _check(day, facets, facts, used)
        takes = LOCATION in facets and facts.counts_toward_cap and not _is_counted(day, facts)
        if takes and not check.problem:
            used[week_of(day)] += 1
        checks.append(check)
    return _with_alternatives(checks, facets, facts, used) if offer else checks


def _with_alternatives(
    checks: list[DayCheck], facets: tuple[str, ...], facts: PersonFacts, used: Mapping[date, int]
) -> list[DayCheck]:
    """Offer the nearest other dates that pass on top of what passed; holidays need none."""
    requested = {check.day for check in checks}
    offered: set[date] = set()
    found = []
    for check in checks:
        if check.problem in ("", HOLIDAY, PAST, TOO_FAR):
            found.append(check)
            continue
        nearby = _nearest(check.day, requested | offered, facets, facts, used)
        offered.update(nearby[:1])  # two failing dates never get the same first offer
        found.append(DayCheck(check.day, check.problem, False, check.detail, nearby))
    return found


def _nearest(
    day: date, skip: set[date], facets: tuple[str, ...], facts: PersonFacts, used: Mapping[date, int]
) -> tuple[date, ...]:
    near = []
    for distance in range(1, NEARBY_DAYS + 1):
        for candidate in (day - timedelta(days=distance), day + timedelta(days=distance)):
            if candidate in skip or (facts.period and not facts.period[0] <= candidate <= facts.period[1]):
                continue
            if not _check(candidate, facets, facts, used).problem:
                near.append(candidate)
    return tuple(sorted(near[:MAX_ALTERNATIVES]))
