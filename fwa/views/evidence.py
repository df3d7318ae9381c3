"""Sealed circumstances: closed by default, opened by POST by the evidence officer, with every look on record first."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from fwa.letter_filters import CircumstanceFilter
from fwa.models import Evidence, SpecialCircumstance
from fwa.services import circumstances
from organization.http import UserRequest
from organization.sealing import SealBroken
from organization.views.pages import paginate, render_list, require_permission

BROKEN = 409
UNPROCESSABLE = 422


@require_safe
def circumstance_list(request: UserRequest) -> HttpResponse:
    """Evidence officer: requests with a sealed circumstance in the granted units. Kinds and files stay closed."""
    require_permission(request, "fwa.list_circumstances")
    rows = SpecialCircumstance.objects.openable_by(request.user).for_list()
    filterset = CircumstanceFilter(request.GET, queryset=rows, request=request)
    context = {"filter": filterset, "page_obj": paginate(request, filterset.qs)}
    return render_list(request, "fwa/evidence_list.html", "fwa/partials/evidence_table.html", context)


def _visible(request: UserRequest, public_id: UUID) -> SpecialCircumstance:
    rows = SpecialCircumstance.objects.visible_to(request.user).for_list()
    return get_object_or_404(rows, request__public_id=public_id)


@require_safe
@never_cache
def circumstance_detail(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Closed: period, number of files, who looked and what for. The applicant sees the same without the key."""
    return _page(request, _visible(request, public_id))


@require_POST
@never_cache
def circumstance_open(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Show kind and file names for this answer only; the look is on record."""
    circumstance = _visible(request, public_id)
    purpose = request.POST.get("purpose", "")
    try:
        opened = circumstances.open_circumstance(
            by=request.user,
            request_id=circumstance.request_id,
            purpose=purpose,
        )
    except ValidationError as error:
        return _page(request, circumstance, purpose=purpose, problem=" ".join(error.messages), status=UNPROCESSABLE)
    except SealBroken:
        return _page(request, circumstance, problem=_broken(), status=BROKEN)
    return _page(request, circumstance, purpose=" ".join(purpose.split()), opened=opened)


@require_POST
@never_cache
def evidence_open(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One file as a download; the look is on record before it is unsealed."""
    rows = Evidence.objects.filter(circumstance__in=SpecialCircumstance.objects.visible_to(request.user))
    evidence = get_object_or_404(rows.only("pk", "circumstance_id"), public_id=public_id)
    circumstance = SpecialCircumstance.objects.for_list().get(pk=evidence.circumstance_id)
    purpose = request.POST.get("purpose", "")
    try:
        opened = circumstances.open_evidence(by=request.user, evidence_id=evidence.pk, purpose=purpose)
    except ValidationError as error:
        return _page(request, circumstance, purpose=purpose, problem=" ".join(error.messages), status=UNPROCESSABLE)
    except SealBroken:
        return _page(request, circumstance, problem=_broken(), status=BROKEN)
    return HttpResponse(
        opened.content,
        content_type=opened.content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, opened.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _page(
    request: UserRequest,
    circumstance: SpecialCircumstance,
    *,
    purpose: str = "",
    problem: str = "",
    opened: circumstances.OpenedCircumstance | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "circumstance": circumstance,
        "fwa_request": circumstance.request,
        "may_open": request.user.has_perm("fwa.open_evidence", circumstance.request),
        "accesses": circumstance.accesses.select_related("user"),
        "purpose": purpose,
        "problem": problem,
        "opened": opened,
    }
    return render(request, "fwa/evidence.html", context, status=status)


def _broken() -> str:
    return _("The sealed data does not fit its request any more and is not shown. Tell the administrator.")
