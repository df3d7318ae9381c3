"""Reviews of outputs: the list of a team's outputs, and one with its deliveries, ratings and feedback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from organization.access import access_for
from organization.http import UserRequest
from organization.leading import acting_officer
from organization.views.pages import add_errors, paginate, render_list, require_permission
from performance.enums import ReviewAction
from performance.filters_reviews import OutputReviewFilter
from performance.forms.reviews import CommentForm, DeliveryForm, OutputRatingForm
from performance.models import Output
from performance.review_page import output_tag, rating_tag, steps_of
from performance.review_reach import outputs_led
from performance.services.feedback import comment_on_output
from performance.services.output_reviews import rate_output, record_delivery
from performance.views.reviews import UNPROCESSABLE, leads_somebody


@require_safe
@never_cache
def output_list(request: UserRequest) -> HttpResponse:
    """Outputs promised by the people one leads, the last due first."""
    leads_somebody(request)
    rows = outputs_led(request.user).select_related("contract__employee").order_by("-due_on", "pk")
    found = OutputReviewFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, output_tag(row), rating_tag(row.rating) if row.rating else None) for row in page],
    }
    return render_list(
        request, "performance/output_review_list.html", "performance/partials/output_review_table.html", context
    )


def _output(request: UserRequest, public_id: UUID) -> Output:
    """The output for whoever may see the work of the person; 404 for everybody else."""
    reach = access_for(request.user).employees_q("contract__employee__")
    rows = Output.objects.filter(reach).select_related("contract__employee__user", "work_result", "rated_by")
    shown: Output = get_object_or_404(rows, public_id=public_id)
    require_permission(request, "performance.view_work", shown.contract.employee)
    return shown


@require_safe
@never_cache
def output(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One output: promise, deliveries, ratings so far, and what the reader can do about it."""
    return _page(request, _output(request, public_id))


@require_POST
@never_cache
def output_rate(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Rate it; whoever rates at the same time is told (409)."""
    shown = _output(request, public_id)
    require_permission(request, "performance.review_work", shown.contract.employee)
    form = OutputRatingForm(request.POST)
    return _do(
        request,
        shown,
        form,
        "rating_form",
        lambda: rate_output(
            output=shown,
            by=request.user,
            rating=form.cleaned_data["rating"],
            reason=form.cleaned_data["reason"],
            replaces=form.cleaned_data["replaces"] or 0,
        ),
        _("The output is rated. The employee is told."),
    )


@require_POST
@never_cache
def output_record(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Put on record what reached the supervisor outside the daily reports."""
    shown = _output(request, public_id)
    require_permission(request, "performance.review_work", shown.contract.employee)
    form = DeliveryForm(request.POST)
    return _do(
        request,
        shown,
        form,
        "delivery_form",
        lambda: record_delivery(output=shown, by=request.user, **form.cleaned_data),
        _("The delivery is on record."),
    )


@require_POST
@never_cache
def output_comment(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Add a comment to the thread of an output."""
    shown = _output(request, public_id)
    require_permission(request, "performance.comment_work", shown.contract.employee)
    form = CommentForm(request.POST)
    return _do(
        request,
        shown,
        form,
        "comment_form",
        lambda: comment_on_output(output=shown, by=request.user, text=form.cleaned_data["text"]),
        _("Your comment is added. The other side is told."),
    )


def _do(
    request: UserRequest,
    shown: Output,
    form: forms.Form,
    name: str,
    command: Callable[[], Any],
    said: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            command()
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, said)
            return redirect("performance:output", shown.public_id)
    return _page(request, shown, **{name: form})


def _page(request: UserRequest, shown: Output, **bound: forms.Form) -> HttpResponse:
    user, employee = request.user, shown.contract.employee
    reviews = list(shown.reviews.select_related("by", "acting_for"))
    lines = shown.lines.filter(amount__gt=0).select_related("report").order_by("-report__day", "pk")
    context: dict[str, Any] = {
        "output": shown,
        "tag": output_tag(shown),
        "rating": rating_tag(shown.rating) if shown.rating else None,
        "lines": lines[:50],
        "steps": steps_of(reviews),
        "comments": shown.comments.select_related("author"),
        "comment_url": reverse("performance:output_comment", args=[shown.public_id]),
        "is_own": employee.user_id == user.pk,
        "crumbs": [(shown.contract.reference, ""), (shown.title, "")],
    }
    if user.has_perm("performance.comment_work", employee):
        context["comment_form"] = bound.get("comment_form") or CommentForm()
    if user.has_perm("performance.review_work", employee):
        context |= {"acting_for": acting_officer(user, employee)}
        context["crumbs"] = [
            (_("Report reviews"), reverse("performance:review_list")),
            (_("Outputs"), reverse("performance:output_review_list")),
            (shown.title, ""),
        ]
        if shown.dropped_at is None:
            on = {"amount": shown.recorded, "on": shown.recorded_on or timezone.localdate()}
            context["delivery_form"] = bound.get("delivery_form") or DeliveryForm(initial=on)
        if shown.is_rateable(timezone.localdate()):
            last = max((row.pk for row in reviews if row.action == ReviewAction.RATE), default=0)
            first = {"replaces": last, "rating": shown.rating}
            context["rating_form"] = bound.get("rating_form") or OutputRatingForm(initial=first)
    status = UNPROCESSABLE if any(form.errors for form in bound.values()) else 200
    return render(request, "performance/output.html", context, status=status)
