"""The task mapping as it is on a day, and what a change of it would do: reads only, days are passed in."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from organization.access import WHOLE_AGENCY, access_for
from organization.enums import Role
from organization.extensions import TaskShareRule, task_share_rules
from organization.models import (
    Placement,
    Position,
    PositionTask,
    TaskMappingProposal,
    TaskMappingProposalLine,
    TaskType,
    Unit,
    User,
)
from organization.querysets import under_paths_q

FULL_TIME_PCT = 100
FACETS = ("location", "shift", "dynamic")
_FACET_Q = {"location": TaskType.location_q, "shift": TaskType.shift_q, "dynamic": TaskType.dynamic_q}

MAPPED, INCOMPLETE, UNMAPPED, PROPOSED = "mapped", "incomplete", "unmapped", "proposed"


# Lists ---------------------------------------------------------------------------------------------------------------


def mapping_paths(user: User) -> tuple[str, ...]:
    """The part of the agency whose mapping the user looks at: units they head, and HR's or the auditor's part."""
    access = access_for(user)
    return (*access.headed_paths, *access.paths_of_role(Role.HR_ADMIN), *access.paths_of_role(Role.AUDITOR))


def positions_in_reach(user: User, day: date) -> QuerySet[Position]:
    """Every position for those who look after the whole agency; for others the positions of their units' people."""
    paths = mapping_paths(user)
    return Position.objects.all() if WHOLE_AGENCY in paths else positions_held_under(paths, day)


def positions_held_under(paths: Iterable[str], day: date) -> QuerySet[Position]:
    """Positions that somebody of the units under `paths` holds on a day."""
    held = Placement.objects.active_on(day).filter(under_paths_q(paths, "unit__"), position=OuterRef("pk"))
    return Position.objects.filter(Exists(held))


def with_mapping(positions: QuerySet[Position], day: date) -> QuerySet[Position]:
    """Adds `mapped_pct`, the share that meets each kind's criteria, `people`, `units` and `proposal_id` of a day."""
    tasks = PositionTask.objects.active_on(day).filter(position=OuterRef("pk")).order_by()
    held = Placement.objects.active_on(day).filter(position=OuterRef("pk")).order_by().values("position")
    waiting = TaskMappingProposal.objects.waiting().filter(position=OuterRef("pk")).order_by()
    shares = {f"{facet}_pct": _share(tasks.filter(_FACET_Q[facet]("task_type__"))) for facet in FACETS}
    return positions.annotate(
        mapped_pct=_share(tasks),
        people=_number(held.annotate(number=Count("employee", distinct=True)).values("number")),
        units=_number(held.annotate(number=Count("unit", distinct=True)).values("number")),
        proposal_id=Subquery(waiting.values("pk")[:1]),
        **shares,
    )


def _share(tasks: QuerySet[PositionTask]) -> Any:
    return _number(tasks.values("position").annotate(total=Sum("share_pct")).values("total"))


def _number(rows: QuerySet[Any, Any]) -> Any:
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)


def in_state(positions: QuerySet[Position], state: str) -> QuerySet[Position]:
    """Those of `with_mapping` in one state; a waiting proposal is a state beside the other three."""
    conditions = {
        MAPPED: Q(mapped_pct=FULL_TIME_PCT),
        INCOMPLETE: Q(mapped_pct__gt=0) & ~Q(mapped_pct=FULL_TIME_PCT),
        UNMAPPED: Q(mapped_pct=0),
        PROPOSED: Q(proposal_id__isnull=False),
    }
    return positions.filter(conditions[state])


def state_of(mapped_pct: int) -> str:
    if mapped_pct == 0:
        return UNMAPPED
    return MAPPED if mapped_pct == FULL_TIME_PCT else INCOMPLETE


def tasks_of(positions: Iterable[Position], day: date) -> dict[int, list[PositionTask]]:
    """The tasks of some positions on a day, largest share first: one query."""
    found: dict[int, list[PositionTask]] = defaultdict(list)
    rows = PositionTask.objects.active_on(day).filter(position__in=[row.pk for row in positions])
    for row in rows.select_related("task_type").order_by("-share_pct", "task_type__name", "pk"):
        found[row.position_id].append(row)
    return found


@dataclass(frozen=True)
class Unmapped:
    """Positions that somebody holds and that have no task on a day, with whom that stops and at which rules."""

    positions: int
    people: int
    rules: list[TaskShareRule]


def unmapped_effect(user: User, day: date) -> Unmapped:
    """What is unmapped in the user's reach; a position that nobody holds stops nobody."""
    mapped = PositionTask.objects.active_on(day).filter(position=OuterRef("position"))
    placed = Placement.objects.active_on(day).filter(~Exists(mapped), under_paths_q(mapping_paths(user), "unit__"))
    found = placed.aggregate(positions=Count("position", distinct=True), people=Count("employee", distinct=True))
    return Unmapped(**found, rules=task_share_rules(day) if found["people"] else [])


def units_using(position: Position, day: date) -> QuerySet[Unit, Any]:
    """The units whose people hold the position on a day, with `people`, most people first."""
    placed = Placement.objects.active_on(day).filter(position=position).order_by()
    return (
        Unit.objects.filter(pk__in=placed.values("unit"))
        .annotate(
            people=_number(
                placed.filter(unit=OuterRef("pk")).values("unit").annotate(number=Count("pk")).values("number")
            )
        )
        .order_by("-people", "path", "pk")
    )


@dataclass(frozen=True)
class TypeUse:
    """How many positions have a task type today, and how many people hold them; `ever`: whether any position did."""

    positions: int
    people: int
    ever: bool


def task_type_use(task_type: TaskType, day: date) -> TypeUse:
    """What a change of the type's criteria touches."""
    rows = PositionTask.objects.filter(task_type=task_type)
    held = rows.active_on(day).values("position")
    people = Placement.objects.active_on(day).filter(position__in=held).values("employee").distinct().count()
    named = TaskMappingProposalLine.objects.filter(task_type=task_type)
    return TypeUse(held.distinct().count(), people, ever=rows.exists() or named.exists())


# What a change would do ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Shares (task type id -> percent) that a position would have from a day on."""

    position: Position
    shares: Mapping[int, int]
    valid_from: date


@dataclass(frozen=True)
class Share:
    """Share of time on one task type; `before` or `after` is 0 where the position does not have it."""

    task_type: TaskType
    before: int
    after: int


@dataclass(frozen=True)
class FacetChange:
    """The share of time that meets the criteria of one kind of flexibility."""

    facet: str
    before: int
    after: int


@dataclass(frozen=True)
class RuleChange:
    """A rule about the share that the position's people begin to meet (or stop meeting)."""

    rule: TaskShareRule
    is_met: bool


@dataclass(frozen=True)
class Change:
    """One position before and after. `later_from`: a mapping from that later day is in the way."""

    position: Position
    valid_from: date
    people: int
    before_total: int
    shares: tuple[Share, ...]
    facets: tuple[FacetChange, ...]
    rules: tuple[RuleChange, ...]
    later_from: date | None

    @property
    def changes_anything(self) -> bool:
        return any(share.before != share.after for share in self.shares)


def preview(wanted: Iterable[Wanted]) -> list[Change]:
    """Before and after for any number of positions, with the rules that would be met or not: few queries."""
    asked = list(wanted)
    if not asked:
        return []
    rows = _rows_by_position(asked)
    types = {row.pk: row for row in TaskType.objects.all()}
    people = _people_by_position(asked)
    rules = {day: task_share_rules(day) for day in {item.valid_from for item in asked}}
    return [
        _change(item, rows[item.position.pk], types, people.get(item.position.pk, 0), rules[item.valid_from])
        for item in asked
    ]


def _rows_by_position(asked: list[Wanted]) -> dict[int, list[PositionTask]]:
    rows: dict[int, list[PositionTask]] = defaultdict(list)
    first = min(item.valid_from for item in asked)
    found = PositionTask.objects.overlapping(first, None).filter(position__in=[item.position.pk for item in asked])
    for row in found.order_by("valid_from", "pk"):
        rows[row.position_id].append(row)
    return rows


def _people_by_position(asked: list[Wanted]) -> dict[int, int]:
    first = min(item.valid_from for item in asked)
    placed = Placement.objects.active_on(first).filter(position__in=[item.position.pk for item in asked])
    return dict(placed.order_by().values_list("position").annotate(number=Count("employee", distinct=True)))


def _change(
    item: Wanted, rows: list[PositionTask], types: dict[int, TaskType], people: int, rules: list[TaskShareRule]
) -> Change:
    day = item.valid_from
    held = [row for row in rows if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)]
    before = {row.task_type_id: row.share_pct for row in held}
    after = {pk: share for pk, share in item.shares.items() if share and pk in types}
    ids = sorted({*before, *after}, key=lambda pk: (-after.get(pk, 0), -before.get(pk, 0), types[pk].name))
    facets = tuple(
        FacetChange(facet, _facet_share(facet, before, types), _facet_share(facet, after, types)) for facet in FACETS
    )
    return Change(
        position=item.position,
        valid_from=day,
        people=people,
        before_total=sum(before.values()),
        shares=tuple(Share(types[pk], before.get(pk, 0), after.get(pk, 0)) for pk in ids),
        facets=facets,
        rules=tuple(_rule_changes(facets, rules)),
        later_from=next((row.valid_from for row in rows if row.valid_from > day), None),
    )


def _facet_share(facet: str, shares: Mapping[int, int], types: dict[int, TaskType]) -> int:
    return sum(share for pk, share in shares.items() if types[pk].meets(facet))


def _rule_changes(facets: Iterable[FacetChange], rules: Iterable[TaskShareRule]) -> Iterable[RuleChange]:
    by_facet = {change.facet: change for change in facets}
    for rule in rules:
        change = by_facet[rule.facet]
        met_before, met_after = (share >= rule.min_share_pct for share in (change.before, change.after))
        if met_before != met_after:
            yield RuleChange(rule, is_met=met_after)


@dataclass(frozen=True)
class Effect:
    """All changes together: how many people begin to meet a rule, and how many stop meeting it."""

    rule: TaskShareRule
    gained: int
    lost: int


def effects(changes: Iterable[Change]) -> list[Effect]:
    """One line per rule that anybody begins or stops to meet."""
    figures: dict[TaskShareRule, list[int]] = {}
    for change in changes:
        for item in change.rules:
            figures.setdefault(item.rule, [0, 0])[0 if item.is_met else 1] += change.people
    return [Effect(rule, gained, lost) for rule, (gained, lost) in figures.items()]


def fingerprint(position_ids: Iterable[int], shares: Mapping[int, int], valid_from: date) -> str:
    """Digest of what somebody looked at: the positions, their mapping from that day on, and what it would become."""
    ids = sorted(position_ids)
    rows = PositionTask.objects.overlapping(valid_from, None).filter(position__in=ids).order_by("pk")
    held = list(rows.values_list("position", "task_type", "share_pct", "valid_from", "valid_to"))
    text = repr((ids, sorted(shares.items()), valid_from, held))
    return hashlib.sha256(text.encode()).hexdigest()
