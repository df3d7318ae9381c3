"""The employee number (NIP, NI PPPK): 18 digits with a birth date and a sex digit. Plain values only.

Source: Perka BKN 22/2007 via regulation 7.1 [S]. The middle block is a date only for PNS, and only a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

NIP_LENGTH = 18
SEX_MALE, SEX_FEMALE = "1", "2"


@dataclass(frozen=True)
class NipParts:
    """What an NIP says: birth date (none if impossible), sex digit, and the middle block YYYYMM as text."""

    birth_date: date | None
    sex: str
    middle: str


def compact_nip(raw: str) -> str:
    """The digits of an NIP as people write it: blanks, dots, dashes and a leading apostrophe are dropped."""
    return re.sub(r"[\s.\-']", "", raw)


def display_nip(nip: str) -> str:
    """`YYYYMMDD YYYYMM S NNN`, as printed on letters."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}" if len(nip) == NIP_LENGTH else nip


def parse_nip(nip: str) -> NipParts:
    """Split an 18-digit NIP. Raises ValueError when it does not have 18 digits."""
    if not re.fullmatch(r"\d{18}", nip):
        raise ValueError("a NIP has 18 digits")
    try:
        birth_date = date(int(nip[:4]), int(nip[4:6]), int(nip[6:8]))
    except ValueError:
        birth_date = None
    return NipParts(birth_date=birth_date, sex=nip[14], middle=nip[8:14])
