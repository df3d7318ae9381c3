"""Integrity flags: the list, one with its answer and judgement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from attendance.enums import FlagStatus
from attendance.filters_flags import IntegrityFlagFilter
from attendance.forms.flags import UPHOLD, FlagAnswerForm, FlagJudgementForm
from attendance.models import IntegrityFlag
from attendance.presentation_flags import seen_in_words, tag_of
from attendance.services.flags import answer_by, answer_flag, judge_flag, may_uphold
from organization.http import UserRequest
from organization.views.pages import add_errors, paginate, render_list, require_permission

UNPROCESSABLE = 422
OTHERS_WITHIN = timedelta(days=30)
OTHERS_SHOWN = 10


@require_safe
def flag_list(request: UserRequest) -> HttpResponse:
    """Own flags and those of people in reach, the newest first."""
    rows = IntegrityFlag.objects.visible_to(request.user).select_related("employee").order_by("-raised_at", "-pk")
    found = IntegrityFlagFilter(request.GET, queryset=rows, request=request)
    page = paginate(request, found.qs)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(row, tag_of(row), seen_in_words(row)) for row in page],
    }
    return render_list(request, "attendance/flag_list.html", "attendance/partials/flag_table.html", context)


def _flag(request: UserRequest, pk: int) -> IntegrityFlag:
    rows = IntegrityFlag.objects.visible_to(request.user).select_related("employee__user", "judged_by", "event")
    return get_object_or_404(rows, pk=pk)


@require_safe
@never_cache
def flag(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _flag(request, pk))


@require_POST
@never_cache
def flag_answer(request: UserRequest, pk: int) -> HttpResponse:
    """The employee answers."""
    shown = _flag(request, pk)
    require_permission(request, "attendance.answer_flag", shown)
    form = FlagAnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_flag(by=request.user, flag_id=pk, text=form.cleaned_data["answer"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your answer is with the flag. You are told what is judged."))
            return redirect("attendance:flag", pk)
    return _page(request, shown, answer_form=form)


@require_POST
@never_cache
def flag_judge(request: UserRequest, pk: int) -> HttpResponse:
    """Who leads the person judges; a page that grew old is told so and judges nothing."""
    shown = _flag(request, pk)
    require_permission(request, "attendance.judge_flag", shown)
    form = FlagJudgementForm(request.POST, may_uphold=may_uphold(shown, on=timezone.localdate()))
    if form.is_valid():
        verdict, reason = form.cleaned_data["verdict"], form.cleaned_data["reason"]
        try:
            judge_flag(by=request.user, flag_id=pk, uphold=verdict == UPHOLD, reason=reason)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The flag is judged. The employee is told."))
            return redirect("attendance:flag", pk)
    return _page(request, shown, judgement_form=form)


def _page(
    request: UserRequest,
    shown: IntegrityFlag,
    *,
    answer_form: FlagAnswerForm | None = None,
    judgement_form: FlagJudgementForm | None = None,
) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    is_under_way = shown.status in (FlagStatus.OPEN, FlagStatus.ANSWERED)
    others = IntegrityFlag.objects.filter(
        employee=shown.employee, day__range=(shown.day - OTHERS_WITHIN, shown.day + OTHERS_WITHIN)
    ).exclude(pk=shown.pk)
    context: dict[str, Any] = {
        "flag": shown,
        "tag": tag_of(shown),
        "seen": seen_in_words(shown),
        "others": list(others.order_by("-day", "-pk")[:OTHERS_SHOWN]),
        "is_own": shown.employee.user_id == user.pk,
        "answer_by": answer_by(shown),
        "crumbs": [(_("Flags"), reverse("attendance:flag_list")), (str(shown.get_kind_display()), "")],
    }
    if shown.status == FlagStatus.OPEN and user.has_perm("attendance.answer_flag", shown):
        context["answer_form"] = answer_form or FlagAnswerForm()
    if is_under_way and user.has_perm("attendance.judge_flag", shown):
        may = may_uphold(shown, on=today)
        context |= {"judgement_form": judgement_form or FlagJudgementForm(may_uphold=may), "may_uphold": may}
    bound = answer_form or judgement_form
    return render(request, "attendance/flag.html", context, status=UNPROCESSABLE if bound and bound.errors else 200)
