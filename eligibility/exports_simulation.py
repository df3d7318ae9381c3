"""A simulation as a file: figures and names as XLSX, everybody as CSV. It holds NIPs: for HR only."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from eligibility.enums import Change, Verdict
from eligibility.exports import CHUNK, Echo, as_text
from eligibility.models import Simulation, SimulationRow
from eligibility.presentation_simulation import (
    GROUPS,
    Line,
    group_lines,
    group_titles,
    line_of_unit,
    rule_words,
    whole_agency,
)
from organization.enums import EmployeeKind, Sex
from organization.models import Unit

LISTED = (Change.LOST, Change.GAINED, Change.SHIFTED)
WIDTHS = (22, 32, 40, 36, 12, 12, 30, 24, 24, 60, 60, 12)

Cell = str | int


def headings() -> tuple[str, ...]:
    return (
        "NIP", _("Name"), _("Unit"), _("Position"), _("Kind"), _("Sex"), _("Impact"), _("Now"), _("Then"),
        _("Rules not met now"), _("Rules not met then"), _("Running arrangements"),
    )  # fmt: skip


def people(rows: QuerySet[SimulationRow]) -> Iterator[list[Cell]]:
    """One list of cells per person, by name."""
    words = {
        "kind": {item.value: str(item.label) for item in EmployeeKind},
        "sex": {item.value: str(item.label) for item in Sex},
        "change": {item.value: str(item.label) for item in Change},
        "verdict": {item.value: str(item.label) for item in Verdict},
    }
    found = rows.order_by("employee__name", "pk").values_list(
        "employee__nip", "employee__name", "unit__name", "position__name", "kind", "sex", "change", "verdict_before",
        "verdict_after", "failed_before", "failed_after", "running",
    )  # fmt: skip
    for nip, name, unit, position, kind, sex, change, before, after, failed, failing, running in found.iterator(CHUNK):
        verdicts = [words["verdict"][before], words["verdict"][after]]
        person = [nip, name, unit, position, words["kind"][kind], words["sex"][sex], words["change"][change]]
        yield [*person, *verdicts, rule_words(failed), rule_words(failing), running]


def csv_lines(rows: QuerySet[SimulationRow]) -> Iterator[str]:
    """Lines of a CSV file as spreadsheets with Indonesian settings open it (byte order mark, semicolons)."""
    writer = csv.writer(Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow(headings())
    for cells in people(rows):
        yield writer.writerow([as_text(cell) if isinstance(cell, str) else cell for cell in cells])


def xlsx_file(simulation: Simulation) -> IO[bytes]:
    """An open temporary XLSX file, at its start: a sheet of figures, and one with the names of each change."""
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115  (the response closes it)
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    _write(book.add_worksheet(_("Summary")), _summary(simulation), widths=(52, 14, 14, 14, 14, 22), bold=bold)
    for change in LISTED:
        rows = simulation.rows.filter(change=change)
        sheet = book.add_worksheet(str(change.label)[:31].replace("/", "-"))
        _write(sheet, _with_headings(rows), widths=WIDTHS, bold=bold)
        sheet.freeze_panes(1, 0)
    book.close()
    target.seek(0)
    return target


def _with_headings(rows: QuerySet[SimulationRow]) -> Iterator[tuple[bool, Sequence[Cell]]]:
    yield True, headings()
    for cells in people(rows):
        yield False, cells


def _write(sheet: Worksheet, lines: Iterable[tuple[bool, Sequence[Cell]]], *, widths: Sequence[int], bold: Any) -> None:
    """Every text cell as text, so that no name becomes a formula; `lines`: (is heading, cells)."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, (is_heading, cells) in enumerate(lines):
        for column, cell in enumerate(cells):
            form = bold if is_heading else None
            if isinstance(cell, str):
                sheet.write_string(number, column, cell, form)
            else:
                sheet.write_number(number, column, cell, form)


def _summary(simulation: Simulation) -> Iterator[tuple[bool, Sequence[Cell]]]:
    base = _("version %(number)d") % {"number": simulation.base.number} if simulation.base else _("no version in force")
    yield True, [str(simulation.version)]
    yield False, [_("compared with"), base]
    yield False, [_("As of"), date_format(simulation.as_of, "DATE_FORMAT")]
    if simulation.cut_off_at:
        yield False, [_("Facts as of"), date_format(simulation.cut_off_at, "DATETIME_FORMAT")]
    yield False, [_("People"), simulation.counts["people"]]
    yield False, [_("Digest of the list"), simulation.rows_digest]
    yield False, []
    yield True, ["", *_columns()]
    yield False, _cells(whole_agency(simulation))
    titles = group_titles()
    for group in GROUPS:
        yield False, []
        yield True, [titles[group], *_columns(group)]
        for line in _unit_lines(simulation) if group == "unit" else group_lines(simulation, group):
            yield False, _cells(line)


def _columns(group: str = "") -> list[str]:
    first = [_("not met now"), _("not met then")] if group == "rule" else [_("eligible now"), _("eligible then")]
    return [*first, _("gain"), _("lose"), _("of them with an arrangement")]


def _cells(line: Line) -> list[Cell]:
    figures = (line.now, line.then, line.gained, line.lost, line.running)
    return [str(line.label), *(figure.value for figure in figures)]


def _unit_lines(simulation: Simulation) -> Iterator[Line]:
    """Every unit with those below it, in the order of the tree."""
    found = simulation.breakdown["unit"]
    for unit in Unit.objects.order_by("path"):
        if str(unit.pk) in found:
            yield line_of_unit(simulation, unit)
