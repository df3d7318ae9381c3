"""Workbooks of a recap, made by the worker: of a locked edition, or of the figures as they are now."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import BinaryIO, Final, cast

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.enums import ProposalStatus
from attendance.models import AttendanceRecap, RecapExport, RecapMonth
from attendance.recap import COLUMNS, Figures, people_of_month, recap_figures
from attendance.recap_xlsx import Row, write_recap
from organization import outbox
from organization.access import access_for
from organization.enums import Role
from organization.guards import require
from organization.models import Employee, Unit, User

TOPIC: Final = "attendance.recap_export"
CHUNK: Final = 2000
KEPT: Final = timedelta(days=30)
SHOWN_EVERY: Final = 500
PROGRESS_SECONDS: Final = 3600


@transaction.atomic
def ask_export(*, by: User, month: date, unit: Unit | None, recap_id: int | None = None) -> RecapExport:
    """Have a workbook made of the people in reach; the worker writes it. Raises PermissionDenied, ValidationError."""
    require(by, "attendance.view_recaps")
    waiting = RecapExport.objects.filter(asked_by=by, status=ProposalStatus.WAITING)
    if waiting.filter(month=month, unit=unit, recap_id=recap_id).exists():
        raise ValidationError(_("This workbook is being made already."))
    export = RecapExport.objects.create(month=month, unit=unit, recap_id=recap_id, asked_by=by, asked_at=timezone.now())
    outbox.add(TOPIC, {"export": export.pk}, key=f"recap-export:{export.pk}")
    return export


def make_export(export_id: int) -> None:
    """Write the workbook once; a second run finds it done."""
    export = RecapExport.objects.select_related("asked_by", "unit", "recap").get(pk=export_id)
    if export.status == ProposalStatus.DONE:
        return
    with translation.override(export.asked_by.mail_language), tempfile.TemporaryFile() as file:
        target = cast(BinaryIO, file)
        rows = _told(export, _rows(export))
        export.people = write_recap(target, month=export.month, note=_note(export), rows=rows)
        export.progress = export.people
        target.seek(0)
        export.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        target.seek(0)
        export.file.save(f"rekap-presensi-{export.month:%Y-%m}.xlsx", File(target), save=False)
    export.status, export.finished_at = ProposalStatus.DONE, timezone.now()
    export.save()
    _forget()


def _told(export: RecapExport, rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows; how many are written stands in the cache, since what the job writes shows only at its end."""
    total = (_locked_of(export) if export.recap else _people_of(export)).count()
    for done, row in enumerate(rows):
        if done % SHOWN_EVERY == 0:
            cache.set(_progress_key(export.pk), (done, total), PROGRESS_SECONDS)
        yield row


def _progress_key(export_id: int) -> str:
    return f"recap-export:{export_id}"


def progress_of(export_id: int) -> tuple[int, int] | None:
    """Rows written and rows together; nothing before the worker has begun."""
    found: tuple[int, int] | None = cache.get(_progress_key(export_id))
    return found


def _note(export: RecapExport) -> str:
    if export.recap is None:
        return _("Figures as of %(date)s, not locked") % {"date": date_format(timezone.localdate(), "DATE_FORMAT")}
    return edition_words(export.recap)


def edition_words(recap: RecapMonth) -> str:
    """The recap or a supplement, and when it was locked."""
    locked = date_format(timezone.localtime(recap.locked_at), "DATE_FORMAT")
    if recap.edition == 1:
        return _("Recap locked on %(date)s") % {"date": locked}
    return _("Supplement %(number)s locked on %(date)s") % {"number": recap.edition - 1, "date": locked}


def _rows(export: RecapExport) -> Iterator[Row]:
    with_nip = access_for(export.asked_by).has_role(Role.HR_ADMIN)
    if export.recap is not None:
        yield from _locked_rows(export, with_nip=with_nip)
        return
    ids = list(_people_of(export).values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        figures = recap_figures(export.month, on=timezone.localdate(), employee_ids=part)
        units = dict(Unit.objects.filter(pk__in={row.unit_id for row in figures.values()}).values_list("pk", "name"))
        known = Employee.objects.in_bulk(part)
        for pk in part:
            if pk in figures:
                person = known[pk]
                yield Row((person.name, person.nip if with_nip else "", units[figures[pk].unit_id], figures[pk]))


def _people_of(export: RecapExport) -> QuerySet[Employee]:
    return people_of_month(export.asked_by, export.month, unit=export.unit)


def _locked_of(export: RecapExport) -> QuerySet[AttendanceRecap]:
    rows: QuerySet[AttendanceRecap] = AttendanceRecap.objects.visible_to(export.asked_by).filter(recap=export.recap)
    return rows.filter(unit__path__startswith=export.unit.path) if export.unit is not None else rows


def _locked_rows(export: RecapExport, *, with_nip: bool) -> Iterator[Row]:
    values = (
        _locked_of(export)
        .order_by("employee__name", "employee_id")
        .values_list("employee__name", "employee__nip", "unit__name", *COLUMNS)
    )
    for name, nip, unit, *figures in values.iterator(chunk_size=CHUNK):
        yield Row((name, nip if with_nip else "", unit, Figures(*figures)))


def _forget() -> None:
    """Workbooks that were kept long enough; they can be made again."""
    for old in RecapExport.objects.filter(asked_at__lt=timezone.now() - KEPT):
        name, storage = old.file.name, old.file.storage
        old.delete()
        if name:
            storage.delete(name)
