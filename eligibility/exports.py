"""A run as a file: rows first, format second. Both formats stream; memory does not grow with the agency."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from config import replica
from eligibility.enums import Outcome, Verdict
from eligibility.models import ScreeningRun
from eligibility.registry import get_criterion
from eligibility.screening import ScreeningResult, rules_of

# Signs with which a spreadsheet begins a formula; in a CSV file they must be text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
COLUMN_WIDTHS = (22, 32, 40, 36, 20, 90)
CHUNK = 2000


@dataclass(frozen=True)
class ExportRow:
    """One person of a run; `failed` names the rules not met with their articles."""

    nip: str
    name: str
    unit: str
    position: str
    verdict: str
    failed: str


def headings() -> tuple[str, ...]:
    return ("NIP", _("Name"), _("Unit"), _("Position"), _("Verdict"), _("Rules not met"))


def export_rows(run: ScreeningRun) -> Iterator[ExportRow]:
    """The people of a run by name, with unit and position of its day. Holds the NIP: for HR only."""
    words = {
        rule.criterion: f"{get_criterion(rule.criterion).label} ({rule.article})" for rule in rules_of(run.version)
    }
    verdicts = {verdict.value: str(verdict.label) for verdict in Verdict}
    rows = (
        run.screenings.using(replica.source().alias)
        .with_placement(run.as_of)
        .order_by("employee__name", "pk")
        .values_list("employee__nip", "employee__name", "unit_name", "position_name", "verdict", "failed")
    )
    for nip, name, unit, position, verdict, failed in rows.iterator(chunk_size=CHUNK):
        yield ExportRow(
            nip=nip,
            name=name,
            unit=unit or "",
            position=position or "",
            verdict=verdicts[verdict],
            failed="; ".join(words[code] for code in failed),
        )


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


def as_text(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA_SIGNS) else value


def csv_lines(rows: Iterable[ExportRow]) -> Iterator[str]:
    """Lines of a CSV file as spreadsheets with Indonesian settings open it (byte order mark, semicolons)."""
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow(headings())
    for row in rows:
        yield writer.writerow([as_text(value) for value in astuple(row)])


def xlsx_file(rows: Iterable[ExportRow]) -> IO[bytes]:
    """An open temporary XLSX file, at its start; row after row on disk, every cell text."""
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  (the response closes it)
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, (heading, width) in enumerate(zip(headings(), COLUMN_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, bold)
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(astuple(row)):
            sheet.write_string(number, column, value)
    book.close()
    target.seek(0)
    return target


def screening_record(result: ScreeningResult, *, nip: str, name: str) -> dict[str, Any]:
    """A verdict for the command line: NIP, name, verdict, the rules not met and, per rule, what was seen."""
    return {
        "nip": nip,
        "name": name,
        "verdict": str(result.verdict),
        "failed": [item.rule.criterion for item in result.results if item.outcome == Outcome.FAILED],
        "rules": [{**item.as_json(), "legal_basis": item.rule.legal_basis} for item in result.results],
    }
