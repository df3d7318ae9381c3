"""The wording of a decision letter. Its language is Indonesian always, whatever the reader of a page has chosen.

Plain values in, plain values out: what is returned here is frozen as JSON with the letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from itertools import groupby
from typing import Any

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
ORDINALS = (
    "KESATU", "KEDUA", "KETIGA", "KEEMPAT", "KELIMA",
    "KEENAM", "KETUJUH", "KEDELAPAN", "KESEMBILAN", "KESEPULUH",
)  # fmt: skip

KINDS = {
    "location": "fleksibilitas lokasi",
    "shift": "fleksibilitas waktu dengan sif",
    "dynamic": "fleksibilitas waktu secara dinamis",
    "location_time": "fleksibilitas lokasi dan waktu",
}
# The home address itself stays in the personnel record.
PLACES = {
    "home": "rumah sesuai domisili yang tercatat dalam data kepegawaian",
    "other_office": "kantor lain",
    "other": "tempat lain",
    "field": "tempat pelaksanaan tugas lapangan",
}
PROBLEMS = {
    "past": "tanggal telah lewat pada saat penetapan",
    "too_far": "melebihi jangka waktu terpanjang",
    "holiday": "hari libur",
    "not_placed": "tidak ada penempatan pada tanggal tersebut",
    "unit_closed": "unit organisasi tidak beroperasi pada tanggal tersebut",
    "absent": "pegawai tidak bertugas pada tanggal tersebut",
    "rostered": "pegawai tercantum dalam jadwal dinas pada tanggal tersebut",
    "clash": "bertumpang tindih dengan penetapan lain",
    "over_cap": "melebihi batas hari kerja dalam satu minggu",
    "unit_full": "kuota unit kerja telah terpenuhi",
    "below_minimum": "jumlah minimum pegawai di tempat tugas tidak terpenuhi",
}
OTHER_PROBLEM = "tidak dapat dikabulkan berdasarkan pertimbangan pimpinan unit"

# Rank names (pangkat) of PNS grades; employees under contract have a bare Roman grade.
RANKS = {
    "I/a": "Juru Muda", "I/b": "Juru Muda Tingkat I", "I/c": "Juru", "I/d": "Juru Tingkat I",
    "II/a": "Pengatur Muda", "II/b": "Pengatur Muda Tingkat I", "II/c": "Pengatur", "II/d": "Pengatur Tingkat I",
    "III/a": "Penata Muda", "III/b": "Penata Muda Tingkat I", "III/c": "Penata", "III/d": "Penata Tingkat I",
    "IV/a": "Pembina", "IV/b": "Pembina Tingkat I", "IV/c": "Pembina Utama Muda", "IV/d": "Pembina Utama Madya",
    "IV/e": "Pembina Utama",
}  # fmt: skip
# The capacity in which somebody signs, not an office that another one could sign below.
PPK = "pejabat pembina kepegawaian"


@dataclass(frozen=True)
class Person:
    """The employee as the letter names them; `nip` as printed, `grade` as stored."""

    name: str
    nip: str
    grade: str
    position: str
    unit: str


@dataclass(frozen=True)
class Refused:
    """A date that was asked for and not granted."""

    day: date
    problem: str
    alternatives: tuple[date, ...] = ()


@dataclass(frozen=True)
class Output:
    title: str
    measure: str
    target: Decimal
    due_on: date


@dataclass(frozen=True)
class Granted:
    """What the decision gives."""

    kind: str
    place_kind: str
    place: str
    starts_at: time | None
    ends_at: time | None
    zone: str
    valid_from: date
    valid_to: date
    weekdays: tuple[int, ...]
    days: tuple[date, ...]
    refused: tuple[Refused, ...]
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Signatory:
    """Who signed, in which office; `acting` is "Plh." or "Plt." when somebody stood in for the officer."""

    name: str
    nip: str
    position: str
    acting: str = ""


def long_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def clock(at: time) -> str:
    return f"{at.hour:02d}.{at.minute:02d}"


def listed(words: Sequence[str]) -> str:
    """`a`, `a dan b`, `a, b, dan c`."""
    if len(words) < 3:
        return " dan ".join(words)
    return f"{', '.join(words[:-1])}, dan {words[-1]}"


def by_month(days: Iterable[date]) -> list[tuple[str, str, int]]:
    """Rows of month, its dates, and how many."""
    rows = []
    for (year, month), members in groupby(sorted(days), key=lambda day: (day.year, day.month)):
        numbers = [str(day.day) for day in members]
        rows.append((f"{MONTHS[month - 1]} {year}", ", ".join(numbers), len(numbers)))
    return rows


def dates_in_words(days: Iterable[date]) -> str:
    """`5 dan 12 Januari 2027; 2 Februari 2027`."""
    return "; ".join(f"{listed(numbers.split(', '))} {month}" for month, numbers, _count in by_month(days))


def amount(value: Decimal) -> str:
    """A target as Indonesian offices write it: `1.250,5`."""
    whole, _dot, rest = f"{value.normalize():,f}".partition(".")
    return whole.replace(",", ".") + (f",{rest}" if rest else "")


def rank(grade: str) -> str:
    return f"{RANKS[grade]} ({grade})" if grade in RANKS else grade


def letter_number(pattern: str, *, seq: int, on: date) -> str:
    """The agency's pattern with {seq}, {year} and {month} (Roman) filled in; other braces stay as they are."""
    filled = pattern.replace("{seq}", str(seq)).replace("{year}", str(on.year))
    return filled.replace("{month}", ROMAN_MONTHS[on.month - 1])


def initials(name: str) -> str:
    """Initials without academic titles: "dr. Andi Saputra, M.Kes." is "A. S."."""
    words = [word for word in name.split(",")[0].split() if not word.endswith(".")] or name.split()
    return " ".join(f"{word[0].upper()}." for word in words)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def signature_lines(signatory: Signatory, *, on_behalf_of: str, signatory_title: str) -> list[str]:
    """The lines above the name: *a.n.* the officer on whose behalf, *u.b.* one level lower, *Plh./Plt.* standing in."""
    title, position = signatory_title.strip(), signatory.position.strip()
    own_office = position if title.casefold() in ("", PPK) and position and on_behalf_of else title or position
    found = [f"a.n. {on_behalf_of.strip()}"] if on_behalf_of.strip() else []
    below = bool(found and position and title.casefold() not in ("", PPK) and position.casefold() != title.casefold())
    if below:
        found += [title, "u.b."]
        own_office = position
    acting = f"{signatory.acting} " if signatory.acting else ""
    return [*found, f"{acting}{own_office},"]


def dictums(person: Person, granted: Granted, obligations: Sequence[str]) -> list[dict[str, Any]]:
    """The dictums in order, numbered in words; those with nothing to say are left out."""
    parts = [
        _who(person),
        _what(granted),
        _when(granted),
        _refused(granted.refused),
        _outputs(granted.outputs),
        _obligations(obligations),
        {
            "text": "Penetapan ini dapat ditinjau kembali atau diakhiri sebelum jangka waktunya berakhir sesuai dengan "
            "ketentuan peraturan perundang-undangan."
        },
        {
            "text": "Keputusan ini mulai berlaku pada tanggal ditetapkan, dengan ketentuan apabila di kemudian hari "
            "terdapat kekeliruan akan dilakukan perbaikan sebagaimana mestinya."
        },
    ]
    return [{"label": label, **part} for label, part in zip(ORDINALS, [part for part in parts if part], strict=False)]


def _who(person: Person) -> dict[str, Any]:
    facts = [
        ("Nama", person.name),
        ("NIP", person.nip),
        ("Pangkat/golongan", rank(person.grade)),
        ("Jabatan", person.position),
        ("Unit kerja", person.unit),
    ]
    return {
        "text": "Menetapkan pelaksanaan tugas kedinasan secara fleksibel bagi pegawai:",
        "facts": [list(fact) for fact in facts if fact[1]],
    }


def _what(granted: Granted) -> dict[str, Any]:
    facts = [["Bentuk", KINDS.get(granted.kind, granted.kind)]]
    if granted.place_kind:
        place = PLACES.get(granted.place_kind, "")
        facts.append(["Tempat", f"{place}: {granted.place}" if granted.place else place])
    if granted.starts_at and granted.ends_at:
        hours = f"{clock(granted.starts_at)} sampai dengan {clock(granted.ends_at)} {granted.zone}"
        facts.append(["Jam kerja", hours.strip()])
    return {"text": "Bentuk pelaksanaan tugas sebagaimana dimaksud dalam Diktum KESATU:", "facts": facts}


def _when(granted: Granted) -> dict[str, Any]:
    on_days = {day.isoweekday() for day in granted.days}
    weekdays = [WEEKDAYS[number - 1] for number in granted.weekdays if number in on_days]
    only_pattern = weekdays and on_days <= set(granted.weekdays)
    text = f"Jangka waktu: {long_date(granted.valid_from)} sampai dengan {long_date(granted.valid_to)}"
    text += f", setiap hari {listed(weekdays)}" if only_pattern else ""
    text += f", seluruhnya {len(granted.days)} hari kerja:"
    rows = [[month, numbers, str(count)] for month, numbers, count in by_month(granted.days)]
    return {
        "text": text,
        "table": {"head": ["Bulan", "Tanggal", "Jumlah hari"], "rows": rows, "numeric": [2], "whole": [0]},
    }


def _refused(refused: Sequence[Refused]) -> dict[str, Any] | None:
    if not refused:
        return None
    groups: dict[str, list[Refused]] = {}
    for item in refused:
        groups.setdefault(PROBLEMS.get(item.problem, OTHER_PROBLEM), []).append(item)
    rows = []
    for reason, items in groups.items():
        near = {day for item in items for day in item.alternatives}
        rows.append([dates_in_words(item.day for item in items), reason, dates_in_words(near) or "–"])
    return {
        "text": "Tanggal yang diusulkan dan tidak dikabulkan:",
        "table": {
            "head": ["Tanggal", "Alasan", "Tanggal pengganti yang mungkin"],
            "rows": rows,
            "numeric": [],
            "whole": [],
        },
    }


def _outputs(outputs: Sequence[Output]) -> dict[str, Any] | None:
    if not outputs:
        return None
    rows = [[item.title, item.measure, amount(item.target), long_date(item.due_on)] for item in outputs]
    return {
        "text": "Selama jangka waktu tersebut pegawai menghasilkan keluaran:",
        "table": {"head": ["Keluaran", "Ukuran", "Target", "Batas waktu"], "rows": rows, "numeric": [2], "whole": [3]},
    }


def _obligations(obligations: Sequence[str]) -> dict[str, Any] | None:
    if not obligations:
        return None
    return {
        "text": "Pegawai sebagaimana dimaksud dalam Diktum KESATU wajib:",
        "items_list": [*obligations[:-1], f"{obligations[-1].rstrip(';.')}."],
    }


def letter_content(
    *, profile: Mapping[str, str], number: str, on: date, person: Person, granted: Granted, signatory: Signatory
) -> dict[str, Any]:
    """Everything the letter says, as JSON. `profile`: the agency's wording at this moment.

    Never health data, the reason, or the kind of special circumstance (regulation 7.4).
    """
    return {
        "issuer": profile["name"],
        "letterhead": [line for line in (profile["letterhead_1"] or profile["name"], profile["letterhead_2"]) if line],
        "address": profile["address"],
        "contact": profile["contact"],
        "logo": profile["logo"],
        "title": profile["letter_title"],
        "number": number,
        "considering": lines(profile["considering"]),
        "recalling": lines(profile["recalling"]),
        "dictums": dictums(person, granted, lines(profile["obligations"])),
        "signature": {
            "place": profile["city"],
            "date": long_date(on),
            "lines": signature_lines(
                signatory, on_behalf_of=profile["on_behalf_of"], signatory_title=profile["signatory_title"]
            ),
            "name": signatory.name,
            "nip": signatory.nip,
        },
        "name": person.name,
        "initials": initials(person.name),
    }
