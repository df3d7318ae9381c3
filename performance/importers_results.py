"""Work results (hasil kerja) as e-Kinerja lists them; a later file corrects an earlier one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils import timezone

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
from performance.enums import Approach, Perspective, RecordSource, ResultKind
from performance.models import WorkResult

FIRST_YEAR = 2010
LAST_NUMBER = 99
LARGEST = Decimal("9999999999")
KINDS = {
    **dict.fromkeys(("utama", "kinerja utama", "main"), ResultKind.MAIN.value),
    **dict.fromkeys(("tambahan", "kinerja tambahan", "additional"), ResultKind.ADDITIONAL.value),
}
PERSPECTIVES = {
    **dict.fromkeys(("penerima layanan", "stakeholder", "customer", "service"), Perspective.SERVICE.value),
    **dict.fromkeys(("proses bisnis", "internal process", "process"), Perspective.PROCESS.value),
    **dict.fromkeys(("penguatan internal", "learning", "learning and growth"), Perspective.LEARNING.value),
    **dict.fromkeys(("anggaran", "budget", "financial"), Perspective.BUDGET.value),
}
FIELDS = [
    "kind", "title", "indicator", "approach", "target", "unit_of_measure", "target_text", "perspective", "reference",
    "source", "recorded_by", "recorded_at", "withdrawn_at",
]  # fmt: skip
# What makes a row another one than the stored; the rest is the stamp.
COMPARED = FIELDS[:8]
Key = tuple[int, date, date, int]


@dataclass
class ResultRecord:
    """What a row says. `supports`: NIP of the supervisor and the number of their result in the same period."""

    row: Row
    nip: str
    starts_on: date | None
    ends_on: date | None
    number: int | None
    values: dict[str, object]
    supports: tuple[str, int] | None
    known: WorkResult | None = None

    @property
    def key(self) -> tuple[str, date, date, int] | None:
        if not (self.nip and self.starts_on and self.ends_on and self.number):
            return None
        return self.nip, self.starts_on, self.ends_on, self.number


def read_amount(text: str) -> Decimal | None:
    """A number as people write it: "1.200", "12,5", "12.5", "95 %". None for words.

    A comma is decimal; a dot with exactly three digits behind it parts thousands, as in Indonesian.
    """
    plain = text.replace("%", "").replace(" ", "")
    if not re.fullmatch(r"\d[\d.,]*", plain):
        return None
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".", 1)
    elif re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    try:
        amount = Decimal(plain).quantize(Decimal("0.01"))
    except InvalidOperation:
        return None
    return amount if amount <= LARGEST else None


@register_importer
class WorkResultImporter(Importer[ResultRecord]):
    """Key: NIP, period and number. Which result of the supervisor is supported is looked up after all rows are read, so
    that both may stand in the same file."""

    kind = ImportKind.WORK_RESULTS
    columns = (
        Column("nip", "NIP", ("NIP PEGAWAI", "EMPLOYEE NUMBER"), required=True, example="198606292010021001"),
        Column("year", "TAHUN", ("TAHUN KINERJA", "YEAR"), required=True, example="2026"),
        Column("period", "PERIODE", ("PERIODE PENILAIAN", "TRIWULAN", "PERIOD"), required=True, example="tahunan",
               help="tahunan, triwulan 1–4"),
        Column("number", "NO", ("NOMOR", "NO URUT", "NUMBER"), required=True, example="1"),
        Column("kind", "JENIS", ("JENIS KINERJA", "KIND"), example="utama", help="utama, tambahan"),
        Column("title", "HASIL KERJA", ("RENCANA HASIL KERJA", "RENCANA KINERJA", "WORK RESULT"), required=True,
               example="Kajian peraturan tersusun"),
        Column("indicator", "INDIKATOR", ("INDIKATOR KINERJA INDIVIDU", "INDIKATOR KINERJA", "INDICATOR"),
               required=True, example="Jumlah kajian"),
        Column("target", "TARGET", ("TARGET KINERJA",), required=True, example="12"),
        Column("measure", "SATUAN", ("UNIT", "MEASURE"), example="dokumen"),
        Column("perspective", "PERSPEKTIF", ("PERSPECTIVE",), example="proses bisnis"),
        Column("supervisor", "NIP ATASAN", ("NIP PEJABAT PENILAI", "SUPERVISOR NUMBER"), example="198101012005011001"),
        Column("supports", "NO HASIL ATASAN", ("NO RHK ATASAN", "SUPPORTS"), example="2"),
        Column("reference", "REFERENSI", ("ID EKINERJA", "REFERENCE"), example="RHK-0001"),
    )  # fmt: skip

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._people: dict[str, Employee] = {}
        self._leaders: dict[str, Employee] = {}

    def read(self, row: Row) -> ResultRecord:
        from performance.importers import PERIODS, period_dates  # importers imports this module

        period = row.choice("period", PERIODS, "period_wrong", required=True)
        year = row.whole("year", FIRST_YEAR, self.options.on.year + 1, required=True)
        starts_on, ends_on = period_dates(year, int(period)) if year is not None and period else (None, None)
        leader = row.nip("supervisor", required=False)
        supported = row.whole("supports", 1, LAST_NUMBER, required=bool(leader))
        return ResultRecord(
            row=row,
            nip=row.nip("nip"),
            starts_on=starts_on,
            ends_on=ends_on,
            number=row.whole("number", 1, LAST_NUMBER, required=True),
            values={
                "kind": row.choice("kind", KINDS, "result_kind_wrong") or ResultKind.MAIN.value,
                "title": row.text("title", required=True, limit=300),
                "indicator": row.text("indicator", required=True, limit=300),
                "perspective": row.choice("perspective", PERSPECTIVES, "perspective_wrong"),
                "reference": row.text("reference", limit=80),
                **self._target(row),
            },
            supports=(leader, supported) if leader and supported else None,
        )

    @staticmethod
    def _target(row: Row) -> dict[str, object]:
        """A number with its measure is quantitative; words are qualitative."""
        raw = row.values.get("target")
        text = (
            str(raw)
            if isinstance(raw, (int, float)) and not isinstance(raw, bool)
            else row.text("target", required=True, limit=300)
        )
        amount = read_amount(text)
        measure = row.text("measure", limit=60) or ("%" if "%" in text else "")
        if amount is None:
            return {"approach": Approach.QUALITATIVE.value, "target": None, "unit_of_measure": "", "target_text": text}
        if not measure:
            row.reject("measure", "measure_missing")
        return {
            "approach": Approach.QUANTITATIVE.value,
            "target": amount,
            "unit_of_measure": measure,
            "target_text": "",
        }

    def check(self) -> None:
        nips = {record.nip for record in self.records}
        leaders = {record.supports[0] for record in self.records if record.supports}
        everybody = employees_by_nip(nips | leaders)
        self._people = {nip: everybody[nip] for nip in nips if nip in everybody}
        self._leaders = {nip: everybody[nip] for nip in leaders if nip in everybody}
        reject_unknown(((record.nip, record.row) for record in self.records), self._people)
        reject_repeats(((record.key, record.row) for record in self.records), "number", "result_twice")
        rows = WorkResult.objects.filter(employee__in=everybody.values()).select_related("supports")
        known = {(row.employee_id, row.starts_on, row.ends_on, row.number): row for row in rows}
        self._check_supports(known)
        for record in self.records:
            if record.row.is_rejected:
                continue
            record.known = known.get(self._key(record))
            if record.known is None:
                self.counts.created += 1
            elif self._is_same(record, record.known):
                self.counts.unchanged += 1
            else:
                self.counts.updated += 1

    def _check_supports(self, known: dict[Key, WorkResult]) -> None:
        """The supported result is on record or in this file, and belongs to somebody else."""
        in_file = {record.key for record in self.records if not record.row.is_rejected}
        for record in self.records:
            if record.row.is_rejected or record.supports is None or record.starts_on is None or record.ends_on is None:
                continue
            nip, number = record.supports
            leader = self._leaders.get(nip)
            if nip == record.nip:
                record.row.reject("supervisor", "supports_self")
            elif leader is None:
                record.row.reject("supervisor", "employee_unknown")
            elif (nip, record.starts_on, record.ends_on, number) not in in_file and (
                (leader.pk, record.starts_on, record.ends_on, number) not in known
            ):
                record.row.reject("supports", "supported_missing", number=number)

    def _key(self, record: ResultRecord) -> Key:
        """Of a row that was not rejected: it holds all of it."""
        return (
            self._people[record.nip].pk,
            given(record.starts_on),
            given(record.ends_on),
            given(record.number),
        )

    def _is_same(self, record: ResultRecord, known: WorkResult) -> bool:
        if any(getattr(known, name) != record.values[name] for name in COMPARED) or known.withdrawn_at is not None:
            return False
        if record.values["reference"] not in ("", known.reference):
            return False
        if record.supports is None:
            return True
        nip, number = record.supports
        supported = known.supports
        return supported is not None and (supported.employee_id, supported.number) == (self._leaders[nip].pk, number)

    def save(self) -> None:
        made: list[WorkResult] = []
        changed: list[WorkResult] = []
        now = timezone.now()
        for record in self.records:
            if record.row.is_rejected or (record.known and self._is_same(record, record.known)):
                continue
            employee_id, starts_on, ends_on, number = self._key(record)
            result = record.known or WorkResult(
                employee_id=employee_id, starts_on=starts_on, ends_on=ends_on, number=number
            )
            reference = record.values["reference"] or result.reference
            for name, value in (record.values | {"reference": reference}).items():
                setattr(result, name, value)
            result.source, result.recorded_by, result.recorded_at = RecordSource.IMPORTED, self.options.by, now
            result.withdrawn_at = None
            (changed if record.known else made).append(result)
        WorkResult.objects.bulk_create(made, batch_size=BATCH)
        WorkResult.objects.bulk_update(changed, FIELDS, batch_size=500)
        self._save_supports()

    def _save_supports(self) -> None:
        records = [record for record in self.records if record.supports and not record.row.is_rejected]
        if not records:
            return
        people = [*self._people.values(), *self._leaders.values()]
        rows = WorkResult.objects.filter(employee__in=people)
        results = {(row.employee_id, row.starts_on, row.ends_on, row.number): row for row in rows}
        linked = []
        for record in records:
            nip, number = record.supports or ("", 0)
            _employee, starts_on, ends_on, _number = key = self._key(record)
            result, supported = results[key], results[self._leaders[nip].pk, starts_on, ends_on, number]
            if result.supports_id != supported.pk:
                result.supports = supported
                linked.append(result)
        WorkResult.objects.bulk_update(linked, ["supports"], batch_size=500)
