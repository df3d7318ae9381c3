"""The approval chain as everybody may read it, another one from a day on, and the chains of other days."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eligibility.models import Policy
from fwa.chain import chains_on
from fwa.forms.chain import ChainForm
from fwa.models import ChainStage
from fwa.services.chain import add_missing_chains, set_chain, withdraw_chain
from organization.http import UserRequest
from organization.views.pages import Crumbs, FormPage, do, handle_form, require_permission

EDIT = "eligibility.edit_policy"


def _crumbs(*more: tuple[str, str]) -> Crumbs:
    first: Crumbs = [(_("Policies"), reverse("eligibility:policy_list"))]
    if not more:
        return [*first, (_("Approval chain"), "")]
    return [*first, (_("Approval chain"), reverse("fwa:chain_list")), *more]


@require_safe
def chain_list(request: UserRequest) -> HttpResponse:
    """The levels in force today, per policy, and the chains that are set for later."""
    today = timezone.localdate()
    chains = chains_on(today)
    missing = not chains or any(not chain.stages for chain in chains)
    later = ChainStage.objects.filter(valid_from__gt=today).select_related("policy")
    context = {
        "chains": chains,
        "later": later.order_by("policy", "valid_from", "order"),
        "may_add": request.user.has_perm("organization.set_up_agency") and bool(chains) and missing,
        "may_edit": request.user.has_perm(EDIT),
        "crumbs": _crumbs(),
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


@require_safe
def chain_history(request: UserRequest, code: str) -> HttpResponse:
    """Every chain a policy has had, the newest first."""
    policy = get_object_or_404(Policy, code=code)
    stages = ChainStage.objects.filter(policy=policy).order_by("-valid_from", "order")
    context = {
        "policy": policy,
        "stages": stages,
        "today": timezone.localdate(),
        "crumbs": _crumbs((str(policy), "")),
    }
    return render(request, "fwa/chain_history.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def chain_edit(request: UserRequest, code: str) -> HttpResponse:
    """Another chain from a day on."""
    require_permission(request, EDIT)
    policy = get_object_or_404(Policy, code=code)
    stages = list(ChainStage.objects.active_on(timezone.localdate()).filter(policy=policy).order_by("order"))
    form = ChainForm(request.POST or None, stages=stages)
    page = FormPage(
        title=_("Another chain"),
        intro=_("The chain before ends the day before. A request under way keeps the steps it was sent with."),
        submit=_("Set the chain"),
        cancel_url=reverse("fwa:chain_list"),
        crumbs=_crumbs((str(policy), reverse("fwa:chain_history", args=[code])), (_("Another chain"), "")),
        template="fwa/chain_form.html",
    )
    return handle_form(
        request,
        form,
        page,
        lambda: set_chain(
            by=request.user,
            policy_code=code,
            levels=form.levels(),
            valid_from=form.cleaned_data["valid_from"],
            decree_no=form.cleaned_data["decree_no"],
        ),
        done=_("The chain is set."),
        done_url=reverse("fwa:chain_list"),
    )


@require_POST
def chain_withdraw(request: UserRequest, code: str, start: str) -> HttpResponse:
    """Take back a chain that does not apply yet."""
    require_permission(request, EDIT)
    try:
        valid_from = date.fromisoformat(start)
        return do(
            request,
            lambda: withdraw_chain(by=request.user, policy_code=code, valid_from=valid_from),
            done=_("The chain is withdrawn; the one before it runs on."),
            back=reverse("fwa:chain_list"),
        )
    except (ValueError, ChainStage.DoesNotExist) as error:
        raise Http404 from error
