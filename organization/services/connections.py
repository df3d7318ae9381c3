"""Connections: OAuth2 clients of other systems, each bound to a service user whose roles say how far it sees."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from organization.constraints import save_checked
from organization.guards import require
from organization.models import ApiClient, Unit, User
from organization.services.accounts import turn_off
from organization.services.roles import grant_role

PERMISSION = "organization.manage_connections"


def _locked(client_id: int) -> ApiClient:
    return ApiClient.objects.select_for_update(of=("self",)).select_related("user").get(pk=client_id)


@transaction.atomic
def create_connection(
    *,
    by: User,
    name: str,
    purpose: str,
    scopes: Iterable[str],
    role: str = "",
    unit: Unit | None = None,
    on: date | None = None,
) -> tuple[ApiClient, str]:
    """A connection with its service user and first role; returns it and its secret, which is kept nowhere.

    Raises PermissionDenied, ValidationError (no scope, or a role that a system may not have).
    """
    require(by, PERMISSION)
    now = timezone.now()
    account = User(username=f"sistem-{secrets.token_hex(6)}", name=name.strip(), is_service=True, is_active=True)
    account.activated_at = now
    account.set_unusable_password()
    save_checked(account)
    secret: str = generate_client_secret()
    client = ApiClient(
        user=account,
        name=name.strip(),
        purpose=purpose.strip(),
        allowed_scopes=_some(scopes),
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
        secret_made_at=now,
        created_by=by,
    )
    client.save()
    if role:
        grant_role(by=by, account=account, role=role, unit=unit, valid_from=on or timezone.localdate())
    return client, secret


def _some(scopes: Iterable[str]) -> list[str]:
    chosen = sorted(set(scopes))
    if not chosen:
        raise ValidationError({"scopes": _("Choose at least one scope.")})
    return chosen


@transaction.atomic
def change_connection(*, by: User, client_id: int, name: str, purpose: str, scopes: Iterable[str]) -> ApiClient:
    """Change name, purpose and scopes; tokens that were issued are withdrawn, so that the change counts at once."""
    require(by, PERMISSION)
    client = _locked(client_id)
    client.name, client.purpose, client.allowed_scopes = name.strip(), purpose.strip(), _some(scopes)
    client.save(update_fields=["name", "purpose", "allowed_scopes", "updated"])
    account = _account(client)
    account.name = client.name
    account.save(update_fields=["name"])
    _withdraw_tokens(client)
    return client


@transaction.atomic
def rotate_secret(*, by: User, client_id: int) -> tuple[ApiClient, str]:
    """A new secret in the place of the old one, which is of no use from now on, nor are its tokens."""
    require(by, PERMISSION)
    client = _locked(client_id)
    secret: str = generate_client_secret()
    client.client_secret = secret
    client.secret_made_at = timezone.now()
    client.save(update_fields=["client_secret", "secret_made_at", "updated"])
    _withdraw_tokens(client)
    return client, secret


@transaction.atomic
def switch_connection(*, by: User, client_id: int, on: bool) -> ApiClient:
    """Let a connection in, or keep it out; its tokens are withdrawn, its webhooks fall silent."""
    require(by, PERMISSION)
    client = _locked(client_id)
    client.is_active = on
    client.save(update_fields=["is_active", "updated"])
    account = _account(client)
    if on:
        account.is_active, account.deactivated_at = True, None
        account.save(update_fields=["is_active", "deactivated_at"])
    else:
        turn_off(account)
        _withdraw_tokens(client)
    return client


@transaction.atomic
def grant_connection_role(*, by: User, client_id: int, role: str, unit: Unit | None) -> None:
    """A further role from today on. Raises PermissionDenied, ValidationError."""
    require(by, PERMISSION)
    client = _locked(client_id)
    grant_role(by=by, account=_account(client), role=role, unit=unit, valid_from=timezone.localdate())


def _account(client: ApiClient) -> User:
    account: User = client.user
    return account


def _withdraw_tokens(client: ApiClient) -> None:
    get_access_token_model().objects.filter(application=client).delete()


def forget_expired_tokens() -> None:
    """Remove what can open nothing any more."""
    get_access_token_model().objects.filter(expires__lt=timezone.now()).delete()
