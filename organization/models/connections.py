"""Other systems: who they are here, what they may ask for, and what they are told."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from organization.enums import DeliveryState


class ApiClient(AbstractApplication):
    """An OAuth2 client (client credentials only). It acts as its service user, whose roles say how far it sees.

    The secret is hashed and shown once. `allowed_scopes`: what its tokens may be asked for at most.
    """

    purpose = models.CharField(_("purpose"), max_length=300)
    allowed_scopes = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("scopes"))
    is_active = models.BooleanField(_("active"), default=True)
    secret_made_at = models.DateTimeField(_("secret made at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)
    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(AbstractApplication.Meta):
        ordering = ["name", "pk"]
        verbose_name = _("connection")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user"], name="api_client_one_per_service_user"),
            models.CheckConstraint(
                name="api_client_credentials_only",
                condition=Q(
                    user__isnull=False,
                    client_type="confidential",
                    authorization_grant_type="client-credentials",
                    hash_client_secret=True,
                ),
            ),
        ]

    def is_usable(self, request: Any) -> bool:
        """Whether it gets tokens, and whether those it has still count."""
        return self.is_active and self.user is not None and self.user.is_active


class Webhook(models.Model):
    """An address that is told of decisions, signed with a sealed secret; it hears what its connection may read."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        ApiClient, on_delete=models.PROTECT, related_name="webhooks", verbose_name=_("connection")
    )
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("address"), max_length=500)
    sealed_secret = models.BinaryField()
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("events"))
    is_active = models.BooleanField(_("active"), default=True)
    # After a failure nothing is sent for a while, so that a receiver that is away does not keep the worker waiting.
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="webhook_hears_something",
                condition=~Q(events=[]),
                violation_error_message=_("Choose at least one event."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def seal_owner(self) -> str:
        """What the secret is sealed to."""
        return f"webhook:{self.public_id}"


class WebhookDelivery(models.Model):
    """One event for one webhook, with the same id at every attempt. The payload holds ids, codes, numbers, dates."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField(_("id of the event"))
    event = models.CharField(_("event"), max_length=40)
    payload = models.JSONField()
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    response_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["webhook", "-created_at"], name="delivery_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "event_id"], name="webhook_hears_an_event_once"),
            models.CheckConstraint(
                name="webhook_delivery_sent_has_stamp", condition=~Q(state="sent") | Q(sent_at__isnull=False)
            ),
        ]
