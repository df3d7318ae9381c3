"""Logging in at an identity provider in a real browser: our button, its page, and back."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import requests

from config.settings.connections import oidc_apps
from tests.browser.conftest import Visitor
from tests.organization.cast import make_cast
from tests.organization.test_oidc import provider  # noqa: F401  # the fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_the_login_page_to_the_provider_and_back(
    visitor: Callable[..., Visitor],
    settings: Any,
    provider: str,  # noqa: F811
) -> None:
    settings.OIDC_ISSUER = provider
    settings.OIDC_NAME = "SSO Kota"
    settings.SOCIALACCOUNT_PROVIDERS = oidc_apps(provider, "fleksibel", "rahasia", "SSO Kota")
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"].append(provider)
    settings.CONTENT_SECURITY_POLICY = policy
    make_cast()
    claims: dict[str, Any] = {"email": "emp@contoh.go.id", "email_verified": True}
    requests.put(f"{provider}/users/kota-1", json=claims, timeout=5).raise_for_status()
    guest = visitor()

    page = guest.go("/accounts/login/")
    page.get_by_role("button", name="SSO Kota").click()
    page.wait_for_url(f"{provider}/**")
    page.locator("input[name=sub]").first.fill("kota-1")
    page.locator("button[type=submit]").first.click()
    page.wait_for_url(guest.base_url + "/")

    assert page.locator("body").inner_text().count("emp")
    assert not [problem for problem in guest.problems if "Content Security Policy" in problem]
