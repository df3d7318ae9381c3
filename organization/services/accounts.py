"""Accounts: a way in for everybody by one-time link or slip, switching off and on, and own preferences.

A token is shown once to whoever carries it; only a keyed digest is kept, it works once and for a limited time.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from organization import outbox
from organization.access import WHOLE_AGENCY, access_for
from organization.auth import find_account
from organization.constraints import save_checked
from organization.enums import Role
from organization.guards import require
from organization.models import AccountToken, Placement, RoleGrant, User
from organization.services.roles import refuse_last_admin

# Without letters and digits that are mistaken for each other on paper; 10 of 30 signs are 49 bits.
CODE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ2345679"
CODE_LENGTH = 10


@dataclass(frozen=True)
class Slip:
    """One printed slip: whose it is and the code, which is written nowhere else."""

    name: str
    username: str
    unit: str
    code: str
    expires_at: datetime


def _digest(purpose: str, secret: str) -> str:
    return salted_hmac(f"organization.account_token.{purpose}", secret, algorithm="sha256").hexdigest()


def _slip_digest(user_id: int, code: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return _digest("slip", f"{user_id}:{plain}")


def require_account_manager(by: User, account: User) -> None:
    """HR of the account holder's unit; accounts with a role, or without employee, only HR of the whole agency."""
    if account.is_service:
        raise PermissionDenied(_("This account belongs to a system. It is looked after under Connections."))
    if WHOLE_AGENCY in access_for(by).paths_of_role(Role.HR_ADMIN):
        return
    employee = getattr(account, "employee", None)
    if employee is None or RoleGrant.objects.active_on(timezone.localdate()).filter(user=account).exists():
        raise PermissionDenied(_("Only HR of the whole agency may do this for this account."))
    require(by, "organization.manage_people", employee)


def _lock_account(account_id: int) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("employee").get(pk=account_id)


def _refuse_switched_off(account: User) -> None:
    if account.deactivated_at:
        raise ValidationError(_("This account is switched off. Switch it on first."))


def _new_token(account: User, *, by: User | None, digest: str, days: int) -> AccountToken:
    """A fresh token makes older ones of the account useless."""
    account.tokens.filter(used_at__isnull=True).delete()
    expires_at = timezone.now() + timedelta(days=days)
    return AccountToken.objects.create(user=account, digest=digest, expires_at=expires_at, created_by=by)


@transaction.atomic
def send_activation_mails(*, by: User, account_ids: Iterable[int]) -> tuple[int, int]:
    """Queue an activation link for each account that has an address; returns (queued, without address).

    The link is made when the mail is sent, so that it never lies in the outbox.
    """
    queued = without = 0
    stamp = timezone.now().strftime("%Y%m%d%H%M")
    accounts = User.objects.filter(pk__in=list(account_ids), activated_at__isnull=True, deactivated_at__isnull=True)
    for account in accounts.select_related("employee"):
        require_account_manager(by, account)
        if not account.email:
            without += 1
            continue
        payload = {"user": account.pk, "by": by.pk}
        outbox.add("organization.activation_mail", payload, key=f"activation:{account.pk}:{stamp}")
        queued += 1
    return queued, without


@transaction.atomic
def make_link_token(*, account_id: int, by_id: int | None) -> str | None:
    """A token for an activation link; nothing when the account was activated or switched off meanwhile."""
    account = _lock_account(account_id)
    if account.activated_at or account.deactivated_at:
        return None
    token = secrets.token_urlsafe(32)
    by = User.objects.filter(pk=by_id).first() if by_id else None
    _new_token(account, by=by, digest=_digest("link", token), days=settings.ACTIVATION_LINK_DAYS)
    return token


@transaction.atomic
def print_slips(*, by: User, account_ids: Iterable[int]) -> list[Slip]:
    """One-time slips for the accounts, in order of unit and name. An active account's slip is a password reset.

    Raises PermissionDenied when one account is outside the user's reach, ValidationError when one is switched off.
    """
    today = timezone.localdate()
    ids = list(account_ids)
    accounts = list(User.objects.select_for_update(of=("self",)).select_related("employee").filter(pk__in=ids))
    placed = Placement.objects.active_on(today).filter(employee__user_id__in=ids)
    units = dict(placed.values_list("employee__user_id", "unit__name"))
    slips = []
    for account in accounts:
        if account.pk == by.pk:
            raise PermissionDenied(_("Change your own password in your profile."))
        require_account_manager(by, account)
        _refuse_switched_off(account)
        slips.append(_slip(account, by=by, unit=units.get(account.pk, "")))
    return sorted(slips, key=lambda slip: (slip.unit, slip.name))


def _slip(account: User, *, by: User, unit: str) -> Slip:
    code = "".join(secrets.choice(CODE_SIGNS) for _index in range(CODE_LENGTH))
    token = _new_token(account, by=by, digest=_slip_digest(account.pk, code), days=settings.ACTIVATION_SLIP_DAYS)
    shown = f"{code[:5]}-{code[5:]}"
    return Slip(str(account), account.username, unit, shown, token.expires_at)


def account_of_link(token: str) -> User | None:
    """Whose account a link opens, if it still does; changes nothing."""
    found = _open_tokens().filter(digest=_digest("link", token)).select_related("user").first()
    return found.user if found else None


def _open_tokens() -> QuerySet[AccountToken]:
    return AccountToken.objects.filter(
        used_at__isnull=True, expires_at__gt=timezone.now(), user__deactivated_at__isnull=True
    )


@transaction.atomic
def activate_by_link(*, token: str, password: str) -> User:
    """Set the password and use the link up. Raises ValidationError when it is used, expired or unknown."""
    return _use(_open_tokens().filter(digest=_digest("link", token)), password)


@transaction.atomic
def activate_by_slip(*, username: str, code: str, password: str) -> User:
    """Set the password with user name (or NIP) and the code of a slip. Raises ValidationError."""
    account = find_account(username)
    digest = _slip_digest(account.pk if account else 0, code)
    return _use(_open_tokens().filter(digest=digest), password)


@transaction.atomic
def activate_by_provider(*, account_id: int) -> User:
    """Let in whom the agency's identity provider vouches for; one that waited for activation is active from now on."""
    account = _lock_account(account_id)
    if account.activated_at is None and account.deactivated_at is None and not account.is_service:
        account.is_active, account.activated_at = True, timezone.now()
        account.save(update_fields=["is_active", "activated_at"])
    return account


def _use(tokens: QuerySet[AccountToken], password: str) -> User:
    token = tokens.select_for_update(of=("self",)).select_related("user").first()
    if token is None:
        raise ValidationError(
            _("This does not open an account: it was used, has expired or was mistyped. Ask HR for a new one."),
            code="token",
        )
    account = token.user
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    now = timezone.now()
    account.set_password(password)
    account.is_active = True
    account.activated_at = account.activated_at or now
    account.save(update_fields=["password", "is_active", "activated_at"])
    token.used_at = now
    token.save(update_fields=["used_at"])
    return account


@transaction.atomic
def create_account(*, by: User, username: str, name: str, email: str = "") -> User:
    """An account for somebody without employee record, such as the authority; it waits for activation."""
    require(by, "organization.grant_roles")
    account = User(username=username.strip(), name=name.strip(), email=email.strip(), is_active=False)
    account.set_unusable_password()
    return save_checked(account)


@transaction.atomic
def change_account(*, by: User, account_id: int, name: str, email: str) -> User:
    """Correct name and address of an account without employee record."""
    require(by, "organization.grant_roles")
    account = _lock_account(account_id)
    require_account_manager(by, account)
    if getattr(account, "employee", None):
        raise ValidationError(_("Name and e-mail of employees are changed on their own page."))
    account.name, account.email = name.strip(), email.strip()
    return save_checked(account, update_fields=["name", "email"])


@transaction.atomic
def switch_off(*, by: User, account_id: int) -> User:
    """Nobody gets in with this account any more; running sessions end with their next click."""
    if account_id == by.pk:
        raise PermissionDenied(_("Nobody switches off their own account."))
    account = _lock_account(account_id)
    require_account_manager(by, account)
    refuse_last_admin(account, timezone.localdate())
    return turn_off(account)


def turn_off(account: User) -> User:
    """The change itself, for commands that have their own permission (somebody left)."""
    account.is_active = False
    account.deactivated_at = account.deactivated_at or timezone.now()
    account.save(update_fields=["is_active", "deactivated_at"])
    account.tokens.filter(used_at__isnull=True).delete()
    return account


@transaction.atomic
def switch_on(*, by: User, account_id: int) -> User:
    """Let the account in again with its old password; one that was never activated waits for activation."""
    account = _lock_account(account_id)
    require_account_manager(by, account)
    employee = getattr(account, "employee", None)
    if employee and employee.left_on and employee.left_on < timezone.localdate():
        raise ValidationError(_("This person has left. Give them a new placement first."))
    account.deactivated_at = None
    account.is_active = account.activated_at is not None
    account.save(update_fields=["is_active", "deactivated_at"])
    return account


def set_preferences(*, by: User, language: str | None = None, theme: str | None = None) -> None:
    """Save the user's own language and appearance."""
    if language is not None:
        by.language = language
    if theme is not None:
        by.theme = theme
    save_checked(by, update_fields=["language", "theme"])
