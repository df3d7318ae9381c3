"""What the tests of drafts share: the small world with a second HR admin, and a draft of a policy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from eligibility.defaults import required_by_law
from eligibility.enums import PolicyCode
from eligibility.models import PolicyVersion
from eligibility.services.drafts import RuleChange, edit_rule, start_draft
from organization.models import RoleGrant
from tests.world import SINCE, World, make_world

EVERY_LAW_RULE = [(code, criterion) for code in PolicyCode.values for criterion in sorted(required_by_law(code))]


def make_drafting_world() -> World:
    """`hr` and `head` are both HR admin of the agency; `sup` audits it."""
    world = make_world()
    RoleGrant.objects.create(user=world.users["head"], role="hr_admin", valid_from=SINCE)
    RoleGrant.objects.create(user=world.users["sup"], role="auditor", valid_from=SINCE)
    return world


def start(world: World, policy_code: str = "location", **values: Any) -> PolicyVersion:
    return start_draft(by=world.users["hr"], policy_code=policy_code, **({"valid_from": soon()} | values))


def soon() -> date:
    return timezone.localdate() + timedelta(days=40)


def change(world: World, draft: PolicyVersion, criterion: str, **values: Any) -> PolicyVersion:
    """Edit one rule of the draft as it stands now."""
    draft.refresh_from_db()
    return edit_rule(
        by=world.users["hr"],
        version_id=draft.pk,
        revision=draft.revision,
        criterion=criterion,
        change=RuleChange(**values),
    )
