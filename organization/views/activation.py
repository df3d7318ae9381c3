"""The way in for people who cannot log in yet: by the link of a mail or the code of a slip."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organization.auth import AccountAdapter
from organization.forms.accounts import NewPasswordForm, SlipForm
from organization.models import User
from organization.services import accounts
from organization.views.pages import UNPROCESSABLE, add_errors

GONE = 410


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activate_link(request: HttpRequest, token: str) -> HttpResponse:
    """Set the first password. Opening the link uses nothing up: mail scanners open links too."""
    account = accounts.account_of_link(token)
    if account is None:
        return render(request, "organization/activate_gone.html", status=GONE)
    form = NewPasswordForm(request.POST or None)
    if form.is_valid():
        try:
            activated = accounts.activate_by_link(token=token, password=form.cleaned_data["password"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _welcome(request, activated)
    context = {"form": form, "account": account}
    return render(request, "organization/activate_link.html", context, status=_status(form))


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def activate_slip(request: HttpRequest) -> HttpResponse:
    """Set a password with user name or NIP and the code of a printed slip; tries are limited per account."""
    form = SlipForm(request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        key = values["username"].strip().lower()
        refused = ratelimit.consume_or_429(request, action="activate", key=key)
        if refused:
            return refused
        try:
            activated = accounts.activate_by_slip(
                username=values["username"], code=values["code"], password=values["password"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _welcome(request, activated)
    return render(request, "organization/activate_slip.html", {"form": form}, status=_status(form))


def _status(form: NewPasswordForm) -> int:
    return UNPROCESSABLE if form.errors else 200


def _welcome(request: HttpRequest, account: User) -> HttpResponse:
    AccountAdapter(request).forget_failures(request, account)
    messages.success(request, _("Your password is set. Log in with it now."))
    return redirect("account_login")
