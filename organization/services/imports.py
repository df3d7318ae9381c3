"""Imports of files: a run is uploaded, mapped, checked and imported; the worker does the work (design 4 and 6).

Everything of one run happens in one transaction: all rows are checked before anything is written, and nothing is
half-imported unless asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from organization import outbox
from organization.enums import ImportStatus
from organization.importing.base import PROGRESS_EVERY, Importer, Options, importer_for
from organization.importing.files import Source, check_size
from organization.importing.layout import (
    Layout,
    find_layout,
    header_key,
    header_text,
    layout_from_json,
    match_headers,
    missing_columns,
)
from organization.importing.reasons import ACCEPTABLE, ImportFileError
from organization.importing.rows import Reject, Row
from organization.models import ColumnMapping, ImportRun, User
from organization.services.notices import notify

log = structlog.get_logger(__name__)

TOPIC = "organization.run_import"
PERMISSION = "organization.import_files"
# Runs that may be started (again): they stand still, and their file is still there.
RESTARTABLE = (ImportStatus.CHECKED, ImportStatus.REJECTED, ImportStatus.FAILED)
WARNINGS_KEPT = 200
FEW_CELLS = 2
PROGRESS_SECONDS = 3600
UNKNOWN = {
    "unknown_units": ("unit_unknown", "unit_elsewhere", "parent_unknown"),
    "unknown_positions": ("position_unknown", "position_not_listed"),
}


@dataclass
class Outcome:
    """What became of a file. `accepted` and `rejected` count rows; one row can have several rejects."""

    total: int
    rejects: list[Reject]
    warnings: list[Reject]
    counts: dict[str, Any] = field(default_factory=dict)
    is_saved: bool = False

    @property
    def rejected(self) -> int:
        return len({item.row for item in self.rejects})

    @property
    def accepted(self) -> int:
        return self.total - self.rejected


# The work itself -------------------------------------------------------------------------------------------------


def locate_table(kind: str, source: Source) -> Layout | None:
    """Where the table lies, by headings or by a mapping kept from before; None without any known heading."""
    by_key = {row.header_key: row.mapping for row in ColumnMapping.objects.filter(kind=kind)}
    importer = importer_for(kind)
    return find_layout(source, importer.columns, by_key.get) or importer.bare_layout(source)


def require_columns(kind: str, layout: Layout | None) -> Layout:
    """The layout, or ImportFileError with the columns that are missing and those the file has."""
    columns = importer_for(kind).columns
    if layout is None:
        needed = ", ".join(column.label for column in columns if column.required)
        raise ImportFileError("no_header", columns=needed)
    missing = missing_columns(columns, layout.columns)
    if missing:
        found = ", ".join(text for text in layout.headers if text)
        raise ImportFileError("columns_unknown", columns=", ".join(column.label for column in missing), found=found)
    return layout


@transaction.atomic
def import_table(*, kind: str, source: Source, layout: Layout, options: Options, dry_run: bool) -> Outcome:
    """Check every row of the table and, unless `dry_run`, save: all rows, or the valid ones where options say so.

    Raises ImportFileError when there is nothing to read.
    """
    importer = importer_for(kind)(options)
    importer.lock()
    rows = _read_rows(importer, source, layout)
    if not rows:
        raise ImportFileError("no_rows")
    for done, row in enumerate(rows):
        if done % PROGRESS_EVERY == 0:
            options.progress("checking", done, len(rows))
        importer.records.append(importer.read(row))
    options.progress("checking", len(rows), len(rows))
    importer.check()
    rejects = [item for row in rows for item in row.rejects]
    outcome = Outcome(len(rows), rejects, [])
    if not dry_run and outcome.accepted and (options.accept_valid or not rejects):
        importer.save()
        outcome.is_saved = True
    outcome.warnings = importer.notes + [item for row in rows for item in row.warnings]
    outcome.counts = importer.counts.as_json() | _unknown_names(rejects)
    return outcome


def _unknown_names(rejects: list[Reject]) -> dict[str, list[str]]:
    """Units and positions that rows name and nobody knows, each once, in the order of the file."""
    found: dict[str, dict[str, None]] = {"unknown_units": {}, "unknown_positions": {}}
    for item in rejects:
        for group, name in (("unknown_units", "unit"), ("unknown_positions", "position")):
            if item.code in UNKNOWN[group]:
                found[group][item.params.get(name) or item.params["parent"]] = None
    return {group: list(names) for group, names in found.items() if names}


def _read_rows(importer: Importer[Any], source: Source, layout: Layout) -> list[Row]:
    """The data rows below the header. Repeated headers, column numbers and signature lines are no data."""
    by_code = {column.code: column for column in importer.columns}
    headings = {code: layout.heading(column) for code, column in by_code.items()}
    key_index = layout.columns.get(importer.columns[0].code, 0)
    rows: list[Row] = []
    passed_over: list[int] = []
    for number, values in source.rows(layout.sheet):
        if number <= layout.header_row:
            continue
        filled = [value for value in values if header_text(value)]
        if not filled:
            importer.blank_rows += 1
            continue
        if _is_heading(values, layout):
            continue
        key = values[key_index] if key_index < len(values) else None
        if not header_text(key) and len(filled) <= FEW_CELLS:
            passed_over.append(number)
            continue
        cells = {code: values[index] if index < len(values) else None for code, index in layout.columns.items()}
        rows.append(Row(number, cells, headings))
    if passed_over and rows:
        importer.note("rows_skipped", rows=", ".join(map(str, passed_over[:20])))
    return rows


def _is_heading(values: list[Any], layout: Layout) -> bool:
    """The header once more on a new page, or the line of column numbers below it (1, 2, 3, …)."""
    texts = [header_text(value) for value in values]
    if layout.headers and any(texts) and texts[: len(layout.headers)] == list(layout.headers[: len(texts)]):
        return True
    numbers = [text for text in texts if text]
    return len(numbers) > FEW_CELLS and numbers == [str(index) for index in range(1, len(numbers) + 1)]


# Runs ------------------------------------------------------------------------------------------------------------


def _require(by: User) -> None:
    if not by.has_perm(PERMISSION):
        raise PermissionDenied


@transaction.atomic
def create_run(
    *, by: User, kind: str, file: File, name: str, create_missing: bool = False, parameter: str = ""
) -> ImportRun:
    """Keep an uploaded file and, where its columns are known, have it checked. Raises ImportFileError.

    A run whose columns are not all known waits for `map_columns`; its `mapping` is empty until then.
    """
    _require(by)
    check_size(file.size or 0, settings.IMPORT_MAX_BYTES)
    source = importer_for(kind).open(file)
    layout = locate_table(kind, source)
    complete = layout is not None and not missing_columns(importer_for(kind).columns, layout.columns)
    file.seek(0)
    run = ImportRun(
        kind=kind,
        file_name=name[-200:],
        create_missing=create_missing,
        parameter=parameter,
        mapping=layout.as_json() if layout and complete else {},
        created_by=by,
    )
    # The stored name tells nothing about the file and cannot be guessed.
    run.file.save(
        f"{hashlib.sha256(f'{by.pk}:{timezone.now()}:{name}'.encode()).hexdigest()[:32]}.bin", file, save=True
    )
    if complete:
        _queue(run)
    return run


@transaction.atomic
def map_columns(
    *, by: User, run_id: int, sheet: str, header_row: int, columns: Mapping[str, int], remember: bool
) -> ImportRun:
    """Say by hand which column is which, keep it for files of the same layout, and have the file checked."""
    _require(by)
    run = _locked(run_id)
    if run.status not in (ImportStatus.QUEUED, *RESTARTABLE) or (run.status == ImportStatus.QUEUED and run.mapping):
        raise TransitionNotAllowed
    with run.file.open("rb") as stream:
        source = importer_for(run.kind).open(stream)
        layout = layout_from_json(source, {"sheet": sheet, "header_row": header_row, "columns": columns})
    missing = missing_columns(importer_for(run.kind).columns, layout.columns)
    if missing:
        raise ValidationError(
            _("Choose a column for: %(columns)s.") % {"columns": ", ".join(column.label for column in missing)}
        )
    if remember:
        _remember(run.kind, layout, by)
    run.mapping, run.dry_run = layout.as_json(), True
    _queue(run)
    return run


def _remember(kind: str, layout: Layout, by: User) -> None:
    by_name = match_headers(layout.headers, importer_for(kind).columns)
    if layout.columns == by_name:
        return  # names say it already
    ColumnMapping.objects.update_or_create(
        kind=kind,
        header_key=header_key(layout.headers),
        defaults={"mapping": layout.columns, "updated_by": by},
    )


@transaction.atomic
def start_run(*, by: User, run_id: int, dry_run: bool, create_missing: bool, accept_valid: bool) -> ImportRun:
    """Check a run again, or import it now. Raises TransitionNotAllowed while it runs or once it is imported."""
    _require(by)
    run = _locked(run_id)
    if run.status not in RESTARTABLE or not run.mapping or not run.file:
        raise TransitionNotAllowed
    run.dry_run, run.create_missing, run.accept_valid = dry_run, create_missing, accept_valid
    _queue(run)
    return run


@transaction.atomic
def accept_exception(*, by: User, run_id: int, row: int, reason: str) -> ImportRun:
    """Let a row pass whose NIP does not fit birth date or sex, with a reason that stays with the person.

    Takes effect with the next check. Raises ValidationError when the row has no such reject.
    """
    _require(by)
    run = _locked(run_id)
    if run.status not in RESTARTABLE:
        raise TransitionNotAllowed
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the row is right although the NIP does not fit.")})
    if not any(item["row"] == row and item["code"] in ACCEPTABLE for item in run.rejects):
        raise ValidationError(_("Row %(row)s has nothing that can be accepted with a reason.") % {"row": row})
    run.accepted_exceptions[str(row)] = reason.strip()[:300]
    run.save(update_fields=["accepted_exceptions"])
    return run


@transaction.atomic
def discard_run(*, by: User, run_id: int) -> None:
    """Throw a run away that was not imported, with its file."""
    _require(by)
    run = _locked(run_id)
    if run.status == ImportStatus.DONE or (run.status == ImportStatus.QUEUED and run.mapping):
        raise TransitionNotAllowed
    _delete_file_after_commit(run)
    run.delete()


def _locked(run_id: int) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run_id)


def _queue(run: ImportRun) -> None:
    run.status, run.finished_at, run.message = ImportStatus.QUEUED, None, ""
    run.save()
    cache.delete(_progress_key(run.pk))
    outbox.add(TOPIC, {"run": run.pk}, key=f"import:{run.pk}:{timezone.now().isoformat()}")


def _delete_file_after_commit(run: ImportRun) -> None:
    storage, name = run.file.storage, run.file.name
    if name:
        transaction.on_commit(lambda: storage.delete(name))


# The worker's side -----------------------------------------------------------------------------------------------


def run_import(*, run_id: int) -> None:
    """Do one queued run, and tell who started it. Called by the outbox, inside its transaction.

    A database that is away is not the run's fault: the error goes up, and the message is delivered again. Everything
    else ends the run with a sentence, and nothing is saved.
    """
    run = ImportRun.objects.select_related("created_by").filter(pk=run_id, status=ImportStatus.QUEUED).first()
    if run is None:
        return
    started = timezone.now()
    language = run.created_by.mail_language if run.created_by else settings.LANGUAGE_CODE
    with translation.override(language):
        try:
            outcome = _import_file(run)
        except ImportFileError as error:
            _fail(run, error)
        except (OperationalError, InterfaceError):
            raise
        except IntegrityError as error:
            log.warning("import.integrity", run=run.pk, error=str(error).splitlines()[0])
            _fail(run, ImportFileError("changed_meanwhile"))
        except Exception:  # whatever it is, people must see that the run ended
            log.exception("import.stopped", run=run.pk)
            _fail(run, ImportFileError("stopped"))
        else:
            _finish(run, outcome)
    _tell(run, started)


def _import_file(run: ImportRun) -> Outcome:
    options = Options(
        on=timezone.localdate(),
        by=run.created_by,
        parameter=run.parameter,
        create_missing=run.create_missing,
        accept_valid=run.accept_valid,
        exceptions=run.accepted_exceptions,
        progress=_progress_of(run.pk),
    )
    try:
        stream = run.file.open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise ImportFileError("file_gone") from error
    with stream:
        options.progress("reading", 0, 0)
        source = importer_for(run.kind).open(stream)
        layout = require_columns(run.kind, layout_from_json(source, run.mapping))
        return import_table(kind=run.kind, source=source, layout=layout, options=options, dry_run=run.dry_run)


def _finish(run: ImportRun, outcome: Outcome) -> None:
    run.total_rows, run.done_rows = outcome.total, outcome.accepted
    run.rejects = [item.as_json() for item in outcome.rejects]
    run.counts = outcome.counts | {
        "rejected": outcome.rejected,
        "warnings": [item.as_json() for item in outcome.warnings[:WARNINGS_KEPT]],
        "warning_count": len(outcome.warnings),
    }
    if outcome.is_saved:
        run.status = ImportStatus.DONE
        _delete_file_after_commit(run)  # it is full of personal data, and was only needed for this
        run.file = ""
    elif run.dry_run:
        run.status = ImportStatus.CHECKED
    else:
        run.status = ImportStatus.REJECTED
    _end(run)


def _fail(run: ImportRun, error: ImportFileError) -> None:
    run.status, run.message = ImportStatus.FAILED, str(error)[:300]
    run.total_rows, run.done_rows, run.rejects, run.counts = 0, 0, [], {}
    _end(run)


def _end(run: ImportRun) -> None:
    run.finished_at = timezone.now()
    run.save()
    transaction.on_commit(lambda: cache.delete(_progress_key(run.pk)))


def _tell(run: ImportRun, started: datetime) -> None:
    if run.created_by_id is None:
        return
    notify(
        user_ids=[run.created_by_id],
        code="import.checked" if run.status == ImportStatus.CHECKED else "import.finished",
        context={"file": run.file_name, "accepted": run.done_rows, "rejected": run.counts.get("rejected", 0)},
        url=reverse("organization:import_detail", args=[run.pk]),
        key=f"import:{run.pk}:{started.isoformat()}",
        mail=False,
    )


# Progress: in the cache, because the transaction of the work shows nothing until it ends ---------------------------


def _progress_key(run_id: int) -> str:
    return f"import-progress:{run_id}"


def _progress_of(run_id: int) -> Any:
    def report(phase: str, done: int, total: int) -> None:
        cache.set(_progress_key(run_id), {"phase": phase, "done": done, "total": total}, PROGRESS_SECONDS)

    return report


def progress_of_run(run_id: int) -> dict[str, Any] | None:
    """Phase (reading, checking, saving), done and total; None while nobody works on the run."""
    progress: dict[str, Any] | None = cache.get(_progress_key(run_id))
    return progress
