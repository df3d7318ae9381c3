"""Import large files: a personnel list three times over, predicates and absences.

    python -m benchmarks.bench_imports --rows 20000

Bar (issue 2): 20,000 rows in 60 s on 2 cores.

Writes a personnel list of ROWS invented people (one unit per 25) as CSV and XLSX and imports it into an empty state of
the database, inside a transaction that is rolled back: first import, the same file again, and a file in which every
person has another position, supervisor, grade and address. Then one predicate and one absence per person.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import random
import resource
import time
from datetime import date, timedelta

import django
import xlsxwriter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from organization.importing.base import Options, importer_for  # noqa: E402
from organization.importing.files import open_source  # noqa: E402
from organization.importing.layout import find_layout  # noqa: E402
from organization.importing.reports import template_columns  # noqa: E402
from organization.services.imports import import_table, require_columns  # noqa: E402

ON = date(2026, 11, 24)
PER_UNIT = 25
HEADERS = [
    "NIP", "NAMA", "L/P", "TEMPAT LAHIR", "TGL LAHIR", "STATUS", "GOL/RUANG", "TMT GOL", "JABATAN", "JENIS JABATAN",
    "TMT JABATAN", "MASUK JABATAN KARENA", "UNIT KERJA", "UNIT INDUK", "NIP ATASAN LANGSUNG", "ALAMAT DOMISILI",
    "NO HP",
    "EMAIL",
]  # fmt: skip


def people(rows: int) -> list[list[str]]:
    """A list like an HR system exports it; the first person of each unit heads it."""
    dice = random.Random(7)
    found: list[list[str]] = []
    for index in range(rows):
        born = date(1968, 1, 1) + timedelta(days=dice.randrange(12_000))
        sex = dice.choice("12")
        nip = f"{born:%Y%m%d}{born.year + 24}{dice.randrange(1, 13):02}{sex}{index % 999 + 1:03}"
        found.append([
            nip, f"Pegawai {index}, S.E.", "LP"[int(sex) - 1], "Nusa Bakti", f"{born:%d-%m-%Y}", "PNS", "III/b",
            "01-04-2021",
            f"Jabatan {index % 40}", "Pelaksana", f"{date(2015, 1, 1) + timedelta(days=dice.randrange(4000)):%d-%m-%Y}",
            "Mutasi", "", "", "", f"Jl. Contoh No. {index}", f"0812{index:08}", f"pegawai{index}@contoh.go.id",
        ])  # fmt: skip
    keep = {row[0]: row for row in found}
    people = list(keep.values())
    for index, row in enumerate(people):
        unit = index // PER_UNIT
        row[12], row[13] = f"Unit {unit}", "Unit 0"
        row[14] = people[unit * PER_UNIT][0] if index % PER_UNIT else (people[0][0] if unit else "")
    return people


def as_csv(headers: list[str], rows: list[list[str]]) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([headers, *rows])
    return io.BytesIO(text.getvalue().encode("utf-8-sig"))


def as_xlsx(headers: list[str], rows: list[list[str]]) -> io.BytesIO:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([headers, *rows]):
        for index, value in enumerate(row):
            sheet.write_string(number, index, value)
    book.close()
    stream.seek(0)
    return stream


def measure(label: str, kind: str, stream: io.BytesIO, *, dry_run: bool = False) -> None:
    begin = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        source = open_source(stream)
        layout = require_columns(kind, find_layout(source, importer_for(kind).columns))
        options = Options(on=ON, create_missing=True)
        outcome = import_table(kind=kind, source=source, layout=layout, options=options, dry_run=dry_run)
    if outcome.rejects:
        raise SystemExit(f"{label}: {outcome.rejects[0].reason}")
    counts = {name: outcome.counts[name] for name in ("created", "updated", "unchanged")}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{label:<34}{time.perf_counter() - begin:7.1f} s  {len(queries):4} queries  {memory:5.0f} MB  {counts}")


def changed(rows: list[list[str]]) -> list[list[str]]:
    """Everybody in another position since a month, with another supervisor, grade and address."""
    found = []
    for index, row in enumerate(rows):
        new = list(row)
        new[6], new[8], new[10] = "III/c", f"Jabatan {(index + 7) % 40}", "01-10-2026"
        new[15] = f"{row[15]} Blok B"
        found.append(new)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    rows = people(parser.parse_args().rows)
    labels = {
        kind: [column.label for column in template_columns(importer_for(kind))] for kind in ("ratings", "absences")
    }
    ratings = [[row[0], "2025", "tahunan", "Baik", f"EKIN-{index}"] for index, row in enumerate(rows)]
    absences = [[row[0], "cuti", f"CT-{index}", "07-12-2026", "11-12-2026"] for index, row in enumerate(rows)]
    print(f"{len(rows)} rows")
    with transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        measure("employees, check only (xlsx)", "employees", as_xlsx(HEADERS, rows), dry_run=True)
        measure("employees, first import (xlsx)", "employees", as_xlsx(HEADERS, rows))
        measure("employees, same file again (csv)", "employees", as_csv(HEADERS, rows))
        measure("employees, everything changed (csv)", "employees", as_csv(HEADERS, changed(rows)))
        measure("predicates (csv)", "ratings", as_csv(labels["ratings"], ratings))
        measure("absences (csv)", "absences", as_csv(labels["absences"], absences))
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
