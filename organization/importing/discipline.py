"""Discipline cases: under examination, sanctioned in a period, or closed without a sanction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from organization.changes import facts_changed
from organization.enums import ChangeCause, DisciplineStatus, ImportKind, SanctionLevel
from organization.importing.base import (
    BATCH,
    Importer,
    employees_by_nip,
    register_importer,
    reject_repeats,
    reject_unknown,
)
from organization.importing.layout import Column
from organization.importing.rows import Row
from organization.models import DisciplineCase

STATUSES = {
    **dict.fromkeys(
        ("pemeriksaan", "dalam pemeriksaan", "sedang diperiksa", "examination"), DisciplineStatus.EXAMINATION.value
    ),
    **dict.fromkeys(
        ("hukuman", "dihukum", "dijatuhi hukuman", "sanctioned", "sanction"), DisciplineStatus.SANCTIONED.value
    ),
    **dict.fromkeys(("ditutup", "tutup", "tidak terbukti", "closed"), DisciplineStatus.CLOSED.value),
}
LEVELS = {
    **dict.fromkeys(("ringan", "hukuman disiplin ringan", "light"), SanctionLevel.LIGHT.value),
    **dict.fromkeys(("sedang", "hukuman disiplin sedang", "medium"), SanctionLevel.MEDIUM.value),
    **dict.fromkeys(("berat", "hukuman disiplin berat", "severe"), SanctionLevel.SEVERE.value),
}
# Which cells a case in a state must have; all others of these cells must be empty, the end of a sanction may be open.
NEEDS = {
    DisciplineStatus.EXAMINATION: (),
    DisciplineStatus.SANCTIONED: ("decided_on", "level", "sanction_from"),
    DisciplineStatus.CLOSED: ("decided_on",),
}
MAY_HAVE = {DisciplineStatus.SANCTIONED: ("sanction_to",)}
_CELLS = ("decided_on", "level", "sanction_from", "sanction_to")
_FIELDS = ["status", "level", "opened_on", "decided_on", "sanction_from", "sanction_to", "decree_no"]


@dataclass
class CaseRecord:
    """What a row says of one case."""

    row: Row
    nip: str
    reference: str
    status: str
    level: str
    opened_on: date | None
    decided_on: date | None
    sanction_from: date | None
    sanction_to: date | None
    decree_no: str
    known: DisciplineCase | None = None


@register_importer
class DisciplineImporter(Importer[CaseRecord]):
    """Key: NIP and case number."""

    kind = ImportKind.DISCIPLINE
    columns = (
        Column("nip", "NIP", ("NIP PEGAWAI", "EMPLOYEE NUMBER"), required=True, example="198606292010021001"),
        Column("reference", "NOMOR KASUS", ("NO KASUS", "NOMOR PERKARA", "CASE NUMBER"), required=True,
               example="HD-2026-004"),
        Column("status", "STATUS", ("STATUS KASUS", "STATE"), required=True, example="hukuman",
               help="pemeriksaan, hukuman, ditutup"),
        Column("opened_on", "TANGGAL MULAI", ("TGL MULAI", "MULAI PEMERIKSAAN", "OPENED ON"), required=True,
               example="02-02-2026"),
        Column("decided_on", "TANGGAL PUTUSAN", ("TGL PUTUSAN", "TANGGAL KEPUTUSAN", "DECIDED ON"),
               example="20-03-2026"),
        Column("level", "TINGKAT", ("TINGKAT HUKUMAN", "LEVEL"), example="sedang", help="ringan, sedang, berat"),
        Column("sanction_from", "HUKUMAN MULAI", ("MULAI HUKUMAN", "TMT HUKUMAN", "SANCTION FROM"),
               example="01-04-2026"),
        Column("sanction_to", "HUKUMAN SAMPAI", ("AKHIR HUKUMAN", "SELESAI HUKUMAN", "SANCTION TO"),
               example="30-09-2026"),
        Column("decree_no", "NOMOR SK", ("NO SK", "NOMOR KEPUTUSAN", "DECREE NUMBER"), example="800.1.6.2/45/2026"),
    )  # fmt: skip

    def read(self, row: Row) -> CaseRecord:
        record = CaseRecord(
            row=row,
            nip=row.nip("nip"),
            reference=row.text("reference", required=True, limit=80),
            status=row.choice("status", STATUSES, "discipline_status_wrong", required=True),
            level=row.choice("level", LEVELS, "discipline_level_wrong"),
            opened_on=row.date("opened_on", required=True),
            decided_on=row.date("decided_on"),
            sanction_from=row.date("sanction_from"),
            sanction_to=row.date("sanction_to"),
            decree_no=row.text("decree_no", limit=80),
        )
        self._check_cells(record)
        return record

    def _check_cells(self, record: CaseRecord) -> None:
        row, on = record.row, self.options.on
        if record.status:
            status = DisciplineStatus(record.status)
            for cell in _CELLS:
                filled = bool(row.shown(cell).strip("-– "))
                if cell in NEEDS[status] and not filled:
                    row.reject(cell, "discipline_needs")
                elif filled and cell not in NEEDS[status] and cell not in MAY_HAVE.get(status, ()):
                    row.reject(cell, "discipline_needs_not")
        for cell, day in (("opened_on", record.opened_on), ("decided_on", record.decided_on)):
            if day and day > on:
                row.reject(cell, "date_in_future", date=day.isoformat())
        if record.opened_on and record.decided_on and record.decided_on < record.opened_on:
            row.reject("decided_on", "date_order", start_date=record.opened_on.isoformat())
        if record.sanction_from and record.sanction_to and record.sanction_to < record.sanction_from:
            row.reject("sanction_to", "date_order", start_date=record.sanction_from.isoformat())

    def check(self) -> None:
        people = employees_by_nip(record.nip for record in self.records)
        reject_unknown(((record.nip, record.row) for record in self.records), people)
        keys = (((record.nip, record.reference) if record.nip else None, record.row) for record in self.records)
        reject_repeats(keys, "reference", "case_twice")
        known = {
            (case.employee_id, case.reference): case
            for case in DisciplineCase.objects.filter(employee__in=people.values())
        }
        self._people = people
        for record in self.records:
            if record.row.is_rejected:
                continue
            record.known = known.get((people[record.nip].pk, record.reference))
            if record.known is None:
                self.counts.created += 1
            elif self._is_same(record, record.known):
                self.counts.unchanged += 1
            else:
                self.counts.updated += 1
        changing = {
            people[record.nip].pk
            for record in self.records
            if not record.row.is_rejected and not (record.known and self._is_same(record, record.known))
        }
        if changing:
            self.counts.affected = {str(ChangeCause.DISCIPLINE): sorted(changing)}

    @staticmethod
    def _is_same(record: CaseRecord, case: DisciplineCase) -> bool:
        return all(getattr(record, name) == getattr(case, name) for name in _FIELDS)

    def save(self) -> None:
        made: list[DisciplineCase] = []
        changed: list[DisciplineCase] = []
        for record in self.records:
            if record.row.is_rejected or (record.known and self._is_same(record, record.known)):
                continue
            case = record.known or DisciplineCase(employee=self._people[record.nip], reference=record.reference)
            for name in _FIELDS:
                setattr(case, name, getattr(record, name))
            (changed if record.known else made).append(case)
        DisciplineCase.objects.bulk_create(made, batch_size=BATCH)
        DisciplineCase.objects.bulk_update(changed, _FIELDS, batch_size=500)
        ids = {case.employee_id for case in (*made, *changed)}
        facts_changed(cause=ChangeCause.DISCIPLINE, employee_ids=ids, on=self.options.on, key="import:discipline")
