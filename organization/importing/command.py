"""What the commands import_… share (promised in the README): all rows are checked before any is saved."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from organization.importing.base import Options, importer_for
from organization.importing.files import check_size
from organization.importing.reasons import ImportFileError
from organization.importing.reports import write_rejects
from organization.importing.rows import Reject
from organization.services.imports import Outcome, import_table, locate_table, require_columns

REJECTS_SHOWN = 20


class ImportCommand(BaseCommand):
    """Base of one command per kind; a subclass sets `kind` and `help`."""

    kind: str = ""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV or XLSX")
        parser.add_argument("--dry-run", action="store_true", help="check every row and save nothing")
        parser.add_argument(
            "--rejects", type=Path, metavar="OUT.csv", help="where to write rejects (default: FILE.rejects.csv)"
        )
        parser.add_argument(
            "--accept-valid", action="store_true", help="save the valid rows even when others are rejected"
        )
        parser.add_argument(
            "--create-missing", action="store_true", help="create units, positions and task types that are not known"
        )
        parser.add_argument(
            "--accept-nip",
            metavar="REASON",
            default="",
            help="accept NIPs that do not fit birth date or sex, and say why",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            outcome = self._import(path, options)
        except ImportFileError as error:
            raise CommandError(str(error)) from error
        self._report(outcome, dry_run=options["dry_run"])
        rejects_path = options["rejects"] or path.with_suffix(".rejects.csv")
        if outcome.rejects or options["rejects"]:
            _write(rejects_path, outcome.rejects)
        if outcome.rejects:
            self._list(outcome.rejects)
            raise CommandError(
                _("%(rejected)s of %(total)s rows rejected, see %(path)s. %(saved)s")
                % {
                    "rejected": outcome.rejected,
                    "total": outcome.total,
                    "path": rejects_path,
                    "saved": _("The valid rows were saved.") if outcome.is_saved else _("Nothing was saved."),
                }
            )

    def _import(self, path: Path, given: dict[str, Any]) -> Outcome:
        options = Options(
            on=timezone.localdate(),
            parameter=self.parameter(given),
            create_missing=given["create_missing"],
            accept_valid=given["accept_valid"],
            exception_for_all=given["accept_nip"].strip()[:300],
            progress=self._progress if given["verbosity"] > 1 else lambda phase, done, total: None,
        )
        try:
            check_size(path.stat().st_size, settings.IMPORT_MAX_BYTES)
            with path.open("rb") as stream:
                source = importer_for(self.kind).open(stream)
                layout = require_columns(self.kind, locate_table(self.kind, source))
                return import_table(
                    kind=self.kind, source=source, layout=layout, options=options, dry_run=given["dry_run"]
                )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def parameter(self, given: dict[str, Any]) -> str:
        """What the file belongs to; for kinds that belong to one thing."""
        return ""

    def _progress(self, phase: str, done: int, total: int) -> None:
        self.stdout.write(f"{phase} {done}/{total}")

    def _report(self, outcome: Outcome, *, dry_run: bool) -> None:
        counts = outcome.counts
        for label, key in (
            (_("New units"), "new_units"),
            (_("New positions"), "new_positions"),
            (_("New task types"), "new_task_types"),
            (_("Unknown units"), "unknown_units"),
            (_("Unknown positions"), "unknown_positions"),
        ):
            if counts.get(key):
                self.stdout.write(f"{label} ({len(counts[key])}): {', '.join(counts[key])}")
        for item in outcome.warnings[:REJECTS_SHOWN]:
            where = f"{item.row} {item.column}: " if item.row else ""
            self.stdout.write(self.style.WARNING(f"  {where}{item.reason}"))
        if len(outcome.warnings) > REJECTS_SHOWN:
            more = len(outcome.warnings) - REJECTS_SHOWN
            self.stdout.write(
                ngettext("… and %(count)s more note", "… and %(count)s more notes", more) % {"count": more}
            )
        labels = importer_for(self.kind).further_labels
        for name, number in counts.get("further", {}).items():
            self.stdout.write(f"{labels[name]}: {number}")
        state = _("Checked, nothing saved") if dry_run else _("Imported") if outcome.is_saved else _("Not imported")
        self.stdout.write(
            _("%(state)s: %(total)s rows, %(accepted)s accepted (%(created)s new, %(updated)s changed, %(unchanged)s"
              " unchanged), %(rejected)s rejected.")
            % {"state": state, "total": outcome.total, "accepted": outcome.accepted,
            "rejected": outcome.rejected, **counts}
        )  # fmt: skip

    def _list(self, rejects: list[Reject]) -> None:
        for item in rejects[:REJECTS_SHOWN]:
            self.stderr.write(f"  {item.row} {item.column} [{item.value}]: {item.reason}")
        if len(rejects) > REJECTS_SHOWN:
            self.stderr.write(f"  … +{len(rejects) - REJECTS_SHOWN}")


def _write(path: Path, rejects: list[Reject]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            write_rejects(stream, rejects)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
