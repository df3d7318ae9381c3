"""Proposals for the task mapping: heads follow theirs, HR confirms or declines, one by one or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.enums import ProposalStatus
from organization.filters_mapping import TaskProposalFilter
from organization.forms.task_mapping import DecideManyForm, DeclineForm
from organization.http import UserRequest
from organization.models import TaskMappingProposal
from organization.services import task_proposals as services
from organization.task_mapping import Change, Wanted, preview, units_using
from organization.views.pages import FormPage, handle_form, paginate, render_list, require_permission

TAGS = {
    ProposalStatus.WAITING: "warn",
    ProposalStatus.CONFIRMED: "ok",
    ProposalStatus.DECLINED: "stop",
    ProposalStatus.WITHDRAWN: "n",
}


def changes_of(proposals: list[TaskMappingProposal]) -> dict[int, Change]:
    """Proposal id -> what it would change now, for those that wait; from today where their day has passed."""
    today = timezone.localdate()
    waiting = [row for row in proposals if row.status == ProposalStatus.WAITING]
    found = preview(Wanted(row.position, row.shares(), max(row.valid_from, today)) for row in waiting)
    return {row.pk: change for row, change in zip(waiting, found, strict=True)}


@require_safe
def task_proposal_list(request: UserRequest) -> HttpResponse:
    """Proposals in reach with the difference to what holds and whom it touches."""
    require_permission(request, "organization.view_task_mapping")
    rows = TaskMappingProposal.objects.visible_to(request.user).for_list()
    filterset = TaskProposalFilter(request.GET, queryset=rows, request=request)
    page_obj = paginate(request, filterset.qs)
    proposals = list(page_obj.object_list)
    changes = changes_of(proposals)
    context = {
        "filter": filterset,
        "page_obj": page_obj,
        "entries": [{"proposal": row, "change": changes.get(row.pk), "tag": TAGS[row.status]} for row in proposals],
        "may_decide": request.user.has_perm("organization.decide_proposals"),
    }
    return render_list(
        request, "organization/task_proposal_list.html", "organization/partials/task_proposal_table.html", context
    )


def _proposal(request: UserRequest, pk: int) -> TaskMappingProposal:
    return get_object_or_404(TaskMappingProposal.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def task_proposal(request: UserRequest, pk: int) -> HttpResponse:
    """One proposal: the difference, its effect, and every unit whose people hold the position."""
    require_permission(request, "organization.view_task_mapping")
    shown = _proposal(request, pk)
    waits = shown.status == ProposalStatus.WAITING
    context = {
        "proposal": shown,
        "tag": TAGS[shown.status],
        "waits": waits,
        "is_late": waits and shown.valid_from < timezone.localdate(),
        "change": changes_of([shown]).get(shown.pk),
        "units": [
            (unit, unit.path.startswith(shown.unit.path)) for unit in units_using(shown.position, timezone.localdate())
        ],
        "may_decide": waits and request.user.has_perm("organization.decide_proposals"),
        "may_withdraw": waits and request.user.has_perm("organization.withdraw_proposal", shown),
        "crumbs": [
            (_("Task mapping"), reverse("organization:task_mapping")),
            (_("Proposals"), reverse("organization:task_proposal_list")),
            (shown.position.name, ""),
        ],
    }
    return render(request, "organization/task_proposal.html", context)


def _act(request: UserRequest, pk: int, command: Callable[[], Any], done: str) -> HttpResponse:
    try:
        command()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("organization:task_proposal", pk)


@require_POST
def task_proposal_confirm(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.decide_proposals")
    shown = _proposal(request, pk)
    return _act(
        request,
        pk,
        lambda: services.confirm_proposal(by=request.user, proposal_id=shown.pk),
        _("Confirmed. The unit head is told."),
    )


@require_POST
def task_proposal_withdraw(request: UserRequest, pk: int) -> HttpResponse:
    shown = _proposal(request, pk)
    require_permission(request, "organization.withdraw_proposal", shown)
    return _act(
        request,
        pk,
        lambda: services.withdraw_proposal(by=request.user, proposal_id=shown.pk),
        _("The proposal is withdrawn."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def task_proposal_decline(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.decide_proposals")
    shown = _proposal(request, pk)
    back = reverse("organization:task_proposal", args=[pk])
    form = DeclineForm(request.POST or None)
    page = FormPage(
        title=_("Decline the proposal for %(position)s") % {"position": shown.position.name},
        submit=_("Decline"),
        cancel_url=back,
        crumbs=[
            (_("Proposals"), reverse("organization:task_proposal_list")),
            (shown.position.name, back),
            (_("Decline"), ""),
        ],
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: services.decline_proposal(by=request.user, proposal_id=shown.pk, **form.cleaned_data),
        done=_("Declined. The unit head is told why."),
        done_url=back,
    )


@require_POST
def task_proposal_bulk(request: UserRequest) -> HttpResponse:
    """Confirm or decline what is chosen in the list; each row says what became of it."""
    require_permission(request, "organization.decide_proposals")
    form = DecideManyForm(request.POST)
    form.fields["ids"].choices = [(text, "") for text in request.POST.getlist("ids") if text.isdecimal()]  # type: ignore[attr-defined]
    if not form.is_valid() or not form.cleaned_data["ids"]:
        messages.warning(request, _("Choose at least one proposal."))
        return redirect("organization:task_proposal_list")
    asked = form.cleaned_data
    try:
        rows = services.decide_many(
            by=request.user, proposal_ids=asked["ids"], confirm=asked["action"] == "confirm", reason=asked["reason"]
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("organization:task_proposal_list")
    _report(request, rows, confirmed=asked["action"] == "confirm")
    return redirect("organization:task_proposal_list")


def _report(request: UserRequest, rows: list[services.BulkRow], *, confirmed: bool) -> None:
    done = sum(row.done for row in rows)
    if done and confirmed:
        text = ngettext("%(count)s proposal is confirmed.", "%(count)s proposals are confirmed.", done)
        messages.success(request, text % {"count": done})
    elif done:
        text = ngettext("%(count)s proposal is declined.", "%(count)s proposals are declined.", done)
        messages.success(request, text % {"count": done})
    for row in rows:
        if not row.done:
            messages.warning(request, f"{row.proposal.position.name}: {row.text}")
