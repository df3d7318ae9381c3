"""From what a row says of a post to changes of dated placements. Reads nothing and saves nothing.

A post is a placement with the administrative ones that continue it (same unit and position,
other supervisor or office).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from organization.enums import EntryReason, ServiceBody
from organization.importing.org_names import PositionRef, UnitRef
from organization.models import Placement

ONE_DAY = timedelta(days=1)


@dataclass
class Target:
    """The placement a row asks for. None: keep what is known."""

    unit: UnitRef
    position: PositionRef
    start: date
    reason: str
    supervisor_nip: str | None
    site_id: int | None
    service_body: str | None
    heads: bool | None


@dataclass
class NewPlacement:
    """A placement to be made; unit, position and people may have no key yet."""

    nip: str
    unit: UnitRef
    position: PositionRef
    valid_from: date
    valid_to: date | None
    reason: str
    supervisor_nip: str
    site_id: int | None
    service_body: str
    is_head: bool


@dataclass
class Correction:
    """A placement row that was wrong, and what it should say; new refs may have no key yet."""

    placement: Placement
    unit: UnitRef
    position: PositionRef
    supervisor_nip: str
    site_id: int | None
    service_body: str
    is_head: bool
    valid_from: date
    reason: str


@dataclass
class PlacementPlan:
    """Changes for one person: rows that end earlier, rows that are corrected, and at most one new row."""

    ended: list[tuple[Placement, date]] = field(default_factory=list)
    corrected: list[Correction] = field(default_factory=list)
    made: NewPlacement | None = None
    corrects_post: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.ended or self.corrected or self.made)


class CannotPlace(Exception):
    """What is on record does not let the row be placed; says why."""

    def __init__(self, code: str, **dates: str) -> None:
        super().__init__(code)
        self.code, self.dates = code, dates


@dataclass
class History:
    """A person's placements, oldest first, seen from one day; supervisors as NIPs."""

    rows: list[Placement]
    on: date
    nip_of: dict[int, str]

    @property
    def current(self) -> Placement | None:
        """The placement in force, else the last one that ended."""
        begun = [row for row in self.rows if row.valid_from <= self.on]
        return begun[-1] if begun else None

    @property
    def next_start(self) -> date | None:
        return next((row.valid_from for row in self.rows if row.valid_from > self.on), None)

    def post(self) -> list[Placement]:
        """The rows of the current post, its first row first."""
        begun = [row for row in self.rows if row.valid_from <= self.on]
        index = len(begun) - 1
        while (
            index > 0
            and begun[index].entry_reason == EntryReason.ADMINISTRATIVE
            and _adjoins(*begun[index - 1 : index + 1])
        ):
            index -= 1
        return begun[index:]

    def before(self, row: Placement) -> Placement | None:
        index = self.rows.index(row)
        return self.rows[index - 1] if index else None

    def supervisor_nip(self, row: Placement) -> str:
        return self.nip_of.get(row.supervisor_id, "") if row.supervisor_id else ""


def _adjoins(earlier: Placement, later: Placement) -> bool:
    return earlier.valid_to == later.valid_from - ONE_DAY and (earlier.unit_id, earlier.position_id) == (
        later.unit_id,
        later.position_id,
    )


def plan_placement(nip: str, target: Target, history: History) -> PlacementPlan:
    """What must change so that the person stands where the row says. Raises CannotPlace.

    Same post: only supervisor, office or headship may differ, and they differ from today on. Another post: the old one
    ends the day before. The same start with another unit or position is a correction of the record.
    """
    current = history.current
    if current is None:
        return PlacementPlan(made=_new(nip, target, None, history, target.start, _end_before(history)))
    if current.valid_to is not None and current.valid_to < history.on:
        if target.start <= current.valid_to:
            raise CannotPlace("placement_ended", ended_date=current.valid_to.isoformat())
        return PlacementPlan(made=_new(nip, target, None, history, target.start, _end_before(history)))
    post = history.post()
    same_post = (current.unit_id, current.position_id) == (target.unit.pk, target.position.pk)
    if target.start == post[0].valid_from:
        return _same_start(nip, target, post, history, same_post=same_post)
    if target.start < post[0].valid_from:
        return _earlier_start(nip, target, post, history, same_post=same_post)
    return _new_post(nip, target, post, history)


def _same_start(nip: str, target: Target, post: list[Placement], history: History, *, same_post: bool) -> PlacementPlan:
    if not same_post:
        # No new start was given, so the unit or position on record was wrong from the start.
        corrected = [_correction(row, target, history) for row in post]
        corrected[0].reason = target.reason
        return PlacementPlan(corrected=corrected, corrects_post=True)
    plan = PlacementPlan()
    first, current = post[0], post[-1]
    if first.entry_reason not in (target.reason, EntryReason.ADMINISTRATIVE):
        plan.corrected.append(_correction(first, None, history, reason=target.reason))
    if not _differs(current, target, history):
        return plan
    if current.valid_from >= history.on:
        plan.corrected = [item for item in plan.corrected if item.placement is not current]
        reason = target.reason if current is first else ""
        plan.corrected.append(_correction(current, target, history, reason=reason))
        return plan
    plan.ended.append((current, history.on - ONE_DAY))
    plan.made = _new(nip, target, current, history, history.on, current.valid_to)
    plan.made.reason = EntryReason.ADMINISTRATIVE
    return plan


def _earlier_start(
    nip: str, target: Target, post: list[Placement], history: History, *, same_post: bool
) -> PlacementPlan:
    first = post[0]
    if not same_post:
        raise CannotPlace("placement_newer", known_date=first.valid_from.isoformat())
    before = history.before(first)
    if before is not None and (before.valid_to is None or before.valid_to >= target.start):
        raise CannotPlace("placement_before", known_date=first.valid_from.isoformat())
    plan = _same_start(nip, target, post, history, same_post=True)
    mine = next((item for item in plan.corrected if item.placement is first), None)
    if mine is None:
        mine = _correction(first, None, history, reason=target.reason)
        plan.corrected.append(mine)
    mine.valid_from = target.start
    return plan


def _new_post(nip: str, target: Target, post: list[Placement], history: History) -> PlacementPlan:
    current = post[-1]
    if target.start > current.valid_from:
        made = _new(nip, target, current, history, target.start, current.valid_to)
        return PlacementPlan(ended=[(current, target.start - ONE_DAY)], made=made)
    before = post[-2] if len(post) > 1 else None
    if before is None or before.valid_from >= target.start:
        raise CannotPlace("placement_newer", known_date=current.valid_from.isoformat())
    # An administrative change was entered after the new post began: that row becomes the new post.
    correction = _correction(current, target, history, reason=target.reason)
    correction.valid_from = target.start
    return PlacementPlan(ended=[(before, target.start - ONE_DAY)], corrected=[correction])


def _end_before(history: History) -> date | None:
    return history.next_start - ONE_DAY if history.next_start else None


def _differs(row: Placement, target: Target, history: History) -> bool:
    """Whether the row says anything of supervisor, office, assignment or headship that is not on record."""
    return (
        (target.supervisor_nip is not None and target.supervisor_nip != history.supervisor_nip(row))
        or (target.site_id is not None and target.site_id != row.site_id)
        or (target.service_body is not None and target.service_body != row.service_body)
        or (target.heads is not None and target.heads != row.is_head)
    )


def _new(
    nip: str, target: Target, old: Placement | None, history: History, start: date, end: date | None
) -> NewPlacement:
    """The new row; what the file does not say stays as in `old`, as far as it is about the same unit."""
    same_unit = old is not None and old.unit_id == target.unit.pk
    supervisor = target.supervisor_nip
    if supervisor is None:
        supervisor = history.supervisor_nip(old) if old and same_unit else ""
    heads = target.heads
    if heads is None:
        heads = bool(old and same_unit and old.is_head)
    return NewPlacement(
        nip=nip,
        unit=target.unit,
        position=target.position,
        valid_from=start,
        valid_to=end,
        reason=target.reason,
        supervisor_nip=supervisor,
        site_id=target.site_id if target.site_id is not None else (old.site_id if old and same_unit else None),
        service_body=target.service_body or (old.service_body if old else ServiceBody.AGENCY),
        is_head=heads,
    )


def _correction(row: Placement, said: Target | None, history: History, reason: str = "") -> Correction:
    """The row as it is, with what the target says (if given) and the reason (if given)."""
    supervisor = said.supervisor_nip if said and said.supervisor_nip is not None else history.supervisor_nip(row)
    heads = row.is_head
    if said and said.heads is not None:
        heads = said.heads
    elif said and said.unit.pk != row.unit_id:
        heads = False
    return Correction(
        placement=row,
        unit=said.unit if said else UnitRef("", row.unit_id),
        position=said.position if said else PositionRef("", row.position_id),
        supervisor_nip=supervisor,
        site_id=said.site_id if said and said.site_id is not None else row.site_id,
        service_body=(said.service_body if said else None) or row.service_body,
        is_head=heads,
        valid_from=row.valid_from,
        reason=reason or row.entry_reason,
    )


@dataclass(frozen=True)
class Headship:
    """Somebody heads a unit in a period; `row` is set where this file says so."""

    nip: str
    start: date
    end: date | None

    def meets(self, other: Headship) -> bool:
        return (self.end is None or other.start <= self.end) and (other.end is None or self.start <= other.end)


def headships(
    placements: Iterable[Placement], plans: dict[str, PlacementPlan], nip_of: dict[int, str]
) -> dict[object, list[Headship]]:
    """Who would head which unit when, after all plans; keys are unit ids or the refs of new units."""
    ended = {row.pk: end for plan in plans.values() for row, end in plan.ended}
    corrected = {item.placement.pk: item for plan in plans.values() for item in plan.corrected}
    found: dict[object, list[Headship]] = {}
    rows = {row.pk: row for row in placements} | {pk: item.placement for pk, item in corrected.items()}
    for row in rows.values():
        item = corrected.get(row.pk)
        if not (item.is_head if item else row.is_head):
            continue
        key = (item.unit.pk or item.unit) if item else row.unit_id
        start = item.valid_from if item else row.valid_from
        found.setdefault(key, []).append(
            Headship(nip_of.get(row.employee_id, ""), start, ended.get(row.pk, row.valid_to))
        )
    for plan in plans.values():
        if plan.made and plan.made.is_head:
            key = plan.made.unit.pk or plan.made.unit
            found.setdefault(key, []).append(Headship(plan.made.nip, plan.made.valid_from, plan.made.valid_to))
    return found
