"""The task mapping as a workbook that can be changed and imported back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import QuerySet

from organization.importing.position_tasks import FLAGS, PositionTaskImporter
from organization.importing.reports import template_xlsx
from organization.models import Position, PositionTask

UNMAPPED_SHEET = "Belum dipetakan"
YES, NO = "ya", "tidak"


def mapping_xlsx(positions: QuerySet[Position], day: date) -> bytes:
    """What holds on the day and is planned for later, one row per share; positions without any on a sheet of their own.

    Three queries. The columns are those of the import, so the unchanged file changes nothing.
    """
    names = dict(positions.order_by("name", "pk").values_list("pk", "name"))
    rows = PositionTask.objects.overlapping(day, None).filter(position__in=positions.order_by().values("pk"))
    tasks = list(rows.select_related("task_type").order_by("position__name", "valid_from", "-share_pct", "pk"))
    mapped = {row.position_id for row in tasks}
    unmapped = [name for pk, name in names.items() if pk not in mapped]
    return template_xlsx(PositionTaskImporter, _lines(tasks, names), {UNMAPPED_SHEET: unmapped})


def _lines(tasks: list[PositionTask], names: dict[int, str]) -> Iterator[list[str]]:
    for row in tasks:
        yield [
            names[row.position_id],
            row.task_type.name,
            row.task_type.code,
            str(row.share_pct),
            row.valid_from.strftime("%d-%m-%Y"),
            *(YES if getattr(row.task_type, flag.code) else NO for flag in FLAGS),
        ]
