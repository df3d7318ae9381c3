"""The second person: what the draft does, who gains and loses, then publish or send back."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from eligibility.enums import VersionStatus
from eligibility.errors import AlreadyPublished, FactsMoved
from eligibility.forms_simulations import PublishForm, SendBackForm
from eligibility.models import PolicyVersion
from eligibility.presentation import version_label
from eligibility.presentation_simulation import simulation_context
from eligibility.services import publish_version, send_back_version
from eligibility.services.policies import to_replace
from eligibility.services.publishing import simulation_to_hold
from eligibility.views.drafts import draft_crumbs, draft_lines, draft_url
from organization.http import UserRequest
from organization.views.pages import UNPROCESSABLE, FormPage, add_errors, handle_form, require_permission

CONFLICT = 409
SHOWN = 100


def _version(request: UserRequest, code: str, number: int) -> PolicyVersion:
    """The draft with its rules; a version published meanwhile answers 409 with who did it."""
    require_permission(request, "eligibility.publish_policy")
    rows = PolicyVersion.objects.with_rules().select_related("policy", "edited_by", "submitted_by", "published_by")
    found = get_object_or_404(rows, policy__code=code, number=number)
    if found.status != VersionStatus.DRAFT and request.method == "POST":
        raise AlreadyPublished(found)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: UserRequest, code: str, number: int) -> HttpResponse:
    """Publish the draft. Where facts moved since the simulation the names stand there, and the button asks again."""
    version = _version(request, code, number)
    if version.status != VersionStatus.DRAFT:
        return redirect("eligibility:policy_version", code, number)
    initial = {
        "revision": version.revision,
        "decree_no": version.decree_no,
        "decree_date": version.decree_date,
    }
    form = PublishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            publish_version(version_id=version.pk, by=request.user, **values)
        except ValidationError as error:
            add_errors(form, error)
        except FactsMoved as moved:
            return _ask_again(request, version, moved)
        else:
            messages.success(request, _("The version is published."))
            return redirect("eligibility:policy_version", code, number)
    status = UNPROCESSABLE if form.is_bound and form.errors else 200
    return render(request, "eligibility/publish.html", _context(request, version, form), status=status)


def _ask_again(request: UserRequest, version: PolicyVersion, moved: FactsMoved) -> HttpResponse:
    """The same page with the names, and their digest in the form."""
    values = request.POST.copy()
    values["confirm"] = moved.difference.digest
    form = PublishForm(values)
    context = _context(request, version, form) | {
        "moved": moved,
        "moved_people": moved.difference.people[:SHOWN],
        "moved_more": max(0, moved.difference.total - SHOWN),
    }
    return render(request, "eligibility/publish.html", context, status=CONFLICT)


def _context(request: UserRequest, version: PolicyVersion, form: PublishForm) -> dict[str, object]:
    lines = draft_lines(version, _base(version))
    return {
        "version": version,
        "replaces": list(to_replace(version)),
        "title": _("Publish %(version)s") % {"version": version_label(version)},
        "form": form,
        "changed": [line for line in lines if line.kind != "same"],
        "panel": simulation_context(version, request.user) | {"next": "publish"},
        "is_simulated": simulation_to_hold(version) is not None,
        "is_editor": version.number > 1 and version.edited_by_id == request.user.pk,
        "crumbs": draft_crumbs(version, (_("Publish"), "")),
    }


def _base(version: PolicyVersion) -> PolicyVersion | None:
    return PolicyVersion.objects.with_rules().filter(pk=version.base_id).first() if version.base_id else None


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: UserRequest, code: str, number: int) -> HttpResponse:
    """Do not publish: the draft goes back to its editor with a note."""
    version = _version(request, code, number)
    if version.status != VersionStatus.DRAFT:
        raise Http404
    form = SendBackForm(request.POST or None)
    page = FormPage(
        title=_("Send %(version)s back") % {"version": version_label(version)},
        intro=_("It stays a draft. The editor gets a notice, changes it and asks for publication again."),
        submit=_("Send back"),
        cancel_url=reverse("eligibility:publish", args=[code, number]),
        crumbs=draft_crumbs(version, (_("Send back"), "")),
    )
    return handle_form(
        request,
        form,
        page,
        lambda: send_back_version(version_id=version.pk, by=request.user, note=form.cleaned_data["note"]),
        done=_("The draft went back to its editor."),
        done_url=draft_url(version),
    )
