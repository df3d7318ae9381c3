"""The draft of a policy as a page: its rules as sentences, what they replace, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eligibility.enums import VersionStatus
from eligibility.errors import NoDraft, StaleDraft
from eligibility.extensions import draft_panels
from eligibility.forms_policies import PeriodForm, PublicationForm, RevisionForm, RuleForm, StartDraftForm
from eligibility.marks import RuleValues, basis_of, fits, freedom_of, mark_of, needs_letter
from eligibility.models import Policy, PolicyVersion
from eligibility.presentation import DraftLine, draft_line, version_label
from eligibility.registry import all_criteria, get_criterion
from eligibility.rule_changes import rule_changes
from eligibility.screening import rules_of
from eligibility.services import drafts
from eligibility.services.policies import to_replace
from organization.http import UserRequest
from organization.views.pages import Crumbs, FormPage, do, handle_form, render_form, require_permission

CONFLICT = 409


def find_draft(request: UserRequest, code: str, number: int) -> PolicyVersion:
    """The draft with its rules, for those who may see drafts; for others it is not there.

    Raises NoDraft (409) for a version that was published meanwhile.
    """
    if not request.user.has_perm("eligibility.view_drafts"):
        raise Http404
    rows = PolicyVersion.objects.with_rules().select_related("policy", "edited_by", "submitted_by")
    found = get_object_or_404(rows, policy__code=code, number=number)
    if found.status != VersionStatus.DRAFT:
        raise NoDraft
    return found


def draft_crumbs(draft: PolicyVersion, *more: tuple[str, str]) -> Crumbs:
    own = _("Version %(number)d") % {"number": draft.number}
    path: Crumbs = [
        (_("Policies"), reverse("eligibility:policy_list")),
        (str(draft.policy), reverse("eligibility:policy", args=[draft.policy.code])),
    ]
    return [*path, (own, draft_url(draft)), *more] if more else [*path, (own, "")]


def draft_url(draft: PolicyVersion) -> str:
    return reverse("eligibility:draft", args=[draft.policy.code, draft.number])


def _base_of(draft: PolicyVersion) -> PolicyVersion | None:
    return PolicyVersion.objects.with_rules().filter(pk=draft.base_id).first() if draft.base_id else None


def draft_lines(draft: PolicyVersion, base: PolicyVersion | None) -> list[DraftLine]:
    """The rules of the draft beside those it started from."""
    return [draft_line(changed, draft.policy.code) for changed in rule_changes(draft, base)]


@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: UserRequest, code: str, number: int) -> HttpResponse:
    """The draft; sending its form asks for publication."""
    try:
        found = find_draft(request, code, number)
    except NoDraft:
        if request.method == "POST":
            raise
        return redirect("eligibility:policy_version", code, number)
    may_edit = request.user.has_perm(drafts.EDIT)
    if request.method == "POST":
        require_permission(request, drafts.EDIT)
    form = PublicationForm(
        request.POST or None,
        initial={"revision": found.revision, "decree_no": found.decree_no, "decree_date": found.decree_date},
    )
    base = _base_of(found)
    lines = draft_lines(found, base)
    context = {
        "draft": found,
        "base": base,
        "lines": lines,
        "changes": sum(1 for line in lines if line.kind != "same" or line.moved_from),
        "panels": draft_panels(request.user, found),
        "replaces": list(to_replace(found)),
        "may_edit": may_edit,
        "may_publish": request.user.has_perm("eligibility.publish_policy") and found.edited_by != request.user,
    }
    page = FormPage(
        title=version_label(found),
        submit=_("Ask for publication"),
        cancel_url=reverse("eligibility:policy", args=[code]),
        crumbs=draft_crumbs(found),
        template="eligibility/draft.html",
        context=context,
    )
    return handle_draft_form(
        request,
        form,
        page,
        lambda: drafts.request_publication(
            by=request.user,
            version_id=found.pk,
            revision=form.cleaned_data["revision"],
            decree_no=form.cleaned_data["decree_no"],
            decree_date=form.cleaned_data["decree_date"],
        ),
        done=_("Publication is asked for. A second person publishes the version."),
        done_url=draft_url(found),
    )


def handle_draft_form(
    request: UserRequest,
    form: forms.Form,
    page: FormPage,
    command: Callable[[], object],
    *,
    done: str,
    done_url: str,
) -> HttpResponse:
    """As `handle_form`. Where somebody else edited meanwhile, the form stays with what was typed, and says so (409)."""
    try:
        return handle_form(request, form, page, command, done=done, done_url=done_url)
    except StaleDraft as error:
        form.data = request.POST.copy()  # what was typed, onto the edit that stands now
        form.data["revision"] = str(error.revision)
        form.add_error(None, str(error))
        answer = render_form(request, form, page)
        answer.status_code = CONFLICT
        return answer


@require_http_methods(["GET", "HEAD", "POST"])
def draft_start(request: UserRequest, code: str) -> HttpResponse:
    """Draft a new version; `?from=3` starts from version 3."""
    require_permission(request, drafts.EDIT)
    policy = get_object_or_404(Policy, code=code)
    versions = list(PolicyVersion.objects.standing().filter(policy=policy).order_by("-number"))
    own = PolicyVersion.objects.filter(policy=policy, status=VersionStatus.DRAFT).select_related("policy").first()
    if own and request.method != "POST":
        return redirect(draft_url(own))
    asked = request.GET.get("from", "")
    base = next((row for row in versions if str(row.number) == asked), None)
    start = base.valid_from if base and base.valid_from > timezone.localdate() else None
    form = StartDraftForm(
        request.POST or None, versions=versions, initial={"base": base.number if base else None, "valid_from": start}
    )
    page = FormPage(
        title=_("New version"),
        intro=_(
            "A copy to change. Nothing applies before a second person publishes it. It replaces versions that begin on"
            " its first day or later and have not begun."
        ),
        submit=_("Start the draft"),
        cancel_url=reverse("eligibility:policy", args=[code]),
        crumbs=[
            (_("Policies"), reverse("eligibility:policy_list")),
            (str(policy), reverse("eligibility:policy", args=[code])),
            (_("New version"), ""),
        ],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: drafts.start_draft(
            by=request.user,
            policy_code=code,
            valid_from=form.cleaned_data["valid_from"],
            base_number=form.cleaned_data["base"],
            note=form.cleaned_data["note"],
        ),
        done=_("The draft is there. Change its rules now."),
        done_url=lambda made: draft_url(made),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def draft_period(request: UserRequest, code: str, number: int) -> HttpResponse:
    """From which day, and why."""
    found = find_draft(request, code, number)
    require_permission(request, drafts.EDIT)
    form = PeriodForm(
        request.POST or None,
        initial={"revision": found.revision, "valid_from": found.valid_from, "note": found.note},
    )
    page = FormPage(
        title=_("Period and reason"),
        submit=_("Save"),
        cancel_url=draft_url(found),
        crumbs=draft_crumbs(found, (_("Period and reason"), "")),
    )
    return handle_draft_form(
        request,
        form,
        page,
        lambda: drafts.set_period(
            by=request.user,
            version_id=found.pk,
            revision=form.cleaned_data["revision"],
            valid_from=form.cleaned_data["valid_from"],
            note=form.cleaned_data["note"],
        ),
        done=_("Saved."),
        done_url=draft_url(found),
    )


@require_safe
def draft_rule_new(request: UserRequest, code: str, number: int) -> HttpResponse:
    """The rules that fit the policy and that the draft lacks."""
    found = find_draft(request, code, number)
    require_permission(request, drafts.EDIT)
    present = {rule.criterion for rule in rules_of(found)}
    choices = [
        (criterion, freedom_of(code, criterion.code))
        for criterion in all_criteria().values()
        if criterion.code not in present and fits(code, criterion)
    ]
    context = {"draft": found, "choices": choices, "crumbs": draft_crumbs(found, (_("Add a rule"), ""))}
    return render(request, "eligibility/draft_rule_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_rule(request: UserRequest, code: str, number: int, criterion: str) -> HttpResponse:
    """One rule as a sentence with fields: changed where the draft has it, else added."""
    found = find_draft(request, code, number)
    require_permission(request, drafts.EDIT)
    if criterion not in all_criteria() or not fits(code, get_criterion(criterion)):
        raise Http404
    rule = next((rule for rule in rules_of(found) if rule.criterion == criterion), None)
    form = RuleForm(
        request.POST or None,
        policy_code=code,
        values=RuleValues.of(rule) if rule else _fresh_values(code, criterion),
        initial={"revision": found.revision},
    )
    label = get_criterion(criterion).label
    page = FormPage(
        title=label,
        submit=_("Save") if rule else _("Add the rule"),
        cancel_url=draft_url(found),
        crumbs=draft_crumbs(found, (str(label), "")),
        template="eligibility/draft_rule.html",
        context={"draft": found, "freedom": form.freedom},
    )
    command = drafts.edit_rule if rule else drafts.add_rule
    return handle_draft_form(
        request,
        form,
        page,
        lambda: command(
            by=request.user,
            version_id=found.pk,
            revision=form.cleaned_data["revision"],
            criterion=criterion,
            change=form.change(),
        ),
        done=_("The rule is saved in the draft."),
        done_url=f"{draft_url(found)}#{criterion}",
    )


def _fresh_values(code: str, criterion: str) -> RuleValues:
    """A rule that the draft lacks, as the regulation lists it; what needs a letter starts as a note."""
    severity = "warn" if needs_letter(code, criterion) else "block"
    return RuleValues(
        criterion=criterion,
        severity=severity,
        legal_basis=basis_of(code, criterion),
        mark=mark_of(code, criterion),
    )


@require_POST
def draft_rule_act(request: UserRequest, code: str, number: int, criterion: str) -> HttpResponse:
    """The buttons beside a rule: up, down, remove."""
    found = find_draft(request, code, number)
    require_permission(request, drafts.EDIT)
    form = RevisionForm(request.POST)
    act = request.POST.get("act", "")
    if not form.is_valid() or act not in ("up", "down", "remove"):
        return redirect(draft_url(found))
    if not any(rule.criterion == criterion for rule in rules_of(found)):
        raise Http404
    at: dict[str, Any] = {
        "by": request.user,
        "version_id": found.pk,
        "revision": form.cleaned_data["revision"],
        "criterion": criterion,
    }
    if act == "remove":
        return do(
            request,
            lambda: drafts.remove_rule(**at),
            done=_("The rule is removed from the draft."),
            back=draft_url(found),
        )
    return do(
        request,
        lambda: drafts.move_rule(**at, direction=act),
        done=_("The order is changed."),
        back=f"{draft_url(found)}#{criterion}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def draft_discard(request: UserRequest, code: str, number: int) -> HttpResponse:
    """Throw the draft away, after a question."""
    found = find_draft(request, code, number)
    require_permission(request, drafts.EDIT)
    form = RevisionForm(request.POST or None, initial={"revision": found.revision})
    page = FormPage(
        title=_("Discard the draft"),
        intro=_("Its rules and its simulations are removed. The version in force stays as it is."),
        submit=_("Discard"),
        cancel_url=draft_url(found),
        crumbs=draft_crumbs(found, (_("Discard the draft"), "")),
        danger=True,
    )
    return handle_draft_form(
        request,
        form,
        page,
        lambda: drafts.discard_draft(by=request.user, version_id=found.pk, revision=form.cleaned_data["revision"]),
        done=_("The draft is discarded."),
        done_url=reverse("eligibility:policy", args=[code]),
    )
