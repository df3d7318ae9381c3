"""What people chose about mails, and what waits for the mail of the day."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.mail_groups import MailDelivery, NoticeGroup


class MailPreference(models.Model):
    """A choice that differs from the default, which is a mail at once. In the app every notice is shown."""

    user = models.ForeignKey("organization.User", on_delete=models.CASCADE, related_name="mail_preferences")
    group = models.CharField(_("about"), max_length=12, choices=NoticeGroup.choices)
    delivery = models.CharField(_("mail"), max_length=6, choices=MailDelivery.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="mail_preference_once")]


class DigestItem(models.Model):
    """A notice that waits for the mail of the day; it is gone once that is sent."""

    user = models.ForeignKey("organization.User", on_delete=models.CASCADE, related_name="digest_items")
    code = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]
