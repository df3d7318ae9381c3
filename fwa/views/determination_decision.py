"""Deciding a group determination, and its papers: decree, signed copy, and all excerpts as one file."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fwa.enums import DeterminationStatus, LetterStatus, MemberOutcome
from fwa.forms.determinations import DecideForm
from fwa.models import Decree, Determination
from fwa.services.decrees import sign_decree
from fwa.services.determination_decision import ask_decision
from fwa.services.letter_bundles import ask_bundle
from fwa.services.letters import checked_pdf
from fwa.views.determinations import DETAIL, acting_words, crumbs_of, visible_determination
from fwa.views.letters import SignedCopyForm
from organization.http import UserRequest
from organization.views.pages import FormPage, do, handle_form, require_permission


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def determination_decide(request: UserRequest, public_id: UUID) -> HttpResponse:
    """One button for everybody of the plan; the worker does it."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.determine_group", found)
    if request.method != "POST" and found.status not in (DeterminationStatus.PREPARED, DeterminationStatus.FAILED):
        return redirect(DETAIL, public_id)
    people = found.members.filter(outcome=MemberOutcome.PLANNED).count()
    ending = found.members.filter(outcome=MemberOutcome.ENDS).count()
    form = DecideForm(request.POST if request.method == "POST" else None, initial={"digest": found.plan_digest})
    page = FormPage(
        title=_("Determine “%(title)s”") % {"title": found.title},
        submit=_submit_words(people, ending),
        intro=_("Every day is checked again first. Either everybody gets what the plan says, or nobody gets anything."),
        cancel_url=reverse(DETAIL, args=[public_id]),
        crumbs=crumbs_of(found, _("Determine")),
        template="fwa/determinations/decide.html",
        context={
            "determination": found,
            "people": people,
            "ending": ending,
            "acting_for": acting_words(request, found),
        },
    )
    return handle_form(
        request,
        form,
        page,
        lambda: ask_decision(
            by=request.user,
            determination_id=found.pk,
            digest=form.cleaned_data["digest"],
            number=form.cleaned_data["number"],
            decided_on=form.cleaned_data["decided_on"],
        ),
        done=_("The decision is on its way."),
        done_url=reverse(DETAIL, args=[public_id]),
    )


def _submit_words(people: int, ending: int) -> str:
    if not people and ending:
        return ngettext(
            "End the arrangement of %(count)s person", "End the arrangements of %(count)s people", ending
        ) % {"count": ending}
    return ngettext("Determine %(count)s person", "Determine %(count)s people", people) % {"count": people}


def _decree_of(request: UserRequest, public_id: UUID) -> Decree:
    seen = Determination.objects.visible_to(request.user)
    rows = Decree.objects.filter(determination__in=seen).select_related("determination__unit")
    return get_object_or_404(rows, determination__public_id=public_id)


def _download(file: FieldFile, name: str) -> FileResponse:
    try:
        opened = default_storage.open(file.name or "")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=name, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@never_cache
def decree_download(request: UserRequest, public_id: UUID) -> HttpResponse | FileResponse:
    """The decree with its annex as it counts: the signed copy where there is one."""
    decree = _decree_of(request, public_id)
    if not decree.final_file:
        return redirect(DETAIL, public_id)
    return _download(decree.final_file, f"keputusan-{decree.pk}.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def decree_sign(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Put the signed decree on file."""
    decree = _decree_of(request, public_id)
    require_permission(request, "fwa.prepare_determination", decree.determination)
    form = SignedCopyForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    del form.fields["is_checked"]
    page = FormPage(
        title=_("Signed copy of the decree %(number)s") % {"number": decree.number},
        submit=_("Put the signed copy on file"),
        intro=_("The signature itself is not verified, so no page calls the decree electronically signed."),
        cancel_url=reverse(DETAIL, args=[public_id]),
        crumbs=crumbs_of(decree.determination, _("Signed copy")),
        template="fwa/determinations/sign.html",
        context={"ready": decree.status in (LetterStatus.AWAITING_SIGNATURE, LetterStatus.SIGNED)},
    )
    return handle_form(
        request,
        form,
        page,
        lambda: sign_decree(by=request.user, decree_id=decree.pk, content=checked_pdf(form.cleaned_data["file"])),
        done=_("The signed copy is on file."),
        done_url=reverse(DETAIL, args=[public_id]),
    )


@require_POST
def bundle_ask(request: UserRequest, public_id: UUID) -> HttpResponse:
    """Have all excerpts put into one file."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.view_determination_plan", found)
    return do(
        request,
        lambda: ask_bundle(by=request.user, determination_id=found.pk),
        done=_("The file is being made. The page shows how far it is, and you get a notice."),
        back=f"{reverse(DETAIL, args=[public_id])}#papers",
    )


@require_safe
@never_cache
def bundle_download(request: UserRequest, public_id: UUID) -> HttpResponse | FileResponse:
    """All excerpts as one file. It names NIPs, so only those who prepare or determine get it."""
    found = visible_determination(request, public_id)
    require_permission(request, "fwa.view_determination_plan", found)
    bundle = getattr(found, "bundle", None)
    if bundle is None or not bundle.file:
        return redirect(DETAIL, public_id)
    return _download(bundle.file, f"petikan-{found.pk}.pdf")
