"""What eligibility adds to the set-up of an empty agency: default data, and two lines of the checklist."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.selectors import policy_states, terms_on
from eligibility.services import seed_circumstance_kinds, seed_policies
from organization.models import User
from organization.setup import SetupStep, register_seeder, register_step


@register_seeder(order=10)
def seed_eligibility(*, by: User, on: date) -> None:
    """The policies without a version, and the kinds of special circumstance."""
    seed_policies()
    seed_circumstance_kinds()


@register_step
def policies_step(user: User) -> SetupStep:
    states = policy_states(timezone.localdate())
    in_force = [str(state.policy) for state in states if state.version]
    return SetupStep(
        code="policies",
        label=gettext_lazy("Policies"),
        done=bool(states) and len(in_force) == len(states),
        detail=_("In force: %(policies)s") % {"policies": ", ".join(in_force)} if in_force else "",
        missing=gettext_lazy("Without a published policy nobody can be screened and no request can be sent."),
        url_name="eligibility:policy_setup",
        action=gettext_lazy("Publish the policies"),
        order=30,
    )


@register_step
def quota_step(user: User) -> SetupStep:
    terms = terms_on(timezone.localdate())
    return SetupStep(
        code="quota",
        label=gettext_lazy("Quota"),
        done=terms is not None,
        detail=_("%(percent)d %% of active staff") % {"percent": terms.quota_pct} if terms else "",
        missing=gettext_lazy("Art 13 asks for a percentage of employees; without it no day can be granted."),
        url_name="eligibility:policy_setup",
        action=gettext_lazy("Enter the quota"),
        order=32,
    )
