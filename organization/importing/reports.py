"""What goes out: rejects as CSV, and empty templates to fill in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _

from organization.importing.base import Importer
from organization.importing.layout import Column
from organization.importing.rows import Reject

REJECT_COLUMNS = ("row", "column", "value", "reason")
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: str) -> str:
    """The value with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{value}" if value.startswith(_STARTS_FORMULA) else value


def write_rejects(stream: IO[str], rejects: Iterable[Reject], *, delimiter: str = ",") -> None:
    """row, column, value, reason: one line per thing wrong, in the active language."""
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(REJECT_COLUMNS)
    for item in rejects:
        writer.writerow([item.row, safe_cell(item.column), safe_cell(item.value), item.reason])


def rejects_csv(rejects: Iterable[Reject]) -> bytes:
    """For download: as spreadsheets with Indonesian settings open it (semicolons, byte order mark)."""
    stream = io.StringIO()
    write_rejects(stream, rejects, delimiter=";")
    return stream.getvalue().encode("utf-8-sig")


def template_columns(importer: type[Importer[Any]]) -> list[Column]:
    return [column for column in importer.columns if not column.stands_for]


def template_csv(importer: type[Importer[Any]]) -> bytes:
    """One header line."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerow([column.label for column in template_columns(importer)])
    return stream.getvalue().encode("utf-8-sig")


def template_xlsx(
    importer: type[Importer[Any]],
    rows: Iterable[Sequence[str]] = (),
    lists: Mapping[str, Iterable[str]] | None = None,
) -> bytes:
    """A sheet whose cells are text, so that NIPs keep their digits, and a sheet that explains the columns.

    `rows` fill the sheet: what is on record, to be changed and imported back. `lists`: further sheets of one column,
    by their title, for reading only.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    text = book.add_format({"num_format": "@"})
    bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "num_format": "@"})
    columns = template_columns(importer)
    sheet = book.add_worksheet("Data")
    for index, column in enumerate(columns):
        sheet.set_column(index, index, max(14, len(column.label) + 2), text)
        sheet.write_string(0, index, column.label, bold)
    for line, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            sheet.write_string(line, index, value, text)
    sheet.freeze_panes(1, 2)
    for title, names in (lists or {}).items():
        extra = book.add_worksheet(title)
        extra.set_column(0, 0, 70, text)
        for line, name in enumerate(names):
            extra.write_string(line, 0, name, text)
    _explain(book.add_worksheet("Petunjuk"), columns, bold)
    book.close()
    return stream.getvalue()


def _explain(sheet: Any, columns: Sequence[Column], bold: Any) -> None:
    heads = (_("Column"), _("Needed"), _("What stands in it"), _("Example"))
    for index, (head, width) in enumerate(zip(heads, (32, 10, 80, 36), strict=True)):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, head, bold)
    for line, column in enumerate(columns, start=1):
        needed = _("yes") if column.required else _("no")
        for index, value in enumerate((column.label, needed, str(column.help), column.example)):
            sheet.write_string(line, index, value)
