"""A terminal whose PINs are numbers of a personnel list, and files like those that terminals write."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

from attendance.models import Terminal, TerminalPin
from organization.enums import ImportKind
from organization.importing.base import Options, importer_for
from organization.models import Employee, Site
from organization.services.imports import Outcome, import_table, locate_table, require_columns

DATA = Path(__file__).parent.parent / "data"
ON = date(2026, 11, 24)
LONG_AGO = date(2015, 1, 1)


def make_terminal(code: str = "CAMAT-1", zone: str = "Asia/Makassar") -> Terminal:
    site, _made = Site.objects.get_or_create(code="KC", defaults={"name": "Kantor Camat"})
    return Terminal.objects.create(code=code, name="Sidik jari lobi", site=site, zone=zone)


def give_pins(terminal: Terminal, *people: Employee, first: int = 1) -> None:
    """PIN 1 is the first of `people`, and so on."""
    for number, employee in enumerate(people, start=first):
        TerminalPin.objects.create(terminal=terminal, pin=str(number), employee=employee, valid_from=LONG_AGO)


def attlog(*lines: str) -> bytes:
    """Lines of PIN, time and key, as a terminal writes them; anything else stays as it is."""
    written = []
    for line in lines:
        parts = line.split(";")
        if len(parts) == 3:
            pin, at, key = parts
            line = f"{pin:>9}\t{at}\t1\t{key}\t1\t0"
        written.append(line + "\r\n")
    return "".join(written).encode()


def run(content: bytes, terminal: Terminal, *, kind: str = ImportKind.PRESENCE, **options: Any) -> Outcome:
    """Import as the command does; `dry_run` and `accept_valid` as there."""
    dry_run = options.pop("dry_run", False)
    source = importer_for(kind).open(io.BytesIO(content))
    layout = require_columns(kind, locate_table(kind, source))
    settings = Options(on=ON, parameter=terminal.code, **options)
    return import_table(kind=kind, source=source, layout=layout, options=settings, dry_run=dry_run)


def fates(outcome: Outcome) -> dict[str, int]:
    """How many lines went which way."""
    counts = outcome.counts
    return {
        "new": counts["created"],
        "known": counts["unchanged"],
        "rejected": outcome.rejected,
        **counts["further"],
    }
