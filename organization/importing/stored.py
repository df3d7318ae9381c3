"""The rejects a run keeps, read page by page: a file of 20,000 wrong rows is never loaded for one page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import F, Func, IntegerField, JSONField, Value

from organization.importing.rows import Reject
from organization.models import ImportRun


class StoredRejects:
    """A sequence for a paginator: its length is one query, a slice is one query."""

    def __init__(self, run_id: int) -> None:
        self._rows = ImportRun.objects.filter(pk=run_id).order_by()

    @cached_property
    def _length(self) -> int:
        length = Func(F("rejects"), function="jsonb_array_length", output_field=IntegerField())
        return self._rows.values_list(length, flat=True).first() or 0

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice) -> list[Reject]:
        start, stop = part.start or 0, part.stop if part.stop is not None else self._length
        if stop <= start:
            return []
        path = Func(Value(f"$[{int(start)} to {int(stop) - 1}]"), template="%(expressions)s::jsonpath")
        found = Func(F("rejects"), path, function="jsonb_path_query_array", output_field=JSONField())
        items: list[dict[str, Any]] = self._rows.values_list(found, flat=True).first() or []
        return [Reject.from_json(item) for item in items]

    def __iter__(self) -> Iterator[Reject]:
        return iter(self[:])
