"""Special circumstances (Art 30 [Q]): health and family data, sealed, and every look at it logged first."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from fwa.querysets import CircumstanceQuerySet


class SpecialCircumstance(models.Model):
    """The circumstance of a request. Its kind is sealed; what the rules need of it stands in plain flags."""

    request = models.OneToOneField("fwa.Request", on_delete=models.CASCADE, related_name="circumstance")
    sealed_kind = models.BinaryField()
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))
    lifts_weekly_cap = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CircumstanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="circumstance_period_in_order", condition=models.Q(valid_to__gte=models.F("valid_from"))
            )
        ]


class Evidence(models.Model):
    """One sealed file (bukti dukung): name, type and content are encrypted; only size and digest are plain."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    circumstance = models.ForeignKey(SpecialCircumstance, on_delete=models.CASCADE, related_name="evidence")
    sealed_name = models.BinaryField()
    sealed_content = models.BinaryField()
    size = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["uploaded_at", "pk"]


class EvidenceAccess(models.Model):
    """Who opened sealed data, when and what for; written before the content is shown."""

    circumstance = models.ForeignKey(SpecialCircumstance, on_delete=models.PROTECT, related_name="accesses")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, related_name="accesses")
    user = models.ForeignKey("organization.User", on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(_("purpose"), max_length=200)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="evidence_access_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
