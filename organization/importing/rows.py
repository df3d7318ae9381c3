"""One row of a file: reads cells by column code, and collects everything that is wrong with them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, TypeVar

from organization.importing.files import Formula
from organization.importing.reasons import reason_text
from organization.nip import NIP_LENGTH, compact_nip

T = TypeVar("T")
EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
MEANS_NOTHING = frozenset({"-", "--", "–", "—"})
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("januari", "january", "jan"),
            ("februari", "february", "feb", "pebruari"),
            ("maret", "march", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("agustus", "august", "agu", "agt", "ags", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov", "nopember", "nop"),
            ("desember", "december", "des", "dec"),
        ],
        start=1,
    )
    for name in names
}
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_WITH_MONTH = re.compile(r"(\d{1,2})[-/. ]+([A-Za-z]+)[-/., ]+(\d{4})")
_SCIENTIFIC = re.compile(r"\d+([.,]\d+)?[eE][+]?\d+")


@dataclass(frozen=True)
class Reject:
    """One thing wrong with a row (or, among the warnings, worth knowing)."""

    row: int
    column: str
    value: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return reason_text(self.code, self.params)

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "code": self.code,
            "params": self.params,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Reject:
        return cls(stored["row"], stored["column"], stored["value"], stored["code"], stored["params"])


class NotADate(ValueError):
    """Text that is no date; `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Row:
    """Raw values of one row by column code. Readers return None for what is missing or wrong, and note why."""

    __slots__ = ("headings", "number", "rejects", "values", "warnings")

    def __init__(self, number: int, values: Mapping[str, Any], headings: Mapping[str, str]) -> None:
        self.number = number
        self.values = values
        self.headings = headings
        self.rejects: list[Reject] = []
        self.warnings: list[Reject] = []

    @property
    def is_rejected(self) -> bool:
        return bool(self.rejects)

    def has(self, column: str) -> bool:
        """Whether the file has this column at all."""
        return column in self.values

    def shown(self, column: str) -> str:
        return shown_value(self.values.get(column))

    def reject(self, column: str, code: str, **params: Any) -> None:
        self.rejects.append(self._note(column, code, params))

    def warn(self, column: str, code: str, **params: Any) -> None:
        self.warnings.append(self._note(column, code, params))

    def _note(self, column: str, code: str, params: dict[str, Any]) -> Reject:
        return Reject(self.number, self.headings.get(column, column), self.shown(column)[:300], code, params)

    def text(self, column: str, *, required: bool = False, limit: int = 200) -> str:
        """The cleaned text of a cell; "" when empty, wrong or without column."""
        raw = self.values.get(column)
        cleaned = clean_text(raw)
        if cleaned in MEANS_NOTHING:
            cleaned = ""
        problem = ""
        params: dict[str, Any] = {}
        if isinstance(raw, Formula) or cleaned.startswith("="):
            problem = "formula"
        elif cleaned in EXCEL_ERRORS:
            problem = "spreadsheet_error"
        elif required and not cleaned:
            problem = "empty"
        elif len(cleaned) > limit:
            problem, params = "too_long", {"length": len(cleaned), "limit": limit}
        if problem:
            self.reject(column, problem, **params)
            return ""
        return cleaned

    def name(self, column: str, *, limit: int = 200) -> str:
        """A person's name: some letter, and no formula."""
        text = self.text(column, required=True, limit=limit)
        if text and (not any(char.isalpha() for char in text) or text[0] in "+@"):
            self.reject(column, "not_a_name")
            return ""
        return text

    def nip(self, column: str, *, required: bool = True) -> str:
        """18 digits as text; number cells are refused, whatever they show."""
        raw = self.values.get(column)
        if isinstance(raw, (int, float)) and not isinstance(raw, bool):
            self.reject(column, "nip_is_number")
            return ""
        text = self.text(column, required=required, limit=100)
        digits = compact_nip(text)
        if not digits:
            if text:
                self.reject(column, "nip_not_digits")
            return ""
        problem = nip_problem(text, digits)
        if problem:
            self.reject(column, problem, **({"length": len(digits)} if problem == "nip_length" else {}))
            return ""
        return digits

    def date(self, column: str, *, required: bool = False) -> date | None:
        raw = self.values.get(column)
        if isinstance(raw, datetime):
            return raw.date()
        if isinstance(raw, date):
            return raw
        if isinstance(raw, (int, float, time)) and not isinstance(raw, bool):
            self.reject(column, "date_is_number")
            return None
        text = self.text(column, required=required, limit=60)
        if not text:
            return None
        try:
            return parse_date(text)
        except NotADate as error:
            self.reject(column, error.code)
            return None

    def choice(self, column: str, table: Mapping[str, str], code: str, *, required: bool = False, **params: Any) -> str:
        """The value that `table` gives for the cell's normal form; unknown words are rejected with `code`."""
        text = self.text(column, required=required)
        if not text:
            return ""
        value = table.get(normal_key(text)) or table.get(re.sub(r"[^a-z0-9]+", " ", normal_key(text)).strip())
        if value is None:
            self.reject(column, code, **params)
            return ""
        return value

    def whole(self, column: str, low: int, high: int, *, required: bool = False) -> int | None:
        """A whole number from `low` to `high`; "60", "60,0" and "60 %" are 60."""
        raw = self.values.get(column)
        if isinstance(raw, float) and 0 < raw < 1 and high == 100:
            raw = round(raw * 100, 6)  # a cell formatted as percent holds the fraction
        text = str(raw) if isinstance(raw, (int, float)) else self.text(column, required=required)
        if not text:
            return None
        match = re.fullmatch(r"(\d{1,9})(?:[.,]0+)?\s*%?", text)
        if match is None or not low <= int(match[1]) <= high:
            self.reject(column, "number_wrong", low=low, high=high)
            return None
        return int(match[1])

    def yes_no(self, column: str) -> bool | None:
        """True or False; None for an empty cell."""
        raw = self.values.get(column)
        if isinstance(raw, bool):
            return raw
        word = self.choice(column, YES_NO, "yes_no_wrong")
        return None if not word else word == "yes"


def given(value: T | None) -> T:
    """A value that rows have once they were not rejected; for code that only sees such rows."""
    if value is None:
        raise ValueError("a rejected row came too far")
    return value


YES_NO = {
    **dict.fromkeys(("ya", "y", "yes", "true", "1", "v", "x", "✓", "√"), "yes"),
    **dict.fromkeys(("tidak", "t", "n", "no", "false", "0", "bukan"), "no"),
}


def clean_text(raw: Any) -> str:
    """Text as people mean it: composed characters, single blanks, no invisible ones; whole floats lose their ".0"."""
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, (datetime, date)):
        return shown_value(raw)
    text = str(raw)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(" " if char.isspace() else char for char in text if char.isprintable() or char.isspace())
    return " ".join(text.split())


def normal_key(text: str) -> str:
    """What two spellings of the same name share: case and blanks do not count."""
    return " ".join(text.casefold().split())


def shown_value(raw: Any) -> str:
    """A raw value as a person would find it in the file."""
    if raw is None:
        return ""
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
    return raw.isoformat() if isinstance(raw, date) else str(raw)


def parse_date(text: str) -> date:
    """dd-mm-yyyy, dd/mm/yyyy, yyyy-mm-dd, also with a month's name. Raises NotADate."""
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif (match := _WITH_MONTH.fullmatch(text)) and match[2].lower() in _MONTHS:
        day, month, year = int(match[1]), _MONTHS[match[2].lower()], int(match[3])
    else:
        raise NotADate("date_wrong")
    if not 1900 <= year <= 2200:
        raise NotADate("date_wrong")
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADate("date_impossible") from None


def nip_problem(text: str, digits: str) -> str:
    """The code of what is wrong with an NIP's form, or ""."""
    if _SCIENTIFIC.fullmatch(text):
        return "nip_is_number"
    if not (digits.isascii() and digits.isdigit()):
        return "nip_not_digits"
    if len(digits) != NIP_LENGTH:
        return "nip_length"
    return "nip_truncated" if digits.endswith("000") else ""
