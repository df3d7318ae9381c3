"""All versions of a policy in a list, and any two of them side by side."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from eligibility.enums import VersionStatus
from eligibility.forms_policies import CompareForm
from eligibility.models import Policy, PolicyVersion
from eligibility.presentation import draft_line
from eligibility.rule_changes import rule_changes
from organization.http import UserRequest
from organization.views.pages import Crumbs, paginate


def _crumbs(policy: Policy, *more: str) -> Crumbs:
    first: Crumbs = [(_("Policies"), reverse("eligibility:policy_list"))]
    if not more:
        return [*first, (str(policy), "")]
    return [*first, (str(policy), reverse("eligibility:policy", args=[policy.code])), *((word, "") for word in more)]


@require_safe
def policy(request: UserRequest, code: str) -> HttpResponse:
    """Every version with its state, decree, editor and publisher, the newest first."""
    found = get_object_or_404(Policy, code=code)
    rows = PolicyVersion.objects.visible_to(request.user).filter(policy=found).order_by("-number")
    versions = rows.select_related("edited_by", "published_by", "base", "policy")
    may_edit = request.user.has_perm("eligibility.edit_policy")
    context = {
        "policy": found,
        "today": timezone.localdate(),
        "page_obj": paginate(request, versions),
        "may_draft": may_edit and bool(rows) and not any(row.status == VersionStatus.DRAFT for row in rows),
        "sees_editors": request.user.has_perm("eligibility.view_drafts"),
        "crumbs": _crumbs(found),
    }
    return render(request, "eligibility/policy.html", context)


@require_safe
def compare(request: UserRequest, code: str) -> HttpResponse:
    """What version `b` says differently from version `a`; without numbers the last two."""
    found = get_object_or_404(Policy, code=code)
    rows = PolicyVersion.objects.visible_to(request.user).filter(policy=found).order_by("-number")
    versions = list(rows.with_rules())
    if not versions:
        raise Http404
    numbers = [version.number for version in versions]
    asked = {"a": request.GET.get("a") or numbers[min(1, len(numbers) - 1)], "b": request.GET.get("b") or numbers[0]}
    form = CompareForm(asked, versions=versions)
    if not form.is_valid():
        raise Http404
    by_number = {version.number: version for version in versions}
    before, after = by_number[form.cleaned_data["a"]], by_number[form.cleaned_data["b"]]
    lines = [draft_line(changed, code) for changed in rule_changes(after, before)]
    context = {
        "policy": found,
        "form": form,
        "before": before,
        "after": after,
        "changed": [line for line in lines if line.kind != "same" or line.moved_from],
        "same": sum(1 for line in lines if line.kind == "same" and not line.moved_from),
        "crumbs": _crumbs(found, _("Compare versions")),
    }
    return render(request, "eligibility/policy_compare.html", context)
