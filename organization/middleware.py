"""Who may do much must log in with a second factor; and each user's own language follows them to a new browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.permissions import AllowAny

from organization.access import access_for
from organization.enums import TWO_FACTOR_ROLES
from organization.oidc import SECOND_FACTOR
from organization.views.profile import set_language_cookie

GetResponse = Callable[[HttpRequest], HttpResponse]

# What somebody without second factor still needs: to set it up, to change the language, to leave.
OPEN_NAMES = frozenset({"account_logout", "account_reauthenticate", "set_language", "organization:agency_logo"})


class SecondFactorMiddleware:
    """Outside the demo, HR admins and auditors reach no page before they set up an authenticator app (design 6)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send the user to set-up, or answer an API call with 403."""
        if settings.DEMO or not request.user.is_authenticated or _is_public(view):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN_NAMES or name.startswith("mfa_") or not needs_second_factor(request.user):
            return None
        if request.session.get(SECOND_FACTOR):
            return None  # asked for by the identity provider at this login
        if request.path.startswith("/api/"):
            raise PermissionDenied(_("Set up the second step at log in first."))
        messages.warning(request, _("Your role needs a second step at log in. Set it up now; it takes two minutes."))
        return redirect("mfa_activate_totp")


def _is_public(view: Callable[..., Any]) -> bool:
    """Whether anybody may call the view; REST framework opts all its views out of the login middleware."""
    if getattr(view, "login_required", True):
        return False
    api_view = getattr(view, "cls", None)
    return api_view is None or AllowAny in api_view.permission_classes


def needs_second_factor(user: Any) -> bool:
    """Whether the user holds a role (also by delegation) that demands it and has none yet."""
    access = access_for(user)
    if not any(access.has_role(role) for role in TWO_FACTOR_ROLES):
        return False
    known: bool | None = getattr(user, "has_second_factor", None)  # read with the account at the start of the request
    return not (is_mfa_enabled(user) if known is None else known)


class OwnLanguageMiddleware:
    """A browser without language cookie shows the language that the user chose before, and keeps it.

    Who never chose one reads the language of the browser, as before the login.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", "")  # nobody logged in: no choice known
        if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or not language:
            return self.get_response(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        if settings.LANGUAGE_COOKIE_NAME not in response.cookies:
            set_language_cookie(response, language)
        response.headers["Content-Language"] = language
        return response
