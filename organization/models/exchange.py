"""Messages that must not be lost, notices people read, imports, and numbers that are never given twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.enums import ImportKind, ImportStatus


class OutboxMessage(models.Model):
    """A side effect that must follow a commit: written in the same transaction, done exactly once by the worker.

    `key` makes a repeated command harmless; `done_at` is set in the transaction of the effect itself.
    """

    topic = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["available_at", "id"], name="outbox_waiting", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class Notice(models.Model):
    """An in-app message. Text is rendered from `code` and `context` in the reader's language."""

    user = models.ForeignKey("organization.User", on_delete=models.CASCADE, related_name="notices")
    code = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "-created_at"])]


class ImportRun(models.Model):
    """One import of a file: what was asked, how far it is, what came of it, and its rejects."""

    kind = models.CharField(_("kind"), max_length=15, choices=ImportKind.choices)
    file = models.FileField(_("file"), upload_to="imports/")
    file_name = models.CharField(_("file name"), max_length=200)
    status = models.CharField(_("state"), max_length=10, choices=ImportStatus.choices, default=ImportStatus.QUEUED)
    dry_run = models.BooleanField(_("only check"), default=True)
    create_missing = models.BooleanField(_("create missing units and positions"), default=False)
    accept_valid = models.BooleanField(_("import the valid rows even if others are rejected"), default=False)
    parameter = models.CharField(
        max_length=40, blank=True, default="", help_text=_("what the file belongs to, such as the code of a terminal")
    )
    mapping = models.JSONField(default=dict, blank=True)
    accepted_exceptions = models.JSONField(default=dict, blank=True)
    total_rows = models.PositiveIntegerField(default=0)
    done_rows = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    rejects = models.JSONField(default=list, blank=True)
    message = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]


class NumberSeries(models.Model):
    """Running numbers per series and year; the row is locked while a number is taken, so none is given twice."""

    series = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="number_series_once_a_year")]


class ColumnMapping(models.Model):
    """Columns mapped by hand once for a file layout; `header_key` is the digest of the layout's own header row."""

    kind = models.CharField(max_length=15, choices=ImportKind.choices)
    header_key = models.CharField(max_length=64)
    mapping = models.JSONField()
    updated_by = models.ForeignKey("organization.User", on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "header_key"], name="column_mapping_once")]
