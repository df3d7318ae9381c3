"""The token endpoint: client credentials only, limited per client and address, with the scopes of the connection."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import BaseScopes
from oauth2_provider.views import RevokeTokenView, TokenView

from config.scopes import SCOPES

GRANT_TYPE = "client_credentials"
MINUTE = 60


class ConnectionScopes(BaseScopes):
    """Each connection has its own scopes; a token that names none gets all of them."""

    def get_all_scopes(self) -> dict[str, Any]:
        """Return every scope with its description."""
        return dict(SCOPES)

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """Return what the connection may ask for."""
        return [scope for scope in getattr(application, "allowed_scopes", ()) if scope in SCOPES]

    def get_default_scopes(self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any) -> list[str]:
        """Return the same."""
        return self.get_available_scopes(application)


class ConnectionValidator(OAuth2Validator):
    """Notes when a connection was last used: with each token, since tokens are short."""

    def save_bearer_token(self, token: Any, request: Any, *args: Any, **kwargs: Any) -> None:
        """Keep the token's digest."""
        super().save_bearer_token(token, request, *args, **kwargs)
        request.client.last_used_at = timezone.now()
        request.client.save(update_fields=["last_used_at"])


def _too_often(request: HttpRequest) -> bool:
    """Count asks in the cache, by client and address; without a cache nobody is kept out."""
    client = request.POST.get("client_id") or request.headers.get("Authorization", "")
    who = hashlib.sha256(f"{client}|{request.META.get('REMOTE_ADDR', '')}".encode()).hexdigest()
    key = f"token:{who}:{timezone.now():%H%M}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        return bool(cache.incr(key) > settings.OAUTH_TOKENS_PER_MINUTE)
    except ValueError:  # it went between the two calls
        return False


@method_decorator(never_cache, "dispatch")
class ConnectionTokenView(TokenView):
    """Tokens for connections."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Issue a token. Errors are those of RFC 6749."""
        if _too_often(request):
            headers = {"Retry-After": str(MINUTE)}
            return JsonResponse({"error": "temporarily_unavailable"}, status=429, headers=headers)
        if request.POST.get("grant_type") != GRANT_TYPE:
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer


class ConnectionRevokeView(RevokeTokenView):
    """Taking a token back before it expires."""

    http_method_names = ["post"]
