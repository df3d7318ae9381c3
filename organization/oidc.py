"""Logging in at the agency's identity provider: whoever it vouches for gets into the account HR made, never a new one.

The account is found anew at each login by the claim that is configured; nothing of the provider's is stored.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from organization.models import User
from organization.nip import compact_nip
from organization.services.accounts import activate_by_provider

SECOND_FACTOR = "oidc_second_factor"


def is_on() -> bool:
    """Whether a provider is configured."""
    return bool(settings.OIDC_ISSUER)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Matches people of the provider with accounts, and says in words what does not fit."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let the one matching account in; everybody else reads why not."""
        data = sociallogin.account.extra_data
        claims = {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}
        account = account_of(claims)
        if account is None:
            raise ImmediateHttpResponse(unknown_page(request))
        sociallogin.user = activate_by_provider(account_id=account.pk)
        sociallogin.account.user = sociallogin.user
        sociallogin.state["process"] = "login"
        setattr(request, SECOND_FACTOR, has_second_factor(data.get("id_token") or {}))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        """The provider refused, or the answer does not belong to a login that began here."""
        raise ImmediateHttpResponse(failed_page(request))


def account_of(claims: dict[str, Any]) -> User | None:
    """The person's account that the claims name; none when it is missing, switched off, or of a system."""
    people = User.objects.filter(is_service=False, deactivated_at__isnull=True)
    if settings.OIDC_LINK_BY == "NIP":
        nip = compact_nip(str(claims.get(settings.OIDC_NIP_CLAIM) or ""))
        return people.filter(employee__nip=nip).first() if nip else None
    address = str(claims.get("email") or "").strip()
    # An address that anybody may type in at the provider is no proof.
    if not address or claims.get("email_verified") is not True:
        return None
    return people.filter(email__iexact=address).first()


def has_second_factor(id_token: dict[str, Any]) -> bool:
    """Whether the provider says, in the words configured, that it asked for a second factor."""
    methods = id_token.get("amr") or []
    said = {str(id_token.get("acr") or ""), *(str(method) for method in methods if isinstance(methods, list))}
    return bool(said & set(settings.OIDC_SECOND_FACTOR))


def unknown_page(request: HttpRequest) -> HttpResponse:
    """The provider knows the person, we do not."""
    text = _("%(name)s knows you, but no active account here has your details. HR makes accounts and corrects them.")
    return _page(request, _("There is no account for you"), text % {"name": settings.OIDC_NAME}, status=403)


def failed_page(request: HttpRequest) -> HttpResponse:
    """Cancelled, refused, or too late."""
    text = _("The login at %(name)s was cancelled or took too long. Begin again.")
    return _page(request, _("You are not logged in yet"), text % {"name": settings.OIDC_NAME}, status=403)


def away_page(request: HttpRequest) -> HttpResponse:
    """The provider does not answer, or not as one."""
    text = _("%(name)s does not answer. Log in here with your password, or try again later.")
    return _page(request, _("The agency's login is not available"), text % {"name": settings.OIDC_NAME}, status=503)


def _page(request: HttpRequest, title: str, text: str, *, status: int) -> HttpResponse:
    return render(request, "account/oidc_problem.html", {"title": title, "text": text}, status=status)
