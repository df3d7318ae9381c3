"""The recap as a workbook, written row by row so that memory stays flat however many people there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import BinaryIO

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.models import AttendanceRecap
from attendance.recap import COLUMNS, Figures

FIRST_FIGURE = COLUMNS.index("work_days")
WIDTHS = (28, 22, 28)
FIGURE_WIDTH = 12


class Row(tuple[str, str, str, Figures]):
    """Name, NIP (may be empty), unit and figures."""


def headings() -> list[str]:
    words = {field.name: str(field.verbose_name) for field in AttendanceRecap._meta.concrete_fields}
    names = [words[name] for name in COLUMNS[FIRST_FIGURE:]]
    return [_("Name"), "NIP", _("Unit"), *(name.capitalize() for name in names)]


def write_recap(target: BinaryIO, *, month: date, note: str, rows: Iterable[Row]) -> int:
    """Write the workbook; returns the number of people. `note` says as of when the figures are."""
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "in_memory": False})
    sheet = book.add_worksheet(_("Recap"))
    bold = book.add_format({"bold": True, "text_wrap": True})
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    names = headings()
    sheet.set_column(len(WIDTHS), len(names) - 1, FIGURE_WIDTH)
    sheet.write_string(0, 0, _("Attendance recap %(month)s") % {"month": date_format(month, "F Y")}, bold)
    sheet.write_string(1, 0, note)
    for place, name in enumerate(names):
        sheet.write_string(3, place, name, bold)
    sheet.freeze_panes(4, 1)
    count = 0
    for count, (name, nip, unit, figures) in enumerate(rows, start=1):
        line = 3 + count
        for place, text in enumerate((name, nip, unit)):
            sheet.write_string(line, place, text)
        for place, value in enumerate(figures[FIRST_FIGURE:], start=len(WIDTHS)):
            sheet.write_number(line, place, float(value))
    book.close()
    return count
