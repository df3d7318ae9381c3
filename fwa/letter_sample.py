"""An invented letter for HR's preview of the agency's wording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fwa import letter_text


def sample_content(profile: Mapping[str, str], on: date) -> dict[str, Any]:
    """Content of a letter that nobody got: eight weeks at home on two days, one date not granted."""
    start = on + timedelta(days=7 - on.weekday())
    end = start + timedelta(days=55)
    all_days = [start + timedelta(days=offset) for offset in range(56)]
    days = [day for day in all_days if day.isoweekday() in (2, 4)]
    granted = letter_text.Granted(
        kind="location",
        place_kind="home",
        place="",
        starts_at=None,
        ends_at=None,
        zone="WITA",
        valid_from=start,
        valid_to=end,
        weekdays=(2, 4),
        days=tuple(days[:3] + days[4:]),
        refused=(letter_text.Refused(days[3], "unit_full", (days[3] + timedelta(days=1),)),),
        outputs=(
            letter_text.Output("Naskah akademik rancangan peraturan wali kota", "naskah", Decimal(1), end),
            letter_text.Output("Telaahan staf", "dokumen", Decimal(4), end),
        ),
    )
    person = letter_text.Person(
        name="Siti Contoh, S.H.",
        nip="19900101 201001 2 001",
        grade="III/c",
        position="Analis Kebijakan Ahli Muda",
        unit="Bagian Hukum",
    )
    signatory = letter_text.Signatory(name="Nama Pejabat, S.Sos., M.Si.", nip="19700101 199501 1 001", position="")
    number = letter_text.letter_number(profile["number_pattern"], seq=1, on=on)
    return letter_text.letter_content(
        profile=profile, number=number, on=on, person=person, granted=granted, signatory=signatory
    )
