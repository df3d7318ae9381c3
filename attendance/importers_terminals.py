"""Files of terminals: the entries (a USB export, a CSV or a workbook), and the list of whom their PINs mean."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import IO, Any, ClassVar

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from attendance.enums import Direction
from attendance.models import Terminal, TerminalPin
from attendance.services.terminal_entries import (
    FIRST_YEAR,
    NO_TIME,
    Fate,
    Line,
    count_fates,
    judge_lines,
    lock_terminal,
    store_lines,
)
from attendance.terminal_log import BY_DAY
from organization.enums import ImportKind
from organization.importing.base import (
    BATCH,
    Importer,
    Options,
    employees_by_nip,
    register_importer,
    reject_repeats,
    reject_unknown,
)
from organization.importing.files import RawRow, Source, open_source
from organization.importing.layout import Column, Layout
from organization.importing.reasons import ImportFileError
from organization.importing.rows import NotADate, Row, given, parse_date
from organization.models import Employee

ATTLOG = "attlog"
MAX_LINES = 300_000  # a year of 600 people
SNIFFED_LINES = 40
SINCE_EVER = date(FIRST_YEAR, 1, 1)
_ATTLOG_LINE = re.compile(rb"^\s*\d{1,20}\t\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?(\t|\s*$)")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")
_MOMENT = re.compile(r"(\S+)[ T]+(\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)")
_PIN = re.compile(r"\d{1,20}")
KEYS = {
    **dict.fromkeys(("0", "in", "c/in", "masuk", "datang", "check in", "scan masuk"), Direction.IN.value),
    **dict.fromkeys(("1", "out", "c/out", "pulang", "keluar", "check out", "scan pulang"), Direction.OUT.value),
}


class AttlogSource:
    """The USB export of a terminal: lines of fields between tabs, without headings. Quotes mean nothing in it."""

    def __init__(self, content: bytes) -> None:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace").replace("\x00", "\ufffd")
        self._lines = text.split("\n")
        if self._lines[-1] == "":
            self._lines.pop()
        if len(self._lines) > MAX_LINES:
            raise ImportFileError("too_many_rows", limit=MAX_LINES)

    def sheets(self) -> list[str]:
        return [ATTLOG]

    def rows(self, sheet: str, limit: int | None = None) -> list[RawRow]:
        lines = self._lines if limit is None else self._lines[:limit]
        return [(number, line.rstrip("\r").split("\t")) for number, line in enumerate(lines, start=1)]


def _terminal(code: str) -> Terminal:
    terminal = Terminal.objects.select_related("site").filter(code=code).first()
    if terminal is None:
        raise ImportFileError("terminal_unknown", terminal=code or "–")
    return terminal


@dataclass
class EntryRecord:
    row: Row
    line: Line


@register_importer
class PresenceImporter(Importer[EntryRecord]):
    """Entries of the terminal that `options.parameter` names. What keys mean: `attendance.terminal_log`."""

    kind = ImportKind.PRESENCE
    upload_url_name = "attendance:terminal_list"
    columns = (
        Column("pin", "PIN", ("NO", "NO PIN", "ID", "USER ID", "NO ID", "AC NO", "ENROLL ID"), required=True,
               example="17"),
        Column("at", "WAKTU", ("TANGGAL JAM", "DATE TIME", "DATETIME", "TIME", "SCAN TIME", "TIMESTAMP"), required=True,
               example="2026-10-01 07:28:04", help=_("by the clock of the terminal")),
        Column("date", "TANGGAL", ("TGL", "DATE"), stands_for="at"),
        Column("time", "JAM", ("PUKUL", "CLOCK"), stands_for="at"),
        Column("key", "STATUS", ("STATE", "IN/OUT", "MASUK/PULANG", "TIPE", "KEY", "CHECK TYPE"), required=True,
               example="0", help=_("0 or masuk: check-in, 1 or pulang: check-out")),
    )  # fmt: skip
    further_labels: ClassVar[dict[str, Promise]] = {
        "understood": _("wrong keys understood"),
        "repeated": _("pressed twice, kept once"),
        "blank": _("empty lines"),
    }

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.terminal = _terminal(options.parameter)

    @classmethod
    def open(cls, stream: IO[bytes]) -> Source:
        head = stream.read(SNIFFED_LINES * 100)
        stream.seek(0)
        if any(_ATTLOG_LINE.match(line) for line in head.splitlines()[:SNIFFED_LINES]):
            return AttlogSource(stream.read())
        return open_source(stream)

    @classmethod
    def bare_layout(cls, source: Source) -> Layout | None:
        if not isinstance(source, AttlogSource):
            return None
        return Layout(ATTLOG, 0, (), {"pin": 0, "at": 1, "key": 3})

    def read(self, row: Row) -> EntryRecord:
        line = Line(row.number, "", NO_TIME, "")
        if row.values.get("at") is None and not row.has("date") and row.values.get("key") is None:
            row.reject("pin", "line_unreadable")
        else:
            line.pin = self._pin(row)
            line.at = _moment(row) or NO_TIME
            line.key = row.choice("key", KEYS, "key_wrong", required=True)
        if row.is_rejected:
            line.fate = Fate.REJECTED
        return EntryRecord(row, line)

    @staticmethod
    def _pin(row: Row) -> str:
        text = row.text("pin", required=True, limit=40)
        if text and not _PIN.fullmatch(text):
            row.reject("pin", "pin_wrong")
            return ""
        return text.lstrip("0") or "0"

    def lock(self) -> None:
        lock_terminal(self.terminal)

    def check(self) -> None:
        lines = [record.line for record in self.records]
        judge_lines(self.terminal, lines, now=timezone.now())
        for record in self.records:
            self._tell(record)
        found = count_fates(lines)
        self.counts.created = found[Fate.ACCEPTED] + found[Fate.UNDERSTOOD]
        self.counts.unchanged = found[Fate.KNOWN]
        self.counts.further = {
            "understood": found[Fate.UNDERSTOOD],
            "repeated": found[Fate.REPEATED],
            "blank": self.blank_rows,
        }

    @staticmethod
    def _tell(record: EntryRecord) -> None:
        line, row = record.line, record.row
        if line.code:
            row.reject(line.column, line.code)
        elif line.fate == Fate.UNDERSTOOD:
            way = "in" if line.direction == Direction.IN else "out"
            row.warn("key", f"key_meant_{way}_{'day' if line.rule == BY_DAY else 'schedule'}")

    def save(self) -> None:
        store_lines(self.terminal, [record.line for record in self.records], now=timezone.now())


def _moment(row: Row) -> datetime | None:
    """Day and time without a zone; what is wrong is noted on the row."""
    if not row.has("at"):
        day = row.date("date", required=True)
        clock = _clock(row, "time", row.values.get("time"))
        return datetime.combine(day, clock) if day is not None and clock is not None else None
    raw = row.values.get("at")
    if isinstance(raw, datetime):
        return raw.replace(tzinfo=None)
    text = row.text("at", required=True, limit=60)
    match = _MOMENT.fullmatch(text)
    if match is None:
        if text:
            row.reject("at", "moment_wrong")
        return None
    try:
        day = parse_date(match[1])
    except NotADate as error:
        row.reject("at", error.code)
        return None
    clock = _clock(row, "at", match[2])
    return None if clock is None else datetime.combine(day, clock)


def _clock(row: Row, column: str, raw: Any) -> time | None:
    if isinstance(raw, datetime):
        return raw.time()
    if isinstance(raw, time):
        return raw
    match = _TIME.fullmatch(str(raw or "").strip())
    if match is None:
        row.reject(column, "moment_wrong")
        return None
    try:
        return time(int(match[1]), int(match[2]), int(match[3] or 0))
    except ValueError:
        row.reject(column, "time_impossible")
        return None


@dataclass
class PinRecord:
    """A row of the list: `start` may be empty: then the person always had the PIN, or has it from the day of the import
    where somebody else had it before."""

    row: Row
    pin: str
    nip: str
    start: date | None
    known: TerminalPin | None = None
    is_same: bool = False


@register_importer
class TerminalPinImporter(Importer[PinRecord]):
    """Whom the PINs of a terminal mean. A personnel list does as well: its column NO is what most agencies enrol by."""

    kind = ImportKind.TERMINAL_PINS
    upload_url_name = "attendance:terminal_list"
    columns = (
        Column("pin", "PIN", ("NO PIN", "ID MESIN", "ID FINGER", "USER ID", "ENROLL ID", "NO", "NO URUT"),
               required=True, example="17",
               help=_("the number on the terminal; the column NO of a personnel list does as well")),
        Column("nip", "NIP", ("NIP PEGAWAI", "NIP BARU", "EMPLOYEE NUMBER"), required=True,
               example="198606292010021001"),
        Column("start", "BERLAKU MULAI", ("PIN MULAI", "VALID FROM"), example="01-10-2026",
               help=_("empty: since ever, or from today where the PIN meant somebody else")),
    )  # fmt: skip

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.terminal = _terminal(options.parameter)
        self._people: dict[str, Employee] = {}

    def read(self, row: Row) -> PinRecord:
        text = row.text("pin", required=True, limit=40)
        if text and not _PIN.fullmatch(text):
            row.reject("pin", "pin_wrong")
        return PinRecord(row, text.lstrip("0") or "0", row.nip("nip"), row.date("start"))

    def _accepted(self) -> Iterator[PinRecord]:
        return (record for record in self.records if not record.row.is_rejected)

    def check(self) -> None:
        self._people = employees_by_nip(record.nip for record in self.records)
        reject_unknown(((record.nip, record.row) for record in self.records), self._people)
        reject_repeats(((record.pin, record.row) for record in self._accepted()), "pin", "pin_twice")
        last: dict[str, TerminalPin] = {}
        for row in TerminalPin.objects.filter(terminal=self.terminal).order_by("valid_from"):
            last[row.pin] = row
        for record in self._accepted():
            self._compare(record, last.get(record.pin))

    def _compare(self, record: PinRecord, known: TerminalPin | None) -> None:
        person = self._people[record.nip]
        record.known = known
        if known is None:
            record.start = record.start or SINCE_EVER
            self.counts.created += 1
        elif known.employee_id == person.pk and known.valid_to is None:
            record.is_same = True
            self.counts.unchanged += 1
        else:
            record.start = record.start or self.options.on
            if record.start <= known.valid_from:
                record.row.reject("start" if record.row.has("start") else "pin", "pin_newer",
                                  known_date=known.valid_from.isoformat())  # fmt: skip
                return
            self.counts.updated += 1

    def save(self) -> None:
        ended: list[TerminalPin] = []
        made: list[TerminalPin] = []
        for record in self._accepted():
            if record.is_same:
                continue
            start = given(record.start)
            if record.known is not None and (record.known.valid_to is None or record.known.valid_to >= start):
                record.known.valid_to = start - timedelta(days=1)
                ended.append(record.known)
            person = self._people[record.nip]
            made.append(TerminalPin(terminal=self.terminal, pin=record.pin, employee=person, valid_from=start))
        TerminalPin.objects.bulk_update(ended, ["valid_to"], batch_size=500)
        TerminalPin.objects.bulk_create(made, batch_size=BATCH)
