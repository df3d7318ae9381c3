"""How people get in: by user name, NIP or e-mail; nobody signs up by themself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend
from django.db.models import Q

from organization.models import User
from organization.nip import compact_nip

if TYPE_CHECKING:
    from django.http import HttpRequest


class AgencyBackend(ModelBackend):
    """Finds the account by user name, by NIP as people type it (with blanks), or by e-mail address."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        login = (username or kwargs.get("email") or "").strip()
        if not login or password is None:
            return None
        matches = User.objects.filter(
            Q(username=login) | Q(username=compact_nip(login)) | (Q(email__iexact=login) & ~Q(email=""))
        ).order_by("pk")[:2]
        users = list(matches)
        if len(users) != 1:
            User().set_password(password)  # same time whether or not the account exists
            return None
        user = users[0]
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up: accounts come from set-up, imports and HR."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
