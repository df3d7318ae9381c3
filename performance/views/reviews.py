"""Reviews of reports: everything that waits, accepting many at once, and one report with its history and feedback."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from organization.access import access_for
from organization.http import UserRequest
from organization.leading import acting_officer
from organization.views.pages import add_errors, paginate, render_list, require_permission
from performance.enums import ReportStatus
from performance.errors import StateChanged
from performance.filters_reviews import WaitingReportFilter
from performance.forms.reviews import BulkAcceptForm, CommentForm, ReasonForm, ReportDecisionForm
from performance.models import DailyReport
from performance.review_page import also_waiting, rating_tag, risks_of, state_tag, steps_of, waiting_counts, with_lines
from performance.services.feedback import comment_on_report
from performance.services.reviews import MOST_AT_ONCE, Judged, accept, reopen, return_report

UNPROCESSABLE = 422
#: A team of 40 fits on one page.
REVIEWS_ON_A_PAGE = 50
ID_DIGITS = 18


def leads_somebody(request: UserRequest) -> None:
    """403 for whoever has no people at all; an empty list would read as if everything was done."""
    access = access_for(request.user)
    if request.user.is_service or not (access.has_reports or access.headed_paths):
        raise PermissionDenied(_("You lead nobody, so no report waits for you."))


@require_safe
@never_cache
def review_list(request: UserRequest) -> HttpResponse:
    """Reports that wait, the oldest and riskiest first, with what was done and its evidence in view."""
    leads_somebody(request)
    found = WaitingReportFilter(request.GET, queryset=DailyReport.objects.none(), request=request)
    page = paginate(request, with_lines(found.qs), size=REVIEWS_ON_A_PAGE)
    today = timezone.localdate()
    rows = [(row, state_tag(row), risks_of(row, on=today)) for row in page]
    context = {
        "filter": found,
        "page_obj": page,
        "rows": rows,
        "waiting_shown": sum(row.status == ReportStatus.REPORTED for row, _tag, _risks in rows),
        "bulk_form": BulkAcceptForm(),
        "counts": waiting_counts(request.user),
        "also": also_waiting(request.user),
        "kept": [(f"f-{name}", value) for name in found.filters if (value := request.GET.get(name))],
    }
    return render_list(request, "performance/review_list.html", "performance/partials/review_table.html", context)


@require_POST
def review_accept_many(request: UserRequest) -> HttpResponse:
    """Accept the chosen reports, or all that the page showed; what cannot be accepted is told one by one."""
    leads_somebody(request)
    field = "shown" if request.POST.get("which") == "shown" else "ids"
    ids = [int(value) for value in request.POST.getlist(field) if _is_number(value)][:MOST_AT_ONCE]
    form = BulkAcceptForm(request.POST)
    back = _back_to_list(request)
    if not form.is_valid():
        messages.error(request, _("Choose above, meets or below expectation."))
        return redirect(back)
    if not ids:
        messages.error(request, _("Choose at least one report first."))
        return redirect(back)
    versions = {pk: int(value) for pk in ids if _is_number(value := request.POST.get(f"version-{pk}", ""))}
    _tell(request, accept(report_ids=ids, by=request.user, rating=form.cleaned_data["rating"], versions=versions))
    return redirect(back)


def _is_number(value: str) -> bool:
    return value.isdecimal() and value.isascii() and len(value) <= ID_DIGITS


def _back_to_list(request: UserRequest) -> str:
    """The list with the filters it had, from its first page: what was judged is no longer on it."""
    kept = {name: value for name in WaitingReportFilter.base_filters if (value := request.POST.get(f"f-{name}"))}
    return reverse("performance:review_list", query=kept) if kept else reverse("performance:review_list")


def _tell(request: UserRequest, done: list[Judged]) -> None:
    accepted = sum(row.ok for row in done)
    text = ngettext("%(count)s report accepted.", "%(count)s reports accepted.", accepted) % {"count": accepted}
    (messages.success if accepted else messages.warning)(request, text)
    for row in done:
        if not row.ok:
            line = {"name": row.name, "day": date_format(row.day, "DATE_FORMAT"), "why": row.message}
            messages.warning(request, _("%(name)s, %(day)s: %(why)s") % line)


def _report(request: UserRequest, public_id: UUID) -> DailyReport:
    """The report for whoever may see the work: author, leaders, HR and auditors; 404 for everybody else."""
    rows = with_lines(DailyReport.objects.visible_to(request.user)).select_related("employee__user", "reviewed_by")
    shown: DailyReport = get_object_or_404(rows, public_id=public_id)
    require_permission(request, "performance.view_work", shown.employee)
    return shown


@require_safe
@never_cache
def report(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One report: what was planned and done, its evidence, judgements so far, and what the reader can do about it."""
    return _page(request, _report(request, public_id))


@require_POST
@never_cache
def report_accept(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Accept one report; a page that grew old is told so and accepts nothing."""
    shown = _report(request, public_id)
    require_permission(request, "performance.review_work", shown.employee)
    form = ReportDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, shown, decision=form)
    version = form.cleaned_data["version"]
    done = accept(
        report_ids=[shown.pk], by=request.user, rating=form.cleaned_data["rating"], versions={shown.pk: version}
    )
    if not all(row.ok for row in done):
        raise StateChanged(" ".join(row.message for row in done))
    messages.success(request, _("The report of %(name)s is accepted.") % {"name": shown.employee.name})
    return redirect("performance:review_list")


@require_POST
@never_cache
def report_return(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Return one report with a reason, from its own page or from its row in the list."""
    shown = _report(request, public_id)
    require_permission(request, "performance.review_work", shown.employee)
    form = ReportDecisionForm(_typed_in_row(request, shown) or request.POST)
    back = _back_to_list(request)
    said = _("The report of %(name)s is returned. The employee is told why.") % {"name": shown.employee.name}
    return _judge(request, shown, form, return_report, said, back)


def _typed_in_row(request: UserRequest, shown: DailyReport) -> dict[str, str]:
    """What was typed for this report in the list, whose form holds every report of the page; empty elsewhere."""
    if f"reason-{shown.pk}" not in request.POST:
        return {}
    return {
        "reason": request.POST[f"reason-{shown.pk}"],
        "version": request.POST.get(f"version-{shown.pk}", ""),
    }


@require_POST
@never_cache
def report_reopen(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Open an accepted day again, with a reason."""
    shown = _report(request, public_id)
    require_permission(request, "performance.review_work", shown.employee)
    said = _("The report is open again. The employee is told why.")
    back = reverse("performance:report", args=[public_id])
    return _judge(request, shown, ReasonForm(request.POST), reopen, said, back)


def _judge(
    request: UserRequest,
    shown: DailyReport,
    form: ReportDecisionForm | ReasonForm,
    command: Callable[..., Any],
    said: str,
    back: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            command(
                report=shown,
                by=request.user,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, said)
            return redirect(back)
    if isinstance(form, ReportDecisionForm):
        return _page(request, shown, decision=form)
    return _page(request, shown, reopening=form)


@require_POST
@never_cache
def report_comment(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Add a comment to the thread of a day."""
    shown = _report(request, public_id)
    require_permission(request, "performance.comment_work", shown.employee)
    form = CommentForm(request.POST)
    if form.is_valid():
        comment_on_report(report=shown, by=request.user, text=form.cleaned_data["text"])
        messages.success(request, _("Your comment is added. The other side is told."))
        return redirect("performance:report", public_id)
    return _page(request, shown, commenting=form)


def _page(
    request: UserRequest,
    shown: DailyReport,
    *,
    decision: ReportDecisionForm | None = None,
    reopening: ReasonForm | None = None,
    commenting: CommentForm | None = None,
) -> HttpResponse:
    user, employee = request.user, shown.employee
    reviews = shown.reviews.select_related("by", "acting_for")
    reviews_it = user.has_perm("performance.review_work", employee)
    context: dict[str, Any] = {
        "report": shown,
        "tag": state_tag(shown),
        "risks": risks_of(shown, on=timezone.localdate()),
        "rating": rating_tag(shown.rating) if shown.rating else None,
        "steps": steps_of(list(reviews)),
        "comments": shown.comments.select_related("author"),
        "comment_url": reverse("performance:report_comment", args=[shown.public_id]),
        "is_own": employee.user_id == user.pk,
        "crumbs": _crumbs(shown, is_reviewer=reviews_it),
    }
    if user.has_perm("performance.comment_work", employee):
        context["comment_form"] = commenting or CommentForm()
    if reviews_it:
        context["acting_for"] = acting_officer(user, employee)
        version = {"version": shown.version}
        if shown.status == ReportStatus.REPORTED:
            context["decision"] = decision or ReportDecisionForm(initial=version)
        elif shown.status == ReportStatus.ACCEPTED:
            context["reopening"] = reopening or ReasonForm(initial=version)
    forms = (decision, reopening, commenting)
    status = UNPROCESSABLE if any(form is not None and form.errors for form in forms) else 200
    return render(request, "performance/report.html", context, status=status)


def _crumbs(shown: DailyReport, *, is_reviewer: bool) -> list[tuple[str, str]]:
    first = [(_("Report reviews"), reverse("performance:review_list"))] if is_reviewer else []
    return [*first, (date_format(shown.day, "DATE_FORMAT"), "")]
