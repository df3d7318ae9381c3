"""What an applicant does with a request later: throw the draft away, withdraw it, end the arrangement early."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from attendance.enums import AssignmentStatus
from fwa.enums import RequestStatus
from fwa.errors import AlreadyDecided
from fwa.forms.requests import EndForm, WithdrawForm
from fwa.models import Request
from fwa.services.decisions import end_arrangement
from fwa.services.requests import delete_draft, withdraw_request
from organization.forms.base import PlainForm
from organization.models import User
from organization.views.pages import FormPage, handle_form, require_permission


def _visible(request: HttpRequest, public_id: UUID) -> Request:
    user: User = request.user  # type: ignore[assignment]
    rows = Request.objects.visible_to(user).select_related("employee__user", "unit", "assignment")
    return get_object_or_404(rows, public_id=public_id)


def _page(fwa_request: Request, title: str, submit: str, intro: str) -> FormPage:
    url = reverse("fwa:request_detail", args=[fwa_request.public_id])
    return FormPage(
        title=title,
        submit=submit,
        intro=intro,
        cancel_url=url,
        crumbs=[(_("Requests"), reverse("fwa:request_list")), (str(fwa_request), url), (title, "")],
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask, then throw the draft away with everything typed in it."""
    fwa_request = _visible(request, public_id)
    require_permission(request, "fwa.change_request", fwa_request)
    if fwa_request.status != RequestStatus.DRAFT:
        raise AlreadyDecided(_("Only a draft can be deleted; withdraw the request instead."))
    page = _page(
        fwa_request,
        _("Delete the draft"),
        _("Delete the draft"),
        _("What you typed in it, and evidence added to it, is gone afterwards."),
    )
    return handle_form(
        request,
        PlainForm(request.POST if request.method == "POST" else None),
        page,
        lambda: delete_draft(by=request.user, request_id=fwa_request.pk),  # type: ignore[arg-type]
        done=_("The draft is deleted."),
        done_url=reverse("fwa:request_list"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask, then take the request back; places held for it go back to the unit."""
    fwa_request = _visible(request, public_id)
    require_permission(request, "fwa.withdraw_request", fwa_request)
    if fwa_request.status not in (RequestStatus.SUBMITTED, RequestStatus.RETURNED):
        raise AlreadyDecided(_("This request is not under way any more."))
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    page = _page(
        fwa_request,
        _("Withdraw the request"),
        _("Withdraw the request"),
        _("Nobody decides on it any more, and places held for you are given back. You can ask again at any time."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: withdraw_request(
            by=request.user,  # type: ignore[arg-type]
            request_id=fwa_request.pk,
            note=form.cleaned_data["note"],
        ),
        done=_("The request is withdrawn."),
        done_url=reverse("fwa:request_detail", args=[public_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def arrangement_end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """End a running arrangement early: the applicant, the unit head, or HR."""
    fwa_request = _visible(request, public_id)
    require_permission(request, "fwa.end_arrangement", fwa_request)
    if not is_running(fwa_request):
        raise AlreadyDecided(_("This arrangement is not in force any more."))
    form = EndForm(request.POST if request.method == "POST" else None, initial={"ended_on": timezone.localdate()})
    page = _page(
        fwa_request,
        _("End the arrangement early"),
        _("End the arrangement"),
        _("Days from that date on are ordinary working days again; days before it stay as they are."),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: end_arrangement(
            by=request.user,  # type: ignore[arg-type]
            request_id=fwa_request.pk,
            ended_on=form.cleaned_data["ended_on"],
            reason=form.cleaned_data["reason"],
        ),
        done=_("The arrangement is ended."),
        done_url=reverse("fwa:request_detail", args=[public_id]),
    )


def is_running(fwa_request: Request) -> bool:
    """Whether an arrangement of this request is in force today or will be."""
    assignment = fwa_request.assignment
    if fwa_request.status != RequestStatus.APPROVED or assignment is None:
        return False
    last_day = assignment.valid_to
    return assignment.status == AssignmentStatus.IN_FORCE and (last_day is None or last_day >= timezone.localdate())
