"""Small personnel lists and other files for the tests of imports: a few right rows, one of them damaged."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import xlsxwriter

from organization.enums import ImportKind
from organization.importing.base import Options
from organization.importing.files import open_source
from organization.services.imports import Outcome, import_table, locate_table, require_columns

ON = date(2026, 11, 24)
HEAD = "198001012005011001"
SUPERVISOR = "198501012010011002"
EMPLOYEE = "199001012015012003"
HEADERS = (
    "NIP", "NAMA", "L/P", "TEMPAT LAHIR", "TGL LAHIR", "STATUS", "GOL/RUANG", "JABATAN", "JENIS JABATAN", "TMT JABATAN",
    "MASUK JABATAN KARENA", "UNIT KERJA", "UNIT INDUK", "NIP ATASAN LANGSUNG", "ALAMAT DOMISILI", "EMAIL",
)  # fmt: skip
FIRST_ROW = 2


def person(nip: str, **cells: Any) -> dict[str, Any]:
    """A right row of a personnel list; `cells` change single columns, by their headings in Python form."""
    row = {
        "NIP": nip,
        "NAMA": f"Pegawai {nip[-3:]}",
        "L/P": {"1": "L", "2": "P"}[nip[14]],
        "TEMPAT LAHIR": "Nusa Bakti",
        "TGL LAHIR": f"{nip[6:8]}-{nip[4:6]}-{nip[:4]}",
        "STATUS": "PNS",
        "GOL/RUANG": "III/b",
        "JABATAN": "Analis",
        "JENIS JABATAN": "Pelaksana",
        "TMT JABATAN": "01-03-2021",
        "MASUK JABATAN KARENA": "Mutasi",
        "UNIT KERJA": "Bagian Hukum",
        "UNIT INDUK": "Sekretariat",
        "NIP ATASAN LANGSUNG": HEAD,
        "ALAMAT DOMISILI": f"Jl. Contoh {nip[-3:]}",
        "EMAIL": f"p{nip}@contoh.go.id",
    }
    return {**row, **cells}


def staff(**cells: Any) -> list[dict[str, Any]]:
    """Head, supervisor and employee of one unit; `cells` damage the employee's row, the third."""
    return [
        person(HEAD, **{"NIP ATASAN LANGSUNG": "", "JABATAN": "Kepala Bagian", "JENIS JABATAN": "Administrator"}),
        person(SUPERVISOR),
        person(EMPLOYEE, **{"NIP ATASAN LANGSUNG": SUPERVISOR, **cells}),
    ]


def csv_bytes(rows: list[dict[str, Any]], *, delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    headers = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, headers, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(rows: list[list[Any]]) -> bytes:
    """Cells by type: text, numbers, dates; text that begins with "=" becomes a formula, as in a real workbook."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for index, value in enumerate(row):
            sheet.write(number, index, value)
    book.close()
    return stream.getvalue()


def table(rows: list[dict[str, Any]]) -> list[list[Any]]:
    headers = list(dict.fromkeys(name for row in rows for name in row))
    return [headers, *([row.get(name) for name in headers] for row in rows)]


def import_bytes(content: bytes, *, kind: str = ImportKind.EMPLOYEES, dry_run: bool = False, **options: Any) -> Outcome:
    source = open_source(io.BytesIO(content))
    layout = require_columns(kind, locate_table(kind, source))
    settings = Options(**{"on": ON, "create_missing": True, **options})
    return import_table(kind=kind, source=source, layout=layout, options=settings, dry_run=dry_run)


def import_rows(rows: list[dict[str, Any]], **options: Any) -> Outcome:
    return import_bytes(csv_bytes(rows), **options)


def found(outcome: Outcome) -> list[tuple[int, str, str, str]]:
    """(row, column, value, code) of every reject."""
    return [(item.row, item.column, item.value, item.code) for item in outcome.rejects]
