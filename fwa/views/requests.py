"""Reading requests: the list in scope and one request whole."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from eligibility.presentation import stored_card
from eligibility.screening import stored_results
from fwa.enums import Basis, RequestStatus, StepStatus
from fwa.filters import RequestFilter
from fwa.models import Request, Step
from fwa.presentation import TAG_OF_STATUS, date_lines, place_in_words, step_lines
from fwa.presentation_reviews import review_of
from fwa.renewal import is_renewable
from fwa.views.request_acts import is_running
from organization.models import User
from organization.views.pages import paginate
from performance.models import OutputContract


@require_safe
@vary_on_headers("HX-Request")
def request_list(request: HttpRequest) -> HttpResponse:
    """Requests the user may see: own ones, those of people in scope, and those whose chain names the user."""
    user: User = request.user  # type: ignore[assignment]
    found = RequestFilter(request.GET, queryset=Request.objects.visible_to(user).for_list())
    page = paginate(request, found.qs)
    rows = [(row, TAG_OF_STATUS[row.status]) for row in page]
    template = "fwa/partials/request_table.html" if request.headers.get("HX-Request") else "fwa/request_list.html"
    context = {"filter": found, "page_obj": page, "rows": rows, "may_ask": user.has_perm("fwa.make_request")}
    return render(request, template, context)


@require_safe
def request_detail(request: HttpRequest, public_id: str) -> HttpResponse:
    """One request: what was asked, what became of each date, who decided, and the verdict it stands on."""
    user: User = request.user  # type: ignore[assignment]
    fwa_request = get_object_or_404(Request.objects.visible_to(user).for_detail().with_review(), public_id=public_id)
    last = fwa_request.screenings.select_related("version__policy").order_by("-created_at", "-pk").first()
    is_own = fwa_request.employee.user_id == user.pk
    context = {
        "may": _may(user, fwa_request),
        "fwa_request": fwa_request,
        "tag": TAG_OF_STATUS[fwa_request.status],
        "place": place_in_words(fwa_request),
        "contract": _contract(user, fwa_request),
        "steps": step_lines(fwa_request.steps.all()),
        "dates": date_lines(fwa_request.dates.all()),
        "letter": getattr(fwa_request, "letter", None),
        "review": review_of(fwa_request),
        "verdict": stored_card(last, stored_results(last)) if last else None,
        # The reason for a special circumstance may speak of health: only the applicant reads it here.
        "shows_reason": is_own or fwa_request.basis == Basis.TASK,
    }
    return render(request, "fwa/request_detail.html", context)


def _contract(user: User, fwa_request: Request) -> OutputContract | None:
    """The contract it led to, for whoever may read it."""
    if fwa_request.status != RequestStatus.APPROVED or not user.has_perm("performance.view_work", fwa_request.employee):
        return None
    contract: OutputContract | None = OutputContract.objects.filter(reference=fwa_request.number).first()
    return contract


def _may(user: User, fwa_request: Request) -> dict[str, bool]:
    """The buttons: what the user may do with this request in its present state."""
    own = user.has_perm("fwa.change_request", fwa_request)
    may = {
        "edit": own and fwa_request.is_editable,
        "delete": own and fwa_request.status == RequestStatus.DRAFT,
        "withdraw": own and fwa_request.status in (RequestStatus.SUBMITTED, RequestStatus.RETURNED),
        "renew": own and is_renewable(fwa_request, on=timezone.localdate()),
        "end": is_running(fwa_request) and user.has_perm("fwa.end_arrangement", fwa_request),
        "decide": any(
            step.status == StepStatus.CURRENT and user.has_perm("fwa.decide_step", step)
            for step in _steps_with(fwa_request)
        ),
        "see_evidence": fwa_request.basis == Basis.SPECIAL
        and fwa_request.status != RequestStatus.DRAFT
        and (own or user.has_perm("fwa.open_evidence", fwa_request)),
    }
    return may | {"any": any(may.values())}


def _steps_with(fwa_request: Request) -> list[Step]:
    """The prefetched steps, each knowing the request at hand."""
    steps = list(fwa_request.steps.all())
    for step in steps:
        step.request = fwa_request
    return steps
