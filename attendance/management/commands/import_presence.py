"""`manage.py import_presence FILE --terminal CODE`: entries of a terminal, from its USB export, a CSV or a workbook."""

from __future__ import annotations

import argparse
from typing import Any

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    """Every line is told: new, on record already, pressed twice, wrong key understood, empty, or rejected and why."""

    help = "Import entries of a terminal from its export (.dat), CSV or XLSX; the same file twice changes nothing."
    kind = ImportKind.PRESENCE

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--terminal", metavar="CODE", required=True, help="code of the terminal")

    def parameter(self, given: dict[str, Any]) -> str:
        return str(given["terminal"])
