"""Invented people for the seats: names, valid NIPs, kinds, grades, and when they entered their post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

from fwa.demo.names import FAMILIES, MEN, STREETS, TOWNS, WOMEN
from fwa.demo.posts import POSTS
from fwa.demo.units import Seat
from organization.enums import EmployeeKind, Sex
from organization.nip import parse_nip

PPPK_MIDDLE = "21"
NEW_SHARE, CPNS_SHARE, PPPK_SHARE = 0.04, 0.02, 0.2
# Moved within the last year but not new any more: whom a longer time in the post would reach.
RECENT_SHARE = 0.08
SEQUENCES = 999


@dataclass(frozen=True)
class Person:
    """Who sits in a seat. `entered`: since when in the post; `moved`: entered a second time lately, by rotation."""

    key: str
    username: str
    name: str
    sex: str
    nip: str
    birth: date
    birth_place: str
    kind: str
    grade: str
    entered: date
    moved: date | None
    address: str
    email: str
    phone: str


@dataclass(frozen=True)
class Role:
    """What the story fixes about one of its people."""

    name: str
    sex: str
    username: str = ""
    kind: str = EmployeeKind.PNS
    is_new: bool = False


CAST: dict[str, Role] = {
    "pimpinan": Role("Syamsul Rahman", Sex.MALE, "pimpinan"),
    "lestari": Role("Lestari Simanjuntak", Sex.FEMALE, "atasan"),
    "ratna": Role("Ratna Hidayat", Sex.FEMALE, "pegawai"),
    "hamzah": Role("Hamzah Basri", Sex.MALE),
    "indah": Role("Indah Kusuma", Sex.FEMALE),
    "siti": Role("Siti Rahman", Sex.FEMALE),
    "agus": Role("Agus Santoso", Sex.MALE),
    "eko": Role("Eko Pratama", Sex.MALE),
    "tri": Role("Tri Wijaya", Sex.MALE),
    "dewi": Role("Dewi Maulana", Sex.FEMALE),
    "nurhayati": Role("Nurhayati Lubis", Sex.FEMALE),
    "wahyu": Role("Wahyu Halim", Sex.MALE),
    "irwan": Role("Irwan Siregar", Sex.MALE, kind=EmployeeKind.CPNS),
    "kaban": Role("Indra Sulaiman", Sex.MALE),
    "kabid-sdm": Role("Yuliana Manurung", Sex.FEMALE, "penerbit"),
    "kepegawaian": Role("Maya Handayani", Sex.FEMALE, "kepegawaian"),
    "sdm-1": Role("Rizky Firmansyah", Sex.MALE),
    "sdm-2": Role("Zahra Arifin", Sex.FEMALE),
    "inspektur": Role("Kartika Nasution", Sex.FEMALE),
    "pengawas": Role("Bambang Siregar", Sex.MALE, "pengawas"),
    "auditor-1": Role("Citra Pangaribuan", Sex.FEMALE),
    "kadis": Role("Taufik Hakim", Sex.MALE),
    "kabid-app": Role("Rina Tanjung", Sex.FEMALE),
    "kom-1": Role("Dimas Prasetyo", Sex.MALE, kind=EmployeeKind.PPPK),
    "kom-2": Role("Ayu Utami", Sex.FEMALE),
    "kom-3": Role("Fajar Nugraha", Sex.MALE),
    "kom-4": Role("Yoga Saputra", Sex.MALE, is_new=True),
    "kom-5": Role("Anak Agung Istri Kartika Dewi Prameswari", Sex.FEMALE),
    "direktur": Role("Nadia Harahap", Sex.FEMALE),
    "karu": Role("Sri Widodo", Sex.FEMALE),
    "perawat-1": Role("Putri Ramadhan", Sex.FEMALE, "perawat"),
    "perawat-2": Role("Galih Permana", Sex.MALE),
    "perawat-3": Role("Linda Sihombing", Sex.FEMALE),
}


class Inventor:
    """Makes people one after the other; the same seed and day make the same people."""

    def __init__(self, *, seed: int, as_of: date, settled_by: date) -> None:
        self._random = Random(f"people:{seed}")
        self._moves = Random(f"moves:{seed}")
        self._as_of = as_of
        self._settled_by = settled_by
        self._sequences: Counter[str] = Counter()

    def people(self, seats: Iterable[Seat]) -> list[Person]:
        return [self._person(seat) for seat in seats]

    def _person(self, seat: Seat) -> Person:
        chance, post = self._random, POSTS[seat.post]
        role = CAST.get(seat.key)
        sex = role.sex if role else chance.choice([Sex.MALE, Sex.FEMALE])
        first = chance.choice(MEN if sex == Sex.MALE else WOMEN)
        name = role.name if role else f"{first} {chance.choice(FAMILIES)}"
        age = chance.randint(*post.birth_ages)
        birth = self._as_of - relativedelta(years=age) - timedelta(days=chance.randrange(365))
        kind = role.kind if role else self._kind(seat, post.echelon)
        entered = self._entered(birth, kind)
        nip = self._nip(birth, sex, kind, entered)
        is_new = role.is_new if role else not seat.head and chance.random() < NEW_SHARE
        return Person(
            key=seat.key,
            username=(role.username if role else "") or nip,
            name=name,
            sex=sex,
            nip=nip,
            birth=birth,
            birth_place=chance.choice(TOWNS),
            kind=kind,
            grade=self._grade(kind, post.grades),
            entered=entered,
            moved=self._as_of - timedelta(days=chance.randrange(20, 100)) if is_new else self._moved(seat, role, kind),
            address=f"{chance.choice(STREETS)} RT {chance.randint(1, 60)} No. {chance.randint(1, 180)}, Nusa Bakti",
            email=f"{name.split()[0].lower()}.{nip[-9:]}@contoh.go.id",
            phone=f"0812{chance.randrange(10**7, 10**8)}",
        )

    def _moved(self, seat: Seat, role: Role | None, kind: str) -> date | None:
        days, is_recent = self._moves.randrange(195, 330), self._moves.random() < RECENT_SHARE
        if not is_recent or role or seat.head or kind == EmployeeKind.CPNS:
            return None
        return max(self._settled_by + timedelta(days=1), self._as_of - timedelta(days=days))

    def _kind(self, seat: Seat, echelon: str) -> str:
        draw = self._random.random()
        if seat.head or echelon:
            return EmployeeKind.PNS
        if draw < CPNS_SHARE:
            return EmployeeKind.CPNS
        return EmployeeKind.PPPK if draw < CPNS_SHARE + PPPK_SHARE else EmployeeKind.PNS

    def _grade(self, kind: str, grades: tuple[str, ...]) -> str:
        if kind == EmployeeKind.PPPK:
            return self._random.choice(["VII", "IX", "X"])
        return "III/a" if kind == EmployeeKind.CPNS else self._random.choice(grades)

    def _entered(self, birth: date, kind: str) -> date:
        """Long enough ago not to be new when the history begins; probation is never longer than a year."""
        if kind == EmployeeKind.CPNS:
            return self._as_of - timedelta(days=self._random.randrange(200, 340))
        earliest = date(birth.year + 23, 1, 1)
        return min(self._settled_by, max(earliest, self._settled_by - timedelta(days=self._random.randrange(90, 2600))))

    def _nip(self, birth: date, sex: str, kind: str, entered: date) -> str:
        """An unused NIP of the right form: birth date, first appointment, sex, sequence."""
        for _try in range(SEQUENCES):
            year = entered.year if kind == EmployeeKind.CPNS else self._random.randint(birth.year + 22, entered.year)
            middle = PPPK_MIDDLE if kind == EmployeeKind.PPPK else f"{self._random.choice([1, 2, 3, 4, 12]):02d}"
            stem = f"{birth:%Y%m%d}{year}{middle}{sex}"
            self._sequences[stem] += 1
            if self._sequences[stem] <= SEQUENCES:
                nip = f"{stem}{self._sequences[stem]:03d}"
                parse_nip(nip)
                return nip
        raise RuntimeError("no free NIP for this birth date")
