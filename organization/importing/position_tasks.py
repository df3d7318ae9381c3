"""The task mapping (pemetaan tugas): the share of its time a position spends on a type of task, from a day on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.enums import ImportKind
from organization.importing.base import BATCH, Importer, Options, register_importer
from organization.importing.layout import Column
from organization.importing.org_names import make_codes
from organization.importing.rows import Row, given, normal_key
from organization.models import Position, PositionTask, TaskType

ONE_DAY = timedelta(days=1)
FLAGS = (
    Column("outside_office", "DAPAT DI LUAR KANTOR", ("OUTSIDE OFFICE",)),
    Column("no_special_room", "TANPA RUANG KHUSUS", ("TANPA RUANG ATAU ALAT KHUSUS", "NO SPECIAL ROOM")),
    Column("with_ict", "DENGAN TIK", ("MENGGUNAKAN TIK", "WITH ICT")),
    Column("minimal_face_to_face", "TATAP MUKA MINIMAL", ("MINIM TATAP MUKA", "MINIMAL FACE TO FACE")),
    Column("no_continuous_supervision", "TANPA PENGAWASAN TERUS-MENERUS", ("NO CONTINUOUS SUPERVISION",)),
    Column("is_field_task", "TUGAS LAPANGAN", ("FIELD TASK",)),
    Column("over_510_min_a_day", "LEBIH 510 MENIT SEHARI", ("LEBIH DARI 8 JAM 30 MENIT SEHARI",
           "OVER 510 MINUTES A DAY")),
    Column("over_5_days_and_2250_min", "LEBIH 5 HARI DAN 2250 MENIT", ("LEBIH 5 HARI DAN 37,5 JAM",)),
    Column("not_bound_to_office_hours", "TIDAK TERIKAT JAM KANTOR", ("NOT BOUND TO OFFICE HOURS",)),
)  # fmt: skip


@dataclass
class TaskRecord:
    """One share: `share` percent of the position's time from `start` on; 0 ends the task."""

    row: Row
    position: str
    task: str
    task_code: str
    share: int | None
    start: date | None
    flags: dict[str, bool] = field(default_factory=dict)
    position_id: int | None = None
    type_key: int | str = ""
    change: str = ""


@dataclass
class Share:
    """A share as it will be after the import; `saved` is its row, if there is one. A new type's key is its name."""

    position_id: int
    type_key: int | str
    name: str
    share: int
    start: date
    end: date | None
    saved: PositionTask | None = None


@register_importer
class PositionTaskImporter(Importer[TaskRecord]):
    """Key: position, task type and first day. A later share of the same task ends the one before it."""

    kind = ImportKind.POSITION_TASKS
    columns = (
        Column("position", "JABATAN", ("NAMA JABATAN", "POSITION"), required=True,
               example="Analis Kebijakan Ahli Pertama"),
        Column("task", "JENIS TUGAS", ("TUGAS", "NAMA TUGAS", "TASK TYPE"), required=True, example="Menyusun telaahan",
               help=_("Name or code of the task type.")),
        Column("task_code", "KODE TUGAS", ("TASK CODE",), example="TELAAH"),
        Column("share", "PERSEN", ("PERSENTASE", "PORSI", "BOBOT", "SHARE", "PERCENT"), required=True, example="60",
               help=_("1 to 100; 0 ends the task.")),
        Column("start", "BERLAKU MULAI", ("MULAI BERLAKU", "TMT", "VALID FROM"), required=True, example="01-01-2026"),
        *(Column(flag.code, flag.label, flag.synonyms,
        help=_("ya or tidak; read for new task types only.")) for flag in FLAGS),
    )  # fmt: skip

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._types: dict[str, int] = {}
        self._new_types: dict[str, TaskType] = {}
        self._made: list[Share] = []
        self._changed: list[PositionTask] = []
        self._dropped: list[PositionTask] = []

    def read(self, row: Row) -> TaskRecord:
        return TaskRecord(
            row=row,
            position=row.text("position", required=True),
            task=row.text("task", required=True),
            task_code=row.text("task_code", limit=40),
            share=row.whole("share", 0, 100, required=True),
            start=row.date("start", required=True),
            flags={flag.code: bool(row.yes_no(flag.code)) for flag in FLAGS},
        )

    def check(self) -> None:
        self._find_positions()
        self._find_types()
        self._reject_repeats()
        self._lock_positions()
        shares = self._shares_on_record()
        by_position: dict[int, list[TaskRecord]] = defaultdict(list)
        for record in self.records:
            if not record.row.is_rejected and record.position_id:
                by_position[record.position_id].append(record)
        for position_id, records in by_position.items():
            self._check_position(shares[position_id], records)
        self._count()

    def _find_positions(self) -> None:
        ids: dict[str, int] = {}
        for pk, name, code in Position.objects.values_list("pk", "name", "code"):
            ids.setdefault(normal_key(code), pk)
            ids[normal_key(name)] = pk
        for record in self.records:
            record.position_id = ids.get(normal_key(record.position))
            if record.position and record.position_id is None:
                record.row.reject("position", "position_not_listed", position=record.position)

    def _find_types(self) -> None:
        names: dict[int, str] = {}
        for pk, name, code in TaskType.objects.values_list("pk", "name", "code"):
            names[pk] = name
            self._types.setdefault(normal_key(name), pk)
            self._types[normal_key(code)] = pk
        self._type_names = names
        for record in self.records:
            if not record.task:
                continue
            key = normal_key(record.task)
            record.type_key = self._types.get(normal_key(record.task_code)) or self._types.get(key) or ""
            if record.type_key:
                continue
            if not self.options.create_missing or not any(record.row.has(flag.code) for flag in FLAGS):
                record.row.reject("task", "task_type_unknown")
                continue
            record.type_key = key
            if key not in self._new_types:
                self._new_types[key] = TaskType(code=record.task_code, name=record.task, **record.flags)

    def _reject_repeats(self) -> None:
        first: dict[tuple[object, ...], Row] = {}
        for record in self.records:
            if record.row.is_rejected:
                continue
            earlier = first.setdefault((record.position_id, record.type_key, record.start), record.row)
            if earlier is not record.row:
                record.row.reject("task", "task_twice", row=earlier.number)

    def _lock_positions(self) -> None:
        """In the order of their keys, as every command on the mapping does."""
        ids = {record.position_id for record in self.records if record.position_id}
        list(Position.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))

    def _shares_on_record(self) -> dict[int, list[Share]]:
        ids = {record.position_id for record in self.records if record.position_id}
        found: dict[int, list[Share]] = defaultdict(list)
        for row in PositionTask.objects.filter(position_id__in=ids).order_by("valid_from", "pk"):
            name = self._type_names[row.task_type_id]
            found[row.position_id].append(
                Share(row.position_id, row.task_type_id, name, row.share_pct, row.valid_from, row.valid_to, saved=row)
            )
        return found

    def _check_position(self, shares: list[Share], records: list[TaskRecord]) -> None:
        """Lay the file's shares over those on record, oldest first, then add up every day on which something begins.

        The rows of a position stand or fall together: each total depends on all of them.
        """
        for record in sorted(records, key=lambda item: item.start or date.min):
            self._lay(shares, record)
        over = _first_day_over_100(shares)
        if over is None:
            self._plan(shares)
            return
        day, held = over
        total, parts = sum(share.share for share in held), ", ".join(f"{share.name} {share.share}" for share in held)
        for record in records:
            if not record.row.is_rejected:
                record.row.reject("share", "task_over_100", date=day.isoformat(), total=total, parts=parts)

    def _lay(self, shares: list[Share], record: TaskRecord) -> None:
        start, percent = given(record.start), given(record.share)
        mine = [share for share in shares if share.type_key == record.type_key]
        newer = [share for share in mine if share.start > start]
        before = next((share for share in mine if share.end is None or share.end >= start), None)
        if any(share.start == start and share.share == percent for share in mine):
            return  # as it is on record already, for example from a file of the current mapping
        if newer:
            record.row.reject("start", "task_newer", known_date=newer[0].start.isoformat())
        elif before is None and percent == 0:
            record.row.reject("share", "task_nothing_to_end")
        elif before is None:
            record.change = "made"
            shares.append(Share(given(record.position_id), record.type_key, record.task, percent, start, None))
        elif before.share != percent:
            record.change = "changed"
            self._replace(shares, before, percent, start)

    def _replace(self, shares: list[Share], before: Share, share: int, start: date) -> None:
        if before.start == start and share:
            before.share = share
        elif before.start == start:
            shares.remove(before)
            if before.saved:
                self._dropped.append(before.saved)
        else:
            if share:
                shares.append(Share(before.position_id, before.type_key, before.name, share, start, before.end))
            before.end = start - ONE_DAY

    def _plan(self, shares: list[Share]) -> None:
        for share in shares:
            if share.saved is None:
                self._made.append(share)
            elif (share.saved.share_pct, share.saved.valid_to) != (share.share, share.end):
                share.saved.share_pct, share.saved.valid_to = share.share, share.end
                self._changed.append(share.saved)

    def _count(self) -> None:
        accepted = [record for record in self.records if not record.row.is_rejected]
        self.counts.created = sum(record.change == "made" for record in accepted)
        self.counts.updated = sum(record.change == "changed" for record in accepted)
        self.counts.unchanged = len(accepted) - self.counts.created - self.counts.updated
        used = {record.type_key for record in accepted}
        self._new_types = {key: row for key, row in self._new_types.items() if key in used}
        self.counts.new_task_types = [row.name for row in self._new_types.values()]

    def save(self) -> None:
        self._save_types()
        PositionTask.objects.filter(pk__in=[row.pk for row in self._dropped]).delete()
        PositionTask.objects.bulk_update(self._changed, ["share_pct", "valid_to"], batch_size=500)
        PositionTask.objects.bulk_create(
            [
                PositionTask(
                    position_id=share.position_id,
                    task_type_id=self._type_id(share.type_key),
                    share_pct=share.share,
                    valid_from=share.start,
                    valid_to=share.end,
                )
                for share in self._made
            ],
            batch_size=BATCH,
        )
        self._tell()

    def _tell(self) -> None:
        """Arrangements of the people of changed positions are looked at again, from the first day of the changes."""
        from organization.services.task_mapping import tasks_changed  # services import the importers

        accepted = [record for record in self.records if record.change and not record.row.is_rejected]
        if accepted:
            first = min(given(record.start) for record in accepted)
            tasks_changed({given(record.position_id) for record in accepted}, max(first, timezone.localdate()))

    def _save_types(self) -> None:
        rows = list(self._new_types.values())
        codes = make_codes([row.code or row.name for row in rows], set(TaskType.objects.values_list("code", flat=True)))
        for row, code in zip(rows, codes, strict=True):
            row.code = code
        TaskType.objects.bulk_create(rows, batch_size=BATCH)

    def _type_id(self, key: int | str) -> int:
        return key if isinstance(key, int) else self._new_types[key].pk


def _first_day_over_100(shares: list[Share]) -> tuple[date, list[Share]] | None:
    for day in sorted({share.start for share in shares}):
        held = [share for share in shares if share.start <= day and (share.end is None or share.end >= day)]
        if sum(share.share for share in held) > 100:
            return day, held
    return None
