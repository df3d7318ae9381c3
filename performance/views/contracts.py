"""Contracts of outputs: the list, one with its deliveries and changes, proposing a change and answering it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.http import UserRequest
from organization.leading import acting_officer
from organization.views.pages import add_errors, do, paginate, render_list, require_permission
from performance.contract_links import contract_links
from performance.contract_page import (
    AMENDMENT_KIND,
    change_lines,
    contract_tag,
    figures_of,
    for_list,
    history_of,
)
from performance.enums import AmendmentStatus
from performance.errors import StateChanged
from performance.filters_contracts import ContractFilter, contracts_read_by
from performance.forms.contracts import AmendmentForms, AnswerForm
from performance.models import OutputAmendment, OutputContract
from performance.review_page import output_tag, rating_tag
from performance.services import amendments as commands

UNPROCESSABLE = 422


@require_safe
def contract_list(request: UserRequest) -> HttpResponse:
    """Contracts the user reads, the newest first."""
    rows = for_list(contracts_read_by(request.user)).order_by("-valid_from", "pk")
    found = ContractFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    today = timezone.localdate()
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, contract_tag(row), figures_of(row.outputs.all(), on=today)) for row in page],
    }
    return render_list(request, "performance/contract_list.html", "performance/partials/contract_table.html", context)


def _contract(request: UserRequest, public_id: UUID) -> OutputContract:
    """The contract for whoever may see the work of the person; 404 outside the user's reach."""
    rows = OutputContract.objects.visible_to(request.user).select_related("employee__user", "agreed_by")
    found: OutputContract = get_object_or_404(rows, public_id=public_id)
    require_permission(request, "performance.view_work", found.employee)
    return found


@require_safe
@never_cache
def contract(request: UserRequest, public_id: UUID) -> HttpResponse:
    """What was promised, delivered and changed, by whom, and what the reader can do about it."""
    return _page(request, _contract(request, public_id))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def amendment_new(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Propose a change in a table of the outputs that can still change."""
    found = _contract(request, public_id)
    require_permission(request, "performance.propose_amendment", found.employee)
    _require_open(found)
    changeable = [row for row in found.outputs.due() if not row.is_delivered]
    last = found.amendments.aggregate(last=Max("number"))["last"] or 0
    forms = AmendmentForms(changeable, after=last, typed=request.POST if request.method == "POST" else None)
    if request.method == "POST" and forms.is_valid():
        try:
            commands.propose(
                by=request.user,
                contract_id=found.pk,
                reason=forms.reason.cleaned_data["reason"],
                after=forms.reason.cleaned_data["after"],
                changes=forms.changes(),
            )
        except ValidationError as error:
            add_errors(forms.reason, error)
        else:
            messages.success(request, _("The change is proposed. It counts once the other side agrees."))
            return redirect("performance:contract", found.public_id)
    context = {"contract": found, "forms": forms, "crumbs": [*_crumbs(found, own=False), (_("Propose a change"), "")]}
    is_refused = forms.reason.is_bound and (forms.reason.errors or forms.outputs.total_error_count())
    status = UNPROCESSABLE if is_refused else 200
    return render(request, "performance/amendment_form.html", context, status=status)


def _require_open(found: OutputContract) -> None:
    if found.valid_to < timezone.localdate():
        raise StateChanged(_("This contract is over; what it promised stays as it is."))
    if found.amendments.filter(status=AmendmentStatus.PROPOSED).exists():
        raise StateChanged(_("A change of this contract is waiting for an answer already."))


def _amendment(request: UserRequest, public_id: UUID) -> OutputAmendment:
    seen = OutputContract.objects.visible_to(request.user)
    rows = OutputAmendment.objects.filter(contract__in=seen).select_related("contract__employee__user")
    found: OutputAmendment = get_object_or_404(rows, public_id=public_id)
    return found


@require_POST
@never_cache
def amendment_answer(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Agree or decline, as the side that did not propose it."""
    amendment = _amendment(request, public_id)
    require_permission(request, "performance.answer_amendment", amendment)
    agree = request.POST.get("action") == "agree"
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            commands.answer(
                by=request.user, public_id=amendment.public_id, agree=agree, text=form.cleaned_data["answer"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            said = (
                _("The contract is changed as agreed.") if agree else _("The change is declined; the contract stays.")
            )
            messages.success(request, said)
            return redirect("performance:contract", amendment.contract.public_id)
    return _page(request, _contract(request, amendment.contract.public_id), form)


@require_POST
@never_cache
def amendment_withdraw(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Take a proposed change back."""
    amendment = _amendment(request, public_id)
    require_permission(request, "performance.withdraw_amendment", amendment)
    return do(
        request,
        lambda: commands.withdraw(by=request.user, public_id=amendment.public_id),
        done=_("The change is taken back; the contract stays as it was."),
        back=reverse("performance:contract", args=[amendment.contract.public_id]),
    )


def _crumbs(found: OutputContract, *, own: bool = True) -> list[tuple[str, str]]:
    last = "" if own else reverse("performance:contract", args=[found.public_id])
    return [(_("Contracts"), reverse("performance:contract_list")), (found.reference, last)]


def _page(request: UserRequest, found: OutputContract, answer_form: AnswerForm | None = None) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    outputs = list(found.outputs.select_related("work_result"))
    rows = found.amendments.select_related("proposed_by", "answered_by", "acting_for")
    amendments = list(rows.prefetch_related("changes").order_by("-number"))
    waiting = next((row for row in amendments if row.status == AmendmentStatus.PROPOSED), None)
    context: dict[str, Any] = {
        "contract": found,
        "tag": contract_tag(found),
        "figures": figures_of(outputs, on=today),
        "rows": [(row, output_tag(row), rating_tag(row.rating) if row.rating else None) for row in outputs],
        "amendments": [
            (
                row,
                (AMENDMENT_KIND[AmendmentStatus(row.status)], row.get_status_display()),
                change_lines(row.changes.all()),
            )
            for row in amendments
        ],
        "steps": history_of(found, amendments),
        "links": contract_links(user, found),
        "crumbs": _crumbs(found),
    }
    if waiting is not None:
        waiting.contract = found
        if user.has_perm("performance.answer_amendment", waiting):
            context["answer_form"] = answer_form or AnswerForm()
            context["acting_for"] = acting_officer(user, found.employee) if waiting.by_employee else None
        context["may_withdraw"] = user.has_perm("performance.withdraw_amendment", waiting)
    elif found.valid_to >= today:
        context["may_propose"] = user.has_perm("performance.propose_amendment", found.employee)
    status = UNPROCESSABLE if answer_form is not None and answer_form.errors else 200
    return render(request, "performance/contract.html", context, status=status)
