"""Running numbers that are never given twice."""

from __future__ import annotations

from django.db import connection, transaction


@transaction.atomic
def next_number(*, series: str, year: int) -> int:
    """The next number of a series in a year; the row stays locked until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organization_numberseries (series, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (series, year) DO UPDATE SET last = organization_numberseries.last + 1 RETURNING last",
            [series, year],
        )
        (number,) = cursor.fetchone()
    return number
