"""Systems log in with a bearer token (OAuth2 client credentials): who asks, what for, and how often."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from config.problem import problem_of
from config.scopes import scope_for

KEYWORD = "bearer"
LONGEST_TOKEN = 200


class InvalidToken(exceptions.AuthenticationFailed):
    """The token is unknown, expired, revoked, or its connection is switched off (401)."""

    default_code = "invalid_token"


class InsufficientScope(exceptions.PermissionDenied):
    """The token was not issued for this (403)."""

    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(_("The token lacks the scope %(scope)s.") % {"scope": scope})
        self.scope = scope
        self.auth_header = f'Bearer error="insufficient_scope", scope="{scope}"'


class NotForSystems(exceptions.PermissionDenied):
    """No scope opens this address (403)."""

    default_code = "not_for_systems"


@problem_of(InsufficientScope, code="insufficient_scope")
def insufficient_scope(error: InsufficientScope) -> dict[str, Any]:
    """The scope that is missing."""
    return {"scope": error.scope}


class TokenAuthentication(authentication.BaseAuthentication):
    """The service user of the connection whose token is sent; the scope is checked here, so no view can forget it."""

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme of WWW-Authenticate, which makes the answer a 401."""
        return 'Bearer realm="Fleksibel"'

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return user and token; None where no bearer token is sent, so that the session is looked at."""
        words = authentication.get_authorization_header(request).split()
        if not words or words[0].lower() != KEYWORD.encode():
            return None
        token = _find(words[1]) if len(words) == 2 and len(words[1]) <= LONGEST_TOKEN else None
        if token is None:
            raise InvalidToken(_("The token is unknown, expired or withdrawn. Ask for a new one."))
        self._require_scope(request, set(token.scope.split()))
        return token.application.user, token

    def _require_scope(self, request: Request, held: set[str]) -> None:
        match = request._request.resolver_match
        scope = scope_for(match.view_name if match else "", request.method or "")
        if scope is None:
            raise NotForSystems(_("This is for people; systems have no access to it."))
        if scope and scope not in held:
            raise InsufficientScope(scope)


def _find(raw: bytes) -> Any:
    """The token that still counts, with its connection and service user: one query. Only its digest is stored."""
    from oauth2_provider.models import get_access_token_model  # REST framework loads this file before the apps

    rows = get_access_token_model().objects.select_related("application__user")
    return rows.filter(
        token_checksum=hashlib.sha256(raw).hexdigest(),
        expires__gt=timezone.now(),
        application__is_active=True,
        application__user__is_active=True,
        application__user__is_service=True,
    ).first()


class ConnectionThrottle(SimpleRateThrottle):
    """So many calls a minute for each connection; people are not counted. Without a cache nobody is kept out."""

    def get_rate(self) -> str:
        """Return calls a minute, as the environment has it."""
        return f"{settings.API_CALLS_PER_MINUTE}/min"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """Return one key for each connection."""
        application_id = getattr(request.auth, "application_id", None)
        return None if application_id is None else f"api-calls:{application_id}"
