"""Computing the plan of a group determination and keeping it with its people: who gets which days, and why not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fwa.enums import MemberChange, MemberOutcome
from fwa.errors import AlreadyDecided
from fwa.group_facts import Ending, GroupFacts, gather_group
from fwa.group_plan import GroupPlan, Wish, digest_of, plan_group
from fwa.group_screening import screen_people
from fwa.models import Determination, DeterminationMember, Request
from fwa.services.determinations import draft_of_determination, locked_determination
from organization.guards import require
from organization.models import User

BATCH = 500
PLANNED_FIELDS = (
    "outcome", "verdict", "failed", "wanted", "days", "problems", "reasons", "unit", "position",
)  # fmt: skip


@transaction.atomic
def prepare_determination(*, by: User, determination_id: int) -> Determination:
    """Compute the plan: verdict, days and reasons for everybody. Nothing is granted.

    Raises PermissionDenied, AlreadyDecided, ValidationError (nobody in the annex, no terms, no policy).
    """
    determination = locked_determination(determination_id)
    require(by, "fwa.view_determination_plan", determination)
    if not determination.is_open:
        raise AlreadyDecided(_("This determination is decided or discarded; its annex is changed by an amendment."))
    determination.difference, determination.message = [], ""
    return compute_plan(determination)


def compute_plan(determination: Determination) -> Determination:
    """The work of `prepare_determination` under its lock."""
    members = members_of(determination)
    if not members:
        raise ValidationError(_("Choose the people first."), "nobody")
    keeping: dict[int, str] = {}
    while True:
        facts, wishes = look_at(determination, members, keeping)
        plan = plan_group(
            wishes=wishes,
            facts=facts,
            draft=draft_of_determination(determination),
            facets=facets_of_determination(determination),
            pattern=determination.pattern,
            days_per_week=determination.days_per_week,
            scope_path=determination.unit.path,
        )
        without = _without_new_days(members, plan, keeping)
        if not without:
            break
        keeping |= without  # their days were counted as free and are not: share out again
    _keep(determination, members, plan, facts)
    return determination


def _without_new_days(
    members: Iterable[DeterminationMember], plan: GroupPlan, keeping: Mapping[int, str]
) -> dict[int, str]:
    """People who were to get other days and get none: they keep the arrangement they have."""
    return {
        member.employee_id: plan.members[member.employee_id].outcome
        for member in members
        if member.change == MemberChange.CHANGE
        and member.included
        and member.employee_id not in keeping
        and plan.members[member.employee_id].outcome != MemberOutcome.PLANNED
    }


def members_of(determination: Determination) -> list[DeterminationMember]:
    rows = determination.members.select_related("employee__user", "ends_request", "unit", "position")
    return list(rows.order_by("employee_id"))


def look_at(
    determination: Determination,
    members: Collection[DeterminationMember],
    keeping: Mapping[int, str] | None = None,
) -> tuple[GroupFacts, list[Wish]]:
    """Facts and verdicts of everybody as of now; a number of queries that does not grow with the people.

    `keeping`: people whose present arrangement stays, with the outcome that says why.
    """
    keeping = keeping or {}
    today = timezone.localdate()
    draft = draft_of_determination(determination)
    ids = [member.employee_id for member in members]
    facts = gather_group(employee_ids=ids, draft=draft, today=today, endings=endings_of(members, keeping))
    asked = [member.employee_id for member in members if _gets_days(member)]
    screened = screen_people(asked, draft, on=today) if asked else {}
    wishes = [
        Wish(
            employee_id=member.employee_id,
            name=member.employee.name,
            screened=screened.get(member.employee_id, ()),
            left_out=keeping.get(member.employee_id) or _left_out(member),
            ends_only=member.change == MemberChange.REMOVE,
        )
        for member in members
    ]
    return facts, wishes


def _gets_days(member: DeterminationMember) -> bool:
    return member.included and member.change != MemberChange.REMOVE


def _left_out(member: DeterminationMember) -> str:
    if member.included:
        return ""
    return MemberOutcome.DECIDES if member.outcome == MemberOutcome.DECIDES else MemberOutcome.EXCLUDED


def endings_of(members: Iterable[DeterminationMember], keeping: Collection[int] = ()) -> dict[int, Ending]:
    """The arrangements that end with the decree, by employee."""
    return {
        member.employee_id: Ending(member.ends_request.number or "", member.ends_on)
        for member in members
        if member.included and member.employee_id not in keeping
        if member.ends_request is not None and member.ends_on is not None
    }


def facets_of_determination(determination: Determination) -> tuple[str, ...]:
    return tuple(Request(kind=determination.kind).facets)


def _keep(determination: Determination, members: list[DeterminationMember], plan: GroupPlan, facts: GroupFacts) -> None:
    first = facts.days[0] if facts.days else determination.valid_from
    for member in members:
        planned = plan.members[member.employee_id]
        placement = facts.placement_on(member.employee_id, first)
        for name in ("outcome", "verdict", "failed", "wanted", "days", "problems", "reasons"):
            setattr(member, name, getattr(planned, name))
        member.unit_id = placement.unit_id if placement else None
        member.position_id = placement.position_id if placement else None
    DeterminationMember.objects.bulk_create(
        members,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["determination", "employee"],
        update_fields=PLANNED_FIELDS,
    )
    determination.summary, determination.coverage = plan.summary, plan.coverage
    determination.prepare(at=timezone.now(), digest=plan_digest(determination, members))
    determination.save()


def plan_digest(determination: Determination, members: Iterable[DeterminationMember]) -> str:
    return digest_of(
        what_of(determination),
        [
            (member.employee_id, member.change, member.days)
            for member in members
            if member.outcome in (MemberOutcome.PLANNED, MemberOutcome.ENDS)
        ],
    )


def what_of(determination: Determination) -> Mapping[str, Any]:
    names = ("unit_id", "kind", "place_kind", "site_id", "starts_at", "ends_at", "valid_from", "valid_to", "pattern")
    return {name: str(getattr(determination, name)) for name in names}
