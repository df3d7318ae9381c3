"""Accounts, roles on unit subtrees, and who stands in for whom."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organization.enums import DelegationKind, Role
from organization.models.base import Dated, no_overlap, period_in_order

THEMES = [("auto", _("as the device")), ("light", pgettext_lazy("appearance", "light")), ("dark", _("dark"))]


class User(AbstractUser):  # type: ignore[django-manager-missing]  # ApiClient's base has no types
    """An account. It cannot log in (is_active false, no usable password) until its owner activates it."""

    # Django's own way to drop an inherited field, which its types do not know.
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        help_text=_("The NIP for employees, a chosen name for others."),
        error_messages={"unique": _("An account with this user name exists already.")},
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_active = models.BooleanField(_("active"), default=False)
    is_service = models.BooleanField(_("for a system"), default=False)
    activated_at = models.DateTimeField(_("activated at"), null=True, blank=True)
    deactivated_at = models.DateTimeField(_("switched off at"), null=True, blank=True)
    # Empty until the user chooses one: pages then follow the browser, mails the agency.
    language = models.CharField(_("language"), max_length=5, blank=True)
    theme = models.CharField(
        _("appearance"),
        max_length=5,
        default="auto",
        choices=THEMES,
    )

    objects: ClassVar = DjangoUserManager()
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        indexes = [models.Index(fields=["name", "id"], name="user_by_name")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_is_unique",
                violation_error_message=_("Another account has this e-mail address."),
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(deactivated_at__isnull=True),
                name="user_switched_off_is_not_active",
            ),
            models.CheckConstraint(
                # Django marks a password that nobody can log in with by this sign.
                condition=Q(is_service=False) | Q(email="", password__startswith=UNUSABLE_PASSWORD_PREFIX),
                name="user_of_a_system_cannot_log_in",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def mail_language(self) -> str:
        """The language of what is written to the user while no browser is there to ask."""
        return self.language or settings.LANGUAGE_CODE

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class AccountToken(models.Model):
    """A one-time way in: activation by e-mail link or by a printed slip. Only a digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "pk"]


@pghistory.track()
class RoleGrant(Dated):
    """A role for a user inside a unit subtree (no unit: the whole agency)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants", verbose_name=_("account"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(
        "organization.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["user", "role", "pk"]
        indexes = [models.Index(fields=["user", "valid_from"])]
        constraints = [period_in_order("role_grant_period_in_order")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


@pghistory.track()
class Delegation(Dated):
    """`delegate` acts for `principal` (Plh. / Plt.) on every day of the period."""

    principal = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegations_given", verbose_name=_("acts for")
    )
    delegate = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="delegations_held", verbose_name=_("acting officer")
    )
    kind = models.CharField(_("kind"), max_length=3, choices=DelegationKind.choices, default=DelegationKind.PLH)
    order_no = models.CharField(_("order number"), max_length=80, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-valid_from", "pk"]
        constraints = [
            period_in_order("delegation_period_in_order"),
            models.CheckConstraint(
                name="delegation_to_somebody_else",
                condition=~Q(principal=F("delegate")),
                violation_error_message=_("Nobody can stand in for themself."),
            ),
            no_overlap(
                "principal_id",
                name="delegation_one_delegate_a_day",
                message=_("Somebody stands in for this officer in that period already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.principal} → {self.delegate}"
