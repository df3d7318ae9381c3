"""Check the ledger of decisions and name the first broken entry of every chain."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fwa import ledger
from fwa.models import LedgerHead


class Command(BaseCommand):
    """Exit 0: nothing was touched. Exit 1: each broken chain is printed with its entry."""

    help = "Verify the ledger of decisions; without --anchor against the newest anchor file, if there is one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", metavar="FILE", help="anchor file to check against")

    def handle(self, *args: Any, anchor: str | None = None, **options: Any) -> None:
        path = Path(anchor) if anchor else ledger.latest_anchor()
        self.stdout.write(_("Anchor: %(file)s") % {"file": path if path else "-"})
        findings = ledger.verify(path)
        for finding in findings:
            place = f"{finding.chain} #{finding.seq}"
            self.stdout.write(self.style.ERROR(f"{place}: {finding.kind.label}. {finding.message}"))
        if findings:
            raise SystemExit(1)
        chains = LedgerHead.objects.count()
        text = ngettext(
            "%(count)s chain checked, nothing was touched.", "%(count)s chains checked, nothing was touched.", chains
        )
        self.stdout.write(self.style.SUCCESS(text % {"count": chains}))
