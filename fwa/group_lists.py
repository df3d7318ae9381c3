"""People named in a list, pasted or as a file: one a row, by NIP or by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from organization.importing.files import check_size, open_source
from organization.importing.reasons import ImportFileError
from organization.models import Employee
from organization.nip import NIP_LENGTH, compact_nip

MOST_ROWS = 10_000
HEADINGS = ("nip", "nama", "name", "no", "no.", "nomor", "pegawai", "employee")


@dataclass(frozen=True)
class ListRow:
    """One row: its number as the list shows it, the NIP or the name in it."""

    number: int
    nip: str
    name: str

    @property
    def value(self) -> str:
        return self.name or self.nip


@dataclass(frozen=True)
class Reject:
    """A row that names nobody who can be meant, and why. The value is what was typed."""

    row: int
    value: str
    reason: str


def read_rows(text: str, file: Any = None) -> list[ListRow]:
    """The rows of a pasted list or of a CSV or XLSX file. Raises ValidationError where the file cannot be read."""
    rows: list[tuple[int, Sequence[Any]]] = list(enumerate(((line,) for line in text.splitlines()), start=1))
    if file is not None:
        rows += _file_rows(file)
    if len(rows) > MOST_ROWS:
        raise ValidationError({"names": _("A list holds %(count)s rows at most.") % {"count": MOST_ROWS}})
    return [row for number, cells in rows if (row := _row(number, cells)) is not None]


def _file_rows(file: Any) -> list[tuple[int, Sequence[Any]]]:
    try:
        check_size(file.size or 0, settings.IMPORT_MAX_BYTES)
        source = open_source(cast(IO[bytes], file))
        sheets = source.sheets()
        return list(source.rows(sheets[0], MOST_ROWS + 1)) if sheets else []
    except ImportFileError as error:
        raise ValidationError({"file": str(error)}) from error


def _row(number: int, cells: Sequence[Any]) -> ListRow | None:
    """The first cell with a NIP in it, else the first with a word; nothing for empty rows and headings."""
    words = [" ".join(str(cell).split()) for cell in cells if cell is not None and str(cell).strip()]
    if not words or all(word.casefold().strip(":") in HEADINGS for word in words):
        return None
    for word in words:
        digits = compact_nip(word)
        if digits.isdigit() and len(digits) == NIP_LENGTH:
            return ListRow(number, digits, "")
    named = [word for word in words if not word.replace(".", "").isdigit()]
    if any(word.casefold() in HEADINGS for word in words):
        return None
    return ListRow(number, "", (named or words)[0][:200])


def match_people(rows: Sequence[ListRow], people: QuerySet[Employee]) -> tuple[list[int], list[Reject]]:
    """Ids of those named, each once, and the rows that name nobody; two queries."""
    by_nip = dict(people.filter(nip__in={row.nip for row in rows if row.nip}).values_list("nip", "pk"))
    names = {row.name.casefold() for row in rows if row.name}
    by_name: dict[str, list[int]] = defaultdict(list)
    for pk, name in people.annotate(lowered=Lower("name")).filter(lowered__in=names).values_list("pk", "lowered"):
        by_name[name].append(pk)
    found: dict[int, int] = {}
    rejects = []
    for row in rows:
        matches = [by_nip[row.nip]] if row.nip in by_nip else by_name.get(row.name.casefold(), []) if row.name else []
        if not matches:
            rejects.append(
                Reject(row.number, row.value, _("Nobody with this name or NIP serves in the unit that day."))
            )
        elif len(matches) > 1:
            rejects.append(Reject(row.number, row.value, _("Several people have this name. Give the NIP instead.")))
        elif matches[0] in found:
            text = _("The same person stands in row %(row)s.") % {"row": found[matches[0]]}
            rejects.append(Reject(row.number, row.value, text))
        else:
            found[matches[0]] = row.number
    return list(found), rejects
