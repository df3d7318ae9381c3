"""Deciding: what waits, one request with everything a decision rests on, and many at once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eligibility.presentation import verdict_card
from fwa.calendar import coverage_rows, problem_line
from fwa.data import draft_of
from fwa.enums import Basis, StepStatus
from fwa.filters import StepFilter
from fwa.forms.decisions import BulkNoteForm, DecisionForm, RejectForm
from fwa.home_reviews import reviews_to_decide
from fwa.models import Request, Step
from fwa.presentation import place_in_words, step_lines, weekdays_in_words, working_days_left
from fwa.renewal import record_context
from fwa.selectors import Coverage, coverage_grid, takes_places
from fwa.services.circumstances import circumstance_code
from fwa.services.decisions import approve_many, approve_step, officer_for, reject_step, return_step
from fwa.services.requests import screen_for
from organization.models import User
from organization.views.pages import FormPage, add_errors, handle_form, paginate, render_list
from performance.selectors import track_record

UNPROCESSABLE = 422
BULK_RESULT = "fwa.bulk_result"
MOST_AT_ONCE = 100
ID_DIGITS = 18  # every number so long fits the database's; a longer one names nothing


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]  # the login middleware lets nobody else through


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Steps that wait for the user, the most urgent first, with a checkbox each."""
    today = timezone.localdate()
    waiting = Step.objects.decidable_by(_user(request)).for_inbox().with_holidays(today)
    found = StepFilter(request.GET, queryset=waiting)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(step, working_days_left(step.due_on, today, step.holidays)) for step in page],
        "note_form": BulkNoteForm(),
        "reviews": [] if request.headers.get("HX-Request") else reviews_to_decide(_user(request)),
    }
    return render_list(request, "fwa/inbox.html", "fwa/partials/inbox_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def inbox_bulk(request: HttpRequest) -> HttpResponse:
    """Agree to the chosen ones; every row says what became of it, and one refusal holds up nobody else.

    The result is shown after a redirect, so that loading it again decides nothing.
    """
    if request.method != "POST":
        rows = request.session.get(BULK_RESULT)
        if rows is None:
            return redirect("fwa:inbox")
        return render(
            request, "fwa/inbox_bulk.html", {"rows": rows, "agreed": sum(row["ok"] for row in rows), "total": len(rows)}
        )
    ids = [int(value) for value in request.POST.getlist("ids") if value.isdecimal() and len(value) <= ID_DIGITS]
    form = BulkNoteForm(request.POST)
    if not ids or not form.is_valid():
        messages.error(request, _("Choose at least one request first."))
        return redirect("fwa:inbox")
    done = approve_many(by=_user(request), step_ids=ids[:MOST_AT_ONCE], note=form.cleaned_data["note"])
    request.session[BULK_RESULT] = [asdict(row) for row in done]
    return redirect("fwa:inbox_bulk")


def _step_of(request: HttpRequest, public_id: UUID) -> tuple[Request, Step | None]:
    """The request in scope and the step that the user may decide now, if any."""
    user = _user(request)
    rows = Request.objects.visible_to(user).for_detail().select_related("circumstance")
    fwa_request = get_object_or_404(rows, public_id=public_id)
    step = next((step for step in fwa_request.steps.all() if step.status == StepStatus.CURRENT), None)
    if step is not None:
        step.request = fwa_request
    return fwa_request, step if step is not None and user.has_perm("fwa.decide_step", step) else None


@require_safe
@never_cache
def step_decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything that the decision rests on, on one screen."""
    fwa_request, step = _step_of(request, public_id)
    if step is None:
        messages.info(request, _("This request does not wait for your decision."))
        return redirect("fwa:request_detail", public_id)
    return _decision_page(request, fwa_request, step)


@require_POST
@never_cache
def step_act(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Agree, wholly or in part, or return for change. A page that grew old is told so and decides nothing."""
    fwa_request = get_object_or_404(Request.objects.visible_to(_user(request)).for_detail(), public_id=public_id)
    days = [row.day for row in fwa_request.dates.all() if row.is_live]
    form = DecisionForm(request.POST, days=sorted(set(days)), is_last=_is_last(fwa_request))
    if not form.is_valid():
        return _refused(request, public_id, form)
    step = get_object_or_404(Step.objects.filter(request=fwa_request), pk=form.cleaned_data["step"])
    note = form.cleaned_data["note"]
    try:
        if request.POST.get("action") == "return":
            return_step(by=_user(request), step_id=step.pk, note=note)
            done = _("%(number)s, %(name)s: returned for change.")
        else:
            leave_out = form.cleaned_data.get("leave_out") or ()
            number = form.cleaned_data.get("letter_number", "")
            approve_step(by=_user(request), step_id=step.pk, note=note, leave_out=leave_out, letter_number=number)
            done = _("%(number)s, %(name)s: you agreed.")
    except ValidationError as error:
        add_errors(form, error)
        return _refused(request, public_id, form)
    messages.success(request, done % {"number": fwa_request.number, "name": fwa_request.employee.name})
    return redirect("fwa:inbox")


def _is_last(fwa_request: Request) -> bool:
    """Whether nothing follows the present level: agreeing then determines, and the letter gets its number."""
    return all(step.status != StepStatus.WAITING for step in fwa_request.steps.all())


def _refused(request: HttpRequest, public_id: UUID, form: DecisionForm) -> HttpResponse:
    fwa_request, step = _step_of(request, public_id)
    if step is None:
        messages.info(request, _("This request does not wait for your decision."))
        return redirect("fwa:request_detail", public_id)
    return _decision_page(request, fwa_request, step, form=form)


def _decision_page(
    request: HttpRequest, fwa_request: Request, step: Step, *, form: DecisionForm | None = None
) -> HttpResponse:
    today = timezone.localdate()
    try:
        coverage, problem = coverage_grid(fwa_request, on=today), ""
    except ValidationError as error:  # no terms for that time: it can be returned or rejected, and HR must act
        coverage, problem = Coverage((), (), {}), " ".join(error.messages)
    takes = takes_places(step)
    passing = [check.day for check in coverage.passing]
    officer = officer_for(step, _user(request))
    context: dict[str, Any] = {
        "fwa_request": fwa_request,
        "step": step,
        "form": form
        or DecisionForm(initial={"step": step.pk}, days=passing if takes else (), is_last=_is_last(fwa_request)),
        "takes_places": takes,
        "passing": len(passing),
        "problem": problem,
        "problems": [problem_line(check) for check in coverage.failing],
        "grid": coverage_rows(coverage) if coverage.limits else None,
        "place": place_in_words(fwa_request),
        "weekdays": weekdays_in_words(fwa_request),
        "steps": step_lines(fwa_request.steps.all()),
        "verdicts": [verdict_card(result) for result in _verdicts(fwa_request)],
        "record": track_record(employee_id=fwa_request.employee_id, on=today),
        **record_context(fwa_request.renews, on=today),
        "left": working_days_left(step.due_on, today, coverage.holidays),
        "acting_for": officer.name if officer else "",
        "shows_reason": fwa_request.basis == Basis.TASK,
        "may_open_evidence": fwa_request.basis == Basis.SPECIAL
        and _user(request).has_perm("fwa.open_evidence", fwa_request),
    }
    status = UNPROCESSABLE if form is not None and form.errors else 200
    return render(request, "fwa/step_decide.html", context, status=status)


def _verdicts(fwa_request: Request) -> list[Any]:
    """The rules asked again today, as the decision itself will."""
    try:
        return screen_for(
            fwa_request.employee,
            draft_of(fwa_request),
            on=timezone.localdate(),
            domicile_id=fwa_request.domicile_id,
            circumstance=circumstance_code(fwa_request),
        )
    except ValidationError:
        return []


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def step_reject(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Reject with ground, reason and alternative, on a page of its own."""
    fwa_request, step = _step_of(request, public_id)
    if step is None and request.method != "POST":
        messages.info(request, _("This request does not wait for your decision."))
        return redirect("fwa:request_detail", public_id)
    form = RejectForm(request.POST if request.method == "POST" else None, initial={"step": step.pk if step else None})
    back = reverse("fwa:step_decide", args=[public_id])
    title = _("Reject %(number)s of %(name)s") % {"number": fwa_request.number, "name": fwa_request.employee.name}
    page = FormPage(
        title=title,
        submit=_("Reject the request"),
        intro=_("The applicant reads all three. A held place is given back."),
        cancel_url=back,
        crumbs=[(_("Inbox"), reverse("fwa:inbox")), (str(fwa_request), back), (_("Reject"), "")],
        danger=True,
    )

    def reject() -> None:
        # The step named in the form: one that was decided meanwhile answers 409 and is not decided again.
        named = get_object_or_404(Step.objects.filter(request=fwa_request), pk=form.cleaned_data["step"])
        reject_step(
            by=_user(request),
            step_id=named.pk,
            ground=form.cleaned_data["ground"],
            reason=form.cleaned_data["reason"],
            alternative=form.cleaned_data["alternative"],
        )

    done = _("%(number)s is rejected; the applicant is told why.") % {"number": fwa_request.number}
    return handle_form(request, form, page, reject, done=done, done_url=reverse("fwa:inbox"))
