"""Official predicates as e-Kinerja BKN gave them; ours are never computed (regulation 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from organization.changes import facts_changed
from organization.enums import ChangeCause, ImportKind
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
from organization.importing.rows import Row
from organization.models import Employee
from performance import importers_results  # noqa: F401  (importing registers it)
from performance.enums import PREDICATE_RANK, Predicate, RecordSource
from performance.models import OfficialPredicate

FIRST_YEAR = 2010
PERIODS = {
    **dict.fromkeys(("tahunan", "tahun", "annual", "year", "0"), "0"),
    **{
        word: str(quarter)
        for quarter, roman in enumerate(("i", "ii", "iii", "iv"), start=1)
        for word in (f"triwulan {quarter}", f"triwulan {roman}", f"tw {quarter}", f"tw {roman}", f"tw{quarter}",
                     f"q{quarter}", str(quarter), roman, f"quarter {quarter}")
    },
}  # fmt: skip
PREDICATES = {
    "sangat baik": Predicate.VERY_GOOD.value,
    "very good": Predicate.VERY_GOOD.value,
    "baik": Predicate.GOOD.value,
    "good": Predicate.GOOD.value,
    "butuh perbaikan": Predicate.NEEDS_IMPROVEMENT.value,
    "cukup/butuh perbaikan": Predicate.NEEDS_IMPROVEMENT.value,
    "needs improvement": Predicate.NEEDS_IMPROVEMENT.value,
    "kurang": Predicate.POOR.value,
    "kurang (misconduct)": Predicate.POOR.value,
    "misconduct": Predicate.POOR.value,
    "poor": Predicate.POOR.value,
    "sangat kurang": Predicate.VERY_POOR.value,
    "very poor": Predicate.VERY_POOR.value,
}
_FIELDS = ["predicate", "rank", "period_end", "reference", "source", "recorded_at", "recorded_by"]


@dataclass
class RatingRecord:
    """What a row says of one period; quarter 0 is the whole year."""

    row: Row
    nip: str
    year: int | None
    quarter: int | None
    predicate: str
    reference: str
    known: OfficialPredicate | None = None


def period_dates(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a quarter, or (0) of the year."""
    if quarter == 0:
        return date(year, 1, 1), date(year, 12, 31)
    month = 3 * quarter
    return date(year, month - 2, 1), date(year, month, 31 if month in (3, 12) else 30)


@register_importer
class RatingImporter(Importer[RatingRecord]):
    """Key: NIP, year and period; a later file corrects an earlier one."""

    kind = ImportKind.RATINGS
    columns = (
        Column("nip", "NIP", ("NIP PEGAWAI", "EMPLOYEE NUMBER"), required=True, example="198606292010021001"),
        Column("year", "TAHUN", ("TAHUN KINERJA", "YEAR"), required=True, example="2025"),
        Column("period", "PERIODE", ("PERIODE PENILAIAN", "TRIWULAN", "PERIOD", "QUARTER"), required=True,
               example="tahunan",
               help="tahunan, triwulan 1–4"),
        Column("predicate", "PREDIKAT", ("PREDIKAT KINERJA", "PREDIKAT KINERJA PEGAWAI", "PREDICATE", "RATING"),
               required=True, example="Baik"),
        Column("reference", "REFERENSI", ("NOMOR REFERENSI", "NO DOKUMEN", "REFERENCE"), example="EKIN-2025-0001"),
    )  # fmt: skip

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._people: dict[str, Employee] = {}

    def read(self, row: Row) -> RatingRecord:
        period = row.choice("period", PERIODS, "period_wrong", required=True)
        record = RatingRecord(
            row=row,
            nip=row.nip("nip"),
            year=row.whole("year", FIRST_YEAR, self.options.on.year, required=True),
            quarter=int(period) if period else None,
            predicate=row.choice("predicate", PREDICATES, "predicate_wrong", required=True),
            reference=row.text("reference", limit=80),
        )
        if record.year is not None and record.quarter is not None:
            first, _ = period_dates(record.year, record.quarter)
            if first > self.options.on:
                row.reject("period", "period_not_begun", date=first.isoformat())
        return record

    def check(self) -> None:
        self._people = employees_by_nip(record.nip for record in self.records)
        reject_unknown(((record.nip, record.row) for record in self.records), self._people)
        keys = (
            ((record.nip, record.year, record.quarter) if record.nip and record.year else None, record.row)
            for record in self.records
        )
        reject_repeats(keys, "period", "rating_twice")
        known = {
            (row.employee_id, row.year, row.quarter): row
            for row in OfficialPredicate.objects.filter(employee__in=self._people.values())
        }
        for record in self.records:
            if record.row.is_rejected:
                continue
            record.known = known.get((self._people[record.nip].pk, record.year or 0, record.quarter or 0))
            if record.known is None:
                self.counts.created += 1
            elif self._is_same(record, record.known):
                self.counts.unchanged += 1
            else:
                self.counts.updated += 1
        changing = {
            self._people[record.nip].pk
            for record in self.records
            if not record.row.is_rejected and not (record.known and self._is_same(record, record.known))
        }
        if changing:
            self.counts.affected = {str(ChangeCause.RATING): sorted(changing)}

    @staticmethod
    def _is_same(record: RatingRecord, known: OfficialPredicate) -> bool:
        return record.predicate == known.predicate and record.reference in ("", known.reference)

    def save(self) -> None:
        made: list[OfficialPredicate] = []
        changed: list[OfficialPredicate] = []
        now = timezone.now()
        for record in self.records:
            if record.row.is_rejected or (record.known and self._is_same(record, record.known)):
                continue
            year, quarter = record.year or 0, record.quarter or 0
            rating = record.known or OfficialPredicate(employee=self._people[record.nip], year=year, quarter=quarter)
            rating.predicate, rating.rank = record.predicate, PREDICATE_RANK[record.predicate]
            rating.period_end = period_dates(year, quarter)[1]
            rating.reference = record.reference or rating.reference
            rating.source, rating.recorded_at, rating.recorded_by = RecordSource.IMPORTED, now, self.options.by
            (changed if record.known else made).append(rating)
        OfficialPredicate.objects.bulk_create(made, batch_size=BATCH)
        OfficialPredicate.objects.bulk_update(changed, _FIELDS, batch_size=500)
        ids = {rating.employee_id for rating in (*made, *changed)}
        facts_changed(cause=ChangeCause.RATING, employee_ids=ids, on=self.options.on, key="import:ratings")
