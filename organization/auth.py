"""How people get in: by user name, NIP or e-mail; nobody signs up by themself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q, Value
from django.db.models.functions import Lower

from config.prepared import select
from organization.models import User
from organization.nip import compact_nip

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest

APP = "allauth.account"
ADDRESS_ACTION = "login_failed_account_ip"
_HAS_SECOND_FACTOR = (
    "EXISTS (SELECT FROM mfa_authenticator a WHERE a.user_id = organization_user.id) AS has_second_factor"
)


def find_account(login: str) -> User | None:
    """The one account with this user name, NIP (with or without blanks) or e-mail address."""
    typed = login.strip()
    if not typed:
        return None
    matches = User.objects.alias(address=Lower("email")).filter(  # as the unique index has it
        Q(username=typed) | Q(username=compact_nip(typed)) | (Q(address=Lower(Value(typed))) & ~Q(email=""))
    )
    users = list(matches.order_by("pk")[:3])
    exact = [user for user in users if user.username == typed]
    if exact:
        return exact[0]
    return users[0] if len(users) == 1 else None


class AgencyBackend(ModelBackend):
    """Finds the account by user name, by NIP as people type it (with blanks), or by e-mail address."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        login = username or kwargs.get("email") or ""
        if password is None:
            return None
        user = find_account(login)
        if user is None:
            User().set_password(password)  # same time whether or not the account exists
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None

    def user_can_authenticate(self, user: Any) -> bool:
        """Nobody logs in as the service user of a system; it has tokens."""
        return bool(super().user_can_authenticate(user)) and not user.is_service

    def get_user(self, user_id: int) -> User | None:
        """The account of a session, with `has_second_factor`: every page of HR and auditors asks for it."""
        user = next(iter(select(User, "id = %s", [user_id], also=_HAS_SECOND_FACTOR)), None)
        return user if user is not None and self.user_can_authenticate(user) else None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """None: rights follow from rules alone, and whoever a rule refuses is not looked up in Django's own tables."""
        return set()


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up; failed logins count per account whatever name was typed, and narrower per account and address."""

    _address_usage: ratelimit.RateLimitUsage | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count for user name, NIP and e-mail of the same account; an unknown name counts by itself."""
        login = str(credentials.get("email") or credentials.get("username") or "")
        account = find_account(login)
        return f"account:{account.pk}" if account else f"login:{compact_nip(login).lower()}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Raise ValidationError after too many failures; the narrow count first, so that one address fills only it."""
        key = self._address_key(request, **credentials)
        self._address_usage = ratelimit.consume(request, app=APP, action=ADDRESS_ACTION, key=key)
        if not self._address_usage:
            raise self.validation_error("too_many_login_attempts")
        super().pre_authenticate(request, **credentials)

    def _address_key(self, request: HttpRequest, **credentials: Any) -> str:
        return f"{self._get_login_attempts_cache_key(request, **credentials)}|{ratelimit.get_ip(request)}"

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called by allauth after a reset by mail, and by `forget_failures`."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        ratelimit.clear(request, app=APP, action=ADDRESS_ACTION, key=self._address_key(request, **credentials))

    def forget_failures(self, request: HttpRequest, account: User) -> None:
        """Let somebody who just set a new password log in with it at once."""
        self._delete_login_attempts_cached_email(request, username=account.username)

    def set_password(self, user: User, password: str) -> None:
        """Set it, and count failures anew: allauth itself looks in its own table of addresses, which stays empty."""
        super().set_password(user, password)
        self.forget_failures(context.request, user)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Count only failures: what a success used of the limits is given back."""
        user = super().authenticate(request, **credentials)
        if user and self._address_usage:
            self._address_usage.rollback()
        return user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Somebody who logged in just now is not asked for the password again."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and not _logged_in_just_now(context.request)


def _logged_in_just_now(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
