"""The plan of a group determination: who gets which days, and why somebody does not. Reads facts, writes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from eligibility.enums import Outcome, Verdict
from eligibility.screening import ScreeningResult
from fwa.data import DraftData
from fwa.day_checks import HOLIDAY, UNIT_FULL, DayCheck, check_days, week_of
from fwa.enums import MemberOutcome, Pattern
from fwa.group_facts import GroupFacts
from fwa.group_places import Seat
from fwa.rotation import MINIMUM, QUOTA, Rotation, RotationLimit, RotationPerson, Shortfall, rotate

ROTATION_SECONDS = 4.0


@dataclass(frozen=True)
class Wish:
    """One person the plan is for. `screened`: a verdict per policy of the kind. `left_out`: why not, decided before."""

    employee_id: int
    name: str
    screened: Sequence[ScreeningResult] = ()
    left_out: str = ""
    ends_only: bool = False


@dataclass
class MemberPlan:
    """What one person gets; see the fields of `DeterminationMember`."""

    employee_id: int
    outcome: str = ""
    verdict: str = ""
    failed: list[dict[str, Any]] = field(default_factory=list)
    wanted: int = 0
    days: list[date] = field(default_factory=list)
    problems: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: list[dict[str, Any]] = field(default_factory=list)
    seat: Seat | None = None


@dataclass(frozen=True)
class GroupPlan:
    """The plan for everybody, its figures and the coverage it leaves, day by day and limit by limit."""

    members: dict[int, MemberPlan]
    summary: dict[str, Any]
    coverage: list[dict[str, Any]]


@dataclass(frozen=True)
class Moved:
    """Something that passed when the plan was made and does not any more; `day` is empty for a verdict."""

    employee_id: int
    code: str
    day: date | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        day = self.day.isoformat() if self.day else ""
        return {"employee": self.employee_id, "code": str(self.code), "day": day, "detail": dict(self.detail)}


def verdict_over(screened: Iterable[ScreeningResult]) -> str:
    """The verdict over all policies of a kind; the strictest counts."""
    verdicts = {result.verdict for result in screened}
    for verdict in (Verdict.NOT_ELIGIBLE, Verdict.NEEDS_PERSON):
        if verdict in verdicts:
            return verdict
    return Verdict.ELIGIBLE if verdicts else ""


def plan_group(
    *,
    wishes: Sequence[Wish],
    facts: GroupFacts,
    draft: DraftData,
    facets: tuple[str, ...],
    pattern: str,
    days_per_week: int | None,
    scope_path: str,
) -> GroupPlan:
    """Go through everybody and share out the days.

    Fixed weekdays: in turn, those with the fewest days away in the three months before first, then who is longest
    in the post, then by name; each takes what the ones before have left. Rotation: all at once (`fwa.rotation`).
    """
    members = {wish.employee_id: _judged(wish, facts, scope_path) for wish in wishes}
    getting = [wish for wish in wishes if not members[wish.employee_id].outcome]
    ordered = sorted(getting, key=lambda wish: _turn(wish, facts))
    rotation = None
    if pattern == Pattern.ROTATION:
        rotation = _rotate(ordered, members, facts, facets, days_per_week or 0)
    else:
        _give_in_turn(ordered, members, facts, facets, draft)
    for wish in getting:
        plan = members[wish.employee_id]
        plan.outcome = MemberOutcome.PLANNED if plan.days else MemberOutcome.NO_DAY
    return GroupPlan(members, _summary(members.values(), rotation), coverage_of(facts))


def _judged(wish: Wish, facts: GroupFacts, scope_path: str) -> MemberPlan:
    """Verdict and place of one person; an empty outcome means that days may be given."""
    plan = MemberPlan(wish.employee_id, verdict=verdict_over(wish.screened))
    plan.failed = [
        result.as_json()
        for screened in wish.screened
        for result in screened.results
        if result.outcome == Outcome.FAILED
    ]
    plan.seat = facts.seat_on(wish.employee_id, facts.days[0]) if facts.days else None
    if wish.ends_only:
        plan.outcome = MemberOutcome.ENDS
    elif wish.left_out:
        plan.outcome = wish.left_out
    elif plan.seat is None or not plan.seat.path.startswith(scope_path):
        plan.outcome = MemberOutcome.NOT_PLACED
    elif plan.verdict == Verdict.NOT_ELIGIBLE:
        plan.outcome = MemberOutcome.NOT_ELIGIBLE
    return plan


def _turn(wish: Wish, facts: GroupFacts) -> tuple[int, date, str, int]:
    placements = facts.placements.get(wish.employee_id, ())
    since = placements[0].valid_from if placements else date.max
    return facts.recent_days.get(wish.employee_id, 0), since, wish.name, wish.employee_id


def _give_in_turn(
    ordered: Iterable[Wish],
    members: Mapping[int, MemberPlan],
    facts: GroupFacts,
    facets: tuple[str, ...],
    draft: DraftData,
) -> None:
    open_days = set(facts.days)
    wanted = [day for day in draft.requested_days() if day in open_days]
    for wish in ordered:
        plan = members[wish.employee_id]
        checks = check_days(wanted, facets, facts.facts[wish.employee_id], offer=False)
        worked = [check for check in checks if check.problem != HOLIDAY]
        plan.wanted = len(worked)
        plan.days = [check.day for check in worked if not check.problem]
        plan.problems = {check.day.isoformat(): problem_of(check) for check in worked if check.problem}
        take(facts, wish.employee_id, plan.days)


def problem_of(check: DayCheck) -> dict[str, Any]:
    return {"code": str(check.problem), "detail": dict(check.detail)}


def take(facts: GroupFacts, employee_id: int, days: Iterable[date]) -> None:
    """Count the days of one person, so that the next ones see them taken."""
    first = None
    for day in days:
        seat = facts.seat_on(employee_id, day)
        if seat is not None:
            facts.places.take(seat, day)
            first = first or seat
    if first is not None:
        facts.places.hold(first)


def _rotate(
    ordered: Sequence[Wish],
    members: Mapping[int, MemberPlan],
    facts: GroupFacts,
    facets: tuple[str, ...],
    days_per_week: int,
) -> Rotation | None:
    """Let the solver share out the days. Where the quota counts holders, the first in turn hold the places."""
    holding = [wish for wish in ordered if _may_hold(wish, members, facts)]
    if not facts.days:
        return None
    people = [_rotation_person(wish.employee_id, facts, facets, days_per_week) for wish in holding]
    found = rotate(
        people,
        _rotation_limits([wish.employee_id for wish in holding], facts),
        days_per_week=days_per_week,
        first=facts.days[0],
        last=facts.days[-1],
        time_limit=ROTATION_SECONDS,
    )
    for wish in holding:
        plan = members[wish.employee_id]
        plan.days = list(found.days.get(wish.employee_id, ()))
        plan.reasons = [_reason(one) for one in found.short.get(wish.employee_id, ())]
        plan.wanted = len(plan.days) + sum(one.missing for one in found.short.get(wish.employee_id, ()))
        for day in plan.days:
            seat = facts.seat_on(wish.employee_id, day)
            if seat is not None:
                facts.places.take(seat, day)
    return found


def _may_hold(wish: Wish, members: Mapping[int, MemberPlan], facts: GroupFacts) -> bool:
    if not facts.places.holders:
        return True
    plan = members[wish.employee_id]
    seat = plan.seat
    if seat is None:
        return False
    for day in facts.days:
        full = next((one for one in facts.places.bounds_on(seat, day) if one.quota is not None and one.room < 1), None)
        if full is not None:
            detail = {"away": full.taken, "quota": full.quota or 0, "unit": full.name}
            plan.problems = {day.isoformat(): {"code": UNIT_FULL, "detail": detail}}
            return False
    facts.places.hold(seat)
    return True


def _rotation_person(
    employee_id: int, facts: GroupFacts, facets: tuple[str, ...], days_per_week: int
) -> RotationPerson:
    own = facts.facts[employee_id]
    checks = check_days(facts.days, facets, replace(own, limits={}, counts_toward_cap=False), offer=False)
    room: dict[date, int] = {}
    if own.counts_toward_cap:
        used = Counter(week_of(day) for day in own.cap_days)
        weeks = {week_of(day) for day in facts.days}
        room = {week: max(min(own.cap, days_per_week + used[week]) - used[week], 0) for week in weeks}
    return RotationPerson(
        id=employee_id,
        open_days=frozenset(check.day for check in checks if not check.problem),
        weekly_room=room,
        closed={check.day: check.problem for check in checks if check.problem},
    )


def _rotation_limits(employee_ids: Sequence[int], facts: GroupFacts) -> list[RotationLimit]:
    """Every limit of every day with the people it binds. One that cannot be passed is left out."""
    limits = []
    before: dict[Seat, list[int]] | None = None
    people_of: dict[tuple[int, bool, str], frozenset[int]] = {}
    for day in facts.days:
        now: dict[Seat, list[int]] = defaultdict(list)
        for employee_id in employee_ids:
            seat = facts.seat_on(employee_id, day)
            if seat is not None:
                now[seat].append(employee_id)
        if now != before:  # somebody moved: who is bound by what is found again
            before, people_of, under = now, {}, _seats_under(now)
        for bound in facts.places.on_day(day):
            if facts.places.holders and bound.quota is not None:
                continue  # places are held already, whatever the days
            key = bound.unit_id, bound.only_own, bound.group
            if key not in people_of:
                seats = [seat for seat in under.get(bound.unit_id, ()) if bound.binds(seat)]
                people_of[key] = frozenset(pk for seat in seats for pk in now[seat])
            people = people_of[key]
            if people and bound.room < len(people):
                kind = QUOTA if bound.quota is not None else MINIMUM
                limits.append(RotationLimit(day, max(bound.room, 0), people, bound.name, kind, bound.group))
    return limits


def _seats_under(seats: Iterable[Seat]) -> dict[int, list[Seat]]:
    """The seats in and below each unit."""
    found: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        for unit_id in seat.unit_ids:
            found[unit_id].append(seat)
    return found


def _reason(short: Shortfall) -> dict[str, Any]:
    return {
        "week": short.week.isoformat(),
        "missing": short.missing,
        "code": str(short.code),
        "unit": short.unit,
        "detail": dict(short.detail),
    }


def _summary(members: Collection[MemberPlan], rotation: Rotation | None) -> dict[str, Any]:
    given = [len(plan.days) for plan in members if plan.outcome == MemberOutcome.PLANNED]
    found: dict[str, Any] = {
        "outcomes": dict(Counter(str(plan.outcome) for plan in members)),
        "people": len(given),
        "days": sum(given),
        "least": min(given, default=0),
        "most": max(given, default=0),
    }
    if rotation is not None:
        even = {"even_least": rotation.least, "even_most": rotation.most, "solver": rotation.solver}
        found |= even | {"seconds": round(rotation.seconds, 2)}
    return found


def coverage_of(facts: GroupFacts) -> list[dict[str, Any]]:
    """Each limit with its figures per working day after the plan: [away, quota] or [on site, minimum]. Root first."""
    worked = _working_days(facts)
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    for bound in facts.places.bounds():
        if bound.day not in worked:
            continue
        row = rows.setdefault(
            (bound.unit_id, bound.number),
            {
                "unit": bound.name,
                "unit_id": bound.unit_id,
                "group": bound.group,
                "kind": QUOTA if bound.quota is not None else MINIMUM,
                "values": {},
            },
        )
        figures = (bound.taken, bound.quota) if bound.quota is not None else (bound.on_site, bound.minimum)
        row["values"][bound.day.isoformat()] = list(figures)
    return list(rows.values())


def _working_days(facts: GroupFacts) -> set[date]:
    """Monday to Friday without holidays, and days that somebody's unit works round the clock."""
    holidays = next(iter(facts.facts.values())).holidays if facts.facts else {}
    days = {day for day in facts.days if day.weekday() < 5 and day not in holidays}
    return days.union(*(one.every_day for one in facts.facts.values()))


def recheck(
    *,
    planned: Sequence[tuple[Wish, Sequence[date]]],
    facts: GroupFacts,
    facets: tuple[str, ...],
    scope_path: str,
) -> list[Moved]:
    """Check a plan again, day by day with the same checks; empty when all of it still holds."""
    moved: list[Moved] = []
    for wish, days in planned:
        judged = _judged(wish, facts, scope_path)
        if judged.outcome:
            rules = [item["criterion"] for item in judged.failed]
            moved.append(Moved(wish.employee_id, judged.outcome, detail={"rules": rules} if rules else {}))
            continue
        checks = check_days(days, facets, facts.facts[wish.employee_id], offer=False)
        moved += [Moved(wish.employee_id, one.problem, one.day, one.detail) for one in checks if one.problem]
        take(facts, wish.employee_id, [check.day for check in checks if not check.problem])
    return moved


def digest_of(what: Mapping[str, Any], members: Iterable[tuple[int, str, Sequence[date]]]) -> str:
    """SHA-256 over what is granted and to whom, so that the decision and its ledger name one plan."""
    rows = sorted((employee_id, change, [day.isoformat() for day in days]) for employee_id, change, days in members)
    text = json.dumps([what, rows], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
