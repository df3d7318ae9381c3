"""Logging in at an identity provider, against a real one in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from config.settings.connections import oidc_apps
from organization.models import User
from tests.organization.cast import Cast, body, make_cast
from tests.systems import connect

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/oidc/instansi/login/"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Address of the provider."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _again in range(200):
            try:
                requests.get(f"{url}/.well-known/openid-configuration", timeout=1).raise_for_status()
                break
            except requests.RequestException:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def configure(settings: Any, issuer: str) -> None:
    settings.OIDC_ISSUER = issuer
    settings.OIDC_NAME = "SSO Kota"
    settings.SOCIALACCOUNT_PROVIDERS = oidc_apps(issuer, "fleksibel", "rahasia", "SSO Kota")


@pytest.fixture
def cast(settings: Any, provider: str) -> Cast:
    configure(settings, provider)
    return make_cast()


def log_in(client: Client, provider: str, sub: str, **claims: Any) -> Any:
    """Our login, the provider's form, and back; the answer of our callback."""
    requests.put(f"{provider}/users/{sub}", json={"email_verified": True} | claims, timeout=5).raise_for_status()
    sent: Any = client.post(LOGIN)
    assert sent.status_code == 302, body(sent)
    assert sent.url.startswith(provider)
    back = requests.post(sent.url, data={"sub": sub}, allow_redirects=False, timeout=5)
    return client.get(back.headers["Location"].removeprefix("http://testserver"))


def who(client: Client) -> int | None:
    number = client.session.get("_auth_user_id")
    return int(number) if number else None


def test_the_login_page_offers_it_only_where_it_is_configured(client: Client, cast: Cast, settings: Any) -> None:
    assert "SSO Kota" in body(client.get("/accounts/login/"))
    configure(settings, "")
    page = client.get("/accounts/login/")
    assert "oidc" not in body(page)
    assert client.post(LOGIN).status_code == 404


def test_somebody_with_an_account_gets_in_by_a_verified_address(client: Client, cast: Cast, provider: str) -> None:
    users = User.objects.count()

    answer = log_in(client, provider, "s1", email="EMP@contoh.go.id")

    assert answer.status_code == 302
    assert who(client) == cast.users["emp"].pk
    assert client.get("/requests/").status_code == 200
    assert User.objects.count() == users


def test_an_account_that_waits_for_activation_is_active_afterwards(client: Client, cast: Cast, provider: str) -> None:
    User.objects.filter(pk=cast.users["emp"].pk).update(is_active=False, activated_at=None)

    log_in(client, provider, "s2", email="emp@contoh.go.id")

    account = User.objects.get(pk=cast.users["emp"].pk)
    assert account.is_active
    assert account.activated_at
    assert who(client) == account.pk


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "asing@contoh.go.id"},
        {"email": "emp@contoh.go.id", "email_verified": False},
        {"email": ""},
        {"nip": "199001012010011002"},
    ],
    ids=["unknown", "not verified", "no address", "NIP is not asked for"],
)
def test_whoever_has_no_account_reads_why_and_gets_none(
    client: Client, cast: Cast, provider: str, claims: dict[str, Any]
) -> None:
    users = User.objects.count()

    answer = log_in(client, provider, "s3", **claims)

    assert answer.status_code == 403
    assert "SSO Kota" in body(answer)
    assert who(client) is None
    assert User.objects.count() == users


def test_who_is_switched_off_or_a_system_stays_out(client: Client, cast: Cast, provider: str) -> None:
    User.objects.filter(pk=cast.users["emp"].pk).update(is_active=False, deactivated_at=timezone.now())
    connect(cast.users["hr"])

    assert log_in(client, provider, "s4", email="emp@contoh.go.id").status_code == 403
    assert who(client) is None


def test_people_are_found_by_nip_where_that_is_configured(
    client: Client, cast: Cast, provider: str, settings: Any
) -> None:
    settings.OIDC_LINK_BY = "NIP"
    settings.OIDC_NIP_CLAIM = "nomor_induk"

    assert log_in(client, provider, "s5", email="emp@contoh.go.id").status_code == 403
    log_in(client, provider, "s6", nomor_induk="19900101 201001 1 002")

    assert who(client) == cast.users["emp"].pk


def test_hr_still_needs_a_second_factor_unless_the_provider_asked_for_one(
    client: Client, cast: Cast, provider: str, settings: Any
) -> None:
    settings.DEMO = False
    settings.OIDC_SECOND_FACTOR = ["otp"]

    log_in(client, provider, "s7", email="hr@contoh.go.id", amr=["pwd"])
    led: Any = client.get("/requests/")
    assert led.url == "/accounts/2fa/totp/activate/"
    client.post("/accounts/logout/")
    log_in(client, provider, "s8", email="hr@contoh.go.id", amr=["pwd", "otp"])
    assert client.get("/requests/").status_code == 200
    client.post("/accounts/logout/")
    Authenticator.objects.create(user=cast.users["hr"], type="totp", data={"secret": "x"})
    answer = log_in(client, provider, "s9", email="hr@contoh.go.id")
    assert answer.url.startswith("/accounts/2fa/authenticate/"), "our own second step is asked for"


def test_cancelling_and_an_answer_to_no_login_are_told(client: Client, cast: Cast, provider: str) -> None:
    sent: Any = client.post(LOGIN)
    back = requests.post(sent.url, data={"action": "deny"}, allow_redirects=False, timeout=5)
    answer = client.get(back.headers["Location"].removeprefix("http://testserver"))
    assert answer.status_code == 403
    assert "SSO Kota" in body(answer)
    stray = Client().get("/accounts/oidc/instansi/callback/?code=x&state=y")
    assert stray.status_code == 403
    assert client.get("/accounts/oidc/lain/callback/?code=x").status_code == 404


def test_a_provider_that_is_away_is_told_and_the_password_still_works(
    client: Client, cast: Cast, settings: Any
) -> None:
    configure(settings, f"http://127.0.0.1:{free_port()}")

    answer = client.post(LOGIN)

    assert answer.status_code == 503
    assert "/accounts/login/" in body(answer)
    assert client.get("/accounts/login/").status_code == 200
