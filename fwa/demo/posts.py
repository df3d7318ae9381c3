"""Task types and positions of the demo: how each position spends its time, as the regulation's criteria see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from organization.enums import PositionKind
from organization.models import Position, PositionTask, TaskType

LOCATION = ("outside_office", "no_special_room", "with_ict", "minimal_face_to_face", "no_continuous_supervision")
DYNAMIC = "not_bound_to_office_hours"
SHIFT = ("over_510_min_a_day", "over_5_days_and_2250_min")

TASKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "kajian": ("Penyusunan kajian dan naskah kebijakan", (*LOCATION, DYNAMIC)),
    "produk-hukum": ("Penyusunan rancangan produk hukum", (*LOCATION, DYNAMIC)),
    "data": ("Pengolahan data dan penyusunan laporan", LOCATION),
    "aplikasi": ("Pengembangan dan pemeliharaan aplikasi", (*LOCATION, DYNAMIC)),
    "pemantauan": ("Pemantauan sistem di luar jam kerja", (*LOCATION, DYNAMIC)),
    "konten": ("Penyusunan konten dan kehumasan", (*LOCATION, DYNAMIC)),
    "audit": ("Telaah dokumen pengawasan", LOCATION),
    "rapat": ("Rapat dan koordinasi tatap muka", ("no_special_room",)),
    "pimpin": ("Memimpin dan mengawasi unit kerja", ("no_special_room",)),
    "arsip": ("Pengelolaan arsip fisik dan surat", ("no_continuous_supervision",)),
    "loket": ("Pelayanan loket kepada masyarakat", ()),
    "rawat": ("Asuhan keperawatan pasien rawat inap", SHIFT),
    "klinik": ("Pemeriksaan pasien rawat jalan", ()),
    "ajar": ("Kegiatan belajar mengajar tatap muka", ()),
    "jaga": ("Penjagaan dan pengamanan bergilir", SHIFT),
    "lapangan": ("Penyuluhan dan pendataan lapangan", ("outside_office", "no_special_room", "is_field_task")),
}


@dataclass(frozen=True)
class Post:
    """A position: `tasks` are shares of time in percent, `grades` what its holders usually have."""

    name: str
    kind: str
    tasks: dict[str, int]
    grades: tuple[str, ...] = ("III/a", "III/b", "III/c")
    echelon: str = ""
    group: str = ""
    birth_ages: tuple[int, int] = field(default=(26, 56))


_LEAD = {"pimpin": 70, "rapat": 30}
_SECTION = {"pimpin": 45, "rapat": 20, "data": 35}
_TOP = ("IV/b", "IV/c")
_MIDDLE = ("III/d", "IV/a")
_SKILLED = ("II/c", "II/d", "III/a")

POSTS: dict[str, Post] = {
    "sekda": Post("Sekretaris Daerah", PositionKind.JPT_PRATAMA, _LEAD, ("IV/d",), "II.a", birth_ages=(50, 57)),
    "kadis": Post("Kepala Dinas", PositionKind.JPT_PRATAMA, _LEAD, _TOP, "II.b", birth_ages=(46, 57)),
    "kaban": Post("Kepala Badan", PositionKind.JPT_PRATAMA, _LEAD, _TOP, "II.b", birth_ages=(46, 57)),
    "inspektur": Post("Inspektur Daerah", PositionKind.JPT_PRATAMA, _LEAD, _TOP, "II.b", birth_ages=(46, 57)),
    "direktur": Post("Direktur Rumah Sakit Umum Daerah", PositionKind.JPT_PRATAMA, _LEAD, _TOP, "II.b",
                     birth_ages=(46, 57)),
    "camat": Post("Camat", PositionKind.ADMINISTRATOR, _LEAD, _MIDDLE, "III.a", birth_ages=(40, 56)),
    "kabag": Post("Kepala Bagian", PositionKind.ADMINISTRATOR, _SECTION, _MIDDLE, "III.a", birth_ages=(40, 56)),
    "kabid": Post("Kepala Bidang", PositionKind.ADMINISTRATOR, _SECTION, _MIDDLE, "III.b", birth_ages=(38, 56)),
    "kapus": Post("Kepala Puskesmas", PositionKind.PENGAWAS, _LEAD, _MIDDLE, birth_ages=(38, 56)),
    "kasek": Post("Kepala Sekolah", PositionKind.FUNGSIONAL, _LEAD, _MIDDLE, birth_ages=(38, 58)),
    "karu": Post("Kepala Ruang Perawatan", PositionKind.PENGAWAS, {"pimpin": 40, "rawat": 60}, ("III/c", "III/d"),
                 group="Perawat"),
    "kasi": Post("Kepala Seksi", PositionKind.PENGAWAS, _SECTION, ("III/c", "III/d"), "IV.a"),
    "analis": Post("Analis Kebijakan Ahli Muda", PositionKind.FUNGSIONAL, {"kajian": 80, "rapat": 20},
                   ("III/c", "III/d")),
    "perancang": Post("Perancang Peraturan Perundang-undangan Ahli Pertama", PositionKind.FUNGSIONAL,
                      {"produk-hukum": 75, "rapat": 25}),
    "penyusun": Post("Penyusun Naskah Hukum dan Dokumentasi Informasi Produk Hukum Daerah", PositionKind.PELAKSANA,
                     {"produk-hukum": 40, "data": 30, "rapat": 30}),
    "sdm": Post("Analis SDM Aparatur Ahli Muda", PositionKind.FUNGSIONAL, {"data": 50, "kajian": 20, "rapat": 30},
                ("III/c", "III/d")),
    "perencana": Post("Perencana Ahli Pertama", PositionKind.FUNGSIONAL, {"kajian": 40, "data": 35, "rapat": 25}),
    "prakom": Post("Pranata Komputer Ahli Pertama", PositionKind.FUNGSIONAL,
                   {"aplikasi": 60, "pemantauan": 25, "rapat": 15}),
    "humas": Post("Pranata Hubungan Masyarakat Ahli Pertama", PositionKind.FUNGSIONAL, {"konten": 65, "rapat": 35}),
    "auditor": Post("Auditor Ahli Madya", PositionKind.FUNGSIONAL, {"audit": 65, "rapat": 35}, ("IV/a", "IV/b")),
    "pengolah": Post("Pengolah Data dan Informasi", PositionKind.PELAKSANA, {"data": 75, "rapat": 25}, _SKILLED),
    "arsiparis": Post("Arsiparis Terampil", PositionKind.FUNGSIONAL, {"arsip": 70, "data": 30}, _SKILLED),
    "administrasi": Post("Pengadministrasi Perkantoran", PositionKind.PELAKSANA, {"arsip": 60, "data": 40}, _SKILLED),
    "loket": Post("Operator Layanan Operasional", PositionKind.PELAKSANA, {"loket": 80, "data": 20}, _SKILLED,
                  group="Petugas loket"),
    "perawat": Post("Perawat Terampil", PositionKind.FUNGSIONAL, {"rawat": 90, "data": 10}, _SKILLED, group="Perawat"),
    "dokter": Post("Dokter Ahli Pertama", PositionKind.FUNGSIONAL, {"klinik": 85, "rapat": 15}, ("III/b", "III/c"),
                   group="Dokter"),
    # Not mapped yet: the page of the task mapping tells whom that stops.
    "bidan": Post("Bidan Terampil", PositionKind.FUNGSIONAL, {}, _SKILLED),
    "guru": Post("Guru Ahli Pertama", PositionKind.FUNGSIONAL, {"ajar": 85, "data": 15}),
    "penyuluh": Post("Penyuluh Lapangan Ahli Pertama", PositionKind.FUNGSIONAL, {"lapangan": 70, "data": 30}),
    "penjaga": Post("Petugas Keamanan dan Ketertiban", PositionKind.PELAKSANA, {"jaga": 90, "rapat": 10}, _SKILLED),
}  # fmt: skip


def save_posts(since: date) -> dict[str, Position]:
    """Write task types, positions and their shares of time; returns the positions by key."""
    kinds = {
        key: TaskType(code=key.upper(), name=name, **dict.fromkeys(flags, True)) for key, (name, flags) in TASKS.items()
    }
    TaskType.objects.bulk_create(kinds.values())
    positions = {
        key: Position(code=key.upper(), name=post.name, kind=post.kind, echelon=post.echelon, group=post.group)
        for key, post in POSTS.items()
    }
    Position.objects.bulk_create(positions.values())
    PositionTask.objects.bulk_create(
        PositionTask(position=positions[key], task_type=kinds[task], share_pct=share, valid_from=since)
        for key, post in POSTS.items()
        for task, share in post.tasks.items()
    )
    return positions
