"""The approval chain as everybody may read it: the levels of each policy, and how long each has."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fwa.chain import chains_on
from fwa.services.chain import add_missing_chains
from organization.http import UserRequest
from organization.views.pages import do


@require_safe
def chain_list(request: UserRequest) -> HttpResponse:
    """The levels in force today, per policy."""
    chains = chains_on(timezone.localdate())
    missing = not chains or any(not chain.stages for chain in chains)
    context = {
        "chains": chains,
        "may_add": request.user.has_perm("organization.set_up_agency") and bool(chains) and missing,
        "crumbs": [(_("Policies"), reverse("eligibility:policy_list")), (_("Approval chain"), "")],
    }
    return render(request, "fwa/chain_list.html", context)


@require_POST
def chain_default(request: UserRequest) -> HttpResponse:
    """HR puts the default chain where a policy has none."""
    return do(
        request,
        lambda: add_missing_chains(by=request.user),
        done=_("The default chain is in force from today."),
        back=reverse("fwa:chain_list"),
    )
