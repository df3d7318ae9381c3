"""Pages of long lists at a cost that does not grow with the list: rows are counted only as far as anybody looks."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

#: So many rows are counted on every page of a list; a list that goes on is "more than" that.
COUNT_LIMIT = 1000
#: Beyond this many rows all are counted at once: numbers that large are typed by nobody who reads on.
COUNT_ALL_FROM = 1_000_000


class BoundedPaginator(Paginator):
    """A paginator that counts up to `COUNT_LIMIT`, or up to the page that is asked for where that lies further.

    `count` is exact where `is_exact`; else there are more rows than that. So a page behind the end is still known to
    be behind it, and every row can be reached. The second half of a long list is read from its end.
    """

    def __init__(self, object_list: Any, per_page: int, *args: Any, limit: int | None = None, **kwargs: Any) -> None:
        super().__init__(object_list, per_page, *args, **kwargs)
        self.limit = COUNT_LIMIT if limit is None else limit
        self._counted: int | None = None
        self._bound: int | None = self.limit if isinstance(object_list, QuerySet) else None

    @property
    def count(self) -> int:
        """Rows as far as they were counted."""
        return self._known() if self.is_exact else int(self._bound or 0)

    @property
    def is_exact(self) -> bool:
        """Whether `count` is all there is."""
        return self._bound is None or self._known() <= self._bound

    @property
    def num_pages(self) -> int:
        """Pages that are known of: one more than were counted where the list goes on."""
        if self._known() == 0 and not self.allow_empty_first_page:
            return 0
        return -(-max(1, self._known() - self.orphans) // self.per_page)

    def validate_number(self, number: Any) -> int:
        """Count as far as that page, then check that it exists. Raises InvalidPage."""
        if str(number).isdecimal():
            self._look_to(int(number) * self.per_page)
        return super().validate_number(number)

    def look_to_the_end(self) -> None:
        """Count all rows."""
        self._look_to(COUNT_ALL_FROM)

    def page(self, number: Any) -> Page[Any]:
        """The page; from the end of the list where that is nearer."""
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        last = min(first + self.per_page, self._known())
        rows = self.object_list
        is_far = first > self.limit and self.is_exact and first > self._known() // 2
        if is_far and isinstance(rows, QuerySet) and rows.ordered and not rows.query.combinator:
            total = self._known()
            return Page(list(rows.reverse()[total - last : total - first])[::-1], number, self)
        return Page(rows[first:last], number, self)

    def _look_to(self, row: int) -> None:
        if self._bound is None or row <= self._bound or self.is_exact:
            return
        self._bound = None if row >= COUNT_ALL_FROM else row
        self._counted = None

    def _known(self) -> int:
        if self._counted is None:
            self._counted = _count(self.object_list, self._bound)
        return self._counted


def _count(rows: Any, bound: int | None) -> int:
    """Number of rows, one more than `bound` where there are more; without their order and what they show."""
    if not isinstance(rows, QuerySet):
        return len(rows)
    query = rows.query
    if not query.combinator and not query.distinct:
        rows = rows.order_by()
        if query.group_by is None and not query.values_select:
            rows = rows.values("pk")
    # A union cannot be cut and counted in an order of columns it does not show.
    return rows.count() if bound is None or query.combinator else rows[: bound + 1].count()
