"""The agency around the people: profile, decree, offices, calendar, policies, terms, chain. All of it is fictional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from eligibility.services import seed_circumstance_kinds, seed_default_policies, seed_terms
from fwa.demo.staff import Agency
from fwa.services.chain import seed_default_chain
from organization.models import AgencyDecree, AgencyProfile, Holiday, RamadanPeriod, Site, User
from organization.services.calendar import seed_holidays
from performance.enums import Predicate

NAME = "Pemerintah Kota Nusa Bakti"
ZONE = "Asia/Makassar"
QUOTA_PCT = 30
SITES = {
    "BALAI-KOTA": ("Balai Kota Nusa Bakti", "Jl. Merdeka No. 1"),
    "GEDUNG-DIGITAL": ("Gedung Layanan Digital", "Jl. Pahlawan No. 12"),
    "MPP": ("Mal Pelayanan Publik", "Jl. Pelabuhan No. 8"),
    "RSUD": ("RSUD Bakti Husada", "Jl. Veteran No. 20"),
    "KEC-PT": ("Kantor Kecamatan Pantai Timur", "Jl. Pantai Timur No. 3"),
}
# First and last day of Ramadan; the later ones are computed and marked so, until sidang isbat fixes them.
RAMADAN = {
    1447: (date(2026, 2, 19), date(2026, 3, 20), "sidang isbat"),
    1448: (date(2027, 2, 8), date(2027, 3, 9), "perkiraan"),
    1449: (date(2028, 1, 28), date(2028, 2, 25), "perkiraan"),
}


@dataclass(frozen=True)
class Numbers:
    """Decrees and letters that the demo cites; the year is that of its beginning."""

    decree: str
    policy: str
    coordination: str
    delegation: str


def numbers(year: int) -> Numbers:
    return Numbers(
        decree=f"800.1.6/101/BKPSDM/{year}",
        policy=f"800.1.6/117/BKPSDM/{year}",
        coordination=f"B/412/M.SM.02.00/{year}",
        delegation=f"800.1.11.1/58/SETDA/{year}",
    )


def save_profile(set_up_at: datetime) -> AgencyProfile:
    """Profile and letterhead; `is_demo` is what lets the demo replace itself later, and nothing else."""
    return AgencyProfile.objects.create(
        name=NAME,
        short_name="Kota Nusa Bakti",
        letterhead_1="PEMERINTAH KOTA NUSA BAKTI",
        letterhead_2="SEKRETARIAT DAERAH",
        address="Jl. Merdeka No. 1, Nusa Bakti 90111",
        contact="Telepon (0411) 000001, surel setda@contoh.go.id",
        city="Nusa Bakti",
        signatory_title="SEKRETARIS DAERAH",
        on_behalf_of="WALI KOTA NUSA BAKTI",
        is_demo=True,
        setup_completed_at=set_up_at,
    )


def save_calendar(first: date, last: date) -> frozenset[date]:
    """Holidays of every year touched, and Ramadan; returns the days off."""
    seed_holidays(years=range(first.year, last.year + 1))
    RamadanPeriod.objects.bulk_create(
        RamadanPeriod(year_hijri=year, valid_from=start, valid_to=end, source=source)
        for year, (start, end, source) in RAMADAN.items()
    )
    return frozenset(Holiday.objects.values_list("day", flat=True))


def save_sites() -> dict[str, Site]:
    sites = {code: Site(code=code, name=name, address=address) for code, (name, address) in SITES.items()}
    Site.objects.bulk_create(sites.values())
    return sites


def save_policies(agency: Agency, *, since: date, decided_on: date) -> None:
    """The decree, version 1 of every policy with the added criterion of Art 26, general terms, kinds and the chain."""
    cited = numbers(decided_on.year)
    AgencyDecree.objects.create(
        number=cited.decree,
        decided_on=decided_on,
        valid_from=since,
        title="Pelaksanaan Tugas Kedinasan secara Fleksibel di Lingkungan Pemerintah Kota Nusa Bakti",
    )
    seed_circumstance_kinds()
    seed_default_policies(
        valid_from=since,
        decree_no=cited.policy,
        decree_date=decided_on,
        edited_by=_user(agency, "kepegawaian"),
        published_by=_user(agency, "pimpinan"),
        min_predicate=Predicate.GOOD,
        coordination_no=cited.coordination,
    )
    seed_terms(quota_pct=QUOTA_PCT, valid_from=since, decree_no=cited.policy)
    seed_default_chain(on=since)


def _user(agency: Agency, key: str) -> User:
    return agency.users[key]
