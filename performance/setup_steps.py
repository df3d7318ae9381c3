"""What performance adds to the set-up of an agency whose policies ask for an official predicate."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eligibility.models import PolicyVersion, Rule
from organization.counting import count_each
from organization.models import Placement, User
from organization.setup import SetupStep, register_step
from performance.criteria import MinimumPredicate
from performance.models import OfficialPredicate


@register_step
def predicates_step(user: User) -> Iterator[SetupStep]:
    """Only where a policy in force asks for a lowest predicate: nobody passes before one is on record."""
    today = timezone.localdate()
    in_force = PolicyVersion.objects.in_force_on(today)
    numbers = count_each(
        {
            "asked": Rule.objects.filter(criterion=MinimumPredicate.code, version__in=in_force),
            "rated": (OfficialPredicate.objects.all(), "employee"),
            "people": (Placement.objects.active_on(today), "employee"),
        }
    )
    if "asked" not in numbers:
        return
    rated = numbers.get("rated", 0)
    yield SetupStep(
        code="predicates",
        label=gettext_lazy("Official performance predicates"),
        done=rated > 0,
        detail=_("%(count)s of %(total)s employees have one")
        % {"count": rated, "total": max(rated, numbers.get("people", 0))},
        missing=gettext_lazy("Your policy asks for a lowest predicate: without one on record nobody is eligible."),
        url_name="organization:import_new",
        action=gettext_lazy("Import the predicates"),
        order=45,
    )
