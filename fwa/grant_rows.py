"""Who is granted what, as rows and as the two files of the daily export. Both stream: memory does not grow."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, astuple, dataclass, fields
from datetime import date, time
from typing import BinaryIO

from attendance.enums import DayStatus
from attendance.models import AssignmentDay
from config import replica
from eligibility.exports import Echo, as_text

CHUNK = 2000


@dataclass(frozen=True)
class GrantRow:
    """One arrangement day. Holds the NIP, which is how other systems know a person; no name, address or reason."""

    nip: str
    employee_id: int
    unit_code: str
    unit: str
    date: str
    facet: str
    place: str
    starts_at: str
    ends_at: str
    request_number: str
    letter_number: str
    status: str


@dataclass(frozen=True)
class Written:
    """How many rows were written, and the digests of the files."""

    rows: int
    csv_sha256: str
    jsonl_sha256: str


def grant_rows(first: date, last: date) -> Iterator[GrantRow]:
    """Arrangement days in force from `first` to `last`, both inclusive, in order of day."""
    days = AssignmentDay.objects.using(replica.source().alias).filter(day__range=(first, last))
    rows = days.filter(status=DayStatus.IN_FORCE).order_by("day", "pk")
    values = rows.values_list(
        "employee__nip",
        "employee_id",
        "unit__code",
        "unit__name",
        "day",
        "facet",
        "assignment__place_kind",
        "assignment__starts_at",
        "assignment__ends_at",
        "assignment__reference",
        "assignment__request__letter__number",
        "status",
    )
    for nip, employee_id, code, unit, day, facet, place, starts, ends, number, letter, status in values.iterator(CHUNK):
        yield GrantRow(
            nip=nip,
            employee_id=employee_id,
            unit_code=code,
            unit=unit,
            date=day.isoformat(),
            facet=facet,
            place=place,
            starts_at=_clock(starts),
            ends_at=_clock(ends),
            request_number=number,
            letter_number=letter or "",
            status=status,
        )


def _clock(moment: time | None) -> str:
    return moment.strftime("%H:%M") if moment else ""


class _Hashed:
    """Writes text lines to a file and counts them into a digest."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def write(self, line: str) -> None:
        data = line.encode()
        self._file.write(data)
        self._digest.update(data)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def write_grants(first: date, last: date, *, csv_file: BinaryIO, jsonl_file: BinaryIO) -> Written:
    """Write every row to both files, a CSV with a row of headings and JSON Lines. One query."""
    as_csv, as_lines = _Hashed(csv_file), _Hashed(jsonl_file)
    writer = csv.writer(Echo())
    as_csv.write(writer.writerow([field.name for field in fields(GrantRow)]))
    count = 0
    for row in grant_rows(first, last):
        as_csv.write(writer.writerow([as_text(value) if isinstance(value, str) else value for value in astuple(row)]))
        as_lines.write(json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return Written(count, as_csv.hexdigest(), as_lines.hexdigest())
