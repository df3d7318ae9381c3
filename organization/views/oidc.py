"""The two addresses of logging in at the agency's identity provider; both are 404 while none is configured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from organization import oidc


def _guarded(view: Callable[..., Any], request: HttpRequest, provider_id: str) -> HttpResponse:
    if not oidc.is_on():
        raise Http404
    try:
        response: HttpResponse = view(request, provider_id)
    except (RequestException, OAuth2Error, KeyError, ValueError):
        return oidc.away_page(request)
    return response


@require_POST
@login_not_required
@never_cache
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider."""
    return _guarded(views.login, request, provider_id)


@require_safe
@login_not_required
@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The browser comes back: log in the account that matches."""
    response = _guarded(views.callback, request, provider_id)
    if getattr(request, oidc.SECOND_FACTOR, False) and request.user.is_authenticated:
        request.session[oidc.SECOND_FACTOR] = True
    return response
