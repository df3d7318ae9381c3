"""The unit tree and who sits where: a fixed core in which the story plays, and offices, clinics and schools around it.

A seat names its holder's key, unit, post and supervisor; people are invented for the seats afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice

ROOT = "KOTA"


@dataclass(frozen=True)
class UnitPlan:
    """One unit. `minimum`: share of its people in percent that must be on site every working day."""

    code: str
    name: str
    parent: str
    site: str = "BALAI-KOTA"
    direct: bool = False
    around_clock: bool = False
    quota: int | None = None
    minimum: int | None = None
    ready: str = "confirmed"


@dataclass(frozen=True)
class Seat:
    key: str
    unit: str
    post: str
    boss: str
    head: bool = False


CORE_UNITS = (
    UnitPlan("SETDA", "Sekretariat Daerah", ROOT),
    UnitPlan("SETDA-HKM", "Bagian Hukum", "SETDA", quota=30, ready=""),
    UnitPlan("SETDA-ORG", "Bagian Organisasi", "SETDA", ready=""),
    UnitPlan("BKPSDM", "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia", ROOT, minimum=40),
    UnitPlan("INSPEKTORAT", "Inspektorat Daerah", ROOT),
    UnitPlan("DISKOMINFO", "Dinas Komunikasi dan Informatika", ROOT, site="GEDUNG-DIGITAL", quota=30),
    UnitPlan("RSUD", "Rumah Sakit Umum Daerah Bakti Husada", ROOT, site="RSUD", direct=True, around_clock=True),
    UnitPlan("DISDUKCAPIL", "Dinas Kependudukan dan Pencatatan Sipil", ROOT, site="MPP", direct=True, ready="declared"),
    UnitPlan("KEC-PT", "Kecamatan Pantai Timur", ROOT, site="KEC-PT", direct=True, ready=""),
)

_LAW = ("ratna", "hamzah", "indah", "siti", "agus", "eko", "tri", "dewi", "nurhayati", "wahyu", "irwan")
_LAW_POSTS = {"indah": "perancang", "eko": "perancang", "dewi": "penyusun", "irwan": "penyusun"}

CORE_SEATS = (
    Seat("pimpinan", "SETDA", "sekda", "", head=True),
    Seat("lestari", "SETDA-HKM", "kabag", "pimpinan"),
    *(Seat(key, "SETDA-HKM", _LAW_POSTS.get(key, "analis"), "lestari") for key in _LAW),
    Seat("kabag-org", "SETDA-ORG", "kabag", "pimpinan"),
    Seat("org-1", "SETDA-ORG", "analis", "kabag-org"),
    Seat("org-2", "SETDA-ORG", "administrasi", "kabag-org"),
    Seat("kaban", "BKPSDM", "kaban", "pimpinan", head=True),
    Seat("kabid-sdm", "BKPSDM", "kabid", "kaban"),
    Seat("kepegawaian", "BKPSDM", "sdm", "kaban"),
    Seat("sdm-1", "BKPSDM", "sdm", "kabid-sdm"),
    Seat("sdm-2", "BKPSDM", "pengolah", "kabid-sdm"),
    Seat("inspektur", "INSPEKTORAT", "inspektur", "pimpinan", head=True),
    Seat("pengawas", "INSPEKTORAT", "auditor", "inspektur"),
    Seat("auditor-1", "INSPEKTORAT", "auditor", "inspektur"),
    Seat("kadis", "DISKOMINFO", "kadis", "pimpinan", head=True),
    Seat("kabid-app", "DISKOMINFO", "kabid", "kadis"),
    *(Seat(f"kom-{number}", "DISKOMINFO", "prakom", "kabid-app") for number in (1, 2, 3, 4)),
    Seat("kom-5", "DISKOMINFO", "humas", "kabid-app"),
    Seat("direktur", "RSUD", "direktur", "pimpinan", head=True),
    Seat("karu", "RSUD", "karu", "direktur"),
    *(Seat(f"perawat-{number}", "RSUD", "perawat", "karu") for number in (1, 2, 3)),
    Seat("kadis-capil", "DISDUKCAPIL", "kadis", "pimpinan", head=True),
    Seat("loket-1", "DISDUKCAPIL", "loket", "kadis-capil"),
    Seat("camat", "KEC-PT", "camat", "pimpinan", head=True),
    Seat("kasi-pt", "KEC-PT", "kasi", "camat"),
)
SMALLEST = len(CORE_SEATS)

_OFFICES = (
    "Dinas Pekerjaan Umum dan Penataan Ruang", "Badan Perencanaan Pembangunan Daerah", "Dinas Pendidikan",
    "Badan Pengelola Keuangan dan Aset Daerah", "Dinas Kesehatan", "Dinas Lingkungan Hidup", "Dinas Sosial",
    "Badan Pendapatan Daerah", "Dinas Perhubungan", "Dinas Pertanian dan Ketahanan Pangan", "Dinas Tenaga Kerja",
    "Dinas Koperasi, Usaha Kecil dan Menengah, dan Perdagangan", "Dinas Perumahan dan Kawasan Permukiman",
    "Dinas Perpustakaan dan Kearsipan", "Dinas Kebudayaan dan Pariwisata", "Dinas Kelautan dan Perikanan",
    "Dinas Pemuda dan Olahraga", "Badan Kesatuan Bangsa dan Politik",
)  # fmt: skip
_SECTIONS = ("Sekretariat", "Bidang Perencanaan dan Pelaporan", "Bidang Pelaksanaan")
_OFFICE_POSTS = ("perencana", "analis", "pengolah", "administrasi", "prakom", "pengolah", "arsiparis", "penyuluh")
_KINDS = ("office", "office", "district", "office", "clinic", "office", "school", "office", "guard")
_SERVICES: dict[str, tuple[str, str, str, tuple[str, ...], int]] = {
    # kind: name, prefix of codes, head's post, posts, people besides the head
    "district": ("Kecamatan Wilayah {n}", "KEC", "camat", ("kasi", "loket", "administrasi", "loket"), 11),
    "clinic": ("Puskesmas {n}", "PKM", "kapus", ("bidan", "dokter", "perawat", "administrasi"), 15),
    "school": ("SMP Negeri {n}", "SMP", "kasek", ("guru", "guru", "guru", "administrasi"), 19),
    "guard": ("Regu Ketenteraman dan Ketertiban {n}", "TIBUM", "kasi", ("penjaga", "penjaga", "penjaga"), 14),
}


def filler(people: int) -> tuple[list[UnitPlan], list[Seat]]:
    """Units and seats for that many more people; the last unit takes who is left."""
    units: list[UnitPlan] = []
    seats: list[Seat] = []
    numbers: dict[str, count[int]] = {kind: count(1) for kind in _KINDS}
    for turn in count():
        if len(seats) >= people:
            break
        kind = _KINDS[turn % len(_KINDS)]
        number = next(numbers[kind])
        made_units, made_seats = _office(number) if kind == "office" else _service(kind, number)
        room = people - len(seats)
        kept = list(islice(made_seats, room))
        used = {seat.unit for seat in kept}
        units += [unit for unit in made_units if unit.code in used or unit.parent == ROOT]
        seats += kept
    return units, seats


def _office(number: int) -> tuple[list[UnitPlan], list[Seat]]:
    name = _OFFICES[(number - 1) % len(_OFFICES)]
    branch = (number - 1) // len(_OFFICES)
    if branch:
        name = f"UPTD Wilayah {branch} {name}"
    code = f"OPD-{number:03d}"
    post = "kaban" if name.startswith("Badan") else "kadis"
    units = [UnitPlan(code, name, ROOT, minimum=40, ready="declared" if number % 9 == 0 else "confirmed")]
    seats = [Seat(code, code, post, "pimpinan", head=True)]
    for index, section in enumerate(_SECTIONS, start=1):
        part = f"{code}-{index}"
        units.append(UnitPlan(part, section, code, ready=""))
        seats.append(Seat(part, part, "kabid", code))
        seats += [
            Seat(f"{part}-{place}", part, _OFFICE_POSTS[(place + index) % len(_OFFICE_POSTS)], part)
            for place in range(8 + index)
        ]
    return units, seats


def _service(kind: str, number: int) -> tuple[list[UnitPlan], list[Seat]]:
    pattern, prefix, head, posts, people = _SERVICES[kind]
    code = f"{prefix}-{number:03d}"
    unit = UnitPlan(
        code, pattern.format(n=number), ROOT, site="", direct=kind != "guard", around_clock=kind == "guard", ready=""
    )
    seats = [Seat(code, code, head, "pimpinan", head=True)]
    seats += [Seat(f"{code}-{place}", code, posts[place % len(posts)], code) for place in range(people)]
    return [unit], seats
