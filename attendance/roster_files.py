"""A roster as a workbook, out and in again in the same shape: a row per person, a column per day, codes in the cells.

People are named by the number of their row in this system beside their name, never by NIP. Reading names every cell
that cannot be taken; nothing is saved here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_rowcol_to_cell

from attendance.roster_facts import RosterFacts
from attendance.roster_grid import cells_by_person, shift_times
from attendance.services.rosters import CellSpec
from organization.importing.files import Formula, XlsxSource

OFF = "-"
OFF_WORDS = {"-", "–", "L", "OFF"}
FIRST_DAY_COLUMN = 3  # after number, name and position
HEADER_ROWS = 12
SHOWN_LENGTH = 40


@dataclass(frozen=True)
class CellReject:
    """A cell that cannot be taken: where, what stands there, and what to do."""

    cell: str
    value: str
    reason: str


@dataclass
class ReadGrid:
    """What a file holds: every cell of the people and days it names, and what cannot be taken."""

    cells: list[CellSpec] = field(default_factory=list)
    rejects: list[CellReject] = field(default_factory=list)


def write_grid(facts: RosterFacts, title: str) -> IO[bytes]:
    """The grid as XLSX, and a second sheet with what the codes mean."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    book = xlsxwriter.Workbook(file, {"in_memory": False, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    day_format = book.add_format({"bold": True, "num_format": "dd/mm", "align": "center"})
    centre = book.add_format({"align": "center"})
    sheet = book.add_worksheet(_("Roster"))
    for column, heading in enumerate((_("No."), _("Name"), _("Position"))):
        sheet.write_string(0, column, heading, bold)
    days = list(facts.sheet.days())
    for column, day in enumerate(days, start=FIRST_DAY_COLUMN):
        sheet.write_datetime(0, column, datetime(day.year, day.month, day.day), day_format)  # noqa: DTZ001  (a date)
    by_person = cells_by_person(facts)
    for row, person in enumerate(facts.people, start=1):
        sheet.write_number(row, 0, person.id)
        sheet.write_string(row, 1, person.name)
        sheet.write_string(row, 2, person.position)
        for column, day in enumerate(days, start=FIRST_DAY_COLUMN):
            sheet.write_string(row, column, _code(facts, by_person[person.id].get(day, [])), centre)
    sheet.set_column(1, 2, 28)
    sheet.set_column(FIRST_DAY_COLUMN, FIRST_DAY_COLUMN + len(days) - 1, 6)
    sheet.freeze_panes(1, FIRST_DAY_COLUMN)
    _write_legend(book, facts, title)
    book.close()
    file.seek(0)
    return file


def _write_legend(book: Any, facts: RosterFacts, title: str) -> None:
    sheet = book.add_worksheet(_("Codes"))
    lines = [(title, ""), *((shift.code, f"{shift.name}, {shift_times(shift)}") for shift in facts.assignable())]
    lines += [(OFF, _("day off")), (_("empty"), _("open, or not on the roster that day")), ("P+M", _("two shifts"))]
    for row, (code, words) in enumerate(lines):
        sheet.write_string(row, 0, code)
        sheet.write_string(row, 1, words)
    sheet.set_column(0, 1, 40)


def _code(facts: RosterFacts, cells: Iterable[Any]) -> str:
    cells = list(cells)
    codes = [facts.shifts[cell.shift_id].code for cell in cells if cell.shift_id in facts.shifts]
    if codes:
        return "+".join(codes)
    is_off = cells and (facts.roster.status != "draft" or (cells[0].employee_id, cells[0].day, 1) in facts.fixed)
    return OFF if is_off else ""


# In -----------------------------------------------------------------------------------------------------------------


def read_grid(stream: IO[bytes], facts: RosterFacts) -> ReadGrid:
    """Read a workbook in the shape of `write_grid`. Raises ImportFileError when it is no workbook at all."""
    source = XlsxSource(stream)
    found = ReadGrid()
    sheets = source.sheets()
    rows = source.rows(sheets[0]) if sheets else []
    header = next(((number, values) for number, values in rows[:HEADER_ROWS] if _days_of(values)), None)
    if header is None:
        found.rejects.append(CellReject("A1", "", _("No row with the dates of the roster was found.")))
        return found
    reader = _Reader(facts, found, header[0], _days_of(header[1]))
    reader.check_days()
    for number, values in rows:
        if number > header[0] and any(value is not None for value in values):
            reader.read(number, values)
    return found


def _days_of(values: list[Any]) -> dict[int, date]:
    """Columns with a date."""
    days = {}
    for column, value in enumerate(values):
        if isinstance(value, datetime):
            days[column] = value.date()
        elif isinstance(value, date):
            days[column] = value
    return days


class _Reader:
    """Reads row by row against what the roster knows."""

    def __init__(self, facts: RosterFacts, found: ReadGrid, header_row: int, days: dict[int, date]) -> None:
        self.facts, self.found, self.header_row, self.days = facts, found, header_row, days
        self.people = {person.id: person for person in facts.people}
        self.codes = {shift.code: shift.pk for shift in facts.assignable()}
        self.standing = {pk: set(days) for pk, days in cells_by_person(facts).items()}
        self.seen: set[int] = set()

    def reject(self, row: int, column: int, value: Any, reason: str) -> None:
        text = "" if value is None else str(value)[:SHOWN_LENGTH]
        self.found.rejects.append(CellReject(xl_rowcol_to_cell(row - 1, column), text, reason))

    def check_days(self) -> None:
        """Days outside the roster, and days that stand twice."""
        roster = self.facts.roster
        seen: set[date] = set()
        for column, day in list(self.days.items()):
            if not roster.starts_on <= day <= roster.ends_on:
                self.reject(self.header_row, column, day, _("The roster does not cover that day."))
                del self.days[column]
            elif day in seen:
                self.reject(self.header_row, column, day, _("This day stands here twice."))
                del self.days[column]
            seen.add(day)

    def read(self, row: int, values: list[Any]) -> None:
        person = self._person(row, values)
        if person is None:
            return
        for column, day in self.days.items():
            self._cell(row, column, values[column] if column < len(values) else None, person, day)

    def _person(self, row: int, values: list[Any]) -> int | None:
        number = values[0] if values else None
        pk = int(number) if isinstance(number, int | float) and number == int(number) else None
        if isinstance(number, str) and number.strip().isdecimal() and len(number) < 18:
            pk = int(number)
        known = self.people.get(pk or 0)
        if known is None:
            self.reject(row, 0, number, _("Nobody on the roster has this number. Leave the first column as it was."))
            return None
        name = values[1] if len(values) > 1 else None
        if str(name or "").strip().casefold() != known.name.casefold():
            self.reject(row, 1, name, _("The number in the first column belongs to %(name)s.") % {"name": known.name})
            return None
        if known.id in self.seen:
            self.reject(row, 0, number, _("This person stands here twice."))
            return None
        self.seen.add(known.id)
        return known.id

    def _cell(self, row: int, column: int, value: Any, person: int, day: date) -> None:
        text = "" if value is None else str(value).strip().upper()
        if isinstance(value, Formula):
            self.reject(row, column, value, _("The cell holds a formula. Type the code itself."))
            return
        if day not in self.standing.get(person, ()):
            if text and text not in OFF_WORDS:
                self.reject(row, column, value, _("This person is not on the roster on that day."))
            return
        codes = [] if not text or (text in OFF_WORDS and text not in self.codes) else text.split("+")
        unknown = [code for code in codes if code not in self.codes]
        if unknown or len(codes) > 2 or len(set(codes)) != len(codes):
            known = ", ".join(sorted(self.codes))
            self.reject(row, column, value, _("Not a code of the unit. Use %(codes)s or -.") % {"codes": known})
            return
        shifts: list[int | None] = [self.codes[code] for code in codes]
        first, second = [*shifts, None, None][:2]
        self.found.cells.append(CellSpec(person, day, first, 1, is_open=not text))
        self.found.cells.append(CellSpec(person, day, second, 2))
