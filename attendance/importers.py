"""Absences from the leave register: leave, sick leave, official travel, training; whole or half days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Min

from attendance import importers_terminals  # noqa: F401  (importing registers them)
from attendance.enums import AbsenceKind, DayPart, DayStatus
from attendance.models import Absence, AssignmentDay
from attendance.services.shortfalls import absences_entered
from attendance.services.workdays import Days, mark_periods
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
from organization.importing.layout import Column
from organization.importing.rows import Row, given
from organization.models import Employee

KINDS = {
    **dict.fromkeys(
        ("cuti", "cuti tahunan", "cuti besar", "cuti melahirkan", "cuti alasan penting", "cuti karena alasan penting",
         "cuti di luar tanggungan negara", "leave"),
        AbsenceKind.LEAVE.value,
    ),
    **dict.fromkeys(("sakit", "cuti sakit", "izin sakit", "sick", "sick leave"), AbsenceKind.SICK.value),
    **dict.fromkeys(("dinas luar", "perjalanan dinas", "tugas luar", "dl", "travel", "official travel"),
        AbsenceKind.TRAVEL.value),
    **dict.fromkeys(("pelatihan", "diklat", "tugas belajar", "bimtek", "training"), AbsenceKind.TRAINING.value),
}  # fmt: skip
PARTS = {
    **dict.fromkeys(("penuh", "sehari penuh", "sehari", "1 hari", "whole", "whole day", "full"), DayPart.WHOLE.value),
    **dict.fromkeys(("pertama", "paruh pertama", "pagi", "sebelum istirahat", "first", "first half", "am"),
        DayPart.FIRST.value),
    **dict.fromkeys(("kedua", "paruh kedua", "siang", "sore", "sesudah istirahat", "setelah istirahat", "second",
        "second half", "pm"), DayPart.SECOND.value),
}  # fmt: skip
MAX_DAYS = 731
DAYS_SHOWN = 5
_FIELDS = ["kind", "part", "valid_from", "valid_to"]


@dataclass
class AbsenceRecord:
    """What a row says of one absence; both days inclusive."""

    row: Row
    nip: str
    kind: str
    reference: str
    start: date | None
    end: date | None
    part: str = DayPart.WHOLE
    known: Absence | None = None
    is_same: bool = False

    def meets(self, start: date | None, end: date | None) -> bool:
        """Whether the days overlap a period; no end means open."""
        return given(start) <= given(self.end) and (end is None or given(self.start) <= end)

    def overlaps(self, start: date | None, end: date | None, part: str) -> bool:
        """Whether it takes time that another absence takes; two halves of a day do not meet."""
        return (self.part == part or DayPart.WHOLE in (self.part, part)) and self.meets(start, end)


@register_importer
class AbsenceImporter(Importer[AbsenceRecord]):
    """Key: NIP and letter number.

    The employees are locked before anything is compared, in the order every approval keeps: of an import and a hold at
    the same moment the first one wins, and the other one sees it.
    """

    kind = ImportKind.ABSENCES
    columns = (
        Column("nip", "NIP", ("NIP PEGAWAI", "EMPLOYEE NUMBER"), required=True, example="198606292010021001"),
        Column("kind", "JENIS", ("JENIS CUTI", "JENIS KETIDAKHADIRAN", "KETERANGAN", "KIND", "TYPE"), required=True,
               example="cuti", help="cuti, sakit, dinas luar, pelatihan"),
        Column("reference", "NOMOR SURAT", ("NO SURAT", "NOMOR SURAT CUTI", "NOMOR SPT", "REFERENCE", "LETTER NUMBER"),
               required=True, example="800.1.11/123/2026"),
        Column("start", "MULAI", ("TANGGAL MULAI", "TGL MULAI", "DARI", "FROM", "START"), required=True,
               example="07-12-2026"),
        Column("end", "SAMPAI", ("TANGGAL SELESAI", "TGL SELESAI", "TANGGAL SAMPAI", "SELESAI", "S.D.", "TO", "END"),
               required=True, example="11-12-2026"),
        Column("part", "BAGIAN HARI", ("BAGIAN", "PARUH HARI", "SETENGAH HARI", "PART OF THE DAY", "DAY PART", "PART",
               "HALF DAY"), example="penuh", help="penuh, paruh pertama, paruh kedua"),
    )  # fmt: skip

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._people: dict[str, Employee] = {}

    def read(self, row: Row) -> AbsenceRecord:
        record = AbsenceRecord(
            row=row,
            nip=row.nip("nip"),
            kind=row.choice("kind", KINDS, "absence_kind_wrong", required=True),
            reference=row.text("reference", required=True, limit=80),
            start=row.date("start", required=True),
            end=row.date("end", required=True),
            part=row.choice("part", PARTS, "absence_part_wrong") or DayPart.WHOLE.value,
        )
        if record.start and record.end:
            if record.end < record.start:
                row.reject("end", "date_order", start_date=record.start.isoformat())
            elif (record.end - record.start).days >= MAX_DAYS:
                row.reject("end", "absence_too_long", days=(record.end - record.start).days + 1)
        return record

    def check(self) -> None:
        self._people = employees_by_nip((record.nip for record in self.records), lock=True)
        reject_unknown(((record.nip, record.row) for record in self.records), self._people)
        keys = (((record.nip, record.reference) if record.nip else None, record.row) for record in self.records)
        reject_repeats(keys, "reference", "absence_twice")
        known = list(Absence.objects.filter(employee__in=self._people.values()))
        by_key = {(absence.employee_id, absence.reference): absence for absence in known}
        for record in self._accepted():
            record.known = by_key.get((self._people[record.nip].pk, record.reference))
            record.is_same = record.known is not None and self._is_same(record, record.known)
        self._reject_overlaps(known)
        self._reject_flexible_days()
        for record in self._accepted():
            if record.known is None:
                self.counts.created += 1
            elif record.is_same:
                self.counts.unchanged += 1
            else:
                self.counts.updated += 1

    def _accepted(self) -> Iterator[AbsenceRecord]:
        return (record for record in self.records if not record.row.is_rejected)

    @staticmethod
    def _is_same(record: AbsenceRecord, absence: Absence) -> bool:
        on_record = (absence.kind, absence.part, absence.valid_from, absence.valid_to)
        return (record.kind, record.part, record.start, record.end) == on_record

    def _reject_overlaps(self, known: list[Absence]) -> None:
        """One absence at a time: against earlier rows of the file, and what is on record and not in the file."""
        in_file = {record.known.pk for record in self._accepted() if record.known}
        on_record: dict[int, list[Absence]] = defaultdict(list)
        for absence in known:
            if absence.pk not in in_file:
                on_record[absence.employee_id].append(absence)
        taken: dict[str, list[AbsenceRecord]] = defaultdict(list)
        for record in self._accepted():
            earlier = next((one for one in taken[record.nip] if record.overlaps(one.start, one.end, one.part)), None)
            others = on_record[self._people[record.nip].pk]
            other = next((one for one in others if record.overlaps(one.valid_from, one.valid_to, one.part)), None)
            if earlier:
                record.row.reject("start", "absence_overlaps_row", row=earlier.row.number)
            elif other:
                record.row.reject(
                    "start", "absence_overlaps", reference=other.reference, known_date=other.valid_from.isoformat()
                )
            else:
                taken[record.nip].append(record)

    def _reject_flexible_days(self) -> None:
        """Rows whose days meet flexible days; the request is named, with the days. Half days meet none: the other
        half is worked where the arrangement says.

        Held days are still being decided, so the row waits. On granted days the absence goes first (design 4): it is
        taken with a warning, and the pages show the collision.
        """
        records = [one for one in self._accepted() if not one.is_same and one.part == DayPart.WHOLE]
        if not records:
            return
        first = min(record.start for record in records if record.start)
        last = max(record.end for record in records if record.end)
        held: dict[int, dict[date, str]] = defaultdict(dict)
        granted: dict[int, dict[date, str]] = defaultdict(dict)
        rows = (
            AssignmentDay.objects.filter(employee__in={self._people[record.nip].pk for record in records})
            .filter(day__gte=first, day__lte=last)
            .values("employee_id", "day", "status")
            .annotate(reference=Min("assignment__reference"))
            .order_by("day")
        )
        for row in rows:
            of_status = held if row["status"] == DayStatus.HELD else granted
            of_status[row["employee_id"]][row["day"]] = row["reference"]
        for record in records:
            waiting = _met(record, held[self._people[record.nip].pk])
            if waiting:
                record.row.reject("start", "absence_on_flexible_day", **_describe(waiting))
                continue
            met = _met(record, granted[self._people[record.nip].pk])
            if met:
                record.row.warn("start", "absence_over_arrangement", **_describe(met))

    def save(self) -> None:
        made: list[Absence] = []
        changed: list[Absence] = []
        days: list[Days] = []  # as they were
        for record in self._accepted():
            if record.is_same or record.start is None:
                continue
            absence = record.known or Absence(employee=self._people[record.nip], reference=record.reference)
            if record.known and absence.valid_to:
                days.append((absence.employee_id, absence.valid_from, absence.valid_to))
            absence.kind, absence.part = record.kind, record.part
            absence.valid_from, absence.valid_to = record.start, record.end
            (changed if record.known else made).append(absence)
        Absence.objects.bulk_update(changed, _FIELDS, batch_size=500)
        Absence.objects.bulk_create(made, batch_size=BATCH)
        mark_periods([*days, *((one.employee_id, one.valid_from, one.valid_to) for one in (*made, *changed))])
        absences_entered([one.pk for one in (*made, *changed)])


def _met(record: AbsenceRecord, on_days: dict[date, str]) -> dict[date, str]:
    return {day: reference for day, reference in on_days.items() if record.meets(day, day)}


def _describe(met: dict[date, str]) -> dict[str, Any]:
    days = [f"{day:%d-%m-%Y}" for day in list(met)[:DAYS_SHOWN]]
    if len(met) > DAYS_SHOWN:
        days.append("…")
    return {"days": ", ".join(days), "reference": ", ".join(sorted(set(met.values())))}
