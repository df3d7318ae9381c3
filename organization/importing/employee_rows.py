"""The personnel list: its columns, its words, and one record per row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from organization.enums import EmployeeKind, EntryReason, PositionKind, ServiceBody, Sex
from organization.importing.layout import Column
from organization.importing.rows import NotADate, Row, clean_text, parse_date
from organization.nip import parse_nip

if TYPE_CHECKING:
    from organization.importing.base import Options
    from organization.importing.org_names import PositionRef, UnitRef
    from organization.models import Employee

COLUMNS = (
    Column("nip", "NIP", ("NIP BARU", "NIP PEGAWAI", "NI PPPK", "NIP/NI PPPK", "NIP / NI PPPK", "NOMOR INDUK PEGAWAI",
           "EMPLOYEE NUMBER", "EMPLOYEE ID"), required=True,
           help=_("18 digits, as text."), example="199007172018112001"),
    Column("name", "NAMA", ("NAMA PEGAWAI", "NAMA LENGKAP", "NAMA LENGKAP DAN GELAR", "NAMA DAN GELAR", "NAME",
           "FULL NAME", "EMPLOYEE NAME"), required=True, help=_("With titles."), example="Endang Effendi, S.STP."),
    Column("sex", "L/P", ("JK", "JENIS KELAMIN", "KELAMIN", "GENDER", "SEX", "L P"),
           help=_("L or P; left out, it is taken from the NIP."), example="P"),
    Column("birth_place", "TEMPAT LAHIR", ("TMP LAHIR", "PLACE OF BIRTH", "BIRTH PLACE"), example="Nusa Bakti"),
    Column("birth_date", "TGL LAHIR", ("TANGGAL LAHIR", "TGL. LAHIR", "TGL LHR", "DATE OF BIRTH", "BIRTH DATE",
           "BIRTHDATE"),
           help=_("dd-mm-yyyy; left out, it is taken from the NIP."), example="17-07-1990"),
    Column("birth", "TEMPAT, TANGGAL LAHIR", ("TEMPAT TGL LAHIR", "TTL", "TEMPAT/TGL LAHIR",
           "TEMPAT DAN TANGGAL LAHIR"),
           stands_for="birth_date", help=_("Instead of the two columns before."), example="Nusa Bakti, 17-07-1990"),
    Column("kind", "STATUS", ("STATUS KEPEGAWAIAN", "STATUS PEGAWAI", "JENIS PEGAWAI", "JENIS ASN", "JENIS KEPEGAWAIAN",
           "STATUS ASN", "EMPLOYEE TYPE", "EMPLOYEE KIND"), required=True,
           help=_("PNS, CPNS, PPPK or PPPK paruh waktu."), example="PNS"),
    Column("grade", "GOL/RUANG", ("GOLONGAN", "GOL", "GOL RUANG", "GOLONGAN RUANG", "PANGKAT/GOLONGAN",
           "PANGKAT GOL RUANG", "PANGKAT/GOL", "PANGKAT GOLONGAN RUANG", "GRADE", "GOL RUANG AKHIR"),
           help=_("I/a to IV/e for PNS and CPNS, I to XVII for PPPK."), example="III/b"),
    Column("grade_since", "TMT GOL", ("TMT GOLONGAN", "TMT PANGKAT", "TMT GOL RUANG", "TMT GOL/RUANG",
           "TMT GOLONGAN RUANG", "GRADE SINCE"), example="01-04-2019"),
    Column("position", "JABATAN", ("NAMA JABATAN", "JABATAN TERAKHIR", "POSITION", "JOB TITLE", "POST"), required=True,
           example="Camat"),
    Column("position_kind", "JENIS JABATAN", ("KELOMPOK JABATAN", "TIPE JABATAN", "JENJANG", "POSITION TYPE",
           "POSITION KIND"),
           help=_("Needed for positions that are new: Pelaksana, Fungsional, Pengawas, Administrator, JPT Pratama, …"),
           example="Administrator"),
    Column("echelon", "ESELON", ("ESELONERING", "ESELON JABATAN", "ECHELON"), example="III.a"),
    Column("start", "TMT JABATAN", ("TMT JAB", "TANGGAL MULAI JABATAN", "TMT", "POSITION SINCE", "IN POST SINCE",
           "TMT JABATAN TERAKHIR"), required=True, help=_("First day in this post."), example="01-04-2019"),
    Column("entry_reason", "MASUK JABATAN KARENA", ("ALASAN MASUK JABATAN", "SEBAB MASUK JABATAN", "DASAR PENGANGKATAN",
           "JENIS PENGANGKATAN", "JENIS MUTASI", "ENTRY REASON", "ENTERED BY"), required=True,
           help=_("Pengadaan, Promosi, Mutasi, Rotasi or Pengukuhan."), example="Promosi"),
    Column("unit", "UNIT KERJA", ("UNIT", "NAMA UNIT", "NAMA UNIT KERJA", "UNIT ORGANISASI", "UNOR", "NAMA UNOR",
           "SATUAN KERJA", "WORK UNIT", "ORGANISATIONAL UNIT", "DEPARTMENT", "PERANGKAT DAERAH", "OPD", "SKPD"),
           required=True, example="Kecamatan Pantai Timur"),
    Column("parent", "UNIT INDUK", ("INDUK", "UNIT ATASAN", "UNIT ORGANISASI INDUK", "UNOR INDUK", "NAMA UNOR INDUK",
           "INDUK UNIT KERJA", "PARENT UNIT", "PARENT", "NAMA OPD", "INDUK ORGANISASI",
           "PERANGKAT DAERAH", "OPD", "SKPD"),
           help=_("The unit above; the unit itself or empty for the topmost."), example="Kecamatan Pantai Timur"),
    Column("unit_code", "KODE UNIT", ("KODE UNIT KERJA", "KODE UNOR", "UNIT CODE"),
           help=_("Tells units of the same name apart; made up where it is left out.")),
    Column("is_head", "KEPALA UNIT", ("PIMPINAN UNIT", "KEPALA", "UNIT HEAD", "IS HEAD"),
           help=_("ya or tidak; left out, the head is found from who supervises whom.")),
    Column("supervisor", "NIP ATASAN LANGSUNG", ("NIP ATASAN", "ATASAN LANGSUNG NIP", "ATASAN LANGSUNG", "SUPERVISOR",
           "SUPERVISOR NIP", "NIP PEJABAT PENILAI"), help=_("Empty for who has no supervisor."),
           example="199007172018112001"),
    Column("site", "KANTOR", ("LOKASI KERJA", "LOKASI KANTOR", "TEMPAT TUGAS", "OFFICE", "SITE"),
           help=_("Name or code of an office on the list of offices.")),
    Column("service_body", "PENUGASAN", ("DITUGASKAN DI", "DIPERBANTUKAN", "ASSIGNED IN"),
           help=_("Instansi, TNI, Polri or Misi luar negeri; empty means this agency.")),
    Column("address", "ALAMAT DOMISILI", ("ALAMAT", "DOMISILI", "ALAMAT RUMAH", "ALAMAT TEMPAT TINGGAL", "ADDRESS",
           "HOME ADDRESS", "DOMICILE"), example="Jl. Mulawarman RT 16 No. 1"),
    Column("phone", "NO HP", ("NOMOR HP", "HP", "NO. HP", "TELEPON", "NO TELEPON", "NO TELP", "NOMOR TELEPON", "PHONE",
           "MOBILE", "NO HP/WA", "NO WA"), example="081292437103"),
    Column("email", "EMAIL", ("E-MAIL", "SUREL", "ALAMAT EMAIL", "EMAIL DINAS", "EMAIL ADDRESS"),
           example="nama@contoh.go.id"),
)  # fmt: skip

SEXES = {
    **dict.fromkeys(("l", "laki-laki", "laki laki", "lk", "pria", "m", "male", "1"), Sex.MALE.value),
    **dict.fromkeys(("p", "perempuan", "pr", "wanita", "w", "f", "female", "2"), Sex.FEMALE.value),
}
KINDS = {
    "pns": EmployeeKind.PNS.value,
    "pegawai negeri sipil": EmployeeKind.PNS.value,
    "cpns": EmployeeKind.CPNS.value,
    "calon pns": EmployeeKind.CPNS.value,
    "calon pegawai negeri sipil": EmployeeKind.CPNS.value,
    "pppk": EmployeeKind.PPPK.value,
    "p3k": EmployeeKind.PPPK.value,
    "pppk penuh waktu": EmployeeKind.PPPK.value,
    "pegawai pemerintah dengan perjanjian kerja": EmployeeKind.PPPK.value,
    "pppk paruh waktu": EmployeeKind.PPPK_PART_TIME.value,
    "p3k paruh waktu": EmployeeKind.PPPK_PART_TIME.value,
    "pppk pw": EmployeeKind.PPPK_PART_TIME.value,
    "pppk part time": EmployeeKind.PPPK_PART_TIME.value,
}
ENTRY_REASONS = {
    **dict.fromkeys(
        ("pengadaan", "pengangkatan pertama", "pengangkatan", "rekrutmen", "penerimaan", "recruitment"),
        EntryReason.RECRUITMENT.value,
    ),
    **dict.fromkeys(("promosi", "promotion"), EntryReason.PROMOTION.value),
    **dict.fromkeys(("mutasi", "perpindahan", "pindah", "transfer"), EntryReason.TRANSFER.value),
    **dict.fromkeys(("rotasi", "rotation"), EntryReason.ROTATION.value),
    **dict.fromkeys(
        ("pengukuhan", "pengukuhan kembali", "perubahan nomenklatur", "renaming", "confirmation"),
        EntryReason.RENAMING.value,
    ),
}
POSITION_KINDS = {
    **dict.fromkeys(("jpt utama", "pimpinan tinggi utama"), PositionKind.JPT_UTAMA.value),
    **dict.fromkeys(("jpt madya", "pimpinan tinggi madya"), PositionKind.JPT_MADYA.value),
    **dict.fromkeys(
        ("jpt pratama", "jpt", "pimpinan tinggi pratama", "jabatan pimpinan tinggi pratama"),
        PositionKind.JPT_PRATAMA.value,
    ),
    **dict.fromkeys(("administrator", "jabatan administrator"), PositionKind.ADMINISTRATOR.value),
    **dict.fromkeys(("pengawas", "jabatan pengawas", "supervisor"), PositionKind.PENGAWAS.value),
    **dict.fromkeys(
        ("fungsional", "jabatan fungsional", "jft", "jf", "fungsional tertentu", "fungsional keahlian",
         "fungsional keterampilan", "functional"),
        PositionKind.FUNGSIONAL.value,
    ),
    **dict.fromkeys(
        ("pelaksana", "jabatan pelaksana", "jfu", "fungsional umum", "staf", "staff"), PositionKind.PELAKSANA.value
    ),
    "struktural": "",  # the echelon says which: regulation 7.2 (unverified)
    "jabatan struktural": "",
}  # fmt: skip
ECHELON_KINDS = {
    "I": PositionKind.JPT_MADYA.value,
    "II": PositionKind.JPT_PRATAMA.value,
    "III": PositionKind.ADMINISTRATOR.value,
    "IV": PositionKind.PENGAWAS.value,
}
SERVICE_BODIES = {
    **dict.fromkeys(("instansi", "instansi ini", "agency", "this agency"), ServiceBody.AGENCY.value),
    "tni": ServiceBody.TNI.value,
    "polri": ServiceBody.POLRI.value,
    **dict.fromkeys(("misi luar negeri", "perwakilan ri", "mission abroad"), ServiceBody.MISSION_ABROAD.value),
}
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII")
_PNS_GRADE = re.compile(r"(?:^|[^A-Z0-9])(IV|I{1,3}|[1-4])\s*[/.\- ]?\s*([A-E])(?:$|[^A-Z0-9])")
_BORN = re.compile(r"(.*?)[,/]?\s*(\d{1,4}[-/. ].*)")


@dataclass
class EmployeeRecord:
    """What a row says of one person. Empty text means: say nothing, keep what is known."""

    row: Row
    nip: str = ""
    name: str = ""
    kind: str = ""
    sex: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    grade: str = ""
    grade_since: date | None = None
    email: str = ""
    phone: str = ""
    address: str = ""
    start: date | None = None
    entry_reason: str = ""
    position: str = ""
    position_kind: str = ""
    echelon: str = ""
    unit: str = ""
    parent: str = ""
    unit_code: str = ""
    site: str = ""
    service_body: str = ""
    supervisor: str = ""
    is_head: bool | None = None
    exception: str = ""
    # Found by the check:
    unit_ref: UnitRef | None = None
    position_ref: PositionRef | None = None
    site_id: int | None = None
    known: Employee | None = None
    fits_nip: bool = True
    heads: bool | None = None
    home_changes: bool = False
    account_email: str = ""
    is_repeat: bool = False

    @property
    def is_rejected(self) -> bool:
        return self.row.is_rejected


def read_employee(row: Row, options: Options) -> EmployeeRecord:
    """Read one row of a personnel list; wrong cells are noted on the row."""
    record = EmployeeRecord(
        row=row,
        nip=row.nip("nip"),
        name=row.name("name"),
        kind=row.choice("kind", KINDS, "kind_wrong", required=True),
        grade_since=row.date("grade_since"),
        phone=row.text("phone", limit=30),
        address=row.text("address", limit=300),
        entry_reason=row.choice("entry_reason", ENTRY_REASONS, "entry_reason_wrong", required=True),
        position=row.text("position", required=True),
        unit=row.text("unit", required=True),
        parent=row.text("parent"),
        unit_code=row.text("unit_code", limit=40),
        site=row.text("site"),
        service_body=row.choice("service_body", SERVICE_BODIES, "service_body_wrong"),
        supervisor=row.nip("supervisor", required=False),
        is_head=row.yes_no("is_head"),
    )
    _read_person(record)
    _read_post(record, options.on)
    record.exception = options.exception(row)
    return record


def _read_person(record: EmployeeRecord) -> None:
    row = record.row
    record.sex = row.choice("sex", SEXES, "sex_wrong", required=row.has("sex"))
    _read_birth(record)
    if record.kind:
        record.grade = _grade(row, record.kind)
    email = row.text("email", limit=254)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            row.reject("email", "email_wrong")
        else:
            record.email = email


def _read_birth(record: EmployeeRecord) -> None:
    row = record.row
    record.birth_place = row.text("birth_place", limit=100)
    if row.has("birth_date") or not row.has("birth"):
        record.birth_date = row.date("birth_date", required=row.has("birth_date"))
        return
    match = _BORN.fullmatch(row.text("birth", required=True))
    if match is None:
        if clean_text(row.values.get("birth")):
            row.reject("birth", "date_wrong")
        return
    record.birth_place = record.birth_place or match[1].strip()[:100]
    try:
        record.birth_date = parse_date(match[2].strip())
    except NotADate as error:
        row.reject("birth", error.code)


def _read_post(record: EmployeeRecord, on: date) -> None:
    row = record.row
    record.start = row.date("start", required=True)
    if record.start and record.start > on:
        row.reject("start", "date_in_future", date=record.start.isoformat())
    elif record.start and record.birth_date and record.start <= record.birth_date:
        row.reject("start", "date_before_birth", birth_date=record.birth_date.isoformat())
    record.echelon = row.text("echelon", limit=6).replace("/", ".")
    record.position_kind = row.choice("position_kind", POSITION_KINDS, "position_kind_wrong")
    if not record.position_kind:
        record.position_kind = ECHELON_KINDS.get(record.echelon.split(".")[0].upper(), "")


def _grade(row: Row, kind: str) -> str:
    raw = row.text("grade", limit=60)
    if not raw:
        return ""
    text = raw.upper()
    if kind in (EmployeeKind.PNS, EmployeeKind.CPNS):
        match = _PNS_GRADE.search(text)
        number = (match[1] if not match[1].isdigit() else ROMAN[int(match[1]) - 1]) if match else ""
        if match is None or (match[2] == "E" and number != "IV"):
            row.reject("grade", "grade_pns_wrong")
            return ""
        return f"{number}/{match[2].lower()}"
    word = re.sub(r"^(GOLONGAN|GOL\.?)\s*", "", text)
    if word.isascii() and word.isdigit() and 1 <= int(word) <= len(ROMAN):
        return ROMAN[int(word) - 1]
    if word not in ROMAN:
        row.reject("grade", "grade_pppk_wrong")
        return ""
    return word


def check_nip(record: EmployeeRecord) -> None:
    """The NIP against birth date and sex: rejected unless HR accepts it with a reason (regulation 7.1).

    Columns the file does not have are filled from the NIP. The middle block is a date for PNS only, and only a warning.
    """
    row = record.row
    if not record.nip:
        return
    parts = parse_nip(record.nip)
    problems: list[tuple[str, str, dict[str, str]]] = []
    birth_column = "birth_date" if row.has("birth_date") else "birth"
    if parts.birth_date is None:
        problems.append(("nip", "nip_birth_impossible", {"digits": record.nip[:8]}))
    elif record.birth_date is None and not (row.has("birth_date") or row.has("birth")):
        record.birth_date = parts.birth_date
    elif record.birth_date and record.birth_date != parts.birth_date:
        dates = {"nip_date": parts.birth_date.isoformat(), "row_date": record.birth_date.isoformat()}
        problems.append((birth_column, "nip_birth_differs", dates))
    if not row.has("sex") and parts.sex in SEXES:
        record.sex = parts.sex
    elif (record.sex and record.sex != parts.sex) or parts.sex not in SEXES:
        problems.append(("sex" if row.has("sex") else "nip", "nip_sex_differs", {"digit": parts.sex}))
    if record.kind == EmployeeKind.PNS and not _is_month(parts.middle):
        row.warn("nip", "nip_middle", digits=parts.middle)
    record.fits_nip = not problems
    reason = record.exception or _known_exception(record)
    for column, code, params in problems:
        if reason and record.birth_date and record.sex:
            record.exception = reason
            row.warn(column, "nip_accepted", reason=reason)
        else:
            row.reject(column, code, **params)
    if record.fits_nip:
        record.exception = ""


def _known_exception(record: EmployeeRecord) -> str:
    """The reason HR gave before, as long as the row says the same birth date and sex as then."""
    known = record.known
    if known and (known.birth_date, known.sex) == (record.birth_date, record.sex):
        return known.nip_exception_reason
    return ""


def _is_month(middle: str) -> bool:
    return 1945 <= int(middle[:4]) <= 2100 and 1 <= int(middle[4:]) <= 12
