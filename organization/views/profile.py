"""Pages about oneself: profile, preferences, address, notices."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from organization.forms.accounts import MailPreferencesForm, PreferencesForm
from organization.forms.people import DomicileForm
from organization.http import UserRequest
from organization.models import Delegation, Domicile, Notice, Placement, User
from organization.notices import render_notice
from organization.services import accounts, domiciles
from organization.services.delegations import may_delegate_own
from organization.services.mail import preferences_of, set_mail_preferences
from organization.services.notices import mark_read
from organization.views.pages import FormPage, do, handle_form, paginate


@require_safe
def profile(request: UserRequest) -> HttpResponse:
    """Own data as the personnel record has it, and what one can set oneself."""
    user: User = request.user
    today = timezone.localdate()
    employee = getattr(user, "employee", None)
    context: dict[str, object] = {
        "employee": employee,
        "form": PreferencesForm(initial={"language": translation.get_language(), "theme": user.theme}),
        "mail_form": MailPreferencesForm(initial=preferences_of(user)),
        "delegations": Delegation.objects.overlapping(today, None)
        .filter(principal=user)
        .select_related("principal", "delegate"),
        "may_delegate": may_delegate_own(user),
    }
    if employee:
        placements = Placement.objects.active_on(today).filter(employee=employee)
        context["placement"] = placements.select_related("unit", "position", "supervisor", "site").first()
        homes = list(employee.domiciles.all())
        context["home"] = next((home for home in homes if home.verified_at and _holds(home, today)), None)
        context["reported"] = next((home for home in homes if home.verified_at is None), None)
    return render(request, "organization/profile.html", context)


def _holds(row: Domicile, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)


@require_POST
def preferences_save(request: UserRequest) -> HttpResponse:
    """Save language and appearance; the language also goes into the cookie that pages before login read."""
    form = PreferencesForm(request.POST)
    response = redirect("organization:profile")
    if not form.is_valid():
        messages.error(request, _("Choose a language and an appearance."))
        return response
    accounts.set_preferences(by=request.user, **form.cleaned_data)
    set_language_cookie(response, form.cleaned_data["language"])
    with translation.override(form.cleaned_data["language"]):
        messages.success(request, _("Saved."))
    return response


@require_POST
def mail_preferences_save(request: UserRequest) -> HttpResponse:
    """Save how notices come by mail."""
    form = MailPreferencesForm(request.POST)
    if form.is_valid():
        set_mail_preferences(by=request.user, choices=form.cleaned_data)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose for every kind of notice how it comes by mail."))
    return redirect("organization:profile")


def set_language_cookie(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


@login_not_required
def language_set(request: HttpRequest) -> HttpResponse:
    """The switch in the top bar: the cookie for this browser and, for somebody logged in, the language of mails."""
    language = request.POST.get("language", "")
    if request.method == "POST" and request.user.is_authenticated and check_for_language(language):
        accounts.set_preferences(by=request.user, language=language)
    return set_language(request)


@require_http_methods(["GET", "HEAD", "POST"])
def domicile_report(request: UserRequest) -> HttpResponse:
    """Say that the registered home address is wrong; HR verifies the new one."""
    if getattr(request.user, "employee", None) is None:
        raise Http404
    form = DomicileForm(request.POST or None)
    page = FormPage(
        title=_("My address is wrong"),
        intro=_("HR checks the new address. Until then the registered one counts for working from home."),
        submit=_("Report to HR"),
        cancel_url=reverse("organization:profile"),
        crumbs=[(_("Profile"), reverse("organization:profile")), (_("Address"), "")],
    )
    return handle_form(
        request,
        form,
        page,
        lambda: domiciles.request_domicile_change(by=request.user, **form.cleaned_data),
        done=_("Reported. HR will check it."),
        done_url=page.cancel_url,
    )


@require_POST
def domicile_withdraw(request: UserRequest) -> HttpResponse:
    return do(
        request,
        lambda: domiciles.withdraw_domicile_change(by=request.user),
        done=_("Taken back."),
        back=reverse("organization:profile"),
    )


@require_safe
def notice_list(request: UserRequest) -> HttpResponse:
    """What the system told the user, newest first, in today's language."""
    page_obj = paginate(request, Notice.objects.filter(user=request.user))
    rows = []
    for notice in page_obj:
        subject, body = render_notice(notice.code, notice.context)
        rows.append({"notice": notice, "subject": subject, "body": body})
    return render(request, "organization/notice_list.html", {"page_obj": page_obj, "rows": rows})


@require_POST
def notice_open(request: UserRequest, pk: int) -> HttpResponse:
    """Mark one notice read and go where it leads."""
    notice = Notice.objects.filter(user=request.user, pk=pk).first()
    if notice is None:
        raise Http404
    mark_read(by=request.user, notice_ids=[pk])
    own = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None) if notice.url else False
    return redirect(notice.url if own else "organization:notice_list")


@require_POST
def notice_read_all(request: UserRequest) -> HttpResponse:
    mark_read(by=request.user)
    return redirect("organization:notice_list")
