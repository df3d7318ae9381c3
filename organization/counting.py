"""Several figures of a page in one question to the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Count, QuerySet, Value


def count_each(asked: Mapping[str, QuerySet[Any] | tuple[QuerySet[Any], str]]) -> dict[str, int]:
    """Rows per name, or distinct values of a field where one is given beside the rows; one query.

    A name is absent where nothing was found.
    """
    parts = []
    for name, wanted in asked.items():
        rows, field = wanted if isinstance(wanted, tuple) else (wanted, "pk")
        named = rows.order_by().values(counted=Value(name, output_field=CharField()))
        parts.append(named.annotate(number=Count(field, distinct=field != "pk")))
    if not parts:
        return {}
    found = parts[0].union(*parts[1:], all=True)
    return {row["counted"]: row["number"] for row in found if row["number"]}
