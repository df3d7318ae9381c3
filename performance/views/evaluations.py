"""Evaluations: the list, opening them for a team, one with everything that can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.http import UserRequest
from organization.leading import acting_officer, led_by
from organization.models import Employee
from organization.views.pages import add_errors, do, paginate, render_list, require_permission
from performance.enums import EvaluationStatus, PeriodKind
from performance.filters_evaluations import EvaluationFilter, readable_by
from performance.forms.evaluations import JudgementForm, NoteForm, ObjectionForm, OpenForm, SettleForm
from performance.models import Evaluation, OfficialPredicate, Output
from performance.periods import last_closed_period, period_around, period_words
from performance.presentation_evaluations import arithmetic_words, period_of, rating_word, steps_of, tag_of
from performance.services import evaluations as commands
from performance.terms import performance_terms_on

UNPROCESSABLE = 422
MOST_AT_ONCE = 100
OUTPUTS_SHOWN = 100
ID_DIGITS = 18


@require_safe
def evaluation_list(request: UserRequest) -> HttpResponse:
    """Evaluations the user reads, the newest period first."""
    rows = readable_by(request.user).select_related("employee")
    found = EvaluationFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, tag_of(row), period_of(row)) for row in page],
        "leads": led_by(request.user, with_hr=False).exists(),
    }
    return render_list(
        request, "performance/evaluation_list.html", "performance/partials/evaluation_table.html", context
    )


# ---------------------------------------------------------------------- open
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evaluation_open(request: UserRequest) -> HttpResponse:
    """Choose the period and the people; who has an evaluation of it already keeps theirs."""
    people = led_by(request.user, with_hr=False).order_by("name", "pk")
    if not people.exists():
        raise PermissionDenied(_("Only whoever leads people opens evaluations."))
    today = timezone.localdate()
    kind = performance_terms_on(today).evaluation_kind
    start, _end = last_closed_period(kind, today)
    initial = {"kind": kind, "year": start.year, "number": _number(kind, start)}
    form = OpenForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        done = _open(request, form)
        if done is not None:
            return done
    page = paginate(request, people)
    context = {
        "form": form,
        "page_obj": page,
        "chosen": set(request.POST.getlist("people")),
        "crumbs": [(_("Evaluations"), reverse("performance:evaluation_list")), (_("Open evaluations"), "")],
    }
    return render(request, "performance/evaluation_open.html", context, status=UNPROCESSABLE if form.errors else 200)


def _number(kind: str, start: date) -> int | None:
    return {PeriodKind.MONTH: start.month, PeriodKind.QUARTER: (start.month + 2) // 3}.get(PeriodKind(kind))


def _open(request: UserRequest, form: OpenForm) -> HttpResponse | None:
    kind, year, number = (form.cleaned_data[name] for name in ("kind", "year", "number"))
    ids = [int(value) for value in request.POST.getlist("people") if value.isdecimal() and len(value) <= ID_DIGITS]
    if kind != PeriodKind.YEAR and (number is None or number > (12 if kind == PeriodKind.MONTH else 4)):
        form.add_error("number", _("Give the month (1 to 12) or the quarter (1 to 4)."))
    if not ids:
        form.add_error(None, _("Choose at least one person."))
    if form.errors:
        return None
    month = 1 if kind == PeriodKind.YEAR else number if kind == PeriodKind.MONTH else 3 * number - 2
    start, end = period_around(kind, date(year, month, 1))
    try:
        made = commands.open_evaluations(
            by=request.user, employee_ids=ids[:MOST_AT_ONCE], kind=kind, start=start, end=end
        )
    except ValidationError as error:
        add_errors(form, error)
        return None
    text = ngettext(
        "%(count)d evaluation of %(period)s is there to be written.",
        "%(count)d evaluations of %(period)s are there to be written.",
        len(made),
    )
    messages.success(request, text % {"count": len(made), "period": period_words(kind, start, end)})
    if len(made) == 1:
        return redirect("performance:evaluation", made[0].public_id)
    return redirect(f"{reverse('performance:evaluation_list')}?show=to_do")


# ----------------------------------------------------------------------- one
def _evaluation(request: UserRequest, public_id: UUID) -> Evaluation:
    rows = Evaluation.objects.visible_to(request.user).select_related(
        "employee__user", "evaluator", "acting_for", "contract"
    )
    found = get_object_or_404(rows.prefetch_related("behaviours", "notes__author"), public_id=public_id)
    require_permission(request, "performance.view_evaluation", found)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def evaluation(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Read it, and for whoever leads the person: write it. `action=share` also shows it to the person."""
    shown = _evaluation(request, public_id)
    if request.method != "POST":
        return _page(request, shown)
    require_permission(request, "performance.write_evaluation", shown)
    form = JudgementForm(request.POST, evaluation=shown)
    if form.is_valid():
        shares = request.POST.get("action") == "share"
        command = commands.share if shares else commands.save_draft
        try:
            command(by=request.user, public_id=public_id, judgement=form.judgement())
        except ValidationError as error:
            _add_errors(form, error)
        else:
            done = _("Shared. The employee is told.") if shares else _("Saved. Only you see it until you share it.")
            messages.success(request, done)
            return redirect("performance:evaluation", public_id)
    return _page(request, shown, writing=form)


def _add_errors(form: JudgementForm, error: ValidationError) -> None:
    """`behaviours` is no field of the form: it belongs to the seven together."""
    if not hasattr(error, "error_dict"):
        add_errors(form, error)
        return
    for name, texts in error.message_dict.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


def _act(request: UserRequest, public_id: UUID, command: Callable[[], Any], done: str) -> HttpResponse:
    return do(request, command, done=done, back=reverse("performance:evaluation", args=[public_id]))


@require_POST
def evaluation_acknowledge(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The person has read it."""
    shown = _evaluation(request, public_id)
    require_permission(request, "performance.answer_evaluation", shown)
    act = lambda: commands.acknowledge(by=request.user, public_id=public_id)  # noqa: E731
    return _act(request, public_id, act, _("Thank you. Your supervisor is told."))


@require_POST
def evaluation_close(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Lock it for good."""
    shown = _evaluation(request, public_id)
    require_permission(request, "performance.write_evaluation", shown)
    act = lambda: commands.close(by=request.user, public_id=public_id)  # noqa: E731
    return _act(request, public_id, act, _("Closed. It can no longer be changed."))


@require_POST
@never_cache
def evaluation_object(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The person disagrees, and says with what."""
    shown = _evaluation(request, public_id)
    require_permission(request, "performance.answer_evaluation", shown)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            commands.object_to(by=request.user, public_id=public_id, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your objection is with somebody other than the evaluator."))
            return redirect("performance:evaluation", public_id)
    return _page(request, shown, objecting=form)


@require_POST
@never_cache
def evaluation_settle(request: UserRequest, public_id: UUID) -> HttpResponse:
    """The second look at an objection."""
    shown = _evaluation(request, public_id)
    require_permission(request, "performance.settle_objection", shown)
    form = SettleForm(request.POST)
    if form.is_valid():
        try:
            commands.settle(by=request.user, public_id=public_id, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Answered. Both sides are told."))
            return redirect("performance:evaluation", public_id)
    return _page(request, shown, settling=form)


@require_POST
@never_cache
def evaluation_note(request: UserRequest, public_id: UUID) -> HttpResponse:
    """A note of the dialogue."""
    shown = _evaluation(request, public_id)
    form = NoteForm(request.POST)
    if form.is_valid():
        commands.add_note(by=request.user, public_id=public_id, text=form.cleaned_data["text"])
        messages.success(request, _("Your note is kept."))
        return redirect("performance:evaluation", public_id)
    return _page(request, shown, noting=form)


def _page(
    request: UserRequest,
    shown: Evaluation,
    *,
    writing: JudgementForm | None = None,
    objecting: ObjectionForm | None = None,
    settling: SettleForm | None = None,
    noting: NoteForm | None = None,
) -> HttpResponse:
    user, status = request.user, shown.status
    writes = user.has_perm("performance.write_evaluation", shown)
    answers = user.has_perm("performance.answer_evaluation", shown)
    is_open = status != EvaluationStatus.CLOSED
    context: dict[str, Any] = {
        "evaluation": shown,
        "tag": tag_of(shown),
        "period": period_of(shown),
        "sums": arithmetic_words(shown.arithmetic),
        "suggested": rating_word(shown.suggested_rating),
        "outputs": _outputs(shown),
        "official": _official(shown.employee, shown.ends_on),
        "steps": steps_of(shown),
        "is_own": shown.employee.user_id == user.pk,
        "acting_for": acting_officer(user, shown.employee) if writes and is_open else None,
        "crumbs": [(_("Evaluations"), reverse("performance:evaluation_list")), (shown.employee.name, "")],
    }
    if writes and status == EvaluationStatus.DRAFT:
        context["writing"] = writing or JudgementForm(evaluation=shown)
    if answers and status == EvaluationStatus.SHARED:
        context["objecting"] = objecting or ObjectionForm()
    unsettled = status == EvaluationStatus.OBJECTED and not shown.objection_answer
    if unsettled and user.has_perm("performance.settle_objection", shown):
        context["settling"] = settling or SettleForm()
    context["may_close"] = writes and _can_close(shown)
    if is_open and (writes or answers):
        context["noting"] = noting or NoteForm()
    wrong = any(form is not None and form.errors for form in (writing, objecting, settling, noting))
    return render(request, "performance/evaluation.html", context, status=UNPROCESSABLE if wrong else 200)


def _can_close(shown: Evaluation) -> bool:
    if shown.status == EvaluationStatus.OBJECTED:
        return bool(shown.objection_answer)
    if shown.status == EvaluationStatus.SHARED:
        return shown.answer_by_on is not None and shown.answer_by_on < timezone.localdate()
    return shown.status == EvaluationStatus.ACKNOWLEDGED


def _outputs(shown: Evaluation) -> list[Output]:
    """What was due in the period, as the arithmetic counts it."""
    rows = Output.objects.due().filter(
        contract__employee=shown.employee, due_on__gte=shown.starts_on, due_on__lte=shown.ends_on
    )
    return list(rows.select_related("contract").order_by("due_on", "pk")[:OUTPUTS_SHOWN])


def _official(employee: Employee, until: date) -> OfficialPredicate | None:
    """The official predicate for the latest period that ends by the same day; ours never stands in for it."""
    rows = OfficialPredicate.objects.filter(employee=employee, period_end__lte=until)
    found: OfficialPredicate | None = rows.order_by("-period_end", "quarter").first()
    return found
