"""Reading a CSV or XLSX file into rows of raw values, whatever a spreadsheet or an HR system made of it.

The content decides what a file is, never its name. Formulas stay text: workbooks are read without cached results.
"""

from __future__ import annotations

import codecs
import csv
import io
import warnings
import zipfile
from typing import IO, Any, Protocol
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from organization.importing.reasons import ImportFileError

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_EMPTY_ROWS = 2_000  # below the last filled row, formatting can run on for a million rows
MAX_UNPACKED_BYTES = 250 * 1024 * 1024
WIDTH_ROWS = 12
MEGABYTE = 1024 * 1024
DELIMITERS = ";,\t|"

RawRow = tuple[int, list[Any]]


class Formula(str):
    """The text of a formula cell, never its result."""

    __slots__ = ()


class Source(Protocol):
    """A file that can be read sheet by sheet; a CSV has one "sheet" per delimiter it might be written with."""

    def sheets(self) -> list[str]: ...

    def rows(self, sheet: str, limit: int | None = None) -> list[RawRow]:
        """(row number as a spreadsheet shows it, values) of the first `limit` rows."""
        ...


def open_source(stream: IO[bytes]) -> Source:
    """Find out what the file is. Raises ImportFileError with what to do when it is nothing we read."""
    stream.seek(0)
    head = stream.read(4096)
    stream.seek(0)
    if not head.strip():
        raise ImportFileError("empty_file")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportFileError("old_excel")
    if head.startswith(b"PK"):
        return XlsxSource(stream)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise ImportFileError("web_page")
    return CsvSource(_decode(stream.read()))


def check_size(size: int, limit: int) -> None:
    """Raise ImportFileError when a file of `size` bytes is over `limit` bytes."""
    if size > limit:
        raise ImportFileError("too_big", size=-(-size // MEGABYTE), limit=limit // MEGABYTE)


def _decode(content: bytes) -> str:
    """UTF-8 or UTF-16 by their marks, else UTF-8, else what Windows spreadsheets write (cp1252)."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    if content.startswith(b"%PDF") or (encodings[0] != "utf-16" and b"\x00" in content):
        raise ImportFileError("not_a_list")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportFileError("not_a_list")


class CsvSource:
    """Delimited text. Its "sheets" are the delimiters that occur, most columns first."""

    def __init__(self, text: str) -> None:
        self._text = text
        first = text.partition("\n")[0]
        self._marked = ""
        if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
            self._marked = first.strip()[4]

    def sheets(self) -> list[str]:
        if self._marked:
            return [self._marked]
        widths = {mark: max((len(values) for _, values in self.rows(mark, 10)), default=0) for mark in DELIMITERS}
        return sorted(DELIMITERS, key=lambda mark: -widths[mark])

    def rows(self, sheet: str, limit: int | None = None) -> list[RawRow]:
        rows: list[RawRow] = []
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=sheet)
        try:
            for number, values in enumerate(reader, start=1):
                if limit is not None and number > limit:
                    break
                if number > MAX_ROWS:
                    raise ImportFileError("too_many_rows", limit=MAX_ROWS)
                rows.append((number, list(values[:MAX_COLUMNS])))
        except csv.Error as error:
            raise ImportFileError("not_a_list") from error
        return rows


class XlsxSource:
    """A workbook; hidden sheets are left out."""

    def __init__(self, stream: IO[bytes]) -> None:
        check_archive(stream)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns of styles and validations it drops
                self._book = openpyxl.load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        except (KeyError, ValueError, TypeError, AttributeError, ParseError, zipfile.BadZipFile, InvalidFileException,
                NotImplementedError, OSError, EOFError) as error:  # fmt: skip
            raise ImportFileError("broken_workbook") from error

    def sheets(self) -> list[str]:
        return [sheet.title for sheet in self._book.worksheets if sheet.sheet_state == "visible"]

    def rows(self, sheet: str, limit: int | None = None) -> list[RawRow]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of dates out of range: their cell shows an error then
                return self._read(sheet, limit)
        except (KeyError, ValueError, TypeError, ParseError, zipfile.BadZipFile, OSError, EOFError) as error:
            raise ImportFileError("broken_workbook") from error

    def _read(self, title: str, limit: int | None) -> list[RawRow]:
        sheet = self._book[title]
        sheet.reset_dimensions()  # some writers declare a wrong or a giant size
        width = MAX_COLUMNS if limit is not None else self._width(title)
        rows: list[RawRow] = []
        empty = 0
        for number, cells in enumerate(sheet.iter_rows(max_col=width, max_row=limit), start=1):
            values = [_cell_value(cell) for cell in cells]
            empty = 0 if any(value is not None for value in values) else empty + 1
            if empty > MAX_EMPTY_ROWS:
                break
            rows.append((number, values))
            if len(rows) > MAX_ROWS:
                raise ImportFileError("too_many_rows", limit=MAX_ROWS)
        return rows

    def _width(self, title: str) -> int:
        """Columns up to the last one filled near the header; what stands further right has no heading."""
        filled = [
            index
            for _, values in self._read(title, WIDTH_ROWS)
            for index, value in enumerate(values, 1)
            if value is not None
        ]
        return max(filled, default=1)


def _cell_value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "f" and value is not None:
        text = value if isinstance(value, str) else getattr(value, "text", None) or "="
        return Formula(text if text.startswith("=") else f"={text}")
    return None if value == "" else value


def check_archive(stream: IO[bytes]) -> None:
    """Refuse archives that are no workbook, and workbooks that unpack to more than we read.

    The declared sizes can be trusted: zipfile never reads more of a member than its declared size.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
        raise ImportFileError("broken_workbook") from error
    finally:
        stream.seek(0)
    names = {member.filename for member in members}
    if "mimetype" in names or any(name.startswith(("word/", "ppt/")) for name in names):
        raise ImportFileError("other_office")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise ImportFileError("not_a_list")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        raise ImportFileError("bomb", size=unpacked // MEGABYTE, limit=MAX_UNPACKED_BYTES // MEGABYTE)
