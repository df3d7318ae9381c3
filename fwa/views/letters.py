"""Letters: the PDF for those who may see the request, HR's list, signed copies, and the preview of the wording."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Count
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fwa.enums import LetterStatus
from fwa.letter_filters import LetterFilter
from fwa.letter_pdf import check_url, letter_context, render_pdf
from fwa.letter_sample import sample_content
from fwa.letter_state import letter_status_now
from fwa.models import Letter
from fwa.services import letters
from organization.access import access_for
from organization.enums import Role
from organization.http import UserRequest
from organization.models import AgencyProfile
from organization.views.pages import FormPage, handle_form, paginate, render_list, require_permission

SAMPLE_TOKEN = "contoh"  # noqa: S105  the sample's address leads to the page "no such letter"


class SignedCopyForm(forms.Form):
    """The signed PDF."""

    file = forms.FileField(
        label=gettext_lazy("Signed copy (PDF)"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        help_text=gettext_lazy("It becomes the letter that everybody sees. The first copy is kept beside it."),
    )

    is_checked = forms.BooleanField(
        label=gettext_lazy("I looked: this is the signed copy of this letter"),
        required=False,
        help_text=gettext_lazy("Needed for a scan, in which the number cannot be searched for."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


@require_safe
def letter_list(request: UserRequest) -> HttpResponse:
    """HR and auditors: letters that await a signature or could not be made, and all others."""
    require_permission(request, "fwa.list_letters")
    rows = Letter.objects.managed_by(request.user)
    filterset = LetterFilter(request.GET, queryset=rows.for_list(), request=request)
    context = {
        "filter": filterset,
        "page_obj": paginate(request, filterset.qs),
        "may_manage": access_for(request.user).has_role(Role.HR_ADMIN),
        "counts": dict(rows.order_by().values_list("status").annotate(number=Count("pk"))),
    }
    return render_list(request, "fwa/letters/list.html", "fwa/letters/partials/table.html", context)


def _visible_letter(request: UserRequest, public_id: UUID) -> Letter:
    rows = Letter.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("request__employee", "request__unit", "request__assignment"), request__public_id=public_id
    )


@require_safe
@never_cache
def letter_download(request: UserRequest, public_id: UUID) -> HttpResponse | FileResponse:
    """The letter as it counts: the signed copy where there is one. Still being made: a page that says so."""
    letter = _visible_letter(request, public_id)
    file = letter.final_file
    if not file or not file.name:
        return render(request, "fwa/letters/waiting.html", {"letter": letter})
    try:
        opened = default_storage.open(file.name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened, as_attachment=True, filename=f"surat-{letter.request.number}.pdf", content_type="application/pdf"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def letter_signed_upload(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One letter as HR sees it, with the form for its signed copy."""
    letter = _visible_letter(request, public_id)
    require_permission(request, "fwa.manage_letters", letter.request)
    page = FormPage(
        title=_("Letter %(number)s") % {"number": letter.number},
        submit=_("Put the signed copy on file"),
        cancel_url=reverse("fwa:letter_list"),
        crumbs=[(_("Letters"), reverse("fwa:letter_list")), (letter.number, "")],
        template="fwa/letters/letter_detail.html",
        context={
            "letter": letter,
            "state": letter_status_now(letter, timezone.localdate()),
            "can_upload": letter.status in (LetterStatus.AWAITING_SIGNATURE, LetterStatus.SIGNED),
            "link": check_url(letter.token),
        },
    )
    form = SignedCopyForm(request.POST, request.FILES) if request.method == "POST" else SignedCopyForm()
    return handle_form(
        request,
        form,
        page,
        lambda: letters.upload_signed(
            by=request.user,
            letter_id=letter.pk,
            file=form.cleaned_data["file"],
            is_checked=form.cleaned_data["is_checked"],
        ),
        done=_("The signed copy is on file."),
        done_url=reverse("fwa:letter_signed_upload", args=[public_id]),
    )


@require_POST
def letter_retry(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Make a letter that failed once more, now."""
    letter = _visible_letter(request, public_id)
    if not request.user.has_perm("fwa.manage_letters", letter.request):
        raise PermissionDenied(_("Your role does not allow this."))
    letters.retry_letter(by=request.user, letter_id=letter.pk)
    return redirect("fwa:letter_signed_upload", public_id)


@require_safe
def letter_preview(request: UserRequest) -> HttpResponse:
    """HR: the agency's wording on an invented letter, as a page."""
    require_permission(request, "fwa.preview_letters")
    profile, content = _sample()
    link = check_url(SAMPLE_TOKEN)
    context = letter_context(content, link=link, logo=letters.logo_bytes(profile["logo"]))
    may_edit = request.user.has_perm("organization.set_up_agency")
    return render(request, "fwa/letters/preview.html", {**context, "may_edit": may_edit})


@require_safe
@never_cache
def letter_preview_pdf(request: UserRequest) -> HttpResponse:
    """HR: the same invented letter as the PDF that people get."""
    require_permission(request, "fwa.preview_letters")
    profile, content = _sample()
    logo = letters.logo_bytes(profile["logo"])
    pdf = render_pdf(content, link=check_url(SAMPLE_TOKEN), logo=logo, decided_on=timezone.localdate())
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": "attachment; filename=contoh.pdf"}
    )


def _sample() -> tuple[dict[str, str], dict[str, object]]:
    profile = letters.profile_words(AgencyProfile.objects.first() or AgencyProfile())
    return profile, sample_content(profile, timezone.localdate())
