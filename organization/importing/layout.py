"""Which column is which: headers are found by name and by usual synonyms, or as a person mapped them once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from organization.importing.files import Source

HEADER_ROWS = 10
ENOUGH_HEADERS = 2  # a title row may hold one word that is also a column


@dataclass(frozen=True)
class Column:
    """A column an importer reads. `label` is its usual Indonesian heading, the one our templates have.

    `stands_for` names a column that need not be there when this one is.
    """

    code: str
    label: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    help: Promise | str = ""
    example: str = ""
    stands_for: str = ""

    def names(self) -> list[str]:
        """Normal forms of the label and its synonyms, best first."""
        return list(dict.fromkeys(normal_header(name) for name in (self.label, *self.synonyms)))


@dataclass(frozen=True)
class Layout:
    """Where the table of a file lies: sheet, header row (as a spreadsheet counts) and index per column code."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    columns: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "header_row": self.header_row, "columns": self.columns}

    def heading(self, column: Column) -> str:
        """The column as the file itself calls it."""
        index = self.columns.get(column.code)
        found = self.headers[index] if index is not None and index < len(self.headers) else ""
        return found or column.label


SavedMapping = Callable[[str], dict[str, int] | None]


def normal_header(text: Any) -> str:
    """Letters and digits only, small, single blanks; accents dropped. "GOL./Ruang" and "gol ruang" are one."""
    plain = unicodedata.normalize("NFKD", str(text or "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", " ", plain.lower()).strip()


def header_key(headers: Iterable[Any]) -> str:
    """Digest of a header row: files of the same layout have the same key."""
    return hashlib.sha256("|".join(normal_header(text) for text in headers).encode()).hexdigest()


def missing_columns(columns: Sequence[Column], found: dict[str, int]) -> list[Column]:
    """Required columns that nothing in the file stands for."""
    stand_ins = {column.stands_for for column in columns if column.code in found}
    return [
        column for column in columns if column.required and column.code not in found and column.code not in stand_ins
    ]


def match_headers(headers: Sequence[Any], columns: Sequence[Column]) -> dict[str, int]:
    """Index per column code. The usual heading beats synonyms, an earlier synonym a later one, the left of equals wins.

    So "OPD" is the unit where there is no other, and the parent unit beside "UNIT KERJA".
    """
    places: dict[str, list[int]] = {}
    for index, text in enumerate(headers):
        without_brackets = re.sub(r"\(.*?\)", " ", str(text or ""))
        for name in {normal_header(text), normal_header(without_brackets)} - {""}:
            places.setdefault(name, []).append(index)
    matches = [
        (rank, order, index, column.code)
        for order, column in enumerate(columns)
        for rank, name in enumerate(column.names())
        for index in places.get(name, [])
    ]
    found: dict[str, int] = {}
    for _rank, _order, index, code in sorted(matches):
        if code not in found and index not in found.values():
            found[code] = index
    return found


def find_layout(source: Source, columns: Sequence[Column], saved: SavedMapping = lambda key: None) -> Layout | None:
    """The best table in the file: the sheet and row with most known headings; None when no row looks like a header.

    `saved` gives the mapping a person made for a header digest; it wins over names.
    """
    best: Layout | None = None
    for sheet in source.sheets():
        for number, values in source.rows(sheet, HEADER_ROWS):
            headers = tuple(header_text(value) for value in values)
            by_hand = saved(header_key(headers)) if any(headers) else None
            found = {**match_headers(values, columns), **(by_hand or {})}
            layout = Layout(sheet, number, headers, found)
            if by_hand:
                return layout
            if len(found) >= ENOUGH_HEADERS and (best is None or len(found) > len(best.columns)):
                best = layout
    return best


def layout_from_json(source: Source, stored: dict[str, Any]) -> Layout:
    """The layout a run keeps, with the headings read again from its file."""
    number = int(stored["header_row"])
    rows = dict(source.rows(stored["sheet"], number))
    headers = tuple(header_text(value) for value in rows.get(number, []))
    columns = {code: int(index) for code, index in stored["columns"].items()}
    return Layout(stored["sheet"], number, headers, columns)


def header_text(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def guess_header(source: Source) -> Layout | None:
    """For mapping by hand when no heading is known: the first row with the most filled cells."""
    for sheet in source.sheets():
        rows = source.rows(sheet, HEADER_ROWS)
        filled = [(sum(1 for value in values if header_text(value)), number, values) for number, values in rows]
        if filled and max(filled)[0]:
            _, number, values = max(filled, key=lambda item: (item[0], -item[1]))
            return Layout(sheet, number, tuple(header_text(value) for value in values), {})
    return None
