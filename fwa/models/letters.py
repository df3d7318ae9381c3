"""The decision letter (penetapan): frozen content, final bytes, and the token of its public check page."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fwa.enums import LetterStatus
from fwa.querysets import LetterQuerySet


class LetterFile(models.Model):
    """What letters and decrees share. `content` freezes what it says; the bytes are rendered once and never again."""

    number = models.CharField(_("number of the letter"), max_length=120, unique=True)
    decided_on = models.DateField(_("date of the letter"))
    token = models.CharField(max_length=43, unique=True)
    content = models.JSONField()
    status = models.CharField(_("state"), max_length=18, choices=LetterStatus.choices, default=LetterStatus.QUEUED)
    file = models.FileField(upload_to="letters/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    signed_file = models.FileField(upload_to="letters/", blank=True)
    signed_sha256 = models.CharField(max_length=64, blank=True)
    signed_uploaded_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    signed_uploaded_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    @property
    def final_file(self) -> models.fields.files.FieldFile:
        """The letter as it counts: the signed copy where there is one."""
        return self.signed_file if self.status == LetterStatus.SIGNED else self.file

    @property
    def final_sha256(self) -> str:
        return self.signed_sha256 if self.status == LetterStatus.SIGNED else self.sha256


class Letter(LetterFile):
    """The letter about one request."""

    request = models.OneToOneField("fwa.Request", on_delete=models.PROTECT, related_name="letter")

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="letter_newest_first")]
        constraints = [
            models.CheckConstraint(
                name="letter_rendered_has_hash",
                condition=Q(status__in=["queued", "failed"])
                | Q(sha256__regex=r"^[0-9a-f]{64}$", rendered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_signed_has_hash",
                condition=~Q(status="signed") | Q(signed_sha256__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
