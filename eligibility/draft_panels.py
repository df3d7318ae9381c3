"""The cards beside the rules of a draft: what it would do to whom, and the way to publishing."""

from __future__ import annotations

from eligibility.extensions import DraftPanel, register_draft_panel
from eligibility.models import PolicyVersion
from eligibility.presentation_simulation import publication_context, simulation_context
from organization.models import User


@register_draft_panel
def publication_panel(user: User, version: PolicyVersion) -> DraftPanel | None:
    """What the second person sent back, or the way to publish what was asked for."""
    context = publication_context(version, user)
    if not context["sent_back"] and not version.submitted_at:
        return None
    return DraftPanel("eligibility/partials/draft_publication.html", context, order=10)


@register_draft_panel
def simulation_panel(user: User, version: PolicyVersion) -> DraftPanel | None:
    """Who gains and who loses; it names people of the whole agency."""
    if not user.has_perm("eligibility.view_whole_agency"):
        return None
    return DraftPanel("eligibility/partials/draft_simulation.html", simulation_context(version, user), order=20)
