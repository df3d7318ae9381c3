"""The daily export of who is granted what: made once a day by the clock, kept for some time."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from typing import BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.db import IntegrityError, transaction

from fwa.grant_rows import write_grants
from fwa.models import GrantExport


def make_grant_export(*, on: date) -> GrantExport:
    """The export of a day; a second run finds the first one's. Removes exports that were kept long enough."""
    made = GrantExport.objects.filter(day=on).first()
    if made is None:
        made = _make(on)
    _forget(on - timedelta(days=settings.GRANT_EXPORT_KEEP_DAYS))
    return made


def _make(on: date) -> GrantExport:
    until = on + timedelta(days=settings.GRANT_EXPORT_DAYS - 1)
    with tempfile.TemporaryFile() as csv_file, tempfile.TemporaryFile() as jsonl_file:
        written = write_grants(on, until, csv_file=cast(BinaryIO, csv_file), jsonl_file=cast(BinaryIO, jsonl_file))
        export = GrantExport(
            day=on,
            until=until,
            rows=written.rows,
            csv_sha256=written.csv_sha256,
            jsonl_sha256=written.jsonl_sha256,
        )
        for field, file, ending in ((export.csv_file, csv_file, "csv"), (export.jsonl_file, jsonl_file, "jsonl")):
            file.seek(0)
            field.save(f"penetapan-{on.isoformat()}.{ending}", File(file), save=False)
    try:
        with transaction.atomic():
            export.save()
    except IntegrityError:  # two workers began at the same moment; the other one was quicker
        _remove_files(export)
        return GrantExport.objects.get(day=on)
    return export


def _forget(before: date) -> None:
    for export in GrantExport.objects.filter(day__lt=before):
        export.delete()
        _remove_files(export)


def _remove_files(export: GrantExport) -> None:
    for field in (export.csv_file, export.jsonl_file):
        field.storage.delete(field.name or "")
