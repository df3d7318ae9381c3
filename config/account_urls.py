"""Login, password and second step, as allauth has them, under /accounts/.

Its page of e-mail addresses is left out: an address is a fact of the personnel record, changed by HR. Unverified, it
would let somebody take the address of a colleague, and opening the page writes. The name stays, since allauth uses it.
"""

from __future__ import annotations

from allauth.account.urls import urlpatterns as account_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from organization.views import oidc

urlpatterns = [
    *(pattern for pattern in account_patterns if pattern.name != "account_email"),
    path("email/", RedirectView.as_view(pattern_name="organization:profile"), name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
    path("oidc/<slug:provider_id>/login/", oidc.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/callback/", oidc.callback, name="openid_connect_callback"),
]
