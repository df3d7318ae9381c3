"""What flexible work adds to the set-up of an empty agency: the approval chain, and its line of the checklist."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fwa.chain import chains_on
from fwa.services.chain import seed_default_chain
from organization.models import User
from organization.setup import SetupStep, register_seeder, register_step


@register_seeder(order=20)
def seed_chain(*, by: User, on: date) -> None:
    """After the policies, which the chain hangs on."""
    seed_default_chain(on=on)


@register_step
def chain_step(user: User) -> SetupStep:
    chains = chains_on(timezone.localdate())
    without = [str(chain.policy) for chain in chains if not chain.stages]
    levels = max((len(chain.stages) for chain in chains), default=0)
    detail = ngettext("%(count)s level", "%(count)s levels", levels) % {"count": levels} if levels else ""
    if without and levels:
        detail = _("No chain yet: %(policies)s") % {"policies": ", ".join(without)}
    return SetupStep(
        code="chain",
        label=gettext_lazy("Approval chain"),
        done=bool(chains) and not without,
        detail=detail,
        missing=gettext_lazy("Without levels of approval no request can be sent."),
        url_name="fwa:chain_list",
        action=gettext_lazy("See the approval chain"),
        order=34,
    )
