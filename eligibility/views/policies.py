"""Policies as readable pages, and the set-up of the first versions."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from eligibility.enums import VersionStatus
from eligibility.forms import FirstPoliciesForm
from eligibility.models import PolicyVersion
from eligibility.presentation import rule_line, version_label
from eligibility.screening import rules_of
from eligibility.selectors import policy_states, terms_on
from eligibility.services import publish_first_policies
from organization.extensions import page_links
from organization.http import UserRequest
from organization.models import AgencyDecree
from organization.views.pages import FormPage, handle_form, require_permission


@require_safe
def policy_list(request: UserRequest) -> HttpResponse:
    """The version in force of every policy, and the general terms."""
    today = timezone.localdate()
    states = policy_states(today)
    context = {
        "states": states,
        "terms": terms_on(today),
        "links": page_links("policies"),
        "may_set_up": not all(state.version for state in states)
        and request.user.has_perm("eligibility.publish_policy"),
    }
    return render(request, "eligibility/policy_list.html", context)


@require_safe
def policy_version(request: UserRequest, code: str, number: int) -> HttpResponse:
    """One published version as sentences: what it asks, by which article, and who may change it."""
    rows = PolicyVersion.objects.published().with_rules()
    version = get_object_or_404(rows.select_related("policy", "published_by", "base"), policy__code=code, number=number)
    today = timezone.localdate()
    others = list(PolicyVersion.objects.published().filter(policy=version.policy).exclude(pk=version.pk))
    is_replaced = version.status == VersionStatus.REPLACED
    context = {
        "version": version,
        "lines": [rule_line(rule) for rule in rules_of(version)],
        "is_replaced": is_replaced,
        "replaced_by": _replacing(version, others) if is_replaced else None,
        "in_force": not is_replaced
        and version.valid_from <= today
        and (version.valid_to is None or version.valid_to >= today),
        "is_future": version.valid_from > today,
        "others": others,
        "may_correct": not is_replaced and request.user.has_perm("eligibility.edit_policy"),
        "title": version_label(version),
        "crumbs": [
            (_("Policies"), reverse("eligibility:policy_list")),
            (str(version.policy), reverse("eligibility:policy", args=[code])),
            (_("Version %(number)d") % {"number": version.number}, ""),
        ],
    }
    return render(request, "eligibility/policy_version.html", context)


def _replacing(version: PolicyVersion, others: list[PolicyVersion]) -> PolicyVersion | None:
    """The version that took the place of one that never began: the next that was to begin no later."""
    later = [other for other in others if other.number > version.number and other.valid_from <= version.valid_from]
    return min(later, key=lambda other: other.number, default=None)


def _initial(today: date) -> dict[str, object]:
    decree = AgencyDecree.objects.active_on(today).order_by("-valid_from").first()
    if decree is None:
        return {"valid_from": today}
    return {"decree_no": decree.number, "decree_date": decree.decided_on, "valid_from": decree.valid_from}


@require_http_methods(["GET", "HEAD", "POST"])
def policy_setup(request: UserRequest) -> HttpResponse:
    """HR of an empty agency enters what the law leaves open and publishes version 1."""
    require_permission(request, "eligibility.publish_policy")
    today = timezone.localdate()
    states = policy_states(today)
    if states and all(state.version for state in states) and terms_on(today):
        return redirect("eligibility:policy_list")
    form = FirstPoliciesForm(request.POST or None, initial=_initial(today))
    page = FormPage(
        title=_("Publish the first policies"),
        intro=_("Rules of the law are filled in already. Enter what the law leaves to your agency."),
        submit=_("Publish version 1"),
        cancel_url=reverse("organization:setup"),
        crumbs=[(_("Set-up"), reverse("organization:setup")), (_("Publish the first policies"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: publish_first_policies(
            by=request.user,
            decree_no=form.cleaned_data["decree_no"],
            decree_date=form.cleaned_data["decree_date"],
            valid_from=form.cleaned_data["valid_from"],
            quota_pct=form.cleaned_data["quota_pct"],
            min_predicate=form.cleaned_data["min_predicate"] or None,
            coordination_no=form.cleaned_data["coordination_no"],
        ),
        done=_("Version 1 of the policies is published."),
        done_url=reverse("eligibility:policy_list"),
    )
