"""The set-up checklist, the agency's profile and its decrees."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from organization.extensions import page_links
from organization.forms.agency import DecreeForm, ProfileForm
from organization.forms.base import LastDayForm
from organization.http import UserRequest
from organization.models import AgencyDecree, AgencyProfile
from organization.services import agency
from organization.setup import checklist
from organization.views.pages import FormPage, do, handle_form, paginate, require_permission


@require_safe
def setup(request: UserRequest) -> HttpResponse:
    """What is done, what is open, and what does not work until then."""
    require_permission(request, "organization.set_up_agency")
    steps = checklist(request.user)
    required = [step for step in steps if step.required]
    context = {
        "steps": steps,
        "done": sum(step.done for step in required),
        "total": len(required),
        "is_complete": AgencyProfile.objects.filter(setup_completed_at__isnull=False).exists(),
    }
    return render(request, "organization/setup.html", context)


@require_POST
def setup_complete(request: UserRequest) -> HttpResponse:
    require_permission(request, "organization.set_up_agency")
    return do(
        request,
        lambda: agency.complete_setup(by=request.user),
        done=_("Set-up is complete."),
        back=reverse("organization:setup"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def agency_edit(request: UserRequest) -> HttpResponse:
    """Profile, letterhead and wording of the letters."""
    require_permission(request, "organization.set_up_agency")
    profile = get_object_or_404(AgencyProfile)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=profile)
    page = FormPage(
        title=_("Agency and letterhead"),
        intro=_("Letters issued before keep the wording they were issued with."),
        submit=_("Save the profile"),
        cancel_url=reverse("organization:setup"),
        crumbs=[(_("Set-up"), reverse("organization:setup")), (_("Agency and letterhead"), "")],
        template="organization/agency.html",
        context={"links": page_links("agency"), "profile": profile},
    )
    return handle_form(
        request,
        form,
        page,
        lambda: agency.change_profile(by=request.user, values=form.cleaned_data),
        done=_("Saved. New letters use it from now on."),
        done_url=reverse("organization:agency"),
    )


@require_safe
def agency_logo(request: UserRequest) -> FileResponse:
    """The coat of arms, for pages of the agency's own people."""
    profile = AgencyProfile.objects.exclude(logo="").first()
    if profile is None or not profile.logo.name or not profile.logo.storage.exists(profile.logo.name):
        raise Http404
    return FileResponse(profile.logo.open("rb"), content_type="image/png")


@require_safe
def decree_list(request: UserRequest) -> HttpResponse:
    """Decrees that allow flexible work, newest first."""
    require_permission(request, "organization.view_agency")
    today = timezone.localdate()
    rows = AgencyDecree.objects.order_by("-valid_from", "pk")
    context = {
        "page_obj": paginate(request, rows),
        "in_force": AgencyDecree.objects.active_on(today).first(),
        "may_edit": request.user.has_perm("organization.set_up_agency"),
        "today": today,
    }
    return render(request, "organization/decree_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decree_edit(request: UserRequest, pk: int | None = None) -> HttpResponse:
    require_permission(request, "organization.set_up_agency")
    decree = get_object_or_404(AgencyDecree, pk=pk) if pk else None
    form = DecreeForm(request.POST or None, instance=decree)
    back = reverse("organization:decree_list")
    page = FormPage(
        title=_("Correct the decree") if decree else _("Record a decree"),
        intro=_("The decree of the appointing authority that lets flexible working happen, and its period."),
        submit=_("Save the decree"),
        cancel_url=back,
        crumbs=[(_("Decrees"), back), (decree.number if decree else _("New"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: agency.save_decree(by=request.user, decree_id=pk, values=form.cleaned_data),
        done=_("The decree is recorded."),
        done_url=back,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decree_end(request: UserRequest, pk: int) -> HttpResponse:
    require_permission(request, "organization.set_up_agency")
    decree = get_object_or_404(AgencyDecree, pk=pk)
    form = LastDayForm(request.POST or None)
    back = reverse("organization:decree_list")
    page = FormPage(
        title=_("End decree %(number)s") % {"number": decree.number},
        intro=_("After its last day nobody is eligible until another decree applies. Running arrangements stay."),
        submit=_("End the decree"),
        cancel_url=back,
        crumbs=[(_("Decrees"), back), (decree.number, "")],
        danger=True,
    )
    return handle_form(
        request,
        form,
        page,
        lambda: agency.end_decree(by=request.user, decree_id=pk, **form.cleaned_data),
        done=_("The decree ends."),
        done_url=back,
    )
