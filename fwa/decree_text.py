"""The wording of a decree for many people, its annex, and the personal excerpt; Indonesian always.

Plain values in, plain values out: what is returned here is frozen as JSON with the decree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from fwa.letter_text import (
    KINDS,
    MONTHS,
    ORDINALS,
    PLACES,
    WEEKDAYS,
    Granted,
    Output,
    Person,
    Signatory,
    amount,
    clock,
    letter_content,
    lines,
    listed,
    long_date,
    signature_lines,
)

ADD, CHANGE, REMOVE = "add", "change", "remove"
NOTES = {ADD: "ditambahkan", CHANGE: "hari diubah", REMOVE: "dikeluarkan"}


@dataclass(frozen=True)
class AnnexRow:
    """One line of the annex; `days` of a person who is taken out are empty and `ends_on` is set."""

    line: int
    person: Person
    days: tuple[date, ...]
    change: str = ADD
    ends_on: date | None = None


@dataclass(frozen=True)
class DecreeTerms:
    """What the decree gives everybody. `all_days`: the dates that the fixed weekdays mean."""

    unit: str
    kind: str
    place_kind: str
    place: str
    hours: tuple[Any, Any] | None
    zone: str
    valid_from: date
    valid_to: date
    weekdays: tuple[int, ...]
    days_per_week: int | None
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Amended:
    """The decree whose annex is changed, and the number of this change."""

    number: str
    decided_on: date
    amendment_no: int


def short_dates(days: Sequence[date]) -> str:
    """`Des 2026: 1, 3; Jan 2027: 5`."""
    parts = []
    for (year, month), members in groupby(sorted(days), key=lambda day: (day.year, day.month)):
        parts.append(f"{MONTHS[month - 1][:3]} {year}: {', '.join(str(day.day) for day in members)}")
    return "; ".join(parts)


def decree_content(
    *,
    profile: Mapping[str, str],
    number: str,
    on: date,
    terms: DecreeTerms,
    rows: Sequence[AnnexRow],
    signatory: Signatory,
    amended: Amended | None = None,
) -> dict[str, Any]:
    """Everything the decree and its annex say, as JSON."""
    title = profile["letter_title"]
    if amended is not None:
        title = f"PERUBAHAN KE-{amended.amendment_no} ATAS LAMPIRAN KEPUTUSAN NOMOR {amended.number}"
    return {
        "issuer": profile["name"],
        "letterhead": [line for line in (profile["letterhead_1"] or profile["name"], profile["letterhead_2"]) if line],
        "address": profile["address"],
        "contact": profile["contact"],
        "logo": profile["logo"],
        "title": title,
        "number": number,
        "considering": lines(profile["considering"]),
        "recalling": lines(profile["recalling"]),
        "dictums": _dictums(terms, rows, lines(profile["obligations"]), amended),
        "annex": _annex(number, on, terms, rows, amended),
        "signature": {
            "place": profile["city"],
            "date": long_date(on),
            "lines": signature_lines(
                signatory, on_behalf_of=profile["on_behalf_of"], signatory_title=profile["signatory_title"]
            ),
            "name": signatory.name,
            "nip": signatory.nip,
        },
        "people": len(rows),
    }


def _dictums(
    terms: DecreeTerms, rows: Sequence[AnnexRow], obligations: Sequence[str], amended: Amended | None
) -> list[dict[str, Any]]:
    gives = any(row.days for row in rows)
    parts: list[dict[str, Any]] = [_amends(rows, amended)] if amended else [_whom(terms, rows)]
    if gives:
        parts += [{"text": "Bentuk pelaksanaan tugas:", "facts": _facts(terms)}, {"text": _when(terms)}]
        parts += _outputs(terms.outputs)
        if obligations:
            items = [*obligations[:-1], f"{obligations[-1].rstrip(';.')}."]
            parts.append({"text": "Pegawai sebagaimana tercantum dalam Lampiran wajib:", "items_list": items})
    parts += [
        {"text": "Petikan Keputusan ini disampaikan kepada setiap pegawai yang tercantum dalam Lampiran."},
        {
            "text": "Keputusan ini mulai berlaku pada tanggal ditetapkan, dengan ketentuan apabila di kemudian hari "
            "terdapat kekeliruan akan dilakukan perbaikan sebagaimana mestinya."
        },
    ]
    return [{"label": label, **part} for label, part in zip(ORDINALS, parts, strict=False)]


def _whom(terms: DecreeTerms, rows: Sequence[AnnexRow]) -> dict[str, Any]:
    return {
        "text": f"Menetapkan pelaksanaan tugas kedinasan secara fleksibel bagi {len(rows)} pegawai pada {terms.unit} "
        "sebagaimana tercantum dalam Lampiran yang merupakan bagian tidak terpisahkan dari Keputusan ini."
    }


def _amends(rows: Sequence[AnnexRow], amended: Amended) -> dict[str, Any]:
    counts = [(NOTES[code], sum(row.change == code for row in rows)) for code in (ADD, CHANGE, REMOVE)]
    words = listed([f"{count} pegawai {note}" for note, count in counts if count])
    return {
        "text": f"Mengubah Lampiran Keputusan Nomor {amended.number} tanggal {long_date(amended.decided_on)}: {words}, "
        "sebagaimana tercantum dalam Lampiran Keputusan ini."
    }


def _facts(terms: DecreeTerms) -> list[list[str]]:
    facts = [["Bentuk", KINDS.get(terms.kind, terms.kind)]]
    if terms.place_kind:
        place = PLACES.get(terms.place_kind, "")
        facts.append(["Tempat", f"{place}: {terms.place}" if terms.place else place])
    if terms.hours:
        facts.append(
            ["Jam kerja", f"{clock(terms.hours[0])} sampai dengan {clock(terms.hours[1])} {terms.zone}".strip()]
        )
    return facts


def _when(terms: DecreeTerms) -> str:
    text = f"Jangka waktu: {long_date(terms.valid_from)} sampai dengan {long_date(terms.valid_to)}"
    if terms.weekdays:
        text += f", setiap hari {listed([WEEKDAYS[number - 1] for number in terms.weekdays])}"
    elif terms.days_per_week:
        text += f", secara bergilir paling banyak {terms.days_per_week} hari kerja dalam satu minggu"
    return f"{text}, dengan hari bagi setiap pegawai sebagaimana tercantum dalam Lampiran."


def _outputs(outputs: Sequence[Output]) -> list[dict[str, Any]]:
    if not outputs:
        return []
    rows = [[item.title, item.measure, amount(item.target), long_date(item.due_on)] for item in outputs]
    head = ["Keluaran", "Ukuran", "Target", "Batas waktu"]
    return [
        {
            "text": "Selama jangka waktu tersebut setiap pegawai menghasilkan keluaran:",
            "table": {"head": head, "rows": rows, "numeric": [2], "whole": [3]},
        }
    ]


def _annex(
    number: str, on: date, terms: DecreeTerms, rows: Sequence[AnnexRow], amended: Amended | None
) -> dict[str, Any]:
    head = ["No.", "Nama dan NIP", "Jabatan", "Unit kerja", "Hari"]
    every = max((len(row.days) for row in rows), default=0)
    return {
        "heading": [f"Lampiran Keputusan Nomor {number}", f"tanggal {long_date(on)}"],
        "head": [*head, "Keterangan"] if amended else head,
        "rows": [_annex_row(row, terms, every, amended) for row in rows],
    }


def _annex_row(row: AnnexRow, terms: DecreeTerms, every: int, amended: Amended | None) -> list[Any]:
    person = row.person
    if row.ends_on is not None and not row.days:
        days = f"berakhir terhitung mulai {long_date(row.ends_on)}"
    elif terms.weekdays and len(row.days) == every:
        days = f"setiap {listed([WEEKDAYS[number - 1] for number in terms.weekdays])}: {len(row.days)} hari"
    else:
        days = f"{len(row.days)} hari: {short_dates(row.days)}"
    cells: list[Any] = [str(row.line), [person.name, f"NIP {person.nip}"], person.position, person.unit, days]
    return [*cells, NOTES[row.change]] if amended else cells


def excerpt_content(
    *,
    profile: Mapping[str, str],
    decree: str,
    on: date,
    number: str,
    line: int,
    person: Person,
    granted: Granted,
    signatory: Signatory,
) -> dict[str, Any]:
    """The personal excerpt (petikan): the letter of one person, naming decree and line of the annex."""
    content = letter_content(
        profile=profile,
        number=number,
        on=on,
        person=person,
        granted=replace(granted, refused=()),
        signatory=signatory,
    )
    first = content["dictums"][0]
    first["text"] = (
        f"Menetapkan, sebagai petikan dari Keputusan Nomor {decree} tanggal {long_date(on)} Lampiran nomor urut "
        f"{line}, pelaksanaan tugas kedinasan secara fleksibel bagi pegawai:"
    )
    content["title"] = f"PETIKAN {content['title']}"
    content["excerpt_of"] = {"number": decree, "line": line}
    return content
