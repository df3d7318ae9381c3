"""Asking: the form with its preview, keeping and sending a draft, and stating a special circumstance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from eligibility.enums import PlaceKind
from eligibility.presentation import verdict_card
from fwa.calendar import preview_panel
from fwa.data import DraftData, draft_of
from fwa.enums import Basis, RequestStatus, StepStatus
from fwa.errors import AlreadyDecided
from fwa.facts import terms_on
from fwa.forms.decisions import CircumstanceForm
from fwa.forms.requests import OFFICE_WEEK, ROUND_THE_CLOCK, RequestForms, swapped, without
from fwa.models import Evidence, Request, SpecialCircumstance, Step
from fwa.renewal import is_renewable, record_context, renewal_draft, with_renewal
from fwa.selectors import Preview, preview_request, works_around_the_clock
from fwa.services.circumstances import claim_circumstance, remove_evidence
from fwa.services.requests import save_draft, submit_request
from organization.models import Employee, User
from organization.views.pages import add_errors, do, require_permission
from performance.selectors import results_to_serve, serving_choices

UNPROCESSABLE = 422
SAME_AGAIN = 307
NEW_FORMS = ("request_new", "request_renew")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_new(request: HttpRequest) -> HttpResponse:
    """An empty form; the first keeping or sending makes the draft."""
    require_permission(request, "fwa.make_request")
    return _form_page(request, _own_employee(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One's own draft, or a request that was returned for change; one on its way is shown, not edited."""
    fwa_request = _own_request(request, public_id)
    if not fwa_request.is_editable:
        return _on_its_way(request, fwa_request)
    return _form_page(request, fwa_request.employee, fwa_request)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The form filled in from an arrangement that is over or soon to end; the first keeping makes the draft."""
    require_permission(request, "fwa.make_request")
    rows = Request.objects.of_user(_user(request)).select_related("employee__user", "assignment")
    last: Any = get_object_or_404(with_renewal(_with_post(rows, "employee")), public_id=public_id)
    if not is_renewable(last, on=timezone.localdate()):
        raise AlreadyDecided(_("An arrangement is renewed when it is over or soon to end."))
    if last.renewal_begun is not None:
        begun = Request.objects.get(pk=last.renewal_begun)
        messages.info(request, _("You began this renewal already."))
        return redirect("fwa:request_edit" if begun.is_editable else "fwa:request_detail", begun.public_id)
    return _form_page(request, last.employee, None, renewed=last)


@require_POST
@never_cache
def request_preview(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """The preview alone, for what is typed at this moment; nothing is kept. By POST: no text gets into an address."""
    require_permission(request, "fwa.make_request")
    fwa_request = _own_request(request, public_id) if public_id else None
    employee = fwa_request.employee if fwa_request else _own_employee(request)
    forms = _forms(employee, fwa_request, request)
    preview = preview_request(employee=employee, data=forms.data(), on=timezone.localdate(), own_request=fwa_request)
    return render(request, "fwa/partials/preview.html", _preview_context(preview, fwa_request, forms.data()))


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]  # the login middleware lets nobody else through


def _own_request(request: HttpRequest, public_id: UUID) -> Request:
    """One's own request. 404 for another's; 409 for a change to one that is on its way."""
    rows = Request.objects.of_user(_user(request)).select_related("employee__user", "circumstance", "renews")
    fwa_request = get_object_or_404(_with_post(rows, "employee"), public_id=public_id)
    if request.method == "POST" and not fwa_request.is_editable:
        raise AlreadyDecided(_("This request was sent already; withdraw it to change it."))
    return fwa_request


def _with_post(rows: QuerySet[Any], employee: str) -> QuerySet[Any]:
    """What the form asks of the person's post and plan, in the query that reads the person."""
    today = timezone.localdate()
    return rows.annotate(
        around_the_clock=works_around_the_clock(today, employee=employee),
        plan=results_to_serve(today, employee=employee),
    )


def _own_employee(request: HttpRequest) -> Employee:
    """The employee behind the account. Raises PermissionDenied for accounts without a personnel record."""
    rows = Employee.objects.select_related("user").filter(user=_user(request))
    employee = _with_post(rows, "pk").first()
    if employee is None:
        raise PermissionDenied
    return employee


def _on_its_way(request: HttpRequest, fwa_request: Request) -> HttpResponse:
    messages.info(request, _("This request was sent already; withdraw it to change it."))
    return redirect("fwa:request_detail", fwa_request.public_id)


def first_draft(today: date) -> DraftData:
    """What an empty form proposes: from the first of next month for as long as the agency allows."""
    start = today + relativedelta(months=1, day=1)
    try:
        months = terms_on(start).max_months
    except ValidationError:
        months = 1
    return DraftData(
        valid_from=start, valid_to=start + relativedelta(months=months, days=-1), place_kind=PlaceKind.HOME
    )


def _proposed(renewed: Any, *, typed: bool) -> DraftData:
    """What stands in a form that nothing was kept of yet."""
    today = timezone.localdate()
    if renewed is not None:
        return DraftData(renews_id=renewed.pk) if typed else renewal_draft(renewed, on=today, plan=renewed.plan)
    return DraftData() if typed else first_draft(today)


def _forms(
    employee: Employee, fwa_request: Request | None, request: HttpRequest, renewed: Request | None = None
) -> RequestForms:
    typed = request.POST if request.method == "POST" else None
    draft = draft_of(fwa_request) if fwa_request else _proposed(renewed, typed=typed is not None)
    # Weekends are offered only where the unit works on them. Whichever was read tells it.
    told: Any = fwa_request or renewed or employee
    return RequestForms(
        draft,
        typed=typed,
        days_a_week=ROUND_THE_CLOCK if told.around_the_clock else OFFICE_WEEK,
        results=serving_choices(told.plan),
    )


def _form_page(
    request: HttpRequest, employee: Employee, fwa_request: Request | None, renewed: Request | None = None
) -> HttpResponse:
    forms = _forms(employee, fwa_request, request, renewed)
    is_kept = False
    if request.method == "POST" and forms.is_valid():
        data = _with_button(forms.data(), request)
        try:
            fwa_request = save_draft(by=_user(request), data=data, request_id=fwa_request.pk if fwa_request else None)
        except ValidationError as error:
            forms.add_errors(error)
        else:
            is_kept = True
            answer = _next(request, fwa_request, forms)
            if answer is not None:
                return answer
    return _render(request, employee, fwa_request, forms, is_kept=is_kept, renewed=renewed)


def _with_button(data: DraftData, request: HttpRequest) -> DraftData:
    """The draft after a button of the preview: a date left out, swapped, or all left out that do not pass."""
    for value in request.POST.getlist("without"):
        data = without(data, [date.fromisoformat(part) for part in value.split(",") if _is_date(part)])
    for value in request.POST.getlist("swap"):
        old, _colon, new = value.partition(":")
        if _is_date(old) and _is_date(new):
            data = swapped(data, date.fromisoformat(old), date.fromisoformat(new))
    return data


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _next(request: HttpRequest, fwa_request: Request, forms: RequestForms) -> HttpResponse | None:
    """Where to go once the draft is kept; None when sending was refused and the page says why."""
    if request.POST.get("action") != "submit":
        messages.success(request, _("Draft kept."))
        anchor = "#preview" if {"swap", "without"} & request.POST.keys() or _asks_preview(request) else ""
        return redirect(reverse("fwa:request_edit", args=[fwa_request.public_id]) + anchor)
    if fwa_request.basis == Basis.SPECIAL and not SpecialCircumstance.objects.filter(request=fwa_request).exists():
        messages.info(request, _("Your draft is kept. State the circumstance and its evidence, then send."))
        return redirect("fwa:request_circumstance", fwa_request.public_id)
    try:
        sent = submit_request(by=_user(request), request_id=fwa_request.pk)
    except ValidationError as error:
        if request.resolver_match and request.resolver_match.url_name in NEW_FORMS:
            # The draft exists now: the browser sends the same form again to its own address, which says what is
            # missing. Loading that page again keeps the draft and makes no second one.
            return HttpResponseRedirect(reverse("fwa:request_edit", args=[fwa_request.public_id]), status=SAME_AGAIN)
        forms.add_errors(error)
        return None
    messages.success(request, _("Request %(number)s is sent.") % {"number": sent.number})
    return redirect("fwa:request_detail", sent.public_id)


def _asks_preview(request: HttpRequest) -> bool:
    return request.POST.get("action") == "preview"


def _render(
    request: HttpRequest,
    employee: Employee,
    fwa_request: Request | None,
    forms: RequestForms,
    *,
    is_kept: bool,
    renewed: Request | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    data = forms.data() if forms.form.is_bound else forms.draft
    preview = preview_request(employee=employee, data=data, on=today, own_request=fwa_request)
    refused = bool(forms.form.errors or forms.dates.total_error_count() or forms.outputs.total_error_count())
    context: dict[str, Any] = {
        "forms": forms,
        "fwa_request": fwa_request,
        "is_kept": is_kept,
        "return_note": _return_note(fwa_request),
        "action_url": _action_url(fwa_request, renewed),
        **record_context(fwa_request.renews if fwa_request else renewed, on=today),
        "domicile": preview.domicile,
        "circumstance": getattr(fwa_request, "circumstance", None),
        "cap": preview.cap,
        **_preview_context(preview, fwa_request, data),
    }
    return render(
        request, "fwa/request_form.html", context, status=UNPROCESSABLE if forms.form.is_bound and refused else 200
    )


def _action_url(fwa_request: Request | None, renewed: Request | None) -> str:
    if fwa_request is not None:
        return reverse("fwa:request_edit", args=[fwa_request.public_id])
    return reverse("fwa:request_renew", args=[renewed.public_id]) if renewed else reverse("fwa:request_new")


def _return_note(fwa_request: Request | None) -> str:
    """What has to be changed, in the words of whoever returned the request last."""
    if fwa_request is None or fwa_request.status != RequestStatus.RETURNED:
        return ""
    returned = Step.objects.filter(request=fwa_request, status=StepStatus.RETURNED).order_by("-decided_at")
    return returned.values_list("note", flat=True).first() or ""


def _preview_context(preview: Preview, fwa_request: Request | None, data: DraftData) -> dict[str, Any]:
    return {
        "preview": preview,
        "panel": preview_panel(preview) if preview.checks else None,
        "verdicts": [verdict_card(result) for result in preview.results],
        "is_reversed": data.is_reversed,
        "failing_days": ",".join(check.day.isoformat() for check in preview.failing),
        "preview_url": reverse("fwa:request_preview_of", args=[fwa_request.public_id])
        if fwa_request
        else reverse("fwa:request_preview"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_circumstance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """State a special circumstance and add evidence; both are sealed, and shown here only as dates and sizes."""
    fwa_request = _own_request(request, public_id)
    if not fwa_request.is_editable:
        return _on_its_way(request, fwa_request)
    initial = {"valid_from": fwa_request.valid_from, "valid_to": fwa_request.valid_to}
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CircumstanceForm(*bound, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            _claim(request, fwa_request, form)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The circumstance is sealed with your draft."))
            return redirect("fwa:request_edit", public_id)
    circumstance = SpecialCircumstance.objects.filter(request=fwa_request).first()
    context = {
        "form": form,
        "fwa_request": fwa_request,
        "circumstance": circumstance,
        "files": circumstance.evidence.defer("sealed_content", "sealed_name") if circumstance else (),
    }
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "fwa/circumstance_form.html", context, status=status)


def _claim(request: HttpRequest, fwa_request: Request, form: CircumstanceForm) -> None:
    if fwa_request.basis != Basis.SPECIAL:
        data = replace(draft_of(fwa_request), basis=Basis.SPECIAL)
        save_draft(by=_user(request), data=data, request_id=fwa_request.pk)
    claim_circumstance(
        by=_user(request),
        request_id=fwa_request.pk,
        kind_code=form.cleaned_data["kind"].code,
        valid_from=form.cleaned_data["valid_from"],
        valid_to=form.cleaned_data["valid_to"],
        files=form.cleaned_data["evidence"],
    )


@require_POST
def evidence_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take one file back while the request is still a draft."""
    own = Evidence.objects.filter(circumstance__request__employee__user=_user(request))
    evidence = get_object_or_404(
        own.select_related("circumstance__request").defer("sealed_content"), public_id=public_id
    )
    back = reverse("fwa:request_circumstance", args=[evidence.circumstance.request.public_id])
    return do(
        request,
        lambda: remove_evidence(by=_user(request), evidence_id=evidence.pk),
        done=_("The file is removed."),
        back=back,
    )
