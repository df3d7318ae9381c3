"""Running numbers that are never given twice."""

from __future__ import annotations

from django.db import connection, transaction


def next_number(*, series: str, year: int) -> int:
    """The next number of a series in a year; the row stays locked until the caller's transaction ends."""
    return next_numbers(series=series, year=year, count=1)[0]


@transaction.atomic
def next_numbers(*, series: str, year: int, count: int) -> range:
    """The next `count` numbers of a series; the row stays locked until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO organization_numberseries (series, year, last) VALUES (%s, %s, %s)"
            " ON CONFLICT (series, year) DO UPDATE SET last = organization_numberseries.last + EXCLUDED.last"
            " RETURNING last",
            [series, year, count],
        )
        (last,) = cursor.fetchone()
    return range(last - count + 1, last + 1)
