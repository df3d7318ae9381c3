"""`manage.py import_terminal_pins FILE --terminal CODE`: whom the PINs of a terminal mean."""

from __future__ import annotations

import argparse
from typing import Any

from organization.enums import ImportKind
from organization.importing.command import ImportCommand


class Command(ImportCommand):
    """A personnel list does as well: its column NO is the PIN."""

    help = "Import whom the PINs of a terminal mean, from a CSV or XLSX list with PIN (or NO) and NIP."
    kind = ImportKind.TERMINAL_PINS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--terminal", metavar="CODE", required=True, help="code of the terminal")

    def parameter(self, given: dict[str, Any]) -> str:
        return str(given["terminal"])
