"""Reviews of running arrangements: the list, one review with its answer and decision, and lifting a suspension."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fwa.calendar import coverage_rows, why
from fwa.enums_reviews import ReviewStatus
from fwa.errors import AlreadyDecided
from fwa.filters_reviews import ReviewFilter
from fwa.forms.reviews import AnswerForm, LiftForm, ReviewDecisionForm
from fwa.models import ArrangementReview
from fwa.presentation import place_in_words, weekdays_in_words
from fwa.presentation_reviews import (
    compared_rules,
    coverage_of,
    reads_details,
    reads_texts,
    review_lines,
    tag_of,
)
from fwa.services.reviews import Lifted, decide, is_lifted_by, lift_suspension, officer_for_review, respond
from organization.http import UserRequest
from organization.models import User
from organization.views.pages import FormPage, add_errors, handle_form, paginate, render_list, require_permission

UNPROCESSABLE = 422


@require_safe
def review_list(request: UserRequest) -> HttpResponse:
    """Reviews in reach, the newest first."""
    require_permission(request, "fwa.list_reviews")
    rows = ArrangementReview.objects.visible_to(request.user).for_list()
    found = ReviewFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {"filter": found, "page_obj": page, "rows": [(row, tag_of(row)) for row in page]}
    return render_list(request, "fwa/review_list.html", "fwa/partials/review_table.html", context)


def _review(request: UserRequest, public_id: UUID) -> ArrangementReview:
    rows = ArrangementReview.objects.visible_to(request.user).for_detail()
    review = get_object_or_404(rows, public_id=public_id)
    review.request.employee, review.request.assignment = review.employee, review.assignment
    return review


@require_safe
@never_cache
def review(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One review: what is not met, then and now, and what the reader can do about it."""
    return _page(request, _review(request, public_id))


@require_POST
@never_cache
def review_respond(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The employee answers."""
    shown = _review(request, public_id)
    require_permission(request, "fwa.respond_review", shown)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            respond(by=request.user, review_id=shown.pk, text=form.cleaned_data["response"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your answer is with the review. You are told what is decided."))
            return redirect("fwa:review", public_id)
    return _page(request, shown, answer_form=form)


@require_POST
@never_cache
def review_decide(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The unit head or HR decides; a page that grew old is told so and decides nothing."""
    shown = _review(request, public_id)
    require_permission(request, "fwa.decide_review", shown)
    form = ReviewDecisionForm(request.POST, may_break=_may_break(shown))
    if form.is_valid():
        try:
            decided = decide(by=request.user, review_id=shown.pk, decision=form.decision())
        except ValidationError as error:
            add_errors(form, error)
        else:
            text = _("%(number)s of %(name)s: %(outcome)s. The employee is told.") % {
                "number": shown.request.number,
                "name": shown.employee.name,
                "outcome": decided.get_outcome_display(),
            }
            messages.success(request, text)
            return redirect("fwa:review", public_id)
    return _page(request, shown, decision_form=form)


def _may_break(shown: ArrangementReview) -> bool:
    """Whether it can be suspended or ended: once the employee has answered, or their time is over."""
    return shown.status == ReviewStatus.RESPONDED or shown.respond_by < timezone.localdate()


def _page(
    request: UserRequest,
    shown: ArrangementReview,
    *,
    answer_form: AnswerForm | None = None,
    decision_form: ReviewDecisionForm | None = None,
) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    is_own = shown.employee.user_id == user.pk
    decides = user.has_perm("fwa.decide_review", shown)
    texts = reads_texts(user, shown)
    context: dict[str, Any] = {
        "review": shown,
        "fwa_request": shown.request,
        "tag": tag_of(shown),
        "rules": compared_rules(shown, user),
        "details": reads_details(user, shown),
        "texts": texts,
        "place": place_in_words(shown.request),
        "weekdays": weekdays_in_words(shown.request),
        "steps": review_lines(shown, texts=texts),
        "is_own": is_own,
        "is_late": shown.is_late(today),
        "suspended": shown.assignment.is_suspended_on(today),
        "may_lift": decides and is_lifted_by(shown, today),
        "crumbs": _crumbs(user, shown),
    }
    if shown.is_under_way and is_own and shown.status == ReviewStatus.OPEN:
        context["answer_form"] = answer_form or AnswerForm()
    if shown.is_under_way and decides:
        context |= _decision_context(user, shown, decision_form)
    bound = answer_form or decision_form
    return render(request, "fwa/review.html", context, status=UNPROCESSABLE if bound and bound.errors else 200)


def _decision_context(user: User, shown: ArrangementReview, form: ReviewDecisionForm | None) -> dict[str, Any]:
    today = timezone.localdate()
    may_break = _may_break(shown)
    coverage = coverage_of(shown.request, on=today)
    officer = officer_for_review(shown, user)
    initial = {"effective_from": max(today, shown.assignment.valid_from)}
    return {
        "decision_form": form or ReviewDecisionForm(initial=initial, may_break=may_break),
        "may_break": may_break,
        "grid": coverage_rows(coverage) if coverage and coverage.limits else None,
        "acting_for": officer.name if officer else "",
    }


def _crumbs(user: User, shown: ArrangementReview) -> list[tuple[str, str]]:
    number = shown.request.number or ""
    if user.has_perm("fwa.list_reviews"):
        return [(_("Arrangements to review"), reverse("fwa:review_list")), (number, "")]
    request_url = reverse("fwa:request_detail", args=[shown.request.public_id])
    return [(_("Requests"), reverse("fwa:request_list")), (number, request_url), (_("Review"), "")]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def suspension_lift(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Let a suspended arrangement go on; its places are taken again, date by date."""
    shown = _review(request, public_id)
    require_permission(request, "fwa.decide_review", shown)
    if not is_lifted_by(shown, timezone.localdate()):
        raise AlreadyDecided(_("This arrangement is not suspended any more."))
    url = reverse("fwa:review", args=[public_id])
    form = LiftForm(request.POST if request.method == "POST" else None, initial={"first": timezone.localdate()})
    title = _("Lift the suspension of %(number)s") % {"number": shown.request.number}
    page = FormPage(
        title=title,
        submit=_("Let it go on"),
        intro=_(
            "Every date is checked again: where somebody else has the place by now, the date is gone and is listed."
        ),
        cancel_url=url,
        crumbs=[*_crumbs(request.user, shown)[:-1], (str(shown.request), url), (_("Lift"), "")],
    )

    def lift() -> None:
        done = lift_suspension(by=request.user, review_id=shown.pk, **form.cleaned_data)
        for line in lifted_lines(done):
            messages.warning(request, line)

    return handle_form(request, form, page, lift, done=_("The suspension is lifted."), done_url=url)


def lifted_lines(done: Lifted) -> list[str]:
    """What came back, and each date that is gone with the reason."""
    count = len(done.regained)
    lines = [ngettext("%(count)s date counts again.", "%(count)s dates count again.", count) % {"count": count}]
    for check in done.gone:
        lines.append(
            _("%(date)s is gone: %(why)s") % {"date": date_format(check.day, "DATE_FORMAT"), "why": why(check)}
        )
    return lines
