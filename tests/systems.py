"""Connections for tests: a system with its roles and scopes, its token, and a client that sends it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from rest_framework.test import APIClient

from config.scopes import SCOPES
from organization.models import ApiClient, Unit, User
from organization.services.connections import create_connection


def connect(
    by: User, *scopes: str, role: str = "hr_admin", unit: Unit | None = None, name: str = "SIMPEG"
) -> tuple[ApiClient, str]:
    """A connection (with every scope unless some are named) and its secret."""
    return create_connection(
        by=by, name=name, purpose="Uji sambungan", scopes=scopes or tuple(SCOPES), role=role, unit=unit
    )


def ask_token(client: ApiClient, secret: str, **values: str) -> Any:
    """The answer of the token endpoint."""
    data = {"grant_type": "client_credentials", "client_id": client.client_id, "client_secret": secret} | values
    return Client().post("/api/oauth/token/", data)


def token_of(client: ApiClient, secret: str, **values: str) -> str:
    answer = ask_token(client, secret, **values)
    assert answer.status_code == 200, answer.content
    token: str = answer.json()["access_token"]
    return token


def system(by: User, *scopes: str, **options: Any) -> APIClient:
    """A client that sends the token of a fresh connection; `options` as in `connect`."""
    return sender(token_of(*connect(by, *scopes, **options)))


def sender(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client
